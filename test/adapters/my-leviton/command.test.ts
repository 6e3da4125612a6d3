import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Fault, SwitchSetup } from '../../../desk/my-leviton/contract.ts';
import type { CloudSession, DeviceCommand } from '../../../lambda/ports/device-cloud.ts';
import { eventually } from '../device-cloud-contract.ts';
import { type Desk, openDesk, patience, withFastClock } from './desk.ts';

const REPORT_MS = 1_200;
let desk: Desk;
let session: CloudSession;
/** The bodies of the writes, in their order. */
let written: unknown[];
beforeEach(async () => {
  desk = await openDesk({ reportDelayMs: REPORT_MS });
  session = await desk.signIn();
  written = [];
  desk.emulator.onExchange(({ request }) => {
    if (request.method === 'PUT') written.push(request.body);
  });
});
afterEach(() => desk.emulator.close());

async function command(id: string, command: DeviceCommand, isKnown: boolean) {
  const known = isKnown ? await desk.cloud.device(session, id, patience()) : undefined;
  return withFastClock(desk.clock, desk.cloud.command(session, id, command, patience(), known));
}

/** What a person sees when the device has followed and reported. */
async function stateOnceQuiet(id: string) {
  await withFastClock(desk.clock, desk.clock.wait(2 * REPORT_MS));
  const { power, brightness } = desk.emulator.device(Number(id));
  return { power, level: brightness };
}

const off = { power: 'OFF', brightness: 80 } as const;
const on = { power: 'ON', brightness: 80 } as const;

test.each<{
  when: string;
  from: SwitchSetup;
  known: boolean;
  asked: DeviceCommand;
  writes: object[];
  level: number;
}>([
  { when: 'off', from: on, known: false, asked: { power: 'OFF' }, writes: [{ power: 'OFF' }], level: 80 },
  { when: 'on', from: off, known: false, asked: { power: 'ON' }, writes: [{ power: 'ON' }], level: 80 },
  {
    when: 'a level',
    from: off,
    known: false,
    asked: { power: 'ON', level: 30 },
    writes: [{ power: 'ON', brightness: 30 }],
    level: 30,
  },
  {
    when: 'a level of a known lamp',
    from: on,
    known: true,
    asked: { power: 'ON', level: 30 },
    writes: [{ power: 'ON', brightness: 30 }],
    level: 30,
  },
  {
    when: 'the level that is stored: power alone',
    from: off,
    known: true,
    asked: { power: 'ON', level: 80 },
    writes: [{ power: 'ON' }],
    level: 80,
  },
  {
    when: 'a percentage of a known range, not of the whole',
    from: { ...on, minLevel: 10, maxLevel: 50 },
    known: true,
    asked: { power: 'ON', level: 2 },
    writes: [{ power: 'ON', brightness: 2 }],
    level: 2,
  },
  {
    when: 'a percentage of an unknown range',
    from: { ...on, minLevel: 10, maxLevel: 50 },
    known: false,
    asked: { power: 'ON', level: 100 },
    writes: [{ power: 'ON', brightness: 100 }],
    level: 100,
  },
  // presets
  {
    when: 'preset, on',
    from: { ...off, presetLevel: 30 },
    known: false,
    asked: { power: 'ON' },
    writes: [{ power: 'ON' }],
    level: 30,
  },
  {
    when: 'preset, on while on',
    from: { ...on, presetLevel: 30 },
    known: true,
    asked: { power: 'ON' },
    writes: [{ power: 'ON' }],
    level: 80,
  },
  {
    when: 'preset, on while on, which is not known',
    from: { ...on, presetLevel: 30 },
    known: false,
    asked: { power: 'ON' },
    writes: [{ power: 'ON' }],
    level: 80,
  },
  {
    when: 'preset, a level while on, which is not known',
    from: { ...on, presetLevel: 30 },
    known: false,
    asked: { power: 'ON', level: 70 },
    writes: [{ power: 'ON', brightness: 70 }, { brightness: 70 }],
    level: 70,
  },
  {
    when: 'preset, off',
    from: { ...on, presetLevel: 30 },
    known: false,
    asked: { power: 'OFF' },
    writes: [{ power: 'OFF' }],
    level: 80,
  },
  {
    when: 'preset, a level while off',
    from: { ...off, presetLevel: 30 },
    known: false,
    asked: { power: 'ON', level: 70 },
    writes: [{ power: 'ON', brightness: 70 }, { brightness: 70 }],
    level: 70,
  },
  {
    when: 'preset, a level while known to be off',
    from: { ...off, presetLevel: 30 },
    known: true,
    asked: { power: 'ON', level: 70 },
    writes: [{ power: 'ON', brightness: 70 }, { brightness: 70 }],
    level: 70,
  },
  {
    when: 'preset, the stored level while known to be off',
    from: { ...off, presetLevel: 30 },
    known: true,
    asked: { power: 'ON', level: 80 },
    writes: [{ power: 'ON' }, { brightness: 80 }],
    level: 80,
  },
  {
    when: 'preset, a level while known to be on',
    from: { ...on, presetLevel: 30 },
    known: true,
    asked: { power: 'ON', level: 70 },
    writes: [{ power: 'ON', brightness: 70 }],
    level: 70,
  },
  {
    when: 'preset, its own level',
    from: { ...off, presetLevel: 30 },
    known: false,
    asked: { power: 'ON', level: 30 },
    writes: [{ power: 'ON', brightness: 30 }],
    level: 30,
  },
])('$when', async ({ from, known, asked, writes, level }) => {
  const id = desk.add(from);
  const device = await command(id, asked, known);
  expect(written).toEqual(writes);
  expect(device).toMatchObject({ id, power: asked.power, level, connected: true, uncertaintyMs: 1_500 });
  expect(await stateOnceQuiet(id)).toEqual({ power: asked.power, level });
});

