import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Fault } from '../../desk/my-leviton/contract.ts';
import type { Message } from '../../lambda/alexa/messages.ts';
import { withFastClock } from '../adapters/my-leviton/desk.ts';
import {
  adjust,
  EMAIL,
  openSetup,
  propertiesIn,
  set,
  type TestSetup,
  turnOff,
  turnOn,
  until,
} from '../support/setup.ts';

let setup: TestSetup;
beforeEach(async () => {
  setup = await openSetup();
});
afterEach(() => setup.system.close());

test.each([
  { name: 'TurnOn', directive: turnOn, calls: 1 },
  { name: 'TurnOff', directive: turnOff, calls: 1 },
  { name: 'SetBrightness', directive: (id: string) => set(id, 30), calls: 1 },
  { name: 'AdjustBrightness', directive: (id: string) => adjust(id, -25), calls: 2 },
])('$name takes $calls call(s) to the device cloud, none to the table, and no new connection', async (row) => {
  const { system, customer, endpointId } = setup;
  await customer.send(turnOn(endpointId));
  system.myLeviton.resetCounts();
  system.table.resetCounts();
  expect(await customer.send(row.directive(endpointId))).toMatchObject({ name: 'Response' });
  expect(system.myLeviton.counts.requests).toBe(row.calls);
  expect(system.myLeviton.counts.connections).toBe(0);
  expect(system.table.counts.requests).toBe(0);
});

test('ReportState takes one call', async () => {
  const { system, customer, endpointId } = setup;
  system.myLeviton.resetCounts();
  expect(await customer.reportState(endpointId)).toMatchObject({ name: 'StateReport' });
  expect(system.myLeviton.counts.requests).toBe(1);
});

// A record {brightness:100, minLevel:10, maxLevel:50}: brightness is a percentage of the range that is set at the plug.
test.each([
  { directive: (id: string) => set(id, 80), brightness: 80 },
  { directive: (id: string) => set(id, 5), brightness: 5 },
  { directive: (id: string) => set(id, 100), brightness: 100 },
  { directive: (id: string) => adjust(id, 10), brightness: 100 },
  { directive: (id: string) => adjust(id, -20), brightness: 80 },
  { directive: turnOn, brightness: 100 },
])('a plug with a range of its own at 100: what is asked is written, answered and shown: $brightness', async (row) => {
  const { system, customer, residence } = setup;
  const range = { minLevel: 10, maxLevel: 50 };
  const { id } = system.myLeviton.addSwitch(residence, { name: 'Desk lamp', power: 'ON', brightness: 100, ...range });
  await customer.discover();
  const answer = await customer.send(row.directive(String(id)));
  expect(propertiesIn(answer.message)).toMatchObject({ powerState: 'ON', brightness: row.brightness });
  await until(() => system.myLeviton.device(id).brightness === row.brightness);
  const state = await customer.reportState(String(id));
  expect(propertiesIn(state.message)).toMatchObject({ powerState: 'ON', brightness: row.brightness });
});

test('a lamp that was off goes to the wanted level in one write, with no flash on the way', async () => {
  const { system, customer, endpointId, lamp } = setup;
  await customer.send(set(endpointId, 80));
  await until(() => system.myLeviton.device(lamp).brightness === 80);
  await customer.send(turnOff(endpointId));
  await until(() => system.myLeviton.device(lamp).power === 'OFF');
  const shown: number[] = [];
  system.myLeviton.onDevice((id, { power, brightness }) => {
    if (id === lamp && power === 'ON') shown.push(brightness);
  });
  await customer.send(set(endpointId, 30));
  await until(() => shown.length > 0);
  expect(shown).toEqual([30]);
});

test('a command is sent even if the cloud thinks that nothing would change', async () => {
  const { system, customer, endpointId } = setup;
  system.myLeviton.resetCounts();
  await customer.send(turnOff(endpointId));
  await customer.send(turnOff(endpointId));
  expect(system.myLeviton.counts.requests).toBe(2);
});

