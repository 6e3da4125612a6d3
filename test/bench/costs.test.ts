import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { metricsOf } from '../../lambda/adapters/json-log/metrics.ts';
import { at, type Fields, namesInStack, template } from '../infra/template.ts';
import { COUNTED, costsOf, costsTable, costsText, FIXED } from './scale/costs.ts';

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

test('alarms and metrics are counted as the template has them', () => {
  const here = namesInStack({}).flatMap((name) => template.Resources[name] ?? []);
  const alarms = here.filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm');
  const looked = alarms.map(({ Properties: { Metrics } }) =>
    Array.isArray(Metrics) ? Metrics.filter((term) => at(term, 'MetricStat') !== undefined).length : 1,
  );
  expect(looked.reduce((total, count) => total + count, 0)).toBe(FIXED.alarms);
  const ofFilters = here
    .filter(({ Type }) => Type === 'AWS::Logs::MetricFilter')
    .map(({ Properties }) => at(Properties, 'MetricTransformations', 0, 'MetricName'));
  const ofLines = [
    ['directive', { outcome: 'Response', ms: 1, cloudMs: 1, cloudCalls: 1, generalFailure: 0 }],
    ['report', { outcome: 'reported', ageMs: 1 }],
    ['refreshed', { gapHours: 1 }],
    ['session-renewed', {}],
  ] as const;
  const names = ofLines.flatMap(([event, fields]) => {
    const made = metricsOf(event, fields, 'f', new Date(0)) as Fields;
    const sets = at(made, '_aws', 'CloudWatchMetrics') as readonly Fields[];
    return sets.flatMap(({ Metrics }) => (Metrics as readonly Fields[]).map(({ Name }) => `${event} ${Name}`));
  });
  expect(new Set(ofFilters).size + names.length).toBe(FIXED.metrics);
});

test('what each part of it costs for 100,000 accounts in a month, in dollars', () => {
  const { accounts: _, runs, megabytes, ...costs } = costsOf(100_000, COUNTED);
  const rounded = Object.fromEntries(Object.entries(costs).map(([name, amount]) => [name, Math.round(amount)]));
  expect([runs, megabytes, rounded]).toEqual([
    128,
    160,
    { watch: 840, fixed: 7, lambda: 988, table: 380, looks: 4_197, looksInParts: 12, rest: 329 },
  ]);
});

test('the bench says what four parts of the index would cost', () => {
  expect(costsText(COUNTED)).toContain('finding 100,000 accounts would cost $4,197 a month instead of $11.91.');
});

test.each([
  { when: 'one account', accounts: 1, megabytes: 128, runs: 1 },
  { when: 'as many as a small run holds', accounts: 300, megabytes: 128, runs: 1 },
  { when: 'more than a small run holds', accounts: 301, megabytes: 160, runs: 1 },
  { when: 'the first thousand', accounts: 1_000, megabytes: 160, runs: 2 },
])('$when: $runs runs in $megabytes MB', ({ accounts, megabytes, runs }) => {
  const costs = costsOf(accounts);
  expect([costs.megabytes, costs.runs]).toEqual([megabytes, runs]);
});

test('the watchers of 100,000 accounts cost at most half of what they did before, $1,707', () => {
  expect(costsOf(100_000).watch).toBeLessThanOrEqual(853);
});

test.each([
  // Lambda, before free tiers: what README said when every run held 300 accounts
  { accounts: 1, before: 5.12 },
  { accounts: 1_000, before: 21.93 },
  { accounts: 1_000_000, before: 18_517 },
])('$accounts accounts cost no more than before', ({ accounts, before }) => {
  expect(costsOf(accounts).lambda).toBeLessThanOrEqual(before);
});