test('a level follows a preset when the device has surely reported it', async () => {
  const id = desk.add({ ...off, presetLevel: 30 });
  const moments: number[] = [];
  desk.emulator.onExchange(({ request, at }) => {
    if (request.method === 'PUT') moments.push(at.getTime());
  });
  await command(id, { power: 'ON', level: 70 }, false);
  const [first = 0, second = 0] = moments;
  expect(second - first).toBeGreaterThanOrEqual(2_000);
  expect(second - first).toBeLessThan(3_000);
});

test('a lamp set to the level that it is known to have still obeys its own button', async () => {
  const id = desk.add({ ...on, device: { sameLevelLatch: true } });
  await command(id, { power: 'ON', level: 80 }, true);
  await stateOnceQuiet(id);
  desk.emulator.paddle(Number(id), 'off');
  expect(await stateOnceQuiet(id)).toEqual({ power: 'OFF', level: 80 });
});

test('while a preset is waited for, the caller’s signal ends it', async () => {
  const id = desk.add({ ...off, presetLevel: 30 });
  const giveUp = new AbortController();
  const commanded = desk.cloud.command(session, id, { power: 'ON', level: 70 }, giveUp.signal);
  const outcome = expect(commanded).rejects.toMatchObject({ name: 'CloudUnreachable' });
  await eventually(() => expect(written).toHaveLength(1));
  giveUp.abort();
  await outcome;
  expect(await stateOnceQuiet(id)).toEqual({ power: 'ON', level: 30 });
  expect(written).toHaveLength(1);
});

test('a lamp that loses its power while its preset is waited for is unreachable', async () => {
  const id = desk.add({ ...off, presetLevel: 30 });
  const commanded = command(id, { power: 'ON', level: 70 }, false);
  const outcome = expect(commanded).rejects.toMatchObject({ name: 'DeviceUnreachable' });
  await eventually(() => expect(written).toHaveLength(1));
  desk.emulator.unplug(Number(id));
  await outcome;
});

test('a lamp that is known to be unplugged is not written to', async () => {
  const id = desk.add(off);
  desk.emulator.unplug(Number(id));
  await expect(command(id, { power: 'ON' }, true)).rejects.toMatchObject({ name: 'DeviceUnreachable' });
  expect(written).toEqual([]);
});

test('the answer is of the moment of the write', async () => {
  const id = desk.add(off);
  const before = desk.clock.now();
  const { sampledAt } = await command(id, { power: 'ON' }, false);
  expect(sampledAt.getTime()).toBeGreaterThanOrEqual(before.getTime());
  expect(sampledAt.getTime()).toBeLessThanOrEqual(desk.clock.now().getTime());
});

test.each<{ when: string; asked: DeviceCommand; level: number }>([
  { when: 'on', asked: { power: 'ON' }, level: 80 },
  { when: 'a level', asked: { power: 'ON', level: 70 }, level: 70 },
])('a lamp that is on and was listed with a preset, $when: it is read first, and nothing waits', async (row) => {
  const id = desk.add({ ...on, presetLevel: 30 });
  await desk.cloud.devices(session, patience());
  desk.emulator.resetCounts();
  expect(await desk.cloud.command(session, id, row.asked, patience())).toMatchObject({ power: 'ON', level: row.level });
  expect(desk.emulator.counts.requests).toBe(2);
  expect(await stateOnceQuiet(id)).toEqual({ power: 'ON', level: row.level });
});

test.each<{ when: string; fault: Fault }>([
  { when: '204', fault: { kind: 'empty', status: 204 } },
  { when: '201 without a body', fault: { kind: 'empty', status: 201 } },
  { when: '200 without a body', fault: { kind: 'empty' } },
  { when: '200 without a body that says it is gzip', fault: { kind: 'empty', gzip: true } },
  { when: '204 that says it is gzip', fault: { kind: 'empty', status: 204, gzip: true } },
  { when: '200 with half a body', fault: { kind: 'garbage', body: '{"id":1,"po' } },
  { when: '200 with a text', fault: { kind: 'garbage', body: '"OK"' } },
  { when: '200 with {}', fault: { kind: 'garbage', body: '{}' } },
  { when: '200 with no power', fault: { kind: 'garbage', body: '{"id":7,"brightness":30}' } },
])('a write answered $when has succeeded: the device is read once', async ({ fault }) => {
  const id = desk.add(off);
  desk.emulator.inject({ ...fault, method: 'PUT', takesEffect: true });
  desk.emulator.resetCounts();
  const device = await command(id, { power: 'ON', level: 30 }, false);
  expect(device).toMatchObject({ id, power: 'ON', level: 30, connected: true });
  expect(written).toHaveLength(1);
  expect(desk.emulator.counts.requests).toBe(2);
  expect(await stateOnceQuiet(id)).toEqual({ power: 'ON', level: 30 });
});

test.each(['D2GF1', 'D2GF2-KW'])('a GFCI outlet (%s) is not listed, and cannot be switched', async (model) => {
  const id = desk.add({ ...off, model, canSetLevel: false });
  expect(await desk.cloud.devices(session, patience())).toEqual({ devices: [], skipped: [] });
  await expect(command(id, { power: 'OFF' }, false)).rejects.toMatchObject({ name: 'DeviceNotFound' });
});
