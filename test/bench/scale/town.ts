import { setTimeout as pause } from 'node:timers/promises';
import { DeskClock } from '../../../desk/clock.ts';
import { type LocalSystem, startLocalSystem } from '../../../desk/local-system.ts';
import { createLog } from '../../../lambda/adapters/json-log/log.ts';
import { StoreUnavailable } from '../../../lambda/ports/errors.ts';
import type { Tokens } from '../../../lambda/ports/grant-store.ts';
import type { StateMessage } from '../../../lambda/ports/report-queue.ts';
import { noteDevices } from '../../../lambda/reports/device-list.ts';

/** An account with one grant and three plugs, whose Alexa knows them. */
export interface TownHome {
  readonly id: string;
  readonly devices: readonly number[];
}

export interface Town {
  readonly system: LocalSystem;
  readonly accounts: readonly TownHome[];
  /** Adds accounts up to this number. */
  grow(to: number): Promise<void>;
  close(): Promise<void>;
}

export const DEVICES_PER_HOME = 3;
const AT_ONCE = 4;
const LINK = 'link-of-the-bench';

/**
 * A local system for thousands of accounts. Each is an account at the device cloud with a session of its own; their grants share the tokens of one
 * Amazon account, so that every report is accepted.
 */
export async function openTown(): Promise<Town> {
  const clock = new DeskClock();
  const system = await startLocalSystem({ clock, log: createLog('silent', clock), watch: false });
  const accounts: TownHome[] = [];
  const tokens = await tokensOfOnePerson(system);
  return {
    system,
    accounts,
    async grow(to) {
      let next = accounts.length;
      const build = async () => {
        while (next < to) accounts.push(await buildAccount(system, next++, tokens));
      };
      await Promise.all(Array.from({ length: AT_ONCE }, build));
    },
    close: () => system.close(),
  };
}

/** A busy machine may keep the embedded table from answering in time. */
export async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let more = 20; ; more--) {
    try {
      return await work();
    } catch (error) {
      if (more === 0 || !(error instanceof StoreUnavailable)) throw error;
      await pause(500);
    }
  }
}

async function tokensOfOnePerson(system: LocalSystem): Promise<Tokens> {
  const person = { email: 'bench@example.org', password: 'of the bench' };
  const { userId } = system.myLeviton.addAccount(person);
  const { customer } = await system.link({ ...person, keep: true });
  await customer.acceptGrant();
  const [grant] = await patiently(() => system.ports.grants.list(String(userId)));
  if (!grant) throw new Error('the grant was not kept');
  return grant.tokens;
}

async function buildAccount({ myLeviton, ports }: LocalSystem, index: number, tokens: Tokens): Promise<TownHome> {
  const credentials = { email: `account-${index}@example.org`, password: `of account ${index}` };
  const { residenceIds } = myLeviton.addAccount(credentials);
  const devices = Array.from(
    { length: DEVICES_PER_HOME },
    (_, place) => myLeviton.addSwitch(residenceIds[0] ?? 0, { name: `Lamp ${place + 1}` }).id,
  );
  const signal = AbortSignal.timeout(60_000);
  const session = await ports.cloud.signIn(credentials, undefined, signal);
  const id = session.accountId;
  const { accounts, grants } = ports;
  const row = { id, maskedEmail: 'h…@example.org', session, credentials, state: 'healthy', signIns: [] } as const;
  await patiently(() => accounts.put(row));
  await patiently(() => grants.put({ accountId: id, id: LINK, region: 'NA', tokens, codeHash: 'of the bench' }));
  const list = await ports.cloud.devices(session, signal);
  // After discovery and the first report of each lamp: an account on an ordinary day.
  await patiently(() => noteDevices(id, list, { ...ports, queue: { send: async () => undefined } }, LINK));
  for (const record of await patiently(() => ports.devices.list(id))) {
    const views = { [LINK]: { ...record.views[LINK], lastReported: record.lastState } };
    await patiently(() => ports.devices.replace(id, record, { ...record, views }));
  }
  return { id, devices };
}

/** A lamp's next state; each round of levels differs from the one before. */
export const sampleOf = ({ id, devices }: TownHome, place: number, round: number): StateMessage => ({
  accountId: id,
  deviceId: String(devices[place % devices.length]),
  power: 'ON',
  level: 1 + (round % 99),
  connected: true,
  at: new Date().toISOString(),
  cause: 'PHYSICAL_INTERACTION',
  kind: 'state',
});
