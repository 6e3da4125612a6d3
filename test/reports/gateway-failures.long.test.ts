import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { withFastClock } from '../support/clock.ts';
import { seedLink } from '../support/seed.ts';
import { EMAIL, PASSWORD, type TestSetup, until } from '../support/setup.ts';
import { accountIdOf, backoffOf, grantsOf, linesOf, openReportedSetup, sampleOf, tileOf } from './support.ts';

let setup: TestSetup;
beforeEach(async () => {
  setup = await openReportedSetup();
});
afterEach(() => setup.system.close());

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const OK = { value: 'OK' };

/** Queues a state. Afterwards the queue has nothing left to do, or its messages wait for the end of a back-off. */
async function report(state: Parameters<typeof sampleOf>[1] = {}): Promise<void> {
  const waiting = linesOf(setup, 'report-not-delivered').length;
  await setup.system.queue.send([sampleOf(setup, state)]);
  let isIdle = false;
  void setup.system.queue.idle().then(() => {
    isIdle = true;
  });
  await until(() => isIdle || linesOf(setup, 'report-not-delivered').length > waiting);
}
const answer = (status: number, code?: string, times?: number) =>
  setup.system.alexa.inject({
    at: 'NA',
    kind: 'status',
    status,
    ...(code !== undefined && { code }),
    ...(times && { times }),
  });
const openNotices = async () =>
  (await setup.system.table.scan())
    .map((row) => JSON.stringify(row))
    .filter((row) => row.includes('{"S":"notice#') && row.includes('"state":{"S":"open"}'));

