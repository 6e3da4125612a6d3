import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Customer } from '../../desk/alexa/contract.ts';
import { withFastClock } from '../support/clock.ts';
import { seedLink } from '../support/seed.ts';
import { EMAIL, PASSWORD, type TestSetup, turnOff, until } from '../support/setup.ts';
import { accountIdOf, linesOf, openReportedSetup, sampleOf, tileOf, unconfirmedWriteOf } from './support.ts';

// One lamp, two Amazon accounts: one in North America, one in the Far East.

let setup: TestSetup;
let far: Customer;
beforeEach(async () => {
  setup = await openReportedSetup();
  ({ customer: far } = await seedLink(
    setup.system,
    { email: EMAIL, password: PASSWORD, keep: true },
    { region: 'FE' },
  ));
  await far.acceptGrant();
  await far.discover();
  await setup.system.queue.idle();
});
afterEach(() => setup.system.close());

const send = (state: Parameters<typeof sampleOf>[1] = {}) => setup.system.queue.send([sampleOf(setup, state)]);
const regions = () => setup.reports.map(({ region }) => region);

test('a new grant gets its first report, and the old one no second', () => {
  expect(setup.reports).toMatchObject([
    {
      region: 'FE',
      cause: 'PERIODIC_POLL',
      changed: { powerState: 'OFF', brightness: 0, connectivity: { value: 'OK' } },
    },
  ]);
});

test('each report goes to each grant, equal states once', async () => {
  setup.reports.length = 0;
  await send();
  await setup.system.queue.idle();
  await send();
  await setup.system.queue.idle();
  expect(regions().sort()).toEqual(['FE', 'NA']);
  expect(linesOf(setup, 'report').at(-1)).toContain('"outcome":"equal"');
});

describe('one gateway fails', () => {
  test.each([
    { when: '503', fault: { at: 'FE', kind: 'status', status: 503 } },
    { when: 'no answer', fault: { at: 'FE', kind: 'hang' } },
  ] as const)(
    '$when: the other grant gets every report at once and only once, and the last state reaches both',
    async ({ fault }) => {
      setup.reports.length = 0;
      const end = setup.system.alexa.inject(fault);
      await withFastClock(setup.clock, async () => {
        for (const level of [10, 20, 30]) {
          await send({ level });
          await until(() => tileOf(setup.customer).brightness === level, `level ${level}`);
        }
      });
      expect(regions()).toEqual(['NA', 'NA', 'NA']);
      end();
      await withFastClock(setup.clock, () => setup.system.queue.idle());
      expect(tileOf(far)).toMatchObject({ power: 'ON', brightness: 30 });
      expect(regions().filter((region) => region === 'NA')).toHaveLength(3);
      expect(setup.reports.at(-1)).toMatchObject({ region: 'FE', changed: { brightness: 30 } });
      setup.reports.length = 0;
      await send({ level: 40 });
      await setup.system.queue.idle();
      expect(regions().sort()).toEqual(['FE', 'NA']);
      expect(setup.system.alexa.problems).toEqual([]);
    },
  );

  test.each([
    { when: 'is still to come: other messages skip the grant', aheadMs: 60_000, outcome: 'catch-up-queued' },
    { when: 'was lost: other messages report to the grant again', aheadMs: -1, outcome: 'reported' },
  ])('its catch-up message $when', async ({ aheadMs, outcome }) => {
    const { devices } = setup.system.ports;
    const record = await devices.get(accountIdOf(setup), setup.endpointId);
    const [id = ''] = (await setup.system.ports.grants.list(accountIdOf(setup)))
      .filter(({ region }) => region === 'FE')
      .map((one) => one.id);
    if (!record) throw new Error('no record');
    const until = new Date(setup.clock.now().getTime() + aheadMs).toISOString();
    await devices.replace(accountIdOf(setup), record, {
      ...record,
      views: { ...record.views, [id]: { ...record.views[id], catchUpUntil: until } },
    });
    setup.lines.length = 0;
    await send({ level: 10 });
    await setup.system.queue.idle();
    expect(linesOf(setup, 'report')[0]).toContain(`"outcome":"${outcome}"`);
    for (const customer of [setup.customer, far]) expect(tileOf(customer)).toMatchObject({ brightness: 10 });
  });
});

