import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { Desk } from '../page/protocol.ts';

/** The page gets news at most 20 times a second: a fade would otherwise send the whole state for each of its steps. */
const AT_MOST_EVERY_MS = 50;
/** Proxies and sleeping laptops drop silent connections; a comment line now and then keeps them, and finds the dead ones. */
const KEEP_ALIVE_MS = 15_000;
const RECONNECT_MS = 1_000;

/** The desk's state as server-sent events (HTML Living Standard, section 9.2): whole, at once, and after every change. */
export function createEvents(desk: Desk) {
  const listeners = new Set<() => void>();
  // However many pages look on, a state is written down once.
  let written: string | undefined;
  const stop = desk.onChange(() => {
    written = undefined;
    for (const listener of listeners) listener();
  });
  const state = () => {
    written ??= JSON.stringify(desk.state());
    return written;
  };

  return {
    answer: (context: Context, closing: AbortSignal): Response => {
      // A page that comes after a quiet hour sets its clock by this, so it gets a fresh one.
      written = undefined;
      return streamSSE(context, async (stream) => {
        const ended = new AbortController();
        const end = () => ended.abort();
        const changes = watch(listeners);
        stream.onAbort(end);
        closing.addEventListener('abort', end);
        try {
          await stream.write(`retry: ${RECONNECT_MS}\n\n`);
          for (let changed = true; !ended.signal.aborted && !closing.aborted; ) {
            if (changed) await stream.writeSSE({ data: state() });
            else await stream.write(': still here\n\n');
            await pause(AT_MOST_EVERY_MS, ended.signal);
            changed = await changes.next(KEEP_ALIVE_MS, ended.signal);
          }
        } finally {
          closing.removeEventListener('abort', end);
          changes.stop();
        }
      });
    },
    stop,
  };
}

/** Remembers whether something changed since it was last asked. */
function watch(listeners: Set<() => void>) {
  let changed = false;
  let wake = () => {};
  const listener = () => {
    changed = true;
    wake();
  };
  listeners.add(listener);
  return {
    /** Whether something changed within `ms`, waiting no longer than needed; false when the signal aborts. */
    async next(ms: number, signal: AbortSignal): Promise<boolean> {
      if (!changed) {
        const sooner = new AbortController();
        wake = () => sooner.abort();
        await pause(ms, AbortSignal.any([signal, sooner.signal]));
      }
      const answer = changed && !signal.aborted;
      changed = false;
      return answer;
    },
    stop: () => listeners.delete(listener),
  };
}

/** Waits `ms` milliseconds, or until the signal aborts. */
const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
