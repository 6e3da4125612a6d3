import { createHmac } from 'node:crypto';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import * as v from 'valibot';
import {
  type Claims,
  type Issuer,
  JwtIssuer,
  type OpaqueIssuer,
} from '../../../lambda/adapters/authorization-server/issuer.ts';
import { createOpener } from '../../../lambda/adapters/authorization-server/opener.ts';
import { errorTypeOf } from '../../../lambda/alexa/errors.ts';
import type { Bearer } from '../../../lambda/ports/bearer.ts';
import { isSkillError } from '../../../lambda/ports/errors.ts';
import { testClock } from '../../support/clock.ts';
import { hang, html, json, reset, ScriptedServer } from '../http/scripted-server.ts';
import { ISSUER, makeKey, makeToken, type ServerKey } from './server.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
let key: ServerKey;
let other: ServerKey;
let server: ScriptedServer;
let clock: ReturnType<typeof testClock>;
beforeAll(async () => {
  key = await makeKey('key-1');
  other = await makeKey('key-2');
});
beforeEach(async () => {
  clock = testClock();
  server = new ScriptedServer();
  await server.listen();
  publish(key);
});
afterEach(() => server.close());

const publish = (...keys: ServerKey[]) => {
  server.script = [json(200, { keys: keys.map(({ jwk }) => jwk) })];
};
const issuer = (changes: Partial<JwtIssuer> = {}): JwtIssuer => ({
  ...{ kind: 'jwt', alias: 'acme', issuers: [ISSUER], jwksUrl: `${server.url}/jwks`, algorithms: ['ES256'] },
  ...{ clientIds: ['alexa', 'alexa-old'], accountClaims: ['sub'] },
  ...changes,
});
const openerOf = (issuers: readonly Issuer[], storedKeys?: (jwksUrl: string) => Promise<unknown>) =>
  createOpener({
    ...{ issuers, clock, ...(storedKeys && { storedKeys }) },
    toSession: async (credential, accountId, expiresAt) => ({ accountId, expiresAt, credential }),
  });
const token = (claims: Claims = {}, more: object = {}) => makeToken({ key, now: clock.now(), claims, ...more });
const outcome = (opened: Promise<Bearer>): Promise<unknown> => opened.catch((error: unknown) => error);
const fetches = () => server.received.length;

describe('a token of the server', () => {
  test('of an account whose claims have changed is that of the account which linked', async () => {
    const open = async (sub: string, accountAliases?: Record<string, string>) =>
      await openerOf([issuer(accountAliases && { accountAliases })]).open(await token({ sub }), clock.now());
    const aliases = { 'new-ada': 'ada', 'new-bob': 'bob' };
    const before = await open('ada');
    const after = await open('new-ada', aliases);
    expect(after.accountId).toBe(before.accountId);
    // The device cloud knows the account by its claims of today.
    expect(after.cloudAccount).toBe('new-ada');
    for (const other of ['new-bob', 'constructor', 'ada2'])
      expect((await open(other, aliases)).accountId).not.toBe(before.accountId);
    expect((await open('ada', aliases)).accountId).toBe(before.accountId);
  });

  test('names an account and a link by hashes, and is the session at the device cloud', async () => {
    const sent = await token({ sub: 'ada@example.org' });
    const opened = await openerOf([issuer()]).open(sent, clock.now());
    expect(opened).toEqual({
      cloudAccount: 'ada@example.org',
      accountId: expect.stringMatching(/^[\w-]{22}$/),
      linkId: expect.stringMatching(/^[\w-]{22}$/),
      session: { accountId: opened.accountId, expiresAt: '2026-03-01T13:00:00.000Z', credential: sent },
    });
    expect([opened.accountId, opened.linkId].join()).not.toContain('ada');
  });

  test.each<{ when: string; claims: Claims }>([
    { when: 'Cognito’s, without an audience', claims: { token_use: 'access', scope: 'lamps' } },
    { when: 'Keycloak’s', claims: { client_id: undefined, azp: 'alexa', typ: 'Bearer', sid: 's' } },
    { when: 'Okta’s', claims: { client_id: undefined, cid: 'alexa', scp: ['lamps'] } },
    { when: 'an old client’s', claims: { client_id: 'alexa-old' } },
  ])('$when is taken', async ({ claims }) => {
    await expect(openerOf([issuer()]).open(await token(claims), clock.now())).resolves.toMatchObject({});
  });

  test('refreshed, is of the same account, and of the same link where a claim says so', async () => {
    const opener = openerOf([issuer({ linkClaim: 'origin_jti' })]);
    const first = await opener.open(await token({ origin_jti: 'o-1' }), clock.now());
    clock.advance(HOUR_MS);
    const second = await opener.open(await token({ origin_jti: 'o-1' }), clock.now());
    const anotherAlexa = await opener.open(await token({ origin_jti: 'o-2' }), clock.now());
    expect([second.accountId, second.linkId]).toEqual([first.accountId, first.linkId]);
    expect(anotherAlexa.accountId).toBe(first.accountId);
    expect(anotherAlexa.linkId).not.toBe(first.linkId);
  });

  test('without such a claim is a link of its own: two Amazon accounts stay two', async () => {
    const opener = openerOf([issuer()]);
    const [mine, hers] = [await token({ jti: '1' }), await token({ jti: '2' })];
    const [first, again, second] = [
      await opener.open(mine, clock.now()),
      await opener.open(mine, clock.now()),
      await opener.open(hers, clock.now()),
    ];
    expect(again.linkId).toBe(first.linkId);
    expect(second.accountId).toBe(first.accountId);
    expect(second.linkId).not.toBe(first.linkId);
  });

  test('of a server that has moved is of the same account, by its alias', async () => {
    const moved = 'https://id.acme.example/';
    const opener = openerOf([issuer({ issuers: [moved, ISSUER] })]);
    const [before, after] = [
      await opener.open(await token(), clock.now()),
      await opener.open(await token({ iss: moved }), clock.now()),
    ];
    expect(after.accountId).toBe(before.accountId);
    const elsewhere = await openerOf([issuer({ alias: 'other' })]).open(await token(), clock.now());
    expect(elsewhere.accountId).not.toBe(before.accountId);
  });

  test('is good for five minutes past its end, and then Alexa is to refresh it', async () => {
    const opener = openerOf([issuer()]);
    const sent = await token();
    clock.advance(HOUR_MS + 299_000);
    await expect(opener.open(sent, clock.now())).resolves.toMatchObject({});
    clock.advance(2_000);
    await expect(opener.open(sent, clock.now())).rejects.toMatchObject({ name: 'BearerExpired' });
  });
});

