import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { EmulatedMaker, MakerExchange, MakerFault } from '../../../desk/maker/contract.ts';
import { startMaker } from '../../../desk/maker/emulator.ts';
import { createMakerCloud } from '../../../lambda/adapters/maker-cloud/cloud.ts';
import type { CloudSession, DeviceCloud } from '../../../lambda/ports/device-cloud.ts';
import { testClock, withFastClock } from '../../support/clock.ts';
import { html, json, type Reply, ScriptedServer } from '../http/scripted-server.ts';
import { CREDENTIALS } from './harness.ts';

const clock = testClock();
const signal = AbortSignal.timeout(110_000);
let maker: EmulatedMaker;
let cloud: DeviceCloud;
let session: CloudSession;
let accountId: string;
let lamp: string;
let exchanges: MakerExchange[];
beforeEach(async () => {
  maker = await startMaker({ clock, reportDelayMs: 20 });
  ({ accountId } = maker.addAccount(CREDENTIALS));
  lamp = maker.addDevice(accountId, { name: 'Bedroom', level: 40 });
  cloud = createMakerCloud({ url: `${maker.url}/`, cloudName: 'Acme Home', clock });
  session = await cloud.signIn(CREDENTIALS, undefined, signal);
  exchanges = [];
  maker.onExchange((exchange) => exchanges.push(exchange));
  maker.resetCounts();
});
afterEach(() => maker.close());

const read = () => cloud.device(session, lamp, signal);
const turnOn = () => cloud.command(session, lamp, { power: 'ON', level: 30 }, signal);
const outcome = (work: () => Promise<unknown>): Promise<unknown> =>
  withFastClock<unknown>(clock, () => work().catch((error: unknown) => error));

describe('a command', () => {
  test('is one request, with the fields that it changes and no others', async () => {
    await turnOn();
    await cloud.command(session, lamp, { power: 'OFF' }, signal);
    expect(exchanges.map(({ request }) => request)).toEqual([
      { method: 'PATCH', path: `/devices/${lamp}`, body: { power: 'ON', level: 30 } },
      { method: 'PATCH', path: `/devices/${lamp}`, body: { power: 'OFF' } },
    ]);
  });

  test('below what the device can show is answered as it will show', async () => {
    const dim = maker.addDevice(accountId, { leastLevel: 10 });
    await expect(cloud.command(session, dim, { power: 'ON', level: 3 }, signal)).resolves.toMatchObject({ level: 10 });
  });

  test.each([
    { level: 0.4, sent: 1 },
    { level: 55.5, sent: 56 },
    { level: 101, sent: 100 },
  ])('at level $level is sent as $sent', async ({ level, sent }) => {
    await cloud.command(session, lamp, { power: 'ON', level }, signal);
    expect(exchanges[0]?.request.body).toEqual({ power: 'ON', level: sent });
  });

  test('at a level, of a device that does not dim, is the cloud’s refusal', async () => {
    const outlet = maker.addDevice(accountId, { dimmable: false, kind: 'outlet' });
    const error = await outcome(() => cloud.command(session, outlet, { power: 'ON', level: 30 }, signal));
    expect(error).toMatchObject({ name: 'CloudUnreachable', message: `PATCH /devices/${outlet}: 422 invalid-value` });
  });
});

describe('a change that is sent again', () => {
  test.each<{ when: string; fault: MakerFault }>([
    { when: 'its answer was lost', fault: { kind: 'reset', times: 1, takesEffect: true } },
    { when: 'a gateway answered for the cloud', fault: { kind: 'html', status: 504, times: 1, takesEffect: true } },
  ])('after $when is made once, also if a hand was at the plug meanwhile', async ({ fault }) => {
    maker.inject(fault);
    const stop = maker.onExchange(() => {
      stop();
      maker.press(lamp, 'off');
    });
    await expect(outcome(turnOn)).resolves.toMatchObject({ id: lamp, power: 'ON', level: 30 });
    expect(maker.counts.requests).toBe(2);
    clock.advance(1_000);
    await read();
    expect(maker.device(lamp).power).toBe('OFF');
  });

  test('each command has a key of its own', async () => {
    const server = new ScriptedServer();
    await server.listen();
    const device = { id: 'plug-1', name: 'L', model: 'M', kind: 'light', dimmable: true, level: 5, connected: true };
    server.script = [json(200, { ...device, power: 'ON' })];
    const scripted = createMakerCloud({ url: server.url, cloudName: 'Acme Home', clock });
    for (let turn = 0; turn < 3; turn++) await scripted.command(session, 'plug-1', { power: 'ON' }, signal);
    const keys = server.received.map(({ headers }) => headers['idempotency-key']);
    expect(new Set(keys).size).toBe(3);
    for (const key of keys) expect(key).toMatch(/^[0-9a-f-]{36}$/);
    await server.close();
  });
});

