import { describe, expect, test } from '@jest/globals';
import { cloudNoticeDueAt, commandFailed, isStale, outageOf } from '../../lambda/domain/cloud-down.ts';
import type { NoticeRecord } from '../../lambda/ports/notice-store.ts';

const at = (time: string) => `2026-03-01T${time}:00.000Z`;
const row = (fields: Partial<NoticeRecord>): NoticeRecord => ({
  accountId: 'account-1',
  cause: 'cloud-down',
  reminder: 1,
  state: 'open',
  since: at('18:02'),
  offlineSince: at('18:02'),
  sendAfter: at('18:15'),
  reauthId: 'id',
  linkRenewals: [],
  version: 1,
  ...fields,
});

describe('when a person is told', () => {
  test.each([
    { when: 'no command failed', failedAt: undefined, due: '18:15' },
    { when: 'a command failed in it', failedAt: '18:04', due: '18:05' },
    { when: 'a command failed just before the first failed read', failedAt: '18:00', due: '18:05' },
    { when: 'a command failed in another outage', failedAt: '17:59', due: '18:15' },
  ])('$when: at $due', ({ failedAt, due }) => {
    expect(cloudNoticeDueAt(at('18:02'), failedAt && at(failedAt))).toBe(at(due));
  });
});

describe('one outage that shows itself in two ways', () => {
  const now = new Date(at('18:10'));
  const { sentAt: _, ...waiting } = row({});
  const other = { ...waiting, cause: 'sign-in-throttled' } as const;
  test.each<{ when: string; standing?: NoticeRecord; other?: NoticeRecord; is: object | undefined }>([
    { when: 'nothing was known', is: { offlineSince: at('18:08'), sendAfter: at('18:21') } },
    { when: 'it was found before', standing: waiting, is: { offlineSince: at('18:02'), sendAfter: at('18:15') } },
    { when: 'the other cause was found before', other, is: { offlineSince: at('18:02'), sendAfter: at('18:15') } },
    { when: 'people were told by the other cause', other: { ...other, sentAt: at('18:05') }, is: undefined },
    {
      when: 'the other cause is of another day',
      other: { ...other, offlineSince: at('08:00'), sendAfter: at('08:15') },
      is: { offlineSince: at('18:08'), sendAfter: at('18:21') },
    },
    {
      when: 'the other cause is over',
      other: { ...other, state: 'closed', failedAt: at('18:09') },
      is: { offlineSince: at('18:08'), sendAfter: at('18:11') },
    },
  ])('$when', ({ standing, other: found, is }) => {
    expect(outageOf(at('18:08'), { standing, other: found }, now)).toEqual(is);
  });
});

describe('a command fails', () => {
  const { sentAt: _, ...unsent } = row({});
  const now = new Date(at('18:04'));
  const failed = (standing: NoticeRecord | undefined) => commandFailed('account-1', standing, now, 'new');

  test.each<{ when: string; standing: NoticeRecord | undefined; changes: object | undefined }>([
    { when: 'before any read failed', standing: undefined, changes: { state: 'closed', failedAt: at('18:04') } },
    { when: 'while the notice waits', standing: unsent, changes: { failedAt: at('18:04'), sendAfter: at('18:15') } },
    { when: 'after the notice', standing: row({ sentAt: at('18:03') }), changes: undefined },
    { when: 'once more', standing: row({ failedAt: at('18:03') }), changes: undefined },
    {
      when: 'while the all-clear of the last outage waits',
      standing: row({ state: 'closed', sentAt: at('09:00'), sendAfter: at('18:05') }),
      changes: { state: 'closed', failedAt: at('18:04'), sendAfter: at('18:05') },
    },
  ])('$when', ({ standing, changes }) => {
    if (changes) expect(failed(standing)).toMatchObject(changes);
    else expect(failed(standing)).toBeUndefined();
  });
});

test('a notice that nobody has sent long after its time is about an outage that has ended', () => {
  expect(isStale(row({}), new Date(at('18:34')))).toBe(false);
  expect(isStale(row({}), new Date(at('18:36')))).toBe(true);
  expect(isStale(row({ sentAt: at('18:17') }), new Date(at('23:00')))).toBe(false);
});
