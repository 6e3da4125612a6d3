import type { Clock } from '../lambda/ports/clock.ts';

interface Waiter {
  readonly due: number;
  readonly wake: () => void;
}

/** Between two looks at a clock that does not just run as the machine's does. */
const LOOK_AGAIN_MS = 10;

/**
 * A clock that runs as the machine's does and can be moved forward. What waits on it and has become due then wakes, in the order
 * of its moments.
 */
export class DeskClock implements Clock {
  #aheadMs: number;
  readonly #machineMs: () => number;
  readonly #mostMs: number;
  readonly #waiters = new Set<Waiter>();
  #timer: NodeJS.Timeout | undefined;
  #waking: NodeJS.Immediate | undefined;

  /**
   * @param start the moment at which the clock starts; the machine's own by default
   * @param machineMs what it runs by, if not the machine's clock; it must be looked at often, and so it is while anybody waits
   */
  constructor(start: Date = new Date(), machineMs?: () => number) {
    this.#machineMs = machineMs ?? Date.now;
    // A timer counts at most 2^31-1 ms; a longer wait is scheduled once more then.
    this.#mostMs = machineMs ? LOOK_AGAIN_MS : 2 ** 31 - 1;
    this.#aheadMs = start.getTime() - this.#machineMs();
  }

  now(): Date {
    return new Date(this.#machineMs() + this.#aheadMs);
  }

  wait(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const end = (done: () => void) => () => {
        this.#waiters.delete(waiter);
        signal?.removeEventListener('abort', onAbort);
        done();
        this.#schedule();
      };
      const onAbort = end(() => reject(signal?.reason));
      const waiter: Waiter = { due: this.now().getTime() + ms, wake: end(resolve) };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiters.add(waiter);
      this.#schedule();
    });
  }

  /** Moves the clock forward. */
  advance(ms: number): void {
    this.#aheadMs += ms;
    this.#schedule();
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    const next = this.#next();
    if (!next) return;
    const inMs = this.#msUntil(next);
    if (inMs > 0) this.#timer = setTimeout(() => this.#schedule(), Math.min(inMs, this.#mostMs));
    else this.#waking ??= setImmediate(() => this.#wake());
  }

  #wake(): void {
    this.#waking = undefined;
    const next = this.#next();
    if (next && this.#msUntil(next) <= 0) next.wake();
    else this.#schedule();
  }

  #next(): Waiter | undefined {
    return [...this.#waiters].sort((a, b) => a.due - b.due)[0];
  }

  #msUntil({ due }: Waiter): number {
    return due - this.now().getTime();
  }
}
