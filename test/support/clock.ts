import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ServerResponse } from 'node:http';
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

const REQUEST_START = 'http.server.request.start';
const requests = new Set<unknown>();
function keepUntilAnswered(message: unknown): void {
  const { response } = message as { readonly response: ServerResponse };
  requests.add(response);
  response.once('close', () => requests.delete(response));
}

/** After so many turns of the event loop without a request at any server of this process, nothing more happens by itself. */
const QUIET_TURNS = 20;
/** A request that waits for time to pass is not waited for longer than this. */
const MOST_TURNS = 400;

/** What is on its way between the servers of this process arrives before time passes. Turns of the event loop count, not milliseconds. */
export async function aMoment(): Promise<void> {
  // Not for longer: a subscriber keeps all modules of its test file in memory.
  subscribe(REQUEST_START, keepUntilAnswered);
  try {
    for (let turn = 0, quiet = 0; turn < MOST_TURNS && quiet < QUIET_TURNS; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
      quiet = requests.size === 0 ? quiet + 1 : 0;
    }
  } finally {
    unsubscribe(REQUEST_START, keepUntilAnswered);
  }
}

/** A wait up to this long ends once nothing else is under way. No test has to sit it out, and none can act before its end. */
const SHORT_MS = 1_000;

class TestClock extends DeskClock {
  readonly #ends = new Set<{ readonly at: number }>();
  #isSkipping = false;

  override wait(ms: number, signal?: AbortSignal): Promise<void> {
    const waited = super.wait(ms, signal);
    if (ms > SHORT_MS) return waited;
    const end = { at: this.now().getTime() + ms };
    this.#ends.add(end);
    const isOver = () => this.#ends.delete(end);
    waited.then(isOver, isOver);
    if (!this.#isSkipping) void this.#skip();
    return waited;
  }

  async #skip(): Promise<void> {
    this.#isSkipping = true;
    while (this.#ends.size > 0) {
      await aMoment();
      const next = Math.min(...[...this.#ends].map(({ at }) => at));
      if (Number.isFinite(next)) this.advance(Math.max(0, next - this.now().getTime()));
    }
    this.#isSkipping = false;
  }
}

/** The clock of a test: noon of a day in March, and from then on as fast as the test gets on. */
export const testClock = (start = new Date('2026-03-01T12:00:00.000Z')): DeskClock => new TestClock(start, steadyMs);

/** `until` looks about as often. */
const LOOK_MS = 2;

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
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    if (!isDone) clock.advance(stepMs);
  }
  return await result;
}
