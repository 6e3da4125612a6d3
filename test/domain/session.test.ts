import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { EMAIL, openHome, PASSWORD, type TestHome, turnOn, until } from '../support/home.ts';

let home: TestHome;
beforeEach(async () => {
  home = await openHome();
  home.house.myLeviton.resetCounts();
});
afterEach(() => home.house.close());

const logins = () => home.house.myLeviton.counts.logins;
const answered = async () => {
  const { name, errorType } = await home.customer.send(turnOn(home.endpointId));
  return errorType ?? name;
};
const rowOf = async (): Promise<string> =>
  JSON.stringify((await home.house.table.scan()).find(({ sk }) => JSON.stringify(sk).includes('session')));
const MINUTE = 60_000;

test('a session revoked early is renewed once, and the next directives use it', async () => {
  home.house.myLeviton.revokeSessions();
  expect(await answered()).toBe('Response');
  expect(await answered()).toBe('Response');
  expect(logins()).toBe(1);
});

test('a session past its 60 days is renewed', async () => {
  home.clock.advance(61 * 24 * 60 * MINUTE);
  expect(await answered()).toBe('Response');
  expect(logins()).toBe(1);
});

test('ten directives at once with a dead session make one login', async () => {
  home.house.myLeviton.revokeSessions();
  const answers = Promise.all(Array.from({ length: 10 }, answered));
  const winding = setInterval(() => home.clock.advance(50), 5);
  expect(await answers).toEqual(Array.from({ length: 10 }, () => 'Response'));
  clearInterval(winding);
  expect(logins()).toBe(1);
});

test('sessions that are revoked again and again: at most three logins an hour', async () => {
  const answers = new Set<string>();
  for (let minute = 0; minute < 55; minute++) {
    home.house.myLeviton.revokeSessions();
    answers.add(await answered());
    home.clock.advance(MINUTE);
  }
  expect(logins()).toBe(3);
  expect([...answers].sort()).toEqual(['BRIDGE_UNREACHABLE', 'Response']);
  home.clock.advance(60 * MINUTE);
  expect(await answered()).toBe('Response');
});

describe('what only a person can mend', () => {
  test.each([
    {
      when: 'the password was changed',
      arrange: () => home.house.myLeviton.changePassword(EMAIL, 'another'),
      reason: 'password-changed',
    },
    {
      when: 'two-factor was switched on',
      arrange: () => home.house.myLeviton.setTwoFactorCode(EMAIL, '123456'),
      reason: 'code-needed',
    },
  ])('$when: one login, then none, and never a word of it to Alexa', async ({ arrange, reason }) => {
    arrange();
    home.house.myLeviton.revokeSessions();
    for (let hour = 0; hour < 5; hour++) {
      expect(await answered()).toBe('BRIDGE_UNREACHABLE');
      home.clock.advance(60 * MINUTE);
    }
    expect(logins()).toBe(1);
    expect(await rowOf()).toContain(reason);
    const told = home.lines.map((line) => JSON.parse(line)).filter(({ event }) => event === 'person-needed');
    expect(told).toMatchObject([{ level: 'error', account: 'a…e@example.org', reason }]);
    expect(home.lines.join()).not.toContain(PASSWORD);
  });

  test('the account is locked: a full stop', async () => {
    const { myLeviton } = home.house;
    myLeviton.inject({ kind: 'status', status: 403, path: /login/i });
    myLeviton.revokeSessions();
    expect(await answered()).toBe('BRIDGE_UNREACHABLE');
    home.clock.advance(60 * MINUTE);
    expect(await answered()).toBe('BRIDGE_UNREACHABLE');
    expect(await rowOf()).toContain('locked');
  });
});

test('the device cloud down while signing in: no verdict, and the next directive after a pause heals', async () => {
  const { myLeviton } = home.house;
  myLeviton.revokeSessions();
  const end = myLeviton.inject({ kind: 'html', status: 502, path: /login/i });
  const first = answered();
  const winding = setInterval(() => home.clock.advance(100), 5);
  expect(await first).toBe('BRIDGE_UNREACHABLE');
  clearInterval(winding);
  end();
  home.clock.advance(2 * MINUTE);
  expect(await answered()).toBe('Response');
});

test('a function that died while signing in for all holds nobody up for long', async () => {
  const { myLeviton } = home.house;
  myLeviton.revokeSessions();
  const end = myLeviton.inject({ kind: 'hang', path: /login/i });
  const first = answered();
  await until(() => myLeviton.counts.requests >= 2);
  home.clock.advance(7_000);
  expect(await first).toBe('BRIDGE_UNREACHABLE');
  end();
  home.clock.advance(2 * MINUTE);
  expect(await answered()).toBe('Response');
});
