import type { Clock } from '../ports/clock.ts';
import type { Grant, GrantStore, GrantTrouble, GrantTroubleCause } from '../ports/grant-store.ts';
import type { Log } from '../ports/log.ts';
import type { NoticeCause, Notices } from '../ports/notices.ts';
import type { Outcome } from './send.ts';

export interface TroublePorts {
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
    GrantTroubleCause,
    { readonly notice?: NoticeCause; readonly longestPauseMs: number; readonly overAfterMs?: number }
  >
> = {
  // Seen for minutes after enabling, and for good where an enablement ended unheard.
  'never-enabled': { longestPauseMs: DAY_MS, overAfterMs: 14 * DAY_MS },
  'account-not-found': { longestPauseMs: DAY_MS },
  'token-refused': { longestPauseMs: HOUR_MS },
  // Somebody mends these for all accounts at once, and then reports should not be long in coming.
  'messaging-client-refused': { notice: 'messaging-client-refused', longestPauseMs: 5 * MINUTE_MS },
  'events-not-permitted': { notice: 'events-not-permitted', longestPauseMs: HOUR_MS },
  'wrong-stage': { notice: 'wrong-stage', longestPauseMs: HOUR_MS },
  // The next event may be a good one.
  'event-refused': { notice: 'event-refused', longestPauseMs: 0 },
};

export const isPaused = ({ trouble }: Pick<Grant, 'trouble'>, now: Date): boolean =>
  trouble !== undefined && Date.parse(trouble.until) > now.getTime();

/** So short a pause is worth waiting for. After a longer one device-watch brings the state, as it does whatever went untold. */
const SHORT_PAUSE_MS = 5 * MINUTE_MS;

/** Whether a grant is paused, and soon no more. */
export const isPausedShortly = (grant: Pick<Grant, 'trouble'>, now: Date): boolean =>
  isPaused(grant, now) && Date.parse(grant.trouble?.until ?? '') - now.getTime() <= SHORT_PAUSE_MS;

/** Whether what came of an event is going to pause its grant, and not for long. */
export const pausesShortly = (outcome: Outcome, now: Date): boolean => {
  if (outcome.kind !== 'trouble') return false;
  const trouble = nextTrouble(outcome.grant.trouble, outcome.cause, '', now);
  return trouble !== undefined && isPausedShortly({ trouble }, now);
};

/**
 * Draws the consequences of an outcome for its grant: pauses and resumes, removes what is over, and raises one alarm per account and
 * cause, however many events fail of it.
 * @param subject what the event was about: an event that was refused says nothing about another
 * @param first whether the grant never had an event about this accepted before, as a new grant has not
 * @throws StoreUnavailable
 */
export async function settle(outcome: Outcome, subject: string, first: boolean, ports: TroublePorts): Promise<void> {
  switch (outcome.kind) {
    case 'accepted':
      return await allWell(outcome.grant, subject, first, ports);
    case 'over':
      return await end(outcome.grant, outcome.error, ports);
    case 'trouble':
      return await inTrouble(outcome, subject, ports);
    case 'again':
    case 'split':
  }
}

/** Ends the pauses of an account's grants, so that the next event is tried with each. */
export async function liftPauses(grants: readonly Grant[], ports: Pick<TroublePorts, 'grants' | 'clock'>) {
  const now = ports.clock.now();
  for (const grant of grants) {
    if (!grant.trouble || !isPaused(grant, now)) continue;
    await ports.grants.amend(grant, { region: grant.region, trouble: { ...grant.trouble, until: now.toISOString() } });
  }
}

async function allWell(grant: Grant, subject: string, first: boolean, ports: TroublePorts): Promise<void> {
  const { accountId, id, trouble } = grant;
  // A person who was told that a grant had gone has linked again.
  if (first) await ports.notices.clear(accountId, ['grant-revoked']);
  if (!trouble) return;
  const { cause } = trouble;
  if (cause === 'event-refused' && trouble.subject !== subject) return;
  if (!(await ports.grants.amend(grant, { region: grant.region }))) return; // the next one will do it
  ports.log.info('reports-accepted-again', { account: accountId, grant: id, cause });
  const { notice } = TROUBLES[cause];
  if (notice && (await alsoInTrouble(grant, cause, ports)).length === 0) await ports.notices.clear(accountId, [notice]);
}

async function inTrouble(
  { grant, cause, error }: Extract<Outcome, { kind: 'trouble' }>,
  subject: string,
  ports: TroublePorts,
): Promise<void> {
  const { accountId, id } = grant;
  const { notice } = TROUBLES[cause];
  for (let standing: Grant | undefined = grant; standing; standing = await ports.grants.get(accountId, id)) {
    const now = ports.clock.now();
    if (isLongOver(standing, cause, now)) return await end(standing, error, ports);
    if (standing !== grant && standing.trouble?.cause === cause) return; // somebody has just noted the same
    const trouble = nextTrouble(standing.trouble, cause, subject, now);
    if (!trouble) return;
    // Before the row says that it was raised: if we die in between, it is raised again, which tells nobody twice.
    if (notice) await ports.notices.raise({ accountId, cause: notice });
    if (!(await ports.grants.amend(standing, { region: standing.region, trouble }))) continue;
    const earlier = ({ trouble: other }: Grant) => (other?.since ?? '') <= trouble.since;
    if (trouble.times > 1 || (await alsoInTrouble(standing, cause, ports)).some(earlier)) return;
    return ports.log.error('reports-in-trouble', { account: accountId, grant: id, cause, error });
  }
}

const isLongOver = ({ trouble }: Grant, cause: GrantTroubleCause, now: Date): boolean =>
  trouble?.cause === cause && now.getTime() - Date.parse(trouble.since) >= (TROUBLES[cause].overAfterMs ?? Infinity);

/** @returns nothing where there is nothing to change: the alarm was raised, and sending goes on */
function nextTrouble(
  before: GrantTrouble | undefined,
  cause: GrantTroubleCause,
  subject: string,
  now: Date,
): GrantTrouble | undefined {
  const same = before?.cause === cause ? before : undefined;
  const times = (same?.times ?? 0) + 1;
  const pauseMs = Math.min(MINUTE_MS * 2 ** (times - 1), TROUBLES[cause].longestPauseMs);
  if (same && pauseMs === 0) return undefined;
  return {
    cause,
    since: same?.since ?? now.toISOString(),
    until: new Date(now.getTime() + pauseMs).toISOString(),
    times,
    ...(cause === 'event-refused' && { subject }),
  };
}

/** The account's other grants that have the same trouble. */
const alsoInTrouble = async ({ accountId, id }: Grant, cause: GrantTroubleCause, { grants }: TroublePorts) =>
  (await grants.list(accountId)).filter((other) => other.id !== id && other.trouble?.cause === cause);

async function end(grant: Grant, error: Error, { grants, notices, log }: TroublePorts): Promise<void> {
  await notices.raise({ accountId: grant.accountId, cause: 'grant-revoked' });
  await grants.remove(grant);
  log.error('grant-over', { account: grant.accountId, grant: grant.id, region: grant.region, error });
}
