import type { Clock } from '../ports/clock.ts';
import { CloudUnreachable } from '../ports/errors.ts';

/** An abort without a reason makes one, with a stack, which costs more than all the rest of a deadline. */
const IN_TIME = new Error('the work was finished in time');

/**
 * Runs `work` with a signal that aborts after `ms`, and gives up on it then: what does not heed the signal is left behind, since Alexa
 * does not wait for it either.
 * @throws CloudUnreachable when the time is up, and whatever `work` throws
 */
export async function withDeadline<T>(ms: number, clock: Clock, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const deadline = new AbortController();
  const finished = new AbortController();
  const tooLate = clock.wait(ms, finished.signal).then(() => {
    const error = new CloudUnreachable(`no answer within ${ms} ms`);
    deadline.abort(error);
    throw error;
  });
  tooLate.catch(() => undefined); // it rejects when the work was finished first
  try {
    return await Promise.race([work(deadline.signal), tooLate]);
  } finally {
    finished.abort(IN_TIME);
  }
}
