import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { withFastClock } from '../adapters/my-leviton/desk.ts';
import { openSetup, type TestSetup } from '../support/setup.ts';

let setup: TestSetup;
beforeEach(async () => {
  setup = await openSetup();
});
afterEach(() => setup.system.close());

type Endpoint = Record<string, unknown> & { endpointId: string; capabilities: { interface: string }[] };

/** The endpoints of a Discover.Response, as they go over the wire. */
async function discovered({ system, customer }: TestSetup): Promise<Endpoint[]> {
  let endpoints: Endpoint[] = [];
  const stop = system.alexa.onExchange(({ answered }) => {
    endpoints = (answered as { event: { payload: { endpoints: Endpoint[] } } }).event.payload.endpoints;
  });
  await customer.discover();
  stop();
  expect(system.alexa.problems).toEqual([]);
  return endpoints;
}

const reported = { proactivelyReported: true, retrievable: true };

test('a dimmer plug is a light with power, brightness and health', async () => {
  expect(await discovered(setup)).toEqual([
    {
      endpointId: setup.endpointId,
      manufacturerName: 'Leviton Manufacturing Co., Inc.',
      friendlyName: 'Bedroom lamp',
      description: 'Leviton Manufacturing Co., Inc. DW3HL by My Leviton',
      displayCategories: ['LIGHT'],
      cookie: { dimmable: 'true' },
      additionalAttributes: {
        manufacturer: 'Leviton Manufacturing Co., Inc.',
        model: 'DW3HL',
        serialNumber: expect.any(String),
        firmwareVersion: expect.any(String),
        customIdentifier: setup.endpointId,
      },
      capabilities: [
        { type: 'AlexaInterface', interface: 'Alexa', version: '3' },
        {
          type: 'AlexaInterface',
          interface: 'Alexa.PowerController',
          version: '3',
          properties: { supported: [{ name: 'powerState' }], ...reported },
        },
        {
          type: 'AlexaInterface',
          interface: 'Alexa.BrightnessController',
          version: '3',
          properties: { supported: [{ name: 'brightness' }], ...reported },
        },
        {
          type: 'AlexaInterface',
          interface: 'Alexa.EndpointHealth',
          version: '3',
          properties: { supported: [{ name: 'connectivity' }], ...reported },
        },
      ],
    },
  ]);
});

test.each([
  { model: 'D215P', canSetLevel: false, category: 'SMARTPLUG', dims: false },
  { model: 'D26HD', canSetLevel: true, category: 'LIGHT', dims: true },
  { model: 'DW15S', canSetLevel: false, category: 'SWITCH', dims: false },
  { model: 'D24SF', canSetLevel: true, category: 'FAN', dims: false },
  { model: 'D99XX', canSetLevel: true, category: 'LIGHT', dims: true },
])('$model is a $category; dims: $dims', async ({ model, canSetLevel, category, dims }) => {
  const { id } = setup.system.myLeviton.addSwitch(setup.residence, { name: 'Another', model, canSetLevel });
  const endpoint = (await discovered(setup)).find(({ endpointId }) => endpointId === String(id));
  expect(endpoint?.displayCategories).toEqual([category]);
  expect(endpoint?.capabilities.some((one) => one.interface === 'Alexa.BrightnessController')).toBe(dims);
});

test.each([
  { name: 'Tree *1*', friendlyName: 'Tree 1' },
  { name: '  Küche / Süd ', friendlyName: 'Küche Süd' },
  { name: "Ada's lamp", friendlyName: 'Adas lamp' },
  { name: 'Landon’s lamp', friendlyName: 'Landons lamp' },
  { name: 'Landon‘s lamp', friendlyName: 'Landons lamp' },
  { name: 'Landonʼs lamp', friendlyName: 'Landons lamp' },
  { name: 'Landon`s lamp', friendlyName: 'Landons lamp' },
  { name: 'Landon´s lamp', friendlyName: 'Landons lamp' },
  { name: 'Landon′s lamp', friendlyName: 'Landons lamp' },
  { name: 'Landon＇s lamp', friendlyName: 'Landons lamp' },
  { name: 'Ka‘iulani‛s ʻokina׳s', friendlyName: 'Kaiulanis okinas' },
  { name: 'ベッドルームの灯り', friendlyName: 'ベッドルームの灯り' },
  { name: `${'long '.repeat(60)}`, friendlyName: `${'long '.repeat(25)}lon` },
  { name: `a${'𠮷'.repeat(80)}`, friendlyName: `a${'𠮷'.repeat(63)}` }, // two UTF-16 units each: none is cut in half
])('the name $name becomes one that Alexa takes', async ({ name, friendlyName }) => {
  const { id } = setup.system.myLeviton.addSwitch(setup.residence, { name });
  const endpoint = (await discovered(setup)).find(({ endpointId }) => endpointId === String(id));
  expect(endpoint?.friendlyName).toBe(friendlyName);
});

