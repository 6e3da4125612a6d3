import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { renewAhead, type SessionPorts } from '../../lambda/domain/session.ts';
import type { Account } from '../../lambda/ports/account-store.ts';
import { CloudUnreachable, ReauthRequired, SignInRefused } from '../../lambda/ports/errors.ts';
import { EMAIL, openSetup, PASSWORD, type TestSetup, turnOn, until } from '../support/setup.ts';

let setup: TestSetup;
beforeEach(async () => {
  setup = await openSetup();
  setup.system.myLeviton.resetCounts();
});
afterEach(() => setup.system.close());

const logins = () => setup.system.myLeviton.counts.logins;
const answered = async () => {
  const { name, errorType } = await setup.customer.send(turnOn(setup.endpointId));
  return errorType ?? name;
};
const rowOf = async (): Promise<string> =>
  JSON.stringify((await setup.system.table.scan()).find(({ sk }) => JSON.stringify(sk).includes('session')));
const MINUTE = 60_000;

test('a session revoked early is renewed once, and the next directives use it', async () => {
  setup.system.myLeviton.revokeSessions();
  expect(await answered()).toBe('Response');
  expect(await answered()).toBe('Response');
  expect(logins()).toBe(1);
});

test('a session past its 60 days is renewed', async () => {
  setup.clock.advance(61 * 24 * 60 * MINUTE);
  expect(await answered()).toBe('Response');
  expect(logins()).toBe(1);
});

test('ten directives at once with a dead session make one login', async () => {
  setup.system.myLeviton.revokeSessions();
  const answers = Promise.all(Array.from({ length: 10 }, answered));
  const winding = setInterval(() => setup.clock.advance(50), 5);
  expect(await answers).toEqual(Array.from({ length: 10 }, () => 'Response'));
  clearInterval(winding);
  expect(logins()).toBe(1);
});

test('sessions that are revoked again and again: at most three logins an hour', async () => {
  const answers = new Set<string>();
  for (let minute = 0; minute < 55; minute++) {
    setup.system.myLeviton.revokeSessions();
    answers.add(await answered());
    setup.clock.advance(MINUTE);
  }
  expect(logins()).toBe(3);
  expect([...answers].sort()).toEqual(['BRIDGE_UNREACHABLE', 'Response']);
  setup.clock.advance(60 * MINUTE);
  expect(await answered()).toBe('Response');
});

describe('what only a person can mend', () => {
  test.each([
    {
      when: 'the password was changed',
      arrange: () => setup.system.myLeviton.changePassword(EMAIL, 'another'),
      reason: 'password-changed',
    },
    {
      when: 'two-factor was switched on',
      arrange: () => setup.system.myLeviton.setTwoFactorCode(EMAIL, '123456'),
      reason: 'code-needed',
    },
  ])('$when: one login, then none, and never a word of it to Alexa', async ({ arrange, reason }) => {
    arrange();
    setup.system.myLeviton.revokeSessions();
    for (let hour = 0; hour < 5; hour++) {
      expect(await answered()).toBe('BRIDGE_UNREACHABLE');
      setup.clock.advance(60 * MINUTE);
    }
    expect(logins()).toBe(1);
    expect(await rowOf()).toContain(reason);
    const told = setup.lines.map((line) => JSON.parse(line)).filter(({ event }) => event === 'account-needs-reauth');
    expect(told).toMatchObject([{ level: 'error', maskedEmail: 'a…e@example.org', reason }]);
    expect(setup.lines.join()).not.toContain(PASSWORD);
  });

  test('the account is locked: a full stop', async () => {
    const { myLeviton } = setup.system;
    myLeviton.inject({ kind: 'status', status: 403, path: /login/i });
    myLeviton.revokeSessions();
    expect(await answered()).toBe('BRIDGE_UNREACHABLE');
    setup.clock.advance(60 * MINUTE);
    expect(await answered()).toBe('BRIDGE_UNREACHABLE');
    expect(await rowOf()).toContain('locked');
  });
});

