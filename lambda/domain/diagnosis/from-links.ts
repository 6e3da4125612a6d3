/** What the links of an account say, with their grants: how they stand, and how the latest was made. */
import { endOfId } from '../../basics/end-of-id.ts';
import type { SkillError } from '../../ports/errors.ts';
import type { AccountEvidence } from '../../ports/evidence-store.ts';
import type { Grant } from '../../ports/grant-store.ts';
import type { Link, LinkRefusal } from '../../ports/link-store.ts';
import { isReplaced, type LossReason, lossOf } from '../alexa-evidence.ts';
import { eachLink } from './each-link.ts';
import type { Evidence, LinkEvidence } from './evidence.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** A code that was not exchanged by then is of no use to anybody. */
const CODE_MS = 5 * MINUTE_MS;
/** Our access tokens work for an hour, and for five minutes more. */
const FIRST_TOKEN_MS = 65 * MINUTE_MS;

const STATE_OF_LOSS: Readonly<Record<LossReason, Extract<LinkEvidence, { since: string }>['state'] & string>> = {
  'skill-disabled': 'skill-disabled',
  'ended-by-person': 'ended-by-person',
  'ended-for-safety': 'ended-for-safety',
  'not-linked': 'not-linked',
  'grant-revoked': 'grant-revoked',
};

/** @param now when the rows were read */
export function linkEvidence(
  links: readonly Link[],
  { grants, notes }: { readonly grants?: readonly Grant[]; readonly notes?: AccountEvidence },
  now: Date,
): Evidence {
  const at = now.toISOString();
  const newest = byAge(links).at(-1);
  const live = byAge(links.filter(({ state, supersededAt }) => state === 'live' && supersededAt === undefined)).at(-1);
  const refreshedAt = links
    .map(({ lastUsedAt }) => lastUsedAt)
    .filter((one) => one !== undefined)
    .sort()
    .at(-1);
  return {
    link: { at, ...linkState(links, grants, now) },
    ...(refreshedAt !== undefined && { refresh: { at: refreshedAt } }),
    ...eachLink(links, now),
    ...refusedRefresh(links),
    ...(newest && exchangeEvidence(newest, now)),
    ...(live && grants && grantEvidence(live, grants, notes, now)),
  };
}

const byAge = (links: readonly Link[]): readonly Link[] =>
  [...links].sort((one, other) => one.createdAt.localeCompare(other.createdAt));

/** Of several links the best: somebody whose Alexa works asks of a lamp, not of another person's link. */
function linkState(links: readonly Link[], grants: readonly Grant[] | undefined, now: Date): LinkEvidence {
  const taken = byAge(links).filter((link) => link.endedBecause !== 'never-linked');
  const counted = taken.filter((link) => !isUnfinished(link, taken, grants, now));
  const live = counted.filter((link) => link.state === 'live' && !isUnanswered(link, grants));
  const kept = live.filter((link) => lossOf(link, now) === undefined).at(-1);
  if (kept) return { state: 'live', since: kept.createdAt };
  const relevant = live.length > 0 ? live.filter((link) => !isReplaced(link, links)) : counted;
  if (live.length === 0 && counted.some(({ state }) => state === 'pending' || state === 'live'))
    return { state: 'not-completed' };
  const losses = relevant.flatMap((link) => lossOf(link, now) ?? []);
  const [loss] = losses.sort((one, other) => other.since.localeCompare(one.since));
  return loss ? { state: STATE_OF_LOSS[loss.reason], since: loss.since } : { state: 'none' };
}

/** Its code was spent, we gave up before the answer, and nothing shows that Alexa got its tokens all the same. */
const isUnanswered = ({ id, exchange, refusal, lastUsedAt }: Link, grants: readonly Grant[] = []): boolean =>
  exchange !== undefined &&
  refusal?.request === 'exchange' &&
  lastUsedAt === undefined &&
  grants.every((grant) => grant.id !== id);

