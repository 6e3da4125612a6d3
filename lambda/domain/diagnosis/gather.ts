/** Collects what is known of an account, from rows and from probes that run side by side. */
import { asError } from '../../basics/as-error.ts';
import type { Account, AccountStore } from '../../ports/account-store.ts';
import type { CanaryStore } from '../../ports/canary-store.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Device, DeviceCloud } from '../../ports/device-cloud.ts';
import type { DeviceRecord, DeviceState, DeviceStore } from '../../ports/device-store.ts';
import {
  type EventRefused,
  GatewayUnreachable,
  GrantRevoked,
  isSkillError,
  MessagingClientRefused,
  RowUnreadable,
  StoreUnavailable,
} from '../../ports/errors.ts';
import type { EvidenceStore, RefusedToken } from '../../ports/evidence-store.ts';
import type { Grant, GrantStore } from '../../ports/grant-store.ts';
import type { LeaseStore } from '../../ports/leases.ts';
import type { LinkStore } from '../../ports/link-store.ts';
import type { Log } from '../../ports/log.ts';
import type { OwnAddress } from '../../ports/own-address.ts';
import type { Throttle } from '../../ports/throttle.ts';
import type { TokenClient } from '../../ports/token-client.ts';
import { withDeadline } from '../deadline.ts';
import { freshGrant } from '../grants.ts';
import type { Evidence } from './evidence.ts';
import { askCloud, askLamp } from './from-cloud.ts';
import { type AccountRows, evidenceOfRows, refusedEvidence } from './from-rows.ts';

export interface GatherPorts {
  readonly accounts: Pick<AccountStore, 'get'>;
  readonly links: Pick<LinkStore, 'ofAccount'>;
  readonly grants: GrantStore;
  readonly devices: Pick<DeviceStore, 'list'>;
  readonly evidence: Pick<EvidenceStore, 'get' | 'refusedTokens'>;
  readonly leases: Pick<LeaseStore, 'read'>;
  readonly canary: Pick<CanaryStore, 'get'>;
  /**
   * The ids of the sealing keys that are in the secret entry now; it is read anew where one of these is missing from what was read before.
   */
  readonly sealingKeyIds: (wanted: readonly string[]) => Promise<readonly string[]>;
  readonly cloud: Pick<DeviceCloud, 'devices' | 'device'>;
  readonly tokens: TokenClient;
  /** Sends a grant's gateway a state that it was told before. @returns its refusal, if it did not take it */
  readonly repeatReport: (
    grant: Grant,
    device: Device,
    signal: AbortSignal,
  ) => Promise<EventRefused | GatewayUnreachable | undefined>;
  /** Absent where the skill does not know its own address. */
  readonly ownAddress?: OwnAddress | undefined;
  /**
   * Where the maker's own server makes the links: then no row of a link or session need be here, nobody need watch, and absence says nothing.
   */
  readonly isLinkedElsewhere: boolean;
  readonly throttle: Throttle;
  readonly clock: Clock;
  readonly log: Log;
}

/** The table answers in milliseconds. What it has not answered by then is not known. */
const TABLE_MS = 2_000;
/** A list of devices takes three requests, one after the other. */
const CLOUD_MS = 5_000;
const LWA_MS = 3_000;
/** Longer than Alexa waits (4.5 s), so that what is too late for her is seen to be late. */
const OWN_MS = 6_000;
const GATEWAY_MS = 2_000;
/** So many grants are tried. A person has one or two Amazon accounts. */
const MOST_GRANTS = 3;

/** Reads of the device cloud for one account. Whoever looks more often gets what is stored. */
const PROBES = { limit: 6, windowSeconds: 300 } as const;

/** Looks at an account. Whoever asks loads it when somebody asks. */
export interface Diagnostics {
  gather(question: Question): Promise<Evidence>;
  /** What all accounts share. */
  gatherDeployment(): Promise<Evidence>;
}

/** What is to be looked at. */
export interface Question {
  readonly accountId: string;
  readonly lampId?: string;
  /** Reads rows only. */
  readonly withoutProbes?: boolean;
  /** Also sends the last reported state once more: Alexa counts it as a report. */
  readonly mayReport?: boolean;
}

/**
 * All that can be known now. Takes 7.5 s at most, and with a table and services that answer no longer than the slowest of them. What cannot be looked at is absent.
 * Nothing is changed but the tokens of a grant, which Login with Amazon renews; nobody is signed in.
 * @throws nothing that a port throws
 */
export async function gatherEvidence(question: Question, ports: GatherPorts): Promise<Evidence> {
  const { clock } = ports;
  const own = question.withoutProbes ? Promise.resolve({}) : askOwnAddress(ports);
  const allowed = question.withoutProbes ? Promise.resolve(false) : isAllowed(question.accountId, ports);
  const { rows, evidence } = await readRows(question.accountId, ports);
  const stored = { ...evidence, ...evidenceOfRows(rows, clock.now()) };
  const named = question.lampId === undefined ? {} : { lampId: question.lampId };
  const isLimited = !(await allowed) && !question.withoutProbes;
  const probes = (await allowed) ? [cloudProbe(question, rows, ports), grantProbe(question, rows, ports)] : [];
  const found = await Promise.all([own, ...probes]);
  const limited = isLimited ? { limited: { at: clock.now().toISOString() } } : {};
  return Object.assign({}, stored, ...found, limited, named);
}