test('a StateReport from memory makes the next state be reported, even an equal one', async () => {
  const granted = await openSetup({ granted: true });
  const { system, customer, endpointId, clock } = granted;
  try {
    const [accountId = ''] = await system.ports.accounts.list();
    await customer.send(turnOn(endpointId));
    const state = { kind: 'state', accountId, deviceId: endpointId, power: 'ON', level: 60, connected: true } as const;
    await system.queue.send([{ ...state, at: clock.now().toISOString(), cause: 'VOICE_INTERACTION' }]);
    await system.queue.idle();
    const before = granted.reports.length;
    const end = system.myLeviton.inject({ kind: 'refused' });
    expect(await customer.reportState(endpointId)).toMatchObject({ name: 'StateReport' });
    end();
    await system.queue.idle();
    clock.advance(1_000);
    await system.queue.send([{ ...state, at: clock.now().toISOString(), cause: 'PERIODIC_POLL' }]);
    await system.queue.idle();
    expect(granted.reports.length).toBe(before + 1);
  } finally {
    await system.close();
  }
});

// "What we see -> what we answer": one row each, and after each the lamp works again.
describe('faults of what the skill calls', () => {
  const connectivity = { value: 'UNREACHABLE' };
  test.each([
    {
      when: 'the plug is offline',
      inject: ({ system, lamp }: TestSetup) => {
        system.myLeviton.unplug(lamp, { announce: true });
        return () => system.myLeviton.plugIn(lamp);
      },
      control: 'ENDPOINT_UNREACHABLE',
      report: { powerState: 'OFF', brightness: 0, connectivity },
    },
    {
      when: 'the device cloud answers 502 with HTML',
      inject: ({ system }: TestSetup) => system.myLeviton.inject({ kind: 'html', status: 502 }),
      control: 'BRIDGE_UNREACHABLE',
      report: { powerState: 'OFF', brightness: 0, connectivity: { value: 'OK' } },
    },
    {
      when: 'the device cloud answers 200 with HTML',
      inject: ({ system }: TestSetup) => system.myLeviton.inject({ kind: 'html', status: 200 }),
      control: 'BRIDGE_UNREACHABLE',
      report: { powerState: 'OFF', brightness: 0, connectivity: { value: 'OK' } },
    },
    {
      when: 'the device cloud takes no connections',
      inject: ({ system }: TestSetup) => system.myLeviton.inject({ kind: 'refused' }),
      control: 'BRIDGE_UNREACHABLE',
      report: { powerState: 'OFF', brightness: 0, connectivity: { value: 'OK' } },
    },
    {
      when: 'the device cloud asks for fewer requests',
      inject: ({ system }: TestSetup) => system.myLeviton.inject({ kind: 'status', status: 429 }),
      control: 'RATE_LIMIT_EXCEEDED',
      report: { powerState: 'OFF', brightness: 0, connectivity: { value: 'OK' } },
    },
    {
      when: 'the password was changed and all sessions ended',
      inject: ({ system }: TestSetup) => {
        system.myLeviton.changePassword('ada.lovelace@example.org', 'another');
        system.myLeviton.revokeSessions('ada.lovelace@example.org');
        return () => undefined;
      },
      control: 'BRIDGE_UNREACHABLE',
      report: { powerState: 'OFF', brightness: 0, connectivity },
      lasting: true,
    },
  ])('$when: $control, and a StateReport from what was seen', async ({ inject, control, report, lasting }) => {
    const { customer, endpointId, system } = setup;
    const end = inject(setup);
    expect(await customer.send(turnOn(endpointId))).toMatchObject({ name: 'ErrorResponse', errorType: control });
    const state = await customer.reportState(endpointId);
    expect(state.name).toBe('StateReport');
    expect(propertiesIn(state.message)).toEqual(report);
    expect(await customer.discover()).toMatchObject([{ id: endpointId, name: 'Bedroom lamp' }]);
    end();
    if (!lasting) expect(await customer.send(turnOn(endpointId))).toMatchObject({ name: 'Response' });
    expect(system.alexa.problems).toEqual([]);
  });

  test.each([
    {
      when: 'the plug is found away',
      inject: ({ system, lamp }: TestSetup) => system.myLeviton.unplug(lamp),
      connectivity: { value: 'UNREACHABLE', at: '12:30', uncertainMinutes: 0 },
    },
    {
      when: 'a person is needed',
      inject: ({ system }: TestSetup) => system.myLeviton.changePassword(EMAIL, 'another'),
      connectivity: { value: 'UNREACHABLE', at: '12:30', uncertainMinutes: 0 },
    },
    {
      when: 'the device cloud is away',
      inject: ({ system }: TestSetup) => system.myLeviton.inject({ kind: 'refused' }),
      connectivity: { value: 'OK', at: '12:00', uncertainMinutes: 30 },
    },
  ])('$when: the lamp as it was seen, and connectivity with a sample time of its own', async (row) => {
    const { clock, customer, endpointId, system } = setup;
    clock.advance(30 * 60_000);
    row.inject(setup);
    const { name, message } = await customer.reportState(endpointId);
    expect(name).toBe('StateReport');
    expect(samplesOf(message)).toEqual({
      powerState: { value: 'OFF', at: '12:00', uncertainMinutes: 30 },
      brightness: { value: 0, at: '12:00', uncertainMinutes: 30 },
      connectivity: { ...row.connectivity, value: { value: row.connectivity.value } },
    });
    expect(system.alexa.problems).toEqual([]);
  });

  test('a device cloud that is too slow for Alexa: a StateReport from what was seen, in time', async () => {
    const { clock, customer, endpointId, system } = setup;
    system.myLeviton.inject({ kind: 'latency', ms: 20_000 });
    expect(await withFastClock(clock, customer.reportState(endpointId))).toMatchObject({ name: 'StateReport' });
  });

  test('a session that has ended is renewed inside the directive', async () => {
    const { customer, endpointId, system } = setup;
    system.myLeviton.revokeSessions();
    expect(await customer.send(set(endpointId, 30))).toMatchObject({ name: 'Response' });
    expect(system.myLeviton.counts.logins).toBe(2);
  });

  test('with nothing remembered, the device cloud down is a bridge that cannot be reached', async () => {
    const { customer, system, residence } = setup;
    const { id } = system.myLeviton.addSwitch(residence, { name: 'New lamp' });
    system.myLeviton.inject({ kind: 'html', status: 502 });
    expect(await customer.reportState(String(id))).toMatchObject({
      name: 'ErrorResponse',
      errorType: 'BRIDGE_UNREACHABLE',
    });
  });

  test.each([
    { when: 'somebody else owns it', id: ({ system }: TestSetup) => othersLamp(system) },
    { when: 'it was removed', id: removedLamp },
    { when: 'it never was', id: () => 99 },
    { when: 'it is no id of this cloud', id: () => 'logout?x=1&y=2' },
  ])("a device is not this person's because $when: NO_SUCH_ENDPOINT", async ({ id }) => {
    const { customer, endpointId } = setup;
    const other = String(id(setup));
    for (const directive of [turnOn(other), set(other, 30), adjust(other, 10)]) {
      expect(await customer.send(directive)).toMatchObject({ name: 'ErrorResponse', errorType: 'NO_SUCH_ENDPOINT' });
    }
    expect(await customer.reportState(other)).toMatchObject({ name: 'ErrorResponse', errorType: 'NO_SUCH_ENDPOINT' });
    if (other !== endpointId) expect(await customer.send(turnOn(endpointId))).toMatchObject({ name: 'Response' });
  });

  test('the device cloud hangs: an answer before Alexa gives up after 8 s', async () => {
    const { customer, endpointId, system, clock } = setup;
    system.myLeviton.resetCounts();
    system.myLeviton.inject({ kind: 'hang' });
    const answer = customer.send(turnOn(endpointId));
    await until(() => system.myLeviton.counts.requests > 0);
    clock.advance(7_000);
    expect(await answer).toMatchObject({ name: 'ErrorResponse', errorType: 'BRIDGE_UNREACHABLE' });
    expect(system.alexa.problems).toEqual([]);
  });

  test('the table hangs while a session must be renewed: our own fault, and the log names the table', async () => {
    const { customer, endpointId, system, clock, lines } = setup;
    system.myLeviton.revokeSessions();
    system.table.resetCounts();
    const end = system.table.fail('slow');
    const answer = customer.send(turnOn(endpointId));
    await until(() => system.table.counts.requests > 0);
    clock.advance(7_000);
    expect(await answer).toMatchObject({ name: 'ErrorResponse', errorType: 'INTERNAL_ERROR' });
    expect(lines.filter((line) => line.includes('directive-failed'))).toEqual([
      expect.stringMatching(/"level":"error".*DeadlineExceeded: not finished within 7000 ms, waiting for: table/),
    ]);
    end();
  });

  test('the table down: control goes on, since it needs no table', async () => {
    const { customer, endpointId, system } = setup;
    system.table.fail('refused');
    expect(await customer.send(turnOn(endpointId))).toMatchObject({ name: 'Response' });
  });

  test('the plug offline and the table down: a StateReport from the read alone, and a warning', async () => {
    const { clock, customer, endpointId, system, lamp, lines } = setup;
    clock.advance(30 * 60_000);
    system.myLeviton.unplug(lamp);
    system.table.fail('refused');
    const { name, message } = await customer.reportState(endpointId);
    expect(name).toBe('StateReport');
    expect(samplesOf(message)).toEqual({
      powerState: { value: 'OFF', at: '12:30', uncertainMinutes: 0 },
      brightness: { value: 0, at: '12:30', uncertainMinutes: 0 },
      connectivity: { value: { value: 'UNREACHABLE' }, at: '12:30', uncertainMinutes: 0 },
    });
    expect(lines.map((line) => JSON.parse(line)).filter(({ level }) => level !== 'info')).toMatchObject([
      { level: 'warn', event: 'device-not-remembered', device: endpointId },
    ]);
  });

  test.each<{ when: string; fault: Fault; errorType: string }>([
    { when: 'takes no connections', fault: { kind: 'refused' }, errorType: 'BRIDGE_UNREACHABLE' },
    { when: 'answers 502 with HTML', fault: { kind: 'html', status: 502 }, errorType: 'BRIDGE_UNREACHABLE' },
    { when: 'answers 429', fault: { kind: 'status', status: 429 }, errorType: 'RATE_LIMIT_EXCEEDED' },
  ])('the table down while the device cloud $when: $errorType in answer to ReportState', async (row) => {
    const { customer, endpointId, system } = setup;
    system.myLeviton.inject(row.fault);
    system.table.fail('refused');
    expect(await customer.reportState(endpointId)).toMatchObject({ name: 'ErrorResponse', errorType: row.errorType });
  });

  test('the table down while a session must be renewed: INTERNAL_ERROR, and well again after', async () => {
    const { customer, endpointId, system } = setup;
    system.myLeviton.revokeSessions();
    const end = system.table.fail('refused');
    expect(await customer.send(turnOn(endpointId))).toMatchObject({ errorType: 'INTERNAL_ERROR' });
    end();
    expect(await customer.send(turnOn(endpointId))).toMatchObject({ name: 'Response' });
  });
});

