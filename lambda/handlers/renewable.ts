import type { Clock } from '../ports/clock.ts';
import { SealingKeyMissing } from '../ports/errors.ts';

/** The shortest time between two fetches of the key ring: made-up tokens must not cost a call each. */
const PAUSE_MS = 60_000;

/**
 * Something made from the key ring, and made again after a key was missing: another function that started later may use a newer key. The
 * call that missed the key still fails; the next ones find it.
 * @param made has methods of its own and nothing else; none of them answers with a promise
 * @param refetch fetches the ring again; when it throws, the next attempt follows after a pause
 */
export function renewable<T extends object>(made: T, refetch: () => Promise<T>, clock: Clock): T {
  let current = made;
  let triedAt = Number.NEGATIVE_INFINITY;
  function renew(): void {
    const now = clock.now().getTime();
    if (now - triedAt < PAUSE_MS) return;
    triedAt = now;
    void refetch().then(
      (fresh) => {
        current = fresh;
      },
      () => undefined,
    );
  }
  const method =
    (name: PropertyKey) =>
    (...args: unknown[]) => {
      try {
        return (current as Record<PropertyKey, (...args: unknown[]) => unknown>)[name]?.(...args);
      } catch (error) {
        if (error instanceof SealingKeyMissing) renew();
        throw error;
      }
    };
  return Object.fromEntries(Object.keys(made).map((name) => [name, method(name)])) as T;
}
