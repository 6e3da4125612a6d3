import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openTable } from '../../lambda/adapters/dynamodb/table.ts';
import { maintainAccounts as maintainAccountsOf } from '../../lambda/domain/maintenance.ts';
import type { Account, AccountChange, NewAccount } from '../../lambda/ports/account-store.ts';
import { withFastClock } from '../support/clock.ts';
import { reauthWith } from '../support/reauth.ts';
import { addLink } from '../support/seed.ts';
import { EMAIL, openSetup, PASSWORD, type TestSetup } from '../support/setup.ts';
import { DAY, HOUR, maintenanceViews } from './maintenance-views.ts';

let setup: TestSetup;
beforeEach(async () => {
  setup = await openSetup();
  setup.system.myLeviton.resetCounts();
});
afterEach(() => setup.system.close());

const maintainAccounts = (signal?: AbortSignal) => setup.system.maintainAccounts(signal);
const { logins, notices, answered, row, logged, change, untilDue } = maintenanceViews(() => setup);

test('a session is renewed within 70 and 80 percent of its life, and the old one goes on', async () => {
  const { expiresAt } = (await row()).session;
  await maintainAccounts();
  const planned = (Date.parse((await row()).nextCheckAt ?? '') - setup.clock.now().getTime()) / DAY;
  expect(planned).toBeGreaterThan(0.7 * 60 - 1);
  expect(planned).toBeLessThan(0.8 * 60 + 1);
  setup.clock.advance(41 * DAY);
  await maintainAccounts();
  expect(logins()).toBe(0);
  setup.clock.advance(8 * DAY);
  await maintainAccounts();
  expect(logins()).toBe(1);
  expect(Date.parse((await row()).session.expiresAt)).toBeGreaterThan(Date.parse(expiresAt) + 40 * DAY);
  expect(await answered()).toBe('Response');
  expect(logged('session-rejected')).toEqual([]);
});

test('accounts that were linked in one hour are renewed on different days', async () => {
  const standing = await row();
  await Promise.all(
    Array.from({ length: 12 }, async (_, n) => {
      await addLink(setup.system, `other-${n}`, 'live');
      await setup.system.ports.accounts.put({ ...standing, id: `other-${n}` });
    }),
  );
  await maintainAccounts();
  const rows = await Promise.all(Array.from({ length: 12 }, (_, n) => row(`other-${n}`)));
  const hours = rows.map(({ nextCheckAt }) => Math.floor(Date.parse(nextCheckAt ?? '') / HOUR));
  expect(new Set(hours).size).toBeGreaterThan(8);
});

test('many runs at once make one login', async () => {
  await untilDue();
  await Promise.all(Array.from({ length: 10 }, () => maintainAccounts()));
  expect(logins()).toBe(1);
  await maintainAccounts();
  expect(logins()).toBe(1);
  expect((await row()).nextCheckAt).toBeDefined();
});

test('an account that the index still names after another run has processed it is not processed twice', async () => {
  await untilDue();
  await maintainAccounts();
  await maintainAccounts();
  const { ports } = setup.system;
  const accounts = {
    get: (id: string) => ports.accounts.get(id),
    put: (next: NewAccount) => ports.accounts.put(next),
    replace: (standing: Account, next: AccountChange) => ports.accounts.replace(standing, next),
    list: () => ports.accounts.list(),
    due: async () => [String(setup.account.userId)],
  };
  await maintainAccountsOf({ ...ports, accounts }, new AbortController().signal);
  expect(logins()).toBe(1);
});

test('a run and a directive at once make one login', async () => {
  await untilDue();
  setup.system.myLeviton.revokeSessions();
  const both = Promise.all([maintainAccounts(), answered()]);
  const [, answer] = await withFastClock(setup.clock, () => both, 50);
  expect(answer).toBe('Response');
  expect(logins()).toBe(1);
});

