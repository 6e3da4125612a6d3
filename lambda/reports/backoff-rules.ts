import type { Grant, GrantBackoff, GrantBackoffCause } from '../ports/grant-store.ts';
import type { NoticeCause } from '../ports/notices.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** After so many failures in a row the back-off is a minute; after that it grows. */
const MINUTE_ATTEMPTS = 5;

/** What each cause means for the grant. The grant stays, unless `removedAfterMs` have passed without an accepted event. */
const RULES: Readonly<
  Record<
    GrantBackoffCause,
    { readonly notice?: NoticeCause; readonly longestMs: number; readonly removedAfterMs?: number }
  >
> = {
  // Seen for minutes after enabling, and forever where we missed that the skill was disabled.
  'never-enabled': { longestMs: DAY_MS, removedAfterMs: 14 * DAY_MS },
  'account-not-found': { longestMs: DAY_MS },
  'lwa-token-rejected': { longestMs: HOUR_MS },
  // A person repairs these for all accounts at once. Reports should follow soon after that.
  'messaging-client-refused': { notice: 'messaging-client-refused', longestMs: 5 * MINUTE_MS },
  'events-not-permitted': { notice: 'events-not-permitted', longestMs: HOUR_MS },
  'wrong-stage': { notice: 'wrong-stage', longestMs: HOUR_MS },
  // The gateway may accept the next event.
  'event-refused': { notice: 'event-refused', longestMs: 0 },
};

/** Whether nothing is sent to the grant now. */
export const isInBackoff = ({ backoff }: Pick<Grant, 'backoff'>, now: Date): boolean =>
  backoff !== undefined && Date.parse(backoff.until) > now.getTime();

/** A message waits for the end of such a back-off. At the end of a longer one `unsent-changes.ts` brings what was dropped. */
const SHORT_BACKOFF_MS = 5 * MINUTE_MS;

/** Whether the grant's back-off ends soon enough to wait for it. */
export const isInShortBackoff = (grant: Pick<Grant, 'backoff'>, now: Date): boolean =>
  isInBackoff(grant, now) && Date.parse(grant.backoff?.until ?? '') - now.getTime() <= SHORT_BACKOFF_MS;

/** Whether a back-off in which nothing was sent is over, and no event was accepted since. */
export const isBackoffOver = (grant: Pick<Grant, 'backoff'>, now: Date): boolean =>
  grant.backoff !== undefined && RULES[grant.backoff.cause].longestMs > 0 && !isInBackoff(grant, now);

/** When the first of these grants to leave its back-off does so. */
export const firstEnd = (grants: readonly Pick<Grant, 'backoff'>[]): Date =>
  new Date(Math.min(...grants.map(({ backoff }) => Date.parse(backoff?.until ?? ''))));

/** The notice that a back-off of this cause raises, if a person can help. */
export const noticeOf = (cause: GrantBackoffCause): NoticeCause | undefined => RULES[cause].notice;

/** Whether the cause has lasted so long that the grant is deleted. */
export const isHopeless = (backoff: GrantBackoff | undefined, cause: GrantBackoffCause, now: Date): boolean =>
  backoff?.cause === cause && now.getTime() - Date.parse(backoff.since) >= (RULES[cause].removedAfterMs ?? Infinity);

/**
 * The back-off after one more failure: a minute for the first five, then doubled with each attempt up to the longest one of its cause. So
 * Alexa is right again within two minutes of the end of a short failure.
 * @returns `undefined` when nothing changes: the alarm was raised before, and sending goes on
 */
export function nextBackoff(
  before: GrantBackoff | undefined,
  cause: GrantBackoffCause,
  subject: string,
  now: Date,
): GrantBackoff | undefined {
  const same = before?.cause === cause ? before : undefined;
  const attempts = (same?.attempts ?? 0) + 1;
  const backoffMs = Math.min(MINUTE_MS * 2 ** Math.max(0, attempts - MINUTE_ATTEMPTS), RULES[cause].longestMs);
  if (same && backoffMs === 0) return undefined;
  return {
    cause,
    since: same?.since ?? now.toISOString(),
    until: new Date(now.getTime() + backoffMs).toISOString(),
    attempts,
    ...(cause === 'event-refused' && { subject }),
  };
}
