import { describe, expect, test } from '@jest/globals';
import { withChange } from '../../lambda/domain/lamp-history.ts';
import type { ChangedBy, DeviceState, NotedChange } from '../../lambda/ports/device-store.ts';

const NOW = new Date('2026-03-08T12:00:00.000Z');
const state = (at: string, fields: Partial<DeviceState> = {}): DeviceState => ({
  power: 'ON',
  level: 40,
  connected: true,
  at,
  ...fields,
});
const change = (at: string, by: ChangedBy = 'plug', fields: Partial<DeviceState> = {}): NotedChange => {
  const { power, level, connected } = state(at, fields);
  return { at, power, level, connected, by };
};
const noted = (lastState: DeviceState, changes: NotedChange[] | undefined, next: DeviceState, by: ChangedBy) =>
  withChange({ lastState, ...(changes && { changes }) }, next, by, NOW).changes;

describe('the history of a lamp', () => {
  const before = state('2026-03-08T10:00:00.000Z');
  test.each<{ when: string; changes?: NotedChange[]; next: DeviceState; by: ChangedBy; last: string | undefined }>([
    {
      when: 'another level',
      next: state('2026-03-08T11:00:00.000Z', { level: 30 }),
      by: 'plug',
      last: '2026-03-08T11:00:00.000Z ON 30 true plug',
    },
    {
      when: 'the plug is gone',
      next: state('2026-03-08T11:00:00.000Z', { connected: false }),
      by: 'read',
      last: '2026-03-08T11:00:00.000Z ON 40 false read',
    },
    { when: 'the same state once more', next: state('2026-03-08T11:00:00.000Z'), by: 'other-write', last: undefined },
    { when: 'a state of before', next: state('2026-03-08T09:00:00.000Z', { level: 5 }), by: 'plug', last: undefined },
    {
      when: 'the state that the row has, which the history lacks',
      changes: [change('2026-03-08T08:00:00.000Z', 'plug', { power: 'OFF' })],
      next: before,
      by: 'other-write',
      last: '2026-03-08T10:00:00.000Z ON 40 true other-write',
    },
  ])('$when', ({ changes, next, by, last }) => {
    const latest = noted(before, changes, next, by)?.at(-1);
    expect(latest && Object.values(latest).join(' ')).toBe(last);
  });

  test('what is older than seven days goes with the next change', () => {
    const changes = [change('2026-03-01T11:59:59.000Z'), change('2026-03-01T12:00:01.000Z', 'plug', { level: 1 })];
    const next = state('2026-03-08T11:00:00.000Z', { level: 2 });
    expect(noted(before, changes, next, 'plug')?.map(({ level }) => level)).toEqual([1, 2]);
  });

  test('a lamp that never rests keeps its latest hundred changes', () => {
    let row: { lastState: DeviceState; changes?: readonly NotedChange[] } = { lastState: before };
    for (let second = 0; second < 300; second++) {
      const at = new Date(Date.parse('2026-03-08T11:00:00.000Z') + second * 1000).toISOString();
      row = withChange(row, state(at, { level: (second % 99) + 1 }), 'other-write', NOW);
    }
    expect(row.changes).toHaveLength(100);
    expect(row.changes?.at(-1)?.at).toBe('2026-03-08T11:04:59.000Z');
  });
});
