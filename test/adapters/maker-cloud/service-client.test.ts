import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { EmulatedMaker } from '../../../desk/maker/contract.ts';
import { startMaker } from '../../../desk/maker/emulator.ts';
import type { SignInServer } from '../../../desk/maker/sign-in-server/contract.ts';
import { startSignInServer } from '../../../desk/maker/sign-in-server/server.ts';
import { createMakerCloud } from '../../../lambda/adapters/maker-cloud/cloud.ts';
import type { CloudSession } from '../../../lambda/ports/device-cloud.ts';
import { testClock } from '../../support/clock.ts';

// Reads of accounts that nobody signed in to here, with the skill's own client at the maker's authorization server.

const SERVICE = { id: 'skill-service', secret: 'a-secret-of-the-service' };
let clock: ReturnType<typeof testClock>;
let maker: EmulatedMaker;
let server: SignInServer;
let account: string;
let other: string;
let lamp: string;
let asked: number;
beforeAll(async () => {
  clock = testClock();
  server = await startSignInServer({ clock, checkPassword: () => undefined });
  await server.addClient(SERVICE);
});
afterAll(() => server.close());
beforeEach(async () => {
  asked = server.requests.get('/token') ?? 0;
  maker = await startMaker({ clock, reportDelayMs: 20 });
  maker.trust(server);
  account = maker.addAccount({ email: 'ada@example.org', password: 'x' }).accountId;
  other = maker.addAccount({ email: 'bob@example.org', password: 'y' }).accountId;
  lamp = maker.addDevice(account, { name: 'Bedroom lamp' });
  maker.addDevice(other, { name: 'Hall light' });
});
afterEach(() => maker.close());

const cloudWith = (client: object | undefined = {}) => {
  const deviceCloudClient = {
    tokenUrl: server.tokenUrl,
    clientId: SERVICE.id,
    clientSecret: SERVICE.secret,
    ...client,
  };
  return createMakerCloud({
    url: maker.url,
    cloudName: 'Acme Home',
    clock,
    secrets: async () => ({ deviceCloudClient }),
  });
};
const sessionOf = async (cloud: ReturnType<typeof cloudWith>, of: string): Promise<CloudSession> => {
  const session = await cloud.serviceSession(of, 'our-id');
  if (!session) throw new Error('no session');
  return session;
};
const signal = () => AbortSignal.timeout(60_000);
const tokens = () => (server.requests.get('/token') ?? 0) - asked;

test('one token reads every account, each by its name', async () => {
  const cloud = cloudWith();
  const [mine, theirs] = [await sessionOf(cloud, account), await sessionOf(cloud, other)];
  const lists = await Promise.all([cloud.devices(mine, signal()), cloud.devices(theirs, signal())]);
  expect(lists.map(({ devices }) => devices.map(({ name }) => name))).toEqual([['Bedroom lamp'], ['Hall light']]);
  expect(await cloud.device(mine, lamp, signal())).toMatchObject({ name: 'Bedroom lamp', power: 'OFF' });
  expect(tokens()).toBe(1);
});

test('the session says that nobody can renew it, and survives JSON', async () => {
  const cloud = cloudWith();
  const session = await sessionOf(cloud, account);
  expect(session).toMatchObject({ accountId: 'our-id', expiresAt: '9999-12-31T00:00:00.000Z', renewable: false });
  const list = await cloudWith().devices(JSON.parse(JSON.stringify(session)), signal());
  expect(list.devices).toHaveLength(1);
});

test('a token is used until a minute before its end', async () => {
  const cloud = cloudWith();
  const session = await sessionOf(cloud, account);
  for (const minutes of [0, 58, 2]) {
    clock.advance(minutes * 60_000);
    await cloud.devices(session, signal());
  }
  expect(tokens()).toBe(2);
});

