import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as v from 'valibot';
import { isSwitchable, toDevice, WireSwitch } from '../../../lambda/adapters/my-leviton/wire.ts';

const AT = new Date('2026-03-01T12:00:00.000Z');
const record = {
  id: 1613723,
  name: 'Bedroom Lamp',
  model: 'DW3HL',
  manufacturer: 'Leviton Manufacturing Co., Inc.',
  serial: '1000_0017_363E',
  version: '1.7.1; CP 1.13',
  power: 'ON',
  brightness: 40,
  minLevel: 10,
  maxLevel: 90,
  presetLevel: 0,
  canSetLevel: true,
  connected: true,
};
const read = (fields: object) => toDevice(v.parse(WireSwitch, { ...record, ...fields }), AT, 0);

test('a whole record', () => {
  expect(read({ residentialRoomId: null, somethingNew: { a: 1 } })).toEqual({
    id: '1613723',
    name: 'Bedroom Lamp',
    manufacturer: 'Leviton Manufacturing Co., Inc.',
    cloudName: 'My Leviton',
    model: 'DW3HL',
    serialNumber: '1000_0017_363E',
    firmwareVersion: '1.7.1; CP 1.13',
    kind: 'light',
    dimmable: true,
    power: 'ON',
    level: 40,
    connected: true,
    sampledAt: AT,
    uncertaintyMs: 0,
  });
});

test('an id and a power are all it takes', () => {
  expect(toDevice(v.parse(WireSwitch, { id: 7, power: 'OFF' }), AT, 0)).toMatchObject({
    id: '7',
    name: 'Leviton 7',
    manufacturer: 'Leviton',
    kind: 'switch',
    dimmable: false,
    power: 'OFF',
    level: 100,
    connected: true,
  });
});

test.each([
  { model: 'DW3HL', canSetLevel: true, kind: 'light', dimmable: true },
  { model: 'DW3HL-1BW', canSetLevel: true, kind: 'light', dimmable: true },
  { model: 'D23LP', canSetLevel: null, kind: 'light', dimmable: false },
  { model: 'd23lp', canSetLevel: false, kind: 'light', dimmable: false },
  { model: 'D26HD', canSetLevel: true, kind: 'light', dimmable: true },
  { model: 'D99XX', canSetLevel: true, kind: 'light', dimmable: true },
  { model: 'DW4SF', canSetLevel: true, kind: 'fan', dimmable: false },
  { model: 'D24SF', canSetLevel: null, kind: 'fan', dimmable: false },
  { model: 'D215P', canSetLevel: false, kind: 'outlet', dimmable: false },
  { model: 'DW15R', canSetLevel: false, kind: 'outlet', dimmable: false },
  { model: 'DW15S', canSetLevel: false, kind: 'switch', dimmable: false },
  { model: 'D26HD', canSetLevel: 'yes', kind: 'switch', dimmable: false },
  { model: null, canSetLevel: undefined, kind: 'switch', dimmable: false },
])('$model with canSetLevel $canSetLevel is a $kind', ({ model, canSetLevel, kind, dimmable }) => {
  expect(read({ model, canSetLevel })).toMatchObject({ kind, dimmable });
});

test.each([
  { when: 'blanks around a name', fields: { name: '  Desk ' }, device: { name: 'Desk' } },
  { when: 'no name', fields: { name: '' }, device: { name: 'DW3HL' } },
  { when: 'a name that is none', fields: { name: 5 }, device: { name: 'DW3HL' } },
  { when: 'no brightness', fields: { brightness: null }, device: { level: 100 } },
  { when: 'a broken brightness', fields: { brightness: 39.6 }, device: { level: 40 } },
  { when: 'too much brightness', fields: { brightness: 250 }, device: { level: 100 } },
  { when: 'too little brightness', fields: { brightness: -1 }, device: { level: 0 } },
  { when: 'no range', fields: { minLevel: null, maxLevel: undefined }, device: { level: 40 } },
  { when: 'a level above its range', fields: { brightness: 100, minLevel: 10, maxLevel: 50 }, device: { level: 100 } },
  { when: 'a level below its range', fields: { brightness: 5, minLevel: 10, maxLevel: 50 }, device: { level: 5 } },
  { when: 'a range upside down', fields: { minLevel: 90, maxLevel: 10 }, device: { level: 40 } },
  { when: 'a range of texts', fields: { minLevel: '5', maxLevel: '50' }, device: { level: 40 } },
  { when: 'nothing about the connection', fields: { connected: null }, device: { connected: true } },
  { when: 'no connection', fields: { connected: false }, device: { connected: false } },
  { when: 'an id as a text', fields: { id: '1613723' }, device: { id: '1613723' } },
])('$when', ({ fields, device }) => {
  expect(read(fields)).toMatchObject(device);
});

test.each([
  { when: 'no id', body: { ...record, id: undefined } },
  { when: 'an id that leads elsewhere', body: { ...record, id: '../Person' } },
  { when: 'an id that is no whole number', body: { ...record, id: 1.5 } },
  { when: 'no power', body: { ...record, power: null } },
  { when: 'a power nobody knows', body: { ...record, power: 'DIM' } },
  { when: 'a list', body: [record] },
  { when: 'null', body: null },
])('$when is no record', ({ body }) => {
  expect(v.is(WireSwitch, body)).toBe(false);
});

test.each([
  { model: 'DW4BC', switchable: false },
  { model: 'D2GF1', switchable: false },
  { model: 'D2GF2', switchable: false },
  { model: 'D2GF1-KW', switchable: false },
  { model: 'd2gf2-1bw', switchable: false },
  { model: 'MLWSB', switchable: false },
  { model: 'DW3HL', switchable: true },
  { model: '', switchable: true },
])('$model can be switched: $switchable', ({ model, switchable }) => {
  expect(isSwitchable(v.parse(WireSwitch, { ...record, model }))).toBe(switchable);
});

test('whatever a record says, a device keeps to the port', () => {
  const anything = fc.oneof(fc.anything(), fc.integer({ min: -50, max: 300 }), fc.double());
  const records = fc.record({
    brightness: anything,
    minLevel: anything,
    maxLevel: anything,
    connected: anything,
    name: anything,
  });
  fc.assert(
    fc.property(records, (fields) => {
      const { level, name, connected } = read(fields);
      expect(level >= 0 && level <= 100 && Number.isInteger(level)).toBe(true);
      expect(name).not.toBe('');
      expect(typeof connected).toBe('boolean');
    }),
  );
});
