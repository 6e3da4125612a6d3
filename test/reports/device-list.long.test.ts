import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createLog } from '../../lambda/adapters/json-log/log.ts';
import { createReportWorker } from '../../lambda/handlers/report-worker.ts';
import type { DeviceList } from '../../lambda/ports/device-cloud.ts';
import { noteDevices } from '../../lambda/reports/device-list.ts';
import { reconcileAccount } from '../../lambda/watch/reconcile.ts';
import { withFastClock } from '../support/clock.ts';
import { seedLink } from '../support/seed.ts';
import { EMAIL, PASSWORD, type TestSetup, turnOn, until } from '../support/setup.ts';
import { toEvent } from '../support/sqs-event.ts';
import { accountIdOf, grantsOf, linesOf, openReportedSetup, sampleOf, tileOf } from './support.ts';

let setup: TestSetup;
/** Every discovery event that a gateway accepted: its name and what it was about. */
let events: { name: string; endpoints: string[] }[];
let deletedAt: number[];
beforeEach(async () => {
  setup = await openReportedSetup();
  events = [];
  deletedAt = [];
  setup.system.alexa.onExchange(({ channel, sent, status, at }) => {
    if (channel !== 'gateway' || status < 200 || status > 299) return;
    const { event } = sent as {
      event: { header: { name: string }; payload: { endpoints?: { endpointId: string; friendlyName?: string }[] } };
    };
    const endpoints = (event.payload.endpoints ?? []).map((one) => one.friendlyName ?? one.endpointId);
    if (event.header.name === 'DeleteReport') deletedAt.push(at.getTime());
    if (event.header.name !== 'ChangeReport') events.push({ name: event.header.name, endpoints });
  });
});
afterEach(() => setup.system.close());

const reconcile = async () => {
  const ports = { ...setup.system.ports, queue: setup.system.queue };
  const found = await reconcileAccount(accountIdOf(setup), ports, AbortSignal.timeout(110_000));
  await withFastClock(setup.clock, () => setup.system.queue.idle());
  return found;
};
const names = () => setup.customer.endpoints.map(({ name }) => name);
const nothing = { states: 0, added: 0, changed: 0, gone: 0 };

test('all as it was: nothing is sent, and nothing was to be repaired', async () => {
  expect(await reconcile()).toEqual({ ...nothing, devices: 1 });
  expect(await reconcile()).toEqual({ ...nothing, devices: 1 });
  expect(setup.system.alexa.counts.events).toBe(0);
});

test('a new plug: Alexa gets the device, then its state', async () => {
  const id = setup.system.myLeviton.addSwitch(setup.residence, {
    name: 'Reading lamp',
    power: 'ON',
    brightness: 70,
  }).id;
  expect(await reconcile()).toMatchObject({ devices: 2, added: 1, changed: 0, gone: 0 });
  expect(events).toEqual([{ name: 'AddOrUpdateReport', endpoints: ['Reading lamp'] }]);
  expect(tileOf(setup.customer, String(id))).toEqual({ power: 'ON', brightness: 70, connectivity: { value: 'OK' } });
  expect(await reconcile()).toEqual({ ...nothing, devices: 2 });
  expect(events).toHaveLength(1);
});

test('renamed: the new name, and the same tile', async () => {
  setup.system.myLeviton.renameSwitch(setup.lamp, 'Night light');
  expect(await reconcile()).toMatchObject({ added: 0, changed: 1, gone: 0 });
  expect(events).toEqual([{ name: 'AddOrUpdateReport', endpoints: ['Night light'] }]);
  expect(setup.customer.endpoints).toMatchObject([{ id: setup.endpointId, name: 'Night light' }]);
  expect(tileOf(setup.customer)).toMatchObject({ power: 'OFF' });
});

