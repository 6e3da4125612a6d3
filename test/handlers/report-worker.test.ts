import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createLog } from '../../lambda/adapters/json-log/log.ts';
import { createReportWorker } from '../../lambda/handlers/report-worker.ts';
import { openReportedHome, sampleOf } from '../reports/support.ts';
import type { TestHome } from '../support/home.ts';
import { toEvent } from '../support/sqs-event.ts';

let home: TestHome;
let worker: ReturnType<typeof createReportWorker>;
let ids: string[];
beforeEach(async () => {
  home = await openReportedHome();
  const { house, clock, residence } = home;
  const added = [1, 2, 3].map((n) => house.myLeviton.addSwitch(residence, { name: `Lamp ${n}` }));
  ids = [home.endpointId, ...added.map(({ id }) => String(id))];
  await home.customer.discover();
  await house.queue.idle();
  home.reports.length = 0;
  house.table.resetCounts();
  const log = createLog('silent', clock);
  worker = createReportWorker(house.environment, { clock, log, queue: house.queue, settleMs: 0 });
});
afterEach(() => home.house.close());

const allAt = (level: number) => toEvent(ids.map((deviceId) => sampleOf(home, { deviceId, level })));

test('a batch of changes: one read of the devices, one of the grants, one write for each', async () => {
  expect(await worker(allAt(35))).toEqual({ batchItemFailures: [] });
  expect(home.reports.map(({ changed }) => changed.brightness)).toEqual([35, 35, 35, 35]);
  expect(home.house.table.counts.byOperation).toEqual({ BatchGetItem: 1, Query: 1, PutItem: 4 });
});

test('a batch while the table is away comes again, each message of it, and tells nobody twice', async () => {
  const heal = home.house.table.fail('error');
  const { batchItemFailures } = await worker(allAt(35));
  expect(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(['0', '1', '2', '3']);
  expect(home.reports).toEqual([]);
  heal();
  await worker(allAt(35));
  await worker(allAt(35));
  expect(home.reports).toHaveLength(4);
});
