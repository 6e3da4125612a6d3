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

/** A few turns of the event loop: what is on its way between the servers of this process gets on before time does, on a slow machine too. */
export async function aMoment(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 2));
  for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Lets time pass quickly while `work` goes on, so that whatever waits on the clock need not be waited for. */
export async function withFastClock<T>(clock: DeskClock, work: () => Promise<T>, stepMs = 125): Promise<T> {
  let isDone = false;
  const done = () => {
    isDone = true;
  };
  const result = work();
  result.then(done, done);
  while (!isDone) {
    await aMoment();
    if (!isDone) clock.advance(stepMs);
  }
  return await result;
}
