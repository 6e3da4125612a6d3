import { expect, test } from '@jest/globals';
import { toTable } from './table.ts';

test('figures stand under each other, and what was not measured stays empty', () => {
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
