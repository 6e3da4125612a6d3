import { expect, test } from '@jest/globals';
import { countFailedSignIn, pageCounters } from '../../lambda/domain/sign-in-limits.ts';
import { StoreUnavailable } from '../../lambda/ports/errors.ts';
import type { Counter, Throttle } from '../../lambda/ports/throttle.ts';

const signIn = { email: 'mary@example.org', address: '203.0.113.7', page: 'p', byLink: false };

/** The counter that a refused sign-in of the skill's own is counted in. */
async function skillCounter(email: string): Promise<Counter | undefined> {
  let taken: readonly Counter[] = [];
  const take: Throttle['take'] = async (counters) => {
    taken = counters;
    return { taken: true, giveBack: async () => undefined };
  };
  await countFailedSignIn(email, { take }, new Date(0));
  return taken[0];
}

test('all sign-ins of an account have one counter, however the address is written', async () => {
  const keys = [
    pageCounters(signIn)[0]?.key,
    pageCounters({ ...signIn, email: ' MARY@example.org', byLink: true })[0]?.key,
    (await skillCounter('Mary@Example.org'))?.key,
  ];
  expect(new Set(keys).size).toBe(1);
  expect(pageCounters({ ...signIn, email: 'other@example.org' })[0]?.key).not.toBe(keys[0]);
});

test('neither keys nor labels show whose sign-in it was', async () => {
  const text = JSON.stringify([...pageCounters(signIn), await skillCounter(signIn.email)]);
  for (const secret of ['mary', '203.0.113']) expect(text).not.toContain(secret);
});

test('a sign-in link has a larger part of every limit', () => {
  const limits = (byLink: boolean) =>
    pageCounters({ ...signIn, byLink }).map(({ anyOf }) =>
      Math.max(
        ...anyOf
          .flatMap((choice) => choice.limits)
          .filter(({ label }) => label === undefined)
          .map(({ limit }) => limit),
      ),
    );
  expect({ stranger: limits(false), link: limits(true) }).toEqual({ stranger: [4, 80, 150], link: [5, 100, 200] });
});

test('a refused sign-in that cannot be counted is no failure', async () => {
  const throttle = { take: () => Promise.reject(new StoreUnavailable('no')) };
  await expect(countFailedSignIn('mary@example.org', throttle, new Date(0))).resolves.toBeUndefined();
});
