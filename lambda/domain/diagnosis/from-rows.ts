/** What the rows of an account say: pure functions from rows to evidence. */
import type { Account } from '../../ports/account-store.ts';
import type { Device, DeviceList } from '../../ports/device-cloud.ts';
import type { DeviceRecord } from '../../ports/device-store.ts';
import type { AccountEvidence, RefusedToken } from '../../ports/evidence-store.ts';
import type { Grant } from '../../ports/grant-store.ts';
import type { Lease } from '../../ports/leases.ts';
import type { Link } from '../../ports/link-store.ts';
import type { Evidence, GrantEvidence, PlugEvidence } from './evidence.ts';
import { linkEvidence } from './from-links.ts';

/** What was read of an account. `account: undefined`: there is no row; an absent field was not read. */
export interface AccountRows {
  readonly account?: Account | 'missing' | 'unreadable';
  readonly links?: readonly Link[];
  readonly grants?: readonly Grant[];
  readonly devices?: readonly DeviceRecord[];
  readonly notes?: AccountEvidence;
  /** Of all accounts. */
  readonly refused?: readonly RefusedToken[];
  readonly watch?: { readonly shards: number; readonly leases: readonly Lease[] };
}

/** @param now when the rows were read */
export function evidenceOfRows(rows: AccountRows, now: Date): Evidence {
  const { account, links, grants, devices, notes, refused, watch } = rows;
  const at = now.toISOString();
  return {
    ...(account !== undefined && { account: toAccount(account, at) }),
    ...(links && linkEvidence(links, rows, now)),
    ...(grants && { grants: { at, list: grants.map(toGrant) } }),
    ...(devices && { plugs: { at, list: devices.filter(isListed).map(toPlug) } }),
    ...(devices && grants && gatewayEvidence(devices, grants, at)),
    ...(devices && links && discoveryEvidence(devices, links, now)),
    ...(notes && noteEvidence(notes)),
    ...(devices && refused && ownRefusal(devices, refused, notes)),
    ...(watch && watchEvidence(watch, now)),
  };
}

/** Of a row only the state counts: no session leaves it. */
function toAccount(account: NonNullable<AccountRows['account']>, at: string): NonNullable<Evidence['account']> {
  if (account === 'missing' || account === 'unreadable') return { at, state: account };
  switch (account.state) {
    case 'healthy':
      return { at, state: account.state };
    case 'renewal-failing':
      return { at, state: account.state, failures: account.failures };
    case 'renewed': {
      const { state, since, inconclusiveSignIns } = account;
      return { at, state, since, inconclusiveSignIns };
    }
    case 'waiting-to-retry': {
      const { state, since, retryAt, inconclusiveSignIns } = account;
      return { at, state, since, retryAt, inconclusiveSignIns };
    }
    case 'needs-reauth': {
      const { state, reason, since } = account;
      return { at, state, reason, since };
    }
  }
}

const toGrant = ({ id, region, backoff }: Grant): GrantEvidence => ({
  id,
  region,
  state: backoff?.cause ?? 'ok',
  ...(backoff && { since: backoff.since }),
});

const isListed = ({ removedSince }: DeviceRecord): boolean => removedSince === undefined;

const toPlug = ({ device, lastState, offline }: DeviceRecord): PlugEvidence => ({
  id: device.id,
  name: device.name,
  connected: lastState.connected && offline === undefined,
  ...(offline && { since: offline.since }),
});

/** The latest state that a gateway has taken; or since when Amazon answers no report, which its first answer ends. */
function gatewayEvidence(devices: readonly DeviceRecord[], grants: readonly Grant[], at: string): Evidence {
  const [since] = grants.flatMap(({ backoff, unreachableSince }) => (backoff ? [] : (unreachableSince ?? []))).sort();
  if (since !== undefined) return { gateway: { at, state: 'no-answer', since } };
  const reported = devices.flatMap(({ views }) => grants.flatMap(({ id }) => views[id]?.lastReported?.at ?? []));
  const latest = reported.sort().at(-1);
  return latest === undefined ? {} : { gateway: { at: latest, state: 'accepted' } };
}

/** Alexa takes letters and digits of a name; of a name without any nothing is left. */
const SAYABLE = /[\p{L}\p{N}]/u;

