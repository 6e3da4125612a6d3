import { afterEach, expect, test } from '@jest/globals';
import type { DeviceTraits, IotSwitch } from '../../../desk/my-leviton/contract.ts';
import { ask, Listener, type Setting, setUp, signIn } from './client.ts';

const REPORT_DELAY_MS = 1200;

let setting: Setting;
let token: string;
let listener: Listener;
afterEach(() => setting.cloud.close());

/** A lamp, off at 40, with a subscriber that has heard nothing yet. */
async function prepare(fields: Partial<IotSwitch> & { device?: Partial<DeviceTraits> } = {}): Promise<void> {
  setting = await setUp({}, fields);
  const login = await signIn(setting.cloud);
  token = login.id;
  listener = await Listener.subscribed(setting.cloud, login, [setting.lamp.id]);
}

const put = (body: object) => ask(setting.cloud, `/IotSwitches/${setting.lamp.id}`, { method: 'PUT', token, body });
const state = () => setting.cloud.device(setting.lamp.id);
const record = () => setting.cloud.record(setting.lamp.id);

test('a write is answered and pushed at once, and reported by the device 1200 ms later', async () => {
  await prepare();
  const { clock, lamp } = setting;
  const reply = await put({ power: 'ON', brightness: 60, colour: 'red', id: 5 });
  expect([reply.status, reply.body]).toEqual([200, { ...lamp, power: 'ON', brightness: 60 }]);
  expect(await listener.data()).toEqual([
    {
      power: 'ON',
      brightness: 60,
      client_id: expect.stringMatching(/^[0-9a-f]{16}$/),
      lastUpdated: '2026-09-01T08:00:00.000Z',
    },
  ]);
  await clock.advance(REPORT_DELAY_MS - 1);
  expect([await listener.data(), state().power]).toEqual([[], 'OFF']);
  await clock.advance(1);
  expect(await listener.data()).toEqual([
    { power: 'ON', brightness: 60, chgReason: 3, lastUpdated: '2026-09-01T08:00:01.200Z' },
  ]);
  expect(state()).toEqual({ power: 'ON', brightness: 60, online: true });
});

test('presses that are lost move the lamp and not the record; then the device reports how it is', async () => {
  await prepare();
  const { cloud, lamp } = setting;
  const stop = cloud.losePresses();
  cloud.paddle(lamp.id, 70);
  expect([state(), record().power, await listener.data()]).toEqual([
    { power: 'ON', brightness: 70, online: true },
    'OFF',
    [],
  ]);
  stop();
  expect(await listener.data()).toMatchObject([{ power: 'ON', brightness: 70, chgReason: 1 }]);
  expect(record()).toMatchObject({ power: 'ON', brightness: 70 });
});

test('each session writes under a name of its own', async () => {
  await prepare();
  await put({ power: 'ON' });
  await put({ power: 'OFF' });
  token = (await signIn(setting.cloud)).id;
  await put({ power: 'ON' });
  const [first, second, third] = (await listener.data()).map(({ client_id }) => client_id);
  expect([first === second, first === third]).toEqual([true, false]);
});

test('the other address of a switch writes, too, within its own residence only', async () => {
  await prepare();
  const { cloud, residenceId, lamp } = setting;
  const body = { power: 'ON' };
  const other = await ask(cloud, `/Residences/${residenceId + 1}/iotSwitches/${lamp.id}`, {
    method: 'PUT',
    token,
    body,
  });
  expect([other.status, record().power]).toEqual([404, 'OFF']);
  const own = await ask(cloud, `/residences/${residenceId}/iotswitches/${lamp.id}`, { method: 'PUT', token, body });
  expect([own.status, record().power]).toEqual([200, 'ON']);
});

