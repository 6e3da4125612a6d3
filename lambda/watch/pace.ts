import type { Clock } from '../ports/clock.ts';

/** Rate limiter: at most `perMinute` turns a minute, shared by all callers. */
export function createPace(perMinute: number, clock: Clock): { turn(signal: AbortSignal): Promise<void> } {
  const gapMs = 60_000 / perMinute;
  let next = 0;
  return {
    async turn(signal) {
      const now = clock.now().getTime();
      const mine = Math.max(now, next);
      next = mine + gapMs;
      if (mine > now) await clock.wait(mine - now, signal);
    },
  };
}

/** Runs pieces of work, at most so many at once; the others wait in the order in which they came. */
export function createQueueFor(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= most) await new Promise<void>((enter) => waiting.push(enter));
    else running++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next)
        next(); // takes over the place
      else running--;
    }
  };
}

/** A time about as long and never longer, so that what was cut off together does not come back together. */
export const about = (ms: number): number => ms * (0.75 + Math.random() / 4);
