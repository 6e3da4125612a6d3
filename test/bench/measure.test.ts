import { expect, test } from '@jest/globals';
import { atMost, median, percentile, ratioOfPairs, rowOf } from './measure.ts';

test.each([
  { values: [7], share: 0.5, is: 7 },
  { values: [4, 1, 3, 2], share: 0.5, is: 2 },
  { values: [10, 9, 8, 7, 6, 5, 4, 3, 2, 1], share: 0.99, is: 10 },
  { values: [10, 9, 8, 7, 6, 5, 4, 3, 2, 1], share: 0.9, is: 9 },
  { values: [2, 1], share: 0, is: 1 },
])('$share of $values do not exceed $is', ({ values, share, is }) => {
  expect(percentile(values, share)).toBe(is);
});

test.each([
  { values: [3, 1, 2], is: 2 },
  { values: [4, 1, 3, 2], is: 2.5 },
  { values: [10, 9], is: 9.5 },
])('the median of $values is $is', ({ values, is }) => {
  expect(median(values)).toBe(is);
});

test('nothing has neither a median nor percentiles', () => {
  expect(() => median([])).toThrow('nothing was measured');
  expect(() => percentile([], 0.5)).toThrow('nothing was measured');
});

test('a ratio is taken turn by turn: what slows one turn down changes nothing', () => {
  expect(ratioOfPairs({ ours: [2, 20, 4], bare: [1, 10, 4] })).toBe(2);
});

test('a ratio needs pairs', () => {
  expect(() => ratioOfPairs({ ours: [1, 2], bare: [1] })).toThrow('not measured in pairs');
});

test.each([
  { ours: [3, 3, 3], holds: true },
  { ours: [3, 4, 4], holds: false },
])('a budget is judged by the ratio: $ours', ({ ours, holds }) => {
  const row = rowOf('CPU', 'ms', { ours, bare: [2, 2, 2], nothing: [1, 1, 1] }, atMost(1.5));
  expect(row.budget).toEqual({ text: 'at most 1.5 x', holds });
  expect(row).toMatchObject({ bare: 2, nothing: 1 });
});