describe('what cannot be verified', () => {
  const segment = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const payload = () => ({ iss: ISSUER, sub: 'user-1', client_id: 'alexa', exp: clock.now().getTime() / 1000 + 60 });
  const bySharedSecret = () => {
    const signed = `${segment({ alg: 'HS256', kid: 'key-1' })}.${segment(payload())}`;
    return `${signed}.${createHmac('sha256', JSON.stringify(key.jwk)).update(signed).digest('base64url')}`;
  };

  test.each<{ when: string; sent: () => Promise<string> | string }>([
    { when: 'nothing', sent: () => '' },
    { when: 'no token at all', sent: () => 'canary' },
    { when: 'three parts that are no JWT', sent: () => 'canary.canary.canary' },
    { when: 'a very long text', sent: () => 'c'.repeat(100_000) },
    { when: 'another issuer', sent: () => token({ iss: 'https://evil.example/' }) },
    { when: 'no issuer', sent: () => token({ iss: undefined }) },
    { when: 'another client', sent: () => token({ client_id: 'canary' }) },
    { when: 'no client', sent: () => token({ client_id: undefined }) },
    { when: 'no account', sent: () => token({ sub: undefined }) },
    { when: 'an object for an account', sent: () => token({ sub: {} }) },
    { when: 'no end', sent: () => token({ exp: undefined }) },
    { when: 'a start that is far ahead', sent: () => token({ nbf: Math.floor(clock.now().getTime() / 1000) + 3_600 }) },
    { when: 'an ID token of Cognito', sent: () => token({ token_use: 'id' }) },
    { when: 'an ID token of Keycloak', sent: () => token({ typ: 'ID' }) },
    { when: 'an ID token with a hash of its access token', sent: () => token({ at_hash: 'canary' }) },
    {
      when: 'the signature of another key',
      sent: () => makeToken({ key: { ...other, kid: 'key-1' }, now: clock.now() }),
    },
    { when: 'an unknown key', sent: () => makeToken({ key: other, now: clock.now() }) },
    { when: 'no signature', sent: () => `${segment({ alg: 'none', kid: 'key-1' })}.${segment(payload())}.` },
    { when: 'the public key as a shared secret', sent: bySharedSecret },
    {
      when: 'a key that it brings itself',
      sent: () => makeToken({ key: other, now: clock.now(), header: { jwk: other.jwk, jku: 'https://evil.example/' } }),
    },
    { when: 'a changed payload', sent: async () => (await token()).replace(/\.[^.]+\./, `.${segment(payload())}.`) },
  ])('$when: Alexa hears an internal error and keeps the link', async ({ sent }) => {
    const error = await outcome(openerOf([issuer()]).open(await sent(), clock.now()));
    expect(error).toMatchObject({ name: 'BearerUnverified' });
    if (!isSkillError(error)) throw error;
    expect(errorTypeOf(error)[0]).toBe('INTERNAL_ERROR');
    expect(`${error.stack}${JSON.stringify(error)}`).not.toContain('canary');
  });

  test('an audience, where one is set', async () => {
    const opener = openerOf([issuer({ audiences: ['lamps'] })]);
    await expect(opener.open(await token({ aud: ['x', 'lamps'] }), clock.now())).resolves.toMatchObject({});
    const error = await outcome(opener.open(await token({ aud: 'x' }), clock.now()));
    expect(error).toMatchObject({ name: 'BearerUnverified' });
  });

  test.each(['HS256', 'none', 'HS512'])('%s cannot be set as an algorithm', (algorithm) => {
    expect(v.safeParse(JwtIssuer, { ...issuer(), algorithms: [algorithm] }).success).toBe(false);
    expect(v.safeParse(JwtIssuer, issuer()).success).toBe(true);
  });
});

