import { request } from 'node:http';
import { afterEach, expect, test } from '@jest/globals';
import { startConsole } from '../../../desk/console/server.ts';
import type { Desk, DeskState } from '../../../desk/page/protocol.ts';

const EMPTY: DeskState = {
  cloud: 'emulated',
  cloudName: 'My Leviton',
  lamps: [],
  hops: [],
  faults: [],
  controls: [],
  link: {
    linked: false,
    startUrl: 'http://127.0.0.1:1/link',
    lampsUrl: 'http://127.0.0.1:1/lamps',
    refreshes: 0,
    refused: 0,
    mayReport: true,
  },
  notices: [],
  turns: [],
  messages: [],
  problems: [],
};
const STATE: DeskState = {
  ...EMPTY,
  lamps: [
    { id: '7', name: 'Bedroom lamp', dimmable: true, plug: { power: 'ON', level: 30, online: true }, agree: false },
  ],
  faults: [{ id: 'lwa-down', label: 'Login with Amazon down', expect: 'Reports wait.', on: false }],
  controls: [{ id: 'days-400', label: '400 days later', expect: 'The lamp obeys.', group: 'time' }],
};

/** A desk that writes down what it is asked, and whose state the test sets. */
function recordingDesk() {
  const asked: unknown[] = [];
  const listeners = new Set<() => void>();
  let state = STATE;
  let failure: Error | undefined;
  const record = (name: string) => async (body: object) => {
    if (failure) throw failure;
    asked.push([name, body]);
  };
  const desk: Desk = {
    state: () => state,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    say: record('say'),
    press: record('press'),
    move: record('move'),
    unplug: record('unplug'),
    fault: record('fault'),
    control: record('control'),
    stop: record('stop'),
    discover: record('discover'),
    examine: record('examine'),
    doctor: async () => ({ verdict: 'healthy' }),
  };
  return {
    desk,
    asked,
    listeners,
    set(next: DeskState) {
      state = next;
      for (const listener of listeners) listener();
    },
    failWith(error: Error) {
      failure = error;
    },
  };
}

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function open() {
  const recorded = recordingDesk();
  const served = await startConsole({ desk: recorded.desk });
  closers.push(served.close);
  return { ...recorded, ...served };
}

const post = (url: string, action: string, body: string, headers: Record<string, string> = {}) =>
  fetch(`${url}/api/${action}`, { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body });

/** fetch sets Host and Origin by itself, so these are sent by hand. */
const statusOf = (url: string, headers: Record<string, string>, method = 'GET', body?: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const sent = request(url, { method, headers }, (answer) => {
      answer.destroy();
      resolve(answer.statusCode ?? 0);
    });
    sent.on('error', reject).end(body);
  });

/** The states of an event stream, as they come. */
async function* statesOf(url: string, signal: AbortSignal): AsyncGenerator<DeskState> {
  const response = await fetch(`${url}/events`, { signal });
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
  let buffer = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    buffer += chunk;
    const events = buffer.split('\n\n');
    buffer = events.pop() ?? '';
    for (const event of events) if (event.startsWith('data: ')) yield JSON.parse(event.slice(6)) as DeskState;
  }
}

test.each([
  { action: 'say', body: { sentence: '  turn on bedroom lamp ' }, asked: { sentence: 'turn on bedroom lamp' } },
  {
    action: 'say',
    body: { sentence: 'lights off', place: "Grandma's" },
    asked: { sentence: 'lights off', place: "Grandma's" },
  },
  { action: 'stop', body: {}, asked: {} },
  { action: 'press', body: { lamp: '7', press: 'toggle' }, asked: { lamp: '7', press: 'toggle' } },
  { action: 'press', body: { lamp: '7', press: 100 }, asked: { lamp: '7', press: 100 } },
  { action: 'move', body: { lamp: '7', by: 'app', level: 100 }, asked: { lamp: '7', by: 'app', level: 100 } },
  { action: 'move', body: { lamp: '7', by: 'schedule', level: 0 }, asked: { lamp: '7', by: 'schedule', level: 0 } },
  { action: 'control', body: { id: 'days-400' }, asked: { id: 'days-400' } },
  { action: 'unplug', body: { lamp: '7', unplugged: true }, asked: { lamp: '7', unplugged: true } },
  { action: 'fault', body: { id: 'lwa-down', on: true }, asked: { id: 'lwa-down', on: true } },
  { action: 'discover', body: {}, asked: {} },
])('$action reaches the desk: $body', async ({ action, body, asked }) => {
  const { url, asked: all } = await open();
  expect((await post(url, action, JSON.stringify(body))).status).toBe(204);
  expect(all).toEqual([[action, asked]]);
});

