import { describe, expect, test } from '@jest/globals';
import type { DeviceRecord, DeviceState, GrantView } from '../../lambda/ports/device-store.ts';
import type { Grant, GrantBackoff } from '../../lambda/ports/grant-store.ts';
import type { StateMessage } from '../../lambda/ports/report-queue.ts';
import {
  afterDelivery,
  type DeliveryResult,
  planDelivery,
  withForcedReport,
  withoutCatchUp,
} from '../../lambda/reports/delivery-plan.ts';
import { device } from '../adapters/dynamodb/support.ts';
import { at, state, view } from './builders.ts';

const NOW = new Date(at(30));
const settings = { brightnessWhileOff: 'zero' } as const;
const record = (views: Record<string, GrantView>, lastState = state(10)): DeviceRecord => ({
  device: device(),
  lastState,
  views,
  version: 1,
});
const message = (second: number, fields: Partial<StateMessage> = {}): StateMessage => ({
  kind: 'state',
  accountId: 'account-1',
  deviceId: '1613723',
  cause: 'PHYSICAL_INTERACTION',
  ...state(second),
  ...fields,
});
const grant = (id: string, backoff?: GrantBackoff): Grant => ({
  accountId: 'account-1',
  id,
  tokens: { accessToken: 'a', refreshToken: 'r', expiresAt: at(59), issuedAt: at(0) },
  region: 'NA',
  codeHash: 'hash',
  version: 1,
  ...(backoff && { backoff }),
});
const until = (moment: string): GrantBackoff => ({ cause: 'wrong-stage', since: at(0), until: moment, attempts: 1 });

describe('what a grant gets', () => {
  const changed = message(20, { level: 50 });
  test.each<{
    when: string;
    view?: GrantView;
    lastState?: DeviceState;
    message: StateMessage;
    backoff?: GrantBackoff;
    plan: string;
  }>([
    { when: 'another level', view: view(), message: changed, plan: 'report' },
    { when: 'the first report', view: { announced: 'x' }, message: message(20), plan: 'report' },
    { when: 'the same state', view: view(), message: message(20), plan: 'equal' },
    { when: 'the same state, forced', view: view(), message: message(20, { forceReport: true }), plan: 'report' },
    {
      when: 'the same state, known later than the forced message, and reported after it',
      view: view({ lastReported: state(22) }),
      lastState: state(25),
      message: message(20, { forceReport: true }),
      plan: 'equal',
    },
    {
      when: 'the same state after an unconfirmed write',
      view: view({ forceReportSince: at(15) }),
      message: message(20),
      plan: 'report',
    },
    { when: 'older than the report', view: view({ lastReported: state(25) }), message: changed, plan: 'stale' },
    { when: 'its Alexa does not know the endpoint', message: changed, plan: 'unknown-endpoint' },
    {
      when: 'a catch-up message is on its way',
      view: view({ catchUpUntil: at(31) }),
      message: changed,
      plan: 'catch-up',
    },
    {
      when: 'the same state, and a catch-up message with another one is on its way',
      view: view({ catchUpUntil: at(31) }),
      message: message(20),
      plan: 'catch-up',
    },
    { when: 'the catch-up message was lost', view: view({ catchUpUntil: at(30) }), message: changed, plan: 'report' },
    {
      when: 'this is the catch-up message',
      view: view({ catchUpUntil: at(31) }),
      message: { ...changed, grantId: 'a' },
      plan: 'report',
    },
    {
      when: 'a back-off of five minutes',
      view: view(),
      message: changed,
      backoff: until('2026-11-20T10:05:30.000Z'),
      plan: 'catch-up',
    },
    {
      when: 'a longer back-off',
      view: view(),
      message: changed,
      backoff: until('2026-11-20T10:05:31.000Z'),
      plan: 'backoff',
    },
    { when: 'a back-off that has ended', view: view(), message: changed, backoff: until(at(30)), plan: 'report' },
    {
      when: 'this is the catch-up message, and it was done before',
      view: view(),
      message: { ...changed, grantId: 'a' },
      plan: 'stale',
    },
    {
      when: 'the catch-up message meets a short back-off',
      view: view({ catchUpUntil: at(31) }),
      message: { ...changed, grantId: 'a' },
      backoff: until(at(40)),
      plan: 'catch-up',
    },
    {
      when: 'the same state during a back-off',
      view: view(),
      message: message(20),
      backoff: until(at(40)),
      plan: 'equal',
    },
  ])('$when: $plan', ({ view, lastState, message, backoff, plan }) => {
    const plans = planDelivery(
      message,
      record(view ? { a: view } : {}, lastState),
      [grant('a', backoff)],
      settings,
      NOW,
    );
    expect(plans.map(({ kind }) => kind)).toEqual([plan]);
  });

  test('a catch-up message is for its grant only', () => {
    const all = record({ a: view(), b: view({ catchUpUntil: at(31) }) });
    const plans = planDelivery({ ...changed, grantId: 'b' }, all, [grant('a'), grant('b')], settings, NOW);
    expect(plans).toMatchObject([{ kind: 'report', grant: { id: 'b' } }]);
  });

  test('if a later state is known, that one is reported', () => {
    const later = record({ a: view() }, state(25, { level: 70 }));
    const [plan] = planDelivery(changed, later, [grant('a')], settings, NOW);
    expect(plan).toMatchObject({ kind: 'report', content: { changed: [{ name: 'brightness', value: 70 }] } });
  });
});

