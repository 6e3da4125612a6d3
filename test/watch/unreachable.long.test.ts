import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Fault } from '../../desk/my-leviton/contract.ts';
import { openWatchDesk, short, type WatchDesk, type WatchedAccount } from './watch-support.ts';

let desk: WatchDesk;
let account: WatchedAccount;
beforeEach(async () => {
  desk = await openWatchDesk();
  account = await desk.addAccount();
});
afterEach(() => desk.close());

const states = () => desk.samples.map(short).filter((state) => state !== '?');
const openNotices = async () => {
  const { noticeStore } = await desk.ports.stores();
  return (await noticeStore.list(account.id)).filter(({ state }) => state === 'open').map(({ cause }) => cause);
};
const sinceMs = (moment: Date) => desk.clock.now().getTime() - moment.getTime();

describe('the device cloud is away', () => {
  test.each<{ when: string; fault: Fault }>([
    { when: 'error pages', fault: { kind: 'html', status: 503 } },
    { when: 'no connection', fault: { kind: 'reset' } },
    { when: 'too many requests', fault: { kind: 'status', status: 429 } },
  ])('$when: unreachable after five minutes, well at the first good read', async ({ fault }) => {
    await desk.watching(1);
    const end = desk.myLeviton.inject(fault);
    const start = desk.clock.now();
    await desk.wind(() => desk.samples.length > 0, 500);
    expect(states()).toEqual(['OFF 100 offline']);
    expect(sinceMs(start)).toBeGreaterThan(4 * 60_000);
    expect(sinceMs(start)).toBeLessThan(7 * 60_000);
    await desk.windMs(120_000, 500);
    expect(states()).toHaveLength(1);
    expect(desk.logged('account-unreachable')).toMatchObject([{ account: account.id, devices: 1 }]);
    end();
    const back = desk.clock.now();
    await desk.wind(() => states().length > 1, 500);
    expect(states()).toEqual(['OFF 100 offline', 'OFF 100']);
    expect(sinceMs(back)).toBeLessThan(90_000);
  });

  test('a run that starts meanwhile counts for itself, and reports nothing twice', async () => {
    const first = await desk.watching(1);
    const end = desk.myLeviton.inject({ kind: 'html', status: 503 });
    await desk.wind(() => states().length > 0, 500);
    await first.stop();
    desk.run();
    await desk.windMs(8 * 60_000, 1_000);
    expect(states()).toEqual(['OFF 100 offline']);
    end();
    await desk.wind(() => states().length > 1, 500);
    expect(states()).toEqual(['OFF 100 offline', 'OFF 100']);
  });

  test('a run that never read anything knows the devices from the table', async () => {
    desk.myLeviton.inject({ kind: 'html', status: 503 });
    desk.run();
    await desk.wind(() => states().length > 0, 500);
    expect(states()).toEqual(['OFF 100 offline']);
  });

  test('for a minute: it is never reported as away, and everything is reported once it is back', async () => {
    await desk.watching(1);
    const end = desk.myLeviton.inject({ kind: 'html', status: 503 });
    await desk.wind(() => desk.logged('read-failed').length > 0, 500);
    expect(states()).toEqual([]);
    end();
    await desk.wind(() => states().length > 0, 500);
    expect(desk.samples.map(short)).toEqual(['OFF 100 forced']);
  });

  test('only the push channel: reads say that all is well', async () => {
    await desk.watching(1);
    desk.myLeviton.inject({ kind: 'socket-upgrade-502' });
    desk.myLeviton.cutSockets(1006);
    await desk.windMs(8 * 60_000, 1_000);
    expect(states()).toEqual([]);
  });
});

test('an account that waits for a sign-in is unreachable after five minutes, and reported at once when somebody has signed in', async () => {
  await desk.watching(1);
  desk.myLeviton.changePassword(account.email, 'another');
  desk.myLeviton.revokeSessions(account.email);
  await desk.wind(() => states().length > 0, 500);
  expect(states()).toEqual(['OFF 100 offline']);
  const credentials = { email: account.email, password: 'another' };
  const session = await desk.ports.cloud.signIn(credentials, undefined, AbortSignal.timeout(20_000));
  const maskedEmail = 'h…e@example.org';
  await desk.ports.accounts.put({ id: account.id, maskedEmail, session, credentials, state: 'healthy', signIns: [] });
  const start = desk.clock.now();
  await desk.wind(() => states().length > 1);
  expect(states()).toEqual(['OFF 100 offline', 'OFF 100']);
  expect(sinceMs(start)).toBeLessThan(30_000);
});

