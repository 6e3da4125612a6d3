import { expect, test } from '@jest/globals';
import { networksOf, pageCounters, skillCounters } from '../../lambda/domain/sign-in-limits.ts';

test.each([
  { address: '203.0.113.7', narrow: '203.0.113.7', wide: '203.0.113' },
  { address: '::ffff:203.0.113.7', narrow: '203.0.113.7', wide: '203.0.113' },
  { address: '2001:db8:1:2:3:4:5:6', narrow: '2001:db8:1:2', wide: '2001:db8:1' },
  { address: '2001:0DB8:0001:0002::1', narrow: '2001:db8:1:2', wide: '2001:db8:1' },
  { address: '2001:db8::1', narrow: '2001:db8:0:0', wide: '2001:db8:0' },
  { address: '::1', narrow: '0:0:0:0', wide: '0:0:0' },
])('$address is of $narrow and $wide', ({ address, narrow, wide }) => {
  expect(networksOf(address)).toEqual({ narrow, wide });
});

const signIn = { email: 'mary@example.org', address: '203.0.113.7', page: 'p', byLink: false };

test('all sign-ins of an account have one counter, however the address is written', () => {
  const keys = [
    pageCounters(signIn)[0]?.key,
    pageCounters({ ...signIn, email: ' MARY@example.org', byLink: true })[0]?.key,
    skillCounters('Mary@Example.org')[0]?.key,
  ];
  expect(new Set(keys).size).toBe(1);
  expect(pageCounters({ ...signIn, email: 'other@example.org' })[0]?.key).not.toBe(keys[0]);
});

test('neither keys nor labels show whose sign-in it was', () => {
  const text = JSON.stringify([...pageCounters(signIn), ...skillCounters(signIn.email)]);
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