const SAY = 'Expected { sentence: 1 to 200 characters }.';
const PRESS = 'Expected { lamp: id, press: "toggle" or 1 to 100 }.';
const UNPLUG = 'Expected { lamp: id, unplugged: true or false }.';
const MOVE = 'Expected { lamp: id, by: "app" or "schedule", level: 0 to 100 }.';
const CONTROL = 'Expected { id: of a control }.';
const FAULT = 'Expected { id: of a fault, on: true or false }.';
test.each([
  { when: 'no sentence', action: 'say', body: '{}', status: 400, error: SAY },
  { when: 'an empty sentence', action: 'say', body: '{"sentence":"  "}', status: 400, error: SAY },
  { when: 'a number for a sentence', action: 'say', body: '{"sentence":3}', status: 400, error: SAY },
  { when: 'a long sentence', action: 'say', body: `{"sentence":"${'a'.repeat(201)}"}`, status: 400, error: SAY },
  { when: 'a list', action: 'say', body: '[]', status: 400, error: SAY },
  { when: 'null', action: 'say', body: 'null', status: 400, error: SAY },
  { when: 'an unknown press', action: 'press', body: '{"lamp":"7","press":"hold"}', status: 400, error: PRESS },
  { when: 'level 0', action: 'press', body: '{"lamp":"7","press":0}', status: 400, error: PRESS },
  { when: 'level 101', action: 'press', body: '{"lamp":"7","press":101}', status: 400, error: PRESS },
  { when: 'half a level', action: 'press', body: '{"lamp":"7","press":1.5}', status: 400, error: PRESS },
  { when: 'a number for an id', action: 'press', body: '{"lamp":7,"press":"toggle"}', status: 400, error: PRESS },
  {
    when: 'an unknown lamp',
    action: 'press',
    body: '{"lamp":"8","press":"toggle"}',
    status: 404,
    error: 'There is no lamp with the id "8".',
  },
  { when: 'a word for a flag', action: 'unplug', body: '{"lamp":"7","unplugged":"yes"}', status: 400, error: UNPLUG },
  {
    when: 'an unknown lamp',
    action: 'unplug',
    body: '{"lamp":"8","unplugged":true}',
    status: 404,
    error: 'There is no lamp with the id "8".',
  },
  { when: 'no flag', action: 'fault', body: '{"id":"lwa-down"}', status: 400, error: FAULT },
  {
    when: 'an unknown fault',
    action: 'fault',
    body: '{"id":"flood","on":true}',
    status: 404,
    error: 'There is no fault with the id "flood".',
  },
  { when: 'another mover', action: 'move', body: '{"lamp":"7","by":"hand","level":5}', status: 400, error: MOVE },
  { when: 'no mover', action: 'move', body: '{"lamp":"7","level":5}', status: 400, error: MOVE },
  { when: 'level -1', action: 'move', body: '{"lamp":"7","by":"app","level":-1}', status: 400, error: MOVE },
  { when: 'level 101', action: 'move', body: '{"lamp":"7","by":"app","level":101}', status: 400, error: MOVE },
  { when: 'half a level', action: 'move', body: '{"lamp":"7","by":"app","level":0.5}', status: 400, error: MOVE },
  { when: 'a level in words', action: 'move', body: '{"lamp":"7","by":"app","level":"5"}', status: 400, error: MOVE },
  {
    when: 'an unknown lamp',
    action: 'move',
    body: '{"lamp":"8","by":"app","level":5}',
    status: 404,
    error: 'There is no lamp with the id "8".',
  },
  { when: 'no id', action: 'control', body: '{}', status: 400, error: CONTROL },
  { when: 'an empty id', action: 'control', body: '{"id":""}', status: 400, error: CONTROL },
  { when: 'a field too many', action: 'control', body: '{"id":"days-400","on":true}', status: 400, error: CONTROL },
  {
    when: 'an unknown control',
    action: 'control',
    body: '{"id":"days-4000"}',
    status: 404,
    error: 'There is no control with the id "days-4000".',
  },
  { when: 'a field too many', action: 'discover', body: '{"all":true}', status: 400, error: 'Expected {}.' },
  { when: 'no JSON', action: 'say', body: '{"sentence":', status: 400, error: 'The body is not JSON.' },
  { when: 'nothing', action: 'say', body: '', status: 400, error: 'The body is not JSON.' },
  { when: 'an unknown action', action: 'explode', body: '{}', status: 404, error: 'There is no such action.' },
  { when: "a prototype's name", action: 'constructor', body: '{}', status: 404, error: 'There is no such action.' },
  {
    when: 'a body too large',
    action: 'say',
    body: JSON.stringify({ sentence: 'a'.repeat(64 * 1024) }),
    status: 413,
    error: 'The body is larger than 64 KB.',
  },
])('$action refuses $when with $status', async ({ action, body, status, error }) => {
  const { url, asked } = await open();
  const response = await post(url, action, body);
  expect({ status: response.status, body: await response.json() }).toEqual({ status, body: { error } });
  expect(asked).toEqual([]);
});

