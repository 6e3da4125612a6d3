import { describe, expect, test } from '@jest/globals';
import { recentChanges, withChange } from '../../lambda/domain/lamp-history.ts';
import type { ChangedBy, DeviceState } from '../../lambda/ports/device-store.ts';

const NOW = new Date('2026-03-08T12:00:00.000Z');
const state = (at: string, fields: Partial<DeviceState> = {}): DeviceState => ({
  power: 'ON',
  level: 40,
  connected: true,
  at,
  ...fields,
});
const rowOf = (lastState: DeviceState, changes: string | undefined) => ({
  lastState,
  ...(changes !== undefined && { changes }),
});

describe('the history of a lamp', () => {
  const before = state('2026-03-08T10:00:00.000Z');
  test.each<{ when: string; changes?: string; next: DeviceState; by: ChangedBy; after: string | undefined }>([
    {
      when: 'another level',
      next: state('2026-03-08T11:00:00.999Z', { level: 30 }),
      by: 'plug',
      after: 'tbkuk0+30p',
    },
    {
      when: 'the plug is gone',
      next: state('2026-03-08T11:00:00.000Z', { connected: false }),
      by: 'read',
      after: 'tbkuk0+40r!',
    },
    {
      when: 'off, by a command of ours',
      changes: 'tbkrs0+40u',
      next: state('2026-03-08T11:00:00.000Z', { power: 'OFF', level: 100 }),
      by: 'our-write',
      after: 'tbkrs0+40u tbkuk0-100a',
    },
    { when: 'the same state once more', next: state('2026-03-08T11:00:00.000Z'), by: 'other-write', after: undefined },
    { when: 'a state of before', next: state('2026-03-08T09:00:00.000Z', { level: 5 }), by: 'plug', after: undefined },
    {
      when: 'the state that the row has, which the history lacks',
      changes: 'tbkm80-40p',
      next: before,
      by: 'other-write',
      after: 'tbkm80-40p tbkrs0+40w',
    },
    {
      when: 'the state that the history ends with',
      changes: 'tbkm80-40p tbkrs0+40w',
      next: state('2026-03-08T11:00:00.000Z'),
      by: 'plug',
      after: 'tbkm80-40p tbkrs0+40w',
    },
    {
      when: 'what is older than seven days goes',
      changes: 'tb7ynz+7p tb7yo0+8p tb7yo1+1p',
      next: state('2026-03-08T11:00:00.000Z', { level: 2 }),
      by: 'plug',
      after: 'tb7yo1+1p tbkuk0+2p',
    },
    {
      when: 'all is older than seven days',
      changes: 'tb7ynz+7p tb7yo0+8p',
      next: state('2026-03-08T11:00:00.000Z', { level: 2 }),
      by: 'plug',
      after: 'tbkuk0+2p',
    },
    {
      when: 'texts of another version go',
      changes: 'zzz tbkm80?40p constructor+1p tbkm80+1p zzzzzzzz+1p',
      next: state('2026-03-08T11:00:00.000Z', { level: 2 }),
      by: 'plug',
      after: 'tbkm80+1p tbkuk0+2p',
    },
    {
      when: 'a row of no text',
      changes: '',
      next: state('2026-03-08T11:00:00.000Z', { level: 2 }),
      by: 'plug',
      after: 'tbkuk0+2p',
    },
  ])('$when', ({ changes, next, by, after }) => {
    expect(withChange(rowOf(before, changes), next, by, NOW).changes).toBe(after);
  });

  test('a lamp that never rests keeps its latest hundred changes', () => {
    let row: { lastState: DeviceState; changes?: string } = { lastState: before };
    for (let second = 0; second < 300; second++) {
      const at = new Date(Date.parse('2026-03-08T11:00:00.000Z') + second * 1000).toISOString();
      row = withChange(row, state(at, { level: (second % 99) + 1 }), 'other-write', NOW);
    }
    expect(recentChanges(row, NOW)).toHaveLength(100);
    expect(row.changes?.split(' ').at(-1)).toBe('tbkusb+3w');
  });

  test('it comes back right to the second', () => {
    expect(recentChanges({ changes: 'tbkuk0+100p tbkusb-7r!' }, NOW)).toEqual([
      { at: '2026-03-08T11:00:00.000Z', power: 'ON', level: 100, connected: true, by: 'plug' },
      { at: '2026-03-08T11:04:59.000Z', power: 'OFF', level: 7, connected: false, by: 'read' },
    ]);
  });

  test.each([
    { when: 'none', changes: undefined },
    { when: 'nothing in it', changes: '' },
    { when: 'of eight days ago', changes: 'tb7ynz+7p' },
    {
      when: 'texts of another version, and moments beyond all dates',
      changes: 'zzz tbkm80?40p zzzzzzzzz+1p constructor+1p',
    },
  ])('no changes: $when', ({ changes }) => {
    expect(recentChanges({ ...(changes !== undefined && { changes }) }, NOW)).toEqual([]);
  });

  test('a moment ahead is the mistake of a clock, and stays', () => {
    expect(recentChanges({ changes: 'tbkyq0+7p' }, NOW)).toEqual([
      { at: '2026-03-08T12:30:00.000Z', power: 'ON', level: 7, connected: true, by: 'plug' },
    ]);
  });
});
