import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { testClock } from '../support/clock.ts';
import { countHeld } from '../support/held.ts';
import { type LinkingFunction, openLinkingFunction, ROUND } from './linking-rounds.ts';

const REQUESTS = 10_000;
const PARTS = 5;

const clock = testClock();
const held = countHeld(clock);
let linking: LinkingFunction;
beforeAll(async () => {
  linking = await openLinkingFunction(clock);
});
afterAll(() => linking.close());

test('after 10,000 requests the linking function holds no more than after 2,000', async () => {
  const refreshToken = await linking.linkUp();
  const seen = [];
  for (let part = 0; part < PARTS; part++) {
    for (let asked = 0; asked < REQUESTS / PARTS; asked += ROUND.length)
      expect(await linking.round(refreshToken)).toEqual(ROUND);
    seen.push(await held());
  }
  const [first, last] = [seen[0], seen.at(-1)];
  expect(last?.waiting).toBe(0);
  expect(last?.listeners).toBe(0);
  expect(last?.sockets).toBeLessThanOrEqual((first?.sockets ?? 0) + 2);
  expect((last?.heapKb ?? 0) - (first?.heapKb ?? 0)).toBeLessThan(2_000);
});
