import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Exchange, Fault } from '../../../desk/my-leviton/contract.ts';
import { createMyLeviton } from '../../../lambda/adapters/my-leviton/cloud.ts';
import { toLogin, toSession } from '../../../lambda/adapters/my-leviton/credential.ts';
import { CREDENTIALS, type Desk, openDesk, patience, withFastClock } from './desk.ts';

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk({ lockAfter: 3 });
});
afterEach(() => desk.emulator.close());

const NOW = new Date('2026-03-01T12:00:00.000Z');
const login = {
  id: 'token-1',
  ttl: 5_184_000,
  created: '2026-02-01T00:00:00.000Z',
  userId: 402118,
  scopes: null,
  rememberMe: false,
  user: { id: 402118, email: 'ada@example.org', firstName: 'Ada', lastName: 'Lovelace' },
};

test.each<{ answer: string; fault: Fault; error: object; code?: string }>([
  { answer: '401', fault: { kind: 'status', status: 401 }, error: { name: 'SignInRefused', reason: 'wrong-password' } },
  { answer: '403', fault: { kind: 'status', status: 403 }, error: { name: 'SignInRefused', reason: 'locked' } },
  { answer: '406', fault: { kind: 'status', status: 406 }, error: { name: 'SignInRefused', reason: 'code-needed' } },
  {
    answer: '408 to a code',
    fault: { kind: 'status', status: 408 },
    code: '482913',
    error: { name: 'SignInRefused', reason: 'wrong-code' },
  },
  // Then it is the time-out of RFC 9110, section 15.5.9.
  { answer: '408 without a code', fault: { kind: 'status', status: 408 }, error: { name: 'CloudUnreachable' } },
  { answer: '429', fault: { kind: 'status', status: 429 }, error: { name: 'CloudRateLimited' } },
  { answer: '400', fault: { kind: 'status', status: 400 }, error: { name: 'CloudUnreachable' } },
  { answer: '500', fault: { kind: 'server-error' }, error: { name: 'CloudUnreachable' } },
  { answer: '502 with HTML', fault: { kind: 'html', status: 502 }, error: { name: 'CloudUnreachable' } },
  { answer: '200 with HTML', fault: { kind: 'html', status: 200 }, error: { name: 'CloudUnreachable' } },
  { answer: '200 with nothing', fault: { kind: 'empty' }, error: { name: 'CloudUnreachable' } },
  { answer: '200 with {}', fault: { kind: 'garbage', body: '{}' }, error: { name: 'CloudUnreachable' } },
  { answer: '200 without a user', fault: { kind: 'garbage', body: '{"id":"t"}' }, error: { name: 'CloudUnreachable' } },
  { answer: 'a reset', fault: { kind: 'reset' }, error: { name: 'CloudUnreachable' } },
])('$answer, asked once', async ({ fault, error, code }) => {
  desk.emulator.inject(fault);
  await expect(desk.cloud.signIn(CREDENTIALS, code, patience())).rejects.toMatchObject(error);
  expect(desk.emulator.counts.logins).toBe(1);
});

test('a sign-in without credentials is answered, and is no attempt', async () => {
  for (let n = 0; n < 10; n++) await desk.cloud.probeSignIn(patience());
  expect(desk.emulator.counts).toMatchObject({ requests: 10, logins: 0 });
  await expect(desk.signIn()).resolves.toMatchObject({ accountId: String(desk.account.userId) });
});

test.each<{ answer: string; fault: Fault; error?: string }>([
  ...[400, 401, 403, 404, 406, 422].map((status) => ({
    answer: String(status),
    fault: { kind: 'status', status } as const,
  })),
  { answer: '429', fault: { kind: 'status', status: 429 }, error: 'CloudRateLimited' },
  { answer: '500', fault: { kind: 'server-error' }, error: 'CloudUnreachable' },
  { answer: '502 with HTML', fault: { kind: 'html', status: 502 }, error: 'CloudUnreachable' },
  { answer: '200 with HTML', fault: { kind: 'html', status: 200 }, error: 'CloudUnreachable' },
  { answer: '200 with nothing', fault: { kind: 'empty' }, error: 'CloudUnreachable' },
  { answer: '200 with {}', fault: { kind: 'garbage', body: '{}' }, error: 'CloudUnreachable' },
  { answer: 'a reset', fault: { kind: 'reset' }, error: 'CloudUnreachable' },
])('$answer to a sign-in without credentials: $error', async ({ fault, error }) => {
  desk.emulator.inject(fault);
  const probed = desk.cloud.probeSignIn(patience()).then(
    () => undefined,
    ({ name }: Error) => name,
  );
  await expect(probed).resolves.toBe(error);
});

