import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DeskClock } from '../../desk/clock.ts';
import type { Clock } from '../../lambda/ports/clock.ts';
import { type LinkingFunction, openLinkingFunction, ROUND } from './linking-rounds.ts';

const ROUNDS = 40;
const ADDRESSES = 20;

/** Counts who waits on it. */
class CountingClock extends DeskClock implements Clock {
  waiting = 0;
  override async wait(ms: number, signal?: AbortSignal): Promise<void> {
    this.waiting += 1;
    try {
      await super.wait(ms, signal);
    } finally {
      this.waiting -= 1;
    }
  }
}

const clock = new CountingClock(new Date('2026-03-01T12:00:00.000Z'));
let linking: LinkingFunction;
beforeAll(async () => {
  linking = await openLinkingFunction(clock);
});
afterAll(() => linking.close());

/** What keeps the process busy, by kind. */
const held = () => {
  const kinds = process.getActiveResourcesInfo();
  const count = (kind: string) => kinds.filter((one) => one === kind).length;
  return { timers: count('Timeout'), sockets: count('TCPSocketWrap'), waiting: clock.waiting };
};

test('nothing is held by the requests that were answered', async () => {
  const refreshToken = await linking.linkUp();
  await linking.round(refreshToken);
  const before = held();
  expect(before.waiting).toBe(0);
  for (let index = 0; index < ROUNDS; index += 1) {
    expect(await linking.round(refreshToken)).toEqual(ROUND);
  }
  expect(held().waiting).toBe(0);
  expect(held().sockets).toBeLessThanOrEqual(before.sockets);
  // A connection that is kept has a timer of its own, which comes and goes.
  while (held().timers > before.timers + 2) await new Promise((resolve) => setTimeout(resolve, 20));
});

test('requests for many names hold no connections', async () => {
  const before = held();
  for (let name = 0; name < ADDRESSES; name += 1) {
    const request = new Request(`https://name${name}.example/.well-known/oauth-authorization-server`);
    expect((await linking.answer(request, '')).status).toBe(200);
  }
  expect(held().sockets).toBeLessThanOrEqual(before.sockets);
});
