import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createNoticeStore } from '../../lambda/adapters/dynamodb/notices.ts';
import { openTable } from '../../lambda/adapters/dynamodb/table.ts';
import { withFastClock } from '../support/clock.ts';
import { reauthWith } from '../support/reauth.ts';
import { EMAIL, openSetup, PASSWORD, type TestSetup } from '../support/setup.ts';
import { DAY, HOUR, maintenanceViews } from './maintenance-views.ts';

// Hours and days of runs, while a sign-in does not work.

let setup: TestSetup;
beforeEach(async () => {
  setup = await openSetup();
  setup.system.myLeviton.resetCounts();
});
afterEach(() => setup.system.close());

const maintainAccounts = () => setup.system.maintainAccounts();
const { logins, notices, answered, row, logged, untilDue, hoursWithLogin } = maintenanceViews(() => setup);

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