describe('the device cloud gives no answer', () => {
  test('a login that hangs is given up, and the next account is looked at', async () => {
    await untilDue();
    const end = setup.system.myLeviton.inject({ kind: 'hang', path: /login/i });
    const run = maintainAccounts();
    await withFastClock(setup.clock, () => run, 500);
    end();
    expect(await row()).toMatchObject({ state: 'healthy' });
    setup.clock.advance(2 * HOUR);
    await maintainAccounts();
    expect(logged('session-renewed')).toHaveLength(1);
  });

  test('with less than a week left it is an error', async () => {
    await untilDue();
    setup.clock.advance(5 * DAY);
    setup.system.myLeviton.inject({ kind: 'server-error', path: /login/i });
    await maintainAccounts();
    expect(logged('renewal-failed')).toMatchObject([{ level: 'error', daysLeft: 5, failures: 1 }]);
  });
});

describe('an account that another function is signing in to', () => {
  test('is not processed until that has ended', async () => {
    await untilDue();
    await change({ signInLock: { until: new Date(setup.clock.now().getTime() + 10_000).toISOString() } });
    const { nextCheckAt: _, ...fresh } = await row();
    await setup.system.ports.accounts.replace(await row(), fresh);
    const { version } = await row();
    await maintainAccounts();
    expect((await row()).version).toBe(version);
    setup.clock.advance(15_000);
    await maintainAccounts();
    expect((await row()).version).toBe(version + 1);
  });
});

describe('a password without a link', () => {
  test('while the code may still be exchanged, it stays, and nothing is done', async () => {
    const { nextCheckAt: _, ...rest } = await row();
    await addLink(setup.system, 'pending', 'pending');
    await setup.system.ports.accounts.put({ ...rest, id: 'pending' });
    const { version } = await row('pending');
    await maintainAccounts();
    expect(await row('pending')).toMatchObject({ version, credentials: { email: EMAIL } });
    const [link] = await setup.system.ports.links.ofAccount('pending');
    if (!link) throw new Error('there is no link');
    await setup.system.ports.links.replace(link, { ...link, state: 'live' });
    setup.clock.advance(HOUR);
    await maintainAccounts();
    expect(Date.parse((await row('pending')).nextCheckAt ?? '') - setup.clock.now().getTime()).toBeGreaterThan(
      40 * DAY,
    );
  });

  test('whose link is just being made stays', async () => {
    const { nextCheckAt: _, ...rest } = await row();
    await setup.system.ports.accounts.put({ ...rest, id: 'new' });
    await maintainAccounts();
    expect((await row('new')).credentials).toBeDefined();
    setup.clock.advance(HOUR);
    await maintainAccounts();
    expect((await row('new')).credentials).toBeUndefined();
  });
});

test('what is kept of an account goes 90 days after its last link has ended: everything but the links', async () => {
  const { system, clock, account } = setup;
  const { links, noticeAddresses, notices: ports } = system.ports;
  const id = String(account.userId);
  await noticeAddresses.create({ accountId: id, maskedEmail: 'm…y@example.org', addresses: [] });
  const [link] = await links.ofAccount(id);
  if (!link) throw new Error('there is no link');
  const endedAt = clock.now().toISOString();
  await links.replace(link, { ...link, state: 'ended', endedBecause: 'skill-disabled', endedAt });
  const kept = async () =>
    (await system.table.scan()).map((row) => JSON.stringify(row)).filter((row) => row.includes(`"account#${id}"`));
  const afterDays = async (days: number) => {
    clock.advance(days * DAY);
    await maintainAccounts();
  };
  await afterDays(0);
  await afterDays(89);
  expect(await row()).toBeDefined();
  expect(await noticeAddresses.get(id)).toBeDefined();
  await afterDays(2);
  expect(await system.ports.accounts.get(id)).toBeUndefined();
  expect(logged('account-forgotten')).toHaveLength(1);
  // A function that had not heard of the end.
  await ports.raise({ accountId: id, cause: 'plug-offline', subject: 'Bedroom lamp' });
  clock.advance(2 * HOUR);
  await maintainAccounts();
  expect((await kept()).filter((row) => !row.includes('"link#'))).toEqual([]);
  expect(await links.ofAccount(id)).toHaveLength(1);
});

