import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { WebSocketServer } from 'ws';
import type { Fault } from '../../../desk/my-leviton/contract.ts';
import { createMyLevitonFeed } from '../../../lambda/adapters/my-leviton/feed.ts';
import type { Clock } from '../../../lambda/ports/clock.ts';
import type { CloudSession, DeviceChange, DeviceFeed } from '../../../lambda/ports/device-cloud.ts';
import { CloudUnreachable } from '../../../lambda/ports/errors.ts';
import { eventually } from '../device-cloud-contract.ts';
import { type Desk, openDesk, patience, withFastClock } from './desk.ts';

/** Small beside the 10 s in which a pong must come, so that it can. */
const STEP_MS = 500;
let desk: Desk;
let feed: DeviceFeed;
let session: CloudSession;
let lamp: string;
let changes: DeviceChange[];
let stop: AbortController;
/** Waits on the feed's clock that are not over. */
let waits: number;
/** What the client sent on its socket, in order. */
let sent: unknown[];

beforeEach(async () => {
  desk = await openDesk();
  waits = 0;
  feed = createMyLevitonFeed({ socketUrl: desk.emulator.socketUrl, clock: counted(desk.clock) });
  session = await desk.signIn();
  lamp = desk.add({ power: 'OFF', brightness: 40 });
  changes = [];
  stop = new AbortController();
  sent = [];
  desk.emulator.onExchange(({ channel, request, outbound }) => {
    if (channel === 'socket' && request.method === 'FRAME' && !outbound) sent.push(request.body);
  });
});
const closers: (() => void)[] = [];
afterEach(async () => {
  stop.abort();
  for (const close of closers.splice(0)) close();
  await desk.emulator.close();
});

const counted = (clock: Clock): Clock => ({
  now: () => clock.now(),
  wait: (ms, signal) => {
    waits++;
    return clock.wait(ms, signal).finally(() => {
      waits--;
    });
  },
});

const watch = (ids: readonly string[] = [lamp]) =>
  feed.watch(session, ids, (change) => changes.push(change), stop.signal);
/** The emulator has seen every subscription. */
const subscribed = (count = 1) =>
  eventually(() => expect(sent.filter((frame) => JSON.stringify(frame).includes('"subscribe"'))).toHaveLength(count));
async function listening(ids?: readonly string[]) {
  const watched = await watch(ids);
  await subscribed(ids?.length);
  return watched;
}
const write = (power: 'ON' | 'OFF', level?: number) =>
  desk.cloud.command(session, lamp, power === 'ON' && level ? { power, level } : { power }, patience());

test('the whole login goes first, then one subscription per device, numbers all', async () => {
  const second = desk.add();
  await listening([lamp, second]);
  const { user: _, ...login } = JSON.parse(session.credential);
  const subscribe = (id: string) => ({
    type: 'subscribe',
    subscription: { modelName: 'IotSwitch', modelId: Number(id) },
  });
  const tokens = sent.filter((frame) => JSON.stringify(frame).includes('"token"'));
  expect(tokens[0]).toEqual({ token: login });
  expect(sent.slice(tokens.length)).toEqual([subscribe(lamp), subscribe(second)]);
  expect(login).toMatchObject({ userId: desk.account.userId, ttl: 5_184_000 });
});

test('the other front, which sends no challenge, is understood as well', async () => {
  const socketUrl = desk.emulator.socketUrl.replace('/socket/websocket', '/');
  feed = createMyLevitonFeed({ socketUrl, clock: desk.clock });
  await listening();
  desk.emulator.paddle(Number(lamp), 'on');
  await eventually(() => expect(changes).toHaveLength(1));
});

test('a hand on the plug is one change', async () => {
  await listening();
  desk.emulator.paddle(Number(lamp), 'on');
  await eventually(() =>
    expect(changes.at(-1)).toMatchObject({ deviceId: lamp, power: 'ON', origin: 'plug', confirmed: true }),
  );
});

test('a write is noted, then followed', async () => {
  await listening();
  await write('ON', 70);
  await eventually(() => expect(changes).toHaveLength(2));
  expect(changes).toEqual([
    { deviceId: lamp, power: 'ON', level: 70, at: expect.any(Date), origin: 'other-write', confirmed: false },
    expect.objectContaining({ deviceId: lamp, power: 'ON', level: 70, origin: 'other-write', confirmed: true }),
  ]);
});

test('a write that is known to be ours is reported as ours, both times', async () => {
  feed = createMyLevitonFeed({ socketUrl: desk.emulator.socketUrl, clock: desk.clock, isOurs: () => true });
  await listening();
  await write('ON', 70);
  await eventually(() =>
    expect(changes.map(({ origin, confirmed }) => ({ origin, confirmed }))).toEqual([
      { origin: 'our-write', confirmed: false },
      { origin: 'our-write', confirmed: true },
    ]),
  );
});

