import type { Evidence } from '../lambda/domain/diagnosis/evidence.ts';
import { compose, type Overrides } from '../lambda/handlers/compose.ts';
import { createDeviceEvents } from '../lambda/handlers/device-events.ts';
import { createDeviceWatch } from '../lambda/handlers/device-watch.ts';
import { createMaintenance } from '../lambda/handlers/maintenance.ts';
import { createReportWorker } from '../lambda/handlers/report-worker.ts';
import { createSkill } from '../lambda/handlers/skill.ts';
import type { AlexaRegion } from '../lambda/ports/grant-store.ts';
import type { Log } from '../lambda/ports/log.ts';
import type { ReportMessage, VisibilityChange } from '../lambda/ports/report-queue.ts';
import type { Secrets } from '../lambda/ports/secrets.ts';
import { addRemovable } from './add-removable.ts';
import type { EmulatedAlexa } from './alexa/contract.ts';
import { startAlexa } from './alexa/emulator.ts';
import { startLinking } from './alexa/linking.ts';
import type { LinkingSettings } from './alexa/token-endpoint.ts';
import { type AmazonCustomer, type CustomerSettings, createAmazonCustomer } from './amazon-customer.ts';
import type { DeskClock } from './clock.ts';
import { deployments } from './deployments.ts';
import type { DeskCloud } from './desk-cloud.ts';
import { everyMinute } from './every-minute.ts';
import { createLinkingFaults, type LinkingFaults, type PublicAddress } from './linking-faults.ts';
import { serveLinking } from './linking-server.ts';
import { createLinkingSide, type LinkingSide } from './linking-side.ts';
import type { Loopback } from './loopback.ts';
import type { EmulatedMaker } from './maker/contract.ts';
import { startMaker } from './maker/emulator.ts';
import { MAKER_NAME, makerOnDesk } from './maker/on-desk.ts';
import type { SignInServer, SignInServerSettings } from './maker/sign-in-server/contract.ts';
import { createMakersLinkingSide, type MakersLinkingSide } from './makers-linking-side.ts';
import { misreading } from './misreading.ts';
import type { EmulatedMyLeviton } from './my-leviton/contract.ts';
import { startMyLeviton } from './my-leviton/emulator.ts';
import { myLevitonOnDesk } from './my-leviton/on-desk.ts';
import { createNoticeTopic, type SentNotice } from './notice-topic.ts';
import { signInAsPerson, type Typed } from './person.ts';
import { createFifoQueue, type FifoQueue } from './queue/fifo-queue.ts';
import { type EmulatedSes, startSes } from './ses/ses.ts';
import { type EmbeddedTable, startEmbeddedTable } from './table/embedded-table.ts';