test.each([
  { when: 'power in small letters', body: { power: 'on' } },
  { when: 'a level in quotes', body: { brightness: '40' } },
  { when: 'half a percent', body: { brightness: 40.5 } },
  { when: 'a level above 100', body: { power: 'ON', brightness: 101 } },
  { when: 'no level', body: { brightness: null } },
])('$when: 422, nothing changes', async ({ body }) => {
  await prepare();
  expect((await put(body)).status).toBe(422);
  expect([record(), setting.clock.waiting]).toEqual([setting.lamp, 0]);
});

test('a preset overrides the level, which the answer still shows', async () => {
  await prepare({ presetLevel: 30 });
  expect((await put({ power: 'ON', brightness: 70 })).body).toMatchObject({ brightness: 70 });
  expect(record().brightness).toBe(70);
  await setting.clock.advance(REPORT_DELAY_MS);
  expect([record().brightness, state().brightness]).toEqual([30, 30]);
  await put({ brightness: 70 });
  await setting.clock.advance(REPORT_DELAY_MS);
  expect([record().brightness, state().brightness]).toEqual([70, 70]);
});

test.each([
  { when: 'OFF keeps the level', fields: { power: 'ON' }, body: { power: 'OFF' }, to: ['OFF', 40] },
  { when: 'a low part of a range', fields: { minLevel: 10 }, body: { power: 'ON', brightness: 2 }, to: ['ON', 2] },
  { when: 'all of a range', fields: { maxLevel: 50 }, body: { power: 'ON', brightness: 100 }, to: ['ON', 100] },
  { when: 'the range comes along', fields: {}, body: { power: 'ON', brightness: 2, minLevel: 20 }, to: ['ON', 2] },
  { when: 'a level alone', fields: {}, body: { brightness: 70 }, to: ['OFF', 70] },
  {
    when: 'a level alone that switches on',
    fields: { device: { brightnessSwitchesOn: true } },
    body: { brightness: 70 },
    to: ['ON', 70],
  },
] as const)('$when', async ({ fields, body, to }) => {
  await prepare(fields);
  await put(body);
  await setting.clock.advance(REPORT_DELAY_MS);
  expect([state().power, state().brightness]).toEqual(to);
  expect([record().power, record().brightness]).toEqual(to);
});

test('an on/off plug reports no level', async () => {
  await prepare({ canSetLevel: false });
  await put({ power: 'ON' });
  await setting.clock.advance(REPORT_DELAY_MS);
  expect((await listener.data())[1]).toEqual({
    power: 'ON',
    chgReason: 3,
    lastUpdated: '2026-09-01T08:00:01.200Z',
  });
});

test('a new name concerns the cloud alone', async () => {
  await prepare();
  await put({ name: 'Reading lamp' });
  expect(await listener.data()).toEqual([expect.objectContaining({ name: 'Reading lamp' })]);
  expect([record().name, setting.clock.waiting]).toEqual(['Reading lamp', 0]);
});

test('a device may be slower than the others', async () => {
  await prepare({ device: { reportDelayMs: 3000 } });
  await put({ power: 'ON' });
  await setting.clock.advance(2999);
  expect(state().power).toBe('OFF');
  await setting.clock.advance(1);
  expect(state().power).toBe('ON');
});

test.each([
  { press: 'toggle', power: 'ON', brightness: 40 },
  { press: 'on', power: 'ON', brightness: 40 },
  { press: 'off', power: 'OFF', brightness: 40 },
  { press: 25, power: 'ON', brightness: 25 },
] as const)('a press, $press: one frame, at once', async ({ press, power, brightness }) => {
  await prepare();
  setting.cloud.paddle(setting.lamp.id, press);
  expect(await listener.data()).toEqual([{ power, brightness, chgReason: 1, lastUpdated: '2026-09-01T08:00:00.000Z' }]);
  expect([state(), record()]).toMatchObject([
    { power, brightness },
    { power, brightness },
  ]);
});

test('a press needs a level that is a number', async () => {
  await prepare();
  expect(() => setting.cloud.paddle(setting.lamp.id, Number.NaN)).toThrow('a level is a number, not NaN');
});

