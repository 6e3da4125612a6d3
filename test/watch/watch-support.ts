import type { DeskClock } from '../../desk/clock.ts';
import type { Account, EmulatedMyLeviton } from '../../desk/my-leviton/contract.ts';
import { startMyLeviton } from '../../desk/my-leviton/emulator.ts';
import { type EmbeddedTable, startEmbeddedTable } from '../../desk/table/embedded-table.ts';
import { createLog } from '../../lambda/adapters/json-log/log.ts';
import { changeRow } from '../../lambda/basics/change-row.ts';
import { compose } from '../../lambda/handlers/compose.ts';
import { createDeviceWatch } from '../../lambda/handlers/device-watch.ts';
import type { DeviceRecord, DeviceState, DeviceStore } from '../../lambda/ports/device-store.ts';
import type { ReportMessage, StateMessage, UnconfirmedWriteMessage } from '../../lambda/ports/report-queue.ts';
import { currentState, withForcedReport } from '../../lambda/reports/delivery-plan.ts';
import { noteDevices } from '../../lambda/reports/device-list.ts';
import { aMoment, testClock } from '../support/clock.ts';

type DeviceMessage = StateMessage | UnconfirmedWriteMessage;

const PASSWORD = 'canary-password-Zq7';
const GRANT = 'grant-1';
const patience = () => new AbortController().signal; // the test's own time limit is enough

export interface WatchedAccount {
  readonly id: string;
  readonly email: string;
  readonly account: Account;
  readonly residence: number;
  /** One lamp, off at 100. */
  readonly lamp: number;
}

/** The shipped `device-watch` between an emulated device cloud and a queue whose samples are all reported to Alexa at once. */
export interface WatchDesk {
  readonly clock: DeskClock;
  readonly myLeviton: EmulatedMyLeviton;
  readonly table: EmbeddedTable;
  readonly ports: ReturnType<typeof compose>;
  /** What the log says of these events, without its moments. */
  logged(event: string): readonly Record<string, unknown>[];
  /** Every sample that was queued. */
  readonly samples: DeviceMessage[];
  /** When each of them was queued, in milliseconds. */
  readonly queuedAt: number[];
  /** How often news of devices was queued. */
  readonly news: string[];
  /** While true, the queue takes nothing. */
  refuse: boolean;
  /** While true, the queue takes samples and nobody tells them. */
  idle: boolean;
  /** An account with a grant, whose devices Alexa has discovered. */
  addAccount(): Promise<WatchedAccount>;
  /** Takes a device into the view of Alexa, as its Discover would. */
  discover(watched: WatchedAccount): Promise<void>;
  /** Starts a run. It ends by itself, with `stop`, or with the desk. */
  run(environment?: Readonly<Record<string, string>>): Run;
  /** Starts a run and waits until it watches so many accounts in all. */
  watching(accounts: number, environment?: Readonly<Record<string, string>>): Promise<Run>;
  /** Winds the clock forward in small steps until the condition holds. */
  wind(holds: () => boolean | Promise<boolean>, stepMs?: number): Promise<void>;
  windMs(ms: number, stepMs?: number): Promise<void>;
  /** Forgets what was logged and queued. */
  forget(): void;
  close(): Promise<void>;
}

export interface Run {
  readonly done: Promise<void>;
  isOver: boolean;
  stop(): Promise<void>;
}

export async function openWatchDesk(environment: Readonly<Record<string, string>> = {}): Promise<WatchDesk> {
  const clock = testClock();
  const [myLeviton, table] = await Promise.all([startMyLeviton({ clock, reportDelayMs: 20 }), startEmbeddedTable()]);
  const lines: Record<string, unknown>[] = [];
  const log = createLog('info', clock, (line) => lines.push(JSON.parse(line)));
  const settings = {
    TABLE_NAME: table.tableName,
    AWS_ENDPOINT_URL: table.url,
    MY_LEVITON_URL: myLeviton.url,
    MY_LEVITON_SOCKET_URL: myLeviton.socketUrl,
    SECRETS_JSON: JSON.stringify({
      messaging: { clientId: 'id', clientSecret: 'secret' },
      sealingKeys: [{ id: 'k1', key: Buffer.alloc(32, 7).toString('base64') }],
    }),
    ...environment,
  };
  const runs = new Set<Run>();

  const queue = createQueue(clock, () => ports.devices);
  const overrides = { clock, log, queue };
  const ports = compose(settings, overrides);
  const desk: WatchDesk = {
    clock,
    myLeviton,
    table,
    ports,
    samples: queue.samples,
    queuedAt: queue.queuedAt,
    news: queue.news,
    get refuse() {
      return queue.refuse;
    },
    set refuse(refuse) {
      queue.refuse = refuse;
    },
    get idle() {
      return queue.idle;
    },
    set idle(idle) {
      queue.idle = idle;
    },
    logged: (event) => lines.filter((line) => line.event === event).map(({ at: _, ...rest }) => rest),
    async addAccount() {
      const watched = await seedAccount(accounts++, myLeviton, ports);
      await seedView(watched.id, ports);
      return watched;
    },
    discover: ({ id }) => seedView(id, ports),
    run(more = {}) {
      const stop = new AbortController();
      const watch = createDeviceWatch({ ...settings, ...more }, overrides);
      const run: Run = {
        isOver: false,
        done: watch(stop.signal).finally(() => {
          run.isOver = true;
        }),
        stop: () => {
          stop.abort();
          return run.done;
        },
      };
      runs.add(run);
      return run;
    },
    async watching(accounts, more) {
      const before = desk.logged('watching').length;
      const run = desk.run(more);
      await desk.wind(() => desk.logged('watching').length === before + accounts, 0);
      return run;
    },
    async wind(holds, stepMs = 250) {
      while (!(await holds())) {
        await aMoment();
        if (stepMs > 0) clock.advance(stepMs);
      }
    },
    async windMs(ms, stepMs) {
      const until = clock.now().getTime() + ms;
      await desk.wind(() => clock.now().getTime() >= until, stepMs);
    },
    forget() {
      for (const all of [lines, queue.samples, queue.queuedAt, queue.news]) all.length = 0;
    },
    async close() {
      await Promise.all([...runs].map((run) => run.stop()));
      await Promise.all([myLeviton.close(), table.close()]);
    },
  };
  let accounts = 1;
  return desk;
}