test('a catch-up message that has been retried for an hour: other messages still skip the grant, as both may come at the same moment', async () => {
  const catchUps = () => linesOf(setup, 'report').filter((line) => line.includes('"outcome":"catch-up-queued"'));
  const end = setup.system.alexa.inject({ at: 'FE', kind: 'status', status: 503 });
  await send({ level: 10 });
  await until(() => catchUps().length === 1);
  setup.system.queue.pause();
  setup.clock.advance(3_600_000);
  await send({ level: 20 });
  end();
  setup.system.queue.resume();
  await withFastClock(setup.clock, () => setup.system.queue.idle());
  expect(catchUps()).toHaveLength(2);
  expect(tileOf(far)).toMatchObject({ brightness: 20 });
  expect(setup.system.alexa.problems).toEqual([]);
});

test('one grant refused for good: the other gets its report, and nothing is retried', async () => {
  setup.reports.length = 0;
  setup.system.alexa.inject({ at: 'FE', kind: 'status', status: 400 });
  await send();
  await setup.system.queue.idle();
  expect(regions()).toEqual(['NA']);
  expect(linesOf(setup, 'report-not-delivered')).toEqual([]);
});

describe('an Amazon account whose Discover was answered, and not noted', () => {
  const forget = async () => {
    const { devices, grants } = setup.system.ports;
    const record = await devices.get(accountIdOf(setup), setup.endpointId);
    const id = (await grants.list(accountIdOf(setup))).find(({ region }) => region === 'FE')?.id ?? '';
    if (!record) throw new Error('no record');
    const { [id]: _, ...views } = record.views;
    await devices.replace(accountIdOf(setup), record, { ...record, views });
    setup.reports.length = 0;
    setup.lines.length = 0;
  };
  const deviceLists = () => linesOf(setup, 'report').filter((line) => line.includes('"device":"all"'));

  test('after a change it gets the endpoint and then the state, the other one report', async () => {
    await forget();
    await send();
    await setup.system.queue.idle();
    expect(regions()).toEqual(['NA', 'FE']);
    expect(tileOf(far)).toMatchObject({ power: 'ON', brightness: 40 });
    expect(deviceLists()).toHaveLength(1);
  });

  test('both gateways refuse every event: each change announces the endpoint once, and nothing repeats for ever', async () => {
    await forget();
    for (const at of ['NA', 'FE'] as const) setup.system.alexa.inject({ at, kind: 'status', status: 400 });
    await send();
    await setup.system.queue.idle();
    expect(deviceLists()).toHaveLength(1);
    await send({ level: 50 });
    await setup.system.queue.idle();
    expect(deviceLists()).toHaveLength(2);
  });

  test('during its back-off nothing is announced', async () => {
    await forget();
    const { grants } = setup.system.ports;
    const grant = (await grants.list(accountIdOf(setup))).find(({ region }) => region === 'FE');
    if (!grant) throw new Error('no grant');
    const [since, pausedUntil] = [0, 60_000].map((ms) => new Date(setup.clock.now().getTime() + ms).toISOString());
    const backoff = { cause: 'never-enabled', since: since ?? '', until: pausedUntil ?? '', attempts: 1 } as const;
    await grants.amend(grant, { region: 'FE', backoff });
    await send();
    await setup.system.queue.idle();
    expect(deviceLists()).toHaveLength(0);
  });
});