test('a token that the device cloud takes no more is asked for anew, once', async () => {
  const cloud = cloudWith();
  const session = await sessionOf(cloud, account);
  await cloud.devices(session, signal());
  maker.revokeSessions();
  await cloud.devices(session, signal());
  expect(tokens()).toBe(2);
  const end = maker.inject({ kind: 'problem', status: 401, code: 'session-ended' });
  await expect(cloud.devices(session, signal())).rejects.toMatchObject({ name: 'ServiceTokenMissing' });
  expect(tokens()).toBe(3);
  end();
  expect((await cloud.devices(session, signal())).devices).toHaveLength(1);
});

test.each<{ when: string; client: object; message: string }>([
  {
    when: 'a wrong secret',
    client: { clientSecret: 'wrong' },
    message: 'the token endpoint answered 401 invalid_client',
  },
  { when: 'no secret', client: { clientSecret: '' }, message: 'wrong in: deviceCloudClient.clientSecret' },
  {
    when: 'an address without TLS',
    client: { tokenUrl: 'http://login.example' },
    message: 'deviceCloudClient.tokenUrl',
  },
  { when: 'an unknown field', client: { secret: 'canary' }, message: 'wrong in: deviceCloudClient' },
])('$when: says so, and asks once in a minute', async ({ client, message }) => {
  const cloud = cloudWith(client);
  const session = await sessionOf(cloud, account);
  for (let attempt = 0; attempt < 3; attempt++) {
    const failure = await cloud.devices(session, signal()).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'ServiceTokenMissing', message: expect.stringContaining(message) });
    expect(String(failure)).not.toContain('canary');
  }
  expect(tokens()).toBeLessThan(2);
});

test.each<{ when: string; fault: Parameters<SignInServer['inject']>[0] }>([
  { when: 'is down', fault: { kind: 'html', status: 503, path: /^\/token$/ } },
  { when: 'answers with a page', fault: { kind: 'html', status: 200, path: /^\/token$/ } },
  { when: 'answers with nothing', fault: { kind: 'body', body: '', path: /^\/token$/ } },
  {
    when: 'answers a token with spaces',
    fault: { kind: 'body', body: '{"access_token":"a b","expires_in":9}', path: /^\/token$/ },
  },
  { when: 'breaks the connection', fault: { kind: 'reset', path: /^\/token$/ } },
])('a token endpoint that $when: the read fails, and works a minute after its end', async ({ fault }) => {
  const cloud = cloudWith();
  const session = await sessionOf(cloud, account);
  const end = server.inject(fault);
  await expect(cloud.devices(session, signal())).rejects.toMatchObject({ name: 'ServiceTokenMissing' });
  end();
  clock.advance(61_000);
  expect((await cloud.devices(session, signal())).devices).toHaveLength(1);
});

test('the service reads, and does nothing else', async () => {
  const cloud = cloudWith();
  const session = await sessionOf(cloud, account);
  await expect(cloud.command(session, lamp, { power: 'ON' }, signal())).rejects.toMatchObject({
    name: 'CloudUnreachable',
  });
  expect(maker.device(lamp).power).toBe('OFF');
  maker.resetCounts();
  await cloud.signOut(session, signal());
  expect(maker.counts.requests).toBe(0);
});

test('an account that the cloud has no more', async () => {
  const cloud = cloudWith();
  await expect(cloud.devices(await sessionOf(cloud, 'acct_gone'), signal())).rejects.toMatchObject({
    name: 'DeviceNotFound',
  });
});

test('without a client there is no such session', async () => {
  const cloud = createMakerCloud({ url: maker.url, cloudName: 'Acme Home', clock, secrets: async () => ({}) });
  expect(await cloud.serviceSession(account, 'our-id')).toBeUndefined();
});

test('a busy account holds up no other', async () => {
  const cloud = cloudWith();
  const [mine, theirs] = [await sessionOf(cloud, account), await sessionOf(cloud, other)];
  maker.inject({ kind: 'problem', status: 429, code: 'too-many-requests', retryAfter: 60, times: 1 });
  await expect(cloud.devices(mine, signal())).rejects.toMatchObject({ name: 'CloudRateLimited' });
  await expect(cloud.devices(mine, signal())).rejects.toMatchObject({ name: 'CloudRateLimited' });
  expect((await cloud.devices(theirs, signal())).devices).toHaveLength(1);
});
