import { describe, expect, test } from '@jest/globals';
import { isLampUsed, isQuiet, unusualSilence, withDay, withGap } from '../../lambda/domain/alexa-silence.ts';
import type { Link, UseGap } from '../../lambda/ports/link-store.ts';

const DAY = 86_400_000;
const NOW = new Date('2026-06-30T12:00:00.000Z');
/** So many days before now, ISO 8601. */
const ago = (days: number): string => new Date(NOW.getTime() - days * DAY).toISOString();
/** The day (UTC) so many days before now. */
const dayAgo = (days: number): string => ago(days).slice(0, 10);
const days = (from: number, to: number): string[] => Array.from({ length: from - to + 1 }, (_, n) => dayAgo(from - n));

const link = (fields: Partial<Link> = {}): Link => ({
  id: 'link-1',
  accountId: 'account-1',
  clientId: 'alexa',
  scope: 'lamps',
  state: 'live',
  code: { hash: 'h', redirectUri: 'https://alexa.example', expiresAt: '2025-02-01T00:05:00.000Z' },
  createdAt: '2025-02-01T00:00:00.000Z',
  version: 1,
  ...fields,
});
const gap = (endedDaysAgo: number, lengthDays: number): UseGap => ({
  endedAt: ago(endedDaysAgo),
  hours: lengthDays * 24,
});

describe('whether to ask', () => {
  test.each<{ when: string; links: readonly Link[]; moved: readonly string[]; asks: boolean }>([
    { when: 'daily use', links: [link({ lastUsedAt: ago(0.5) })], moved: days(60, 0), asks: false },
    {
      when: 'nine silent days, a hand every day',
      links: [link({ lastUsedAt: ago(9) })],
      moved: days(60, 0),
      asks: true,
    },
    { when: 'nine silent days, a hand on three', links: [link({ lastUsedAt: ago(9) })], moved: days(3, 1), asks: true },
    { when: 'nine silent days, a hand on two', links: [link({ lastUsedAt: ago(9) })], moved: days(2, 1), asks: false },
    {
      when: 'a hand on the day of the last use',
      links: [link({ lastUsedAt: ago(9) })],
      moved: [dayAgo(9), ...days(2, 1)],
      asks: false,
    },
    { when: 'six silent days', links: [link({ lastUsedAt: ago(6.99) })], moved: days(6, 0), asks: false },
    { when: 'seven silent days', links: [link({ lastUsedAt: ago(7) })], moved: days(6, 0), asks: true },
    { when: '21 days of holiday', links: [link({ lastUsedAt: ago(21) })], moved: days(60, 21), asks: false },
    {
      when: '21 days of holiday, and two days back home without Alexa',
      links: [link({ lastUsedAt: ago(23) })],
      moved: [...days(60, 23), ...days(1, 0)],
      asks: false,
    },
    {
      when: 'Alexa is used on Sundays only',
      links: [link({ lastUsedAt: ago(9), useGaps: [gap(9, 7)] })],
      moved: days(60, 0),
      asks: false,
    },
    {
      when: 'four times the longest gap of 60 days',
      links: [link({ lastUsedAt: ago(28), useGaps: [gap(28, 7)] })],
      moved: days(60, 0),
      asks: true,
    },
    {
      when: 'a longest gap that ended more than 60 days ago',
      links: [link({ lastUsedAt: ago(9), useGaps: [gap(61, 21)] })],
      moved: days(60, 0),
      asks: true,
    },
    // a new link
    {
      when: 'a link of three days that was never used',
      links: [link({ createdAt: ago(3) })],
      moved: days(3, 0),
      asks: false,
    },
    {
      when: 'a link of nine days that was never used',
      links: [link({ createdAt: ago(9) })],
      moved: days(9, 0),
      asks: true,
    },
    {
      when: 'a new link beside the one that it replaced',
      links: [link({ lastUsedAt: ago(40) }), link({ id: 'link-2', createdAt: ago(2) })],
      moved: days(60, 0),
      asks: false,
    },
    // several links
    {
      when: 'another Amazon account uses its link',
      links: [link({ lastUsedAt: ago(30) }), link({ id: 'link-2', lastUsedAt: ago(1) })],
      moved: days(60, 0),
      asks: false,
    },
    {
      when: 'both are silent',
      links: [link({ lastUsedAt: ago(30) }), link({ id: 'link-2', lastUsedAt: ago(9) })],
      moved: days(60, 0),
      asks: true,
    },
    {
      when: 'both are silent, one by habit',
      links: [link({ lastUsedAt: ago(30), useGaps: [gap(30, 10)] }), link({ id: 'link-2', lastUsedAt: ago(9) })],
      moved: days(60, 0),
      asks: false,
    },
    {
      when: 'a link that has ended',
      links: [link({ lastUsedAt: ago(9), state: 'ended' })],
      moved: days(9, 0),
      asks: false,
    },
    {
      when: 'a link that is pending',
      links: [link({ createdAt: ago(9), state: 'pending' })],
      moved: days(9, 0),
      asks: false,
    },
    { when: 'no link', links: [], moved: days(9, 0), asks: false },
    // clocks
    { when: 'a last use in the future', links: [link({ lastUsedAt: ago(-400) })], moved: days(9, 0), asks: false },
    { when: 'hands in the future', links: [link({ lastUsedAt: ago(9) })], moved: days(-400, -410), asks: false },
    {
      when: 'a clock that jumped 400 days ahead',
      links: [link({ lastUsedAt: ago(400) })],
      moved: days(460, 400),
      asks: false,
    },
    {
      when: 'a gap that ends in the future',
      links: [link({ lastUsedAt: ago(9), useGaps: [gap(-10, 300)] })],
      moved: days(9, 0),
      asks: true,
    },
  ])('$when: $asks', ({ links, moved, asks }) => {
    const silence = unusualSilence(links, NOW);
    expect(silence !== undefined && isLampUsed(silence, moved, NOW)).toBe(asks);
  });

  test('the question is about the link that was used last', () => {
    const links = [link({ lastUsedAt: ago(30) }), link({ id: 'link-2', lastUsedAt: ago(9) })];
    expect(unusualSilence(links, NOW)).toMatchObject({ link: { id: 'link-2' }, since: new Date(ago(9)) });
  });
});

