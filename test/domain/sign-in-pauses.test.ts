import { describe, expect, test } from '@jest/globals';
import {
  signedIn,
  signInInconclusive,
  signInNotMade,
  signInRefused,
  signInStarted,
} from '../../lambda/domain/account-state.ts';
import { nextAction } from '../../lambda/domain/next-action.ts';
import { mustProbe, nextSignInAt } from '../../lambda/domain/sign-in-pauses.ts';
import type { Account } from '../../lambda/ports/account-store.ts';

const NOW = new Date('2026-03-01T12:00:00.000Z');
const at = (clock: string) => `2026-03-01T${clock}:00.000Z`;

test.each([
  { when: 'the first', inconclusive: 1, recent: ['12:00'], next: '12:01' },
  { when: 'the first, after good ones', inconclusive: 1, recent: ['11:10', '11:20', '12:00'], next: '12:01' },
  { when: 'the second', inconclusive: 2, recent: ['11:59', '12:00'], next: '12:01' },
  { when: 'the third', inconclusive: 3, recent: ['11:58', '11:59', '12:00'], next: '12:58' },
  { when: 'the third, after a good one', inconclusive: 3, recent: ['11:30', '11:40', '11:59', '12:00'], next: '12:40' },
  { when: 'the third, the first long ago', inconclusive: 3, recent: ['11:59', '12:00'], next: '12:01' },
  { when: 'the third, of which two count here', inconclusive: 3, recent: ['11:00', '11:59', '12:00'], next: '12:01' },
  { when: 'the fourth', inconclusive: 4, recent: ['12:00'], next: '13:00' },
  { when: 'the hundredth', inconclusive: 100, recent: ['12:00'], next: '13:00' },
])('after $when in a row without a clear result, the next sign-in is at $next', ({ inconclusive, recent, next }) => {
  expect(nextSignInAt(inconclusive, recent.map(at), NOW).toISOString()).toBe(at(next));
});

const account = {
  ...{ id: '77', maskedEmail: 'm…y@example.org', version: 3, signIns: [] },
  session: { accountId: '77', expiresAt: '2026-04-30T12:00:00.000Z', credential: 's1' },
  credentials: { email: 'mary@example.org', password: 'secret' },
} as const;

describe('a sign-in waits for the answer to one without a password', () => {
  const outage = { since: at('11:00'), inconclusiveSignIns: 1 };
  test.each<{ when: string; of: Account; must: boolean }>([
    {
      when: 'nothing was wrong',
      of: { ...account, state: 'healthy', signIns: [at('11:30'), at('12:00')] },
      must: false,
    },
    {
      when: 'one before it gave no clear result',
      of: {
        ...account,
        state: 'waiting-to-retry',
        ...outage,
        retryAt: at('12:00'),
        signIns: [at('11:59'), at('12:00')],
      },
      must: true,
    },
    {
      when: 'that was more than an hour ago',
      of: {
        ...account,
        state: 'waiting-to-retry',
        ...outage,
        retryAt: at('12:00'),
        signIns: [at('10:59'), at('12:00')],
      },
      must: false,
    },
    {
      when: 'no password was sent yet',
      of: {
        ...{ ...account, state: 'waiting-to-retry', ...outage, retryAt: at('12:00') },
        ...{ inconclusiveSignIns: 0, signIns: [at('11:30'), at('12:00')] },
      },
      must: false,
    },
    {
      when: 'a new session ended before its first call',
      of: { ...account, state: 'renewed', ...outage, signIns: [at('11:59'), at('12:00')] },
      must: true,
    },
  ])('$when: $must', ({ of, must }) => {
    expect(mustProbe(of, NOW)).toBe(must);
  });
});

describe('a day of a dead session', () => {
  type Event = 'inconclusive' | 'not made';
  /** Sign-ins that are made, in minutes from the start, where each leads to the event. */
  function day(event: (minute: number) => Event, minutes: number, start: Account = { ...account, state: 'healthy' }) {
    const made: number[] = [];
    let now: Account = start;
    for (let minute = 0; minute < minutes; minute++) {
      const moment = new Date(NOW.getTime() + minute * 60_000);
      if (nextAction(now, moment, 'session-rejected').kind !== 'sign-in') continue;
      const begun = signInStarted(now, moment);
      const what = event(minute);
      if (what !== 'not made') made.push(minute);
      now = (what === 'not made' ? signInNotMade : signInInconclusive)(begun, begun, true, moment) ?? begun;
    }
    return made;
  }

  test('answers that nobody understands: three sign-ins in the first hour, then one an hour', () => {
    expect(day(() => 'inconclusive', 301)).toEqual([0, 1, 2, 60, 120, 180, 240, 300]);
  });

  test('while the sign-in of the device cloud does not answer, none is made, and the next look is a minute later', () => {
    expect(day((minute) => (minute < 47 ? 'not made' : 'inconclusive'), 110)).toEqual([47, 48, 49, 107]);
    expect(day((minute) => (minute > 0 && minute < 47 ? 'not made' : 'inconclusive'), 110)).toEqual([0, 47, 48, 60]);
  });

  test('renewals ahead of time that got no answer count as well', () => {
    const start: Account = { ...account, state: 'renewal-failing', failures: 1, signIns: ['2026-03-01T11:50:00.000Z'] };
    expect(day(() => 'inconclusive', 60, start)).toEqual([0, 1, 50]);
  });

  test('a refused password is tried no more, whatever came before', () => {
    const waiting = signInInconclusive({ ...account, state: 'healthy' }, { ...account, state: 'healthy' }, true, NOW);
    const refused = waiting && signInRefused(waiting, waiting, 'password-changed', NOW);
    for (const hours of [0, 1, 24, 8_760])
      expect(refused && nextAction(refused, new Date(NOW.getTime() + hours * 3_600_000), 'session-rejected').kind).toBe(
        'wait-for-person',
      );
  });

  test('a sign-in that brings a session keeps the count until a call has worked', () => {
    const waiting = signInInconclusive({ ...account, state: 'healthy' }, { ...account, state: 'healthy' }, true, NOW);
    expect(waiting && signedIn(waiting, { ...account.session, credential: 's2' }, false, NOW)).toMatchObject({
      state: 'renewed',
      inconclusiveSignIns: 1,
    });
  });
});
