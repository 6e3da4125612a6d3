import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openTable } from '../../lambda/adapters/dynamodb/table.ts';
import { openWatchDesk, type Run, short, type WatchDesk, type WatchedAccount } from './watch-support.ts';

let desk: WatchDesk;
let account: WatchedAccount;
beforeEach(async () => {
  desk = await openWatchDesk({ WATCH_LOOK_SECONDS: '10' });
  account = await desk.addAccount();
});
afterEach(() => desk.close());

const paddle = (press: 'on' | 'off' | number, lamp = account.lamp) => desk.myLeviton.paddle(lamp, press);
const until = (holds: () => boolean | Promise<boolean>) => desk.wind(holds, 0);
const leases = async () => (await desk.ports.stores()).leases.read();
const others = (count: number) => Promise.all(Array.from({ length: count }, () => desk.addAccount()));
/** A function that died: its lease stands, its sockets are gone, and it says nothing more. */
async function kill(run: Run): Promise<void> {
  const heal = desk.table.fail('read-only'); // so that it cannot give its lease back
  await run.stop();
  heal();
}

test('two runs at once: one holds the account, the other ends at once', async () => {
  await desk.watching(1);
  const second = desk.run();
  await until(() => second.isOver);
  expect(desk.myLeviton.counts.sockets).toBe(1);
  expect((await leases()).leases).toMatchObject([{ shard: 0, generation: 1 }]);
});

test('started in the same moment: one of them holds it', async () => {
  const runs = [desk.run(), desk.run(), desk.run()];
  await until(() => desk.logged('watching').length === 1 && runs.filter(({ isOver }) => isOver).length === 2);
  expect(desk.myLeviton.counts.sockets).toBe(1);
});

test('no accounts at all: a run waits for one, and no second run with it', async () => {
  const empty = await openWatchDesk({ WATCH_LOOK_SECONDS: '10' });
  try {
    empty.run();
    await empty.wind(async () => (await (await empty.ports.stores()).leases.read()).leases.length === 1, 0);
    const second = empty.run();
    await empty.wind(() => second.isOver, 0);
    await empty.addAccount();
    await empty.wind(() => empty.logged('watching').length === 1);
  } finally {
    await empty.close();
  }
});

test('the next run takes over before this one ends, and no push falls between them', async () => {
  const first = await desk.watching(1, { WATCH_RUN_SECONDS: '300' });
  await desk.windMs(215_000);
  const second = desk.run({ WATCH_RUN_SECONDS: '300' });
  let isOn = false;
  let presses = 0;
  // A hand that never rests, slower than a fade.
  await desk.wind(async () => {
    const due = Math.floor(desk.clock.now().getTime() / 2_000);
    if (due % 2 === Number(isOn)) {
      isOn = !isOn;
      presses++;
      paddle(isOn ? 'on' : 'off');
    }
    return first.isOver;
  }, 100);
  expect(second.isOver).toBe(false);
  expect((await leases()).leases).toMatchObject([{ generation: 2, listening: true }]);
  await desk.windMs(3_000);
  // Both may have said the same; no change is missing, and none was found by a poll.
  const seen = new Set(desk.samples.map((sample) => `${short(sample)} ${sample.at}`));
  expect(seen.size).toBeGreaterThanOrEqual(presses);
  expect(short(desk.samples.at(-1) as never)).toBe(isOn ? 'ON 100' : 'OFF 100');
  expect(desk.myLeviton.counts.sockets).toBe(2);
});

test('a run that nobody follows gives its shard back when it ends', async () => {
  const first = await desk.watching(1, { WATCH_RUN_SECONDS: '60' });
  await desk.wind(() => first.isOver);
  paddle('on');
  await desk.watching(1);
  expect(desk.samples.map(short)).toEqual(['ON 100']);
});

test('a run that was killed is followed within its lease, and what happened meanwhile is told', async () => {
  await kill(await desk.watching(1));
  paddle('on');
  const early = desk.run();
  await until(() => early.isOver);
  expect(desk.samples).toEqual([]);
  await desk.windMs(90_000, 1_000);
  await desk.watching(1);
  expect(desk.samples.map(({ cause }) => cause)).toEqual(['PERIODIC_POLL']);
});

test('a follower that dies before it listens: the one before goes on', async () => {
  await desk.watching(1, { WATCH_RUN_SECONDS: '300' });
  await desk.windMs(215_000);
  const end = desk.myLeviton.inject({ kind: 'hang', path: /Residences/ });
  const second = desk.run();
  await until(async () => (await leases()).leases[0]?.generation === 2);
  await kill(second);
  end();
  await desk.windMs(40_000); // it looks at its lease every half minute
  paddle('on');
  await until(() => desk.samples.length === 1);
  expect(desk.samples[0]?.cause).toBe('PHYSICAL_INTERACTION');
});

test('the table down: the channels stay, and the run goes on when it is back', async () => {
  const run = await desk.watching(1);
  const heal = desk.table.fail('error');
  await desk.wind(() => desk.logged('accounts-not-listed').length > 0, 1_000);
  paddle('on');
  await new Promise((resolve) => setTimeout(resolve, 30));
  heal();
  await until(() => desk.samples.length === 1);
  expect(desk.samples[0]?.cause).toBe('PHYSICAL_INTERACTION');
  expect(run.isOver).toBe(false);
});

test('the table down from the start: the run ends, and the next one begins anew', async () => {
  const heal = desk.table.fail('error');
  const run = desk.run();
  await until(() => run.isOver);
  heal();
  await desk.watching(1);
});

test('an account that was erased is let go', async () => {
  const second = await desk.addAccount();
  await desk.watching(2);
  const table = openTable({ tableName: desk.table.tableName, endpoint: desk.table.url });
  await table.remove({ pk: `account#${second.id}`, sk: 'session' }, 'present');
  await desk.windMs(40_000);
  paddle('on', second.lamp);
  paddle('on');
  await until(() => desk.samples.length > 0);
  await desk.windMs(2_000);
  expect(desk.samples.map(({ accountId }) => accountId)).toEqual([account.id]);
});

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
    await kill(second);
    await desk.wind(() => desk.logged('shards-not-watched').length > 0, 1_000);
  });
});
