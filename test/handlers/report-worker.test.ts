import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createLog } from '../../lambda/adapters/json-log/log.ts';
import { createReportWorker } from '../../lambda/handlers/report-worker.ts';
import { StoreUnavailable } from '../../lambda/ports/errors.ts';
import type { VisibilityChange } from '../../lambda/ports/report-queue.ts';
import { accountIdOf, openReportedSetup, sampleOf } from '../reports/support.ts';
import { withFastClock } from '../support/clock.ts';
import { type TestSetup, until } from '../support/setup.ts';
import { toEvent } from '../support/sqs-event.ts';

let setup: TestSetup;
let worker: ReturnType<typeof createReportWorker>;
let ids: string[];
let repeated: VisibilityChange[];
let changeVisibility: (messages: readonly VisibilityChange[]) => Promise<void>;
beforeEach(async () => {
  setup = await openReportedSetup();
  const { system, clock, residence } = setup;
  const added = [1, 2, 3].map((n) => system.myLeviton.addSwitch(residence, { name: `Lamp ${n}` }));
  ids = [setup.endpointId, ...added.map(({ id }) => String(id))];
  await setup.customer.discover();
  await system.queue.idle();
  setup.reports.length = 0;
  system.table.resetCounts();
  repeated = [];
  changeVisibility = async (messages) => void repeated.push(...messages);
  const log = createLog('info', clock, (line) => setup.lines.push(line));
  const queue = {
    send: system.queue.send,
    changeVisibility: (messages: readonly VisibilityChange[]) => changeVisibility(messages),
  };
  worker = createReportWorker(system.environment, { clock, log, queue, debounceMs: 0 });
});
afterEach(() => setup.system.close());

const allAt = (level: number) => toEvent(ids.map((deviceId) => sampleOf(setup, { deviceId, level })));

test('a batch of changes: one read of the devices, one of the grants, one write for each', async () => {
  expect(await worker(allAt(35))).toEqual({ batchItemFailures: [] });
  expect(setup.reports.map(({ changed }) => changed.brightness)).toEqual([35, 35, 35, 35]);
  expect(setup.system.table.counts.byOperation).toEqual({ BatchGetItem: 1, Query: 1, PutItem: 4 });
});

test('a row that another writes while the gateway has the report keeps both', async () => {
  const { system, clock, reports } = setup;
  const accountId = accountIdOf(setup);
  system.alexa.resetCounts();
  system.alexa.inject({ at: 'NA', kind: 'status', status: 503, times: 1 });
  const working = worker(toEvent([sampleOf(setup, { level: 35 })]));
  await until(() => system.alexa.counts.events === 1);
  const [row] = (await system.ports.devices.list(accountId)).filter(({ device }) => device.id === setup.endpointId);
  if (!row) throw new Error('no row');
  await system.ports.devices.replace(accountId, row, { ...row, movedOn: ['2026-02-28'] });
  await withFastClock(clock, () => working);
  expect(reports.map(({ changed }) => changed.brightness)).toEqual([35]);
  const after = await system.ports.devices.get(accountId, setup.endpointId);
  expect(after?.movedOn).toEqual(['2026-02-28', '2026-03-01']);
  expect(Object.values(after?.views ?? {}).map(({ lastReported }) => lastReported?.level)).toEqual([35]);
});

test('a batch while the table is away is delivered again, each message of it, and nothing is reported twice', async () => {
  const recover = setup.system.table.fail('error');
  const { batchItemFailures } = await worker(allAt(35));
  expect(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(['0', '1', '2', '3']);
  expect(setup.reports).toEqual([]);
  recover();
  await worker(allAt(35));
  await worker(allAt(35));
  expect(setup.reports).toHaveLength(4);
});

test.each([
  { receives: 1, afterSeconds: 5 },
  { receives: 2, afterSeconds: 10 },
  { receives: 3, afterSeconds: 20 },
  { receives: 5, afterSeconds: 80 },
  { receives: 6, afterSeconds: 90 },
  { receives: 50, afterSeconds: 90 },
])(
  'a message that failed at delivery $receives is delivered again after $afterSeconds s',
  async ({ receives, afterSeconds }) => {
    setup.system.table.fail('error');
    await worker(toEvent([sampleOf(setup)], [receives]));
    expect(repeated).toEqual([{ receipt: 'receipt-0', afterSeconds }]);
  },
);

test.each([
  { leftMs: 41_500, receives: 1, afterSeconds: 42 },
  { leftMs: 41_500, receives: 6, afterSeconds: 42 },
  { leftMs: 200_000, receives: 1, afterSeconds: 90 },
])(
  'a message that waits for the end of a back-off in $leftMs ms is delivered again after $afterSeconds s',
  async ({ leftMs, receives, afterSeconds }) => {
    const { grants, devices } = setup.system.ports;
    const accountId = accountIdOf(setup);
    const [grant] = await grants.list(accountId);
    const [record] = await devices.list(accountId);
    if (!grant || !record) throw new Error('no rows');
    await devices.replace(accountId, record, { ...record, device: { ...record.device, name: 'Night light' } });
    const until = new Date(setup.clock.now().getTime() + leftMs).toISOString();
    await grants.amend(grant, { region: 'NA', backoff: { cause: 'never-enabled', since: until, until, attempts: 1 } });
    await worker(toEvent([{ kind: 'devices', accountId, at: setup.clock.now().toISOString() }], [receives]));
    expect(repeated).toEqual([{ receipt: 'receipt-0', afterSeconds }]);
  },
);

test('the failed messages of a group are delivered again together, after the time of the first one', async () => {
  const [first = '', second = ''] = ids;
  const of = (deviceId: string, level: number) =>
    sampleOf(setup, { deviceId, level, at: new Date(setup.clock.now().getTime() + level).toISOString() });
  setup.system.table.fail('error');
  const { accountId, deviceId, at } = of(first, 1);
  const write = { kind: 'unconfirmed-write', accountId, deviceId, at } as const;
  await worker(toEvent([write, of(second, 10), of(first, 10)], [3, 1, 1]));
  expect(repeated).toEqual([
    { receipt: 'receipt-0', afterSeconds: 20 },
    { receipt: 'receipt-2', afterSeconds: 20 },
    { receipt: 'receipt-1', afterSeconds: 5 },
  ]);
});

test('where all went well, nothing is asked of the queue', async () => {
  let asked = 0;
  changeVisibility = async () => void asked++;
  await worker(allAt(35));
  expect(asked).toBe(0);
});

test.each([
  { when: 'the queue does not take it', error: new StoreUnavailable('no'), level: 'warn' },
  { when: 'it is a bug', error: new Error('no'), level: 'error' },
])('messages that cannot be brought sooner come after the queue’s own time-out: $when', async ({ error, level }) => {
  changeVisibility = () => Promise.reject(error);
  setup.system.table.fail('error');
  setup.lines.length = 0;
  const { batchItemFailures } = await worker(allAt(35));
  expect(batchItemFailures).toHaveLength(4);
  expect(setup.lines.at(-1)).toContain('"visibility-not-changed"');
  expect(setup.lines.at(-1)).toContain(`"level":"${level}"`);
});
