import { createSealer } from '../adapters/aes-gcm/sealer.ts';
import { type Config, regionOf, toConfig } from '../adapters/environment/environment.ts';
import { parseSecrets } from '../adapters/environment/secrets.ts';
import { createLog } from '../adapters/json-log/log.ts';
import { createTokenClient } from '../adapters/lwa/token-client.ts';
import { systemClock } from '../adapters/system/clock.ts';
import { sealedBearer } from '../domain/bearer.ts';
import { DirectiveMemory } from '../domain/directive-memory.ts';
import type { NoticeBacklog } from '../domain/notices.ts';
import { SessionMemory } from '../domain/session-memory.ts';
import type { Clock } from '../ports/clock.ts';
import type { DeviceCloud } from '../ports/device-cloud.ts';
import type { Log } from '../ports/log.ts';
import type { NoticeSender } from '../ports/notice-sender.ts';
import type { Notices } from '../ports/notices.ts';
import type { ReportQueue } from '../ports/report-queue.ts';
import type { Sealer } from '../ports/sealer.ts';
import type { SealingKey } from '../ports/secrets.ts';
import { openDeviceCloud } from './device-cloud.ts';
import { lazily, lazilyEach, once } from './lazy.ts';
import type { PassthroughPorts } from './passthrough.ts';
import { renewable } from './renewable.ts';

export type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

/** What a machine other than Lambda brings along: the desk its clock, its log, and who shows the notices. */
export interface Overrides {
  readonly clock?: Clock;
  readonly log?: Log;
  /** In place of the one at REPORT_QUEUE_URL. */
  readonly queue?: ReportQueue;
  readonly noticeSender?: NoticeSender;
  /** What the `skill` function calls in place of its device cloud. */
  readonly cloud?: (cloud: DeviceCloud) => DeviceCloud;
}

export interface ComposeOptions {
  /** For a function that works on many rows at once: what is read at the same moment is read in one call. */
  readonly readTogether?: boolean;
  /** For a function that calls no device cloud: which one it is need not be set. */
  readonly withoutCloud?: boolean;
}

/**
 * Builds what the functions share from their environment. Nothing here awaits the network: secrets are fetched, and the AWS SDK is
 * loaded, when a directive first needs them.
 * @throws an Error that names the variable that is wrong
 */
export function compose(environment: EnvironmentVariables, overrides: Overrides = {}, options: ComposeOptions = {}) {
  const config = toConfig(environment);
  const clock = overrides.clock ?? systemClock;
  const log = overrides.log ?? createLog(config.LOG_LEVEL, clock, undefined, config.AWS_LAMBDA_FUNCTION_NAME);
  const secretEntry = openSecretEntry(config, clock);
  const { secrets, sealer } = secretEntry;
  const deviceCloud = openDeviceCloud(config, { clock, secrets });
  const stores = once(async () => openTableStores(config, await sealer(), options));
  const passthrough =
    config.LINK_MODE === 'passthrough'
      ? openPassthrough({ byToken: deviceCloud.byToken, secrets, stores, notices: () => notices, clock, log }, options)
      : undefined;
  // A deployment that once linked accounts itself may have them still, and no page is there any more.
  const publicUrl = passthrough ? undefined : config.PUBLIC_URLS[0];
  const links = lazily(async () => (passthrough ? await passthrough.links() : table.links));
  const table = lazilyEach(stores);
  const { noticeAddresses, developerMail, throttle } = table;
  const sqs = lazily(() => openQueue(config));
  const mailer =
    config.NOTICE_FROM === undefined || passthrough
      ? undefined
      : lazily(async () => (await import('./notice-senders.ts')).openMailer(config, config.NOTICE_FROM ?? ''));
  // Only account-linking has the name in its environment.
  const operator = async () => config.OPERATOR_NAME ?? (await secretEntry.secrets()).operator;
  const noticeSender = lazily(
    async () => overrides.noticeSender ?? (await import('./notice-senders.ts')).openNoticeSender(config, log),
  );
  const notices: Notices & NoticeBacklog = lazily(async () => {
    const { createNotices } = await import('../domain/notices.ts');
    const { noticeStore } = table;
    return createNotices({
      noticeStore,
      links,
      sender: noticeSender,
      developerMail,
      sealer: await sealer(),
      clock,
      log,
      cloudName: deviceCloud.cloudName,
      publicUrl,
      hasAlexaPage: config.SKILL_ID !== undefined && !passthrough,
      mail: mailer && { mailer, noticeAddresses, operator },
    });
  });
  const addressBook =
    mailer &&
    lazily(async () => {
      const { createAddressBook } = await import('../domain/address-book.ts');
      const stored = { noticeAddresses, throttle };
      return createAddressBook({ ...stored, mailer, operator, sealer: await sealer(), clock, log, publicUrl });
    });
  return {
    config,
    clock,
    log,
    ...secretEntry,
    stores,
    region: config.ALEXA_REGION,
    settings: { brightnessWhileOff: config.BRIGHTNESS_WHILE_OFF },
    ...deviceCloud,
    about: {
      operator: config.OPERATOR_NAME,
      privacyUrl: config.PRIVACY_URL,
      passwordHelpUrl: deviceCloud.passwordHelpUrl,
    },
    sessionMemory: new SessionMemory(),
    directiveMemory: new DirectiveMemory(),
    refusedTokens: lazily(async () => {
      const { createRefusedTokens } = await import('../domain/refused-tokens.ts');
      return createRefusedTokens({ evidence: table.evidence, clock, log });
    }),
    /** Only with LINK_MODE=passthrough. */
    passthrough,
    bearers: passthrough ?? lazily(async () => sealedBearer(await sealer())),
    tokens: lazily(async () => createTokenClient({ url: config.LWA_TOKEN_URL, ...(await secrets()).messaging, clock })),
    accounts: table.accounts,
    accountData: table.accountData,
    devices: table.devices,
    grants: table.grants,
    links,
    throttle,
    enablements: table.enablements,
    noticeStore: table.noticeStore,
    consents: table.consents,
    evidence: table.evidence,
    noticeAddresses,
    developerMail,
    /** Reaches the developer. */
    sender: noticeSender,
    /** Absent where no sender of mails is configured. */
    addressBook,
    consentClient: lazily(async () => {
      const { createConsentClient } = await import('../adapters/lwa/consent-client.ts');
      return createConsentClient({ url: config.LWA_TOKEN_URL, ...(await secrets()).messaging, clock });
    }),
    alexaEnablement: config.SKILL_ID ? lazily(() => openAlexaEnablement(config)) : undefined,
    alexaConsent: {
      authorizeUrl: config.LWA_AUTHORIZE_URL,
      clientId: async () => (await secrets()).messaging.clientId,
      stage: config.SKILL_STAGE,
    },
    /** Says what is known of an account, for whoever asks what is wrong with a lamp. */
    diagnostics: lazily(async () => {
      const { openDiagnosticsOf } = await import('./diagnostics.ts');
      const { cloud } = deviceCloud;
      return openDiagnosticsOf(config, { stores: await stores(), ...secretEntry, cloud, clock, log });
    }),
    queue: overrides.queue ?? sqs,
    visibility: sqs,
    notices,
  };
}