/** A queue that does at once what the worker does where all goes well. */
function createQueue(clock: DeskClock, devices: () => DeviceStore) {
  async function deliver(message: DeviceMessage): Promise<void> {
    queue.samples.push(message);
    queue.queuedAt.push(clock.now().getTime());
    if (queue.idle) return;
    const { accountId, deviceId } = message;
    await changeRow({
      read: () => devices().get(accountId, deviceId),
      next: (record) => record && after(record, message),
      write: async (record, next) => record && devices().replace(accountId, record, next),
    });
  }
  const queue = {
    samples: [] as DeviceMessage[],
    queuedAt: [] as number[],
    news: [] as string[],
    refuse: false,
    idle: false,
    async send(messages: readonly ReportMessage[]): Promise<void> {
      if (queue.refuse) throw new Error('the queue takes nothing');
      for (const message of messages) {
        if (message.kind === 'devices') queue.news.push(message.accountId);
        else await deliver(message);
      }
    },
  };
  return queue;
}

function after(record: DeviceRecord, message: DeviceMessage): DeviceRecord {
  if (message.kind === 'unconfirmed-write') return withForcedReport(record, message.at) ?? record;
  const state = currentState(message, record);
  return withReported({ ...record, lastState: state }, state);
}

/** An account with a lamp, a session and a grant. */
async function seedAccount(
  number: number,
  myLeviton: EmulatedMyLeviton,
  ports: WatchDesk['ports'],
): Promise<WatchedAccount> {
  const email = `account-${number}@example.org`;
  const account = myLeviton.addAccount({ email, password: PASSWORD });
  const residence = account.residenceIds[0] ?? 0;
  const lamp = myLeviton.addSwitch(residence, { name: 'Bedroom lamp' }).id;
  const credentials = { email, password: PASSWORD };
  const session = await ports.cloud.signIn(credentials, undefined, patience());
  const id = session.accountId;
  const maskedEmail = 'h…e@example.org';
  await ports.accounts.put({ id, maskedEmail, session, credentials, state: 'healthy', signIns: [] });
  const now = ports.clock.now().toISOString();
  const tokens = { accessToken: 'a', refreshToken: 'r', expiresAt: now, issuedAt: now };
  await ports.grants.put({ accountId: id, id: GRANT, tokens, region: 'NA', codeHash: 'hash' });
  return { id, email, account, residence, lamp };
}

/** Takes an account's devices into the view of Alexa. */
async function seedView(id: string, ports: WatchDesk['ports']): Promise<void> {
  const watched = await ports.accounts.get(id);
  if (!watched) throw new Error(`there is no account ${id}`);
  const list = await ports.cloud.devices(watched.session, patience());
  const { records } = await noteDevices(id, list, { ...ports, queue: { send: async () => undefined } }, GRANT);
  for (const record of records) {
    const { version: _, ...next } = withReported(record, record.lastState);
    await ports.devices.replace(id, record, next);
  }
}

/** The row after a state was reported with the one grant. */
const withReported = (record: DeviceRecord, lastReported: DeviceState): DeviceRecord => {
  const { forceReportSince: _, ...view } = record.views[GRANT] ?? {};
  return { ...record, views: { ...record.views, [GRANT]: { ...view, lastReported } } };
};

/** Nothing for an unconfirmed write. */
export const causeOf = (message: DeviceMessage | undefined): string | undefined =>
  message?.kind === 'state' ? message.cause : undefined;

/** What a message says, short: `ON 40`, `OFF 100 offline`, `ON 40 forced`; `?` for an unconfirmed write. */
export function short(message: DeviceMessage): string {
  if (message.kind === 'unconfirmed-write') return '?';
  const { power, level, connected, forceReport } = message;
  return `${power} ${level}${connected ? '' : ' offline'}${forceReport ? ' forced' : ''}`;
}

/** Stops a run as a function that died: its lease stands, its sockets are gone, and it says nothing more. */
export async function kill(desk: WatchDesk, run: Run): Promise<void> {
  const recover = desk.table.fail('read-only'); // so that it cannot give its lease back
  await run.stop();
  recover();
}

export const leasesOf = async (desk: WatchDesk) => (await desk.ports.stores()).leases.read();