describe('rate limits', () => {
  const limit = (retryAfter: number | string | undefined, times = 1) =>
    maker.inject({ kind: 'problem', status: 429, code: 'too-many-requests', times, ...(retryAfter && { retryAfter }) });

  test('a short one costs a command its time and not its effect', async () => {
    limit(2);
    await expect(outcome(turnOn)).resolves.toMatchObject({ power: 'ON', level: 30 });
    expect(maker.counts.requests).toBe(2);
  });

  test.each([
    {
      when: 'in half a minute',
      header: 'Sun, 01 Mar 2026 12:00:30 GMT',
      now: { name: 'CloudRateLimited' },
      requests: 1,
    },
    { when: 'that has passed', header: 'Sun, 01 Mar 2026 11:00:00 GMT', now: { level: 30 }, requests: 2 },
    {
      when: 'of next year holds for five minutes',
      header: 'Mon, 01 Mar 2027 12:00:00 GMT',
      now: { name: 'CloudRateLimited' },
      requests: 1,
    },
    {
      when: 'of another form counts as not said',
      header: 'Sunday, 01-Mar-26 12:10:00 GMT',
      now: { name: 'CloudRateLimited' },
      requests: 1,
    },
    { when: 'that is none', header: 'Xxx, 99 Xxx 2026 99:99:99 GMT', now: { name: 'CloudRateLimited' }, requests: 1 },
    { when: 'that is a number below zero', header: '-30', now: { name: 'CloudRateLimited' }, requests: 1 },
  ])('a date $when', async ({ header, now, requests }) => {
    const start = new Date('2026-03-01T12:00:00.000Z');
    const fixed = { now: () => start, wait: async () => {} };
    const own = createMakerCloud({ url: maker.url, cloudName: 'Acme Home', clock: fixed });
    limit(header);
    const send = () => own.command(session, lamp, { power: 'ON', level: 30 }, signal).catch((error: unknown) => error);
    expect(await send()).toMatchObject(now);
    expect(maker.counts.requests).toBe(requests);
  });

  test('until a long one has passed nothing is sent for this session; another session is served', async () => {
    limit(30);
    await expect(outcome(read)).resolves.toMatchObject({ name: 'CloudRateLimited' });
    await expect(outcome(turnOn)).resolves.toMatchObject({ name: 'CloudRateLimited' });
    expect(maker.counts.requests).toBe(1);
    const other = await cloud.signIn(CREDENTIALS, undefined, signal);
    await expect(cloud.device(other, lamp, signal)).resolves.toMatchObject({ id: lamp });
    clock.advance(30_000);
    await expect(outcome(read)).resolves.toMatchObject({ id: lamp });
  });

  test('one that says no time holds for that request', async () => {
    limit(undefined);
    await expect(outcome(read)).resolves.toMatchObject({ name: 'CloudRateLimited' });
    await expect(outcome(read)).resolves.toMatchObject({ id: lamp });
  });

  test('one of a day holds for five minutes', async () => {
    limit(86_400);
    await expect(outcome(read)).resolves.toMatchObject({ name: 'CloudRateLimited' });
    clock.advance(5 * 60_000);
    await expect(outcome(read)).resolves.toMatchObject({ id: lamp });
  });

  test('a clock that is set back does not hold the lamp for ever', async () => {
    limit(30);
    await outcome(read);
    clock.advance(-86_400_000);
    await expect(outcome(read)).resolves.toMatchObject({ id: lamp });
    clock.advance(86_400_000);
  });

  test('a sign-in is never repeated', async () => {
    limit(1);
    const repeated = () => cloud.signIn(CREDENTIALS, undefined, signal);
    await expect(outcome(repeated)).resolves.toMatchObject({ name: 'CloudRateLimited' });
    expect(maker.counts.signIns).toBe(1);
  });
});