describe('the row after a delivery', () => {
  const result = (fields: Partial<DeliveryResult>): DeliveryResult => ({
    grantIds: ['a'],
    accepted: [],
    equal: [],
    missed: [],
    targetGrantId: undefined,
    by: 'plug',
    forceReport: false,
    isByHand: false,
    ...fields,
  });
  test('an equal state keeps the record\u2019s moment of the report: a later write may have been shown in between', () => {
    const before = record({ a: view({ lastReported: state(10, { changedAt: at(9) }) }) });
    const after = afterDelivery(before, state(20, { changedAt: at(19) }), result({ equal: ['a'] }), NOW);
    expect(after.views.a?.lastReported).toEqual(state(10, { changedAt: at(9) }));
  });

  const inADay = '2026-11-21T11:00:30.000Z';

  test.each<{ when: string; before: GrantView; result: Partial<DeliveryResult>; after: GrantView }>([
    {
      when: 'accepted',
      before: view(),
      result: { accepted: ['a'] },
      after: view({ lastReported: state(20, { level: 50 }) }),
    },
    {
      when: 'accepted, but a later report is noted',
      before: view({ lastReported: state(25) }),
      result: { accepted: ['a'] },
      after: view({ lastReported: state(25) }),
    },
    {
      when: 'equal: the moment of the report stays',
      before: view(),
      result: { equal: ['a'] },
      after: view({ lastReported: state(10, { level: 50 }) }),
    },
    { when: 'not accepted', before: view(), result: {}, after: view() },
    {
      when: 'not accepted, and forced',
      before: view(),
      result: { forceReport: true },
      after: view({ forceReportSince: at(20) }),
    },
    {
      when: 'forced, for another grant',
      before: view(),
      result: { forceReport: true, targetGrantId: 'b' },
      after: view(),
    },
    {
      when: 'forced, and reported at that very moment',
      before: view({ lastReported: state(20) }),
      result: { forceReport: true },
      after: view({ lastReported: state(20) }),
    },
    {
      when: 'accepted after an unconfirmed write',
      before: view({ forceReportSince: at(15) }),
      result: { accepted: ['a'] },
      after: view({ lastReported: state(20, { level: 50 }) }),
    },
    {
      when: 'accepted, from before the unconfirmed write',
      before: view({ forceReportSince: at(21) }),
      result: { accepted: ['a'] },
      after: view({ lastReported: state(20, { level: 50 }), forceReportSince: at(21) }),
    },
    { when: 'missed', before: view(), result: { missed: ['a'] }, after: view({ catchUpUntil: inADay }) },
    {
      when: 'caught up: until the message is done, others wait',
      before: view({ catchUpUntil: inADay }),
      result: { accepted: ['a'], targetGrantId: 'a' },
      after: view({ lastReported: state(20, { level: 50 }), catchUpUntil: inADay }),
    },
    {
      when: 'the catch-up message failed: it is still to come',
      before: view({ catchUpUntil: '2026-11-21T11:00:20.000Z' }),
      result: { missed: ['a'], targetGrantId: 'a' },
      after: view({ catchUpUntil: '2026-11-21T11:00:20.000Z' }),
    },
    {
      when: 'another grant caught up',
      before: view({ catchUpUntil: inADay }),
      result: { targetGrantId: 'b' },
      after: view({ catchUpUntil: inADay }),
    },
    {
      when: 'the grant is gone: its link knows the endpoint',
      before: view({ catchUpUntil: inADay }),
      result: { grantIds: [] },
      after: { announced: 'x' },
    },
  ])('$when', ({ before, result: fields, after }) => {
    const next = afterDelivery(record({ a: before }), state(20, { level: 50 }), result(fields), NOW);
    expect(next).toEqual({ ...record({ a: after }), lastState: state(20, { level: 50 }), changes: 'tosp4k+50p' });
  });

  test('a later state that is known stays', () => {
    const later = state(25);
    expect(afterDelivery(record({ a: view() }, later), state(20), result({}), NOW).lastState).toEqual(later);
  });
});