/**
 * Devices whose name Alexa cannot take, those that no live link of the account was told about, and those that nobody here can read.
 * @param list what the device cloud lists now, where it was asked: what it lists and no row has, Alexa was not told about
 */
export function discoveryEvidence(
  records: readonly DeviceRecord[],
  links: readonly Link[],
  now: Date,
  { devices, skipped }: DeviceList = { devices: [], skipped: [] },
): Evidence {
  const live = links.filter(({ state }) => state === 'live').map(({ id }) => id);
  if (live.length === 0) return {};
  const kept = records.filter(isListed);
  const isKnown = (id: string) =>
    kept.some(({ device, views }) => device.id === id && live.some((link) => views[link]?.announced !== undefined));
  const all = new Map([...devices, ...kept.map(({ device }) => device)].map((device) => [device.id, device]));
  const readable = [...all.values()].filter(({ id }) => !isKnown(id)).map(heldBack);
  const unreadable = skipped
    .filter(({ what, id }) => what === 'device' && !all.has(id))
    .map(({ id }) => ({ id, name: id, reason: 'unreadable' as const }));
  const described = all.size - readable.length;
  return { discovery: { at: now.toISOString(), described, heldBack: [...readable, ...unreadable] } };
}

function heldBack({ id, name, refusedName }: Device) {
  const said = refusedName ?? name;
  const reason = refusedName === undefined && SAYABLE.test(said) ? ('not-announced' as const) : ('name' as const);
  return { id, name: said, reason };
}

const noteEvidence = ({ goodDirectiveAt, failedDirective, ...answers }: AccountEvidence): Evidence => ({
  ...(goodDirectiveAt !== undefined && { goodDirective: { at: goodDirectiveAt } }),
  ...(failedDirective && { failedDirective }),
  ...badAnswer(answers),
});

/** The later one of the two. One that was both is malformed first: somebody has to do something about that. */
function badAnswer({ lateAnswer: late, malformedAnswer: malformed }: AccountEvidence): Evidence {
  if (malformed && (!late || late.at <= malformed.at)) return { badAnswer: { verdict: 'malformed', ...malformed } };
  return late ? { badAnswer: { verdict: 'late', ...late } } : {};
}

/** A directive for a device of this account whose token was refused: the device tells whose it was. */
function ownRefusal(
  devices: readonly DeviceRecord[],
  refused: readonly RefusedToken[],
  notes: AccountEvidence | undefined,
): Evidence {
  const own = refused.filter(({ endpointId }) => devices.some(({ device }) => device.id === endpointId));
  const latest = latestOf(own);
  if (!latest || latest.at <= (notes?.failedDirective?.at ?? '')) return {};
  const { at, error, keyId } = latest;
  return { failedDirective: { at, error, ...(keyId !== undefined && { keyId }) } };
}

const latestOf = (refused: readonly RefusedToken[]): RefusedToken | undefined =>
  [...refused].sort((one, other) => one.at.localeCompare(other.at)).at(-1);

/** Directives that were refused for their tokens, whosever they were: those for the reason of the latest. */
export function refusedEvidence(refused: readonly RefusedToken[]): Evidence {
  const latest = latestOf(refused);
  if (!latest) return {};
  const { error, keyId, at } = latest;
  const alike = refused.filter((one) => one.error === error && one.keyId === keyId);
  const count = alike.reduce((sum, one) => sum + one.count, 0);
  const since = alike.map((one) => one.since).sort()[0] ?? at;
  return { refusedTokens: { at, error, count, since, ...(keyId !== undefined && { keyId }) } };
}

/** Whether every shard is held. Where only some are, nobody here knows whose this account is in. */
function watchEvidence({ shards, leases }: NonNullable<AccountRows['watch']>, now: Date): Evidence {
  const at = now.toISOString();
  const held = leases.filter(({ expiresAt }) => Date.parse(expiresAt) > now.getTime());
  if (held.length >= shards) return { watch: { at, state: 'watched' } };
  if (held.length > 0) return {};
  const since = leases
    .map(({ expiresAt }) => expiresAt)
    .sort()
    .at(-1);
  return { watch: { at, state: 'silent', ...(since !== undefined && { since }) } };
}
