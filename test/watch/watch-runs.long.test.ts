import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { causeOf, kill, leasesOf, openWatchDesk, type WatchDesk, type WatchedAccount } from './watch-support.ts';

let desk: WatchDesk;
let account: WatchedAccount;
beforeEach(async () => {
  desk = await openWatchDesk({ WATCH_LOOK_SECONDS: '10' });
  account = await desk.addAccount();
});
afterEach(() => desk.close());

const paddle = (press: 'on' | 'off' | number, lamp = account.lamp) => desk.myLeviton.paddle(lamp, press);
const until = (holds: () => boolean | Promise<boolean>) => desk.wind(holds, 0);
const leases = () => leasesOf(desk);
/** One after the other: so many sign-ins at once would take a slow machine longer than the functions wait for an answer. */
async function others(count: number): Promise<WatchedAccount[]> {
  const accounts: WatchedAccount[] = [];
  while (accounts.length < count) accounts.push(await desk.addAccount());
  return accounts;
}

describe('many accounts', () => {
  test('fifty in one run, each heard', async () => {
    const accounts = [account, ...(await others(49))];
    await desk.watching(50);
    for (const { lamp } of accounts) paddle('on', lamp);
    await until(() => desk.samples.length >= 50);
    expect(new Set(desk.samples.map(({ accountId }) => accountId)).size).toBe(50);
    expect((await leases()).shards).toBe(1);
  });

  test('more than a shard is for: it is split without a hand, and one run holds what it can', async () => {
    await others(11);
    const run = desk.run({ ACCOUNTS_PER_SHARD: '5', ACCOUNTS_PER_RUN: '30' });
    await desk.wind(() => desk.logged('watching').length === 12, 50);
    const { shards } = await leases();
    expect(shards).toBeGreaterThanOrEqual(4);
    const counts = await Promise.all(
      Array.from(
        { length: shards },
        async (_, index) => (await desk.ports.accounts.list({ index, of: shards })).length,
      ),
    );
    expect(Math.max(...counts)).toBeLessThanOrEqual(5);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(12);
    expect(run.isOver).toBe(false);
    expect(desk.myLeviton.counts.sockets).toBe(12);
  });

  test('more than a run can hold: the next runs hold the others', async () => {
    await others(11);
    const settings = { ACCOUNTS_PER_SHARD: '3', ACCOUNTS_PER_RUN: '6' };
    for (let started = 0; started < 6; started++) {
      desk.run(settings);
      await desk.windMs(3_000);
    }
    const standing = async () => {
      const { shards, leases: held } = await leases();
      return held.length === shards && held.every(({ listening }) => listening) ? held : undefined;
    };
    await desk.wind(async () => (await standing()) !== undefined);
    const accountsOf = new Map<string, number>();
    const held = (await standing()) ?? [];
    for (const { holder, shard } of held) {
      const ids = await desk.ports.accounts.list({ index: shard, of: held.length });
      accountsOf.set(holder, (accountsOf.get(holder) ?? 0) + ids.length);
    }
    expect(accountsOf.size).toBeGreaterThan(1);
    expect(Math.max(...accountsOf.values())).toBeLessThanOrEqual(6);
    expect([...accountsOf.values()].reduce((sum, count) => sum + count, 0)).toBe(12);
  });

  test('accounts that are linked later split the shard of a run that stands', async () => {
    const settings = { ACCOUNTS_PER_SHARD: '4', ACCOUNTS_PER_RUN: '30' };
    await desk.watching(1, settings);
    const more = await others(9);
    await desk.wind(() => desk.logged('watching').length >= 10);
    expect((await leases()).shards).toBeGreaterThan(1);
    for (const { lamp } of more) paddle('on', lamp);
    await until(() => new Set(desk.samples.map(({ accountId }) => accountId)).size === 9);
  });

  test('shards that no run has room for are an alarm', async () => {
    await others(11);
    const settings = { ACCOUNTS_PER_SHARD: '3', ACCOUNTS_PER_RUN: '3' };
    desk.run(settings);
    await desk.wind(async () => (await leases()).leases.some(({ listening }) => listening));
    const second = desk.run(settings);
    await desk.wind(async () => (await leases()).leases.length > 1);
    await kill(desk, second);
    await desk.wind(() => desk.logged('shards-not-watched').length > 0, 1_000);
  });
});

test('an account whose reads hang keeps no other from being read', async () => {
  const [second] = await others(1);
  await desk.watching(2);
  desk.myLeviton.inject({ kind: 'hang', email: account.email });
  desk.myLeviton.inject({ kind: 'socket-lose', email: second?.email ?? '' });
  paddle('on', second?.lamp);
  await desk.wind(() => desk.samples.length > 0, 1_000);
  expect(desk.samples.map((sample) => [sample.accountId, causeOf(sample)])).toEqual([[second?.id, 'PERIODIC_POLL']]);
});

test('many accounts without pushes are read as the budget allows, and evenly', async () => {
  const accounts = [account, ...(await Promise.all(Array.from({ length: 11 }, () => desk.addAccount())))];
  await desk.watching(12, { DEVICE_PUSH: 'off', POLL_SECONDS: '20', READS_PER_MINUTE: '6' });
  const reads: { at: number; path: string }[] = [];
  desk.myLeviton.onExchange(({ channel, request, at }) => {
    if (channel === 'rest' && request.path.includes('residentialPermissions'))
      reads.push({ at: at.getTime(), path: request.path });
  });
  await desk.windMs(300_000, 500);
  expect(reads.length).toBeLessThanOrEqual(31);
  expect(reads.length).toBeGreaterThan(24);
  const gaps = reads.slice(1).map(({ at }, index) => at - (reads[index]?.at ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThan(8_000);
  expect(new Set(reads.map(({ path }) => path)).size).toBe(accounts.length);
});