test("an action that fails says the desk's own sentence", async () => {
  const { url, failWith } = await open();
  failWith(new Error('The plug has no power.'));
  const response = await post(url, 'say', '{"sentence":"turn on bedroom lamp"}');
  expect({ status: response.status, body: await response.json() }).toEqual({
    status: 500,
    body: { error: 'The plug has no power.' },
  });
});

test.each([
  { when: 'no type', headers: { 'Content-Type': '' } },
  { when: 'plain text, as another site may post it', headers: { 'Content-Type': 'text/plain' } },
  { when: 'a form', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } },
])('$when is not taken for JSON', async ({ headers }) => {
  const { url, asked } = await open();
  expect((await post(url, 'discover', '{}', headers)).status).toBe(415);
  expect(asked).toEqual([]);
});

test('actions are posted', async () => {
  const { url, asked } = await open();
  const response = await fetch(`${url}/api/discover`);
  expect({ status: response.status, allow: response.headers.get('allow') }).toEqual({ status: 405, allow: 'POST' });
  expect(asked).toEqual([]);
});

test.each([
  { when: 'its own page', host: 'OWN', origin: 'http://OWN', status: 204 },
  { when: 'no browser at all', host: 'OWN', status: 204 },
  { when: 'its own page under the name localhost', host: 'localhost:81', origin: 'http://localhost:81', status: 204 },
  { when: 'its own page under IPv6', host: '[::1]:81', origin: 'http://[::1]:81', status: 204 },
  { when: 'a name that points here', host: 'rebound.example', origin: 'http://rebound.example', status: 403 },
  { when: 'a name that only begins like loopback', host: '127.0.0.1.example', status: 403 },
  { when: 'another site', host: 'OWN', origin: 'https://other.example', status: 403 },
  { when: 'another port', host: 'OWN', origin: 'http://127.0.0.1:1', status: 403 },
  { when: 'a sandboxed frame', host: 'OWN', origin: 'null', status: 403 },
  { when: 'another site without an Origin', host: 'OWN', site: 'cross-site', status: 403 },
  { when: 'another port without an Origin', host: 'OWN', site: 'same-site', status: 403 },
])('a request of $when is answered $status', async ({ host, origin, site, status }) => {
  const { url, asked } = await open();
  const own = new URL(url).host;
  const headers = {
    Host: host.replace('OWN', own),
    ...(origin === undefined ? {} : { Origin: origin.replace('OWN', own) }),
    ...(site === undefined ? {} : { 'Sec-Fetch-Site': site }),
    'Content-Type': 'application/json',
  };
  expect(await statusOf(`${url}/api/discover`, headers, 'POST', '{}')).toBe(status);
  expect(asked).toHaveLength(status === 204 ? 1 : 0);
});

test.each(['/', '/page.js', '/events'])('%s is not for a foreign Host or Origin either', async (path) => {
  const { url } = await open();
  expect(await statusOf(url + path, { Host: 'rebound.example' })).toBe(403);
  expect(await statusOf(url + path, { Origin: 'https://other.example' })).toBe(403);
});

