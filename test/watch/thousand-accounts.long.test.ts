import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { leasesOf, openWatchDesk, type WatchDesk, type WatchedAccount } from './watch-support.ts';

/** For a thousand sign-ins and channels on a slow machine. */
const PATIENCE_MS = 900_000;

let desk: WatchDesk;
const accounts: WatchedAccount[] = [];
beforeAll(async () => {
  desk = await openWatchDesk();
  // One after the other: so many sign-ins at once would take a slow machine longer than the functions wait for an answer.
  while (accounts.length < 1_000) accounts.push(await desk.addAccount());
}, PATIENCE_MS);
afterAll(() => desk.close(), PATIENCE_MS);

const watched = () => new Set(desk.logged('watching').map(({ account }) => account)).size;
const heard = () => new Set(desk.samples.map(({ accountId }) => accountId));

/** By run, how many accounts it holds. */
async function accountsByRun(): Promise<number[]> {
  const { shards, leases } = await leasesOf(desk);
  const counts = new Map<string, number>();
  for (const { holder, shard } of leases) {
    const ids = await desk.ports.accounts.list({ index: shard, of: shards });
    counts.set(holder, (counts.get(holder) ?? 0) + ids.length);
  }
  return [...counts.values()].sort((a, b) => b - a);
}

test(
  'a thousand accounts in one run, one of which never gets an answer: all others are heard',
  async () => {
    const [slow, ...others] = accounts;
    const end = desk.myLeviton.inject({ kind: 'hang', email: slow?.email ?? '' });
    const run = desk.run({ ACCOUNTS_PER_RUN: '1000', ACCOUNTS_PER_SHARD: '1000' });
    await desk.wind(() => watched() === 999, 0);
    for (const { lamp } of others) desk.myLeviton.paddle(lamp, 'on');
    await desk.wind(() => heard().size === 999, 0);
    expect(heard()).not.toContain(slow?.id);
    end();
    await run.stop();
  },
  PATIENCE_MS,
);

test(
  'the same in functions of 160 MB: two runs, none over its limit, every account in one of them, and each is heard',
  async () => {
    desk.forget();
    await (await desk.ports.stores()).leases.raise(1, 16);
    const before = desk.myLeviton.counts.sockets;
    const first = desk.run({ AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '160' });
    await desk.wind(() => watched() > 700, 0);
    const second = desk.run({ AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '160' });
    await desk.wind(() => watched() === 1_000, 0);
    expect(desk.myLeviton.counts.sockets - before).toBe(1_000);
    const held = await accountsByRun();
    expect(held).toHaveLength(2);
    expect(Math.max(...held)).toBeLessThanOrEqual(800);
    expect(Math.max(...held)).toBeGreaterThan(700); // it has taken shards although it had no room for a full one
    expect(held.reduce((sum, count) => sum + count, 0)).toBe(1_000);
    desk.forget();
    for (const { lamp } of accounts) desk.myLeviton.paddle(lamp, 'off');
    await desk.wind(() => heard().size === 1_000, 0);
    expect([first.isOver, second.isOver]).toEqual([false, false]);
  },
  PATIENCE_MS,
);