describe('the days on which a hand was at the plug', () => {
  test.each<{ when: string; state: DeviceState; byHand: boolean; known?: readonly string[]; days?: readonly string[] }>(
    [
      { when: 'switched off by hand', state: state(20, { power: 'OFF' }), byHand: true, days: ['2026-11-20'] },
      { when: 'dimmed by hand', state: state(20, { level: 50 }), byHand: true, days: ['2026-11-20'] },
      { when: 'dimmed by voice', state: state(20, { level: 50 }), byHand: false },
      { when: 'back on the network', state: state(20, { connected: false }), byHand: true },
      {
        when: 'the same message once more',
        state: state(10),
        byHand: true,
        known: ['2026-11-20'],
        days: ['2026-11-20'],
      },
      {
        when: 'the fourth day',
        state: state(20, { level: 50 }),
        byHand: true,
        known: ['2026-11-01', '2026-11-02', '2026-11-03'],
        days: ['2026-11-02', '2026-11-03', '2026-11-20'],
      },
    ],
  )('$when', ({ state: next, byHand, known, days }) => {
    const none = { grantIds: [], accepted: [], equal: [], missed: [] };
    const result = { ...none, targetGrantId: undefined, forceReport: false, by: 'plug' } as const;
    const before = { ...record({}), ...(known && { movedOn: known }) };
    expect(afterDelivery(before, next, { ...result, isByHand: byHand }, NOW).movedOn).toEqual(days);
  });
});

describe('a catch-up message is done', () => {
  const waiting = view({ catchUpUntil: '2026-11-21T11:00:20.000Z' });
  test.each<{ when: string; before: GrantView; requeuedAt: string; after: GrantView | undefined }>([
    { when: 'the one that was queued last', before: waiting, requeuedAt: at(20), after: view() },
    { when: 'a later one is still to come', before: waiting, requeuedAt: at(19), after: undefined },
    { when: 'it was done before', before: view(), requeuedAt: at(20), after: undefined },
  ])('$when', ({ before, requeuedAt, after }) => {
    const row = withoutCatchUp(record({ a: before, b: waiting }), { grantId: 'a', requeuedAt });
    expect(row?.views).toEqual(after && { a: after, b: waiting });
  });
});

describe('a write that is not confirmed', () => {
  test.each<{ when: string; before: GrantView; after: GrantView | undefined }>([
    { when: 'after the last report', before: view(), after: view({ forceReportSince: at(20) }) },
    {
      when: 'at the moment of the last report',
      before: view({ lastReported: state(20) }),
      after: view({ lastReported: state(20), forceReportSince: at(20) }),
    },
    { when: 'before the last report', before: view({ lastReported: state(21) }), after: undefined },
    {
      when: 'an earlier write is noted',
      before: view({ forceReportSince: at(15) }),
      after: view({ forceReportSince: at(20) }),
    },
    { when: 'a later write is noted', before: view({ forceReportSince: at(25) }), after: undefined },
    { when: 'no report yet', before: { announced: 'x' }, after: { announced: 'x', forceReportSince: at(20) } },
    { when: 'its Alexa does not know the endpoint', before: {}, after: undefined },
  ])('$when', ({ before, after }) => {
    expect(withForcedReport(record({ a: before }), at(20))?.views.a).toEqual(after);
  });
});
