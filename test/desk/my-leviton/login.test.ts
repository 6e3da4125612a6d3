import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ask, EMAIL, errorOf, PASSWORD, type Setting, setUp, signIn } from './client.ts';

const DAY_MS = 86_400_000;

let setting: Setting;
beforeEach(async () => {
  setting = await setUp({ lockAfter: 3, lockedForMs: 600_000 });
});
afterEach(() => setting.cloud.close());

const login = (body: object, path = '/Person/login') => ask(setting.cloud, path, { body });
const permissions = (token: string, how: { headers?: Record<string, string>; query?: string } = {}) =>
  ask(setting.cloud, `/Person/${setting.account.userId}/residentialPermissions${how.query ?? ''}`, {
    ...(how.headers ? { headers: how.headers } : { token }),
  });

test('a login answers the session whole, with the user if asked', async () => {
  const { account } = setting;
  const reply = await login({ email: EMAIL, password: PASSWORD, rememberMe: true }, '/Person/login?include=user');
  expect(reply.body).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{64}$/),
    ttl: 5184000,
    created: '2026-09-01T08:00:00.000Z',
    userId: account.userId,
    scopes: null,
    rememberMe: true,
    user: { id: account.userId, email: 'ada@example.org', firstName: 'Ada', lastName: 'Example' },
  });
  const plain = await login({ email: EMAIL, password: PASSWORD });
  expect(plain.body).not.toHaveProperty('user');
});

test.each([
  { when: 'a wrong password', body: { email: EMAIL, password: 'x' }, status: 401, message: 'Login Failed' },
  { when: 'no password', body: { email: EMAIL }, status: 401, message: 'Login Failed' },
  { when: 'a password that is not text', body: { email: EMAIL, password: 7 }, status: 401, message: 'Login Failed' },
  { when: 'an unknown account', body: { email: 'b@c.d', password: 'x' }, status: 401, message: 'Login Failed' },
  { when: 'no address', body: { password: 'x' }, status: 400, message: 'username or email is required' },
  { when: 'a list', body: [], status: 400, message: 'The body is not an object.' },
])('$when: $status', async ({ body, status, message }) => {
  const reply = await login(body);
  expect([reply.status, errorOf(reply).message]).toEqual([status, message]);
});

test.each([
  { when: 'JSON that breaks off', body: '{"email":', status: 400 },
  { when: 'more than the cloud takes', body: JSON.stringify({ email: 'x'.repeat(200_000) }), status: 413 },
])('$when: $status', async ({ body, status }) => {
  const reply = await ask(setting.cloud, '/Person/login', { body });
  expect(reply.status).toBe(status);
});

