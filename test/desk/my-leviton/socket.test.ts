import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { WebSocket } from 'ws';
import { ask, Listener, type LoginObject, type Setting, setUp, signIn } from './client.ts';

let setting: Setting;
let login: LoginObject;
beforeEach(async () => {
  setting = await setUp();
  login = await signIn(setting.cloud);
});
afterEach(() => setting.cloud.close());

const press = () => setting.cloud.paddle(setting.lamp.id, 'toggle');
const subscribed = (ids = [setting.lamp.id]) => Listener.subscribed(setting.cloud, login, ids);

test('the front at /socket/websocket greets with a challenge and takes the token', async () => {
  const listener = await Listener.open(setting.cloud.socketUrl);
  expect(await listener.frames()).toEqual([
    { type: 'status', status: 'not ready' },
    { type: 'challenge', nonce: expect.stringMatching(/^[0-9a-f]{32}$/) },
  ]);
  listener.send({ token: login });
  expect(await listener.frames()).toEqual([{ type: 'status', status: 'ready' }]);
});

test('the front at / waits for the token and names the connection', async () => {
  const listener = await Listener.open(setting.cloud.socketUrl.replace('/socket/websocket', '/'));
  expect(await listener.frames()).toEqual([]);
  listener.send({ token: login });
  expect(await listener.frames()).toEqual([
    { type: 'status', status: 'ready', connectionId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
  ]);
});

test('a notification has the form that clients read', async () => {
  const listener = await subscribed();
  await listener.frames();
  press();
  expect(await listener.frames()).toEqual([
    {
      type: 'notification',
      notification: {
        event: 'saved',
        modelName: 'IotSwitch',
        modelId: setting.lamp.id,
        data: { power: 'ON', brightness: 40, chgReason: 1, lastUpdated: '2026-09-01T08:00:00.000Z' },
      },
    },
  ]);
});

test.each([
  { when: 'the bare id', token: () => login.id },
  { when: 'less than the whole object', token: () => ({ id: login.id, userId: login.userId }) },
  { when: 'another user', token: () => ({ ...login, userId: login.userId + 1 }) },
  { when: 'an unknown id', token: () => ({ ...login, id: 'x' }) },
  { when: 'nothing', token: () => null },
])('a token that is $when: silence', async ({ token }) => {
  const listener = await Listener.open(setting.cloud.socketUrl);
  listener.send({ token: token() });
  listener.subscribe(setting.lamp.id);
  await listener.frames();
  press();
  expect([await listener.frames(), listener.ws.readyState]).toEqual([[], WebSocket.OPEN]);
});

test.each([
  { when: 'revoked', end: () => setting.cloud.revokeSessions() },
  { when: '60 days old', end: () => setting.clock.advance(60 * 86_400_000) },
])('a token that is $when: silence', async ({ end }) => {
  await end();
  const listener = await Listener.open(setting.cloud.socketUrl);
  listener.send({ token: login });
  expect((await listener.frames()).map(({ status }) => status)).not.toContain('ready');
});

test('a second token is passed over', async () => {
  const listener = await subscribed();
  await listener.frames();
  listener.send({ token: login });
  expect(await listener.frames()).toEqual([]);
});

test('the token without its user is enough', async () => {
  const { user: _, ...rest } = login;
  const listener = await Listener.open(setting.cloud.socketUrl);
  listener.send({ token: rest });
  expect((await listener.frames()).at(-1)).toEqual({ type: 'status', status: 'ready' });
});

test.each([
  { when: 'the id in quotes', subscribe: (listener: Listener) => listener.subscribe(String(setting.lamp.id)) },
  { when: 'an unknown switch', subscribe: (listener: Listener) => listener.subscribe(1) },
  {
    when: 'another model',
    subscribe: (listener: Listener) =>
      listener.send({ type: 'subscribe', subscription: { modelName: 'Residence', modelId: setting.lamp.id } }),
  },
  {
    when: 'frames that mean nothing',
    subscribe: (listener: Listener) => ['{', '{}', '[]', 'null'].map((text) => listener.ws.send(text)),
  },
])('subscribing with $when brings nothing', async ({ subscribe }) => {
  const listener = await subscribed([]);
  subscribe(listener);
  await listener.idle();
  press();
  expect(await listener.data()).toEqual([]);
});

test("somebody else's switch brings nothing, one's own brings no other", async () => {
  const { cloud, residenceId, lamp } = setting;
  const other = cloud.addAccount({ email: 'bob@example.org', password: 'b' });
  const theirs = cloud.addSwitch(other.residenceIds[0] ?? 0);
  const second = cloud.addSwitch(residenceId);
  const listener = await subscribed([theirs.id, second.id]);
  for (const id of [theirs.id, lamp.id, second.id]) cloud.paddle(id, 'on');
  const frames = await listener.frames();
  expect(frames.flatMap(({ notification }) => notification?.modelId ?? [])).toEqual([second.id]);
});

test('a subscription made before the socket is ready does not count', async () => {
  const listener = await Listener.open(setting.cloud.socketUrl);
  listener.subscribe(setting.lamp.id);
  listener.send({ token: login });
  await listener.idle();
  press();
  expect(await listener.data()).toEqual([]);
});

test('unsubscribing ends it', async () => {
  const listener = await subscribed();
  listener.send({ type: 'unsubscribe', subscription: { modelName: 'IotSwitch', modelId: setting.lamp.id } });
  await listener.idle();
  press();
  expect(await listener.data()).toEqual([]);
});

test('several sockets of one account hear the same', async () => {
  const listeners = await Promise.all([subscribed(), subscribed()]);
  press();
  const heard = await Promise.all(listeners.map(async (listener) => (await listener.data()).length));
  expect(heard).toEqual([1, 1]);
});

test('an upgrade elsewhere is 404', async () => {
  const socket = new WebSocket(setting.cloud.socketUrl.replace('websocket', 'elsewhere'));
  const error = await new Promise((resolve) => socket.on('error', resolve));
  expect(String(error)).toContain('404');
});

test.each([
  { code: 1000, seen: 1000 },
  { code: 1008, seen: 1008 },
  { code: 1006, seen: 1006 },
  { code: undefined, seen: 1006 },
] as const)('sockets are cut with $code', async ({ code, seen }) => {
  const listeners = await Promise.all([subscribed(), subscribed([])]);
  setting.cloud.cutSockets(code);
  expect(await Promise.all(listeners.map(({ closed }) => closed))).toEqual([seen, seen]);
  const repeated = await subscribed();
  press();
  expect(await repeated.data()).toHaveLength(1);
});

test('whoever watches sees the upgrade and the frames of both directions', async () => {
  const { cloud } = setting;
  const seen: unknown[] = [];
  cloud.onExchange(({ channel, request, response, outbound }) =>
    seen.push([channel, request.method, request.path, response.status, request.body ?? response.body, outbound]),
  );
  const listener = await Listener.open(cloud.socketUrl.replace('/socket/websocket', '/'));
  listener.send({});
  listener.send({ token: login });
  await listener.idle();
  expect(seen).toEqual([
    ['socket', 'GET', '/', 101, undefined, undefined],
    ['socket', 'FRAME', '/', 101, {}, undefined],
    ['socket', 'FRAME', '/', 101, { token: login }, undefined],
    ['socket', 'FRAME', '/', 101, expect.objectContaining({ status: 'ready' }), true],
  ]);
});

test('closing leaves nothing behind: sockets, answers under way, waits', async () => {
  const { cloud, clock, lamp } = setting;
  const listener = await subscribed();
  await ask(cloud, `/IotSwitches/${lamp.id}`, { method: 'PUT', token: login.id, body: { power: 'ON' } });
  cloud.inject({ kind: 'socket-lifetime', ms: 3_600_000 });
  cloud.inject({ kind: 'hang', path: /login/ });
  cloud.inject({ kind: 'latency', ms: 5000, path: /logout/ });
  const pending = ['/Person/login', '/Person/logout'].map((path) =>
    ask(cloud, path, { body: {} }).then(
      () => 'answered',
      () => 'cut',
    ),
  );
  const { counts } = cloud;
  while (counts.requests < 4) await new Promise(setImmediate);
  await cloud.close();
  expect(await Promise.all([...pending, listener.closed])).toEqual(['cut', 'cut', 1006]);
  expect(clock.waiting).toBe(0);
  await cloud.close();
});
