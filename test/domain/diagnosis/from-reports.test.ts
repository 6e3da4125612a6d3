import { expect, test } from '@jest/globals';
import { reportsEvidence } from '../../../lambda/domain/diagnosis/from-reports.ts';
import type { Device } from '../../../lambda/ports/device-cloud.ts';
import type { DeviceRecord, DeviceState } from '../../../lambda/ports/device-store.ts';
import type { Grant } from '../../../lambda/ports/grant-store.ts';
import { ago, NOW } from './support.ts';

const state = (more: Partial<DeviceState> = {}): DeviceState => ({
  ...{ power: 'ON', level: 30, connected: true, at: ago(30) },
  ...more,
});
const device = (more: Partial<Device> = {}): Device => ({
  ...{ id: 'p1', name: 'Bedroom lamp', manufacturer: 'Leviton', model: 'DW3HL', serialNumber: '1' },
  ...{ firmwareVersion: '1.7.1', kind: 'light', dimmable: true, connected: true, uncertaintyMs: 0, sampledAt: NOW },
  ...{ power: 'ON', level: 30 },
  ...more,
});
const changed = (more: Partial<Device> = {}): Device => device({ changedAt: new Date(ago(20)), ...more });
const record = (lastReported?: DeviceState): DeviceRecord => ({
  device: device(),
  lastState: state(),
  views: { l1: { announced: 'x', ...(lastReported && { lastReported }) } },
  version: 1,
});
const grant = (more: Partial<Grant> = {}): Grant => ({
  ...{ accountId: 'a1', id: 'l1', region: 'NA', codeHash: 'hash', version: 1 },
  tokens: { accessToken: 'a', refreshToken: 'r', expiresAt: ago(0), issuedAt: ago(60) },
  ...more,
});
const at = ago(0);

test.each<{ when: string; device?: Device; record?: DeviceRecord; grant?: Grant; says: unknown }>([
  { when: 'Alexa was told how it is', says: { at, changes: 0, equal: 1, waiting: 0 } },
  {
    when: 'it has another level',
    device: changed({ level: 70 }),
    says: { at, changes: 0, equal: 0, waiting: 1, since: ago(20) },
  },
  {
    when: 'it has another level, and is off as it was',
    device: changed({ power: 'OFF', level: 70 }),
    record: record(state({ power: 'OFF' })),
    says: { at, changes: 0, equal: 1, waiting: 0 },
  },
  {
    when: 'nobody knows when it changed',
    device: device({ level: 70 }),
    says: { at, changes: 0, equal: 0, waiting: 1 },
  },
  {
    when: 'it changed before it was reported, by a clock that differs a little',
    device: changed({ level: 70, changedAt: new Date(ago(31)) }),
    says: { at, changes: 0, equal: 0, waiting: 1, since: ago(31) },
  },
  {
    when: 'it changed hours before it was reported, by a clock that is wrong',
    device: changed({ level: 70, changedAt: new Date(ago(300)) }),
    says: { at, changes: 0, equal: 0, waiting: 1 },
  },
  { when: 'it is offline', device: changed({ connected: false, power: 'OFF' }), says: undefined },
  { when: 'nothing was ever reported', record: record(), says: undefined },
  {
    when: 'the gateway refuses events of the grant',
    device: changed({ level: 70 }),
    grant: grant({ backoff: { cause: 'wrong-stage', since: ago(90), until: ago(-9), attempts: 3 } }),
    says: undefined,
  },
  {
    when: 'Amazon answers no report',
    device: changed({ level: 70 }),
    grant: grant({ unreachableSince: ago(30) }),
    says: undefined,
  },
])('a lamp: $when', ({ says, ...given }) => {
  const reported = given.record ?? record(state());
  const found = reportsEvidence([given.device ?? changed()], [reported], [given.grant ?? grant()], NOW);
  expect(found.reports).toEqual(says);
});