export interface LocalSystemOptions {
  readonly clock: DeskClock;
  readonly log: Log;
  /** Milliseconds from a write to the device's own report; 1200 by default. */
  readonly reportDelayMs?: number;
  /**
   * `real`: My Leviton itself, or where MY_LEVITON_URL and MY_LEVITON_SOCKET_URL say; `maker`: an emulated cloud of a maker's own; the
   * emulated My Leviton by default.
   */
  readonly deviceCloud?: 'emulated' | 'maker' | 'real';
  /** A maker's own authorization server links accounts, with settings of oidc-provider; needs the device cloud `maker`. */
  readonly signInServer?: SignInServerSettings;
  /** Whether the skill has a client of its own there, with which `device-watch` and `maintenance` read; it has by default. */
  readonly serviceClient?: boolean;
  /** Whether `device-watch` runs; it does by default. */
  readonly watch?: boolean;
  /** Whether the skill writes to people by SES; by default every notice goes to the topic. */
  readonly mail?: boolean;
  /** Further environment variables of the functions. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** The shipped functions and all that they talk to, on loopback. The desk shows one local system; tests start their own. */
export interface LocalSystem {
  readonly clock: DeskClock;
  readonly myLeviton: EmulatedMyLeviton;
  /** The emulated cloud of a maker's own, where the functions call that one. */
  readonly maker: EmulatedMaker | undefined;
  /** The maker's authorization server, where that links accounts. */
  readonly signInServer: SignInServer | undefined;
  /** The id here of an account at the emulated cloud. */
  accountIdOf(cloudAccount: string): Promise<string>;
  /** The emulated cloud that the functions call, whichever it is. */
  readonly deviceCloud: DeskCloud;
  readonly alexa: EmulatedAlexa;
  readonly table: EmbeddedTable;
  /** Takes the mails to people, where the skill writes to people. */
  readonly ses: EmulatedSes;
  readonly queue: FifoQueue;
  /** What the secret entry holds at the moment. */
  readonly secrets: Secrets;
  /** The functions' environment variables at the moment. */
  readonly environment: Readonly<Record<string, string>>;
  /** The stores and clients that the functions share. */
  readonly ports: ReturnType<typeof compose>;
  /** The `skill` function as Lambda holds it, in the region of the customer that calls it. */
  skill(region: AlexaRegion): (event: unknown) => Promise<unknown>;
  /** An Amazon account that has not linked the skill yet. */
  addAccount(options?: CustomerSettings & { readonly region?: AlexaRegion }): AmazonCustomer;
  /** An Amazon account that has: a person signed in on our page, in Alexa's own account linking flow. AcceptGrant and Discover come next. */
  link(typed: Typed, options?: { readonly region?: AlexaRegion }): Promise<AmazonCustomer>;
  /** A new client secret in the console and in the functions; the old one is retired. */
  rotateClientSecret(): Promise<void>;
  /** The linking server gets a second address, which is the console's from now on; the first goes on answering. */
  moveLinkingServer(): Promise<void>;
  /** Ends the runs of `device-watch` and starts one: after a jump of the clock the next would start up to a minute later. */
  restartWatch(): Promise<void>;
  /** One run of the `maintenance` function, which runs hourly on Lambda. */
  maintainAccounts(signal?: AbortSignal): Promise<void>;
  /** SNS invokes the `maintenance` function with what SES says of a mail. */
  mailEvent(event: unknown): Promise<void>;
  /** Every notice and all-clear that a helper has got. */
  readonly notices: readonly SentNotice[];
  /** Calls back for each of them. Returns a function that stops it. */
  onNotice(listener: (notice: SentNotice) => void): () => void;
  /** Ends the runs of `device-watch`, and starts none until the returned function is called. */
  stopWatch(): () => void;
  /** What can be wrong with the linking server; nothing with a maker's own. */
  readonly linkingFaults: LinkingFaults;
  /** Where everybody finds the linking server; undefined with a maker's own. */
  readonly publicAddress: PublicAddress | undefined;
  /** What the developer console says of account linking. */
  readonly console: LinkingSettings;
  /** Alexa cannot invoke the `skill` function, until the returned function is called. */
  denyInvocations(why: DeliveryFault): () => void;
  /** Why it cannot, if so. */
  readonly deliveryFault: DeliveryFault | undefined;
  /** Has every function made anew, as a deployment does: what one remembers is gone. */
  deployAnew(): void;
  /** A deployment without the sealing key that rows and tokens were sealed with, until the returned function is called. */
  loseSealingKey(): () => void;
  /** A secret entry without the client secret that links were made with, until the returned function is called. */
  loseClientSecret(): () => void;
  /** The report worker fails at each batch, until the returned function is called. Then what lies in the dead-letter queue is gone. */
  breakWorker(): () => void;
  /** The `skill` function has a bug: it reads levels that are no whole numbers, until the returned function is called. */
  readonly misreadLevels: () => () => void;
  /** Whatever takes the notices on their way, until the returned function is called, refuses them. */
  refuseNotices(): () => void;
  close(): Promise<void>;
}

export type DeliveryFault = Exclude<NonNullable<Evidence['delivery']>['state'], 'ok'>;

export async function startLocalSystem(options: LocalSystemOptions): Promise<LocalSystem> {
  const { clock, log, reportDelayMs } = options;
  const timing = { clock, ...(reportDelayMs !== undefined && { reportDelayMs }) };
  const [myLeviton, alexa, table, ses] = await Promise.all([
    startMyLeviton(timing),
    startAlexa({ clock, skill: { redirectUrls: () => linking.urls.map((url) => `${url}/alexa/callback`) } }),
    startEmbeddedTable(),
    startSes({ clock }),
  ]);
  const alexaLinking = await startLinking({ clock, settings: () => linking.console });
  const topic = createNoticeTopic(clock);
  // The functions send to the queue, whose worker is one of them.
  const overrides = {
    clock,
    log,
    noticeSender: topic.sender,
    queue: {
      send: (messages: readonly ReportMessage[]) => queue.send(messages),
      changeVisibility: (messages: readonly VisibilityChange[]) => queue.changeVisibility(messages),
    },
  };
  const maker = options.deviceCloud === 'maker' ? await startMaker(timing) : undefined;
  const settings = settingsOf(options, { myLeviton, maker, alexa, table, ses });
  const { redirectUri } = alexaLinking;
  const makers: MakersLinkingSide | undefined =
    options.signInServer &&
    maker &&
    (await createMakersLinkingSide({
      ...{ clock, maker, messaging: alexa.messaging, redirectUri, settings },
      ...{ signIn: options.signInServer, service: options.serviceClient ?? true },
    }));
  const linkingFaults = createLinkingFaults(clock, {
    hidden: () => linking.cut?.(),
    stallRead: () => table.fail('slow', 1, ({ operation, body }) => operation === 'GetItem' && body.includes('"link#')),
  });
  const linking: LinkingSide =
    makers ?? createLinkingSide(alexa.messaging, redirectUri, settings, overrides, linkingFaults);
  if (!makers) await linking.serve();
  const misread = misreading();
  const deployed = deployments();
  const now = () => linking.environment;
  const worker = deployed(() => createReportWorker(now(), { ...overrides, debounceMs: 100 }));
  const crashes: object[] = [];
  const queue: FifoQueue = createFifoQueue({
    ...{ clock, visibilityMs: 20_000, maxReceives: 100 },
    worker: async (event) => {
      if (crashes.length > 0) throw new Error('Runtime.ExitError: the report worker ended');
      return await worker.current()(event);
    },
  });
  const maintenance = deployed(() => createMaintenance(now(), overrides));
  const skill = (region: AlexaRegion) => {
    const made = deployed(() =>
      createSkill({ ...now(), ALEXA_REGION: region }, { ...overrides, cloud: misread.cloud }),
    );
    return (event: unknown) => made.current()(event);
  };
  const denials: DeliveryFault[] = [];
  const permitted = (invoke: (event: unknown) => Promise<unknown>) => async (event: unknown) => {
    const [denial] = denials;
    if (denial !== undefined) throw new Error(DENIALS[denial]);
    return await invoke(event);
  };
  const addAccount: LocalSystem['addAccount'] = ({ region = 'NA', ...account } = {}) =>
    createAmazonCustomer({ clock, alexa, alexaLinking, invoke: permitted(skill(region)), region }, account);
  const events = maker && (await serveEvents(maker, linking, overrides));
  const watches = options.watch !== false && (!makers || linking.secrets.deviceCloudClient !== undefined);
  const composed = deployed(() => compose(now(), overrides));
  const watch = deployed(() => createDeviceWatch(now(), { ...overrides, queue, lookEveryMs: 200 }));
  const watching = watches ? everyMinute((signal) => watch.current()(signal), clock) : undefined;

  return {
    ...{ clock, myLeviton, maker, alexa, table, ses, queue, skill, addAccount },
    deviceCloud: maker ? makerOnDesk(maker) : myLevitonOnDesk(myLeviton),
    get ports() {
      return composed.current();
    },
    signInServer: makers?.signInServer,
    accountIdOf: async (cloudAccount) =>
      (await composed.current().passthrough?.accountIds(cloudAccount))?.[0] ?? cloudAccount,
    get secrets() {
      return linking.secrets;
    },
    get environment() {
      return linking.environment;
    },
    async link(typed, options) {
      const amazonCustomer = addAccount(options);
      await signInAsPerson(amazonCustomer.account.startUrl, typed);
      return amazonCustomer;
    },
    rotateClientSecret: linking.rotateClientSecret,
    moveLinkingServer: linking.serve,
    maintainAccounts: (signal = new AbortController().signal) => maintenance.current()(signal),
    mailEvent: (event) => maintenance.current()(new AbortController().signal, event),
    restartWatch: async () => watching?.restart(),
    stopWatch: () => watching?.pause() ?? (() => undefined),
    linkingFaults,
    get publicAddress() {
      return linkingFaults.address(linking.urls[0]);
    },
    get console() {
      return linking.console;
    },
    denyInvocations: (why) => addRemovable(denials, why),
    get deliveryFault() {
      return denials[0];
    },
    deployAnew: deployed.anew,
    loseSealingKey() {
      const putBack = linking.replaceSealingKey();
      deployed.anew();
      return () => {
        putBack();
        deployed.anew();
      };
    },
    loseClientSecret: () => linking.loseClientSecret?.() ?? (() => undefined),
    breakWorker() {
      const repair = addRemovable(crashes, {});
      return () => {
        repair();
        queue.purgeDeadLetters();
        // A report that was tried for the last time just before is a dead letter only when its turn comes.
        void queue.idle().then(() => queue.purgeDeadLetters());
      };
    },
    misreadLevels: misread.switchOn,
    notices: topic.notices,
    onNotice: topic.onNotice,
    refuseNotices: topic.refuse,
    async close() {
      await watching?.close();
      await queue.close();
      await Promise.all(
        [alexaLinking, linking, myLeviton, maker, events, alexa, table, ses].map((one) => one?.close()),
      );
    },
  };
}

/** What Alexa's call of the function fails with. */
const DENIALS: Readonly<Record<DeliveryFault, string>> = {
  'permission-missing': 'AccessDeniedException: Alexa is not authorized to perform lambda:InvokeFunction',
  'function-missing': 'ResourceNotFoundException: Function not found',
  'endpoint-missing': 'the manifest of the skill has no endpoint for the region of the account',
};

/** The function `device-events`, at which the maker's cloud calls. */
async function serveEvents(
  maker: EmulatedMaker,
  { environment, secrets }: LinkingSide,
  overrides: Overrides,
): Promise<Loopback> {
  const server = await serveLinking(createDeviceEvents(environment, overrides));
  maker.sendEventsTo({ url: server.url, key: secrets.deviceEventsKey ?? '' });
  return server;
}

const SENDER = 'Lamps and Alexa <lamps@desk.example.org>';

/** The functions' environment, as far as it stays as it is. */
function settingsOf(
  { deviceCloud, mail, environment }: LocalSystemOptions,
  { myLeviton, maker, alexa, table, ses }: Pick<LocalSystem, 'myLeviton' | 'maker' | 'alexa' | 'table' | 'ses'>,
): Record<string, string> {
  const real = deviceCloud === 'real';
  return {
    TABLE_NAME: table.tableName,
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL: table.url,
    MY_LEVITON_URL: real ? (process.env.MY_LEVITON_URL ?? '') : myLeviton.url,
    MY_LEVITON_SOCKET_URL: real ? (process.env.MY_LEVITON_SOCKET_URL ?? '') : myLeviton.socketUrl,
    ...(maker && { DEVICE_CLOUD: maker.url, DEVICE_CLOUD_NAME: MAKER_NAME }),
    LWA_TOKEN_URL: alexa.tokenUrl,
    LWA_AUTHORIZE_URL: alexa.authorizeUrl,
    ALEXA_API_URL: alexa.apiUrl,
    SKILL_ID: alexa.skill.id,
    SKILL_STAGE: alexa.skill.stage,
    EVENT_GATEWAY_URL_NA: alexa.gatewayUrls.NA,
    EVENT_GATEWAY_URL_EU: alexa.gatewayUrls.EU,
    EVENT_GATEWAY_URL_FE: alexa.gatewayUrls.FE,
    ...(mail && { NOTICE_FROM: SENDER, NOTICE_CONFIGURATION_SET: 'notices', AWS_ENDPOINT_URL_SESV2: ses.url }),
    ...environment,
  };
}
