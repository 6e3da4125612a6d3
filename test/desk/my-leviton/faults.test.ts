import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { WebSocket } from 'ws';
import type { Fault } from '../../../desk/my-leviton/contract.ts';
import { ask, EMAIL, errorOf, Listener, type LoginObject, PASSWORD, type Setting, setUp, signIn } from './client.ts';

let setting: Setting;
let login: LoginObject;
beforeEach(async () => {
  setting = await setUp();
  login = await signIn(setting.cloud);
});
afterEach(() => setting.cloud.close());

const path = () => `/IotSwitches/${setting.lamp.id}`;
const read = (token = login.id) => ask(setting.cloud, path(), { token });
const write = (body: object) => ask(setting.cloud, path(), { method: 'PUT', token: login.id, body });
/** What a request meets: a status, or the name of what broke it. */
const outcome = (reply: Promise<{ status: number }>) =>
  reply.then(
    ({ status }) => status,
    (error: Error & { cause?: { code?: string } }) => error.cause?.code ?? error.name,
  );

test.each<{ fault: Fault; seen: object }>([
  { fault: { kind: 'html', status: 502 }, seen: { status: 502, type: 'text/html', text: /502 Bad Gateway.*nginx/s } },
  { fault: { kind: 'html', status: 503 }, seen: { status: 503, type: 'text/html', text: /503 Service Unavailable/ } },
  { fault: { kind: 'html', status: 504 }, seen: { status: 504, type: 'text/html', text: /504 Gateway Time-?out/i } },
  { fault: { kind: 'html', status: 200 }, seen: { status: 200, type: 'text/html', text: /<html>/ } },
  { fault: { kind: 'empty' }, seen: { status: 200, type: null, text: /^$/ } },
  { fault: { kind: 'empty', status: 201 }, seen: { status: 201, type: null, text: /^$/ } },
  { fault: { kind: 'empty', status: 204 }, seen: { status: 204, type: null, text: /^$/ } },
  { fault: { kind: 'garbage', body: '{"id":' }, seen: { status: 200, text: /^{"id":$/ } },
  { fault: { kind: 'server-error' }, seen: { status: 500, text: /"statusCode":500/ } },
  { fault: { kind: 'status', status: 429 }, seen: { status: 429, text: /"statusCode":429/ } },
  { fault: { kind: 'unauthorized' }, seen: { status: 401, text: /"AUTHORIZATION_REQUIRED"/ } },
  { fault: { kind: 'session-expired' }, seen: { status: 401, text: /"Invalid Access Token","code":"INVALID_TOKEN"/ } },
])('$fault: seen, then gone', async ({ fault, seen }) => {
  const remove = setting.cloud.inject(fault);
  const { text, ...expected } = seen as { text: RegExp };
  const reply = await write({ power: 'ON' });
  expect(reply).toMatchObject(expected);
  expect(reply.text).toMatch(text);
  remove();
  expect((await read()).body).toEqual(setting.lamp);
});

test('reset: the connection ends before the answer', async () => {
  const remove = setting.cloud.inject({ kind: 'reset' });
  expect(await outcome(read())).toBe('ECONNRESET');
  remove();
  expect(await outcome(read())).toBe(200);
});

test('hang: no answer for as long as the client waits', async () => {
  const remove = setting.cloud.inject({ kind: 'hang' });
  const client = new AbortController();
  const answer = outcome(ask(setting.cloud, path(), { token: login.id, signal: client.signal }));
  const { counts } = setting.cloud;
  while (counts.requests < 2) await new Promise(setImmediate);
  expect(await Promise.race([answer, new Promise((resolve) => setTimeout(resolve, 20, 'waiting'))])).toBe('waiting');
  client.abort();
  expect(await answer).toBe('AbortError');
  remove();
  expect(await outcome(read())).toBe(200);
});

test('refused: no connection, old or new, until it is taken away', async () => {
  const { cloud } = setting;
  const remove = [cloud.inject({ kind: 'refused' }), cloud.inject({ kind: 'refused' })];
  expect(await outcome(read())).toMatch(/ECONNREFUSED|ECONNRESET|UND_ERR_SOCKET/);
  expect(await outcome(read())).toBe('ECONNREFUSED');
  await expect(Listener.open(cloud.socketUrl)).rejects.toThrow('ECONNREFUSED');
  remove[0]?.();
  expect(await outcome(read())).toBe('ECONNREFUSED');
  remove[1]?.();
  expect(await outcome(read())).toBe(200);
  remove[1]?.();
  expect(await outcome(read())).toBe(200);
});

test('refused leaves open push sockets alone', async () => {
  const { cloud, lamp } = setting;
  const listener = await Listener.subscribed(cloud, login, [lamp.id]);
  cloud.inject({ kind: 'refused' });
  cloud.paddle(lamp.id, 'on');
  expect(await listener.data()).toHaveLength(1);
});

test('a cloud that refuses can be closed', async () => {
  setting.cloud.inject({ kind: 'refused' });
  await setting.cloud.close();
  expect(await outcome(read())).toBe('ECONNREFUSED');
});

test('latency: the effect at once, the answer later; two add up to what every answer takes', async () => {
  await setting.cloud.close();
  setting = await setUp({ latencyMs: 100 });
  const { cloud, clock, lamp } = setting;
  const remove = [
    cloud.inject({ kind: 'latency', ms: 1000, path: /IotSwitches/ }),
    cloud.inject({ kind: 'latency', ms: 400, times: 1 }),
  ];
  let answered = false;
  const { counts } = cloud;
  const request = async (ms: number) => {
    answered = false;
    const asked = counts.requests;
    const reply = ask(cloud, path(), { token: 'x' }).finally(() => {
      answered = true;
    });
    while (counts.requests === asked || clock.waiting === 0) await new Promise(setImmediate);
    await clock.advance(ms - 1);
    expect(answered).toBe(false);
    await clock.advance(1);
    expect((await reply).status).toBe(401);
  };
  await request(1500);
  await request(1100);
  remove[0]?.();
  await request(100);
  expect(cloud.record(lamp.id).power).toBe('OFF');
});

test.each<{ scope: object; matches: object }>([
  { scope: { path: /^\/IotSwitches/ }, matches: { own: 503, residence: 200, put: 503, other: 503 } },
  {
    scope: { path: /^\/residences\/\d+\/iotswitches$/gi },
    matches: { own: 200, residence: 503, put: 200, other: 200 },
  },
  { scope: { method: 'put' }, matches: { own: 200, residence: 200, put: 503, other: 200 } },
  { scope: { email: 'bob@example.org' }, matches: { own: 200, residence: 200, put: 200, other: 503 } },
  { scope: { email: EMAIL, method: 'GET' }, matches: { own: 503, residence: 503, put: 200, other: 200 } },
])('only in its scope: $scope', async ({ scope, matches }) => {
  const { cloud, residenceId } = setting;
  cloud.addAccount({ email: 'bob@example.org', password: 'b', residences: [], invitedTo: [residenceId] });
  const bob = await signIn(cloud, 'bob@example.org', 'b');
  cloud.inject({ kind: 'html', status: 503, ...scope });
  expect({
    own: (await read()).status,
    residence: (await ask(cloud, `/Residences/${residenceId}/iotSwitches`, { token: login.id })).status,
    put: (await write({ power: 'ON' })).status,
    other: (await read(bob.id)).status,
  }).toEqual(matches);
});

test('a pattern that remembers where it was applies every time', async () => {
  setting.cloud.inject({ kind: 'html', status: 503, path: /iotswitches/gi });
  expect([(await read()).status, (await read()).status]).toEqual([503, 503]);
});

test('a login belongs to the account that it names', async () => {
  const { cloud } = setting;
  cloud.inject({ kind: 'status', status: 403, path: /login/i, email: EMAIL });
  cloud.addAccount({ email: 'bob@example.org', password: 'b' });
  const status = async (email: string, password: string) =>
    (await ask(cloud, '/Person/login', { body: { email, password } })).status;
  expect([await status(EMAIL, PASSWORD), await status('bob@example.org', 'b')]).toEqual([403, 200]);
});

test('so many times and no more', async () => {
  setting.cloud.inject({ kind: 'html', status: 502, times: 2 });
  setting.cloud.inject({ kind: 'server-error', times: 1 });
  expect([await outcome(read()), await outcome(read()), await outcome(read()), await outcome(read())]).toEqual([
    502, 502, 500, 200,
  ]);
});

test('a token refused everywhere does not keep a person from signing in', async () => {
  setting.cloud.inject({ kind: 'unauthorized' });
  expect((await ask(setting.cloud, '/Person/login', { body: { email: EMAIL, password: PASSWORD } })).status).toBe(200);
  expect(errorOf(await read())).toMatchObject({ message: 'Authorization Required' });
});

test.each<{ fault: Fault; power: string }>([
  { fault: { kind: 'reset' }, power: 'OFF' },
  { fault: { kind: 'reset', takesEffect: true }, power: 'ON' },
  { fault: { kind: 'html', status: 504, takesEffect: true }, power: 'ON' },
])('$fault: the record then says $power', async ({ fault, power }) => {
  setting.cloud.inject(fault);
  await outcome(write({ power: 'ON' }));
  expect(setting.cloud.record(setting.lamp.id).power).toBe(power);
});

test.each<{ fault: Fault; message: string }>([
  { fault: { kind: 'reset', times: 0 }, message: 'times must be a whole number above 0, not 0' },
  { fault: { kind: 'refused', times: 1 }, message: 'refused holds for the whole port' },
])('$fault is an error to whoever injects it', ({ fault, message }) => {
  expect(() => setting.cloud.inject(fault)).toThrow(message);
});

// Sockets

const subscribed = () => Listener.subscribed(setting.cloud, login, [setting.lamp.id]);
const levels = async (listener: Listener) => (await listener.data()).map(({ brightness }) => brightness);
const dimTo = (...steps: number[]) => {
  for (const level of steps) setting.cloud.paddle(setting.lamp.id, level);
};
/** Signs in on a new socket: the frames that came after the greeting, or the code with which it was closed. */
async function attempt(): Promise<unknown> {
  const listener = await Listener.open(setting.cloud.socketUrl);
  await listener.frames();
  listener.send({ token: login });
  return Promise.race([listener.frames(), listener.closed]);
}
const ready = { type: 'status', status: 'ready' };

test('socket-upgrade-502', async () => {
  const remove = setting.cloud.inject({ kind: 'socket-upgrade-502' });
  await expect(Listener.open(setting.cloud.socketUrl)).rejects.toThrow('502');
  remove();
  expect(await attempt()).toEqual([ready]);
});

test.each<{ fault: Fault; seen: unknown }>([
  { fault: { kind: 'socket-never-ready' }, seen: [] },
  { fault: { kind: 'socket-auth-close', code: 1008 }, seen: 1008 },
  { fault: { kind: 'socket-auth-close', code: 4401 }, seen: 4401 },
  {
    fault: { kind: 'socket-auth-error' },
    seen: [{ type: 'error', error: { statusCode: 401, message: 'Authorization Required' } }],
  },
  { fault: { kind: 'socket-duplicate-ready' }, seen: [ready, ready] },
])('$fault: seen at sign-in, then gone; not by others', async ({ fault, seen }) => {
  const { cloud } = setting;
  const remove = cloud.inject({ ...fault, email: EMAIL });
  expect(await attempt()).toEqual(seen);
  const own = login;
  cloud.addAccount({ email: 'bob@example.org', password: 'b' });
  login = await signIn(cloud, 'bob@example.org', 'b');
  expect(await attempt()).toEqual([ready]);
  login = own;
  remove();
  expect(await attempt()).toEqual([ready]);
});

test.each<{ fault: Fault; seen: number[] }>([
  { fault: { kind: 'socket-deaf' }, seen: [] },
  { fault: { kind: 'socket-lose' }, seen: [] },
  { fault: { kind: 'socket-lose', times: 2 }, seen: [30] },
  { fault: { kind: 'socket-duplicate' }, seen: [10, 10, 20, 20, 30, 30] },
  { fault: { kind: 'socket-duplicate', times: 1 }, seen: [10, 10, 20, 30] },
  { fault: { kind: 'socket-reorder', times: 1 }, seen: [20, 10, 30] },
])('$fault: of 10, 20, 30 comes $seen; then gone', async ({ fault, seen }) => {
  const listener = await subscribed();
  const remove = setting.cloud.inject(fault);
  dimTo(10, 20, 30);
  expect(await levels(listener)).toEqual(seen);
  remove();
  dimTo(40, 50);
  expect(await levels(listener)).toEqual([40, 50]);
});

test('socket-reorder: what is held back comes when it is taken away', async () => {
  const listener = await subscribed();
  const remove = setting.cloud.inject({ kind: 'socket-reorder' });
  dimTo(10, 20, 30);
  expect(await levels(listener)).toEqual([20, 10]);
  remove();
  expect(await levels(listener)).toEqual([30]);
});

test('socket-burst: frames without anything of interest before each', async () => {
  const listener = await subscribed();
  const remove = setting.cloud.inject({ kind: 'socket-burst', frames: 3 });
  dimTo(10);
  const idle = { rssi: -55, lastUpdated: '2026-09-01T08:00:00.000Z' };
  expect(await listener.data()).toEqual([idle, idle, idle, expect.objectContaining({ brightness: 10 })]);
  remove();
  dimTo(20);
  expect(await levels(listener)).toEqual([20]);
});

test('socket-trailing-nul: after every frame', async () => {
  const listener = await subscribed();
  const remove = setting.cloud.inject({ kind: 'socket-trailing-nul' });
  dimTo(10);
  await listener.idle();
  expect(listener.texts.at(-1)).toMatch(/^\{.*\}\0$/);
  remove();
  dimTo(20);
  await listener.idle();
  expect(listener.texts.at(-1)).toMatch(/^\{.*\}$/);
});

test('socket-leading-nul: before every frame', async () => {
  const listener = await subscribed();
  setting.cloud.inject({ kind: 'socket-leading-nul' });
  dimTo(10);
  await listener.idle();
  expect(listener.texts.at(-1)).toMatch(/^\0\{.*\}$/);
});

test('socket-bare: notifications lack their event and model name', async () => {
  const listener = await subscribed();
  setting.cloud.inject({ kind: 'socket-bare' });
  dimTo(10);
  await listener.idle();
  expect(JSON.parse(listener.texts.at(-1) ?? '')).toEqual({
    type: 'notification',
    notification: { modelId: setting.lamp.id, data: expect.objectContaining({ brightness: 10 }) },
  });
});

test('sessions may end with another status than 401, and the next session is good', async () => {
  setting.cloud.revokeSessions(undefined, 406);
  expect((await read()).status).toBe(406);
  const { id } = await signIn(setting.cloud);
  expect((await read(id)).status).toBe(200);
});

test('socket-half-open: neither frames nor pongs, and yet open', async () => {
  const listener = await subscribed();
  await listener.frames();
  const seen = listener.texts.length;
  const remove = setting.cloud.inject({ kind: 'socket-half-open', times: 1 });
  let pongs = 0;
  listener.ws.on('pong', () => pongs++);
  dimTo(10);
  listener.ws.ping();
  // By the time that a second socket has opened and has been answered, the first would have been, too.
  const second = await subscribed();
  dimTo(20);
  expect(await levels(second)).toEqual([20]);
  expect([pongs, listener.texts.length - seen, listener.ws.readyState]).toEqual([0, 0, WebSocket.OPEN]);
  remove();
  dimTo(30);
  expect(await levels(listener)).toEqual([30]);
});

test('socket-deaf, once: a new socket hears, the old one does not', async () => {
  const old = await subscribed();
  const remove = setting.cloud.inject({ kind: 'socket-deaf', times: 1 });
  dimTo(10);
  const fresh = await subscribed();
  dimTo(20);
  expect([await levels(old), await levels(fresh)]).toEqual([[], [20]]);
  remove();
  dimTo(30);
  expect([await levels(old), await levels(fresh)]).toEqual([[30], [30]]);
});

test('socket-lifetime: sockets are cut at that age, those from before and those from after', async () => {
  const { cloud, clock } = setting;
  const HOUR_MS = 3_600_000;
  const before = await subscribed();
  await clock.advance(HOUR_MS / 2);
  const remove = cloud.inject({ kind: 'socket-lifetime', ms: HOUR_MS });
  const later = await subscribed();
  await clock.advance(HOUR_MS / 2 - 1);
  await Promise.all([before.idle(), later.idle()]);
  await clock.advance(1);
  expect(await before.closed).toBe(1006);
  await later.idle();
  await clock.advance(HOUR_MS / 2);
  expect(await later.closed).toBe(1006);
  const last = await subscribed();
  remove();
  await clock.advance(2 * HOUR_MS);
  await last.idle();
});