describe('one answer, one reaction', () => {
  test.each([
    { status: 400, code: 'INVALID_REQUEST_EXCEPTION', events: 1, backoff: 'event-refused', outcome: 'not-reported' },
    { status: 400, code: undefined, events: 1, backoff: 'event-refused', outcome: 'not-reported' },
    {
      status: 413,
      code: 'REQUEST_ENTITY_TOO_LARGE_EXCEPTION',
      events: 1,
      backoff: 'event-refused',
      outcome: 'not-reported',
    },
    { status: 418, code: 'TEAPOT_EXCEPTION', events: 1, backoff: 'event-refused', outcome: 'not-reported' },
    {
      status: 401,
      code: 'INVALID_ACCESS_TOKEN_EXCEPTION',
      events: 2,
      backoff: 'lwa-token-rejected',
      outcome: 'catch-up-queued',
    },
    // The other two gateways do not know the customer.
    { status: 403, code: 'SKILL_DISABLED_EXCEPTION', events: 3, backoff: 'never-enabled', outcome: 'catch-up-queued' },
    {
      status: 403,
      code: 'SKILL_NEVER_ENABLED_EXCEPTION',
      events: 3,
      backoff: 'never-enabled',
      outcome: 'catch-up-queued',
    },
    {
      status: 403,
      code: 'INSUFFICIENT_PERMISSION_EXCEPTION',
      events: 1,
      backoff: 'events-not-permitted',
      outcome: 'catch-up-queued',
    },
    {
      status: 403,
      code: 'ACCOUNT_NOT_FOUND_EXCEPTION',
      events: 1,
      backoff: 'account-not-found',
      outcome: 'catch-up-queued',
    },
    { status: 404, code: 'SKILL_NOT_FOUND_EXCEPTION', events: 1, backoff: 'wrong-stage', outcome: 'catch-up-queued' },
  ])('$status $code', async ({ status, code, events, backoff, outcome }) => {
    answer(status, code);
    await report();
    expect(setup.system.alexa.counts.events).toBe(events);
    expect(await backoffOf(setup)).toBe(backoff);
    expect(linesOf(setup, 'report').at(-1)).toContain(`"outcome":"${outcome}"`);
    expect(linesOf(setup, 'grant-backoff-started')).toHaveLength(1);
    expect(setup.system.queue.deadLetters).toEqual([]);
  });

  test.each([302, 307, 408, 425])('%i says nothing about the event: it is sent once more', async (status) => {
    answer(status, undefined, 1);
    await withFastClock(setup.clock, () => report());
    expect(tileOf(setup.customer)).toMatchObject({ power: 'ON', brightness: 40 });
    expect(await backoffOf(setup)).toBe('none');
    expect(await openNotices()).toEqual([]);
  });

  test.each([200, 204])('%i: accepted like 202, and not sent again', async (status) => {
    setup.system.alexa.inject({ at: 'NA', kind: 'accept', status });
    await report();
    await report();
    expect(setup.system.alexa.counts.events).toBe(1);
    expect(await backoffOf(setup)).toBe('none');
    expect(tileOf(setup.customer)).toMatchObject({ power: 'ON', brightness: 40 });
    expect(linesOf(setup, 'report-not-delivered')).toEqual([]);
  });

  test('202: accepted', async () => {
    await report();
    expect(await backoffOf(setup)).toBe('none');
    expect(setup.reports).toMatchObject([{ region: 'NA', changed: { powerState: 'ON', brightness: 40 } }]);
  });

  test('401 once: refreshed once, sent once more', async () => {
    answer(401, undefined, 1);
    await report();
    expect(setup.system.alexa.counts).toMatchObject({ events: 2, tokenRequests: 1 });
    expect(tileOf(setup.customer)).toEqual({ power: 'ON', brightness: 40, connectivity: OK });
    expect(await backoffOf(setup)).toBe('none');
  });

  test('401, and the refresh says invalid_grant: the grant is removed', async () => {
    answer(401);
    setup.system.alexa.inject({ at: 'lwa', kind: 'invalid-grant' });
    await report();
    expect(await backoffOf(setup)).toBe('removed');
    expect(await openNotices()).toEqual([expect.stringContaining('grant-revoked')]);
    expect(linesOf(setup, 'grant-removed')).toHaveLength(1);
  });

  test('403 ACCOUNT_NOT_FOUND, and the refresh says invalid_grant: the grant is removed', async () => {
    answer(403, 'ACCOUNT_NOT_FOUND_EXCEPTION');
    setup.system.alexa.inject({ at: 'lwa', kind: 'invalid-grant' });
    await report();
    expect(await backoffOf(setup)).toBe('removed');
  });

  test('403 SKILL_DISABLED at all three gateways: the grant is removed', async () => {
    for (const at of ['NA', 'EU', 'FE'] as const)
      setup.system.alexa.inject({ at, kind: 'status', status: 403, code: 'SKILL_DISABLED_EXCEPTION' });
    await report();
    expect(setup.system.alexa.counts.events).toBe(3);
    expect(await backoffOf(setup)).toBe('removed');
  });

  test('403 SKILL_DISABLED here, and another gateway fails: nothing is proved, and it is retried', async () => {
    const ends = (['NA', 'FE'] as const).map((at) =>
      setup.system.alexa.inject({ at, kind: 'status', status: 403, code: 'SKILL_DISABLED_EXCEPTION' }),
    );
    ends.push(setup.system.alexa.inject({ at: 'EU', kind: 'status', status: 503 }));
    await setup.system.queue.send([sampleOf(setup)]);
    await until(() => linesOf(setup, 'report-not-delivered').length > 0);
    expect(await backoffOf(setup)).toBe('none');
    for (const end of ends) end();
    await withFastClock(setup.clock, () => setup.system.queue.idle());
    expect(tileOf(setup.customer)).toMatchObject({ power: 'ON', brightness: 40 });
  });

  test('the wrong region: the right one is found in the same event and remembered', async () => {
    const [grant] = await grantsOf(setup);
    if (!grant) throw new Error('no grant');
    await setup.system.ports.grants.amend(grant, { region: 'EU' });
    await report();
    expect(setup.reports).toHaveLength(1);
    expect((await grantsOf(setup))[0]?.region).toBe('NA');
    setup.system.alexa.resetCounts();
    await report({ level: 50 });
    expect(setup.system.alexa.counts.events).toBe(1);
  });

  test.each([
    { status: 429, code: 'THROTTLING_EXCEPTION' },
    { status: 500, code: 'INTERNAL_SERVICE_EXCEPTION' },
    { status: 503, code: 'SERVICE_UNAVAILABLE_EXCEPTION' },
    { status: 502, code: undefined },
    { status: 408, code: undefined },
  ])('$status $code three times: resent with a second between, and accepted', async ({ status, code }) => {
    answer(status, code, 3);
    const began = setup.clock.now().getTime();
    await withFastClock(setup.clock, () => report());
    expect(setup.clock.now().getTime() - began).toBeGreaterThanOrEqual(3_000);
    expect(setup.system.alexa.counts.events).toBe(4);
    expect(setup.reports).toHaveLength(1);
    expect(linesOf(setup, 'report-not-delivered')).toEqual([]);
    expect(await backoffOf(setup)).toBe('none');
  });

  test.each(['hang', 'reset', 'html'] as const)(
    'no answer (%s): the queue delivers it again, then with the current state',
    async (kind) => {
      const end = setup.system.alexa.inject({ at: 'NA', kind });
      await setup.system.queue.send([sampleOf(setup)]);
      await withFastClock(setup.clock, () => until(() => linesOf(setup, 'report-not-delivered').length > 0));
      await setup.system.queue.send([sampleOf(setup, { level: 90 })]);
      end();
      await withFastClock(setup.clock, () => setup.system.queue.idle());
      expect(setup.reports.map(({ changed }) => changed)).toEqual([{ powerState: 'ON', brightness: 90 }]);
      expect(setup.system.alexa.problems).toEqual([]);
    },
  );

  test('a failure of some seconds: the queue delivers it again after five more', async () => {
    answer(503, undefined, 4);
    const began = setup.clock.now().getTime();
    await withFastClock(setup.clock, async () => {
      await report();
      await setup.system.queue.idle();
    });
    expect(setup.reports).toHaveLength(1);
    expect(linesOf(setup, 'report-not-delivered')).toHaveLength(1);
    expect(setup.clock.now().getTime() - began).toBeLessThan(15_000);
  });

  test('Login with Amazon refuses our client: alarm, and the grant stays', async () => {
    setup.clock.advance(2 * 60 * MINUTE);
    const end = setup.system.alexa.inject({ at: 'lwa', kind: 'invalid-client' });
    await report();
    expect(await backoffOf(setup)).toBe('messaging-client-refused');
    expect(await openNotices()).toEqual([expect.stringContaining('messaging-client-refused')]);
    end();
    setup.clock.advance(2 * MINUTE);
    await report({ level: 70 });
    expect(tileOf(setup.customer)).toMatchObject({ power: 'ON', brightness: 70 });
    expect(await backoffOf(setup)).toBe('none');
    expect(await openNotices()).toEqual([]);
  });
});