test('renamed to what Alexa cannot take: it keeps the name before and hears nothing; the next good name is sent once', async () => {
  setup.system.myLeviton.renameSwitch(setup.lamp, '★ ★');
  expect(await reconcile()).toEqual({ ...nothing, devices: 1 });
  expect(events).toEqual([]);
  expect(names()).toEqual(['Bedroom lamp']);
  setup.system.myLeviton.renameSwitch(setup.lamp, 'Night light');
  expect(await reconcile()).toEqual({ ...nothing, devices: 1, changed: 1 });
  expect(await reconcile()).toEqual({ ...nothing, devices: 1 });
  expect(events).toEqual([{ name: 'AddOrUpdateReport', endpoints: ['Night light'] }]);
  expect(names()).toEqual(['Night light']);
});

test('a new plug whose name Alexa cannot take: held back until it has a name', async () => {
  const { id } = setup.system.myLeviton.addSwitch(setup.residence, { name: '★ ★' });
  expect(await reconcile()).toMatchObject({ devices: 2, added: 0, changed: 0 });
  expect(events).toEqual([]);
  setup.system.myLeviton.renameSwitch(id, 'Reading lamp');
  expect(await reconcile()).toMatchObject({ devices: 2, added: 1 });
  expect(events).toEqual([{ name: 'AddOrUpdateReport', endpoints: ['Reading lamp'] }]);
});

test('sold: Alexa forgets it, and so do we', async () => {
  setup.system.myLeviton.addSwitch(setup.residence, { name: 'Reading lamp' });
  await reconcile();
  setup.system.myLeviton.removeSwitch(setup.lamp);
  expect(await reconcile()).toMatchObject({ devices: 1, gone: 1 });
  expect(events.at(-1)).toEqual({ name: 'DeleteReport', endpoints: [setup.endpointId] });
  expect(names()).toEqual(['Reading lamp']);
  expect(await setup.system.ports.devices.get(accountIdOf(setup), setup.endpointId)).toBeUndefined();
  expect(await reconcile()).toEqual({ ...nothing, devices: 1 });
});

describe('the devices change while a grant is in a back-off', () => {
  const MINUTE = 60_000;
  const inBackoff = async (forMs: number) => {
    const [grant] = await grantsOf(setup);
    if (!grant) throw new Error('no grant');
    const [since, until] = [0, forMs].map((ms) => new Date(setup.clock.now().getTime() + ms).toISOString());
    const backoff = { cause: 'never-enabled', since: since ?? '', until: until ?? '', attempts: 1 } as const;
    await setup.system.ports.grants.amend(grant, { region: 'NA', backoff });
  };
  const noteRenamed = async () => {
    setup.system.myLeviton.renameSwitch(setup.lamp, 'Night light');
    const stored = await setup.system.ports.accounts.get(accountIdOf(setup));
    if (!stored) throw new Error('no account');
    const read = await setup.system.ports.cloud.devices(stored.session, AbortSignal.timeout(110_000));
    await noteDevices(accountIdOf(setup), read, { ...setup.system.ports, queue: setup.system.queue });
  };

  test('a short one: the new name is sent at its end', async () => {
    await inBackoff(2 * MINUTE);
    await noteRenamed();
    await withFastClock(setup.clock, () => setup.system.queue.idle(), 2_000);
    expect(names()).toEqual(['Night light']);
  });

  test('a long one: the new name follows the event that ends it', async () => {
    await inBackoff(60 * MINUTE);
    await noteRenamed();
    await withFastClock(setup.clock, () => setup.system.queue.idle());
    expect(names()).toEqual(['Bedroom lamp']);
    setup.clock.advance(61 * MINUTE);
    await setup.system.queue.send([sampleOf(setup, { level: 50 })]);
    await withFastClock(setup.clock, () => setup.system.queue.idle());
    expect(names()).toEqual(['Night light']);
  });

  test('one that this very message starts: the new name is sent at its end', async () => {
    const end = setup.system.alexa.inject({
      at: 'NA',
      kind: 'status',
      status: 403,
      code: 'SKILL_NEVER_ENABLED_EXCEPTION',
    });
    const ends = (['EU', 'FE'] as const).map((at) =>
      setup.system.alexa.inject({ at, kind: 'status', status: 403, code: 'SKILL_NEVER_ENABLED_EXCEPTION' }),
    );
    await noteRenamed();
    await withFastClock(setup.clock, () => until(async () => (await grantsOf(setup))[0]?.backoff !== undefined));
    for (const stop of [end, ...ends]) stop();
    await withFastClock(setup.clock, () => setup.system.queue.idle(), 2_000);
    expect(names()).toEqual(['Night light']);
  });
});

