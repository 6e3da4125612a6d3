import { describe, expect, test } from '@jest/globals';
import type { Device, DeviceChange } from '../../lambda/ports/device-cloud.ts';
import {
  changedWithoutPush,
  type DeviceEvent,
  nextTimer,
  step,
  type WatchedDevice,
  watchedDevice,
} from '../../lambda/watch/device-state.ts';

const START = Date.parse('2026-03-01T12:00:00.000Z');
const at = (ms: number) => new Date(START + ms);

/** OFF at 100 and connected; the device cloud saved it at the start. */
const lamp = (state: Partial<Device> = {}): Device => ({
  id: '1',
  name: 'Lamp',
  manufacturer: 'Leviton',
  model: 'DW3HL',
  serialNumber: 's',
  firmwareVersion: '1',
  kind: 'light',
  dimmable: true,
  power: 'OFF',
  level: 100,
  connected: true,
  sampledAt: at(0),
  uncertaintyMs: 0,
  changedAt: at(0),
  ...state,
});

type Timed = readonly [ms: number, event: DeviceEvent];
const push = (ms: number, change: Partial<DeviceChange>): Timed => [
  ms,
  { kind: 'pushed', change: { deviceId: '1', origin: 'plug', confirmed: true, at: at(ms), ...change } },
];
const write = (ms: number): Timed => push(ms, { power: 'ON', level: 30, origin: 'our-write', confirmed: false });
const read = (ms: number, state: Partial<Device>): Timed => [ms, { kind: 'read', device: lamp(state) }];
const recovered = (ms: number, state: Partial<Device>): Timed => [
  ms,
  { kind: 'read', device: lamp(state), isRecovered: true },
];
const fadeEnded = (ms: number): Timed => [ms, { kind: 'fade-ended' }];
const unreachable = (ms: number): Timed => [ms, { kind: 'unreachable' }];

/** Lets the events happen. Reports are short: `ON 40 PHYSICAL_INTERACTION`. */
function after(events: readonly Timed[], from: Partial<Device> = {}): { reports: string[]; state: WatchedDevice } {
  let state = watchedDevice(lamp(from));
  const reports: string[] = [];
  for (const [ms, event] of events) {
    const { next, report } = step(state, event, at(ms));
    state = next;
    if (!report) continue;
    const { power, level, connected } = report.device;
    const values = report.kind === 'unconfirmed' ? '?' : `${power} ${level}${connected ? '' : ' offline'}`;
    reports.push(`${report.kind === 'always' ? 'always ' : ''}${values} ${report.cause}`);
  }
  return { reports, state };
}

const ON = { power: 'ON' } as const;
const VOICE = { origin: 'our-write' } as const;

