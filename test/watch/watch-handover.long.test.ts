import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openTable } from '../../lambda/adapters/dynamodb/table.ts';
import { causeOf, kill, leasesOf, openWatchDesk, short, type WatchDesk, type WatchedAccount } from './watch-support.ts';

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
const holderOf = async (shard: number) => (await leases()).leases.find((lease) => lease.shard === shard)?.holder;
test('two runs at once: one holds the account, the other ends at once', async () => {
  await desk.watching(1);
  const holder = await holderOf(0);
  const second = desk.run();
  await until(() => second.isOver);
  expect(desk.myLeviton.counts.sockets).toBe(1);
  expect((await leases()).leases).toMatchObject([{ shard: 0, holder }]);
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
  const firstHolder = await holderOf(0);
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
  expect((await leases()).leases).toMatchObject([{ listening: true }]);
  expect(await holderOf(0)).not.toBe(firstHolder);
  await desk.windMs(3_000);
  // Both may have said the same; no change is missing, and none was found by a poll.
  const seen = new Set(desk.samples.map((sample) => `${short(sample)} ${sample.at}`));
  expect(seen.size).toBeGreaterThanOrEqual(presses);
  expect(short(desk.samples.at(-1) as never)).toBe(isOn ? 'ON 100' : 'OFF 100');
  expect(desk.myLeviton.counts.sockets).toBe(2);
});

test.each([
  { accounts: '300', isTaken: false },
  { accounts: '800', isTaken: true },
])(
  '200 s before the end of a run for $accounts accounts, the next run takes over: $isTaken',
  async ({ accounts, isTaken }) => {
    const settings = { WATCH_RUN_SECONDS: '840', ACCOUNTS_PER_RUN: accounts };
    await desk.watching(1, settings);
    const firstHolder = await holderOf(0);
    await desk.windMs(640_000, 1_000);
    const second = desk.run(settings);
    await until(async () => second.isOver || (await holderOf(0)) !== firstHolder);
    expect((await holderOf(0)) !== firstHolder).toBe(isTaken);
  },
);

test('a run that nobody follows gives its shard back when it ends', async () => {
  const first = await desk.watching(1, { WATCH_RUN_SECONDS: '60' });
  await desk.wind(() => first.isOver);
  paddle('on');
  await desk.watching(1);
  expect(desk.samples.map(short)).toEqual(['ON 100']);
});

test('a run that was killed is followed within its lease, and what happened meanwhile is reported', async () => {
  await kill(desk, await desk.watching(1));
  paddle('on');
  const early = desk.run();
  await until(() => early.isOver);
  expect(desk.samples).toEqual([]);
  await desk.windMs(90_000, 1_000);
  await desk.watching(1);
  expect(desk.samples.map(causeOf)).toEqual(['PERIODIC_POLL']);
});

test('a follower that dies before it listens: the one before goes on', async () => {
  await desk.watching(1, { WATCH_RUN_SECONDS: '300' });
  const firstHolder = await holderOf(0);
  await desk.windMs(215_000);
  const end = desk.myLeviton.inject({ kind: 'hang', path: /Residences/ });
  const second = desk.run();
  await until(async () => (await holderOf(0)) !== firstHolder);
  await kill(desk, second);
  end();
  await desk.windMs(40_000); // it looks at its lease every half minute
  paddle('on');
  await until(() => desk.samples.length === 1);
  expect(causeOf(desk.samples[0])).toBe('PHYSICAL_INTERACTION');
});

test('the table down: the channels stay, and the run goes on when it is back', async () => {
  const run = await desk.watching(1);
  const recover = desk.table.fail('error');
  await desk.wind(() => desk.logged('accounts-not-listed').length > 0, 1_000);
  paddle('on');
  await new Promise((resolve) => setTimeout(resolve, 30));
  recover();
  await until(() => desk.samples.length === 1);
  expect(causeOf(desk.samples[0])).toBe('PHYSICAL_INTERACTION');
  expect(run.isOver).toBe(false);
});

test('the table down from the start: the run ends, and the next one begins anew', async () => {
  const recover = desk.table.fail('error');
  const run = desk.run();
  await until(() => run.isOver);
  recover();
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