/** The content of the secret entry, and what is made of its sealing keys. */
function openSecretEntry(config: Config, clock: Clock) {
  let fetches = 0;
  const fetchSecrets = async () => {
    if (config.SECRETS_JSON) return parseSecrets(config.SECRETS_JSON);
    fetches += 1;
    try {
      const { loadSecrets } = await import('../adapters/secrets-manager/secrets.ts');
      const id = config.SECRETS_ID ?? '';
      return parseSecrets(await loadSecrets(id, regionOf(id, config.AWS_REGION)));
    } finally {
      fetches -= 1;
    }
  };
  const secrets = once(fetchSecrets);
  const ofKeys = async <T extends object>(make: (keys: readonly SealingKey[]) => T) => {
    const { sealingKeys } = await secrets();
    return renewable(make(sealingKeys), async () => make((await fetchSecrets()).sealingKeys), clock);
  };
  return {
    secrets,
    /** Fetches the secrets again, for a function that misses something in them. */
    fetchSecrets,
    isFetchingSecrets: () => fetches > 0,
    ofKeys,
    sealer: once(() => ofKeys(createSealer)),
  };
}

/** @param byToken is what LINK_MODE=passthrough needs of a device cloud */
function openPassthrough(ports: PassthroughPorts, { withoutCloud }: ComposeOptions) {
  if (!ports.byToken && !withoutCloud)
    throw new Error('LINK_MODE=passthrough needs DEVICE_CLOUD: a cloud that takes your tokens');
  return lazily(async () => (await import('./passthrough.ts')).createPassthrough(ports));
}

async function openTableStores(config: Config, sealer: Sealer, { readTogether = false }: ComposeOptions) {
  const { openStores } = await import('../adapters/dynamodb/stores.ts');
  const endpoint = config.AWS_ENDPOINT_URL_DYNAMODB ?? config.AWS_ENDPOINT_URL;
  const { TABLE_NAME: tableName } = config;
  const region = regionOf(tableName, config.AWS_REGION);
  return openStores({ tableName, region, together: readTogether, ...(endpoint && { endpoint }) }, sealer);
}

async function openQueue({ REPORT_QUEUE_URL: queueUrl, AWS_REGION }: Config) {
  if (!queueUrl) throw new Error('REPORT_QUEUE_URL is missing');
  const { createReportQueue } = await import('../adapters/sqs/queue.ts');
  return createReportQueue({ queueUrl, region: regionOf(queueUrl, AWS_REGION) });
}

async function openAlexaEnablement({ ALEXA_API_URL: apiUrl, SKILL_ID: skillId = '', SKILL_STAGE: stage }: Config) {
  const { createAlexaEnablement } = await import('../adapters/alexa-enablement/enablement.ts');
  return createAlexaEnablement({ apiUrl, skillId, stage });
}
