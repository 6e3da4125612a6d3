import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { TestSetup } from '../support/setup.ts';
import { backoffOf, linesOf, openReportedSetup, sampleOf } from './support.ts';

let setup: TestSetup;
beforeEach(async () => {
  setup = await openReportedSetup();
});
afterEach(() => setup.system.close());

const openNotices = async () =>
  (await setup.system.table.scan())
    .map((row) => JSON.stringify(row))
    .filter((row) => row.includes('{"S":"notice#') && row.includes('"state":{"S":"open"}'));

test('a thousand failing events: one alarm, one notice; accepted again: no alarm and no notice is left', async () => {
  const end = setup.system.alexa.inject({ at: 'NA', kind: 'status', status: 400 });
  for (let n = 0; n < 1_000; n++) await setup.system.queue.send([sampleOf(setup, { level: 1 + (n % 100) })]);
  await setup.system.queue.idle();
  // A batch of up to ten samples is one event, and equal samples of one moment are one sample.
  expect(setup.system.alexa.counts.events).toBeGreaterThanOrEqual(80);
  expect(linesOf(setup, 'grant-backoff-started')).toHaveLength(1);
  expect(setup.lines.filter((line) => line.includes('"level":"error"'))).toHaveLength(1);
  expect(await openNotices()).toEqual([expect.stringContaining('event-refused')]);
  end();
  await setup.system.queue.send([sampleOf(setup, { level: 33 })]);
  await setup.system.queue.idle();
  expect(await backoffOf(setup)).toBe('none');
  expect(await openNotices()).toEqual([]);
  expect(linesOf(setup, 'grant-backoff-ended')).toHaveLength(1);
});
