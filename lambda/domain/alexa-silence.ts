/**
 * The doubtful sign that Alexa's half of an account's links is gone: somebody uses the lamps, and Alexa does not. Silence alone proves
 * nothing, so it leads to a question and to no statement. Pure.
 */
import type { Link, UseGap } from '../ports/link-store.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A silence of a week is ordinary in any account. */
const SHORTEST_SILENCE_MS = 7 * DAY_MS;
/** A silence counts from this multiple of the longest earlier one: an account that was silent for five days is asked after twenty. */
const TIMES_LONGEST_GAP = 4;
/** Older gaps are another habit's. */
const GAPS_KEPT_MS = 60 * DAY_MS;
/** A shorter gap makes no silence longer than a week, so it is not stored. */
const SHORTEST_GAP_MS = SHORTEST_SILENCE_MS / TIMES_LONGEST_GAP;
/** Days on which a hand was at a plug, after the last use of Alexa. */
const DAYS_MOVED = 3;
/** After a question nothing is asked for this long, whatever the answer. */
const QUIET_MS = 60 * DAY_MS;

/**
 * The gaps of a link with the one that has just ended. Gaps that an equal or longer one follows are dropped: so there are few.
 * @param lastUsedAt ISO 8601: the refresh that was noted before; refreshes are noted once a day
 */
export function withGap(gaps: readonly UseGap[], lastUsedAt: string, now: Date): readonly UseGap[] {
  const ms = now.getTime() - Date.parse(lastUsedAt);
  const hours = Math.round(ms / HOUR_MS);
  const counts = ms > SHORTEST_GAP_MS;
  const kept = gaps.filter((gap) => isRecent(gap, now) && !(counts && gap.hours <= hours));
  return counts ? [...kept, { endedAt: now.toISOString(), hours }] : kept;
}

/** A gap that ends in the future is the mistake of a clock. */
function isRecent({ endedAt }: UseGap, now: Date): boolean {
  const ageMs = now.getTime() - Date.parse(endedAt);
  return ageMs >= 0 && ageMs <= GAPS_KEPT_MS;
}

/** @returns 0 where no gap counts */
const longestGapMs = (links: readonly Link[], now: Date): number =>
  Math.max(
    0,
    ...links.flatMap(({ useGaps = [] }) =>
      useGaps.filter((gap) => isRecent(gap, now)).map(({ hours }) => hours * HOUR_MS),
    ),
  );

export interface Silence {
  /** The link that was used last: a question is about it. */
  readonly link: Link;
  /** Its last use, or when it was made. */
  readonly since: Date;
}

/**
 * The silence of an account, if it is longer than its habit explains. One used link among several is enough: this account uses Alexa.
 * @returns nothing also where a moment is in the future, which is the mistake of a clock
 */
export function unusualSilence(links: readonly Link[], now: Date): Silence | undefined {
  const live = links.filter(({ state }) => state === 'live');
  const [last] = live
    .map((link) => ({ link, since: new Date(link.lastUsedAt ?? link.createdAt) }))
    .sort((one, other) => other.since.getTime() - one.since.getTime());
  if (!last) return undefined;
  const silentMs = now.getTime() - last.since.getTime();
  const isUnusual = silentMs >= Math.max(SHORTEST_SILENCE_MS, TIMES_LONGEST_GAP * longestGapMs(live, now));
  return isUnusual ? last : undefined;
}

/** Whether hands were at the plugs on enough days of the silence. @param movedOn days (`2026-03-01`, UTC) of all devices of the account */
export function isLampUsed({ since }: Silence, movedOn: readonly string[], now: Date): boolean {
  const [first, today] = [dayOf(since.toISOString()), dayOf(now.toISOString())];
  return new Set(movedOn.filter((day) => day > first && day <= today)).size >= DAYS_MOVED;
}

/** Whether a question of the account is so recent that no other follows. @param askedAt ISO 8601, of all its questions */
export const isQuiet = (askedAt: readonly string[], now: Date): boolean =>
  askedAt.some((at) => Math.abs(now.getTime() - Date.parse(at)) < QUIET_MS);

/** The days of a device on which it was moved by hand, with one more: the last few are enough for `isLampUsed`. */
export const withDay = (days: readonly string[], moment: string): readonly string[] =>
  [...new Set([...days, dayOf(moment)])].sort().slice(-DAYS_MOVED);

/** `2026-03-01`, in UTC. */
const dayOf = (moment: string): string => moment.slice(0, 10);
