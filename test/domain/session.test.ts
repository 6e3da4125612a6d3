import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { renewAhead } from '../../lambda/domain/renew-session.ts';
import { withSession } from '../../lambda/domain/session.ts';
import { SessionMemory } from '../../lambda/domain/session-memory.ts';
import type { SessionPorts } from '../../lambda/domain/session-ports.ts';
import type { Account } from '../../lambda/ports/account-store.ts';
import { CloudUnreachable, ReauthRequired, SignInRefused } from '../../lambda/ports/errors.ts';
import { withFastClock } from '../support/clock.ts';
import { EMAIL, PASSWORD, until } from '../support/setup.ts';
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
  expect(await withFastClock(setup.clock, () => answers, 50)).toEqual(Array.from({ length: 10 }, () => 'Response'));
  expect(logins()).toBe(1);
});

test('a session that ends early twice within a minute: the lamp reacts each time, and nothing is throttled', async () => {
  for (let n = 0; n < 4; n++) {
    setup.system.myLeviton.revokeSessions();
    expect(await answered()).toBe('Response');
    setup.clock.advance(20_000);
  }
  expect(logins()).toBe(4);
  expect((await accountRow()).state).toBe('healthy');
  expect(setup.system.notices).toEqual([]);
});

test('a sign-in that our own deadline ends counts for nothing', async () => {
  const { myLeviton } = setup.system;
  for (let n = 0; n < 4; n++) {
    myLeviton.revokeSessions();
    const end = myLeviton.inject({ kind: 'hang', path: /login/i });
    const controller = new AbortController();
    const { ports } = setup.system;
    const before = await accountRow();
    const aborted = withSession({ accountId: before.id }, before.session, ports, controller.signal, (session) =>
      ports.cloud.devices(session, controller.signal),
    );
    const failure = expect(aborted).rejects.toThrow();
    await until(async () => (await accountRow()).signInLock !== undefined);
    controller.abort(new Error('the run ends'));
    await failure;
    end();
    expect(await accountRow()).toMatchObject({ state: 'healthy', signIns: [] });
    expect(await accountRow()).not.toHaveProperty('signInLock');
  }
  expect(await answered()).toBe('Response');
  expect(setup.system.notices).toEqual([]);
  expect(logged('sign-in-inconclusive')).toEqual([]);
});

describe('a warm function', () => {
  const accessToken = () => setup.amazonAccount.accessToken();

  test('remembers a replaced session: from the second directive on one call, and no table read', async () => {
    const token = await accessToken();
    setup.system.myLeviton.revokeSessions();
    expect(await answered()).toBe('Response');
    setup.system.myLeviton.resetCounts();
    setup.system.table.resetCounts();
    for (let n = 0; n < 3; n++) expect(await answered()).toBe('Response');
    expect(setup.system.myLeviton.counts.requests).toBe(3);
    expect(setup.system.table.counts.requests).toBe(0);
    expect(await accessToken()).toBe(token);
  });

  test('answers also while the table is away', async () => {
    setup.system.myLeviton.revokeSessions();
    expect(await answered()).toBe('Response');
    const recover = setup.system.table.fail('refused');
    for (let n = 0; n < 3; n++) expect(await answered()).toBe('Response');
    recover();
  });

  test('signs in once the replacement is rejected as well', async () => {
    for (let n = 0; n < 3; n++) {
      setup.system.myLeviton.revokeSessions();
      expect(await answered()).toBe('Response');
      expect(await answered()).toBe('Response');
    }
    expect(logins()).toBe(3);
  });
});

