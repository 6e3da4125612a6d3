import { DeskClock } from '../../desk/clock.ts';

/** What passes at most between two looks at the clock, however long this process had to stand still. */
const MOST_MS = 25;

let lookedAt = performance.now();
let passedMs = 0;

/** Time as this process gets to see it: on a busy machine it goes slower, so that no time limit of the functions is the machine's fault. */
function steadyMs(): number {
  const now = performance.now();
  passedMs += Math.min(now - lookedAt, MOST_MS);
  lookedAt = now;
  return Math.floor(passedMs);
}

/** The clock of a test: noon of a day in March, and from then on as fast as the test gets on. */
export const testClock = (start = new Date('2026-03-01T12:00:00.000Z')): DeskClock => new DeskClock(start, steadyMs);