describe('the keys of the server', () => {
  test('are fetched once, and again beside the work after an hour', async () => {
    const opener = openerOf([issuer()]);
    for (let turn = 0; turn < 5; turn++) await opener.open(await token(), clock.now());
    expect(fetches()).toBe(1);
    clock.advance(HOUR_MS + 1_000);
    server.script = [hang];
    await expect(opener.open(await token(), clock.now())).resolves.toMatchObject({});
  });

  test('serve for a year while their address is away', async () => {
    const opener = openerOf([issuer()]);
    await opener.open(await token(), clock.now());
    for (const reply of [reset, html(502, '<h1>'), json(200, { keys: [] }), json(200, []), json(404, {})]) {
      server.script = [reply];
      clock.advance(73 * DAY_MS);
      await expect(opener.open(await token(), clock.now())).resolves.toMatchObject({});
    }
  });

  test('serve a cold start in an outage from what was fetched earlier', async () => {
    server.script = [html(503, '<h1>')];
    const keys = { keys: [key.jwk] };
    await expect(openerOf([issuer()]).open(await token(), clock.now())).rejects.toMatchObject({
      message: 'no keys could be fetched',
    });
    await expect(openerOf([issuer({ keys })]).open(await token(), clock.now())).resolves.toMatchObject({});
    await expect(
      openerOf([issuer({ keys: { keys: ['text'] } })]).open(await token(), clock.now()),
    ).rejects.toMatchObject({
      name: 'BearerUnverified',
    });
  });

  test.each([
    { when: 'is down', reply: () => html(503, '<h1>') },
    { when: 'breaks connections', reply: () => reset },
    { when: 'never answers', reply: () => hang },
    { when: 'has no keys', reply: () => json(200, { keys: [] }) },
  ])('serve a cold start from what maintenance stored, when their address $when', async ({ reply }) => {
    server.script = [reply()];
    const asked: string[] = [];
    const stored = async (url: string) => {
      asked.push(url);
      return { keys: [key.jwk], fetchedAt: '2026-02-28T12:00:00.000Z' };
    };
    const opener = openerOf([issuer()], stored);
    for (let turn = 0; turn < 3; turn++)
      await expect(opener.open(await token(), clock.now())).resolves.toMatchObject({});
    expect(asked).toEqual([`${server.url}/jwks`]);
    const signedAnew = await makeToken({ key: other, now: clock.now() });
    await expect(opener.open(signedAnew, clock.now())).rejects.toMatchObject({ name: 'BearerUnverified' });
    publish(other);
    clock.advance(60_000);
    await expect(opener.open(signedAnew, clock.now())).resolves.toMatchObject({});
  });

  test.each<{ when: string; stored: () => Promise<unknown> }>([
    { when: 'nothing', stored: async () => undefined },
    { when: 'something else', stored: async () => ({ keys: ['text', { kty: 'oct', k: 'c2VjcmV0' }] }) },
    { when: 'a table that is away', stored: () => Promise.reject(new Error('the table does not answer')) },
  ])('$when is stored: the token is not verified, and is once the address answers', async ({ stored }) => {
    server.script = [html(503, '<h1>')];
    const opener = openerOf([issuer()], stored);
    await expect(opener.open(await token(), clock.now())).rejects.toMatchObject({ name: 'BearerUnverified' });
    publish(key);
    clock.advance(31_000);
    await expect(opener.open(await token(), clock.now())).resolves.toMatchObject({});
  });

  test('are not asked of the table while their address answers', async () => {
    const opener = openerOf([issuer()], () => Promise.reject(new Error('asked')));
    await expect(opener.open(await token(), clock.now())).resolves.toMatchObject({});
  });

  test('are rotated: a new one is fetched when it is met, and one that is gone is no longer trusted', async () => {
    const opener = openerOf([issuer()]);
    await opener.open(await token(), clock.now());
    clock.advance(60_000);
    publish(other);
    const signedAnew = await makeToken({ key: other, now: clock.now() });
    await expect(opener.open(signedAnew, clock.now())).resolves.toMatchObject({});
    clock.advance(60_000);
    await expect(opener.open(await token(), clock.now())).rejects.toMatchObject({ name: 'BearerUnverified' });
  });

  test('are rotated right after they were fetched, twice: no token waits', async () => {
    const opener = openerOf([issuer()]);
    await opener.open(await token(), clock.now());
    for (const next of [other, key]) {
      publish(next);
      const signedAnew = await makeToken({ key: next, now: clock.now() });
      await expect(opener.open(signedAnew, clock.now())).resolves.toMatchObject({});
    }
  });

  test('tokens of unknown keys, one after the other, cost three fetches in half a minute', async () => {
    const opener = openerOf([issuer()]);
    await opener.open(await token(), clock.now());
    for (let turn = 0; turn < 10; turn++)
      await outcome(opener.open(await token({}, { header: { kid: `made-up-${turn}` } }), clock.now()));
    expect(fetches()).toBe(3);
  });

  test('fifty tokens of unknown keys cost one fetch', async () => {
    const opener = openerOf([issuer()]);
    await opener.open(await token(), clock.now());
    clock.advance(60_000);
    const unknown = await Promise.all(
      Array.from({ length: 50 }, (_, index) => token({}, { header: { kid: `made-up-${index}` } })),
    );
    await Promise.all(unknown.map((sent) => outcome(opener.open(sent, clock.now()))));
    expect(fetches()).toBe(2);
    await expect(opener.open(await token(), clock.now())).resolves.toMatchObject({});
  });
});