describe('a device cloud that is slow, and answers all the same', () => {
  test.each([
    { name: 'TurnOn', ms: 6_500, directive: turnOn },
    { name: 'TurnOff', ms: 3_100, directive: turnOff },
    { name: 'SetBrightness', ms: 6_500, directive: (id: string) => set(id, 30) },
    { name: 'AdjustBrightness', ms: 3_100, directive: (id: string) => adjust(id, 30) },
  ])('$name, $ms ms per answer: a Response, and one write', async ({ directive, ms }) => {
    const { customer, endpointId, system, clock } = setup;
    const writes: unknown[] = [];
    system.myLeviton.onExchange(({ request }) => {
      if (request.method === 'PUT') writes.push(request.body);
    });
    system.myLeviton.inject({ kind: 'latency', ms });
    expect(await withFastClock(clock, customer.send(directive(endpointId)), 20)).toMatchObject({ name: 'Response' });
    expect(writes).toHaveLength(1);
  });
});

test('SetBrightness for a lamp that the function has not met, 5.5 s per answer: a Response, and one write', async () => {
  const { customer, system, residence, clock } = setup;
  const { id } = system.myLeviton.addSwitch(residence, { name: 'New lamp' });
  const writes: unknown[] = [];
  system.myLeviton.onExchange(({ request }) => {
    if (request.method === 'PUT') writes.push(request.body);
  });
  system.myLeviton.inject({ kind: 'latency', ms: 5_500 });
  expect(await withFastClock(clock, customer.send(set(String(id), 30)), 20)).toMatchObject({ name: 'Response' });
  expect(writes).toEqual([{ power: 'ON', brightness: 30 }]);
});

