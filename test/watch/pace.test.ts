import { expect, test } from '@jest/globals';
import { about, createPace, createQueueFor } from '../../lambda/watch/pace.ts';
import { testClock, withFastClock } from '../support/clock.ts';

test('leave is given one by one, at even distances', async () => {
  const clock = testClock();
  const start = clock.now().getTime();
  const pace = createPace(6, clock);
  const given: number[] = [];
  const all = Promise.all(
    Array.from({ length: 4 }, () =>
      pace.turn(AbortSignal.timeout(110_000)).then(() => given.push(clock.now().getTime())),
    ),
  );
  await withFastClock(clock, () => all, 1_000);
  const seconds = given.map((at) => Math.floor((at - start) / 10_000));
  expect(seconds).toEqual([0, 1, 2, 3]);
});

test('who gives up waiting gets the reason', async () => {
  const pace = createPace(1, testClock());
  await pace.turn(AbortSignal.timeout(1_000));
  await expect(pace.turn(AbortSignal.abort(new Error('over')))).rejects.toThrow('over');
});

test('no more than so many at once, in the order in which they came; a failure makes room, too', async () => {
  const inTurn = createQueueFor(2);
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const work = (number: number) =>
    inTurn(async () => {
      begun.push(number);
      await new Promise<void>((end) => ends.push(end));
      if (number === 1) throw new Error('failed');
      return number;
    });
  const results = [1, 2, 3, 4].map((number) => work(number).catch(() => 0));
  expect(begun).toEqual([1, 2]);
  ends[0]?.();
  expect(await results[0]).toBe(0);
  await new Promise(setImmediate);
  expect(begun).toEqual([1, 2, 3]);
  ends[1]?.();
  ends[2]?.();
  await results[2];
  await new Promise(setImmediate);
  expect(begun).toEqual([1, 2, 3, 4]);
  ends[3]?.();
  expect(await Promise.all(results)).toEqual([0, 2, 3, 4]);
});

test('about as long is never longer', () => {
  for (let time = 0; time < 1_000; time++) {
    expect(about(100)).toBeGreaterThanOrEqual(75);
    expect(about(100)).toBeLessThanOrEqual(100);
  }
});