test('what the device makes of a write is reported, not what was written', async () => {
  lamp = desk.add({ power: 'OFF', brightness: 40, presetLevel: 10 });
  await listening();
  await write('ON', 3);
  await eventually(() => expect(changes).toContainEqual(expect.objectContaining({ level: 10, confirmed: true })));
});

test('Leviton’s own skill is another’s write, and moves the lamp at once', async () => {
  await listening();
  desk.emulator.officialWrite(Number(lamp), { power: 'ON' });
  await eventually(() => expect(changes).toMatchObject([{ power: 'ON', origin: 'other-write', confirmed: true }]));
});

test('a lost connection and its return', async () => {
  await listening();
  desk.emulator.unplug(Number(lamp));
  await eventually(() =>
    expect(changes).toEqual([
      { deviceId: lamp, connected: false, at: expect.any(Date), origin: 'unknown', confirmed: true },
    ]),
  );
  desk.emulator.plugIn(Number(lamp));
  await eventually(() => expect(changes.at(-1)).toMatchObject({ connected: true, confirmed: true }));
});

test('only the devices that were asked for are reported', async () => {
  const other = desk.add();
  await listening();
  desk.emulator.paddle(Number(other), 'on');
  desk.emulator.paddle(Number(lamp), 'on');
  await eventually(() => expect(changes).toHaveLength(1));
  expect(changes[0]?.deviceId).toBe(lamp);
});

test.each<{ when: string; fault: Fault; heard: number }>([
  { when: 'frames end in NUL', fault: { kind: 'socket-trailing-nul' }, heard: 1 },
  { when: 'frames begin with NUL', fault: { kind: 'socket-leading-nul' }, heard: 1 },
  { when: 'frames lack event and model name', fault: { kind: 'socket-bare' }, heard: 1 },
  { when: 'frames of no interest come along', fault: { kind: 'socket-burst', frames: 20 }, heard: 1 },
  { when: 'every frame comes twice', fault: { kind: 'socket-duplicate' }, heard: 2 },
])('$when: $heard changes', async ({ fault, heard }) => {
  desk.emulator.inject(fault);
  await listening();
  desk.emulator.paddle(Number(lamp), 'on');
  await eventually(() => expect(changes.map(({ power }) => power)).toEqual(Array.from({ length: heard }, () => 'ON')));
});

test('ready twice subscribes once', async () => {
  desk.emulator.inject({ kind: 'socket-duplicate-ready' });
  await listening();
  desk.emulator.paddle(Number(lamp), 'on');
  await eventually(() => expect(changes).toHaveLength(1));
  await subscribed(1);
});

test.each<{ when: string; fault: Fault; error: string }>([
  { when: 'the cloud stays silent', fault: { kind: 'socket-never-ready' }, error: 'SessionRejected' },
  { when: 'it answers an error', fault: { kind: 'socket-auth-error' }, error: 'SessionRejected' },
  { when: 'it closes with 1008', fault: { kind: 'socket-auth-close', code: 1008 }, error: 'SessionRejected' },
  { when: 'it closes with 4401', fault: { kind: 'socket-auth-close', code: 4401 }, error: 'SessionRejected' },
  { when: 'the upgrade is answered 502', fault: { kind: 'socket-upgrade-502' }, error: 'CloudUnreachable' },
  { when: 'nobody listens', fault: { kind: 'refused' }, error: 'CloudUnreachable' },
])('$when: $error, and nothing is left', async ({ fault, error }) => {
  desk.emulator.inject(fault);
  await expect(withFastClock(desk.clock, watch(), STEP_MS)).rejects.toMatchObject({ name: error });
  await eventually(() => expect(waits).toBe(0));
});

test('a session that has ended meets silence', async () => {
  desk.emulator.revokeSessions();
  const failing: unknown = await withFastClock(desk.clock, watch(), STEP_MS).catch((reason) => reason);
  expect(failing).toMatchObject({ name: 'SessionRejected' });
  expect(`${(failing as Error).stack}`).not.toContain(JSON.parse(session.credential).id);
});

test('a session of some other cloud opens no socket', async () => {
  session = { ...session, credential: '{}' };
  await expect(watch()).rejects.toMatchObject({ name: 'SessionRejected' });
  expect(desk.emulator.counts.sockets).toBe(0);
});

test('a cut before it listens is the cloud’s fault', async () => {
  desk.emulator.inject({ kind: 'socket-never-ready' });
  const watching = watch();
  const outcome = expect(watching).rejects.toMatchObject({ name: 'CloudUnreachable' });
  await eventually(() => expect(sent).not.toEqual([]));
  desk.emulator.cutSockets(1006);
  await outcome;
});

test('a connection that never stands is the cloud’s fault', async () => {
  const dumb: Server = createServer(() => undefined).listen(0, '127.0.0.1');
  closers.push(() => dumb.close());
  await once(dumb, 'listening');
  const { port } = dumb.address() as AddressInfo;
  feed = createMyLevitonFeed({ socketUrl: `ws://127.0.0.1:${port}/socket/websocket`, clock: counted(desk.clock) });
  await expect(withFastClock(desk.clock, watch(), STEP_MS)).rejects.toMatchObject({ name: 'CloudUnreachable' });
  expect(waits).toBe(0);
});

