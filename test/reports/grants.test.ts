import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Customer } from '../../desk/alexa/contract.ts';
import { EMAIL, PASSWORD, type TestHome, turnOff, until } from '../support/home.ts';
import { homeIdOf, linesOf, openReportedHome, sampleOf, tileOf, winding } from './support.ts';

// One lamp, two Amazon accounts: one in North America, one in the Far East.

let home: TestHome;
let far: Customer;
beforeEach(async () => {
  home = await openReportedHome();
  ({ customer: far } = await home.house.link({ email: EMAIL, password: PASSWORD, keep: true }, { region: 'FE' }));
  await far.acceptGrant();
  await far.discover();
  await home.house.queue.idle();
});
afterEach(() => home.house.close());

const send = (state: Parameters<typeof sampleOf>[1] = {}) => home.house.queue.send([sampleOf(home, state)]);
const regions = () => home.reports.map(({ region }) => region);

test('a new grant gets one first report, and the old one none again', () => {
  expect(home.reports).toMatchObject([
    {
      region: 'FE',
      cause: 'PERIODIC_POLL',
      changed: { powerState: 'OFF', brightness: 0, connectivity: { value: 'OK' } },
    },
  ]);
});

test('each report goes to each grant, equal states once', async () => {
  home.reports.length = 0;
  await send();
  await home.house.queue.idle();
  await send();
  await home.house.queue.idle();
  expect(regions().sort()).toEqual(['FE', 'NA']);
  expect(linesOf(home, 'report').at(-1)).toContain('"outcome":"equal"');
});

describe('one gateway in trouble', () => {
  test.each([
    { when: '503', fault: { at: 'FE', kind: 'status', status: 503 } },
    { when: 'no answer', fault: { at: 'FE', kind: 'hang' } },
  ] as const)(
    '$when: the other grant hears of everything at once and only once, and the last state reaches both',
    async ({ fault }) => {
      home.reports.length = 0;
      const end = home.house.alexa.inject(fault);
      await winding(home.clock, async () => {
        for (const level of [10, 20, 30]) {
          await send({ level });
          await until(() => tileOf(home.customer).brightness === level, `level ${level}`);
        }
      });
      expect(regions()).toEqual(['NA', 'NA', 'NA']);
      end();
      await winding(home.clock, () => home.house.queue.idle());
      expect(tileOf(far)).toMatchObject({ power: 'ON', brightness: 30 });
      expect(regions().filter((region) => region === 'NA')).toHaveLength(3);
      expect(home.reports.at(-1)).toMatchObject({ region: 'FE', changed: { brightness: 30 } });
      home.reports.length = 0;
      await send({ level: 40 });
      await home.house.queue.idle();
      expect(regions().sort()).toEqual(['FE', 'NA']);
      expect(home.house.alexa.problems).toEqual([]);
    },
  );

  test.each([
    { when: 'is still to come: the others leave the grant alone', aheadMs: 60_000, outcome: 'left-behind' },
    { when: 'was lost: the grant is told with the others again', aheadMs: -1, outcome: 'reported' },
  ])('its own message $when', async ({ aheadMs, outcome }) => {
    const { devices } = home.house.ports;
    const record = await devices.get(homeIdOf(home), home.endpointId);
    const [id = ''] = (await home.house.ports.grants.list(homeIdOf(home)))
      .filter(({ region }) => region === 'FE')
      .map((one) => one.id);
    if (!record) throw new Error('no record');
    const until = new Date(home.clock.now().getTime() + aheadMs).toISOString();
    await devices.replace(homeIdOf(home), record, { ...record, behind: { [id]: until } });
    home.lines.length = 0;
    await send({ level: 10 });
    await home.house.queue.idle();
    expect(linesOf(home, 'report')[0]).toContain(`"outcome":"${outcome}"`);
    for (const customer of [home.customer, far]) expect(tileOf(customer)).toMatchObject({ brightness: 10 });
  });
});

test('its own message has been coming again for an hour: still nobody else tells the grant, as it may come at the same moment', async () => {
  const leftBehind = () => linesOf(home, 'report').filter((line) => line.includes('"outcome":"left-behind"'));
  const end = home.house.alexa.inject({ at: 'FE', kind: 'status', status: 503 });
  await send({ level: 10 });
  await until(() => leftBehind().length === 1);
  home.house.queue.pause();
  home.clock.advance(3_600_000);
  await send({ level: 20 });
  end();
  home.house.queue.resume();
  await winding(home.clock, () => home.house.queue.idle());
  expect(leftBehind()).toHaveLength(2);
  expect(tileOf(far)).toMatchObject({ brightness: 20 });
  expect(home.house.alexa.problems).toEqual([]);
});

test('one grant refused for good: the other is told, and nothing comes again', async () => {
  home.reports.length = 0;
  home.house.alexa.inject({ at: 'FE', kind: 'status', status: 400 });
  await send();
  await home.house.queue.idle();
  expect(regions()).toEqual(['NA']);
  expect(linesOf(home, 'report-not-delivered')).toEqual([]);
});

