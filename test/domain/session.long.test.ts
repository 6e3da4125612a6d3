import { afterEach, beforeEach, expect, test } from '@jest/globals';
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

test('sign-ins without a session that works: pauses of 1, 10 and 60 minutes, each in the log, and the long one in a notice', async () => {
  setup.system.myLeviton.revokeSessions();
  const end = setup.system.myLeviton.inject({ kind: 'unauthorized' });
  const loginMinutes: number[] = [];
  for (let minute = 0; minute < 75; minute++) {
    const before = logins();
    expect(await answered()).toBe('BRIDGE_UNREACHABLE');
    if (logins() > before) loginMinutes.push(minute);
    setup.clock.advance(MINUTE);
  }
  expect(loginMinutes).toEqual([0, 1, 11, 71]);
  expect(logged('sign-in-inconclusive').map(({ level, signIns }) => [level, signIns])).toEqual([
    ['warn', 1],
    ['warn', 2],
    ['error', 3],
    ['error', 4],
  ]);
  expect(setup.system.notices.map(({ cause, at }) => [cause, at.toISOString().slice(11, 16)])).toEqual([
    ['sign-in-throttled', '12:03'],
    ['sign-in-inconclusive', '12:11'],
  ]);
  end();
  setup.clock.advance(3 * 60 * MINUTE);
  expect(await answered()).toBe('Response');
  await setup.system.maintainAccounts();
  const allClears = setup.system.notices.filter(({ kind }) => kind === 'all-clear').map(({ cause }) => cause);
  expect(allClears.sort()).toEqual(['sign-in-inconclusive', 'sign-in-throttled']);
});