test.each([
  { code: 1000, reason: 'closed with 1000' },
  { code: 1006, reason: 'closed with 1006' },
  { code: 1008, reason: 'closed with 1008' },
] as const)('cut with $code', async ({ code, reason }) => {
  const { ended } = await listening();
  desk.emulator.cutSockets(code);
  expect(await ended).toBe(reason);
  await eventually(() => expect(waits).toBe(0));
});

test('a channel that answers pings lives on', async () => {
  await listening();
  await withFastClock(desk.clock, desk.clock.wait(100_000), STEP_MS);
  desk.emulator.paddle(Number(lamp), 'on');
  await eventually(() => expect(changes).toHaveLength(1));
});

test('a channel ends before the hour after which pushes stay away', async () => {
  const { ended } = await listening();
  expect(await withFastClock(desk.clock, ended, 5_000)).toBe('old enough');
  expect(desk.clock.now().toISOString().slice(11, 16)).toBe('12:55');
  await eventually(() => expect(waits).toBe(0));
});

test('a channel that answered once and no longer does ends', async () => {
  const { ended } = await listening();
  await withFastClock(desk.clock, desk.clock.wait(40_000), STEP_MS);
  desk.emulator.inject({ kind: 'socket-half-open' });
  expect(await withFastClock(desk.clock, ended, STEP_MS)).toBe('no pong');
  await eventually(() => expect(waits).toBe(0));
});

test('an abort closes the socket at once and leaves no timer', async () => {
  const { ended } = await listening();
  stop.abort(new CloudUnreachable('the run is over'));
  expect(waits).toBeGreaterThan(0);
  expect(await ended).toBe('the run is over');
  expect(waits).toBe(0);
});

test('an abort before it listens rejects', async () => {
  desk.emulator.inject({ kind: 'socket-never-ready' });
  const watching = watch();
  setImmediate(() => stop.abort());
  await expect(watching).rejects.toMatchObject({ name: 'CloudUnreachable' });
  await eventually(() => expect(waits).toBe(0));
  await expect(watch()).rejects.toMatchObject({ name: 'CloudUnreachable' });
});

/** A cloud of our own words: it is ready at once, then sends these frames. */
async function scripted(frames: readonly string[]): Promise<WebSocketServer> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  closers.push(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  await once(server, 'listening');
  server.on('connection', (socket) => {
    for (const frame of ['{"type":"status","status":"ready"}', ...frames]) socket.send(frame);
  });
  const { port } = server.address() as AddressInfo;
  feed = createMyLevitonFeed({ socketUrl: `ws://127.0.0.1:${port}`, clock: desk.clock });
  return server;
}

test('frames that make no sense are passed over and counted', async () => {
  const saved = { event: 'saved', modelName: 'IotSwitch', modelId: Number(lamp), data: { power: 'ON' } };
  const good = JSON.stringify({ type: 'notification', notification: saved });
  const server = await scripted([
    'h',
    '[1,2',
    '{"type":"notification"}',
    '{"error":{"statusCode":404}}',
    '{"type":"news"}',
    good,
  ]);
  const { ended } = await watch();
  await eventually(() =>
    expect(changes).toEqual([{ deviceId: lamp, power: 'ON', origin: 'unknown', confirmed: true }]),
  );
  for (const client of server.clients) client.close(1000);
  expect(await ended).toBe('closed with 1000; 3 frames were malformed');
});

test('nothing is reported after an abort, not even what had arrived', async () => {
  const saved = { event: 'saved', modelName: 'IotSwitch', modelId: Number(lamp), data: { power: 'ON' } };
  const frame = JSON.stringify({ type: 'notification', notification: saved });
  await scripted([frame, frame, frame]);
  const { ended } = await feed.watch(
    session,
    [lamp],
    (change) => {
      changes.push(change);
      stop.abort();
    },
    stop.signal,
  );
  await ended;
  expect(changes).toHaveLength(1);
});

test('the cloud sees an abort at once', async () => {
  const server = await scripted([]);
  const { ended } = await watch();
  const [client] = server.clients;
  if (!client) throw new Error('nobody is connected');
  const closed = once(client, 'close');
  stop.abort();
  await Promise.all([ended, closed]);
});

test('over TLS: a server with a certificate that nobody vouches for gets no token', async () => {
  const file = (name: string) => readFileSync(join(import.meta.dirname, '../../bench/certificate', name));
  const server = createSecureServer({ key: file('key.pem'), cert: file('certificate.pem') });
  let requests = 0;
  server.on('upgrade', () => {
    requests++;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => server.close());
  const socketUrl = `wss://127.0.0.1:${(server.address() as AddressInfo).port}/socket/websocket`;
  feed = createMyLevitonFeed({ socketUrl, clock: desk.clock });
  await expect(watch()).rejects.toThrow(CloudUnreachable);
  expect(requests).toBe(0);
});
