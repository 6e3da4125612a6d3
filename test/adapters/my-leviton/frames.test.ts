import { beforeEach, describe, expect, test } from '@jest/globals';
import { DeskClock } from '../../../desk/clock.ts';
import { changeReader, readFrame } from '../../../lambda/adapters/my-leviton/frames.ts';

const notification = (fields: object, data: unknown = { power: 'ON' }) =>
  JSON.stringify({
    type: 'notification',
    notification: { event: 'saved', modelName: 'IotSwitch', modelId: 1613723, data, ...fields },
  });

test.each([
  { frame: '{"type":"status","status":"not ready"}', kind: 'other' },
  { frame: '{"type":"challenge","nonce":"abc"}', kind: 'challenge' },
  { frame: '{"type":"status","status":"ready"}', kind: 'ready' },
  { frame: '{"type":"status","status":"ready","connectionId":"x"}\0\0', kind: 'ready' },
  { frame: '{"error":{"statusCode":401}}', kind: 'error' },
  { frame: '{"type":"status","status":"ready","error":null}', kind: 'ready' },
  { frame: notification({}), kind: 'saved' },
  { frame: notification({ modelId: '1613723' }), kind: 'saved' },
  { frame: `\0${notification({})}\0\0`, kind: 'saved' },
  { frame: `\uFEFF${notification({})}\r\n`, kind: 'saved' },
  { frame: `\0\uFEFF${notification({})}`, kind: 'saved' },
  { frame: notification({ event: null, modelName: '' }), kind: 'other' },
  { frame: notification({ event: undefined }), kind: 'saved' },
  { frame: notification({ modelName: undefined }), kind: 'saved' },
  { frame: notification({ event: undefined, modelName: null }), kind: 'saved' },
  { frame: notification({ modelId: undefined }, { id: 1613723, power: 'ON' }), kind: 'saved' },
  { frame: notification({ modelName: 'Residence' }), kind: 'other' },
  { frame: notification({ event: 'deleted' }), kind: 'other' },
  { frame: '{"type":"something-new"}', kind: 'other' },
  { frame: '', kind: 'malformed' },
  { frame: 'h', kind: 'malformed' },
  { frame: 'null', kind: 'malformed' },
  { frame: '[]', kind: 'malformed' },
  { frame: '{}', kind: 'malformed' },
  { frame: '{"type":"status"}', kind: 'malformed' },
  { frame: '{"type":"notification"}', kind: 'malformed' },
  { frame: notification({ modelId: null }), kind: 'malformed' },
  { frame: notification({}, 'ON'), kind: 'malformed' },
])('%j', ({ frame, kind }) => {
  expect(readFrame(frame).kind).toBe(kind);
});

let clock: DeskClock;
let read: (data: object) => object | undefined;
beforeEach(() => {
  clock = new DeskClock(new Date('2026-03-01T12:00:00.000Z'));
  const changeOf = changeReader(clock, (clientId) => clientId === 'ours');
  read = (data) => {
    const frame = readFrame(notification({}, data));
    return frame.kind === 'saved' ? changeOf(frame.deviceId, frame.data) : undefined;
  };
});

test.each([
  {
    when: 'a hand on the device',
    data: { power: 'ON', chgReason: 1 },
    change: { power: 'ON', origin: 'plug', confirmed: true },
  },
  {
    when: 'a write of the app',
    data: { power: 'ON', brightness: 30, client_id: 'app' },
    change: { power: 'ON', level: 30, origin: 'other-write', confirmed: false },
  },
  {
    when: 'a write of ours',
    data: { power: 'OFF', client_id: 'ours' },
    change: { power: 'OFF', origin: 'our-write', confirmed: false },
  },
  {
    when: 'a client id as a number',
    data: { power: 'OFF', client_id: 5 },
    change: { power: 'OFF', origin: 'other-write', confirmed: false },
  },
  {
    when: 'a write that shows an old reason',
    data: { power: 'ON', chgReason: 1, client_id: 'app' },
    change: { power: 'ON', origin: 'other-write', confirmed: false },
  },
  {
    when: 'Leviton’s own skill',
    data: { power: 'ON', chgReason: 3 },
    change: { power: 'ON', origin: 'other-write', confirmed: true },
  },
  {
    when: 'a restart',
    data: { power: 'OFF', connected: true, chgReason: 6 },
    change: { power: 'OFF', connected: true, origin: 'unknown', confirmed: true },
  },
  { when: 'no reason', data: { brightness: 55 }, change: { level: 55, origin: 'unknown', confirmed: true } },
  {
    when: 'the connection',
    data: { connected: false },
    change: { connected: false, origin: 'unknown', confirmed: true },
  },
  {
    when: 'a power nobody knows',
    data: { power: 'DIM', brightness: 5 },
    change: { level: 5, origin: 'unknown', confirmed: true },
  },
])('$when', ({ data, change }) => {
  expect(read(data)).toEqual({ deviceId: '1613723', ...change });
});

test.each([
  { data: { rssi: -55, lastUpdated: '2026-03-01T12:00:00.000Z' } },
  { data: { chgReason: 1 } },
  { data: {} },
  { data: { power: null, brightness: null, connected: null } },
  { data: { name: 'Desk', client_id: 'ours' } },
])('$data is of no interest', ({ data }) => {
  expect(read(data)).toBeUndefined();
});

