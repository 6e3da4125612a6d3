import type { Clock } from '../ports/clock.ts';
import { SealingKeyMissing } from '../ports/errors.ts';

/** So often at most is the ring fetched again: a text of another's making must not cost a call each time. */
const PAUSE_MS = 60_000;

/**
 * Something made of the key ring that is made anew once a key was missing: another function, started later, may use a key that was added
 * since. The call that missed it fails all the same; the next ones find it.
 * @param made has methods of its own and nothing else; none of them answers with a promise
 * @param again fetches the ring anew; what it throws is tried again after a pause
 */
export function renewable<T extends object>(made: T, again: () => Promise<T>, clock: Clock): T {
  let current = made;
  let triedAt = Number.NEGATIVE_INFINITY;
  function renew(): void {
    const now = clock.now().getTime();
    if (now - triedAt < PAUSE_MS) return;
    triedAt = now;
    void again().then(
      (fresh) => {
        current = fresh;
      },
      () => undefined,
    );
  }
  const method =
    (name: keyof T) =>
    (...args: unknown[]) => {
      try {
        return (current[name] as (...args: unknown[]) => unknown)(...args);
      } catch (error) {
        if (error instanceof SealingKeyMissing) renew();
        throw error;
      }
    };
  const names = Object.keys(made) as (keyof T)[];
  return Object.fromEntries(names.map((name) => [name, method(name)])) as unknown as T;
}