test('a session that could not be ended with the last link is ended by maintenance, once', async () => {
  const { system, clock, account } = setup;
  const id = String(account.userId);
  const [link] = await system.ports.links.ofAccount(id);
  if (!link) throw new Error('there is no link');
  await maintainAccounts();
  const end = system.myLeviton.inject({ kind: 'html', status: 503 });
  const { disconnect } = await import('../../lambda/domain/connections.ts');
  expect(await withFastClock(clock, () => disconnect(id, [link.id], system.ports))).toEqual({
    count: 1,
    tokensStop: 'later',
  });
  end();
  for (let day = 0; day < 3; day++) {
    clock.advance(DAY);
    await maintainAccounts();
  }
  expect(logged('session-ended')).toMatchObject([{ account: id }]);
  await expect(system.ports.cloud.devices((await row()).session, AbortSignal.timeout(60_000))).rejects.toThrow();
});

test('a session whose end nobody prevented: a notice when a directive meets it', async () => {
  const { credentials: _, ...rest } = await row();
  await setup.system.ports.accounts.put(rest);
  setup.clock.advance(61 * DAY);
  await maintainAccounts();
  expect(notices()).toEqual([]);
  expect(await answered()).toBe('BRIDGE_UNREACHABLE');
  expect(notices()).toEqual(['notice credentials-not-kept']);
});

describe('notices that could not be sent', () => {
  test('are sent by the next run, once, and so are all-clears', async () => {
    setup.system.myLeviton.changePassword(EMAIL, 'changed');
    const recover = setup.system.refuseNotices();
    expect(await answered()).toBe('BRIDGE_UNREACHABLE');
    expect(notices()).toEqual([]);
    expect(logged('notice-not-sent')).toMatchObject([{ level: 'error', cause: 'password-changed' }]);
    await maintainAccounts();
    expect(logged('notice-not-sent')).toHaveLength(1);
    setup.clock.advance(HOUR);
    await maintainAccounts();
    recover();
    setup.clock.advance(HOUR);
    await Promise.all([maintainAccounts(), maintainAccounts(), maintainAccounts()]);
    expect(notices()).toEqual(['notice password-changed']);

    const accept = setup.system.refuseNotices();
    await reauthWith(setup.system.notices[0], { email: EMAIL, password: 'changed', keep: true });
    accept();
    expect(notices()).toEqual(['notice password-changed']);
    setup.clock.advance(HOUR);
    await maintainAccounts();
    await maintainAccounts();
    expect(notices()).toEqual(['notice password-changed', 'all-clear password-changed']);
  });

  test('a notice that was never sent has no all-clear', async () => {
    setup.system.myLeviton.changePassword(EMAIL, 'changed');
    const recover = setup.system.refuseNotices();
    await answered();
    recover();
    await setup.system.link({ email: EMAIL, password: 'changed', keep: true });
    setup.clock.advance(HOUR);
    await maintainAccounts();
    expect(notices()).toEqual([]);
  });

  test('a notice that could not even be written is raised by the next run', async () => {
    await change({ state: 'needs-reauth', reason: 'locked', since: setup.clock.now().toISOString() });
    await maintainAccounts();
    await maintainAccounts();
    expect(notices()).toEqual(['notice locked']);
  });

  test('a notice that could not be closed is closed by the next run', async () => {
    setup.system.myLeviton.changePassword(EMAIL, 'changed');
    await answered();
    const { id, maskedEmail, signIns } = await row();
    const credentials = { email: EMAIL, password: 'changed' };
    const session = await setup.system.ports.cloud.signIn(credentials, undefined, AbortSignal.timeout(110_000));
    await setup.system.ports.accounts.put({ id, maskedEmail, signIns, session, credentials, state: 'healthy' });
    await maintainAccounts();
    expect(notices()).toEqual(['notice password-changed', 'all-clear password-changed']);
  });
});