/** Our own address, the table, and whether anybody watches. Throws as little as `gatherEvidence`. */
export async function gatherDeployment(ports: GatherPorts): Promise<Evidence> {
  const [own, watch, ownLink, refused] = await Promise.all([
    askOwnAddress(ports),
    inTime(TABLE_MS, ports, () => ports.leases.read()),
    inTime(TABLE_MS, ports, () => ports.canary.get()),
    refusedNow(ports),
  ]);
  const now = ports.clock.now();
  const state = watch ? 'ok' : 'no-answer';
  const canary = ownLink?.seen ? { canary: ownLink.seen } : {};
  return {
    ...own,
    ...canary,
    ...(refused && refusedEvidence(refused)),
    table: { at: now.toISOString(), state },
    ...evidenceOfRows(watch && !ports.isLinkedElsewhere ? { watch } : {}, now),
  };
}

interface ReadRows {
  readonly rows: AccountRows;
  readonly evidence: Evidence;
}

async function readRows(accountId: string, ports: GatherPorts): Promise<ReadRows> {
  const { accounts, links, grants, devices, evidence, leases, canary, clock, isLinkedElsewhere } = ports;
  const read = <T>(what: () => Promise<T>) => inTime(TABLE_MS, ports, what);
  const [account, ofLinks, ofGrants, ofDevices, notes, watch, ownLink, refused] = await Promise.all([
    read(() => accountRow(accountId, accounts)),
    isLinkedElsewhere ? undefined : read(() => links.ofAccount(accountId)),
    read(() => grants.list(accountId)),
    read(() => devices.list(accountId)),
    read(async () => (await evidence.get(accountId)) ?? {}),
    isLinkedElsewhere ? undefined : read(() => leases.read()),
    read(() => canary.get()),
    refusedNow(ports),
  ]);
  const answers = [account, ofLinks, ofGrants, ofDevices, watch];
  const state = answers.some((one) => one !== undefined) ? 'ok' : 'no-answer';
  const unread = [account, ofGrants, ofDevices, notes, isLinkedElsewhere || ofLinks].includes(undefined);
  return {
    evidence: {
      table: { at: clock.now().toISOString(), state, ...(state === 'ok' && unread && { unread }) },
      ...(ownLink?.seen && { canary: ownLink.seen }),
    },
    rows: {
      ...(account !== undefined && !(isLinkedElsewhere && account === 'missing') && { account }),
      ...(ofLinks && { links: ofLinks }),
      ...(ofGrants && { grants: ofGrants }),
      ...(ofDevices && { devices: ofDevices }),
      ...(notes && { notes }),
      ...(refused && { refused }),
      ...(watch && { watch }),
    },
  };
}

/** The noted refusals, without those for a key that was missing and is back: its tokens open. */
async function refusedNow(ports: GatherPorts): Promise<readonly RefusedToken[] | undefined> {
  const refused = await inTime(TABLE_MS, ports, () => ports.evidence.refusedTokens());
  const missing = [...new Set(refused?.flatMap(({ keyId }) => keyId ?? []))];
  if (missing.length === 0) return refused;
  const present = (await inTime(TABLE_MS, ports, () => ports.sealingKeyIds(missing))) ?? [];
  return refused?.filter(({ keyId }) => keyId === undefined || !present.includes(keyId));
}

async function accountRow(
  accountId: string,
  accounts: GatherPorts['accounts'],
): Promise<Account | 'missing' | 'unreadable'> {
  try {
    return (await accounts.get(accountId)) ?? 'missing';
  } catch (error) {
    if (error instanceof RowUnreadable) return 'unreadable';
    throw error;
  }
}

/** @returns nothing when there was no answer in time */
async function inTime<T>(
  ms: number,
  { clock, log }: GatherPorts,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  try {
    return await withDeadline(ms, { clock }, work);
  } catch (error) {
    if (!isSkillError(error)) log.error('evidence-not-gathered', { error: asError(error) });
    return undefined;
  }
}

/** A table that does not answer refuses nobody: it is what the person should hear of. */
async function isAllowed(accountId: string, ports: GatherPorts): Promise<boolean> {
  const labels = ['probe'];
  const counter = { name: 'probes', key: `probes#${accountId}`, labels, anyOf: [{ limits: [PROBES] }] };
  const taken = await inTime(TABLE_MS, ports, () => ports.throttle.take([counter], ports.clock.now()));
  return taken?.taken !== false;
}

