import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openWatchDesk, type WatchDesk, type WatchedAccount } from './watch-support.ts';

let desk: WatchDesk;
let account: WatchedAccount;
beforeEach(async () => {
  desk = await openWatchDesk();
  account = await desk.addAccount();
});
afterEach(() => desk.close());

const MINUTE_MS = 60_000;
const LONG_RUN = { WATCH_RUN_SECONDS: '200000' };
/** What the log says that people were sent: `notice cloud-down`. */
const sent = () => desk.logged('notice-sent').map(({ kind, cause }) => `${kind} ${cause}`);
const sinceMs = (start: Date) => desk.clock.now().getTime() - start.getTime();
const windMinutes = (minutes: number, stepMs = 5_000) => desk.windMs(minutes * MINUTE_MS, stepMs);
const down = () => desk.myLeviton.inject({ kind: 'html', status: 503 });

test('half an hour: one message after a quarter of an hour, one all-clear within minutes', async () => {
  await desk.watching(1, LONG_RUN);
  const [start, end] = [desk.clock.now(), down()];
  await desk.wind(() => sent().length > 0, 5_000);
  expect(sinceMs(start)).toBeGreaterThan(11 * MINUTE_MS);
  expect(sinceMs(start)).toBeLessThan(15 * MINUTE_MS);
  await windMinutes(15);
  end();
  const back = desk.clock.now();
  await desk.wind(() => sent().length > 1, 5_000);
  expect(sinceMs(back)).toBeLessThan(5 * MINUTE_MS);
  await windMinutes(10);
  expect(sent()).toEqual(['notice cloud-down', 'all-clear cloud-down']);
});

test('a command failed: the message comes within five minutes of that', async () => {
  await desk.watching(1, LONG_RUN);
  const start = desk.clock.now();
  down();
  await windMinutes(1);
  await desk.ports.notices.commandFailed(account.id);
  await desk.wind(() => sent().length > 0, 5_000);
  expect(sinceMs(start)).toBeGreaterThan(2 * MINUTE_MS);
  expect(sinceMs(start)).toBeLessThan(6 * MINUTE_MS);
});

test('a day: nothing more is said until its end', async () => {
  await desk.watching(1, LONG_RUN);
  const end = down();
  await windMinutes(24 * 60, 30_000);
  expect(sent()).toEqual(['notice cloud-down']);
  end();
  await desk.wind(() => sent().length > 1, 5_000);
  expect(sent()).toEqual(['notice cloud-down', 'all-clear cloud-down']);
});

test('over the end of a run: the next run sends the message, and not a second one', async () => {
  const first = await desk.watching(1, LONG_RUN);
  const [start, end] = [desk.clock.now(), down()];
  await windMinutes(10);
  await first.stop();
  const second = desk.run(LONG_RUN);
  await desk.wind(() => sent().length > 0, 5_000);
  expect(sinceMs(start)).toBeLessThan(19 * MINUTE_MS);
  await second.stop();
  desk.run(LONG_RUN);
  await windMinutes(10);
  end();
  await desk.wind(() => sent().length > 1, 5_000);
  expect(sent()).toEqual(['notice cloud-down', 'all-clear cloud-down']);
});

test('ten minutes, and a run that ends with it: nobody is told, not by maintenance either', async () => {
  const run = await desk.watching(1, LONG_RUN);
  const end = down();
  await windMinutes(10);
  await run.stop();
  end();
  desk.clock.advance(60 * MINUTE_MS);
  await desk.ports.notices.sendUnsent(new AbortController().signal);
  await desk.watching(1, LONG_RUN);
  await windMinutes(5);
  expect(sent()).toEqual([]);
});
