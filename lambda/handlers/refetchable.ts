import type { Clock } from '../ports/clock.ts';
import { once } from './lazy.ts';

/** Shortest time between two fetches, so that requests with a wrong secret cannot cause a call each. */
const PAUSE_MS = 10_000;

export interface Refetchable<T> {
  /** What was fetched last; fetched now if nothing was. */
  current(): Promise<T>;
  /**
   * Fetches again, for a warm function that misses something in `current`. Calls at the same time share one fetch; calls soon after share
   * its result, also where it failed.
   */
  newer(): Promise<T>;
}

/**
 * @param first fetches for the first time; its result is kept unless it failed
 * @param next every further fetch
 */
export function refetchable<T>(first: () => Promise<T>, next: () => Promise<T>, clock: Clock): Refetchable<T> {
  const initial = once(first);
  let latest: T | undefined;
  let fetched: { readonly at: number; readonly result: Promise<T> } | undefined;
  const refetch = async () => {
    latest = await next();
    return latest;
  };
  return {
    current: async () => latest ?? (await initial()),
    newer() {
      const at = clock.now().getTime();
      if (!fetched || Math.abs(at - fetched.at) >= PAUSE_MS) fetched = { at, result: refetch() };
      return fetched.result;
    },
  };
}