test.each([
  { when: 'of ours', client_id: 'ours', report: { chgReason: 3 }, afterMs: 1_200, origin: 'our-write' },
  { when: 'of the app', client_id: 'app', report: { chgReason: 3 }, afterMs: 1_200, origin: 'other-write' },
  { when: 'of ours, without a reason', client_id: 'ours', report: {}, afterMs: 1_200, origin: 'our-write' },
  { when: 'of ours, long ago', client_id: 'ours', report: { chgReason: 3 }, afterMs: 6_000, origin: 'other-write' },
  { when: 'of ours, but then a hand', client_id: 'ours', report: { chgReason: 1 }, afterMs: 1_200, origin: 'plug' },
  { when: 'of ours, long ago, without a reason', client_id: 'ours', report: {}, afterMs: 6_000, origin: 'unknown' },
])('a report after a write $when is $origin', ({ client_id, report, afterMs, origin }) => {
  read({ power: 'ON', brightness: 70, client_id });
  clock.advance(afterMs);
  expect(read({ brightness: 70, ...report })).toEqual({ deviceId: '1613723', level: 70, origin, confirmed: true });
});

describe('a report uses up its write', () => {
  type Frames = readonly [afterMs: number, data: object][];
  const OURS = { power: 'ON', brightness: 70, client_id: 'ours' };
  const REPORT = { power: 'ON', brightness: 70, chgReason: 3 };
  test.each<{ when: string; frames: Frames; origins: string[] }>([
    {
      when: 'a schedule two seconds after a voice command',
      frames: [
        [0, OURS],
        [1_200, REPORT],
        [800, { power: 'OFF', chgReason: 3 }],
      ],
      origins: ['our-write', 'our-write', 'other-write'],
    },
    {
      when: 'a schedule overtakes the report of a voice command',
      frames: [
        [0, OURS],
        [300, { power: 'OFF', chgReason: 3 }],
        [900, REPORT],
      ],
      origins: ['our-write', 'other-write', 'our-write'],
    },
    {
      when: 'the report comes twice',
      frames: [
        [0, OURS],
        [1_200, { ...REPORT, lastUpdated: '2026-03-01T12:00:01.200Z' }],
        [5, { ...REPORT, lastUpdated: '2026-03-01T12:00:01.200Z' }],
        [800, { power: 'OFF', chgReason: 3, lastUpdated: '2026-03-01T12:00:02.000Z' }],
      ],
      origins: ['our-write', 'our-write', 'our-write', 'other-write'],
    },
    {
      when: 'the write comes twice',
      frames: [
        [0, { ...OURS, lastUpdated: '2026-03-01T12:00:00.000Z' }],
        [5, { ...OURS, lastUpdated: '2026-03-01T12:00:00.000Z' }],
        [1_200, REPORT],
        [800, { power: 'OFF', chgReason: 3 }],
      ],
      origins: ['our-write', 'our-write', 'our-write', 'other-write'],
    },
    {
      when: 'two quick writes with two reports',
      frames: [
        [0, OURS],
        [300, { ...OURS, brightness: 20 }],
        [900, REPORT],
        [300, { ...REPORT, brightness: 20 }],
        [500, { power: 'OFF', chgReason: 3 }],
      ],
      origins: ['our-write', 'our-write', 'our-write', 'our-write', 'other-write'],
    },
    {
      when: 'two quick writes with one report',
      frames: [
        [0, OURS],
        [300, { ...OURS, brightness: 20 }],
        [1_200, { ...REPORT, brightness: 20 }],
        [500, { power: 'OFF', chgReason: 3 }],
      ],
      origins: ['our-write', 'our-write', 'our-write', 'other-write'],
    },
    {
      when: 'the device takes its own level',
      frames: [
        [0, OURS],
        [1_200, { ...REPORT, brightness: 30 }],
        [800, { power: 'OFF', chgReason: 3 }],
      ],
      origins: ['our-write', 'our-write', 'other-write'],
    },
    {
      when: 'the connection is lost before the report',
      frames: [
        [0, OURS],
        [500, { connected: false }],
        [700, REPORT],
      ],
      origins: ['our-write', 'unknown', 'our-write'],
    },
    {
      when: 'a write of the app after one of ours',
      frames: [
        [0, OURS],
        [1_200, REPORT],
        [500, { power: 'OFF', client_id: 'app' }],
        [1_200, { power: 'OFF', chgReason: 3 }],
      ],
      origins: ['our-write', 'our-write', 'other-write', 'other-write'],
    },
  ])('$when', ({ frames, origins }) => {
    const seen = frames.map(([afterMs, data]) => {
      clock.advance(afterMs);
      return (read(data) as { origin: string }).origin;
    });
    expect(seen).toEqual(origins);
  });
});

test('a write to one device says nothing of another', () => {
  const changeOf = changeReader(clock, (clientId) => clientId === 'ours');
  const data = (fields: object) => {
    const frame = readFrame(notification({}, fields));
    if (frame.kind !== 'saved') throw new Error(frame.kind);
    return frame.data;
  };
  changeOf('1', data({ power: 'ON', client_id: 'ours' }));
  expect(changeOf('2', data({ power: 'ON', chgReason: 3 }))).toMatchObject({ origin: 'other-write' });
});

test.each([
  { when: 'said', lastUpdated: '2026-03-01T11:59:58.250Z', at: new Date('2026-03-01T11:59:58.250Z') },
  { when: 'no moment', lastUpdated: 'yesterday', at: undefined },
  { when: 'not said', lastUpdated: undefined, at: undefined },
])('when it was saved: $when', ({ lastUpdated, at }) => {
  expect(read({ power: 'ON', lastUpdated })).toMatchObject({ power: 'ON' });
  expect((read({ power: 'ON', lastUpdated }) as { at?: Date }).at).toEqual(at);
});
