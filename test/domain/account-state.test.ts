import { describe, expect, test } from '@jest/globals';
import {
  callWorked,
  checkPlanned,
  newSessionRejected,
  passwordForgotten,
  passwordMissing,
  personSignedIn,
  rejectionWithdrawn,
  renewalUnanswered,
  signedIn,
  signInAborted,
  signInInconclusive,
  signInNotMade,
  signInRefused,
  signInStarted,
  signInsExhausted,
} from '../../lambda/domain/account-state.ts';
import { nextAction, noticesOf } from '../../lambda/domain/next-action.ts';
import type { Account, AccountStatus } from '../../lambda/ports/account-store.ts';

const NOW = new Date('2026-03-01T12:00:00.000Z');
const session = (credential: string) => ({ accountId: '77', expiresAt: '2026-04-30T12:00:00.000Z', credential });
const credentials = { email: 'mary@example.org', password: 'secret' };
const T1 = '2026-03-01T11:00:00.000Z';
const LOCK = '2026-03-01T12:00:15.000Z';

const STATUS = {
  healthy: { state: 'healthy' },
  'renewal-failing': { state: 'renewal-failing', failures: 2 },
  renewed: { state: 'renewed', since: T1, inconclusiveSignIns: 1 },
  'waiting-to-retry': {
    state: 'waiting-to-retry',
    since: T1,
    inconclusiveSignIns: 1,
    retryAt: '2026-03-01T12:01:00.000Z',
  },
  'needs-reauth': { state: 'needs-reauth', reason: 'locked', since: T1 },
} as const satisfies { [S in AccountStatus['state']]: AccountStatus & { state: S } };
type State = keyof typeof STATUS;
const STATES = Object.keys(STATUS) as State[];

type Fields = Partial<Omit<Account, 'state' | 'id' | 'version'>>;
const account = (state: State, fields: Fields = {}): Account => ({
  id: '77',
  maskedEmail: 'm…y@example.org',
  session: session('s1'),
  credentials,
  signIns: [],
  version: 3,
  ...fields,
  ...STATUS[state],
});

/** The state, and what it is named by, in one line. */
function line(result: Account | undefined): string {
  switch (result?.state) {
    case undefined:
      return '-';
    case 'renewal-failing':
      return `renewal-failing ${result.failures}`;
    case 'renewed':
      return `renewed ${result.inconclusiveSignIns} since ${result.since.slice(11, 16)}`;
    case 'waiting-to-retry':
      return `waiting ${result.inconclusiveSignIns} since ${result.since.slice(11, 16)} until ${result.retryAt.slice(11, 16)}`;
    case 'needs-reauth':
      return `needs-reauth ${result.reason} since ${result.since.slice(11, 16)}`;
    default:
      return 'healthy';
  }
}

const locked = { signIns: [NOW.toISOString()], signInLock: { until: LOCK } };
const EVENTS: Readonly<Record<string, (state: State) => Account | undefined>> = {
  signInStarted: (state) => signInStarted(account(state), NOW),
  signInAborted: (state) => signInAborted(account(state, locked), account(state, locked)),
  signedIn: (state) => signedIn(account(state, locked), session('s2'), false, NOW),
  'signInRefused: password': (state) =>
    signInRefused(account(state, locked), account(state, locked), 'password-changed', NOW),
  'signInRefused: lock': (state) => signInRefused(account(state, locked), account(state, locked), 'locked', NOW),
  signInInconclusive: (state) => signInInconclusive(account(state, locked), account(state, locked), false, NOW),
  signInNotMade: (state) => signInNotMade(account(state, locked), account(state, locked), true, NOW),
  renewalUnanswered: (state) => renewalUnanswered(account(state, locked), account(state, locked), NOW),
  newSessionRejected: (state) => newSessionRejected(account(state), session('s1'), NOW),
  'newSessionRejected: an older one': (state) => newSessionRejected(account(state), session('s0'), NOW),
  signInsExhausted: (state) => signInsExhausted(account(state), new Date('2026-03-01T12:40:00.000Z'), NOW),
  passwordMissing: (state) => passwordMissing(account(state), NOW),
  'passwordMissing: takes a code': (state) => passwordMissing(account(state, { asksForCode: true }), NOW),
  callWorked: (state) => callWorked(account(state), session('s1')),
  'callWorked: with an older one': (state) => callWorked(account(state), session('s0')),
  rejectionWithdrawn: (state) => rejectionWithdrawn(account(state)),
  passwordForgotten: (state) => passwordForgotten(account(state)),
  checkPlanned: (state) => checkPlanned(account(state), NOW),
  personSignedIn: (state) => ({
    ...personSignedIn(account(state), { id: '77', maskedEmail: 'm', session: session('s2') }),
    version: 4,
  }),
};