test('the memory of replaced sessions: by account, link and credential, and never more than a thousand', () => {
  const memory = new SessionMemory();
  const session = (credential: string) => ({ accountId: 'a', expiresAt: '2026-05-01T00:00:00.000Z', credential });
  const good = { session: session('good'), isNoted: true };
  memory.set({ accountId: 'a', linkId: 'l' }, session('old'), good);
  expect(memory.get({ accountId: 'a', linkId: 'l' }, session('old'))).toBe(good);
  expect(memory.get({ accountId: 'b', linkId: 'l' }, session('old'))).toBeUndefined();
  expect(memory.get({ accountId: 'a', linkId: 'm' }, session('old'))).toBeUndefined();
  expect(memory.get({ accountId: 'a' }, session('old'))).toBeUndefined();
  expect(memory.get({ accountId: 'a', linkId: 'l' }, session('older'))).toBeUndefined();
  for (let n = 0; n < 1_500; n++) memory.set({ accountId: `${n}`, linkId: 'l' }, session('old'), good);
  expect(memory.size).toBe(1_000);
  expect(memory.get({ accountId: 'a', linkId: 'l' }, session('old'))).toBeUndefined();
  expect(memory.get({ accountId: '1499', linkId: 'l' }, session('old'))).toBe(good);
});

describe('what only a person can resolve', () => {
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
    const logged = setup.lines.map((line) => JSON.parse(line)).filter(({ event }) => event === 'account-needs-reauth');
    expect(logged).toMatchObject([{ level: 'error', maskedEmail: 'a…e@example.org', reason }]);
    expect(setup.lines.join()).not.toContain(PASSWORD);
  });

  test('the account is locked: no further sign-in', async () => {
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
  expect(await withFastClock(setup.clock, () => first, 100)).toBe('BRIDGE_UNREACHABLE');
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
  await until(async () => (await setup.system.ports.accounts.get(id))?.signInLock !== undefined);
  setup.clock.advance(7_000);
  expect(await first).toBe('BRIDGE_UNREACHABLE');
  end();
  setup.clock.advance(2 * MINUTE);
  expect(await answered()).toBe('Response');
});

test.each([{ status: 401 }, { status: 403 }, { status: 406 }, { status: 418 }])(
  'a session to which the device cloud answers $status in every call is renewed, once',
  async ({ status }) => {
    const { myLeviton } = setup.system;
    const { session } = await accountRow();
    myLeviton.revokeSessions(undefined, status);
    expect(await answered()).toBe('Response');
    expect((await accountRow()).session.credential).not.toBe(session.credential);
    setup.clock.advance(2 * MINUTE);
    expect(await answered()).toBe('Response');
    expect(logins()).toBe(1);
  },
);

test('an account that takes a two-step code, with the box ticked: the notice names the code, and no missing permission', async () => {
  const { myLeviton } = setup.system;
  const email = 'grace@example.org';
  const { userId } = myLeviton.addAccount({ email, password: PASSWORD });
  myLeviton.setTwoFactorCode(email, '860317');
  const { customer } = await setup.system.link({ email, password: PASSWORD, code: '860317', keep: true });
  await customer.discover();
  const { ports } = setup.system;
  const standing = await ports.accounts.get(String(userId));
  if (!standing) throw new Error('there is no account');
  expect(standing).toMatchObject({ asksForCode: true });
  expect(standing).not.toHaveProperty('credentials');
  myLeviton.revokeSessions(email);
  const signal = AbortSignal.timeout(110_000);
  const call = withSession({ accountId: standing.id }, standing.session, ports, signal, (session) =>
    ports.cloud.devices(session, signal),
  );
  await expect(call).rejects.toThrow(ReauthRequired);
  const [notice, ...others] = setup.system.notices;
  expect(others).toEqual([]);
  expect(notice).toMatchObject({ kind: 'notice', cause: 'two-step-account' });
  expect(notice?.text).toContain('Signing in there takes a two-step code, which only you can get');
  expect(notice?.text).not.toMatch(/did not let us|has no password/);
});

describe('a row that is written while we sign in', () => {
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
    expect(standing.signInLock).toBeUndefined();
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

  test('keeps the lock that another function has taken', async () => {
    const signInLock = { until: new Date(setup.clock.now().getTime() + 14_000).toISOString() };
    const failed = renew(async () => {
      await change((standing) => ({ ...standing, signInLock }));
      throw new CloudUnreachable('no answer');
    });
    await expect(failed).rejects.toThrow(CloudUnreachable);
    expect(await accountRow()).toMatchObject({ signInLock, state: 'renewal-failing' });
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