test.each<{ from: string; when: string; events: readonly Timed[]; reports: string[]; phase: string }>([
  // confirmed
  {
    from: 'confirmed',
    when: 'the button is pressed',
    events: [push(1, ON)],
    reports: ['ON 100 PHYSICAL_INTERACTION'],
    phase: 'confirmed',
  },
  {
    from: 'confirmed',
    when: 'a push comes twice',
    events: [push(1, ON), push(1, ON)],
    reports: ['ON 100 PHYSICAL_INTERACTION'],
    phase: 'confirmed',
  },
  {
    from: 'confirmed',
    when: 'an older push comes late',
    events: [push(9, { power: 'ON', level: 40 }), push(5, { power: 'ON', level: 20 })],
    reports: ['ON 40 PHYSICAL_INTERACTION'],
    phase: 'confirmed',
  },
  {
    from: 'confirmed',
    when: 'a push says what is known, as the one before it was lost',
    events: [push(9_000, { power: 'OFF' })],
    reports: ['always OFF 100 PHYSICAL_INTERACTION'],
    phase: 'confirmed',
  },
  {
    from: 'confirmed',
    when: 'a write is accepted',
    events: [write(1)],
    reports: ['? VOICE_INTERACTION'],
    phase: 'unconfirmed',
  },
  {
    from: 'confirmed',
    when: 'the level moves for the first time',
    events: [push(1, { level: 60 })],
    reports: ['OFF 60 PHYSICAL_INTERACTION'],
    phase: 'confirmed',
  },
  { from: 'confirmed', when: 'a read says the same', events: [read(1, {})], reports: [], phase: 'confirmed' },
  {
    from: 'confirmed',
    when: 'a read says something else',
    events: [read(9, { ...ON, changedAt: at(5) })],
    reports: ['ON 100 PERIODIC_POLL'],
    phase: 'confirmed',
  },
  {
    from: 'confirmed',
    when: 'a read shows a newer write and the same values',
    events: [read(9, { changedAt: at(5) }), read(10, { changedAt: at(5) })],
    reports: ['always OFF 100 PERIODIC_POLL'],
    phase: 'confirmed',
  },
  {
    from: 'confirmed',
    when: 'a read shows a newer write, and of the lamp that is off another level',
    events: [read(9, { level: 17, changedAt: at(5) })],
    reports: ['always OFF 17 PERIODIC_POLL'],
    phase: 'confirmed',
  },
  {
    from: 'confirmed',
    when: 'a read shows a newer write, and of the plug that only switches another level',
    events: [push(5, ON), read(20, { ...ON, dimmable: false, level: 17, changedAt: at(9) })],
    reports: ['ON 100 PHYSICAL_INTERACTION', 'always ON 17 PERIODIC_POLL'],
    phase: 'confirmed',
  },
  {
    from: 'confirmed',
    when: 'a read shows a newer write, and of the lamp that is on another level',
    events: [push(5, ON), read(20, { ...ON, level: 17, changedAt: at(9) })],
    reports: ['ON 100 PHYSICAL_INTERACTION', 'ON 17 PERIODIC_POLL'],
    phase: 'confirmed',
  },
  {
    from: 'confirmed',
    when: 'the plug reports that it is off, as was known, and another level',
    events: [push(5, { power: 'OFF', level: 17 })],
    reports: ['always OFF 17 PHYSICAL_INTERACTION'],
    phase: 'confirmed',
  },
  {
    from: 'confirmed',
    when: 'a read shows the write that was pushed',
    events: [push(5, ON), read(9, { ...ON, changedAt: at(5) })],
    reports: ['ON 100 PHYSICAL_INTERACTION'],
    phase: 'confirmed',
  },
  {
    from: 'confirmed',
    when: 'a read succeeds after others failed',
    events: [recovered(1, {})],
    reports: ['always OFF 100 PERIODIC_POLL'],
    phase: 'confirmed',
  },
  {
    from: 'confirmed',
    when: 'the plug loses its connection',
    events: [push(1, { connected: false })],
    reports: ['OFF 100 offline PHYSICAL_INTERACTION'],
    phase: 'confirmed',
  },
  {
    from: 'confirmed',
    when: 'the device cloud is away, and comes back',
    events: [unreachable(1), unreachable(2), recovered(3, {})],
    reports: ['OFF 100 offline PERIODIC_POLL', 'OFF 100 PERIODIC_POLL'],
    phase: 'confirmed',
  },
  {
    from: 'confirmed',
    when: 'a device that was unreachable pushes',
    events: [unreachable(1), push(2, ON)],
    reports: ['OFF 100 offline PERIODIC_POLL', 'ON 100 PHYSICAL_INTERACTION'],
    phase: 'confirmed',
  },
  // unconfirmed
  {
    from: 'unconfirmed',
    when: 'the device follows',
    events: [write(1), push(1_200, { ...ON, level: 30, ...VOICE })],
    reports: ['? VOICE_INTERACTION', 'ON 30 VOICE_INTERACTION'],
    phase: 'confirmed',
  },
  {
    from: 'unconfirmed',
    when: 'the device reports what it was before',
    events: [write(1), push(1_200, { power: 'OFF', level: 100, ...VOICE })],
    reports: ['? VOICE_INTERACTION', 'OFF 100 VOICE_INTERACTION'],
    phase: 'confirmed',
  },
  {
    from: 'unconfirmed',
    when: 'another write is accepted',
    events: [write(1), write(900)],
    reports: ['? VOICE_INTERACTION'],
    phase: 'unconfirmed',
  },
  {
    from: 'unconfirmed',
    when: 'a read comes too early',
    events: [write(1), read(2_000, { ...ON, level: 30 })],
    reports: ['? VOICE_INTERACTION'],
    phase: 'unconfirmed',
  },
  {
    from: 'unconfirmed',
    when: 'a read comes late enough',
    events: [write(1), read(5_001, { ...ON, level: 30, changedAt: at(1_200) })],
    reports: ['? VOICE_INTERACTION', 'ON 30 PERIODIC_POLL'],
    phase: 'confirmed',
  },
  {
    from: 'unconfirmed',
    when: 'a late read says that nothing came of it',
    events: [write(1), read(5_001, { changedAt: at(1) })],
    reports: ['? VOICE_INTERACTION', 'OFF 100 PERIODIC_POLL'],
    phase: 'confirmed',
  },
  {
    from: 'unconfirmed',
    when: 'the device cloud is away',
    events: [write(1), unreachable(9)],
    reports: ['? VOICE_INTERACTION', 'OFF 100 offline PERIODIC_POLL'],
    phase: 'confirmed',
  },
  // fading
  {
    from: 'fading',
    when: 'the level goes on moving',
    events: [push(1, { level: 60 }), push(500, { level: 50 }), push(1_000, { level: 40 })],
    reports: ['OFF 60 PHYSICAL_INTERACTION'],
    phase: 'fading',
  },
  {
    from: 'fading',
    when: 'it stands still',
    events: [push(1, { level: 60 }), push(500, { level: 50 }), fadeEnded(1_700)],
    reports: ['OFF 60 PHYSICAL_INTERACTION', 'OFF 50 PHYSICAL_INTERACTION'],
    phase: 'confirmed',
  },
  {
    from: 'fading',
    when: 'the power changes',
    events: [push(1, { level: 60 }), push(500, { level: 50 }), push(600, ON)],
    reports: ['OFF 60 PHYSICAL_INTERACTION', 'ON 50 PHYSICAL_INTERACTION'],
    phase: 'confirmed',
  },
  {
    from: 'fading',
    when: 'a write is accepted',
    events: [push(1, { level: 60 }), push(500, { level: 50 }), write(600)],
    reports: ['OFF 60 PHYSICAL_INTERACTION', '? VOICE_INTERACTION'],
    phase: 'unconfirmed',
  },
  {
    from: 'fading',
    when: 'a read comes',
    events: [push(1, { level: 60 }), push(500, { level: 50 }), read(700, { level: 55 })],
    reports: ['OFF 60 PHYSICAL_INTERACTION'],
    phase: 'fading',
  },
  {
    from: 'confirmed',
    when: 'a fade ends that there is none of',
    events: [fadeEnded(1)],
    reports: [],
    phase: 'confirmed',
  },
])('$from: $when', ({ events, reports, phase }) => {
  const result = after(events);
  expect(result.reports).toEqual(reports);
  expect(result.state.phase.kind).toBe(phase);
});

