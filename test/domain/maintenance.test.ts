import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createNoticeStore } from '../../lambda/adapters/dynamodb/notices.ts';
import { openTable } from '../../lambda/adapters/dynamodb/table.ts';
import { maintainAccounts as maintainAccountsOf } from '../../lambda/domain/maintenance.ts';
import type { Account, AccountChange, NewAccount } from '../../lambda/ports/account-store.ts';
import { withFastClock } from '../support/clock.ts';
import { reauthWith } from '../support/reauth.ts';
import { addLink } from '../support/seed.ts';
import { EMAIL, openSetup, PASSWORD, type TestSetup } from '../support/setup.ts';
import { maintenanceViews } from './maintenance-views.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let setup: TestSetup;
beforeEach(async () => {
  setup = await openSetup();
  setup.system.myLeviton.resetCounts();
});
afterEach(() => setup.system.close());

const maintainAccounts = (signal?: AbortSignal) => setup.system.maintainAccounts(signal);
const { logins, notices, answered, row, logged } = maintenanceViews(() => setup);
const change = async (fields: Partial<NewAccount>) => {
  const standing = await row();
  await setup.system.ports.accounts.replace(standing, { ...standing, ...fields } as Account);
};
/** Runs every hour; answers in which of them there was a login. */
const hoursWithLogin = async (hours: number, meanwhile: () => Promise<unknown> = async () => undefined) => {
  const tried: number[] = [];
  for (let hour = 0; hour < hours; hour++) {
    const before = logins();
    await meanwhile();
    await maintainAccounts();
    if (logins() > before) tried.push(hour);
    setup.clock.advance(HOUR + 1_000);
  }
  return tried;
};
/** Winds the clock to a day on which the session of 60 days is due for renewal. */
const untilDue = async () => {
  await maintainAccounts();
  setup.clock.advance(49 * DAY);
};

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

describe('what only a person can resolve is found before the session ends', () => {
  test('two-factor: the notice names the day, the session is used to its end, no further login', async () => {
    await untilDue();
    setup.system.myLeviton.setTwoFactorCode(EMAIL, '860317');
    for (let day = 0; day < 10; day++) {
      await maintainAccounts();
      expect(await answered()).toBe('Response');
      setup.clock.advance(DAY);
    }
    expect(logins()).toBe(1);
    expect(notices()).toEqual(['notice code-needed', 'notice code-needed']);
    expect(setup.system.notices[0]?.text).toContain('can reach the lamps until Thursday, April 30, 2026');
    setup.clock.advance(2 * DAY);
    expect(await answered()).toBe('BRIDGE_UNREACHABLE');
    expect(logins()).toBe(1);
    expect(notices()).toEqual(['notice code-needed', 'notice code-needed']);
  });

  test('a lock: one notice, a try after 1, 3 and 9 hours and then daily, one login each, and an all-clear', async () => {
    await untilDue();
    const end = setup.system.myLeviton.inject({ kind: 'status', status: 403, path: /login/i });
    expect(await hoursWithLogin(62)).toEqual([0, 1, 4, 13, 37, 61]);
    expect(notices()).toEqual(['notice locked']);
    expect(logged('account-needs-reauth')).toHaveLength(1);
    end();
    expect(await hoursWithLogin(26)).toEqual([23]);
    expect(notices()).toEqual(['notice locked', 'all-clear locked']);
    const standing = await row();
    expect(standing).toMatchObject({ state: 'healthy', credentials: { email: EMAIL } });
    expect(standing).not.toHaveProperty('reason');
    expect(standing).not.toHaveProperty('since');
    expect(await answered()).toBe('Response');
  });

  test('a lock that no directive gets past is gone within hours, without anybody', async () => {
    const end = setup.system.myLeviton.inject({ kind: 'status', status: 403, path: /login/i });
    setup.system.myLeviton.revokeSessions();
    expect(await answered()).toBe('BRIDGE_UNREACHABLE');
    end();
    expect(await answered()).toBe('BRIDGE_UNREACHABLE');
    expect(logins()).toBe(1);
    expect(await hoursWithLogin(3)).toEqual([1]);
    expect(notices()).toEqual(['notice locked', 'all-clear locked']);
    expect(await answered()).toBe('Response');
  });

  test('a lock that turns into a wrong password gets its own notice', async () => {
    const end = setup.system.myLeviton.inject({ kind: 'status', status: 403, path: /login/i });
    setup.system.myLeviton.changePassword(EMAIL, 'changed');
    await answered();
    end();
    expect(await hoursWithLogin(30)).toEqual([1]);
    expect(notices()).toEqual(['notice locked', 'notice password-changed']);
  });

  test('a lock, and then no answer: the pauses stay', async () => {
    const end = setup.system.myLeviton.inject({ kind: 'status', status: 403, path: /login/i });
    setup.system.myLeviton.revokeSessions();
    await answered();
    end();
    setup.system.myLeviton.inject({ kind: 'html', status: 502, path: /login/i });
    expect(await hoursWithLogin(38)).toEqual([1, 4, 13, 37]);
    expect(notices()).toEqual(['notice locked']);
  });

  test('a notice that was sent before the table was restored is sent once more', async () => {
    setup.system.myLeviton.setTwoFactorCode(EMAIL, '860317');
    setup.system.myLeviton.revokeSessions();
    await answered();
    const { id: accountId } = await row();
    const key = { accountId, cause: 'code-needed' } as const;
    const { tableName, url: endpoint } = setup.system.table;
    const noticeStore = createNoticeStore(openTable({ tableName, endpoint }));
    const [backup, record] = [await row(), await noticeStore.get(key)];
    await reauthWith(setup.system.notices[0], { email: EMAIL, password: PASSWORD, code: '860317', keep: true });
    setup.clock.advance(30 * DAY);
    const now = await noticeStore.get(key);
    if (!record || !now) throw new Error('there is no notice');
    await noticeStore.replace(now, record);
    await setup.system.ports.accounts.put(backup);
    await maintainAccounts();
    expect(notices().slice(2)).toEqual(['notice code-needed']);
  });
});

