import type { Clock } from '../ports/clock.ts';
import type { Grant, GrantBackoff, GrantBackoffCause, GrantStore } from '../ports/grant-store.ts';
import type { Log } from '../ports/log.ts';
import type { NoticeCause, Notices } from '../ports/notices.ts';
import type { Outcome } from './send.ts';

export interface BackoffPorts {
  readonly grants: GrantStore;
  readonly notices: Notices;
  readonly clock: Clock;
  readonly log: Log;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** What each trouble means for the grant, which stays in every case unless `overAfterMs` have passed with nothing else. */
const TROUBLES: Readonly<
  Record<
    GrantBackoffCause,
    { readonly notice?: NoticeCause; readonly longestPauseMs: number; readonly overAfterMs?: number }
  >
> = {
  // Seen for minutes after enabling, and for good where an enablement ended unheard.
  'never-enabled': { longestPauseMs: DAY_MS, overAfterMs: 14 * DAY_MS },
  'account-not-found': { longestPauseMs: DAY_MS },
  'lwa-token-rejected': { longestPauseMs: HOUR_MS },
  // Somebody mends these for all accounts at once, and then reports should not be long in coming.
  'messaging-client-refused': { notice: 'messaging-client-refused', longestPauseMs: 5 * MINUTE_MS },
  'events-not-permitted': { notice: 'events-not-permitted', longestPauseMs: HOUR_MS },
  'wrong-stage': { notice: 'wrong-stage', longestPauseMs: HOUR_MS },
  // The next event may be a good one.
  'event-refused': { notice: 'event-refused', longestPauseMs: 0 },
};

export const isPaused = ({ backoff }: Pick<Grant, 'backoff'>, now: Date): boolean =>
  backoff !== undefined && Date.parse(backoff.until) > now.getTime();

/** So short a pause is worth waiting for. After a longer one device-watch brings the state, as it does whatever went untold. */
const SHORT_PAUSE_MS = 5 * MINUTE_MS;

/** Whether a grant is paused, and soon no more. */
export const isPausedShortly = (grant: Pick<Grant, 'backoff'>, now: Date): boolean =>
  isPaused(grant, now) && Date.parse(grant.backoff?.until ?? '') - now.getTime() <= SHORT_PAUSE_MS;

/** Whether what came of an event is going to pause its grant, and not for long. */
export const pausesShortly = (outcome: Outcome, now: Date): boolean => {
  if (outcome.kind !== 'backoff') return false;
  const backoff = nextTrouble(outcome.grant.backoff, outcome.cause, '', now);
  return backoff !== undefined && isPausedShortly({ backoff }, now);
};

/**
 * Draws the consequences of an outcome for its grant: pauses and resumes, removes what is over, and raises one alarm per account and
 * cause, however many events fail of it.
 * @param subject what the event was about: an event that was refused says nothing about another
 * @param first whether the grant never had an event about this accepted before, as a new grant has not
 * @throws StoreUnavailable
 */
export async function applyOutcome(
  outcome: Outcome,
  subject: string,
  first: boolean,
  ports: BackoffPorts,
): Promise<void> {
  switch (outcome.kind) {
    case 'accepted':
      return await allWell(outcome.grant, subject, first, ports);
    case 'revoked':
      return await end(outcome.grant, outcome.error, ports);
    case 'backoff':
      return await inTrouble(outcome, subject, ports);
    case 'retry':
    case 'split':
  }
}

/** Ends the pauses of an account's grants, so that the next event is tried with each. */
export async function endBackoffs(grants: readonly Grant[], ports: Pick<BackoffPorts, 'grants' | 'clock'>) {
  const now = ports.clock.now();
  for (const grant of grants) {
    if (!grant.backoff || !isPaused(grant, now)) continue;
    await ports.grants.amend(grant, { region: grant.region, backoff: { ...grant.backoff, until: now.toISOString() } });
  }
}

async function allWell(grant: Grant, subject: string, first: boolean, ports: BackoffPorts): Promise<void> {
  const { accountId, id, backoff } = grant;
  // A person who was told that a grant had gone has linked again.
  if (first) await ports.notices.clear(accountId, ['grant-revoked']);
  if (!backoff) return;
  const { cause } = backoff;
  if (cause === 'event-refused' && backoff.subject !== subject) return;
  if (!(await ports.grants.amend(grant, { region: grant.region }))) return; // the next one will do it
  ports.log.info('grant-backoff-ended', { account: accountId, grant: id, cause });
  const { notice } = TROUBLES[cause];
  if (notice && (await alsoInTrouble(grant, cause, ports)).length === 0) await ports.notices.clear(accountId, [notice]);
}

async function inTrouble(
  { grant, cause, error }: Extract<Outcome, { kind: 'backoff' }>,
  subject: string,
  ports: BackoffPorts,
): Promise<void> {
  const { accountId, id } = grant;
  const { notice } = TROUBLES[cause];
  for (let standing: Grant | undefined = grant; standing; standing = await ports.grants.get(accountId, id)) {
    const now = ports.clock.now();
    if (isLongOver(standing, cause, now)) return await end(standing, error, ports);
    if (standing !== grant && standing.backoff?.cause === cause) return; // somebody has just noted the same
    const backoff = nextTrouble(standing.backoff, cause, subject, now);
    if (!backoff) return;
    // Before the row says that it was raised: if we die in between, it is raised again, which tells nobody twice.
    if (notice) await ports.notices.raise({ accountId, cause: notice });
    if (!(await ports.grants.amend(standing, { region: standing.region, backoff }))) continue;
    const earlier = ({ backoff: other }: Grant) => (other?.since ?? '') <= backoff.since;
    if (backoff.attempts > 1 || (await alsoInTrouble(standing, cause, ports)).some(earlier)) return;
    return ports.log.error('grant-backoff-started', { account: accountId, grant: id, cause, error });
  }
}

const isLongOver = ({ backoff }: Grant, cause: GrantBackoffCause, now: Date): boolean =>
  backoff?.cause === cause && now.getTime() - Date.parse(backoff.since) >= (TROUBLES[cause].overAfterMs ?? Infinity);

/** @returns nothing where there is nothing to change: the alarm was raised, and sending goes on */
function nextTrouble(
  before: GrantBackoff | undefined,
  cause: GrantBackoffCause,
  subject: string,
  now: Date,
): GrantBackoff | undefined {
  const same = before?.cause === cause ? before : undefined;
  const attempts = (same?.attempts ?? 0) + 1;
  const pauseMs = Math.min(MINUTE_MS * 2 ** (attempts - 1), TROUBLES[cause].longestPauseMs);
  if (same && pauseMs === 0) return undefined;
  return {
    cause,
    since: same?.since ?? now.toISOString(),
    until: new Date(now.getTime() + pauseMs).toISOString(),
    attempts,
    ...(cause === 'event-refused' && { subject }),
  };
}

/** The account's other grants that have the same trouble. */
const alsoInTrouble = async ({ accountId, id }: Grant, cause: GrantBackoffCause, { grants }: BackoffPorts) =>
  (await grants.list(accountId)).filter((other) => other.id !== id && other.backoff?.cause === cause);

async function end(grant: Grant, error: Error, { grants, notices, log }: BackoffPorts): Promise<void> {
  await notices.raise({ accountId: grant.accountId, cause: 'grant-revoked' });
  await grants.remove(grant);
  log.error('grant-removed', { account: grant.accountId, grant: grant.id, region: grant.region, error });
}