describe('a list that is not the whole truth deletes nothing', () => {
  const list = async (change: (list: DeviceList) => DeviceList) => {
    const stored = await setup.system.ports.accounts.get(accountIdOf(setup));
    if (!stored) throw new Error('no account');
    const read = await setup.system.ports.cloud.devices(stored.session, AbortSignal.timeout(110_000));
    await noteDevices(accountIdOf(setup), change(read), { ...setup.system.ports, queue: setup.system.queue });
    await withFastClock(setup.clock, () => setup.system.queue.idle());
  };

  test.each([
    {
      when: 'a residence was skipped',
      change: (read: DeviceList) => ({
        devices: read.devices.slice(1),
        skipped: [{ what: 'list' as const, id: '7', reason: 'unreadable' }],
      }),
    },
    { when: 'it is empty', change: () => ({ devices: [], skipped: [] }) },
    {
      when: 'the device itself could not be read',
      change: ({ devices: [first, ...rest] }: DeviceList) => ({
        devices: rest,
        skipped: [{ what: 'device' as const, id: first?.id ?? '', reason: 'malformed: power' }],
      }),
    },
  ])('$when', async ({ change }) => {
    setup.system.myLeviton.addSwitch(setup.residence, { name: 'Reading lamp' });
    await reconcile();
    await list(change);
    expect(names().sort()).toEqual(['Bedroom lamp', 'Reading lamp']);
    expect(events.filter(({ name }) => name === 'DeleteReport')).toEqual([]);
    expect(linesOf(setup, 'devices-absent')).toHaveLength(1);
  });

  test('another device could not be read: what is gone is gone', async () => {
    setup.system.myLeviton.addSwitch(setup.residence, { name: 'Reading lamp' });
    await reconcile();
    const skipped = [{ what: 'device' as const, id: '999', reason: 'malformed: power' }];
    await list(({ devices }) => ({ devices: devices.slice(1), skipped }));
    expect(names()).toEqual(['Reading lamp']);
    expect(events.at(-1)).toEqual({ name: 'DeleteReport', endpoints: [setup.endpointId] });
  });

  test('an offline plug is not gone', async () => {
    setup.system.myLeviton.unplug(setup.lamp);
    expect(await reconcile()).toMatchObject({ gone: 0, states: 1 });
    expect(tileOf(setup.customer)).toMatchObject({ connectivity: { value: 'UNREACHABLE' } });
  });
});

test('an unconnected plug that a write did not reach: what the cloud notes of the write is not reported', async () => {
  await setup.customer.send(turnOn(setup.endpointId));
  await until(() => setup.system.myLeviton.device(setup.lamp).power === 'ON');
  await reconcile();
  setup.system.myLeviton.unplug(setup.lamp);
  await reconcile();
  const stored = await setup.system.ports.accounts.get(accountIdOf(setup));
  if (!stored) throw new Error('no account');
  const off = { power: 'OFF' } as const;
  await setup.system.ports.cloud
    .command(stored.session, setup.endpointId, off, AbortSignal.timeout(110_000))
    .catch(() => undefined);
  const read = await setup.system.ports.cloud.device(stored.session, setup.endpointId, AbortSignal.timeout(110_000));
  expect(read).toMatchObject({ power: 'OFF', connected: false });
  await reconcile();
  expect(tileOf(setup.customer)).toMatchObject({ power: 'ON', connectivity: { value: 'UNREACHABLE' } });
  const record = await setup.system.ports.devices.get(accountIdOf(setup), setup.endpointId);
  expect(record?.lastState).toMatchObject({ power: 'ON', connected: false });
});