test.each<{ when: string; fault: Fault }>([
  { when: '204', fault: { kind: 'empty', status: 204 } },
  { when: '201 without a body', fault: { kind: 'empty', status: 201 } },
  { when: '200 without a body that says it is gzip', fault: { kind: 'empty', gzip: true } },
])('a write answered $when: Alexa hears success', async ({ fault }) => {
  const { customer, endpointId, system } = setup;
  system.myLeviton.inject({ ...fault, method: 'PUT', takesEffect: true });
  expect(await customer.send(turnOn(endpointId))).toMatchObject({ name: 'Response' });
  expect(await customer.send(set(endpointId, 30))).toMatchObject({ name: 'Response' });
});

// A preset level is where a plug comes on from off. One that is on keeps its level.
test.each([
  { name: 'TurnOn', directive: turnOn, isListed: true, brightness: 90 },
  { name: 'TurnOn', directive: turnOn, isListed: false, brightness: 90 },
  { name: 'SetBrightness', directive: (id: string) => set(id, 70), isListed: true, brightness: 70 },
  { name: 'SetBrightness', directive: (id: string) => set(id, 70), isListed: false, brightness: 70 },
])('$name for a lamp that is on at 90 with a preset of 60 (discovered: $isListed): $brightness', async (row) => {
  const { customer, system, residence, clock } = setup;
  const lamp = { name: 'Preset lamp', power: 'ON', brightness: 90, presetLevel: 60 } as const;
  const { id } = system.myLeviton.addSwitch(residence, lamp);
  if (row.isListed) await customer.discover();
  const writes: unknown[] = [];
  system.myLeviton.onExchange(({ request }) => {
    if (request.method === 'PUT') writes.push(request.body);
  });
  const answer = await withFastClock(clock, customer.send(row.directive(String(id))));
  expect(propertiesIn(answer.message)).toMatchObject({ powerState: 'ON', brightness: row.brightness });
  expect(writes).toHaveLength(1);
  await until(() => system.myLeviton.device(id).brightness === row.brightness);
});