describe('a sign-in that neither succeeds nor is refused', () => {
  test.each([
    { when: 'each new session is refused at the first call', fault: { kind: 'unauthorized' } as const },
    {
      when: 'the login gets an answer that nobody knows',
      fault: { kind: 'status', status: 422, path: /login/i } as const,
    },
  ])(
    '$when: one notice, one for the developer at the third, one sign-in an hour, and an all-clear',
    async ({ fault }) => {
      const end = setup.system.myLeviton.inject(fault);
      setup.system.myLeviton.revokeSessions();
      const answers = new Set<string>();
      const counts: number[] = [];
      const tried = await hoursWithLogin(8, async () => {
        answers.add(await answered());
        counts.push(notices().length);
      });
      expect(tried).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
      expect([...answers]).toEqual(['BRIDGE_UNREACHABLE']);
      expect([counts.indexOf(1), counts.indexOf(2)]).toEqual([1, 2]);
      expect(notices()).toEqual(['notice sign-in-throttled', 'notice sign-in-inconclusive']);
      expect(logged('sign-in-inconclusive').map(({ level, signIns }) => [level, signIns])).toEqual(
        [1, 2, 3, 4, 5, 6, 7, 8].map((signIns) => [signIns < 3 ? 'warn' : 'error', signIns]),
      );
      expect(await row()).toMatchObject({ state: 'waiting-to-retry', credentials: { email: EMAIL } });
      end();
      await hoursWithLogin(4);
      expect(notices().slice(2).sort()).toEqual(['all-clear sign-in-inconclusive', 'all-clear sign-in-throttled']);
      expect(await answered()).toBe('Response');
      expect(await row()).not.toHaveProperty('inconclusiveSignIns');
    },
  );

  test('nobody speaks to Alexa: the runs alone find it, send the notice, and find its end', async () => {
    setup.system.myLeviton.revokeSessions();
    const end = setup.system.myLeviton.inject({ kind: 'unauthorized' });
    await answered();
    await hoursWithLogin(4);
    expect(notices()).toEqual(['notice sign-in-throttled', 'notice sign-in-inconclusive']);
    end();
    await hoursWithLogin(2);
    expect(notices().slice(2).sort()).toEqual(['all-clear sign-in-inconclusive', 'all-clear sign-in-throttled']);
  });

  test('twenty directives at once count a sign-in once', async () => {
    setup.system.myLeviton.inject({ kind: 'unauthorized' });
    const all = Promise.all(Array.from({ length: 20 }, answered));
    await withFastClock(setup.clock, () => all, 50);
    expect(logins()).toBe(1);
    expect(await row()).toMatchObject({ state: 'waiting-to-retry', inconclusiveSignIns: 1 });
    expect(notices()).toEqual([]);
  });

  test('two inconclusive sign-ins and then a good one count for nothing', async () => {
    for (let round = 0; round < 4; round++) {
      setup.system.myLeviton.revokeSessions();
      setup.system.myLeviton.inject({ kind: 'status', status: 422, path: /login/i, times: 2 });
      for (let hour = 0; hour < 3; hour++) {
        await answered();
        setup.clock.advance(2 * HOUR);
      }
      expect((await row()).state).toBe('healthy');
    }
    await maintainAccounts();
    expect(notices().filter((notice) => notice.includes('sign-in-inconclusive'))).toEqual([]);
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

    const again = setup.system.refuseNotices();
    await reauthWith(setup.system.notices[0], { email: EMAIL, password: 'changed', keep: true });
    again();
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