test.each<{ when: string; askedAt: readonly string[]; quiet: boolean }>([
  { when: 'never asked', askedAt: [], quiet: false },
  { when: 'asked yesterday', askedAt: [ago(1)], quiet: true },
  { when: 'asked 59 days ago', askedAt: [ago(59)], quiet: true },
  { when: 'asked 60 days ago', askedAt: [ago(60)], quiet: false },
  { when: 'asked long ago, and lately about another link', askedAt: [ago(200), ago(20)], quiet: true },
  { when: 'asked a moment ahead', askedAt: [ago(-1)], quiet: true },
  { when: 'asked in years, by a wrong clock', askedAt: [ago(-2000)], quiet: false },
])('$when: quiet $quiet', ({ askedAt, quiet }) => {
  expect(isQuiet(askedAt, NOW)).toBe(quiet);
});

/** A day at noon, as Alexa uses the link on every day but the silent ones. */
function gapsAfter(total: number, isSilent: (day: number) => boolean): readonly UseGap[] {
  let gaps: readonly UseGap[] = [];
  let last: Date | undefined;
  for (let day = 0; day < total; day++) {
    if (isSilent(day)) continue;
    const now = new Date(Date.UTC(2026, 0, 1 + day, 12));
    if (last) gaps = withGap(gaps, last.toISOString(), now);
    last = now;
  }
  return gaps;
}

describe('the gaps that are kept', () => {
  test('of daily use: none', () => {
    expect(gapsAfter(400, () => false)).toEqual([]);
  });

  test('of weekends without use: the last one', () => {
    expect(gapsAfter(60, (day) => day % 7 >= 5)).toEqual([{ endedAt: '2026-02-26T12:00:00.000Z', hours: 72 }]);
  });

  test('the longest one hides shorter and earlier ones, and later shorter ones stay beside it', () => {
    const silent = (day: number) => (day > 5 && day < 9) || (day > 12 && day < 20) || (day > 30 && day < 34);
    expect(gapsAfter(40, silent)).toEqual([
      { endedAt: '2026-01-21T12:00:00.000Z', hours: 192 },
      { endedAt: '2026-02-04T12:00:00.000Z', hours: 96 },
    ]);
  });

  test('for 60 days', () => {
    const silent = (day: number) => day > 0 && day < 21;
    expect(gapsAfter(82, silent)).toHaveLength(1);
    expect(gapsAfter(84, silent)).toHaveLength(0);
  });

  test('ten at most, whatever the habit', () => {
    let most = 0;
    for (let every = 1; every < 12; every++)
      for (let total = 1; total < 200; total += 7)
        most = Math.max(most, gapsAfter(total, (day) => (day * every) % 11 > 11 - ((total - day) % 11)).length);
    expect(most).toBeLessThanOrEqual(10);
  });

  test('not of a clock that was set back', () => {
    expect(withGap([], '2031-01-01T00:00:00.000Z', NOW)).toEqual([]);
  });
});

test('of a device the latest three days are kept, each once', () => {
  let moved: readonly string[] = [];
  for (const at of ['2026-03-01T08:00:00.000Z', '2026-03-01T20:00:00.000Z', '2026-03-03T00:00:00.000Z'])
    moved = withDay(moved, at);
  expect(moved).toEqual(['2026-03-01', '2026-03-03']);
  expect(withDay(withDay(moved, '2026-03-04T01:00:00.000Z'), '2026-03-05T01:00:00.000Z')).toEqual([
    '2026-03-03',
    '2026-03-04',
    '2026-03-05',
  ]);
});
