import type { DeskClock } from './clock.ts';

export interface Schedule {
  /** Ends all runs, waits for them, and starts one. */
  restart(): Promise<void>;
  /** Ends all runs, and starts none until the returned function is called. */
  pause(): () => void;
  /** Ends all runs and starts no more. */
  close(): Promise<void>;
}

/** Starts a run every minute until it is closed, as EventBridge Scheduler does: whether or not the one before has ended. */
export function everyMinute(run: (signal: AbortSignal) => Promise<void>, clock: DeskClock): Schedule {
  const closing = new AbortController();
  let ending = new AbortController();
  const running = new Set<Promise<void>>();
  let isPaused = false;
  const start = () => {
    if (isPaused) return;
    const started: Promise<void> = run(ending.signal).finally(() => running.delete(started));
    running.add(started);
  };
  const endAll = async () => {
    ending.abort();
    await Promise.all(running);
  };
  const repeat = async () => {
    while (!closing.signal.aborted) {
      start();
      await clock.wait(60_000, closing.signal).catch(() => undefined);
    }
  };
  const repeating = repeat();
  return {
    async restart() {
      await endAll();
      if (closing.signal.aborted) return;
      ending = new AbortController();
      start();
    },
    pause() {
      isPaused = true;
      void endAll();
      return () => {
        isPaused = false;
        if (closing.signal.aborted) return;
        ending = new AbortController();
        start();
      };
    },
    async close() {
      closing.abort();
      await repeating;
      await endAll();
    },
  };
}
