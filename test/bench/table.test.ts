import { expect, test } from '@jest/globals';
import { toTable, verdict } from './table.ts';

test('figures are aligned, and figures that were not measured stay empty', () => {
  const table = toTable([
    {
      what: 'start',
      unit: 'ms',
      ours: 70.26,
      bare: 101.5,
      nothing: 0.5,
      ratio: 0.692,
      budget: { text: 'x', holds: true },
    },
    { what: 'calls', unit: '', ours: 2, budget: { text: 'at most 1', holds: false } },
    { what: 'memory', unit: 'MB', ours: 1234.5, bare: -2.719 },
  ]);
  expect(table.split('\n')).toEqual([
    'what        ours  bare axios  nothing   ratio  budget     holds?',
    '----------  ----  ----------  -------  ------  ---------  ------',
    'start, ms   70.3         102     0.50  0.69 x  x          yes',
    'calls          2                               at most 1  NO',
    'memory, MB  1235       -2.72',
  ]);
});

test('a noisy figure says so instead of yes or NO', () => {
  const row = (what: string, budget: { holds: boolean; noisy?: true }) => ({
    what,
    unit: '',
    ours: 1,
    budget: { text: 'x', ...budget },
  });
  const rows = [
    row('start', { holds: true }),
    row('calls', { holds: false }),
    row('CPU', { holds: false, noisy: true }),
    row('token', { holds: true, noisy: true }),
  ];
  expect(
    toTable(rows)
      .split('\n')
      .slice(2)
      .map((line) => line.split(/ +/).at(-1)),
  ).toEqual(['yes', 'NO', 'noisy', 'noisy']);
  expect(verdict(rows)).toBe(
    '1 of 4 budgets hold. Exceeded: calls. Too noisy to tell, run again on a quiet machine: CPU; token.',
  );
});