test('many at once: added in messages of fifty, deleted in messages of thirty with a pause between', async () => {
  const ids = Array.from({ length: 62 }, (_, n) =>
    setup.system.myLeviton.addSwitch(setup.residence, { name: `Lamp number ${n}` }),
  ).map(({ id }) => id);
  await reconcile();
  expect(events.map(({ name, endpoints }) => [name, endpoints.length])).toEqual([
    ['AddOrUpdateReport', 50],
    ['AddOrUpdateReport', 12],
  ]);
  events.length = 0;
  for (const id of ids.slice(0, 61)) setup.system.myLeviton.removeSwitch(id);
  await reconcile();
  expect(events.map(({ name, endpoints }) => [name, endpoints.length])).toEqual([
    ['DeleteReport', 30],
    ['DeleteReport', 30],
    ['DeleteReport', 1],
  ]);
  const gaps = deletedAt.slice(1).map((moment, index) => moment - (deletedAt[index] ?? 0));
  expect(gaps.filter((ms) => ms >= 150)).toHaveLength(2);
  expect(names()).toHaveLength(2);
  expect(setup.system.alexa.problems).toEqual([]);
});

test('named and renamed at once: one message, with the last name', async () => {
  const { system, clock } = setup;
  system.queue.pause();
  const rename = async (name: string) => {
    system.myLeviton.renameSwitch(setup.lamp, name);
    await reconcileAccount(accountIdOf(setup), { ...system.ports, queue: system.queue }, new AbortController().signal);
  };
  await rename('Lamp');
  const log = createLog('silent', clock);
  const worker = createReportWorker(system.environment, { clock, log, queue: system.queue, debounceMs: 10_000 });
  const working = worker(toEvent([{ kind: 'devices', accountId: accountIdOf(setup), at: clock.now().toISOString() }]));
  await rename('Night light');
  await withFastClock(clock, () => working);
  expect(events).toMatchObject([{ name: 'AddOrUpdateReport', endpoints: ['Night light'] }]);
  system.queue.resume();
  await withFastClock(clock, () => system.queue.idle());
  expect(events).toHaveLength(1);
});

test('too large for the gateway: sent in halves', async () => {
  for (let n = 0; n < 4; n++) setup.system.myLeviton.addSwitch(setup.residence, { name: `Lamp number ${n}` });
  setup.system.alexa.inject({ at: 'NA', kind: 'status', status: 413, times: 1 });
  await reconcile();
  expect(events.map(({ endpoints }) => endpoints.length)).toEqual([2, 2]);
  expect((await grantsOf(setup))[0]?.backoff).toBeUndefined();
});