test('a link from elsewhere opens the page, and reads no events', async () => {
  const { url } = await open();
  expect(await statusOf(`${url}/`, { 'Sec-Fetch-Site': 'cross-site' })).toBe(200);
  expect(await statusOf(`${url}/events`, { 'Sec-Fetch-Site': 'cross-site' })).toBe(403);
});

test.each([
  { path: '/', type: 'text/html; charset=UTF-8', holds: '<script type="module" src="/page.js">' },
  { path: '/page.js', type: 'text/javascript; charset=utf-8', holds: 'EventSource' },
  { path: '/page.css', type: 'text/css; charset=utf-8', holds: 'prefers-reduced-motion' },
  { path: '/icon.svg', type: 'image/svg+xml', holds: '<svg' },
])('$path is served with headers that keep others out', async ({ path, type, holds }) => {
  const { url } = await open();
  const response = await fetch(url + path);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe(type);
  expect(await response.text()).toContain(holds);
  expect(response.headers.get('content-security-policy')).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  );
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(response.headers.get('referrer-policy')).toBe('no-referrer');
  expect(response.headers.get('access-control-allow-origin')).toBeNull();
});

test('what is not there is a 404 that says so', async () => {
  const { url } = await open();
  const response = await fetch(`${url}/package.json`);
  expect({ status: response.status, body: await response.json() }).toEqual({
    status: 404,
    body: { error: 'There is nothing here.' },
  });
});

test('events bring the whole state at once, and again after a change', async () => {
  const { url, set } = await open();
  const stop = new AbortController();
  const states = statesOf(url, stop.signal);
  expect((await states.next()).value).toEqual(STATE);
  set(EMPTY);
  expect((await states.next()).value).toEqual(EMPTY);
  stop.abort();
});

test('a page that comes after a quiet hour gets the time of now', async () => {
  let hour = '2027-11-24T08:00:00.000Z';
  const { desk } = recordingDesk();
  const { url, close } = await startConsole({ desk: { ...desk, state: () => ({ ...STATE, now: hour }) } });
  closers.push(close);
  const stop = new AbortController();
  const nowOf = async () => ((await statesOf(url, stop.signal).next()).value as DeskState).now;
  expect(await nowOf()).toBe('2027-11-24T08:00:00.000Z');
  hour = '2027-11-24T09:00:00.000Z';
  expect(await nowOf()).toBe('2027-11-24T09:00:00.000Z');
  stop.abort();
});

test('many changes in a moment are few events, and the last of them is the last state', async () => {
  const { url, set } = await open();
  const stop = new AbortController();
  const states = statesOf(url, stop.signal);
  await states.next();
  for (let change = 1; change <= 200; change++) set({ ...EMPTY, problems: [`${change}`] });
  const seen: (readonly string[])[] = [];
  for await (const state of states) {
    seen.push(state.problems);
    if (state.problems[0] === '200') break;
  }
  expect(seen.at(-1)).toEqual(['200']);
  expect(seen.length).toBeLessThanOrEqual(2);
  stop.abort();
});

test('a page that goes away gets no more events, and another still does', async () => {
  const { url, set } = await open();
  const gone = new AbortController();
  await statesOf(url, gone.signal).next();
  gone.abort();
  const stop = new AbortController();
  const states = statesOf(url, stop.signal);
  await states.next();
  set(EMPTY);
  expect((await states.next()).value).toEqual(EMPTY);
  stop.abort();
});

test('closing ends the event streams and lets go of the desk', async () => {
  const { url, close, listeners } = await open();
  const states = statesOf(url, new AbortController().signal);
  await states.next();
  expect(listeners.size).toBe(1);
  await close();
  expect(listeners.size).toBe(0);
  const after = await states.next().catch(() => ({ done: true }));
  expect(after.done).toBe(true);
  await expect(fetch(url)).rejects.toThrow();
});

test('a taken port is an error, and nothing keeps listening to the desk', async () => {
  const { url } = await open();
  const second = recordingDesk();
  await expect(startConsole({ desk: second.desk, port: Number(new URL(url).port) })).rejects.toThrow('EADDRINUSE');
  expect(second.listeners.size).toBe(0);
});
