import { expect, test } from '@jest/globals';
import { DeskClock } from '../../desk/clock.ts';

const standing = () => new DeskClock(new Date('2026-03-01T12:00:00.000Z'), () => 0);
const turn = () => new Promise((resolve) => setImmediate(resolve));
const turns = async (count: number) => {
  for (let n = 0; n < count; n++) await turn();
};

test('what has become due wakes in the order of its moments, without a timer', async () => {
  const clock = standing();
  const woken: number[] = [];
  const stop = new AbortController();
  for (const ms of [3_000, 1_000, 2_000, 9_000]) {
    void clock.wait(ms, stop.signal).then(
      () => woken.push(ms),
      () => undefined,
    );
  }
  await turns(10);
  expect(woken).toEqual([]);
  clock.advance(3_000);
  await turns(10);
  expect(woken).toEqual([1_000, 2_000, 3_000]);
  stop.abort();
});

test('a wait that is due ends although another begins in every turn', async () => {
  const clock = standing();
  const stop = new AbortController();
  let isOver = false;
  const others = (async () => {
    for (let n = 0; n < 20; n++) {
      const next = turn();
      clock.wait(60_000, stop.signal).catch(() => undefined);
      await next;
    }
  })();
  void clock.wait(0).then(() => {
    isOver = true;
  });
  await others;
  expect(isOver).toBe(true);
  stop.abort();
});

test('one that was given up wakes nobody, and the one behind it still does', async () => {
  const clock = standing();
  const given = new AbortController();
  const first = clock.wait(1_000, given.signal);
  const second = clock.wait(1_000);
  clock.advance(1_000);
  given.abort(new Error('given up'));
  await expect(first).rejects.toThrow('given up');
  await expect(second).resolves.toBeUndefined();
});