test('the gateway fails: reported when it is back, and no queue of old names', async () => {
  const end = setup.system.alexa.inject({ at: 'NA', kind: 'status', status: 503 });
  setup.system.myLeviton.renameSwitch(setup.lamp, 'Night light');
  const reconciling = reconcile();
  await withFastClock(setup.clock, async () => {
    while (linesOf(setup, 'report-not-delivered').length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });
  end();
  await reconciling;
  expect(events).toEqual([{ name: 'AddOrUpdateReport', endpoints: ['Night light'] }]);
});

test('two Amazon accounts: each gets the device, and so does the other after a Discover of one', async () => {
  const { customer: other } = await seedLink(
    setup.system,
    { email: EMAIL, password: PASSWORD, keep: true },
    { region: 'EU' },
  );
  await other.acceptGrant();
  await other.discover();
  await withFastClock(setup.clock, () => setup.system.queue.idle());
  expect(events).toEqual([]);
  setup.system.myLeviton.addSwitch(setup.residence, { name: 'Reading lamp' });
  await other.discover();
  await withFastClock(setup.clock, () => setup.system.queue.idle());
  expect(events).toEqual([{ name: 'AddOrUpdateReport', endpoints: ['Reading lamp'] }]);
  expect(names()).toEqual(['Bedroom lamp', 'Reading lamp']);
});

test('a state without a push: found, counted and repaired', async () => {
  setup.system.myLeviton.unplug(setup.lamp, { noticed: false });
  setup.system.myLeviton.plugIn(setup.lamp);
  setup.system.myLeviton.paddle(setup.lamp, 'on');
  expect(await reconcile()).toEqual({ devices: 1, states: 1, added: 0, changed: 0, gone: 0 });
  expect(tileOf(setup.customer)).toMatchObject({ power: 'ON', brightness: 100 });
  expect(await reconcile()).toEqual({ ...nothing, devices: 1 });
});

test('an answer that the lamp did not keep, without a push: repaired', async () => {
  await setup.customer.send(turnOn(setup.endpointId));
  await until(() => setup.system.myLeviton.device(setup.lamp).power === 'ON');
  setup.system.myLeviton.paddle(setup.lamp, 'off');
  expect(tileOf(setup.customer)).toMatchObject({ power: 'ON' });
  expect(await reconcile()).toEqual({ ...nothing, devices: 1, states: 1 });
  expect(tileOf(setup.customer)).toMatchObject({ power: 'OFF', brightness: 0 });
  expect(await reconcile()).toEqual({ ...nothing, devices: 1 });
});

test('the same, after a read that found what had been reported last', async () => {
  await setup.customer.send(turnOn(setup.endpointId));
  await until(() => setup.system.myLeviton.device(setup.lamp).power === 'ON');
  setup.system.myLeviton.paddle(setup.lamp, 'off');
  await setup.system.queue.send([sampleOf(setup, { power: 'OFF', level: 100, cause: 'PERIODIC_POLL' })]);
  await setup.system.queue.idle();
  expect(await reconcile()).toMatchObject({ states: 1 });
  expect(tileOf(setup.customer)).toMatchObject({ power: 'OFF', brightness: 0 });
});

test('sold before it was noted that Alexa had heard of it: Alexa forgets it all the same', async () => {
  const { devices } = setup.system.ports;
  const id = setup.system.myLeviton.addSwitch(setup.residence, { name: 'Reading lamp' }).id;
  await reconcile();
  const record = await devices.get(accountIdOf(setup), String(id));
  if (!record) throw new Error('no row');
  await devices.replace(accountIdOf(setup), record, { ...record, views: {} });
  setup.system.myLeviton.removeSwitch(id);
  await reconcile();
  expect(names()).toEqual(['Bedroom lamp']);
  expect(await devices.get(accountIdOf(setup), String(id))).toBeUndefined();
});

test('a new plug that was only just written down: no state is reported before the device is announced', async () => {
  const { devices, cloud, accounts } = setup.system.ports;
  const id = String(setup.system.myLeviton.addSwitch(setup.residence, { name: 'Reading lamp', power: 'ON' }).id);
  const session = (await accounts.get(accountIdOf(setup)))?.session;
  if (!session) throw new Error('no account');
  await devices.remember(accountIdOf(setup), (await cloud.devices(session, AbortSignal.timeout(110_000))).devices);
  await setup.system.queue.send([{ ...sampleOf(setup, { power: 'ON' }), deviceId: id }]);
  await withFastClock(setup.clock, () => setup.system.queue.idle());
  await reconcile();
  expect(setup.system.alexa.problems).toEqual([]); // such as a report of an endpoint that it does not have
  expect(events).toEqual([{ name: 'AddOrUpdateReport', endpoints: ['Reading lamp'] }]);
  expect(tileOf(setup.customer, id)).toMatchObject({ power: 'ON' });
});

describe('two read at once, and the list that was read first is noted last', () => {
  const read = async () => {
    const session = (await setup.system.ports.accounts.get(accountIdOf(setup)))?.session;
    if (!session) throw new Error('no account');
    return await setup.system.ports.cloud.devices(session, AbortSignal.timeout(110_000));
  };
  const note = async (list: DeviceList) =>
    await noteDevices(accountIdOf(setup), list, { ...setup.system.ports, queue: setup.system.queue });
  const eventsSent = async () => {
    await withFastClock(setup.clock, () => setup.system.queue.idle());
    return events;
  };

  test('a plug that came in between stays', async () => {
    const before = await read();
    setup.clock.advance(50);
    setup.system.myLeviton.addSwitch(setup.residence, { name: 'Reading lamp' });
    await note(await read());
    expect(await note(before)).toMatchObject({ gone: 0 });
    expect(await eventsSent()).toEqual([{ name: 'AddOrUpdateReport', endpoints: ['Reading lamp'] }]);
  });

  test('a new name stays', async () => {
    const before = await read();
    setup.clock.advance(50);
    setup.system.myLeviton.renameSwitch(setup.lamp, 'Night light');
    await note(await read());
    expect(await note(before)).toMatchObject({ changed: 1 });
    expect(await eventsSent()).toEqual([{ name: 'AddOrUpdateReport', endpoints: ['Night light'] }]);
    expect(names()).toEqual(['Night light']);
  });

  test('the one that was read first answers a Discover: that Alexa gets the new name once more', async () => {
    const [link] = await grantsOf(setup);
    const before = await read();
    setup.clock.advance(50);
    setup.system.myLeviton.renameSwitch(setup.lamp, 'Night light');
    await note(await read());
    expect(await eventsSent()).toHaveLength(1);
    setup.clock.advance(50);
    const ports = { ...setup.system.ports, queue: setup.system.queue };
    const answered = await noteDevices(accountIdOf(setup), before, ports, link?.id);
    expect(answered.devices).toMatchObject([{ name: 'Bedroom lamp' }]);
    expect(await eventsSent()).toEqual([
      { name: 'AddOrUpdateReport', endpoints: ['Night light'] },
      { name: 'AddOrUpdateReport', endpoints: ['Night light'] },
    ]);
  });

  test('a plug that was removed does not come back', async () => {
    const id = setup.system.myLeviton.addSwitch(setup.residence, { name: 'Reading lamp' }).id;
    await reconcile();
    events.length = 0;
    const before = await read();
    setup.clock.advance(50);
    setup.system.myLeviton.removeSwitch(id);
    await note(await read());
    await note(before);
    expect(await eventsSent()).toEqual([{ name: 'DeleteReport', endpoints: [String(id)] }]);
    expect(names()).toEqual(['Bedroom lamp']);
  });
});

test('a plug that has been away for four hours: one notice, with its name, and once more when it is back', async () => {
  const noticesSent = () => setup.system.notices.map(({ kind, cause }) => `${kind} ${cause}`);
  setup.system.myLeviton.addSwitch(setup.residence, { name: 'Reading lamp' });
  setup.system.myLeviton.unplug(setup.lamp);
  await reconcile();
  setup.clock.advance(3 * 3_600_000);
  await reconcile();
  expect(noticesSent()).toEqual([]);
  setup.clock.advance(2 * 3_600_000);
  await reconcile();
  await reconcile();
  expect(noticesSent()).toEqual(['notice plug-offline']);
  expect(setup.system.notices[0]?.text).toContain('the plug Bedroom lamp of the account');
  setup.system.myLeviton.plugIn(setup.lamp);
  await reconcile();
  expect(noticesSent()).toEqual(['notice plug-offline', 'all-clear plug-offline']);
});

test('the daily reconcile ends the back-off of a grant', async () => {
  const [grant] = await setup.system.ports.grants.list(accountIdOf(setup));
  if (!grant) throw new Error('no grant');
  const now = setup.clock.now().getTime();
  const [since, until] = [now, now + 24 * 3_600_000].map((ms) => new Date(ms).toISOString());
  const backoff = { cause: 'never-enabled', since: since ?? '', until: until ?? '', attempts: 12 } as const;
  await setup.system.ports.grants.amend(grant, { region: 'NA', backoff });
  setup.system.myLeviton.paddle(setup.lamp, 55);
  await reconcile();
  expect(tileOf(setup.customer)).toMatchObject({ power: 'ON', brightness: 55 });
});
