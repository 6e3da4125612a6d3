import { randomBytes, randomUUID } from 'node:crypto';
import { createDeviceWatch } from '../lambda/handlers/device-watch.ts';
import { createReportWorker } from '../lambda/handlers/report-worker.ts';
import { createSkill } from '../lambda/handlers/skill.ts';
import { wire } from '../lambda/handlers/wire.ts';
import type { Credentials } from '../lambda/ports/device-cloud.ts';
import type { AlexaRegion } from '../lambda/ports/grant-store.ts';
import type { Log } from '../lambda/ports/log.ts';
import type { Secrets } from '../lambda/ports/secrets.ts';
import type { Customer, EmulatedAlexa } from './alexa/contract.ts';
import { startAlexa } from './alexa/emulator.ts';
import type { DeskClock } from './clock.ts';
import type { EmulatedMyLeviton } from './my-leviton/contract.ts';
import { startMyLeviton } from './my-leviton/emulator.ts';
import { createFifoQueue, type FifoQueue } from './queue/fifo-queue.ts';
import { type EmbeddedTable, startEmbeddedTable } from './table/embedded-table.ts';

export interface HouseOptions {
  readonly clock: DeskClock;
  readonly log: Log;
  /** Milliseconds from a write to the device's own report; 1200 by default. */
  readonly reportDelayMs?: number;
  /** `real`: the maker's own cloud, or where MY_LEVITON_URL and MY_LEVITON_SOCKET_URL say; the emulated one by default. */
  readonly deviceCloud?: 'emulated' | 'real';
  /** Whether `device-watch` runs; it does by default. */
  readonly watch?: boolean;
  /** Further environment variables of the functions. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** The shipped functions and all that they talk to, on loopback. The desk shows one house; tests start their own. */
export interface House {
  readonly clock: DeskClock;
  readonly myLeviton: EmulatedMyLeviton;
  readonly alexa: EmulatedAlexa;
  readonly table: EmbeddedTable;
  readonly queue: FifoQueue;
  readonly secrets: Secrets;
  /** The functions' environment variables. */
  readonly environment: Readonly<Record<string, string>>;
  /** The stores and clients that the functions share. */
  readonly ports: ReturnType<typeof wire>;
  /** The `skill` function as Lambda holds it, in the region of the customer that calls it. */
  skill(region: AlexaRegion): (event: unknown) => Promise<unknown>;
  /** Signs in to the device cloud and links an Amazon account with it, short of AcceptGrant and Discover. */
  link(credentials: Credentials, options?: LinkOptions): Promise<Customer>;
  close(): Promise<void>;
}

export interface LinkOptions {
  readonly region?: AlexaRegion;
  /** The two-factor code. */
  readonly code?: string;
}

const TOKEN_LIFE_SECONDS = 3_600;

export async function startHouse(options: HouseOptions): Promise<House> {
  const { clock, log, reportDelayMs } = options;
  const [myLeviton, alexa, table] = await Promise.all([
    startMyLeviton({ clock, ...(reportDelayMs !== undefined && { reportDelayMs }) }),
    startAlexa({ clock }),
    startEmbeddedTable(),
  ]);
  const secrets = makeSecrets(alexa);
  const real = options.deviceCloud === 'real';
  const environment = {
    TABLE_NAME: table.tableName,
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL: table.url,
    MY_LEVITON_URL: real ? (process.env.MY_LEVITON_URL ?? '') : myLeviton.url,
    MY_LEVITON_SOCKET_URL: real ? (process.env.MY_LEVITON_SOCKET_URL ?? '') : myLeviton.socketUrl,
    LWA_TOKEN_URL: alexa.tokenUrl,
    EVENT_GATEWAY_URL_NA: alexa.gatewayUrls.NA,
    EVENT_GATEWAY_URL_EU: alexa.gatewayUrls.EU,
    EVENT_GATEWAY_URL_FE: alexa.gatewayUrls.FE,
    SECRETS_JSON: JSON.stringify(secrets),
    ...options.environment,
  };
  const machine = { clock, log };
  const ports = wire(environment, machine);
  const queue = createFifoQueue({
    clock,
    worker: createReportWorker(environment, machine),
    visibilityMs: 5_000,
    maxReceives: 100,
  });
  const stop = new AbortController();
  const watching =
    options.watch === false
      ? Promise.resolve()
      : createDeviceWatch(environment, { ...machine, queue, lookEveryMs: 200 })(stop.signal);
  const skill = (region: AlexaRegion) => createSkill({ ...environment, ALEXA_REGION: region }, machine);

  const link: House['link'] = async (credentials, { region = 'NA', code } = {}) => {
    const { cloud, homes, bearers } = ports;
    const session = await cloud.signIn(credentials, code, AbortSignal.timeout(10_000));
    const homeId = session.accountId;
    await homes.put({
      id: homeId,
      maskedEmail: masked(credentials.email),
      session,
      credentials,
      state: 'healthy',
      signIns: [],
    });
    const linkId = randomUUID();
    let held = { token: '', endsAt: 0 };
    const accessToken = async (): Promise<string> => {
      const now = clock.now();
      if (held.endsAt <= now.getTime()) {
        const current = (await homes.get(homeId))?.session ?? session;
        held = {
          token: await bearers.issue({ homeId, linkId, session: current }, TOKEN_LIFE_SECONDS, now),
          endsAt: now.getTime() + TOKEN_LIFE_SECONDS * 1000,
        };
      }
      return held.token;
    };
    return alexa.addCustomer({ region, invoke: skill(region), accessToken });
  };

  return {
    clock,
    myLeviton,
    alexa,
    table,
    queue,
    secrets,
    environment,
    ports,
    skill,
    link,
    async close() {
      stop.abort();
      await watching;
      await queue.close();
      await Promise.all([myLeviton.close(), alexa.close(), table.close()]);
    },
  };
}

/** Fresh ones at each start: nothing here is worth keeping. */
const makeSecrets = (alexa: EmulatedAlexa): Secrets => ({
  messaging: alexa.messaging,
  sealingKeys: [{ id: 'desk-1', key: randomBytes(32).toString('base64') }],
  linkingClients: [],
});

const masked = (email: string): string => email.replace(/^(.)[^@]*?(.?)@/, '$1…$2@');
