import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createDeviceEvents } from '../../lambda/handlers/device-events.ts';
import { toRequest, toResult } from '../../lambda/handlers/function-url.ts';
import { openSetup, type TestSetup, until } from '../support/setup.ts';
import { urlEvent } from '../support/url-event.ts';

const KEY = 'canary-device-events-key-of-a-device-cloud';
let setup: TestSetup;
let door: (request: Request) => Promise<Response>;
beforeEach(async () => {
  setup = await openSetup({ granted: true });
  await setup.system.queue.idle();
  setup.reports.length = 0;
  door = open(KEY);
});
afterEach(() => setup.system.close());

function open(deviceEventsKey: string | undefined) {
  const { clock, environment, ports, queue, secrets } = setup.system;
  const secretsJson = JSON.stringify({ ...secrets, deviceEventsKey });
  return createDeviceEvents({ ...environment, SECRETS_JSON: secretsJson }, { clock, log: ports.log, queue });
}

interface Sent {
  readonly key?: string;
  /** Seconds that the sender's clock is off. */
  readonly off?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

const sign = (key: string, timestamp: string, body: string) =>
  `sha256=${createHmac('sha256', key).update(`${timestamp}.${body}`).digest('hex')}`;

function signed(body: string, { key = KEY, off = 0, headers = {} }: Sent = {}): Request {
  const timestamp = String(Math.floor(setup.clock.now().getTime() / 1000) + off);
  return new Request('https://events.example.org/', {
    method: 'POST',
    headers: { 'X-Timestamp': timestamp, 'X-Signature': sign(key, timestamp, body), ...headers },
    body,
  });
}

async function answered(request: Request, through = door): Promise<{ status: number; body: unknown }> {
  // As Lambda brings it and takes it back.
  const event = urlEvent(request.method, '/', {
    headers: Object.fromEntries(request.headers),
    ...(request.method === 'POST' && { body: await request.text() }),
  });
  const forwarded = toRequest(event);
  if (!forwarded) throw new Error('no request');
  const result = await toResult(await through(forwarded));
  if (typeof result === 'string') throw new Error('no result');
  return { status: result.statusCode ?? 0, body: JSON.parse(result.body ?? '') };
}

const event = (fields: object = {}) => ({
  accountId: String(setup.account.userId),
  deviceId: setup.endpointId,
  power: 'ON',
  level: 40,
  at: setup.clock.now().toISOString(),
  origin: 'plug',
  ...fields,
});
const post = (events: readonly object[], sent?: Sent) => answered(signed(JSON.stringify({ events }), sent));

test('an event is reported to Alexa, with its cause', async () => {
  expect(await post([event()])).toEqual({ status: 200, body: { accepted: 1, passed: [] } });
  await until(() => setup.reports.length === 1);
  expect(setup.reports).toMatchObject([
    { cause: 'PHYSICAL_INTERACTION', changed: { powerState: 'ON', brightness: 40 } },
  ]);
  expect(setup.system.alexa.problems).toEqual([]);
});

describe('a state that Alexa was told before', () => {
  const reportsAfter = async (fields: object) => {
    await post([event({ power: 'OFF' })]);
    await setup.system.queue.idle();
    setup.reports.length = 0;
    setup.clock.advance(10_000);
    // A voice command switches on; the answer has told Alexa, and its own event comes when the device has followed.
    await post([event({ power: 'OFF', ...fields })]);
    await setup.system.queue.idle();
    return setup.reports.map(({ cause, changed }) => ({ cause, power: changed.powerState }));
  };

  test('is reported again after a hand at the plug: a command that was between shows in Alexa', async () => {
    expect(await reportsAfter({ origin: 'plug' })).toEqual([{ cause: 'PHYSICAL_INTERACTION', power: 'OFF' }]);
  });

  test('and after a change in an app', async () => {
    expect(await reportsAfter({ origin: 'other-write' })).toEqual([{ cause: 'APP_INTERACTION', power: 'OFF' }]);
  });

  test.each([
    { when: 'our own write', fields: { origin: 'our-write' } },
    { when: 'an unknown origin', fields: { origin: 'unknown' } },
    { when: 'no origin', fields: { origin: undefined } },
    { when: 'nothing of the light', fields: { power: undefined, level: undefined, connected: true } },
  ])('is not reported again after $when', async ({ fields }) => {
    expect(await reportsAfter(fields)).toEqual([]);
  });

  test('is reported once, when the sender signs the same event anew', async () => {
    setup.clock.advance(10_000);
    const at = setup.clock.now().toISOString();
    await post([event({ power: 'OFF', at })]);
    await until(() => setup.reports.length === 1);
    await setup.system.queue.idle();
    setup.clock.advance(10_000);
    await post([event({ power: 'OFF', at })]);
    await setup.system.queue.idle();
    expect(setup.reports).toHaveLength(1);
  });
});

test('a part of a state builds on what came before, in the same message and the next', async () => {
  await post([event({ power: undefined, level: 70 }), event({ level: undefined })]);
  await post([event({ power: undefined, level: undefined, connected: false })]);
  const record = await setup.system.ports.devices.get(String(setup.account.userId), setup.endpointId);
  expect(record?.lastState).toMatchObject({ power: 'ON', level: 70, connected: false });
  await until(() => setup.reports.some(({ changed }) => 'connectivity' in changed));
});

test.each([
  { when: 'an unknown device', fields: { deviceId: '999' }, reason: 'unknown-device' },
  { when: 'an unknown account', fields: { accountId: 'nobody' }, reason: 'unknown-device' },
  { when: 'an old event', fields: { at: '2026-02-28T12:00:00.000Z' }, reason: 'older-than-known' },
  { when: 'one from next year', fields: { at: '2027-03-01T12:00:00.000Z' }, reason: 'from-the-future' },
])('$when is passed over, and the others are taken', async ({ fields, reason }) => {
  expect(await post([event(fields), event()])).toEqual({
    status: 200,
    body: { accepted: 1, passed: [{ index: 0, reason }] },
  });
});

describe('what must not get in', () => {
  const body = () => JSON.stringify({ events: [event()] });
  const at = () => String(Math.floor(setup.clock.now().getTime() / 1000));

  test.each<{ when: string; request: () => Request; status: number; error: string }>([
    { when: 'another key', request: () => signed(body(), { key: `${KEY}!` }), status: 401, error: 'not-signed' },
    {
      when: 'no signature',
      request: () =>
        new Request('https://x.example/', { method: 'POST', body: body(), headers: { 'X-Timestamp': at() } }),
      status: 401,
      error: 'not-signed',
    },
    {
      when: 'no timestamp',
      request: () =>
        new Request('https://x.example/', {
          method: 'POST',
          body: body(),
          headers: { 'X-Signature': sign(KEY, '', body()) },
        }),
      status: 401,
      error: 'not-signed',
    },
    {
      when: 'a signature of the wrong length',
      request: () => signed(body(), { headers: { 'X-Signature': 'sha256=abcd' } }),
      status: 401,
      error: 'not-signed',
    },
    {
      when: 'the signature of another body',
      request: () => signed(body(), { headers: { 'X-Signature': sign(KEY, at(), '{"events":[]}') } }),
      status: 401,
      error: 'not-signed',
    },
    {
      when: 'an old request under a new time',
      request: () => signed(body(), { off: -600, headers: { 'X-Timestamp': at() } }),
      status: 401,
      error: 'not-signed',
    },
    { when: 'an old request', request: () => signed(body(), { off: -302 }), status: 401, error: 'stale' },
    { when: 'one from the future', request: () => signed(body(), { off: 302 }), status: 401, error: 'stale' },
    {
      when: 'a time that is none',
      request: () => signed(body(), { headers: { 'X-Timestamp': '1e3' } }),
      status: 401,
      error: 'not-signed',
    },
    { when: 'a GET', request: () => new Request('https://x.example/'), status: 405, error: 'method' },
    { when: 'too much', request: () => signed('x'.repeat(64 * 1024 + 1)), status: 413, error: 'too-large' },
  ])('$when: $status $error', async ({ request, status, error }) => {
    expect(await answered(request())).toMatchObject({ status, body: { error } });
    await setup.system.queue.idle();
    expect(setup.reports).toEqual([]);
    expect(setup.lines.join('\n')).not.toContain(KEY);
  });

  test.each<{ when: string; body: string; message: string }>([
    { when: 'no JSON', body: '{', message: 'the body is no JSON' },
    { when: 'no events', body: '{"events":[]}', message: 'missing or wrong: events' },
    { when: 'something else', body: '[]', message: 'missing or wrong: events' },
    { when: 'a level beyond', body: '{"events":[{"level":101}]}', message: 'events.0.level' },
    { when: 'a power of its own', body: '{"events":[{"power":"canary"}]}', message: 'events.0.power' },
    { when: 'a field that nobody knows', body: '{"events":[],"more":1}', message: 'more' },
  ])('signed, but $when: 400, and the fields by name', async ({ body: sent, message }) => {
    const { status, body: said } = await answered(signed(sent));
    expect(status).toBe(400);
    expect(said).toMatchObject({ error: 'malformed', message: expect.stringContaining(message) });
    expect(JSON.stringify(said)).not.toContain('canary');
  });

  test('an event without any state', async () => {
    const { status } = await post([event({ power: undefined, level: undefined })]);
    expect(status).toBe(400);
  });

  test('the same request again: answered, and taken once', async () => {
    const request = () => signed(body(), { off: 0 });
    const first = request();
    const copy = first.clone();
    expect(await answered(first)).toMatchObject({ status: 200, body: { accepted: 1 } });
    expect(await answered(copy)).toEqual({ status: 200, body: { accepted: 0, passed: [], repeated: true } });
  });

  test('a copy that comes when its time is over', async () => {
    const request = signed(body());
    const copy = request.clone();
    await answered(request);
    setup.clock.advance(301_000);
    expect(await answered(copy)).toMatchObject({ status: 401, body: { error: 'stale' } });
  });

  test('anything, where no key is set', async () => {
    expect(await answered(signed(body()), open(undefined))).toMatchObject({ status: 404, body: { error: 'closed' } });
  });
});

test('the table down: send it again, and then it is taken', async () => {
  const request = signed(JSON.stringify({ events: [event()] }));
  const repeated = request.clone();
  const recover = setup.system.table.fail('error');
  expect(await answered(request)).toMatchObject({ status: 503, body: { error: 'unavailable' } });
  recover();
  expect(await answered(repeated)).toMatchObject({ status: 200, body: { accepted: 1 } });
  await until(() => setup.reports.length === 1);
});

test('the answer lost after the sample was queued: the repetition changes nothing', async () => {
  const request = signed(JSON.stringify({ events: [event()] }));
  const repeated = request.clone();
  await answered(request);
  await until(() => setup.reports.length === 1);
  await answered(repeated);
  await setup.system.queue.idle();
  expect(setup.reports).toHaveLength(1);
});
