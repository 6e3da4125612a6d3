import { expect, test } from '@jest/globals';
import { atMost, budget, judgeTurns, median, medianRange, percentile, ratioOfPairs, rowOf } from './measure.ts';

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
  { ours: [3.5, 4, 4], holds: false },
])('a budget is judged by the ratio: $ours', ({ ours, holds }) => {
  const row = rowOf('CPU', 'ms', { ours, bare: [2, 2, 2], nothing: [1, 1, 1] }, atMost(1.5));
  expect(row.budget).toEqual({ text: 'at most 1.5 x', holds });
  expect(row).toMatchObject({ bare: 2, nothing: 1 });
});

test.each([
  { values: [1.4, 1.45, 1.42], when: 'all turns are below the limit', is: { holds: true } },
  { values: [1.6, 1.7, 1.65], when: 'all turns are above the limit', is: { holds: false } },
  { values: [1.4, 1.55, 1.6], when: 'few turns are on both sides of the limit', is: { holds: false, noisy: true } },
  { values: [1.6, 1.4, 1.45], when: 'few turns are on both sides of the limit', is: { holds: true, noisy: true } },
  {
    values: [1.3, 1.31, 1.32, 1.33, 1.34, 1.35, 1.36, 1.37, 1.38, 2, 2.1, 1.3, 1.31, 1.32, 1.33, 1.34],
    when: 'only outliers of many turns are above the limit',
    is: { holds: true },
  },
])('$when: $values', ({ values, is }) => {
  expect(judgeTurns(values, atMost(1.5))).toEqual({ text: 'at most 1.5 x', ...is });
});

test('a figure that is equal in all turns is never noisy', () => {
  expect(judgeTurns([1, 1, 1], (value) => budget('1', value === 1))).toEqual({ text: '1', holds: true });
});

test.each([
  { values: [3, 1, 2], is: [1, 3] },
  { values: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16], is: [5, 12] },
])('the true median of $values is probably within $is', ({ values, is }) => {
  expect(medianRange(values)).toEqual(is);
});