describe('clocks that are wrong harm nothing', () => {
  test.each([
    { when: 'the session says it ended long ago', expiresAt: '2001-01-01T00:00:00.000Z' },
    { when: 'the session says it ends in a thousand years', expiresAt: '3026-01-01T00:00:00.000Z' },
  ])('$when', async ({ expiresAt }) => {
    const { session } = await row();
    await change({ session: { ...session, expiresAt } });
    for (let hour = 0; hour < 30; hour++) {
      await maintainAccounts();
      setup.clock.advance(HOUR);
    }
    expect(logins()).toBeLessThanOrEqual(1);
    expect(await row()).toMatchObject({ state: 'healthy', credentials: { email: EMAIL } });
    expect(await answered()).toBe('Response');
    expect(notices()).toEqual([]);
  });

  test('our own clock was a year ahead, and met a lock: with the right time it is tried', async () => {
    const ahead = new Date(setup.clock.now().getTime() + 365 * DAY).toISOString();
    await change({ state: 'needs-reauth', reason: 'locked', since: ahead, signIns: [ahead] });
    await maintainAccounts();
    setup.clock.advance(HOUR);
    await maintainAccounts();
    expect((await row()).state).toBe('healthy');
    expect(logins()).toBe(1);
  });

  test('our own clock was a year ahead, and signed in: with the right time it holds nothing up', async () => {
    const ahead = new Date(setup.clock.now().getTime() + 365 * DAY).toISOString();
    await change({ signIns: [ahead, ahead, ahead], signInLock: { until: ahead } });
    setup.system.myLeviton.revokeSessions();
    expect(await answered()).toBe('Response');
  });
});

test('a row that is unreadable affects no other account', async () => {
  await untilDue();
  const { ports } = setup.system;
  await Promise.all(
    Array.from({ length: 9 }, async (_, n) => ports.accounts.put({ ...(await row()), id: `broken-${n}` })),
  );
  // What is sealed for one account does not open in another.
  const { sealer } = ports;
  const table = openTable({ tableName: setup.system.table.tableName, endpoint: setup.system.table.url });
  for (let n = 0; n < 9; n++) {
    await table.update(
      { pk: `account#broken-${n}`, sk: 'session' },
      { session: (await sealer()).seal('{}', 'elsewhere') },
    );
  }
  await maintainAccounts();
  expect(logins()).toBe(1);
  expect(logged('account-check-failed')).toHaveLength(9);
  expect(JSON.stringify(logged('account-check-failed'))).not.toContain(PASSWORD);
});

test('a table that is down fails the run, which may simply be repeated', async () => {
  await untilDue();
  const recover = setup.system.table.fail('error');
  await expect(maintainAccounts()).rejects.toThrow('the table did not answer as it should');
  recover();
  await maintainAccounts();
  expect(logins()).toBe(1);
});

test('out of time it starts nothing more', async () => {
  await untilDue();
  await maintainAccounts(AbortSignal.abort());
  expect(logins()).toBe(0);
  expect(logged('accounts-checked').at(-1)).toMatchObject({ due: 1, outOfTime: true });
  await maintainAccounts();
  expect(logins()).toBe(1);
});

test('a rejection that the device cloud takes back: found within a day, with an all-clear', async () => {
  await change({ nextCheckAt: new Date(setup.clock.now().getTime() + 365 * DAY).toISOString() });
  const standing = await row();
  const { credentials: _, ...kept } = standing;
  await setup.system.ports.accounts.replace(standing, kept);
  const end = setup.system.myLeviton.inject({ kind: 'unauthorized' });
  expect(await answered()).toBe('BRIDGE_UNREACHABLE');
  expect(await row()).toMatchObject({ state: 'needs-reauth', reason: 'credentials-not-kept' });
  end();
  setup.clock.advance(DAY);
  await maintainAccounts();
  expect((await row()).state).toBe('healthy');
  expect(notices()).toEqual(['notice credentials-not-kept', 'all-clear credentials-not-kept']);
});
