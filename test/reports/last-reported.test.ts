import { describe, expect, test } from '@jest/globals';
import type { DeviceRecord, DeviceState } from '../../lambda/ports/device-store.ts';
import { isReported, reportFor } from '../../lambda/reports/last-reported.ts';
import { device } from '../adapters/dynamodb/support.ts';

/** The second of a minute. */
const at = (second: number) => `2026-11-20T10:00:${String(second).padStart(2, '0')}.000Z`;
const state = (second: number, fields: Partial<DeviceState> = {}): DeviceState => ({
  power: 'ON',
  level: 40,
  connected: true,
  at: at(second),
  ...fields,
});
const record = (fields: Partial<DeviceRecord> = {}): DeviceRecord => ({
  device: device(),
  lastState: state(10),
  told: { a: state(10), b: state(10) },
  described: { a: 'x', b: 'x' },
  version: 1,
  ...fields,
});
const { described: _, ...unheardOf } = record();

describe('isReported', () => {
  test.each([
    { when: 'all were told', record: record(), told: true },
    { when: 'an unknown device', record: undefined, told: false },
    { when: 'one was told nothing', record: record({ told: { a: state(10) } }), told: false },
    {
      when: 'one was told another level',
      record: record({ told: { a: state(10), b: state(10, { level: 41 }) } }),
      told: false,
    },
    {
      when: 'one was told that it is off',
      record: record({ told: { a: state(10), b: state(10, { power: 'OFF' }) } }),
      told: false,
    },
    {
      when: 'one was told that it is unplugged',
      record: record({ told: { a: state(10), b: state(10, { connected: false }) } }),
      told: false,
    },
    { when: 'a write was noted since', record: record({ doubtedAt: at(11) }), told: false },
    { when: 'a write was noted at the same moment', record: record({ doubtedAt: at(10) }), told: false },
    { when: 'a write was noted before', record: record({ doubtedAt: at(9) }), told: true },
    {
      when: 'one does not know the endpoint',
      record: record({ told: { a: state(10) }, described: { a: 'x' } }),
      told: true,
    },
    { when: 'nobody was told of the endpoint yet', record: { ...unheardOf, told: {} }, told: true },
  ])('$when: $told', ({ record, told }) => {
    expect(isReported(record, state(20), ['a', 'b'])).toBe(told);
  });

  test('without grants there is nobody to tell', () => {
    expect(isReported(record({ told: {} }), state(20), [])).toBe(true);
  });
});

describe('reportFor', () => {
  const settings = { brightnessWhileOff: 'zero' } as const;
  const namesOf = (news: ReturnType<typeof reportFor>) => news?.changed.map(({ name }) => name);

  test.each([
    {
      when: 'a grant that was told nothing',
      grant: 'c',
      state: state(20),
      changed: ['powerState', 'brightness', 'connectivity'],
    },
    { when: 'an equal state', grant: 'a', state: state(20), changed: [] },
    { when: 'another level', grant: 'a', state: state(20, { level: 41 }), changed: ['brightness'] },
    { when: 'off', grant: 'a', state: state(20, { power: 'OFF' }), changed: ['powerState', 'brightness'] },
    { when: 'unplugged', grant: 'a', state: state(20, { connected: false }), changed: ['connectivity'] },
    { when: 'older than what was told', grant: 'a', state: state(9, { level: 41 }), changed: undefined },
    {
      when: 'an equal state after a doubt',
      grant: 'a',
      state: state(20),
      doubtedAt: at(15),
      changed: ['powerState', 'brightness'],
    },
    { when: 'an equal state from before the doubt', grant: 'a', state: state(12), doubtedAt: at(15), changed: [] },
    {
      when: 'another level after a doubt',
      grant: 'a',
      state: state(20, { level: 41 }),
      doubtedAt: at(15),
      changed: ['brightness'],
    },
  ])('$when: $changed', ({ grant, state, doubtedAt, changed }) => {
    const news = reportFor(grant, record(doubtedAt === undefined ? {} : { doubtedAt }), state, settings);
    expect(namesOf(news)).toEqual(changed);
    if (news) expect(news.changed.length + news.unchanged.length).toBe(3);
  });

  test('another level while off is no news where brightness is 0 then', () => {
    const off = record({ told: { a: state(10, { power: 'OFF' }) } });
    const later = state(20, { power: 'OFF', level: 70 });
    expect(namesOf(reportFor('a', off, later, settings))).toEqual([]);
    expect(namesOf(reportFor('a', off, later, { brightnessWhileOff: 'last' }))).toEqual(['brightness']);
  });
});