/** In the order of STATES: healthy, renewal-failing, renewed, waiting-to-retry, needs-reauth. `=`: as it was, `-`: nothing is written. */
const BECOMES: Readonly<Record<string, readonly [string, string, string, string, string]>> = {
  signInStarted: ['=', '=', '=', '=', '='],
  signInAborted: ['=', '=', '=', '=', '='],
  signedIn: [
    'renewed 0 since 12:00',
    'renewed 0 since 12:00',
    'renewed 1 since 11:00',
    'renewed 1 since 11:00',
    'renewed 0 since 12:00',
  ],
  'signInRefused: password': [
    'needs-reauth password-changed since 12:00',
    'needs-reauth password-changed since 12:00',
    'needs-reauth password-changed since 12:00',
    'needs-reauth password-changed since 12:00',
    'needs-reauth password-changed since 12:00',
  ],
  'signInRefused: lock': [
    'needs-reauth locked since 12:00',
    'needs-reauth locked since 12:00',
    'needs-reauth locked since 12:00',
    'needs-reauth locked since 12:00',
    '=',
  ],
  signInInconclusive: [
    'waiting 1 since 12:00 until 12:01',
    'waiting 1 since 12:00 until 12:01',
    'waiting 2 since 11:00 until 12:01',
    'waiting 2 since 11:00 until 12:01',
    '=',
  ],
  signInNotMade: [
    'waiting 0 since 12:00 until 12:01',
    'waiting 0 since 12:00 until 12:01',
    'waiting 1 since 11:00 until 12:01',
    'waiting 1 since 11:00 until 12:01',
    '=',
  ],
  renewalUnanswered: ['renewal-failing 1', 'renewal-failing 3', 'renewal-failing 1', '=', '='],
  newSessionRejected: ['-', '-', 'waiting 2 since 11:00 until 12:01', '-', '-'],
  'newSessionRejected: an older one': ['-', '-', '-', '-', '-'],
  signInsExhausted: [
    'waiting 0 since 12:00 until 12:40',
    'waiting 0 since 12:00 until 12:40',
    'waiting 1 since 11:00 until 12:40',
    '-',
    '-',
  ],
  passwordMissing: [
    'needs-reauth credentials-not-kept since 12:00',
    'needs-reauth credentials-not-kept since 12:00',
    'needs-reauth credentials-not-kept since 12:00',
    'needs-reauth credentials-not-kept since 12:00',
    '-',
  ],
  'passwordMissing: takes a code': [
    'needs-reauth two-step-account since 12:00',
    'needs-reauth two-step-account since 12:00',
    'needs-reauth two-step-account since 12:00',
    'needs-reauth two-step-account since 12:00',
    '-',
  ],
  callWorked: ['-', '-', 'healthy', 'healthy', '-'],
  'callWorked: with an older one': ['-', '-', '-', '-', '-'],
  rejectionWithdrawn: ['healthy', 'healthy', 'healthy', 'healthy', 'healthy'],
  passwordForgotten: ['=', '=', '=', '=', '='],
  checkPlanned: ['=', '=', '=', '=', '='],
  personSignedIn: ['healthy', 'healthy', 'healthy', 'healthy', 'healthy'],
};

describe.each(Object.keys(EVENTS))('%s', (event) => {
  test.each(STATES.map((state, column) => ({ state, becomes: BECOMES[event]?.[column] })))(
    'in $state: $becomes',
    ({ state, becomes }) => {
      expect(line(EVENTS[event]?.(state))).toBe(becomes === '=' ? line(account(state)) : becomes);
    },
  );
});