test('a session that comes with 201 is one', async () => {
  const http = createServer((_request, response) => response.writeHead(201).end(JSON.stringify(login)));
  await new Promise<void>((listening) => http.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const session = createMyLeviton({ url, clock: desk.clock }).signIn(CREDENTIALS, undefined, patience());
  await expect(session).resolves.toMatchObject({ accountId: '402118' });
  http.close();
  http.closeAllConnections();
});

test('a sign-in that takes 6.5 s is waited for, and sent once', async () => {
  desk.emulator.inject({ kind: 'latency', ms: 6_500 });
  await expect(withFastClock(desk.clock, desk.signIn())).resolves.toMatchObject({
    accountId: String(desk.account.userId),
  });
  expect(desk.emulator.counts.logins).toBe(1);
});

test('too many wrong passwords lock the account', async () => {
  const wrong = () => desk.cloud.signIn({ ...CREDENTIALS, password: 'x' }, undefined, patience());
  for (let attempt = 0; attempt < 3; attempt++) {
    await expect(wrong()).rejects.toMatchObject({ reason: 'wrong-password' });
  }
  await expect(desk.signIn()).rejects.toMatchObject({ name: 'SignInRefused', reason: 'locked' });
});

test('a sign-in goes over a connection of its own: one that died while it was kept costs no second attempt', async () => {
  const served = new Set<unknown>();
  const asked: string[] = [];
  const http = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (served.has(request.socket)) return void request.socket.destroy();
    served.add(request.socket);
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(login));
  });
  await new Promise<void>((listening) => http.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const cloud = createMyLeviton({ url, clock: desk.clock });
  for (let n = 0; n < 3; n++) await cloud.signIn(CREDENTIALS, undefined, patience());
  expect(asked).toEqual(['/Person/login', '/Person/login', '/Person/login']);
  http.close();
  http.closeAllConnections();
});

test('a sign-in that a break cuts off may have arrived: it is not repeated, whatever connections were kept', async () => {
  await desk.signIn();
  desk.emulator.inject({ kind: 'reset', takesEffect: true });
  await expect(desk.signIn()).rejects.toMatchObject({ name: 'CloudUnreachable', sent: true });
  expect(desk.emulator.counts.logins).toBe(2);
});

test('the code goes along, the dead token does not', async () => {
  desk.emulator.setTwoFactorCode(CREDENTIALS.email, '482913');
  const sent: Exchange[] = [];
  desk.emulator.onExchange((exchange) => sent.push(exchange));
  await desk.cloud.signIn(CREDENTIALS, '482913', patience());
  expect(sent.map(({ request }) => request)).toEqual([
    { method: 'POST', path: '/Person/login', body: { ...CREDENTIALS, code: '482913' } },
  ]);
});

test('the session ends when the cloud says', async () => {
  expect((await desk.signIn()).expiresAt.slice(0, 10)).toBe('2026-04-30');
});

test('a login becomes a session without the person’s own data', () => {
  const session = toSession(login, NOW);
  expect(session).toEqual({
    accountId: '402118',
    expiresAt: '2026-04-02T00:00:00.000Z',
    credential: expect.any(String),
  });
  expect(session && toLogin(session)).toEqual({
    id: 'token-1',
    ttl: 5_184_000,
    created: '2026-02-01T00:00:00.000Z',
    userId: 402118,
    scopes: null,
    rememberMe: false,
  });
});

test.each([
  { when: 'an hour', fields: { ttl: 3600 }, expiresAt: '2026-02-01T01:00:00.000Z' },
  { when: 'no ttl', fields: { ttl: undefined }, expiresAt: '2026-04-30T12:00:00.000Z' },
  { when: 'a ttl that never ends', fields: { ttl: -1 }, expiresAt: '2026-04-30T12:00:00.000Z' },
  { when: 'a ttl beyond all dates', fields: { ttl: 1e300 }, expiresAt: '2026-04-30T12:00:00.000Z' },
  { when: 'no created', fields: { created: undefined, ttl: 60 }, expiresAt: '2026-03-01T12:01:00.000Z' },
  { when: 'a created that is no date', fields: { created: 'soon', ttl: 60 }, expiresAt: '2026-03-01T12:01:00.000Z' },
])('$when: until $expiresAt', ({ fields, expiresAt }) => {
  expect(toSession({ ...login, ...fields }, NOW)).toMatchObject({ expiresAt });
});

test('a user id may be a text', () => {
  expect(toSession({ ...login, userId: 'abc' }, NOW)).toMatchObject({ accountId: 'abc' });
});

test.each([null, 'token', [], {}, { ...login, id: '' }, { ...login, userId: null }])('%j is no login', (body) => {
  expect(toSession(body, NOW)).toBeUndefined();
});
