import { expect, test } from '@jest/globals';
import { busyNote, reasons, toTable, verdict } from './table.ts';

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
      aim: { text: 'at most 0.6 x', holds: false },
    },
    { what: 'calls', unit: '', ours: 2, budget: { text: 'at most 1', holds: false } },
    { what: 'memory', unit: 'MB', ours: 1234.5, bare: -2.719 },
  ]);
  expect(table.split('\n')).toEqual([
    'what        ours  bare axios  nothing   ratio  budget     holds?  aim            reached?',
    '----------  ----  ----------  -------  ------  ---------  ------  -------------  --------',
    'start, ms   70.3         102     0.50  0.69 x  x          yes     at most 0.6 x  NO',
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

test('each aim that is not reached for certain says why', () => {
  const row = (
    what: string,
    aim: { holds: boolean; noisy?: true },
    shares: { part: string; percent: number }[] = [],
  ) => ({
    what,
    unit: 'ms',
    ours: 1,
    ratio: 0.845,
    aim: { text: 'at most 0.8 x', ...aim },
    shares,
  });
  const rows = [
    row('start', { holds: false }, [
      { part: 'axios', percent: 61.6 },
      { part: 'the log', percent: 38.4 },
    ]),
    row('CPU', { holds: true, noisy: true }),
    row('reports', { holds: true }),
    { what: 'calls', unit: '', ours: 1 },
  ];
  expect(reasons(rows).split('\n').slice(2)).toEqual([
    '- start: 0.84 x, aim at most 0.8 x. axios 62 %, the log 38 %.',
    '- CPU: 0.84 x, aim at most 0.8 x.',
  ]);
  expect(reasons(rows.slice(2))).toBe('');
  expect(verdict(rows)).toBe('0 of 0 budgets hold. 1 of 3 aims are reached.');
});

test.each([
  { load: 1, processors: 2, says: '' },
  { load: 16.04, processors: 2, says: 'Other processes were at work when this began (load 16.0 on 2 processors).' },
])('a load of $load on $processors processors', ({ load, processors, says }) => {
  expect(busyNote(load, processors).split(' Times')[0]).toBe(says);
});