describe('what a transition changes besides the state', () => {
  test('a sign-in that begins takes the lock and is counted; the sign-ins of more than an hour ago go', () => {
    const before = account('healthy', { signIns: ['2026-03-01T10:59:00.000Z', '2026-03-01T11:30:00.000Z'] });
    expect(signInStarted(before, NOW)).toEqual({
      ...before,
      signIns: ['2026-03-01T11:30:00.000Z', '2026-03-01T12:00:00.000Z'],
      signInLock: { until: LOCK },
    });
  });

  test('a sign-in that the caller aborts leaves no trace', () => {
    const before = account('healthy', { signIns: ['2026-03-01T11:30:00.000Z'] });
    const started = signInStarted(before, NOW);
    expect(signInAborted(started, started)).toEqual(before);
  });

  test('the lock that another function has taken meanwhile stays', () => {
    const tried = account('healthy', locked);
    const signInLock = { until: '2026-03-01T12:00:29.000Z' };
    const now = account('healthy', { signIns: [], signInLock });
    expect(signInAborted(now, tried).signInLock).toEqual(signInLock);
    expect(signInInconclusive(now, tried, false, NOW)?.signInLock).toEqual(signInLock);
    expect(renewalUnanswered(now, tried, NOW)?.signInLock).toEqual(signInLock);
  });

  test('a session that still works is kept beside its replacement, and a dead one is not', () => {
    const before = account('healthy', { ...locked, nextCheckAt: T1 });
    const after = signedIn(before, session('s2'), true, NOW);
    expect(after).toMatchObject({ session: session('s2'), supersededSession: session('s1') });
    expect(Object.keys(after)).not.toContain('signInLock');
    expect(Object.keys(after)).not.toContain('nextCheckAt');
    expect(Object.keys(signedIn(before, session('s2'), false, NOW))).not.toContain('supersededSession');
  });

  test('a refused password is not kept, one of a locked account is', () => {
    const tried = account('healthy', locked);
    expect(signInRefused(tried, tried, 'password-changed', NOW)).not.toHaveProperty('credentials');
    expect(signInRefused(tried, tried, 'code-needed', NOW)).not.toHaveProperty('credentials');
    expect(signInRefused(tried, tried, 'locked', NOW)).toMatchObject({ credentials });
  });

  test('a sign-in without a password that got no answer leaves no sign-in', () => {
    const before = account('healthy', { signIns: ['2026-03-01T11:30:00.000Z'] });
    const started = signInStarted(before, NOW);
    expect(signInNotMade(started, started, true, NOW)?.signIns).toEqual(before.signIns);
  });
});