test.each([
  { name: 'TurnOn', namespace: 'Alexa.PowerController', payload: {}, brightness: 90 },
  { name: 'SetBrightness', namespace: 'Alexa.BrightnessController', payload: { brightness: 70 }, brightness: 70 },
])('$name to a new function for a lamp that is on with a preset: it is read before, and nothing waits', async (row) => {
  const { amazonAccount, system, residence } = setup;
  const lamp = { name: 'Preset lamp', power: 'ON', brightness: 90, presetLevel: 60 } as const;
  const { id } = system.myLeviton.addSwitch(residence, lamp);
  const token = await amazonAccount.accessToken();
  const found = await system.skill('NA')({
    directive: {
      header: { namespace: 'Alexa.Discovery', name: 'Discover', payloadVersion: '3', messageId: 'm' },
      payload: { scope: { type: 'BearerToken', token } },
    },
  });
  const { endpoints } = (found as { event: { payload: { endpoints: { endpointId: string; cookie: object }[] } } }).event
    .payload;
  const cookie = endpoints.find(({ endpointId }) => endpointId === String(id))?.cookie;
  const methods: string[] = [];
  system.myLeviton.onExchange(({ channel, request }) => {
    if (channel === 'rest') methods.push(request.method);
  });
  const { name, namespace, payload } = row;
  const header = { namespace, name, payloadVersion: '3', messageId: 'm', correlationToken: 'c' };
  const endpoint = { endpointId: String(id), scope: { type: 'BearerToken', token }, cookie };
  const answer = (await system.skill('NA')({ directive: { header, endpoint, payload } })) as Message;
  expect(propertiesIn(answer)).toMatchObject({ powerState: 'ON', brightness: row.brightness });
  expect(methods).toEqual(['GET', 'PUT']);
});

