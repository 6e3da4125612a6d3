import { describe, expect, test } from '@jest/globals';
import type { GrantBackoff, GrantBackoffCause } from '../../lambda/ports/grant-store.ts';
import { isHopeless, isInBackoff, isInShortBackoff, nextBackoff } from '../../lambda/reports/backoff-rules.ts';

const NOW = new Date('2026-11-20T10:00:00.000Z');
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const inMs = (ms: number) => new Date(NOW.getTime() + ms).toISOString();
const backoff = (cause: GrantBackoffCause, attempts: number, untilMs = 0): GrantBackoff => ({
  cause,
  since: inMs(-DAY),
  until: inMs(untilMs),
  attempts,
});

describe('how long nothing is sent after the n-th failure in a row, in minutes', () => {
  test.each<{ cause: GrantBackoffCause; minutes: readonly (number | undefined)[] }>([
    { cause: 'never-enabled', minutes: [1, 1, 1, 1, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1440, 1440] },
    { cause: 'account-not-found', minutes: [1, 1, 1, 1, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1440, 1440] },
    { cause: 'lwa-token-rejected', minutes: [1, 1, 1, 1, 1, 2, 4, 8, 16, 32, 60, 60] },
    { cause: 'events-not-permitted', minutes: [1, 1, 1, 1, 1, 2, 4, 8, 16, 32, 60, 60] },
    { cause: 'wrong-stage', minutes: [1, 1, 1, 1, 1, 2, 4, 8, 16, 32, 60, 60] },
    { cause: 'messaging-client-refused', minutes: [1, 1, 1, 1, 1, 2, 4, 5, 5] },
    // It is noted once, and sending goes on.
    { cause: 'event-refused', minutes: [0, undefined] },
  ])('$cause: $minutes', ({ cause, minutes }) => {
    const found = minutes.map((_, n) => {
      const next = nextBackoff(n === 0 ? undefined : backoff(cause, n), cause, 'device-1', NOW);
      return next && (Date.parse(next.until) - NOW.getTime()) / MINUTE;
    });
    expect(found).toEqual(minutes);
  });
});

test('the same cause keeps its beginning, another one begins anew', () => {
  const before = backoff('wrong-stage', 3);
  expect(nextBackoff(before, 'wrong-stage', 'devices', NOW)).toMatchObject({ since: inMs(-DAY), attempts: 4 });
  expect(nextBackoff(before, 'never-enabled', 'devices', NOW)).toMatchObject({ since: inMs(0), attempts: 1 });
});

test('a refused event notes what it was about', () => {
  expect(nextBackoff(undefined, 'event-refused', 'device-1', NOW)).toMatchObject({ subject: 'device-1' });
  expect(nextBackoff(undefined, 'wrong-stage', 'device-1', NOW)).not.toHaveProperty('subject');
});

test.each([
  { when: 'none', untilMs: undefined, inBackoff: false, short: false },
  { when: 'ended', untilMs: 0, inBackoff: false, short: false },
  { when: 'a millisecond left', untilMs: 1, inBackoff: true, short: true },
  { when: 'five minutes left', untilMs: 5 * MINUTE, inBackoff: true, short: true },
  { when: 'more left', untilMs: 5 * MINUTE + 1, inBackoff: true, short: false },
])('a back-off, $when: $inBackoff, short $short', ({ untilMs, inBackoff, short }) => {
  const grant = untilMs === undefined ? {} : { backoff: backoff('wrong-stage', 1, untilMs) };
  expect({ inBackoff: isInBackoff(grant, NOW), short: isInShortBackoff(grant, NOW) }).toEqual({ inBackoff, short });
});

test.each<{ cause: GrantBackoffCause; days: number; hopeless: boolean }>([
  { cause: 'never-enabled', days: 13.9, hopeless: false },
  { cause: 'never-enabled', days: 14, hopeless: true },
  { cause: 'wrong-stage', days: 400, hopeless: false },
  { cause: 'account-not-found', days: 400, hopeless: false },
])('$cause for $days days: hopeless $hopeless', ({ cause, days, hopeless }) => {
  const before = { ...backoff(cause, 9), since: inMs(-days * DAY) };
  expect(isHopeless(before, cause, NOW)).toBe(hopeless);
  expect(isHopeless(before, 'events-not-permitted', NOW)).toBe(false);
});
