import { getEventListeners } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { DeskClock } from '../../desk/clock.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What a process holds at a moment when nothing is under way. */
export interface Held {
  /** Who waits on the clock. */
  readonly waiting: number;
  /** Listeners on the signals that end these waits. */
  readonly listeners: number;
  readonly sockets: number;
  /** After the garbage was collected, in KB. */
  readonly heapKb: number;
}

/** Counts who waits on a clock, and what else this process holds. Call it before anything uses the clock. */
export function countHeld(clock: DeskClock): () => Promise<Held> {
  let waiting = 0;
  const signals = new Set<WeakRef<AbortSignal>>();
  const known = new WeakSet<AbortSignal>();
  const wait = clock.wait.bind(clock);
  clock.wait = (ms, signal) => {
    waiting++;
    if (signal && !known.has(signal)) {
      known.add(signal);
      signals.add(new WeakRef(signal));
    }
    return wait(ms, signal).finally(() => {
      waiting--;
    });
  };
  return async () => {
    // What has just become unreachable is collected in a later turn.
    for (let turn = 0; turn < 4; turn++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      collectGarbage();
    }
    let listeners = 0;
    for (const reference of signals) {
      const signal = reference.deref();
      if (signal) listeners += getEventListeners(signal, 'abort').length;
      else signals.delete(reference);
    }
    const sockets = process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length;
    return { waiting, listeners, sockets, heapKb: Math.round(process.memoryUsage().heapUsed / 1024) };
  };
}