test('one account disables the skill: its grant goes, the other stays', async () => {
  setup.reports.length = 0;
  far.unlink();
  await send();
  await setup.system.queue.idle();
  expect(regions()).toEqual(['NA']);
  const grants = await setup.system.ports.grants.list(accountIdOf(setup));
  expect(grants.map(({ region }) => region)).toEqual(['NA']);
  const rows = await setup.system.ports.devices.list(accountIdOf(setup));
  const reported = Object.entries(rows[0]?.views ?? {}).filter(([, { lastReported }]) => lastReported);
  expect(reported.map(([id]) => id)).toEqual([grants[0]?.id]);
});

describe('order', () => {
  test.each([
    { when: 'in order', order: [1, 2, 3] },
    { when: 'the last one first', order: [3, 1, 2] },
    { when: 'backwards', order: [3, 2, 1] },
  ])('states come $when: both get the latest', async ({ order }) => {
    const now = setup.clock.now().getTime();
    for (const n of order) {
      await send({ level: n * 10, at: new Date(now + n).toISOString() });
      await setup.system.queue.idle();
    }
    for (const customer of [setup.customer, far]) expect(tileOf(customer)).toMatchObject({ brightness: 30 });
    expect(setup.system.alexa.problems).toEqual([]);
  });

  test.each([{ order: [1, 2, 3] }, { order: [3, 1, 2] }])(
    'states of one batch are one report: $order',
    async ({ order }) => {
      setup.reports.length = 0;
      const now = setup.clock.now().getTime();
      setup.system.queue.pause();
      for (const n of order) await send({ level: n * 10, at: new Date(now + n).toISOString() });
      setup.system.queue.resume();
      await setup.system.queue.idle();
      expect(setup.reports.map(({ changed }) => changed.brightness)).toEqual([30, 30]);
    },
  );

  test('after an unconfirmed write an equal state is reported to both, once', async () => {
    await send();
    await setup.system.queue.idle();
    setup.reports.length = 0;
    await setup.system.queue.send([unconfirmedWriteOf(setup)]);
    await setup.customer.send(turnOff(setup.endpointId));
    const after = new Date(setup.clock.now().getTime() + 5).toISOString();
    await send({ at: after });
    await setup.system.queue.idle();
    await send({ at: new Date(Date.parse(after) + 1).toISOString() });
    await setup.system.queue.idle();
    expect(regions().sort()).toEqual(['FE', 'NA']);
    expect(setup.reports[0]).toMatchObject({ changed: { powerState: 'ON', brightness: 40 } });
  });

  test('a forced report: an equal state is reported to both once, although it is delivered twice', async () => {
    await send();
    await setup.system.queue.idle();
    setup.reports.length = 0;
    const at = new Date(setup.clock.now().getTime() + 5).toISOString();
    for (const requeuedAt of [1, 2].map((n) => new Date(Date.parse(at) + n).toISOString()))
      await send({ at, forceReport: true, requeuedAt });
    await setup.system.queue.idle();
    expect(regions().sort()).toEqual(['FE', 'NA']);
    expect(setup.reports[0]).toMatchObject({ changed: { powerState: 'ON', brightness: 40 } });
    const [row] = await setup.system.ports.devices.list(accountIdOf(setup));
    const moments = Object.values(row?.views ?? {}).map((view) => [view.lastReported?.at, view.forceReportSince]);
    expect(moments).toEqual([
      [at, undefined],
      [at, undefined],
    ]);
  });

  test('a report carries the moment at which the device cloud wrote the record into the row', async () => {
    await send({ level: 70, changedAt: '2026-03-01T11:59:58.000Z' });
    await setup.system.queue.idle();
    const [row] = await setup.system.ports.devices.list(accountIdOf(setup));
    expect(Object.values(row?.views ?? {}).map(({ lastReported }) => lastReported?.changedAt)).toEqual([
      '2026-03-01T11:59:58.000Z',
      '2026-03-01T11:59:58.000Z',
    ]);
  });

  test('the queue delivers everything twice: nothing is reported twice', async () => {
    setup.reports.length = 0;
    setup.system.queue.repeatNext();
    await send();
    await setup.system.queue.idle();
    expect(setup.reports).toHaveLength(2);
  });
});
