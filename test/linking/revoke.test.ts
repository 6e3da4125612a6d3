import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createMyLeviton } from '../../lambda/adapters/my-leviton/cloud.ts';
import type { CloudSession } from '../../lambda/ports/device-cloud.ts';
import { StoreUnavailable } from '../../lambda/ports/errors.ts';
import {
  askToken,
  client,
  EMAIL,
  type LinkingDesk,
  linkUp,
  PASSWORD,
  refreshing,
  startLinkingDesk,
  type Tokens,
} from './support.ts';

let desk: LinkingDesk;
beforeEach(async () => {
  desk = await startLinkingDesk();
});
afterEach(() => desk.close());

const revoke = (token: string | undefined, basic?: string) => askToken(desk, { token }, { path: '/revoke', basic });

test.each([
  { which: 'the refresh token', pick: ({ refresh }: Tokens) => refresh },
  { which: 'an access token', pick: ({ access }: Tokens) => access },
])('$which ends the link', async ({ pick }) => {
  const tokens = await linkUp(desk);
  const { linkId } = await desk.bearers.open(tokens.access, desk.clock.now());
  expect((await revoke(pick(tokens))).status).toBe(200);
  expect(await desk.stores.links.get(linkId)).toMatchObject({ state: 'ended', endedBecause: 'revoked' });
  const answer = await askToken(desk, refreshing(tokens.refresh));
  expect({ status: answer.status, error: answer.body.error }).toEqual({ status: 400, error: 'invalid_grant' });
  expect((await revoke(pick(tokens))).status).toBe(200);
});

test('the password goes with the last link, also where that could not be done at once', async () => {
  const [first, second] = [await linkUp(desk), await linkUp(desk)];
  const { accountId } = await desk.bearers.open(first.access, desk.clock.now());
  const account = await desk.stores.accounts.get(accountId);
  if (!account) throw new Error('no account');
  const credentials = { email: EMAIL, password: PASSWORD };
  await desk.stores.accounts.put({ ...account, credentials });
  await revoke(first.refresh);
  expect((await desk.stores.accounts.get(accountId))?.credentials).toEqual(credentials);
  desk.change({ accounts: { ...desk.stores.accounts, replace: () => Promise.reject(new StoreUnavailable('no')) } });
  expect((await revoke(second.refresh)).status).toBe(503);
  desk.change({ accounts: desk.stores.accounts });
  expect((await revoke(second.refresh)).status).toBe(200);
  expect((await desk.stores.accounts.get(accountId))?.credentials).toBeUndefined();
});

test('a revoked link ends its session at the device cloud; where another link goes on, that gets a new one first', async () => {
  const [first, second] = [await linkUp(desk), await linkUp(desk)];
  const { accountId } = await desk.bearers.open(first.access, desk.clock.now());
  const account = await desk.stores.accounts.get(accountId);
  if (!account) throw new Error('no account');
  await desk.stores.accounts.put({ ...account, credentials: { email: EMAIL, password: PASSWORD } });
  const cloud = createMyLeviton({ url: desk.myLeviton.url, clock: desk.clock });
  const works = (session: CloudSession | undefined) =>
    session &&
    cloud.devices(session, AbortSignal.timeout(110_000)).then(
      () => true,
      () => false,
    );
  const carriedBy = async ({ access }: Tokens) => (await desk.bearers.open(access, desk.clock.now())).session;
  const current = async () => (await desk.stores.accounts.get(accountId))?.session;
  expect(await works(await carriedBy(first))).toBe(true);
  await revoke(first.refresh);
  expect(await works(await carriedBy(first))).toBe(false);
  expect(await works(await current())).toBe(true);
  await revoke(second.refresh);
  expect(await works(await current())).toBe(false);
});

test('a revoked link whose session the device cloud does not end is revoked all the same', async () => {
  const tokens = await linkUp(desk);
  desk.myLeviton.inject({ kind: 'status', status: 500, path: /logout/i });
  expect((await revoke(tokens.refresh)).status).toBe(200);
  expect((await askToken(desk, refreshing(tokens.refresh))).body.error).toBe('invalid_grant');
  expect(desk.lines.filter((line) => line.includes('"session-not-ended"'))).toHaveLength(1);
});

test.each(['abc', `dpsr.k1.${'A'.repeat(22)}.0.${'A'.repeat(32)}`, 'dpsa.dps.k1.AAAA'])(
  'a token that nobody knows is answered with 200: %s',
  async (token) => {
    expect((await revoke(token)).status).toBe(200);
  },
);

test('an access token past its end ends nothing', async () => {
  const { access, refresh } = await linkUp(desk);
  desk.clock.advance(2 * 3_600_000);
  expect((await revoke(access)).status).toBe(200);
  expect((await askToken(desk, refreshing(refresh))).status).toBe(200);
});

test("another client's token: refused, and the link stays", async () => {
  desk.clients.push(client({ id: 'other', secrets: [{ secret: 'other-secret', retired: false }] }));
  const { refresh } = await linkUp(desk);
  expect((await revoke(refresh, 'other:other-secret')).status).toBe(400);
  expect((await askToken(desk, refreshing(refresh))).status).toBe(200);
});

test('nothing is reported to an Alexa whose link is revoked: its grant goes', async () => {
  const { refresh, access } = await linkUp(desk);
  const { accountId, linkId: id } = await desk.bearers.open(access, desk.clock.now());
  const now = new Date().toISOString();
  const tokens = { accessToken: 'a', refreshToken: 'r', expiresAt: now, issuedAt: now };
  await desk.stores.grants.put({ accountId, id, tokens, region: 'NA', codeHash: 'hash' });
  expect((await revoke(refresh)).status).toBe(200);
  expect(await desk.stores.grants.list(accountId)).toEqual([]);
});

test.each([
  { when: 'without authentication', basic: '', token: 'abc', status: 401, error: 'invalid_client' },
  { when: 'without a token', basic: undefined, token: undefined, status: 400, error: 'invalid_request' },
])('$when: $status', async ({ basic, token, status, error }) => {
  const answer = await revoke(token, basic);
  expect({ status: answer.status, error: answer.body.error }).toEqual({ status, error });
});

test.each<'refused' | 'empty' | 'read-only'>(['refused', 'empty', 'read-only'])(
  'the table %s: not answered as done',
  async (how) => {
    const { refresh } = await linkUp(desk);
    const recover = desk.table.fail(how);
    const answer = await revoke(refresh);
    expect({ status: answer.status, error: answer.body.error }).toEqual({
      status: 503,
      error: 'temporarily_unavailable',
    });
    recover();
    expect((await revoke(refresh)).status).toBe(200);
    expect((await askToken(desk, refreshing(refresh))).status).toBe(400);
  },
);