describe('what proves nothing about a session or a device', () => {
  let server: ScriptedServer;
  beforeEach(async () => {
    server = new ScriptedServer();
    await server.listen();
    cloud = createMakerCloud({ url: server.url, cloudName: 'Acme Home', clock });
  });
  afterEach(() => server.close());

  test.each<{ answer: string; reply: Reply }>([
    { answer: '401 with HTML', reply: html(401, '<h1>401</h1>') },
    { answer: '401 without a code', reply: json(401, { status: 401 }) },
    { answer: '401 with a code of nobody', reply: json(401, { code: 'token_expired' }) },
    { answer: '401 with a number for a code', reply: json(401, { code: 401 }) },
    { answer: '403 of a firewall', reply: html(403, 'Forbidden') },
    { answer: '404 of a wrong base address', reply: html(404, '<h1>Not found</h1>') },
    { answer: '404 without a code', reply: json(404, {}) },
    { answer: '500 that says the session has ended', reply: json(500, { code: 'session-ended' }) },
    { answer: '503 that says the device is gone', reply: json(503, { code: 'device-not-found' }) },
    { answer: 'a redirect', reply: json(302, {}) },
    { answer: '401 with null', reply: json(401, null) },
  ])('$answer is the cloud’s fault, whatever was asked', async ({ reply }) => {
    server.script = [reply];
    const works = [read, turnOn, () => cloud.devices(session, signal), () => cloud.signIn(CREDENTIALS, '1', signal)];
    for (const work of works) expect(await outcome(work)).toMatchObject({ name: 'CloudUnreachable' });
  });

  test.each([
    { field: 'id', value: 7 },
    { field: 'id', value: 'plug-2' },
    { field: 'power', value: 'on' },
    { field: 'power', value: undefined },
    { field: 'level', value: undefined },
    { field: 'level', value: '40' },
    { field: 'level', value: 101 },
    { field: 'connected', value: 'yes' },
    { field: 'dimmable', value: undefined },
    { field: 'name', value: ' ' },
  ])('a device whose $field is $value is not guessed', async ({ field, value }) => {
    const device = {
      id: lamp,
      name: 'L',
      model: 'M',
      kind: 'light',
      dimmable: true,
      power: 'ON',
      level: 5,
      connected: true,
    };
    server.script = [json(200, { ...device, [field]: value })];
    expect(await outcome(read)).toMatchObject({ name: 'CloudUnreachable' });
    server.script = [json(200, device)];
    expect(await outcome(read)).toMatchObject({ id: lamp, power: 'ON', level: 5 });
  });

  test('a list with a row that names no device says that any may be missing', async () => {
    server.script = [json(200, { devices: [{ name: 'no id' }, 'text', null] })];
    const { devices, skipped } = await cloud.devices(session, signal);
    expect(devices).toEqual([]);
    expect(skipped.map(({ what, id }) => ({ what, id }))).toEqual([
      { what: 'list', id: '/devices' },
      { what: 'list', id: '/devices' },
      { what: 'list', id: '/devices' },
    ]);
  });

  test.each([
    { when: 'no account', body: { accessToken: 'x'.repeat(20), expiresAt: '2026-05-01T00:00:00Z' } },
    {
      when: 'a token with a line break',
      body: { accountId: 'a', accessToken: `${'x'.repeat(20)}\n`, expiresAt: '2026-05-01T00:00:00Z' },
    },
    { when: 'an end that is no time', body: { accountId: 'a', accessToken: 'x'.repeat(20), expiresAt: 'soon' } },
  ])('a session with $when is none', async ({ body }) => {
    server.script = [json(201, body)];
    const error = await outcome(() => cloud.signIn(CREDENTIALS, undefined, signal));
    expect(error).toMatchObject({ name: 'CloudUnreachable' });
    expect(String(error)).not.toContain('xxxx');
  });
});

test('the device carries the name that people know, and the time of the cloud', async () => {
  await expect(read()).resolves.toMatchObject({
    cloudName: 'Acme Home',
    manufacturer: 'Acme',
    changedAt: expect.any(Date),
  });
});
