import { describe, expect, test } from '@jest/globals';
import { tokenRefused } from '../../lambda/domain/refused-by-cloud.ts';
import type { NoticeRecord } from '../../lambda/ports/notice-store.ts';

const NOW = new Date('2026-03-01T12:00:00.000Z');
const SENDING = { reauthId: 'new', sendAfter: '2026-03-01T12:01:00.000Z' };
const row = (state: 'open' | 'closed', ...refusedAt: readonly string[]): NoticeRecord => ({
  ...{ accountId: 'a', cause: 'tokens-refused', reminder: 1, state, since: refusedAt[0] ?? '', reauthId: 'old' },
  ...{ linkRenewals: [], refusedAt, version: 1 },
});

describe('a token of the account was refused at noon:', () => {
  test.each([
    { when: 'the first', standing: undefined, is: 'closed', counted: ['2026-03-01T12:00:00.000Z'] },
    {
      when: 'the second',
      standing: row('closed', '2026-03-01T11:00:00.001Z'),
      is: 'closed',
      counted: ['2026-03-01T11:00:00.001Z', '2026-03-01T12:00:00.000Z'],
    },
    {
      when: 'the third, within an hour',
      standing: row('closed', '2026-03-01T11:00:00.001Z', '2026-03-01T11:59:00.000Z'),
      is: 'open',
      counted: ['2026-03-01T11:00:00.001Z', '2026-03-01T11:59:00.000Z', '2026-03-01T12:00:00.000Z'],
    },
    {
      when: 'the third, the first an hour ago',
      standing: row('closed', '2026-03-01T11:00:00.000Z', '2026-03-01T11:59:00.000Z'),
      is: 'closed',
      counted: ['2026-03-01T11:59:00.000Z', '2026-03-01T12:00:00.000Z'],
    },
    {
      when: 'the clock was set back meanwhile',
      standing: row('closed', '2026-03-01T15:00:00.000Z', '2026-03-01T16:00:00.000Z'),
      is: 'closed',
      counted: ['2026-03-01T12:00:00.000Z'],
    },
    {
      when: 'open since two hours',
      standing: row('open', '2026-03-01T10:00:00.000Z'),
      is: 'open',
      counted: ['2026-03-01T12:00:00.000Z'],
    },
    {
      when: 'open, and none was refused for a day: a new count',
      standing: row('open', '2026-02-28T12:00:00.000Z'),
      is: 'closed',
      counted: ['2026-03-01T12:00:00.000Z'],
    },
  ] as const)('$when: $is', ({ standing, is, counted }) => {
    const next = tokenRefused('a', standing, NOW, SENDING);
    expect({ is: next?.state, counted: next?.refusedAt }).toEqual({ is, counted });
  });

  test('open, and one was refused within the hour: nothing to write', () => {
    expect(tokenRefused('a', row('open', '2026-03-01T11:30:00.000Z'), NOW, SENDING)).toBeUndefined();
  });

  test('the notice says since when, and is to be sent', () => {
    const standing = row('closed', '2026-03-01T11:10:00.000Z', '2026-03-01T11:20:00.000Z');
    expect(tokenRefused('a', standing, NOW, SENDING)).toEqual({
      ...{ accountId: 'a', cause: 'tokens-refused', reminder: 1, state: 'open', reauthId: 'new', linkRenewals: [] },
      since: '2026-03-01T11:10:00.000Z',
      offlineSince: '2026-03-01T11:10:00.000Z',
      refusedAt: ['2026-03-01T11:10:00.000Z', '2026-03-01T11:20:00.000Z', '2026-03-01T12:00:00.000Z'],
      sendAfter: '2026-03-01T12:01:00.000Z',
    });
  });
});