describe('an opaque token', () => {
  const opaque = (): OpaqueIssuer => ({
    ...{ kind: 'opaque', alias: 'hydra', introspectionUrl: `${server.url}/introspect`, clientIds: ['alexa'] },
    ...{ accountClaims: ['sub'], clientId: 'skill:1', clientSecret: 'canary secret' },
  });
  const seconds = (aheadMs: number) => Math.floor((clock.now().getTime() + aheadMs) / 1000);
  const active = (fields: object = {}) =>
    json(200, { active: true, sub: 'user-1', client_id: 'alexa', exp: seconds(HOUR_MS), ...fields });
  const SENT = 'opaque-token-of-ada';

  test('is asked for with the credentials of the skill, and then not for five minutes', async () => {
    server.script = [active()];
    const opener = openerOf([opaque()]);
    const first = await opener.open(SENT, clock.now());
    await opener.open(SENT, clock.now());
    expect(server.received).toMatchObject([
      { path: '/introspect', body: `token=${SENT}&token_type_hint=access_token` },
    ]);
    const basic = server.received[0]?.headers.authorization ?? '';
    expect(Buffer.from(basic.replace('Basic ', ''), 'base64').toString()).toBe('skill%3A1:canary%20secret');
    clock.advance(301_000);
    expect(await opener.open(SENT, clock.now())).toEqual(first);
    expect(fetches()).toBe(2);
  });

  test('serves until its end while the server is away, and not longer', async () => {
    server.script = [active()];
    const opener = openerOf([opaque()]);
    await opener.open(SENT, clock.now());
    for (const reply of [html(502, '<h1>'), json(200, {}), json(401, { error: 'invalid_client' })]) {
      server.script = [reply];
      clock.advance(600_000);
      await expect(opener.open(SENT, clock.now())).resolves.toMatchObject({});
    }
    clock.advance(HOUR_MS);
    await expect(opener.open(SENT, clock.now())).rejects.toMatchObject({ name: 'BearerUnverified' });
  });

  test('that has ended at the server is not taken, and is asked for once a minute', async () => {
    server.script = [json(200, { active: false })];
    const opener = openerOf([opaque()]);
    for (let turn = 0; turn < 3; turn++)
      expect(await outcome(opener.open(SENT, clock.now()))).toMatchObject({ name: 'BearerUnverified' });
    expect(fetches()).toBe(1);
    clock.advance(61_000);
    server.script = [active()];
    await expect(opener.open(SENT, clock.now())).resolves.toMatchObject({});
  });

  test.each([
    { when: 'another client', fields: { client_id: 'other' } },
    { when: 'no client', fields: { client_id: undefined } },
    { when: 'no account', fields: { sub: undefined } },
  ])('of $when is not taken', async ({ fields }) => {
    server.script = [active(fields)];
    const opener = openerOf([opaque()]);
    for (let turn = 0; turn < 2; turn++)
      expect(await outcome(opener.open(SENT, clock.now()))).toMatchObject({ name: 'BearerUnverified' });
  });

  test('is not sent to the server where a JWT names its own', async () => {
    const opener = openerOf([issuer(), opaque()]);
    await opener.open(await token(), clock.now());
    expect(server.received.map(({ path }) => path)).toEqual(['/jwks']);
  });
});
