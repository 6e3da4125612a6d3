import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { COUNTED } from '../bench/scale/costs.ts';
import { openWatchDesk, type WatchDesk } from './watch-support.ts';

let desk: WatchDesk;
beforeEach(async () => {
  desk = await openWatchDesk();
});
afterEach(() => desk.close());

/** Calls of a run until it watches so many accounts. */
async function callsFor(accounts: number): Promise<number> {
  while ((await desk.ports.accounts.list()).length < accounts) await desk.addAccount();
  desk.table.resetCounts();
  const run = await desk.watching(accounts);
  const { requests } = desk.table.counts;
  await run.stop();
  return requests;
}

test('to open one account more takes a run three reads of the table, as its cost assumes', async () => {
  const few = await callsFor(2);
  expect((await callsFor(7)) - few).toBe(15);
  expect(COUNTED.readsPerOpening).toBe(3);
});