describe('what the queue did not take', () => {
  test.each<{ lost: string; events: Timed; expected: string }>([
    { lost: 'a change', events: push(1, ON), expected: 'ON 100 PERIODIC_POLL' },
    { lost: 'a report that goes out even if equal', events: recovered(1, {}), expected: 'always ON 100 PERIODIC_POLL' },
    { lost: 'an unconfirmed write', events: write(1), expected: 'always ON 100 PERIODIC_POLL' },
  ])('$lost is reported by the next read', ({ events, expected }) => {
    const { next, report } = step(watchedDevice(lamp()), events[1], at(events[0]));
    if (!report) throw new Error('nothing was reported');
    const unsent = step(next, { kind: 'not-queued', report }, at(2)).next;
    const repeated = step(unsent, { kind: 'read', device: lamp({ ...ON, changedAt: at(1) }) }, at(6_000));
    const { kind, device, cause } = repeated.report ?? {};
    expect(`${kind === 'always' ? 'always ' : ''}${device?.power} ${device?.level} ${cause}`).toBe(expected);
  });
});

test.each<{ when: string; events: readonly Timed[]; timer: ReturnType<typeof nextTimer> }>([
  { when: 'confirmed', events: [push(1, ON)], timer: undefined },
  { when: 'unconfirmed', events: [write(10)], timer: { at: START + 5_010, action: 'read' } },
  {
    when: 'fading',
    events: [push(1, { level: 60 }), push(500, { level: 50 })],
    timer: { at: START + 1_700, action: 'report' },
  },
  {
    when: 'fading for half a minute',
    events: Array.from({ length: 40 }, (_, index) => push(1 + index * 1_000, { level: 90 - index })),
    timer: { at: START + 31_001, action: 'report' },
  },
])('the next timer while $when', ({ events, timer }) => {
  expect(nextTimer(after(events).state)).toEqual(timer);
});

test.each<{ when: string; events: readonly Timed[]; device: Partial<Device>; moved: boolean }>([
  { when: 'the power differs', events: [], device: ON, moved: true },
  { when: 'the level differs', events: [], device: { level: 3 }, moved: true },
  { when: 'only the connection differs', events: [], device: { connected: false }, moved: false },
  { when: 'a write is open', events: [write(1)], device: ON, moved: false },
])('a read that shows a missed push: $when', ({ events, device, moved }) => {
  expect(changedWithoutPush(after(events).state, lamp(device))).toBe(moved);
});