describe('alarms', () => {
  test('two grants with the same back-off are one alarm', async () => {
    const { customer } = await seedLink(setup.system, { email: EMAIL, password: PASSWORD, keep: true });
    await customer.acceptGrant();
    await customer.discover();
    await setup.system.queue.idle();
    answer(403, 'INSUFFICIENT_PERMISSION_EXCEPTION');
    await report();
    expect((await grantsOf(setup)).map(({ backoff }) => backoff?.cause)).toEqual([
      'events-not-permitted',
      'events-not-permitted',
    ]);
    expect(linesOf(setup, 'grant-backoff-started')).toHaveLength(1);
    expect(await openNotices()).toHaveLength(1);
  });
});

describe('back-off', () => {
  const catchUps = () => linesOf(setup, 'report').filter((line) => line.includes('"catch-up-queued"')).length;

  test.each([
    { when: 'two weeks of nothing else', days: 14, after: 'removed' },
    { when: 'a day less', days: 13, after: 'never-enabled' },
  ])('never enabled, $when: $after', async ({ days, after }) => {
    const [grant] = await grantsOf(setup);
    if (!grant) throw new Error('no grant');
    const until = setup.clock.now().toISOString();
    const since = new Date(setup.clock.now().getTime() - days * DAY).toISOString();
    const backoff = { cause: 'never-enabled', since, until, attempts: 20 } as const;
    await setup.system.ports.grants.amend(grant, { region: 'NA', backoff });
    answer(403, 'SKILL_NEVER_ENABLED_EXCEPTION');
    await report();
    expect(await backoffOf(setup)).toBe(after);
    expect(linesOf(setup, 'report').at(-1)).toContain('"outcome":"not-reported"');
  });

  test.each([1, 2])('refused %i times, the first time included: reported at the end of the back-off', async (times) => {
    answer(403, 'SKILL_NEVER_ENABLED_EXCEPTION', times);
    await report({ level: 50 });
    expect(await backoffOf(setup)).toBe('never-enabled');
    for (let refused = 1; refused <= times; refused++) {
      const { events } = setup.system.alexa.counts;
      setup.clock.advance(2 ** (refused - 1) * MINUTE);
      await withFastClock(setup.clock, () => until(() => setup.system.alexa.counts.events > events));
    }
    await setup.system.queue.idle();
    expect(await backoffOf(setup)).toBe('none');
    expect(setup.reports.map(({ changed }) => changed)).toEqual([{ powerState: 'ON', brightness: 50 }]);
    expect(tileOf(setup.customer)).toMatchObject({ power: 'ON', brightness: 50 });
  });

  test('nothing is sent meanwhile; a new grant of the account ends it', async () => {
    const end = answer(404);
    await report();
    setup.system.alexa.resetCounts();
    await setup.system.queue.send([sampleOf(setup, { level: 50 })]);
    await until(() => catchUps() === 2);
    expect(setup.system.alexa.counts.events).toBe(0);
    end();
    await setup.customer.acceptGrant();
    await setup.system.queue.send([sampleOf(setup, { level: 60 })]);
    await withFastClock(setup.clock, () => setup.system.queue.idle());
    expect(tileOf(setup.customer)).toMatchObject({ power: 'ON', brightness: 60 });
  });

  test('it ends soon: then the last state is reported, and only that', async () => {
    const end = answer(403, 'SKILL_NEVER_ENABLED_EXCEPTION');
    await report();
    end();
    setup.system.alexa.resetCounts();
    await setup.system.queue.send([sampleOf(setup, { level: 50 })]);
    await until(() => catchUps() === 2);
    await setup.system.queue.send([sampleOf(setup, { level: 60 })]);
    await until(() => catchUps() === 3);
    setup.clock.advance(MINUTE);
    await setup.system.queue.idle();
    expect(setup.reports.map(({ changed }) => changed)).toEqual([{ powerState: 'ON', brightness: 60 }]);
    expect(setup.system.alexa.counts.events).toBe(1);
    expect(linesOf(setup, 'report-not-delivered').every((line) => line.includes('"level":"warn"'))).toBe(true);
    expect(await backoffOf(setup)).toBe('none');
    const [row] = await setup.system.ports.devices.list(accountIdOf(setup));
    expect(Object.values(row?.views ?? {}).map(({ catchUpUntil }) => catchUpUntil)).toEqual([undefined]);
  });

  test('at its end the gateway is down: the catch-up message still waits, and no other overtakes it', async () => {
    const end = answer(403, 'SKILL_NEVER_ENABLED_EXCEPTION');
    await report();
    end();
    const endOutage = answer(503);
    await setup.system.queue.send([sampleOf(setup, { level: 50 })]);
    await until(() => catchUps() === 2);
    setup.clock.advance(MINUTE);
    const isDown = () => linesOf(setup, 'report-not-delivered').some((line) => line.includes('503'));
    await withFastClock(setup.clock, () => until(isDown));
    await setup.system.queue.send([sampleOf(setup, { level: 60 })]);
    await until(() => catchUps() === 3);
    endOutage();
    await withFastClock(setup.clock, () => setup.system.queue.idle());
    expect(setup.reports.map(({ changed }) => changed.brightness)).toEqual([60]);
  });

  test.each([
    { when: 'five minutes', aheadMs: 5 * MINUTE, outcome: 'catch-up-queued' },
    { when: 'longer', aheadMs: 5 * MINUTE + 1_000, outcome: 'not-reported' },
  ])('$when ahead: $outcome', async ({ aheadMs, outcome }) => {
    const [grant] = await grantsOf(setup);
    if (!grant) throw new Error('no grant');
    const now = setup.clock.now();
    const backoff = { cause: 'never-enabled', since: now.toISOString(), attempts: 3 } as const;
    const pausedUntil = new Date(now.getTime() + aheadMs).toISOString();
    await setup.system.ports.grants.amend(grant, { region: 'NA', backoff: { ...backoff, until: pausedUntil } });
    await setup.system.queue.send([sampleOf(setup)]);
    await until(() => linesOf(setup, 'report').some((line) => line.includes(`"outcome":"${outcome}"`)));
    expect(setup.system.alexa.counts.events).toBe(0);
  });
});

test('what the grant row says is nobody’s secret and survives: the back-off is read back', async () => {
  answer(404);
  await report();
  const [grant] = await grantsOf(setup);
  expect(grant?.backoff).toEqual({
    cause: 'wrong-stage',
    since: expect.any(String),
    until: expect.any(String),
    attempts: 1,
  });
  expect(grant?.accountId).toBe(accountIdOf(setup));
});