test('SetBrightness for a lamp that is off with a preset, at 1.5 s per answer: there is time for it', async () => {
  const { customer, system, residence, clock } = setup;
  const lamp = { name: 'Preset lamp', power: 'OFF', brightness: 90, presetLevel: 60 } as const;
  const { id } = system.myLeviton.addSwitch(residence, lamp);
  await customer.discover();
  system.myLeviton.inject({ kind: 'latency', ms: 1_500 });
  const answer = await withFastClock(clock, customer.send(set(String(id), 40)));
  expect(propertiesIn(answer.message)).toMatchObject({ powerState: 'ON', brightness: 40 });
  expect(system.myLeviton.record(id)).toMatchObject({ power: 'ON', brightness: 40 });
});

test('SetBrightness for a plug that only switches: INVALID_DIRECTIVE, and it stays off', async () => {
  const { customer, system, residence } = setup;
  const outlet = { name: 'Heater', model: 'D215P', canSetLevel: false };
  const { id } = system.myLeviton.addSwitch(residence, outlet);
  for (const directive of [set(String(id), 50), adjust(String(id), 50)]) {
    expect(await customer.send(directive)).toMatchObject({ name: 'ErrorResponse', errorType: 'INVALID_DIRECTIVE' });
  }
  expect(system.myLeviton.record(id).power).toBe('OFF');
});

test('the first SetBrightness of a new function is one call to the device cloud', async () => {
  const { customer, endpointId, system } = setup;
  system.myLeviton.resetCounts();
  expect(await customer.send(set(endpointId, 40))).toMatchObject({ name: 'Response' });
  expect(system.myLeviton.counts.requests).toBe(1);
});

test.each([
  { when: 'no cookie', cookie: undefined },
  { when: 'an empty cookie', cookie: {} },
  { when: 'another cookie', cookie: { dimmable: 'yes' } },
  { when: 'a cookie that is a list', cookie: ['true'] },
])('an endpoint that comes back with $when is read before a level is set', async ({ cookie }) => {
  const { amazonAccount, endpointId, system } = setup;
  const token = await amazonAccount.accessToken();
  system.myLeviton.resetCounts();
  const endpoint = { endpointId, scope: { type: 'BearerToken', token }, ...(cookie && { cookie }) };
  const header = {
    namespace: 'Alexa.BrightnessController',
    name: 'SetBrightness',
    payloadVersion: '3',
    messageId: 'm',
    correlationToken: 'c',
  };
  const answer = await system.skill('NA')({ directive: { header, endpoint, payload: { brightness: 40 } } });
  expect(answer).toMatchObject({ event: { header: { name: 'Response' } } });
  expect(system.myLeviton.counts.requests).toBe(2);
});

test('a session that is answered 406 from now on is renewed inside the directive', async () => {
  const { customer, endpointId, system } = setup;
  system.myLeviton.revokeSessions(undefined, 406);
  expect(await customer.send(turnOn(endpointId))).toMatchObject({ name: 'Response' });
});

