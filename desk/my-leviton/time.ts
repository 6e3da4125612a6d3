import type { Clock } from '../../lambda/ports/clock.ts';

/** Does something after a while of the clock, unless the signal aborts first. */
export async function after(clock: Clock, ms: number, signal: AbortSignal, act: () => void): Promise<void> {
  try {
    await clock.wait(ms, signal);
  } catch (error) {
    if (signal.aborted) return;
    throw error;
  }
  act();
}
