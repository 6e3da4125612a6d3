import { describe, expect, test } from '@jest/globals';
import type { DeviceRecord, GrantView } from '../../lambda/ports/device-store.ts';
import {
  isReported,
  isWrittenSinceReport,
  knowsEndpoint,
  reportFor,
  viewOf,
} from '../../lambda/reports/last-reported.ts';
import { device } from '../adapters/dynamodb/support.ts';
import { at, state, view } from './builders.ts';

const record = (b: GrantView = view()): DeviceRecord => ({
  device: device(),
  lastState: state(10),
  views: { a: view(), b },
  version: 1,
});
const none = record();

describe('isReported', () => {
  test.each([
    { when: 'reported to all', record: record(), reported: true },
    { when: 'an unknown device', record: undefined, reported: false },
    { when: 'one got no report', record: record({ announced: 'x' }), reported: false },
    {
      when: 'one got another level',
      record: record(view({ lastReported: state(10, { level: 41 }) })),
      reported: false,
    },
    { when: 'one got OFF', record: record(view({ lastReported: state(10, { power: 'OFF' }) })), reported: false },
    {
      when: 'one got that it is not connected',
      record: record(view({ lastReported: state(10, { connected: false }) })),
      reported: false,
    },
    { when: 'a write is unconfirmed since', record: record(view({ forceReportSince: at(11) })), reported: false },
    { when: 'one does not know the endpoint', record: record({}), reported: true },
    { when: 'nobody knows the endpoint', record: { ...none, views: {} }, reported: true },
  ])('$when: $reported', ({ record, reported }) => {
    expect(isReported(record, state(20), ['a', 'b'])).toBe(reported);
  });

  test('without grants there is nobody to report to', () => {
    expect(isReported({ ...none, views: {} }, state(20), [])).toBe(true);
  });

  test('a grant with the name of an object’s own method knows nothing', () => {
    expect(viewOf(none, 'constructor')).toEqual({});
    expect(knowsEndpoint(none, 'toString')).toBe(false);
  });
});

describe('isWrittenSinceReport', () => {
  const saved = (second: number) => view({ lastReported: state(30, { changedAt: at(second) }) });
  test.each([
    { when: 'the record is as reported', view: saved(9), changedAt: at(9), written: false },
    { when: 'the record is newer', view: saved(9), changedAt: at(12), written: true },
    { when: 'the record is newer, its clock slower than ours', view: saved(9), changedAt: at(29), written: true },
    { when: 'the list overtook the report', view: saved(9), changedAt: at(8), written: false },
    {
      when: 'the report has no moment of the record: newer than the report',
      view: view(),
      changedAt: at(11),
      written: true,
    },
    { when: 'the report has no moment of the record: older', view: view(), changedAt: at(9), written: false },
    { when: 'no report yet', view: { announced: 'x' }, changedAt: at(59), written: false },
    { when: 'the device cloud does not say', view: view(), changedAt: '', written: false },
  ])('$when: $written', ({ view, changedAt, written }) => {
    expect(isWrittenSinceReport({ ...none, views: { a: view } }, changedAt, ['a'])).toBe(written);
  });
});

describe('reportFor', () => {
  const settings = { brightnessWhileOff: 'zero' } as const;
  const namesOf = (content: ReturnType<typeof reportFor>) => content?.changed.map(({ name }) => name);
  const unconfirmed = view({ forceReportSince: at(15) });

  test.each([
    {
      when: 'no report yet',
      view: { announced: 'x' },
      state: state(20),
      changed: ['powerState', 'brightness', 'connectivity'],
    },
    { when: 'an equal state', view: view(), state: state(20), changed: [] },
    { when: 'another level', view: view(), state: state(20, { level: 41 }), changed: ['brightness'] },
    { when: 'off', view: view(), state: state(20, { power: 'OFF' }), changed: ['powerState', 'brightness'] },
    { when: 'unplugged', view: view(), state: state(20, { connected: false }), changed: ['connectivity'] },
    { when: 'older than the report', view: view(), state: state(9, { level: 41 }), changed: undefined },
    {
      when: 'equal, after an unconfirmed write',
      view: unconfirmed,
      state: state(20),
      changed: ['powerState', 'brightness'],
    },
    {
      when: 'equal, at the moment of the write',
      view: unconfirmed,
      state: state(15),
      changed: ['powerState', 'brightness'],
    },
    { when: 'equal, from before the write', view: unconfirmed, state: state(12), changed: [] },
    {
      when: 'another level after the write',
      view: unconfirmed,
      state: state(20, { level: 41 }),
      changed: ['brightness'],
    },
    {
      when: 'equal, and forced',
      view: view(),
      state: state(20),
      forcedAt: at(20),
      changed: ['powerState', 'brightness'],
    },
    { when: 'forced, and reported already', view: view(), state: state(10), forcedAt: at(10), changed: [] },
    {
      when: 'forced, and a later one was reported',
      view: view(),
      state: state(9),
      forcedAt: at(9),
      changed: undefined,
    },
  ])('$when: $changed', ({ view, state, forcedAt, changed }) => {
    const content = reportFor(view, device(), state, settings, forcedAt);
    expect(namesOf(content)).toEqual(changed);
    if (content) expect(content.changed.length + content.unchanged.length).toBe(3);
  });

  test('another level while off is not reported where brightness is 0 then', () => {
    const off = view({ lastReported: state(10, { power: 'OFF' }) });
    const later = state(20, { power: 'OFF', level: 70 });
    expect(namesOf(reportFor(off, device(), later, settings))).toEqual([]);
    expect(namesOf(reportFor(off, device(), later, { brightnessWhileOff: 'last' }))).toEqual(['brightness']);
  });
});