async function cloudProbe({ lampId }: Question, { account, devices, links, grants }: AccountRows, ports: GatherPorts) {
  if (typeof account !== 'object') return {};
  const { cloud, clock } = ports;
  // Of rows that were not read nobody knows what Alexa was told.
  const question = { session: account.session, known: devices ?? [], lampId, links: devices && links, grants };
  const asked = inTime(CLOUD_MS, ports, (signal) => askCloud(question, cloud, () => clock.now(), signal));
  const lamp = inTime(CLOUD_MS, ports, (signal) => askLamp(question, cloud, () => clock.now(), signal));
  const whole = await asked;
  // A list takes three requests. Where the cloud is slow, one answer shows that it works.
  return whole ?? (await lamp) ?? { cloud: { at: clock.now().toISOString(), state: 'too-slow' as const } };
}

/** Renews the tokens of the grants, as a report would; the first that cannot be renewed is named. */
async function grantProbe({ mayReport }: Question, rows: AccountRows, ports: GatherPorts): Promise<Evidence> {
  const grants = (rows.grants ?? []).slice(0, MOST_GRANTS);
  const answers = await Promise.all(grants.map((grant) => renew(grant, ports)));
  const known = answers.filter((one) => one !== undefined);
  const state = known.find((one) => one !== 'ok') ?? known[0];
  const [first] = grants;
  const reported = mayReport && first && state === 'ok' ? await gatewayProbe(first, rows, ports) : {};
  return { ...(state && { eventToken: { at: ports.clock.now().toISOString(), state } }), ...reported };
}

/**
 * Sends the gateway what it was sent last, with the moment of then: a report that still waits is newer and is not overtaken. Only what passes
 * is found here: what a gateway refuses for good is in the grant's row after the next report.
 */
async function gatewayProbe(
  { accountId, id }: Grant,
  { account, devices = [] }: AccountRows,
  ports: GatherPorts,
): Promise<Evidence> {
  const record = devices.find(({ views }) => views[id]?.lastReported !== undefined);
  const grant = await inTime(TABLE_MS, ports, () => ports.grants.get(accountId, id));
  if (!record || !grant || typeof account !== 'object') return {};
  const device = await inTime(GATEWAY_MS, ports, (signal) =>
    ports.cloud.device(account.session, record.device.id, signal),
  );
  // Read after the plug: a report may have been sent meanwhile. Alexa may also have learned something else since the last one, so it is
  // repeated only where the plug is like that now.
  const reported = await inTime(TABLE_MS, ports, async () =>
    lastReportOf(record, id, await ports.devices.list(accountId)),
  );
  if (!device || !reported || !isAsReported(device, reported)) return {};
  const repeated = { ...device, sampledAt: new Date(reported.at) };
  const asked = await inTime(GATEWAY_MS, ports, async (signal) => ({
    refusal: await ports.repeatReport(grant, repeated, signal),
  }));
  const at = ports.clock.now().toISOString();
  if (!asked) return { gateway: { at, state: 'no-answer' } };
  const { refusal } = asked;
  if (!refusal) return { gateway: { at, state: 'accepted' } };
  if (refusal instanceof GatewayUnreachable) return { gateway: { at, state: 'no-answer' } };
  const { status } = refusal;
  return status === 429 || status >= 500 ? { gateway: { at, state: 'no-answer', status } } : {};
}

const lastReportOf = ({ device }: DeviceRecord, grantId: string, records: readonly DeviceRecord[]) =>
  records.find((record) => record.device.id === device.id)?.views[grantId]?.lastReported;

const isAsReported = ({ power, level, connected }: Device, reported: DeviceState): boolean =>
  connected && reported.connected && reported.power === power && reported.level === level;

async function renew(
  grant: Grant,
  ports: GatherPorts,
): Promise<NonNullable<Evidence['eventToken']>['state'] | undefined> {
  try {
    await withDeadline(LWA_MS, ports, (signal, { grants, tokens, clock }) =>
      freshGrant(grant, { grants, tokens, clock }, signal, grant.tokens.accessToken),
    );
    return 'ok';
  } catch (error) {
    if (error instanceof GrantRevoked) return 'revoked';
    if (error instanceof MessagingClientRefused) return 'client-refused';
    if (!isSkillError(error)) throw error;
    // The tokens were renewed, or not even tried: what the table did says nothing of Login with Amazon.
    return error instanceof StoreUnavailable ? undefined : 'no-answer';
  }
}

/** Our own address from outside. */
export async function askOwnAddress(ports: Pick<GatherPorts, 'ownAddress' | 'clock' | 'log'>): Promise<Evidence> {
  const { ownAddress, clock, log } = ports;
  if (!ownAddress) return {};
  const look = async <T extends object>(ask: (signal: AbortSignal) => Promise<T>) => {
    try {
      const state = await withDeadline(OWN_MS, { clock }, ask);
      return { at: clock.now().toISOString(), ...state };
    } catch (error) {
      if (!isSkillError(error)) log.warn('own-address-not-tried', { error: asError(error) });
      return undefined;
    }
  };
  const [address, signInPage, tokenEndpoint] = await Promise.all([
    look((signal) => ownAddress.address(signal)),
    look((signal) => ownAddress.signInPage(signal)),
    look((signal) => ownAddress.tokenEndpoint(signal)),
  ]);
  return {
    ...(address && { address }),
    ...(signInPage && { signInPage }),
    ...(tokenEndpoint && { tokenEndpoint }),
  };
}
