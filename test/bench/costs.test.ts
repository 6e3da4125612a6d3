import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { COUNTED, costsOf, costsTable, costsText } from './scale/costs.ts';

const readme = readFileSync(resolve(import.meta.dirname, '../../README.md'), 'utf8');

test('the table of costs in README is the one that the bench prints', () => {
  const [, section = ''] = readme.split('### What it costs\n');
  expect(
    section
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .slice(0, 6),
  ).toEqual(costsTable(COUNTED));
});

test('what each part of it costs for 100,000 accounts in a month, in dollars', () => {
  const { accounts: _, runs, ...costs } = costsOf(100_000, COUNTED);
  const rounded = Object.fromEntries(Object.entries(costs).map(([name, amount]) => [name, Math.round(amount)]));
  expect([runs, rounded]).toEqual([
    334,
    { fixed: 6, lambda: 1_855, table: 310, looks: 2_170, looksInParts: 10, rest: 326 },
  ]);
});

test('the bench says what four parts of the index would cost', () => {
  expect(costsText(COUNTED)).toContain('finding 100,000 accounts would cost $2,170 a month instead of $10.24.');
});