test('ON at the level that it has latches: the next press for off lights it again', async () => {
  await prepare({ device: { sameLevelLatch: true } });
  await put({ power: 'ON', brightness: 40 });
  await setting.clock.advance(REPORT_DELAY_MS);
  await listener.data();
  setting.cloud.paddle(setting.lamp.id, 'off');
  expect((await listener.data()).map(({ power, chgReason }) => [power, chgReason])).toEqual([
    ['OFF', 1],
    ['ON', 1],
  ]);
  setting.cloud.paddle(setting.lamp.id, 'off');
  expect(state().power).toBe('OFF');
});

test("the maker's own skill: the device moves, and only its report tells", async () => {
  await prepare();
  setting.cloud.officialWrite(setting.lamp.id, { power: 'ON', brightness: 15 });
  expect([await listener.data(), record().power]).toEqual([[], 'OFF']);
  await setting.clock.advance(REPORT_DELAY_MS);
  expect(await listener.data()).toEqual([
    { power: 'ON', brightness: 15, chgReason: 3, lastUpdated: '2026-09-01T08:00:01.200Z' },
  ]);
});

test.each([
  { how: {}, frames: 1, connected: false },
  { how: { announce: false }, frames: 0, connected: false },
  { how: { noticed: false }, frames: 0, connected: true },
])(
  'unplugged, $how: the cloud takes writes and keeps the lie until the device is back',
  async ({ how, frames, connected }) => {
    await prepare();
    const { cloud, clock, lamp } = setting;
    cloud.unplug(lamp.id, how);
    expect([(await listener.data()).length, record().connected]).toEqual([frames, connected]);
    expect((await put({ power: 'ON', brightness: 60 })).status).toBe(200);
    await clock.advance(60_000);
    expect((await listener.data()).map(({ power, chgReason }) => [power, chgReason])).toEqual([['ON', undefined]]);
    expect([record().power, state()]).toEqual(['ON', { power: 'OFF', brightness: 40, online: false }]);
    cloud.paddle(lamp.id, 'on');
    expect(state().power).toBe('OFF');
    cloud.plugIn(lamp.id);
    expect(await listener.data()).toEqual([
      { connected: true, power: 'OFF', brightness: 40, chgReason: 6, lastUpdated: '2026-09-01T08:01:00.000Z' },
    ]);
    expect(record()).toMatchObject({ power: 'OFF', brightness: 40, connected: true });
  },
);

test('a device that loses its power before it obeys does not obey', async () => {
  await prepare();
  await put({ power: 'ON' });
  setting.cloud.unplug(setting.lamp.id);
  await setting.clock.advance(REPORT_DELAY_MS);
  expect(state()).toEqual({ power: 'OFF', brightness: 40, online: false });
});

test('what was written while it had no power does not reach a device that is back at once', async () => {
  await prepare();
  setting.cloud.unplug(setting.lamp.id);
  await put({ power: 'ON' });
  setting.cloud.plugIn(setting.lamp.id);
  await setting.clock.advance(REPORT_DELAY_MS);
  expect([state().power, record().power]).toEqual(['OFF', 'OFF']);
});

test('whoever watches devices hears of their own state only', async () => {
  await prepare();
  const seen: unknown[] = [];
  const stop = setting.cloud.onDevice((id, { power, online }) => seen.push([id, power, online]));
  const { id } = setting.lamp;
  await put({ power: 'ON' });
  expect(seen).toEqual([]);
  await setting.clock.advance(REPORT_DELAY_MS);
  setting.cloud.unplug(id);
  setting.cloud.unplug(id);
  setting.cloud.plugIn(id);
  stop();
  setting.cloud.paddle(id, 'off');
  expect(seen).toEqual([
    [id, 'ON', true],
    [id, 'ON', false],
    [id, 'ON', true],
  ]);
});

test('records are handed out as copies', async () => {
  await prepare();
  record().power = 'ON';
  expect(record().power).toBe('OFF');
});