describe('what to do next', () => {
  const due = { nextCheckAt: T1 };
  const ten = Array.from({ length: 10 }, (_, n) => `2026-03-01T11:${30 + n}:00.000Z`);
  test.each<{ state: State; fields?: Fields; when: string; rejected: object; scheduled: object }>([
    { state: 'healthy', when: 'new', rejected: { kind: 'sign-in' }, scheduled: { kind: 'plan-renewal' } },
    { state: 'healthy', when: 'due', fields: due, rejected: { kind: 'sign-in' }, scheduled: { kind: 'renew' } },
    {
      state: 'healthy',
      when: 'not due',
      fields: { nextCheckAt: '2026-03-01T12:00:01.000Z' },
      rejected: { kind: 'sign-in' },
      scheduled: { kind: 'none' },
    },
    {
      state: 'healthy',
      when: 'being signed in to',
      fields: locked,
      rejected: { kind: 'wait-for-sign-in' },
      scheduled: { kind: 'wait-for-sign-in' },
    },
    {
      state: 'healthy',
      when: 'with a lock that has ended',
      fields: { signInLock: { until: NOW.toISOString() } },
      rejected: { kind: 'sign-in' },
      scheduled: { kind: 'plan-renewal' },
    },
    {
      state: 'healthy',
      when: 'with a lock of a clock that was ahead',
      fields: { signInLock: { until: '2027-03-01T12:00:00.000Z' } },
      rejected: { kind: 'sign-in' },
      scheduled: { kind: 'plan-renewal' },
    },
    {
      state: 'healthy',
      when: 'after ten sign-ins within the hour',
      fields: { signIns: ten },
      rejected: { kind: 'wait-to-retry', retryAt: new Date('2026-03-01T12:30:00.000Z') },
      scheduled: { kind: 'plan-renewal' },
    },
    { state: 'renewal-failing', when: 'due', fields: due, rejected: { kind: 'sign-in' }, scheduled: { kind: 'renew' } },
    { state: 'renewed', when: 'new', rejected: { kind: 'sign-in' }, scheduled: { kind: 'try-session' } },
    {
      state: 'waiting-to-retry',
      when: 'within its pause',
      fields: due,
      rejected: { kind: 'wait-to-retry', retryAt: new Date('2026-03-01T12:01:00.000Z') },
      scheduled: { kind: 'try-session' },
    },
    {
      state: 'needs-reauth',
      when: 'locked for an hour',
      fields: due,
      rejected: { kind: 'wait-for-person', reason: 'locked', checkSession: false, retryLock: true },
      scheduled: { kind: 'wait-for-person', reason: 'locked', checkSession: false, retryLock: true },
    },
    {
      state: 'needs-reauth',
      when: 'locked, and tried since',
      fields: { ...due, signIns: [NOW.toISOString()] },
      rejected: { kind: 'wait-for-person', reason: 'locked', checkSession: false, retryLock: false },
      scheduled: { kind: 'wait-for-person', reason: 'locked', checkSession: false, retryLock: false },
    },
  ])('$state, $when', ({ state, fields, rejected, scheduled }) => {
    expect(nextAction(account(state, fields), NOW, 'session-rejected')).toEqual(rejected);
    expect(nextAction(account(state, fields), NOW, 'schedule')).toEqual(scheduled);
  });

  test.each(STATES)('without a password, in %s: a person is asked', (state) => {
    const { credentials: _, ...without } = account(state);
    const [rejected, scheduled] = [nextAction(without, NOW, 'session-rejected'), nextAction(without, NOW, 'schedule')];
    expect(rejected.kind).toBe(state === 'needs-reauth' ? 'wait-for-person' : 'ask-person');
    expect(scheduled.kind).toBe(
      {
        healthy: 'remind-of-end',
        'renewal-failing': 'remind-of-end',
        renewed: 'try-session',
        'waiting-to-retry': 'try-session',
        'needs-reauth': 'wait-for-person',
      }[state],
    );
  });

  test('a pause that has passed, or is from a clock that was ahead, holds nothing up', () => {
    const waiting = account('waiting-to-retry');
    expect(nextAction(waiting, new Date('2026-03-01T12:01:00.000Z'), 'session-rejected')).toEqual({ kind: 'sign-in' });
    const ahead = { ...waiting, retryAt: '2027-03-01T12:00:00.000Z' } as Account;
    expect(nextAction(ahead, NOW, 'session-rejected')).toEqual({ kind: 'sign-in' });
  });
});

test.each<{ when: string; inconclusive: number; noAnswer: boolean; notices: string[] }>([
  { when: 'sign-ins do not help', inconclusive: 2, noAnswer: false, notices: ['sign-in-throttled'] },
  { when: 'sign-ins get no answer', inconclusive: 2, noAnswer: true, notices: ['cloud-down'] },
  {
    when: 'it was the third in a row',
    inconclusive: 3,
    noAnswer: false,
    notices: ['sign-in-throttled', 'sign-in-inconclusive'],
  },
  {
    when: 'it was the third without an answer',
    inconclusive: 3,
    noAnswer: true,
    notices: ['cloud-down', 'sign-in-inconclusive'],
  },
])('the notices of an outage where $when: $notices', ({ inconclusive, noAnswer, notices }) => {
  const waiting: Account = {
    ...account('waiting-to-retry'),
    state: 'waiting-to-retry',
    since: T1,
    retryAt: '2026-03-01T12:10:00.000Z',
    inconclusiveSignIns: inconclusive,
    ...(noAnswer && { noAnswer }),
  };
  expect(noticesOf(waiting)).toEqual(notices);
  expect(noticesOf(account('healthy'))).toEqual([]);
});