describe('the session has ended, and signing in fails for so long', () => {
  const login = { path: /login/i };
  test.each<{ when: string; fault: Fault; minutes: number; passwords: number }>([
    { when: 'error pages', fault: { kind: 'html', status: 502, ...login }, minutes: 20, passwords: 2 },
    { when: 'no answer', fault: { kind: 'reset', ...login }, minutes: 62, passwords: 3 },
    { when: 'too many requests', fault: { kind: 'status', status: 429, ...login }, minutes: 20, passwords: 2 },
    {
      when: 'a body that is no session',
      fault: { kind: 'garbage', body: '{"error":null}', ...login },
      minutes: 20,
      passwords: 2,
    },
  ])('$when for $minutes minutes: right within two minutes of its end', async ({ fault, minutes, passwords }) => {
    await desk.watching(1, { WATCH_RUN_SECONDS: '20000' });
    const end = desk.myLeviton.inject(fault);
    desk.myLeviton.resetCounts();
    desk.myLeviton.revokeSessions(account.email);
    desk.myLeviton.cutSockets(1006);
    await desk.windMs(minutes * 60_000, 1_000);
    expect(states()).toEqual(['OFF 100 offline']);
    end();
    const back = desk.clock.now();
    await desk.wind(() => states().length > 1, 500);
    expect(states()).toEqual(['OFF 100 offline', 'OFF 100']);
    expect(sinceMs(back)).toBeLessThan(120_000);
    expect(desk.myLeviton.counts.logins).toBe(passwords);
  });
});

describe('the devices are no longer listed', () => {
  const residences = /^\/ResidentialAccounts\/\d+\/residences/;
  const switches = /^\/Residences\/\d+\/iotSwitches/;
  const permissions = /residentialPermissions/;
  const empty = { kind: 'garbage', body: '[]' } as const;
  test.each<{ when: string; fault: Fault }>([
    { when: 'the residence is refused', fault: { kind: 'status', status: 403, path: switches } },
    { when: 'the residence is not found', fault: { kind: 'status', status: 404, path: switches } },
    { when: 'the residence is gone', fault: { kind: 'status', status: 410, path: switches } },
    { when: 'the residence is empty', fault: { ...empty, path: switches } },
    { when: 'the account of residences is refused', fault: { kind: 'status', status: 403, path: residences } },
    { when: 'the account of residences is not found', fault: { kind: 'status', status: 404, path: residences } },
    { when: 'the account has no residences', fault: { ...empty, path: residences } },
    { when: 'the person has no permissions', fault: { ...empty, path: permissions } },
  ])(
    '$when: unreachable after minutes, a notice after a quarter of an hour, an all-clear when they are back',
    async ({ fault }) => {
      await desk.watching(1, { WATCH_RUN_SECONDS: '20000' });
      const end = desk.myLeviton.inject(fault);
      const start = desk.clock.now();
      await desk.wind(() => states().length > 0, 1_000);
      expect(states()).toEqual(['OFF 100 offline']);
      expect(sinceMs(start)).toBeLessThan(8 * 60_000);
      expect(await openNotices()).toEqual([]);
      await desk.wind(async () => (await openNotices()).length > 0, 2_000);
      expect(sinceMs(start)).toBeGreaterThan(12 * 60_000);
      expect(sinceMs(start)).toBeLessThan(15 * 60_000);
      expect(await openNotices()).toEqual(['devices-missing']);
      const record = await desk.ports.devices.get(account.id, String(account.lamp));
      expect(record?.removedSince).toBeUndefined();
      end();
      await desk.wind(async () => (await openNotices()).length === 0, 2_000);
      expect(states()).toEqual(['OFF 100 offline', 'OFF 100']);
    },
  );
});