/** Alexa does not finish a link whose AcceptGrant fails: it was never used, and somebody has linked since. */
const isUnfinished = (
  { id, state, lastUsedAt, createdAt }: Link,
  links: readonly Link[],
  grants: readonly Grant[] | undefined,
  now: Date,
): boolean =>
  state === 'live' &&
  lastUsedAt === undefined &&
  now.getTime() - Date.parse(createdAt) > FIRST_TOKEN_MS &&
  grants?.every((grant) => grant.id !== id) === true &&
  links.some((other) => other.id !== id && other.endedAt !== undefined && other.createdAt > createdAt);

/** Of several links the best: where one is not refused, somebody's Alexa works. */
function refusedRefresh(links: readonly Link[]): Evidence {
  const live = links.filter(({ state, supersededAt }) => state === 'live' && supersededAt === undefined);
  const refusals = live.map(({ refusal }) => (refusal?.request === 'refresh' ? refusal : undefined));
  if (refusals.some((one) => one === undefined)) return {};
  const latest = refusals
    .filter((one) => one !== undefined)
    .sort((one, other) => one.at.localeCompare(other.at))
    .at(-1);
  if (!latest) return {};
  const { at, error: code, reason } = latest;
  return { refusedRefresh: { at, code, ...(reason !== undefined && { reason }) } };
}

/** Why the latest code brought no link. */
function refusedExchange({ at, error, reason, ms, clientId }: LinkRefusal, { clientId: ours }: Link): Evidence {
  switch (error) {
    case 'late':
      return { exchange: { at, state: 'late', ms: ms ?? 0 } };
    case 'invalid_client':
      return {
        exchange: {
          at,
          state: 'client-refused',
          ...(clientId !== undefined && { theirs: clientId, ours: endOfId(ours) }),
        },
      };
    default:
      return { exchange: { at, state: 'refused', error, ...(reason !== undefined && { reason }) } };
  }
}

function exchangeEvidence(link: Link, now: Date): Evidence {
  const { state, endedBecause, endedAt, createdAt, refusal, exchange } = link;
  const isOpen = state === 'pending' || exchange !== undefined;
  if (isOpen && refusal?.request === 'exchange') return refusedExchange(refusal, link);
  if (endedBecause === 'never-linked') return { exchange: { at: endedAt ?? createdAt, state: 'not-taken' } };
  const isExpired = now.getTime() - Date.parse(createdAt) > CODE_MS;
  return state === 'pending' && isExpired ? { exchange: { at: createdAt, state: 'missing' } } : {};
}

/** What keeps AcceptGrant from its answer, by the directive that failed. Nothing else asks Login with Amazon during a directive. */
const GRANT_FAILURES: Readonly<Partial<Record<SkillError['name'], 'client-refused' | 'no-answer' | 'refused'>>> = {
  MessagingClientRefused: 'client-refused',
  TokenServiceUnreachable: 'no-answer',
  GrantRevoked: 'refused',
};

function grantFailure(live: Link, notes: AccountEvidence | undefined) {
  const failed = notes?.failedDirective;
  if (!failed || failed.at < live.createdAt) return undefined;
  return failed.waitingFor === 'Login with Amazon' ? 'no-answer' : GRANT_FAILURES[failed.error];
}

/** A grant that is missing later was withdrawn or is in nobody's memory: only of a new link its absence says something. */
function grantEvidence(live: Link, grants: readonly Grant[], notes: AccountEvidence | undefined, now: Date): Evidence {
  const at = now.toISOString();
  if (grants.some(({ id }) => id === live.id)) return { acceptGrant: { at, state: 'stored' } };
  if (live.grantRevokedAt !== undefined) return { eventToken: { at, state: 'revoked' } };
  if (now.getTime() - Date.parse(live.createdAt) >= DAY_MS) return {};
  return { acceptGrant: { at, state: grantFailure(live, notes) ?? 'missing' } };
}