test('one bad device of twenty: nineteen are offered, and one is named in a warning', async () => {
  const { system, residence, lines } = setup;
  for (let n = 2; n < 20; n++) system.myLeviton.addSwitch(residence, { name: `Lamp ${n}` });
  const { id } = system.myLeviton.addSwitch(residence, { name: '***' });
  expect(await discovered(setup)).toHaveLength(19);
  const warnings = lines.map((line) => JSON.parse(line)).filter(({ event }) => event === 'device-skipped');
  expect(warnings).toMatchObject([{ level: 'warn', device: String(id) }]);
});

test('two names that only we make equal: one warning that names both ids', async () => {
  const { system, residence, lines } = setup;
  const add = (name: string) => String(system.myLeviton.addSwitch(residence, { name }).id);
  const [first, second] = [add('Ada’s lamp'), add('ADAS *lamp*')];
  const [third, fourth] = [add('Hall'), add('Hall')]; // the person's own choice
  expect((await discovered(setup)).map(({ endpointId }) => endpointId)).toEqual([
    setup.endpointId,
    first,
    second,
    third,
    fourth,
  ]);
  const warnings = lines.map((line) => JSON.parse(line)).filter(({ event }) => event === 'device-names-equal');
  expect(warnings).toMatchObject([{ level: 'warn', devices: `${first}, ${second}` }]);
});

test('a token that is not ours finds nothing, and says so loudly', async () => {
  const { system, lines } = setup;
  const answer = await system.skill('NA')({
    directive: {
      header: { namespace: 'Alexa.Discovery', name: 'Discover', payloadVersion: '3', messageId: 'm1' },
      payload: { scope: { type: 'BearerToken', token: 'Atza|other' } },
    },
  });
  expect(answer).toMatchObject({ event: { header: { name: 'Discover.Response' }, payload: { endpoints: [] } } });
  expect(lines.at(-2)).toContain('"event":"discovery-empty"');
});

test('a device cloud that is too slow for Alexa: the list comes from memory, in time', async () => {
  setup.system.myLeviton.inject({ kind: 'latency', ms: 2_500 });
  expect(await withFastClock(setup.clock, discovered(setup))).toHaveLength(1);
});

test('a table that is slow: the list comes from the device cloud, in time', async () => {
  setup.system.table.fail('slow');
  expect(await withFastClock(setup.clock, discovered(setup))).toHaveLength(1);
});

test('the table down: the list comes from the device cloud all the same', async () => {
  setup.system.table.fail('refused');
  expect(await discovered(setup)).toHaveLength(1);
});

test.each([
  { when: 'the residence is refused', fault: { kind: 'status', status: 403, path: /iotSwitches/ } as const },
  { when: 'the residence is empty', fault: { kind: 'garbage', body: '[]', path: /iotSwitches/ } as const },
  { when: 'there are no permissions', fault: { kind: 'garbage', body: '[]', path: /residentialPermissions/ } as const },
])('$when: the devices that may come back stay in the answer', async ({ fault }) => {
  const before = await discovered(setup);
  setup.system.myLeviton.inject(fault);
  expect(await discovered(setup)).toEqual(before);
});

test('a name that Alexa cannot take: the one before stays', async () => {
  const before = await discovered(setup);
  setup.system.myLeviton.renameSwitch(setup.lamp, '★ ★');
  expect(await discovered(setup)).toEqual(before);
});