test('a form signs in, too', async () => {
  const reply = await ask(setting.cloud, '/person/login', {
    body: new URLSearchParams({ email: EMAIL, password: PASSWORD }).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  expect(reply.status).toBe(200);
});

test('two-factor: a code is needed, and the right one', async () => {
  const { cloud } = setting;
  const steps = async (code?: unknown) => {
    const reply = await login({ email: EMAIL, password: PASSWORD, ...(code !== undefined && { code }) });
    return [reply.status, errorOf(reply).message];
  };
  cloud.setTwoFactorCode(EMAIL, '246810');
  const needed = 'Insufficient Data: Person uses two factor authentication. Requires code.';
  expect(await steps()).toEqual([406, needed]);
  expect(await steps('111111')).toEqual([408, 'Error: Invalid code']);
  expect(await steps(246810)).toEqual([200, undefined]);
  cloud.setTwoFactorCode(EMAIL, undefined);
  expect(await steps()).toEqual([200, undefined]);
});

test('too many failures lock the account for a while, even with the right password', async () => {
  const status = async (password: string) => (await login({ email: EMAIL, password })).status;
  for (const _ of [1, 2, 3]) expect(await status('x')).toBe(401);
  expect(await status(PASSWORD)).toBe(403);
  await setting.clock.advance(599_999);
  expect(errorOf(await login({ email: EMAIL, password: PASSWORD })).message).toBe('Too many failed attempts');
  await setting.clock.advance(1);
  expect(await status(PASSWORD)).toBe(200);
});

test('a success in between counts from the start again', async () => {
  for (const password of ['x', 'x', PASSWORD, 'x', 'x', PASSWORD]) {
    expect((await login({ email: EMAIL, password })).status).toBe(password === 'x' ? 401 : 200);
  }
});

test.each([
  { by: 'Authorization, raw', how: (id: string) => ({ headers: { authorization: id } }), status: 200 },
  { by: 'X-Access-Token', how: (id: string) => ({ headers: { 'x-access-token': id } }), status: 200 },
  { by: 'access_token', how: (id: string) => ({ headers: {}, query: `?access_token=${id}` }), status: 200 },
  {
    by: 'Authorization with Bearer',
    how: (id: string) => ({ headers: { authorization: `Bearer ${id}` } }),
    status: 401,
  },
  { by: 'nothing', how: () => ({ headers: {} }), status: 401 },
])('a token by $by: $status', async ({ how, status }) => {
  const { id } = await signIn(setting.cloud);
  expect((await permissions(id, how(id))).status).toBe(status);
});

test('a token ends 60 days after it was created, used or not', async () => {
  const { id } = await signIn(setting.cloud);
  await setting.clock.advance(30 * DAY_MS);
  expect((await permissions(id)).status).toBe(200);
  await setting.clock.advance(30 * DAY_MS - 1);
  expect((await permissions(id)).status).toBe(200);
  await setting.clock.advance(1);
  const late = await permissions(id);
  expect([late.status, errorOf(late)]).toEqual([
    401,
    { statusCode: 401, name: 'Error', message: 'Invalid Access Token', code: 'INVALID_TOKEN' },
  ]);
});

test.each([
  { by: 'revocation', end: () => setting.cloud.revokeSessions(EMAIL) },
  { by: 'revocation of all', end: () => setting.cloud.revokeSessions() },
  { by: 'a new password', end: () => setting.cloud.changePassword(EMAIL, 'other') },
])('$by ends the session', async ({ end }) => {
  const { id } = await signIn(setting.cloud);
  end();
  const reply = await permissions(id);
  expect(reply.body).toEqual({
    error: { statusCode: 401, name: 'Error', message: 'Authorization Required', code: 'AUTHORIZATION_REQUIRED' },
  });
});

test('a new login leaves the tokens before it alone; revoking one account leaves the others alone', async () => {
  const { cloud, account } = setting;
  const first = await signIn(cloud);
  await signIn(cloud);
  cloud.addAccount({ email: 'bob@example.org', password: 'b' });
  cloud.revokeSessions('bob@example.org');
  expect((await permissions(first.id)).status).toBe(200);
  expect(account.userId).toBe(first.userId);
});

test('a changed password is the one that counts', async () => {
  setting.cloud.changePassword(EMAIL, 'other');
  expect((await login({ email: EMAIL, password: PASSWORD })).status).toBe(401);
  expect((await login({ email: EMAIL, password: 'other' })).status).toBe(200);
});

test('a login that carries a dead token is refused before its password is looked at', async () => {
  const { cloud } = setting;
  const { id } = await signIn(cloud);
  cloud.revokeSessions();
  const reply = await ask(cloud, '/Person/login', { body: { email: EMAIL, password: PASSWORD }, token: id });
  expect([reply.status, errorOf(reply).code]).toEqual([401, 'AUTHORIZATION_REQUIRED']);
});

test('logout answers 204 without a body, then the token is gone', async () => {
  const { cloud } = setting;
  const { id } = await signIn(cloud);
  const out = await ask(cloud, `/Person/logout?access_token=${id}`, { method: 'POST' });
  expect([out.status, out.text]).toEqual([204, '']);
  const repeated = await ask(cloud, '/Person/logout', { method: 'POST', token: id });
  expect(repeated.status).toBe(401);
});

test.each([
  { what: 'a second account of one address', act: () => setting.cloud.addAccount({ email: EMAIL, password: 'x' }) },
  { what: 'an unknown account', act: () => setting.cloud.changePassword('b@c.d', 'x') },
  {
    what: 'an invitation to nowhere',
    act: () => setting.cloud.addAccount({ email: 'b@c.d', password: 'x', invitedTo: [1] }),
  },
])('$what is an error to whoever asks for it', ({ act }) => {
  expect(act).toThrow(/^there is /);
});