describe('an account whose Discover was answered, and not noted', () => {
  const forget = async () => {
    const { devices, grants } = home.house.ports;
    const record = await devices.get(homeIdOf(home), home.endpointId);
    const id = (await grants.list(homeIdOf(home))).find(({ region }) => region === 'FE')?.id ?? '';
    if (!record) throw new Error('no record');
    const { [id]: _, ...described } = record.described ?? {};
    const { [id]: __, ...told } = record.told;
    await devices.replace(homeIdOf(home), record, { ...record, described, told });
    home.reports.length = 0;
    home.lines.length = 0;
  };
  const newsOfDevices = () => linesOf(home, 'report').filter((line) => line.includes('"device":"all"'));

  test('a change has it told of the endpoint and then of its state, the other is told once', async () => {
    await forget();
    await send();
    await home.house.queue.idle();
    expect(regions()).toEqual(['NA', 'FE']);
    expect(tileOf(far)).toMatchObject({ power: 'ON', brightness: 40 });
    expect(newsOfDevices()).toHaveLength(1);
  });

  test('its gateway refuses every event, the other’s too: each change asks once, and nothing goes in circles', async () => {
    await forget();
    for (const at of ['NA', 'FE'] as const) home.house.alexa.inject({ at, kind: 'status', status: 400 });
    await send();
    await home.house.queue.idle();
    expect(newsOfDevices()).toHaveLength(1);
    await send({ level: 50 });
    await home.house.queue.idle();
    expect(newsOfDevices()).toHaveLength(2);
  });

  test('while it is paused nothing is asked for', async () => {
    await forget();
    const { grants } = home.house.ports;
    const grant = (await grants.list(homeIdOf(home))).find(({ region }) => region === 'FE');
    if (!grant) throw new Error('no grant');
    const [since, pausedUntil] = [0, 60_000].map((ms) => new Date(home.clock.now().getTime() + ms).toISOString());
    const trouble = { cause: 'never-enabled', since: since ?? '', until: pausedUntil ?? '', times: 1 } as const;
    await grants.amend(grant, { region: 'FE', trouble });
    await send();
    await home.house.queue.idle();
    expect(newsOfDevices()).toHaveLength(0);
  });
});

test('one account disables the skill: its grant goes, the other stays', async () => {
  home.reports.length = 0;
  far.unlink();
  await send();
  await home.house.queue.idle();
  expect(regions()).toEqual(['NA']);
  const grants = await home.house.ports.grants.list(homeIdOf(home));
  expect(grants.map(({ region }) => region)).toEqual(['NA']);
  const rows = await home.house.ports.devices.list(homeIdOf(home));
  expect(Object.keys(rows[0]?.told ?? {})).toEqual([grants[0]?.id]);
});

describe('order', () => {
  test.each([
    { when: 'in order', order: [1, 2, 3] },
    { when: 'the last one first', order: [3, 1, 2] },
    { when: 'backwards', order: [3, 2, 1] },
  ])('samples come $when: the latest is what both are told', async ({ order }) => {
    const now = home.clock.now().getTime();
    for (const n of order) {
      await send({ level: n * 10, at: new Date(now + n).toISOString() });
      await home.house.queue.idle();
    }
    for (const customer of [home.customer, far]) expect(tileOf(customer)).toMatchObject({ brightness: 30 });
    expect(home.house.alexa.problems).toEqual([]);
  });

  test.each([{ order: [1, 2, 3] }, { order: [3, 1, 2] }])(
    'samples of one batch are one report: $order',
    async ({ order }) => {
      home.reports.length = 0;
      const now = home.clock.now().getTime();
      home.house.queue.pause();
      for (const n of order) await send({ level: n * 10, at: new Date(now + n).toISOString() });
      home.house.queue.resume();
      await home.house.queue.idle();
      expect(home.reports.map(({ changed }) => changed.brightness)).toEqual([30, 30]);
    },
  );

  test('an echo puts both views in doubt: the state after it is told again, once', async () => {
    await send();
    await home.house.queue.idle();
    home.reports.length = 0;
    await send({ settled: false, power: 'OFF' });
    await home.customer.send(turnOff(home.endpointId));
    const after = new Date(home.clock.now().getTime() + 5).toISOString();
    await send({ at: after });
    await home.house.queue.idle();
    await send({ at: new Date(Date.parse(after) + 1).toISOString() });
    await home.house.queue.idle();
    expect(regions().sort()).toEqual(['FE', 'NA']);
    expect(home.reports[0]).toMatchObject({ changed: { powerState: 'ON', brightness: 40 } });
  });

  test('the queue brings everything twice: nothing is told twice', async () => {
    home.reports.length = 0;
    home.house.queue.repeatNext();
    await send();
    await home.house.queue.idle();
    expect(home.reports).toHaveLength(2);
  });
});
