import { expect, test } from '@jest/globals';
import { type Lamp, obey, pressed, type Settings } from '../../../desk/my-leviton/device-model.ts';

const settings = (changes: Partial<Settings> & { latch?: boolean; switchesOn?: boolean } = {}): Settings => ({
  dims: true,
  presetLevel: 0,
  traits: {
    sameLevelLatch: changes.latch ?? false,
    brightnessSwitchesOn: changes.switchesOn ?? false,
    reportDelayMs: 0,
  },
  ...changes,
});
const lamp = (power: 'ON' | 'OFF', brightness: number, latched = false): Lamp => ({ power, brightness, latched });

test.each([
  { when: 'OFF keeps the level', from: lamp('ON', 40), write: { power: 'OFF' }, to: lamp('OFF', 40) },
  { when: 'ON comes up at the last level', from: lamp('OFF', 40), write: { power: 'ON' }, to: lamp('ON', 40) },
  { when: 'ON while on changes nothing', from: lamp('ON', 40), write: { power: 'ON' }, to: lamp('ON', 40) },
  { when: 'a level while on', from: lamp('ON', 40), write: { brightness: 70 }, to: lamp('ON', 70) },
  { when: 'ON with a level', from: lamp('OFF', 40), write: { power: 'ON', brightness: 70 }, to: lamp('ON', 70) },
  {
    when: 'a level alone while off is only stored',
    from: lamp('OFF', 40),
    write: { brightness: 70 },
    to: lamp('OFF', 70),
  },
  { when: 'the least', from: lamp('ON', 40), write: { brightness: 1 }, to: lamp('ON', 1) },
  { when: 'the most', from: lamp('ON', 40), write: { brightness: 100 }, to: lamp('ON', 100) },
  { when: 'nothing about the light', from: lamp('ON', 40), write: {}, to: lamp('ON', 40) },
] as const)('$when', ({ from, write, to }) => {
  expect(obey(from, write, settings())).toEqual(to);
});

test.each([
  {
    when: 'a preset wins over the last level',
    change: { presetLevel: 30 },
    write: { power: 'ON' },
    to: lamp('ON', 30),
  },
  {
    when: 'a preset wins over the level asked for',
    change: { presetLevel: 30 },
    write: { power: 'ON', brightness: 70 },
    to: lamp('ON', 30),
  },
  { when: 'a level may switch on', change: { switchesOn: true }, write: { brightness: 70 }, to: lamp('ON', 70) },
  {
    when: 'a plug without dimming',
    change: { dims: false },
    write: { power: 'ON', brightness: 70 },
    to: lamp('ON', 40),
  },
  {
    when: 'the same level latches',
    change: { latch: true },
    write: { power: 'ON', brightness: 40 },
    to: lamp('ON', 40, true),
  },
  {
    when: 'another level does not latch',
    change: { latch: true },
    write: { power: 'ON', brightness: 41 },
    to: lamp('ON', 41),
  },
] as const)('off at 40: $when', ({ change, write, to }) => {
  expect(obey(lamp('OFF', 40), write, settings(change))).toEqual(to);
});

test.each([
  { when: 'toggled on', from: lamp('OFF', 40), press: 'toggle', to: [lamp('ON', 40)] },
  { when: 'toggled off', from: lamp('ON', 40), press: 'toggle', to: [lamp('OFF', 40)] },
  { when: 'on while on', from: lamp('ON', 40), press: 'on', to: [lamp('ON', 40)] },
  { when: 'off while off', from: lamp('OFF', 40), press: 'off', to: [lamp('OFF', 40)] },
  { when: 'dimmed while off', from: lamp('OFF', 40), press: 25, to: [lamp('ON', 25)] },
  { when: 'dimmed to the top', from: lamp('ON', 40), press: 100, to: [lamp('ON', 100)] },
  { when: 'dimmed past the top', from: lamp('ON', 40), press: 120, to: [lamp('ON', 100)] },
  { when: 'dimmed past the bottom', from: lamp('ON', 40), press: -5, to: [lamp('ON', 1)] },
  { when: 'latched: it lights again', from: lamp('ON', 40, true), press: 'off', to: [lamp('OFF', 40), lamp('ON', 40)] },
] as const)('$when', ({ from, press, to }) => {
  expect(pressed(from, press, settings())).toEqual(to);
});

test('a paddle brings a preset up, too', () => {
  expect(pressed(lamp('OFF', 40), 'on', settings({ presetLevel: 30 }))).toEqual([lamp('ON', 30)]);
});