test('the device cloud down while signing in: no verdict, and the next directive after a pause heals', async () => {
  const { myLeviton } = setup.system;
  myLeviton.revokeSessions();
  const end = myLeviton.inject({ kind: 'html', status: 502, path: /login/i });
  const first = answered();
  const winding = setInterval(() => setup.clock.advance(100), 5);
  expect(await first).toBe('BRIDGE_UNREACHABLE');
  clearInterval(winding);
  end();
  setup.clock.advance(2 * MINUTE);
  expect(await answered()).toBe('Response');
});

test('a function that died while signing in for all holds nobody up for long', async () => {
  const { myLeviton } = setup.system;
  myLeviton.revokeSessions();
  const end = myLeviton.inject({ kind: 'hang', path: /login/i });
  const first = answered();
  const [id = ''] = await setup.system.ports.accounts.list();
  await until(async () => (await setup.system.ports.accounts.get(id))?.claimedUntil !== undefined);
  setup.clock.advance(7_000);
  expect(await first).toBe('BRIDGE_UNREACHABLE');
  end();
  setup.clock.advance(2 * MINUTE);
  expect(await answered()).toBe('Response');
});

describe('a row that is written while we sign in', () => {
  const accountRow = async (): Promise<Account> => {
    const found = await setup.system.ports.accounts.get(String(setup.account.userId));
    if (!found) throw new Error('there is no account');
    return found;
  };
  const change = async (edit: (standing: Account) => Account) => {
    const standing = await accountRow();
    await setup.system.ports.accounts.replace(standing, edit(standing));
  };
  const renew = async (signIn: SessionPorts['cloud']['signIn']) => {
    const { ports } = setup.system;
    const cloud = { ...ports.cloud, signIn };
    return await renewAhead(await accountRow(), { ...ports, cloud }, AbortSignal.timeout(110_000));
  };
  const nextCheckAt = '2026-05-01T00:00:00.000Z';

  test('keeps what was written, and the new session', async () => {
    const session = await renew(async (...args) => {
      const made = await setup.system.ports.cloud.signIn(...args);
      await change((standing) => ({ ...standing, maskedEmail: 'written meanwhile' }));
      return made;
    });
    const standing = await accountRow();
    expect(standing.session).toEqual(session);
    expect(standing).toMatchObject({ maskedEmail: 'written meanwhile', credentials: { email: EMAIL } });
    expect(standing.claimedUntil).toBeUndefined();
  });

  test('does not get back a password that was forgotten', async () => {
    const session = await renew(async (...args) => {
      const made = await setup.system.ports.cloud.signIn(...args);
      await change(({ credentials: _, ...standing }) => standing);
      return made;
    });
    expect(await accountRow()).toMatchObject({ session });
    expect((await accountRow()).credentials).toBeUndefined();
  });

  test('keeps the session of a person who has signed in', async () => {
    const other = { ...(await accountRow()).session, credential: 'of the person' };
    await renew(async (...args) => {
      const made = await setup.system.ports.cloud.signIn(...args);
      await change((standing) => ({ ...standing, session: other, nextCheckAt }));
      return made;
    });
    expect(await accountRow()).toMatchObject({ session: other, nextCheckAt });
  });

  test('keeps the claim that another has laid on it', async () => {
    const claimedUntil = new Date(setup.clock.now().getTime() + 14_000).toISOString();
    const failed = renew(async () => {
      await change((standing) => ({ ...standing, claimedUntil }));
      throw new CloudUnreachable('no answer');
    });
    await expect(failed).rejects.toThrow(CloudUnreachable);
    expect(await accountRow()).toMatchObject({ claimedUntil, state: 'healthy' });
  });

  test.each([
    { when: 'is marked', meanwhile: {}, state: 'needs-reauth' },
    { when: 'is not marked where a person has signed in', meanwhile: { credential: 'new' }, state: 'healthy' },
  ])('and whose sign-in is refused $when', async ({ meanwhile, state }) => {
    const refused = renew(async () => {
      await change((standing) => ({ ...standing, session: { ...standing.session, ...meanwhile } }));
      throw new SignInRefused('locked', 'locked');
    });
    await expect(refused).rejects.toThrow(ReauthRequired);
    expect((await accountRow()).state).toBe(state);
    expect(setup.system.notices).toHaveLength(state === 'healthy' ? 0 : 1);
  });
});