/** The properties of a message by name, each with the time of day, to the minute, at which it was true. */
const samplesOf = (message: unknown) =>
  Object.fromEntries(
    ((message as Message).context?.properties ?? []).map(({ name, value, ...sample }) => [
      name,
      {
        value,
        at: sample.timeOfSample.slice(11, 16),
        uncertainMinutes: Math.round(sample.uncertaintyInMilliseconds / 60_000),
      },
    ]),
  );

function othersLamp(system: TestSetup['system']): number {
  const other = system.myLeviton.addAccount({ email: 'eve@example.org', password: 'x' });
  return system.myLeviton.addSwitch(other.residenceIds[0] ?? 0, { name: 'Lamp of somebody else' }).id;
}

function removedLamp({ system, lamp }: TestSetup): number {
  system.myLeviton.removeSwitch(lamp);
  return lamp;
}

describe('a plug that is not connected', () => {
  const offline = async () => {
    const { system, account, lamp } = setup;
    return (await system.ports.devices.get(String(account.userId), String(lamp)))?.offline;
  };

  test('a refused command is noted, and the next ones within ten minutes are not', async () => {
    const { system, customer, endpointId, lamp, clock } = setup;
    system.myLeviton.unplug(lamp);
    await customer.send(turnOn(endpointId));
    const first = await offline();
    expect(first?.refusedAt).toBe(first?.since);
    expect(Math.abs(Date.parse(first?.since ?? '') - clock.now().getTime())).toBeLessThan(120_000);
    clock.advance(5 * 60_000);
    await customer.send(set(endpointId, 30));
    expect(await offline()).toEqual(first);
    clock.advance(6 * 60_000);
    await customer.send(adjust(endpointId, -10));
    const later = await offline();
    expect(later?.since).toBe(first?.since);
    expect(Date.parse(later?.refusedAt ?? '') - Date.parse(first?.since ?? '')).toBeGreaterThanOrEqual(10 * 60_000);
  });

  test('a state that Alexa asks for is no refused command', async () => {
    setup.system.myLeviton.unplug(setup.lamp);
    await setup.customer.reportState(setup.endpointId);
    expect(await offline()).toBeUndefined();
  });

  test.each(['refused', 'slow'] as const)('a table that is %s changes nothing of the answer', async (fault) => {
    const { system, customer, endpointId, lamp } = setup;
    system.myLeviton.unplug(lamp);
    const end = system.table.fail(fault);
    const answer = await customer.send(turnOn(endpointId));
    expect(answer).toMatchObject({ name: 'ErrorResponse', errorType: 'ENDPOINT_UNREACHABLE' });
    end();
  });
});

describe('a device cloud that does not answer', () => {
  const failedAt = async () => {
    const { noticeStore } = await setup.system.ports.stores();
    const accountId = String(setup.account.userId);
    return (await noticeStore.get({ accountId, cause: 'cloud-down' }))?.failedAt;
  };

  test('a failed command is noted, and sends nothing by itself', async () => {
    const { system, customer, endpointId } = setup;
    system.myLeviton.inject({ kind: 'html', status: 502 });
    expect(await customer.send(turnOn(endpointId))).toMatchObject({ errorType: 'BRIDGE_UNREACHABLE' });
    expect(await failedAt()).toMatch(/^2026-03-01T12:/);
    expect(system.notices).toEqual([]);
  });

  test('what Alexa asks by itself is no failed command', async () => {
    const { system, customer, endpointId } = setup;
    system.myLeviton.inject({ kind: 'html', status: 502 });
    await customer.reportState(endpointId);
    await customer.discover();
    expect(await failedAt()).toBeUndefined();
  });

  test.each(['refused', 'slow'] as const)('a table that is %s changes nothing of the answer', async (fault) => {
    const { system, customer, endpointId } = setup;
    system.myLeviton.inject({ kind: 'html', status: 502 });
    const end = system.table.fail(fault);
    expect(await customer.send(turnOn(endpointId))).toMatchObject({ errorType: 'BRIDGE_UNREACHABLE' });
    end();
  });
});
