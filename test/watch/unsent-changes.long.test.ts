import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { DeviceRecord } from '../../lambda/ports/device-store.ts';
import { openWatchDesk, type WatchDesk, type WatchedAccount } from './watch-support.ts';

const MINUTE_MS = 60_000;

let desk: WatchDesk;
let account: WatchedAccount;
beforeEach(async () => {
  desk = await openWatchDesk();
  account = await desk.addAccount();
});
afterEach(() => desk.close());

/** Nobody works off the list's messages here: each is as good as dropped. */
const dropped = () => desk.news.length;
const pass = (ms: number) => desk.windMs(ms, 1_000);
const rename = () => desk.myLeviton.renameSwitch(account.lamp, 'Night light');

async function startBackoff(forMs: number): Promise<void> {
  const [grant] = await desk.ports.grants.list(account.id);
  if (!grant) throw new Error('no grant');
  const [since = '', until = ''] = [0, forMs].map((ms) => new Date(desk.clock.now().getTime() + ms).toISOString());
  const backoff = { cause: 'never-enabled', since, until, attempts: 9 } as const;
  await desk.ports.grants.amend(grant, { region: 'NA', backoff });
}

const rowOf = (id: number) => desk.ports.devices.get(account.id, String(id));
async function amendRow(id: number, change: (row: DeviceRecord) => Partial<DeviceRecord>): Promise<void> {
  const row = await rowOf(id);
  if (!row) throw new Error('no row');
  await desk.ports.devices.replace(account.id, row, { ...row, ...change(row) });
}

describe('a list that was sent and did not arrive', () => {
  test('is sent again within a minute and a half, then less and less often', async () => {
    await desk.watching(1);
    rename();
    await desk.wind(() => dropped() === 1, 1_000);
    await pass(90_000);
    expect(dropped()).toBe(2);
    await pass(10 * MINUTE_MS);
    expect(dropped()).toBeGreaterThanOrEqual(4);
    expect(dropped()).toBeLessThanOrEqual(6);
  });

  test('is sent no more once it has arrived', async () => {
    await desk.watching(1);
    rename();
    await desk.wind(() => dropped() === 1, 1_000);
    await desk.discover(account);
    await pass(5 * MINUTE_MS);
    expect(dropped()).toBe(1);
    expect(desk.logged('unsent-changes')).toEqual([]);
  });

  test('waits while a back-off is long, and is queued before its end', async () => {
    rename();
    await startBackoff(10 * MINUTE_MS);
    await desk.watching(1);
    expect(dropped()).toBe(1);
    await pass(4 * MINUTE_MS);
    expect(dropped()).toBe(1);
    await pass(3 * MINUTE_MS);
    expect(dropped()).toBe(2);
    expect(desk.logged('unsent-changes')).toEqual([
      { level: 'info', event: 'unsent-changes', account: account.id, grants: 1 },
    ]);
  });
});

test('a state that was dropped in a long back-off is asked for before its end', async () => {
  await startBackoff(10 * MINUTE_MS);
  await desk.watching(1);
  await amendRow(account.lamp, ({ lastState }) => ({ lastState: { ...lastState, power: 'ON' } }));
  await pass(7 * MINUTE_MS);
  expect(dropped()).toBe(1);
});

describe('another list was noted last, which was read earlier', () => {
  const readLater = () => new Date(desk.clock.now().getTime() + 20_000).toISOString();

  test('a plug that is gone: marked as removed with the next reads', async () => {
    const second = desk.myLeviton.addSwitch(account.residence, { name: 'Desk lamp' }).id;
    await desk.discover(account);
    await amendRow(second, () => ({ listedAt: readLater() }));
    desk.myLeviton.removeSwitch(second);
    await desk.watching(1);
    expect((await rowOf(second))?.removedSince).toBeUndefined();
    await pass(2 * MINUTE_MS);
    expect((await rowOf(second))?.removedSince).toBeDefined();
  });

  test('a plug whose row a late Discover writes once more, after Alexa had heard that it is gone: marked as removed', async () => {
    const second = desk.myLeviton.addSwitch(account.residence, { name: 'Desk lamp' }).id;
    await desk.discover(account);
    await desk.watching(1);
    const row = await rowOf(second);
    if (!row) throw new Error('no row');
    desk.myLeviton.removeSwitch(second);
    await desk.ports.devices.remove(account.id, row);
    await desk.wind(() => desk.logged('watching').length === 2, 1_000);
    await desk.ports.devices.remember(account.id, [row.device]);
    await pass(2 * MINUTE_MS);
    expect((await rowOf(second))?.removedSince).toBeDefined();
  });

  test('a new name: noted with the next reads', async () => {
    await amendRow(account.lamp, () => ({ listedAt: readLater() }));
    rename();
    await desk.watching(1);
    expect((await rowOf(account.lamp))?.device.name).toBe('Bedroom lamp');
    await pass(2 * MINUTE_MS);
    expect((await rowOf(account.lamp))?.device.name).toBe('Night light');
  });
});

test('the table is away for a moment: the look is made up for', async () => {
  await desk.watching(1);
  rename();
  await desk.wind(() => dropped() === 1, 1_000);
  const recover = desk.table.fail('error');
  await desk.wind(() => desk.logged('unsent-changes-unknown').length > 0, 1_000);
  recover();
  await pass(2 * MINUTE_MS);
  expect(dropped()).toBe(2);
});
