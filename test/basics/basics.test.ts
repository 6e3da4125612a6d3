import { expect, test } from '@jest/globals';
import { asError } from '../../lambda/basics/as-error.ts';
import { inParallel } from '../../lambda/basics/in-parallel.ts';
import { parseJson } from '../../lambda/basics/json.ts';

test.each([
  { text: '{"a":1}', value: { a: 1 } },
  { text: 'null', value: null },
  { text: '', value: undefined },
  { text: '<html>', value: undefined },
])('parseJson: $text', ({ text, value }) => {
  expect(parseJson(text)).toEqual(value);
});

test('what is thrown becomes an Error, an Error stays itself', () => {
  const error = new TypeError('t');
  expect(asError(error)).toBe(error);
  expect(asError('text').message).toBe('text');
  expect(asError(undefined).message).toBe('undefined');
});

test('never more than the limit run at once, and results keep their order', async () => {
  let running = 0;
  let most = 0;
  const results = await inParallel([3, 1, 2, 5, 4], 2, async (item) => {
    most = Math.max(most, ++running);
    for (let turn = 0; turn < item; turn++) await Promise.resolve();
    running -= 1;
    return item * 10;
  });
  expect(results).toEqual([30, 10, 20, 50, 40]);
  expect(most).toBe(2);
});

test('after a failure nothing new is started', async () => {
  const started: number[] = [];
  const work = async (item: number) => {
    started.push(item);
    if (item === 2) throw new Error('no');
  };
  await expect(inParallel([1, 2, 3, 4, 5], 1, work)).rejects.toThrow('no');
  expect(started).toEqual([1, 2]);
});
