import type { Clock } from '../../ports/clock.ts';

/** When the cloud wants to hear of each session again. */
export interface RateLimits {
  /** Takes note of a 429. @param retryAfter the header, in seconds; anything else counts as not said */
  note(session: string, retryAfter: string | undefined): void;
  /** Milliseconds until the next request is welcome; 0 if it is now. */
  waitMs(session: string): number;
}

/** A cloud that asks for more silence than this is asked again all the same: a lamp must not be lost to a wrong header. */
const LONGEST_MS = 5 * 60_000;
/** More sessions than these pass through no function while they are limited. */
const MOST_SESSIONS = 1_000;

export function rateLimits(clock: Clock): RateLimits {
  const until = new Map<string, number>();
  return {
    note(session, retryAfter) {
      if (retryAfter === undefined || !/^\d{1,5}$/.test(retryAfter)) return;
      if (until.size >= MOST_SESSIONS) until.clear();
      until.set(session, clock.now().getTime() + Math.min(Number(retryAfter) * 1000, LONGEST_MS));
    },
    waitMs(session) {
      const waitMs = (until.get(session) ?? 0) - clock.now().getTime();
      if (waitMs > 0 && waitMs <= LONGEST_MS) return waitMs;
      until.delete(session);
      return 0;
    },
  };
}
