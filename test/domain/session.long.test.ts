import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Fault } from '../../desk/my-leviton/contract.ts';
import { withFastClock } from '../support/clock.ts';
import { EMAIL } from '../support/setup.ts';
import { openSessionSetup, type SessionSetup } from './session-support.ts';

let setup: SessionSetup;
beforeEach(async () => {
  setup = await openSessionSetup();
});
afterEach(() => setup.system.close());

const logins = () => setup.logins();
const answered = () => setup.answered();
const logged = (event: string) => setup.logged(event);
const accountRow = () => setup.accountRow();
const MINUTE = 60_000;

test('sessions that are revoked again and again: at most ten good logins an hour, then a log line, a state and a notice', async () => {
  const answers = new Set<string>();
  for (let minute = 0; minute < 55; minute++) {
    setup.system.myLeviton.revokeSessions();
    answers.add(await answered());
    setup.clock.advance(MINUTE);
  }
  expect(logins()).toBe(10);
  expect([...answers].sort()).toEqual(['BRIDGE_UNREACHABLE', 'Response']);
  const waiting = await accountRow();
  expect(waiting).toMatchObject({ state: 'waiting-to-retry', inconclusiveSignIns: 0 });
  const [throttled] = logged('sign-in-throttled');
  expect(throttled).toMatchObject({ level: 'warn', signInsThisHour: 10 });
  expect(String(throttled?.until).slice(0, 16)).toBe('2026-03-01T13:00');
  expect(waiting).toMatchObject({ retryAt: throttled?.until });
  expect(setup.system.notices.map(({ kind, cause }) => `${kind} ${cause}`)).toEqual(['notice sign-in-throttled']);
  expect(setup.system.notices[0]?.at.toISOString().slice(0, 16)).toBe('2026-03-01T12:13');
  expect(setup.system.notices[0]?.text).toContain('tries again by itself, not before 13:00 UTC');
  setup.clock.advance(60 * MINUTE);
  expect(await answered()).toBe('Response');
  expect((await accountRow()).state).toBe('healthy');
  expect(setup.system.notices.map(({ kind, cause }) => `${kind} ${cause}`)).toEqual([
    'notice sign-in-throttled',
    'all-clear sign-in-throttled',
  ]);
});

test('sign-ins without a session that works: three within two minutes, then one an hour, each in the log, and a notice', async () => {
  setup.system.myLeviton.revokeSessions();
  const end = setup.system.myLeviton.inject({ kind: 'unauthorized' });
  const loginMinutes: number[] = [];
  for (let minute = 0; minute < 75; minute++) {
    const before = logins();
    expect(await answered()).toBe('BRIDGE_UNREACHABLE');
    if (logins() > before) loginMinutes.push(minute);
    setup.clock.advance(MINUTE);
  }
  expect(loginMinutes).toEqual([0, 1, 2, 60]);
  expect(logged('sign-in-inconclusive').map(({ level, signIns }) => [level, signIns])).toEqual([
    ['warn', 1],
    ['warn', 2],
    ['error', 3],
    ['error', 4],
  ]);
  expect(setup.system.notices.map(({ cause, at }) => [cause, at.toISOString().slice(11, 16)])).toEqual([
    ['sign-in-inconclusive', '12:02'],
    ['sign-in-throttled', '12:03'],
  ]);
  end();
  setup.clock.advance(3 * 60 * MINUTE);
  expect(await answered()).toBe('Response');
  await setup.system.maintainAccounts();
  const allClears = setup.system.notices.filter(({ kind }) => kind === 'all-clear').map(({ cause }) => cause);
  expect(allClears.sort()).toEqual(['sign-in-inconclusive', 'sign-in-throttled']);
});

describe('the sign-in of the device cloud does not answer, while all else of it does', () => {
  /** The minutes in which a password was sent, of so many in which Alexa asks once. */
  const minutesWithLogin = async (minutes: number) => {
    const tried: number[] = [];
    for (let minute = 0; minute < minutes; minute++) {
      const before = logins();
      await withFastClock(setup.clock, answered, 500);
      if (logins() > before) tried.push(minute);
      setup.clock.advance(MINUTE);
    }
    return tried;
  };

  test.each<{ how: string; fault: Fault }>([
    { how: '502', fault: { kind: 'html', status: 502 } },
    { how: '500', fault: { kind: 'server-error' } },
    { how: '200 with HTML', fault: { kind: 'html', status: 200 } },
    { how: '200 with nothing', fault: { kind: 'empty' } },
    { how: '429', fault: { kind: 'status', status: 429 } },
    { how: 'a reset', fault: { kind: 'reset' } },
  ])(
    '$how for half an hour: one password is sent, and the lamp reacts within a minute of its end',
    async ({ fault }) => {
      setup.system.myLeviton.revokeSessions();
      const end = setup.system.myLeviton.inject({ ...fault, path: /login/i });
      expect(await minutesWithLogin(30)).toEqual([0]);
      end();
      setup.clock.advance(MINUTE);
      expect(await answered()).toBe('Response');
      expect(logins()).toBe(2);
      expect((await accountRow()).state).toBe('healthy');
      expect(logged('sign-in-not-made').length).toBeGreaterThan(10);
    },
  );

  test('a password that was changed meanwhile, and whose refusals are lost: three an hour, and no lock', async () => {
    const { myLeviton } = setup.system;
    myLeviton.changePassword(EMAIL, 'another');
    myLeviton.revokeSessions();
    // The answers to requests without a password come.
    const end = myLeviton.inject({ kind: 'reset', takesEffect: true, path: /login/i, email: EMAIL });
    const tried = await minutesWithLogin(30);
    expect(tried).toHaveLength(3);
    expect(logins()).toBe(3);
    end();
    expect((await accountRow()).state).toBe('waiting-to-retry');
    setup.clock.advance(60 * MINUTE);
    expect(await answered()).toBe('BRIDGE_UNREACHABLE');
    expect(await accountRow()).toMatchObject({ state: 'needs-reauth', reason: 'password-changed' });
  });
});
