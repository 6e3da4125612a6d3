import type { Clock } from '../../ports/clock.ts';

/** When the cloud wants to hear of each session again. */
export interface RateLimits {
  /** Takes note of a 429. @param retryAfter the header; what is neither seconds nor a date counts as not said */
  note(session: string, retryAfter: string | undefined): void;
  /** Milliseconds until the next request is welcome; 0 if it is now. */
  waitMs(session: string): number;
}

/** A cloud that asks for more silence than this is asked again anyway: a lamp must not be lost to a wrong header. */
const LONGEST_MS = 5 * 60_000;
/** More sessions than these pass through no function while they are limited. */
const MOST_SESSIONS = 1_000;

export function rateLimits(clock: Clock): RateLimits {
  const until = new Map<string, number>();
  return {
    note(session, retryAfter) {
      const now = clock.now();
      const waitMs = retryAfterMs(retryAfter, now);
      if (waitMs === undefined) return;
      if (until.size >= MOST_SESSIONS) until.clear();
      until.set(session, now.getTime() + Math.min(waitMs, LONGEST_MS));
    },
    waitMs(session) {
      const waitMs = (until.get(session) ?? 0) - clock.now().getTime();
      if (waitMs > 0 && waitMs <= LONGEST_MS) return waitMs;
      until.delete(session);
      return 0;
    },
  };
}

/** The preferred form of a date (RFC 9110 section 5.6.7): `Sun, 01 Mar 2026 12:00:30 GMT`. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * How long a `Retry-After` asks to wait (RFC 9110 section 10.2.3).
 * @returns milliseconds, 0 for a moment that has passed; `undefined` for what is neither seconds nor a date
 */
export function retryAfterMs(header: string | undefined, now: Date): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,5}$/.test(header)) return Number(header) * 1000;
  const at = HTTP_DATE.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now.getTime());
}
