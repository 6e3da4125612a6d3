import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { renewAhead, type SessionPorts } from '../../lambda/domain/session.ts';
import { CloudUnreachable, PersonNeeded, SignInRefused } from '../../lambda/ports/errors.ts';
import type { Home } from '../../lambda/ports/home-store.ts';
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
    expect(told).toMatchObject([{ level: 'error', maskedEmail: 'a…e@example.org', reason }]);
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
  const [id = ''] = await home.house.ports.homes.list();
  await until(async () => (await home.house.ports.homes.get(id))?.claimedUntil !== undefined);
  home.clock.advance(7_000);
  expect(await first).toBe('BRIDGE_UNREACHABLE');
  end();
  home.clock.advance(2 * MINUTE);
  expect(await answered()).toBe('Response');
});

describe('a row that is written while we sign in', () => {
  const homeRow = async (): Promise<Home> => {
    const found = await home.house.ports.homes.get(String(home.account.userId));
    if (!found) throw new Error('there is no home');
    return found;
  };
  const change = async (edit: (standing: Home) => Home) => {
    const standing = await homeRow();
    await home.house.ports.homes.replace(standing, edit(standing));
  };
  const renew = async (signIn: SessionPorts['cloud']['signIn']) => {
    const { ports } = home.house;
    const cloud = { ...ports.cloud, signIn };
    return await renewAhead(await homeRow(), { ...ports, cloud }, AbortSignal.timeout(5_000));
  };
  const dueAt = '2026-05-01T00:00:00.000Z';

  test('keeps what was written, and the new session', async () => {
    const session = await renew(async (...args) => {
      const made = await home.house.ports.cloud.signIn(...args);
      await change((standing) => ({ ...standing, maskedEmail: 'written meanwhile' }));
      return made;
    });
    const standing = await homeRow();
    expect(standing.session).toEqual(session);
    expect(standing).toMatchObject({ maskedEmail: 'written meanwhile', credentials: { email: EMAIL } });
    expect(standing.claimedUntil).toBeUndefined();
  });

  test('does not get back a password that was forgotten', async () => {
    const session = await renew(async (...args) => {
      const made = await home.house.ports.cloud.signIn(...args);
      await change(({ credentials: _, ...standing }) => standing);
      return made;
    });
    expect(await homeRow()).toMatchObject({ session });
    expect((await homeRow()).credentials).toBeUndefined();
  });

  test('keeps the session of a person who has signed in', async () => {
    const other = { ...(await homeRow()).session, credential: 'of the person' };
    await renew(async (...args) => {
      const made = await home.house.ports.cloud.signIn(...args);
      await change((standing) => ({ ...standing, session: other, dueAt }));
      return made;
    });
    expect(await homeRow()).toMatchObject({ session: other, dueAt });
  });

  test('keeps the claim that another has laid on it', async () => {
    const claimedUntil = new Date(home.clock.now().getTime() + 14_000).toISOString();
    const failed = renew(async () => {
      await change((standing) => ({ ...standing, claimedUntil }));
      throw new CloudUnreachable('no answer');
    });
    await expect(failed).rejects.toThrow(CloudUnreachable);
    expect(await homeRow()).toMatchObject({ claimedUntil, state: 'healthy' });
  });

  test.each([
    { when: 'is marked', meanwhile: {}, state: 'needs-person' },
    { when: 'is not marked where a person has signed in', meanwhile: { credential: 'new' }, state: 'healthy' },
  ])('and whose sign-in is refused $when', async ({ meanwhile, state }) => {
    const refused = renew(async () => {
      await change((standing) => ({ ...standing, session: { ...standing.session, ...meanwhile } }));
      throw new SignInRefused('locked', 'locked');
    });
    await expect(refused).rejects.toThrow(PersonNeeded);
    expect((await homeRow()).state).toBe(state);
    expect(home.house.notices).toHaveLength(state === 'healthy' ? 0 : 1);
  });
});
