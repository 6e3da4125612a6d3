import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  askToken,
  authorizationQuery,
  CHALLENGE,
  client,
  codeFrom,
  exchange,
  form,
  type LinkingDesk,
  linkUp,
  locationOf,
  NEWER_KEYS,
  OTHER_REDIRECT,
  refreshing,
  SECRET,
  signInAt,
  startLinkingDesk,
  tokensOf,
  VERIFIER,
} from './support.ts';

let desk: LinkingDesk;
beforeEach(async () => {
  desk = await startLinkingDesk();
});
afterEach(() => desk.close());

const DAY_MS = 86_400_000;
const withPkce = authorizationQuery({ code_challenge: CHALLENGE, code_challenge_method: 'S256' });
const linkOf = async (accessToken: string) => {
  const { linkId } = await desk.bearers.open(accessToken, desk.clock.now());
  return await desk.stores.links.get(linkId);
};

describe('exchanging a code', () => {
  test('brings both tokens, in the form that Alexa reads', async () => {
    const answer = await askToken(desk, exchange(await desk.seedCode()));
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/json;charset=UTF-8');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('pragma')).toBe('no-cache');
    expect(answer.body).toEqual({
      access_token: expect.stringMatching(/^dpsa\./),
      token_type: 'Bearer',
      expires_in: 3600,
      refresh_token: expect.stringMatching(/^dpsr\.k1\.[\w-]{22}\.0\.[\w-]{32}$/),
      scope: 'lamps',
    });
    expect(String(answer.body.access_token).length).toBeLessThan(2048);
  });

  test('the access token says whose it is, by itself', async () => {
    const { access } = await linkUp(desk);
    const { accountId, session } = await desk.bearers.open(access, desk.clock.now());
    const account = await desk.stores.accounts.get(accountId);
    expect(account?.session).toEqual(session);
    expect((await linkOf(access))?.state).toBe('live');
  });

  test('with the right verifier', async () => {
    const answer = await askToken(desk, exchange(await codeFrom(desk, withPkce), { code_verifier: VERIFIER }));
    expect(answer.status).toBe(200);
  });

  const refused: { when: string; query?: string; fields: Record<string, string | undefined>; error: string }[] = [
    { when: 'another redirect URI', fields: { redirect_uri: OTHER_REDIRECT }, error: 'invalid_grant' },
    { when: 'no redirect URI', fields: { redirect_uri: undefined }, error: 'invalid_request' },
    { when: 'no verifier where one was announced', query: withPkce, fields: {}, error: 'invalid_grant' },
    { when: 'a wrong verifier', query: withPkce, fields: { code_verifier: `${VERIFIER}x` }, error: 'invalid_grant' },
    {
      when: 'the challenge for verifier',
      query: withPkce,
      fields: { code_verifier: CHALLENGE },
      error: 'invalid_grant',
    },
    { when: 'a short verifier', query: withPkce, fields: { code_verifier: 'x' }, error: 'invalid_grant' },
    { when: 'a verifier where none was announced', fields: { code_verifier: VERIFIER }, error: 'invalid_grant' },
  ];
  test.each(refused)('$when: refused, and the code stays good', async ({ query, fields, error }) => {
    const code = await desk.seedCode(query === withPkce ? { challenge: CHALLENGE } : {});
    const answer = await askToken(desk, exchange(code, fields));
    expect({ status: answer.status, error: answer.body.error }).toEqual({ status: 400, error });
    const right = query ? { code_verifier: VERIFIER } : {};
    expect((await askToken(desk, exchange(code, right))).status).toBe(200);
  });

  describe('a code that we made ourselves, for the Skill Enablement API', () => {
    const minted = async () => {
      const code = await desk.seedCode();
      const link = await desk.stores.links.get(code.split('.')[1] ?? '');
      if (!link) throw new Error('no link');
      await desk.stores.links.replace(link, { ...link, minted: { consent: 'consent-1' } });
      return code;
    };

    test.each([
      { when: 'without a verifier', fields: {} },
      { when: 'with a verifier of a challenge that we never saw', fields: { code_verifier: VERIFIER } },
      { when: 'with a verifier that is none', fields: { code_verifier: 'x' } },
    ])('$when: tokens', async ({ fields }) => {
      expect((await askToken(desk, exchange(await minted(), fields))).status).toBe(200);
    });

    test('without a verifier, where the console demands PKCE', async () => {
      desk.clients.splice(0, 1, client({ pkceRequired: true }));
      expect((await askToken(desk, exchange(await minted()))).status).toBe(200);
    });

    test.each([
      { when: 'another redirect URI', fields: { redirect_uri: OTHER_REDIRECT }, basic: undefined },
      { when: 'no secret', fields: {}, basic: 'alexa:wrong' },
    ])('$when: refused as any other code', async ({ fields, basic }) => {
      expect((await askToken(desk, exchange(await minted(), fields), { basic })).body).not.toHaveProperty(
        'access_token',
      );
    });
  });

  test('without the secret a code is not burnt', async () => {
    const code = await desk.seedCode();
    expect((await askToken(desk, exchange(code), { basic: 'alexa:wrong' })).status).toBe(401);
    expect((await askToken(desk, exchange(code), { basic: '' })).status).toBe(401);
    expect((await askToken(desk, exchange(code))).status).toBe(200);
  });

  test("by another client: refused, and the code stays the first client's", async () => {
    desk.clients.push(client({ id: 'other', secrets: [{ secret: 'other-secret', retired: false }] }));
    const code = await desk.seedCode();
    const answer = await askToken(desk, exchange(code), { basic: 'other:other-secret' });
    expect({ status: answer.status, error: answer.body.error }).toEqual({ status: 400, error: 'invalid_grant' });
    expect((await askToken(desk, exchange(code))).status).toBe(200);
  });

  test.each([
    { when: 'at 299 s', seconds: 299, status: 200 },
    { when: 'at 301 s', seconds: 301, status: 400 },
  ])('$when: $status', async ({ seconds, status }) => {
    const code = await desk.seedCode();
    desk.clock.advance(seconds * 1000);
    expect((await askToken(desk, exchange(code))).status).toBe(status);
  });

  test('a second time: refused, and what the first brought ends', async () => {
    const code = await desk.seedCode();
    const { access, refresh } = tokensOf(await askToken(desk, exchange(code)));
    const replay = await askToken(desk, exchange(code));
    expect({ status: replay.status, error: replay.body.error }).toEqual({ status: 400, error: 'invalid_grant' });
    expect(await linkOf(access)).toMatchObject({ state: 'ended', endedBecause: 'code-replayed' });
    const renewal = await askToken(desk, refreshing(refresh));
    expect({ status: renewal.status, error: renewal.body.error }).toEqual({ status: 400, error: 'invalid_grant' });
    expect(desk.lines.some((line) => line.includes('"level":"error"') && line.includes('code-replayed'))).toBe(true);
  });

  test('a second time: the password goes with the link, if it was the last', async () => {
    const page = await signInAt(desk, authorizationQuery(), { keep: 'yes' });
    const code = locationOf(page).searchParams.get('code') ?? '';
    await askToken(desk, exchange(code));
    const [accountId = ''] = await desk.stores.accounts.list();
    expect((await desk.stores.accounts.get(accountId))?.credentials).toBeDefined();
    await askToken(desk, exchange(code));
    expect((await desk.stores.accounts.get(accountId))?.credentials).toBeUndefined();
  });

  test('a replay with a wrong verifier or redirect URI ends nothing', async () => {
    const code = await desk.seedCode({ challenge: CHALLENGE });
    const { refresh } = tokensOf(await askToken(desk, exchange(code, { code_verifier: VERIFIER })));
    await askToken(desk, exchange(code));
    await askToken(desk, exchange(code, { code_verifier: VERIFIER, redirect_uri: OTHER_REDIRECT }));
    await askToken(desk, exchange(code, { code_verifier: VERIFIER }), { basic: 'alexa:wrong' });
    expect((await askToken(desk, refreshing(refresh))).status).toBe(200);
  });

  test('six times at once: exactly one gets tokens', async () => {
    const code = await desk.seedCode();
    const answers = await Promise.all(Array.from({ length: 6 }, () => askToken(desk, exchange(code))));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400, 400]);
    const errors = answers.filter(({ status }) => status === 400).map(({ body }) => body.error);
    expect(new Set(errors)).toEqual(new Set(['invalid_grant']));
  });

  test.each([
    { when: 'no code at all', code: undefined, error: 'invalid_request' },
    { when: 'an empty code', code: '', error: 'invalid_request' },
    { when: 'a made-up code', code: 'abc', error: 'invalid_grant' },
    { when: 'a refresh token for code', code: `dpsr.k1.${'A'.repeat(22)}.0.${'A'.repeat(32)}`, error: 'invalid_grant' },
  ])('$when: $error', async ({ code, error }) => {
    const answer = await askToken(desk, { ...exchange('x'), code });
    expect({ status: answer.status, error: answer.body.error }).toEqual({ status: 400, error });
  });

  test('a guessed secret part for a known link: refused', async () => {
    const code = await desk.seedCode();
    const guessed = `${code.slice(0, -1)}${code.endsWith('A') ? 'B' : 'A'}`;
    expect((await askToken(desk, exchange(guessed))).body.error).toBe('invalid_grant');
    expect((await askToken(desk, exchange(code))).status).toBe(200);
  });

  test('one person may link twice; the links know nothing of each other', async () => {
    const [first, second] = [await linkUp(desk), await linkUp(desk)];
    await askToken(desk, { token: first.refresh }, { path: '/revoke' });
    expect((await askToken(desk, refreshing(first.refresh))).status).toBe(400);
    expect((await askToken(desk, refreshing(second.refresh))).status).toBe(200);
  });
});

describe('client authentication', () => {
  const inBody = { client_id: 'alexa', client_secret: SECRET };

  const right: { when: string; basic?: string; fields: Record<string, string> }[] = [
    { when: 'by HTTP Basic', fields: {} },
    { when: 'by HTTP Basic with client_id repeated in the body', fields: { client_id: 'alexa' } },
    { when: 'in the body', basic: '', fields: inBody },
  ];
  test.each(right)('$when', async ({ basic, fields }) => {
    const { refresh } = await linkUp(desk);
    const answer = await askToken(desk, refreshing(refresh, fields), { basic });
    expect(answer.status).toBe(200);
  });

  test.each([
    { when: 'form-encoded before Base64', basic: 'al%65xa:s%2B%3A%25x' },
    { when: 'as it stands', basic: 'alexa:s+:%x' },
  ])('a secret of strange characters, $when', async ({ basic }) => {
    const { refresh } = await linkUp(desk);
    desk.clients.splice(0, 1, client({ secrets: [{ secret: 's+:%x', retired: false }] }));
    expect((await askToken(desk, refreshing(refresh), { basic })).status).toBe(200);
  });

  const wrong: { when: string; basic?: string; fields?: Record<string, string>; headers?: Record<string, string> }[] = [
    { when: 'a wrong secret', basic: 'alexa:wrong' },
    { when: 'an empty secret', basic: 'alexa:' },
    { when: 'an unknown client', basic: `nobody:${SECRET}` },
    { when: 'no colon', basic: 'alexa' },
    { when: 'nothing', basic: '' },
    { when: 'an id alone', basic: '', fields: { client_id: 'alexa' } },
    { when: 'a verifier in place of the secret', basic: '', fields: { client_id: 'alexa', code_verifier: VERIFIER } },
    { when: 'a wrong secret in the body', basic: '', fields: { client_id: 'alexa', client_secret: 'wrong' } },
    { when: 'another scheme', basic: '', headers: { Authorization: `Bearer ${SECRET}` } },
  ];
  test.each(wrong)('$when is invalid_client', async ({ basic, fields, headers = {} }) => {
    const { refresh } = await linkUp(desk);
    const answer = await askToken(desk, refreshing(refresh, fields), { basic, headers });
    expect({ status: answer.status, error: answer.body.error }).toEqual({ status: 401, error: 'invalid_client' });
    expect(answer.headers.get('www-authenticate')).toMatch(/^Basic realm=/);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test.each([
    { when: 'two ways at once', fields: inBody },
    { when: 'another client_id in the body', fields: { client_id: 'other' } },
  ])('$when is invalid_request', async ({ fields }) => {
    const answer = await askToken(desk, refreshing('x', fields));
    expect({ status: answer.status, error: answer.body.error }).toEqual({ status: 400, error: 'invalid_request' });
  });

  test('a registry that cannot be loaded is our fault, not the client’s', async () => {
    const { refresh } = await linkUp(desk);
    desk.change({ clients: () => Promise.reject(new Error('no secrets')) });
    const answer = await askToken(desk, refreshing(refresh));
    expect({ status: answer.status, error: answer.body.error }).toEqual({ status: 500, error: 'server_error' });
    expect(answer.headers.get('retry-after')).toBe('5');
  });

  test('a registry with nobody in it is our fault as well', async () => {
    const { refresh } = await linkUp(desk);
    const registered = desk.clients.splice(0);
    const answer = await askToken(desk, refreshing(refresh));
    expect(answer.body.error).toBe('server_error');
    expect(answer.status).toBe(500);
    desk.clients.push(...registered);
    expect((await askToken(desk, refreshing(refresh))).status).toBe(200);
  });

  test('a new secret and a retired one: both refresh, only the new one links', async () => {
    const { refresh } = await linkUp(desk);
    const secrets = [
      { secret: 'new-secret', retired: false },
      { secret: SECRET, retired: true },
    ];
    desk.clients.splice(0, 1, client({ secrets }));
    expect((await askToken(desk, refreshing(refresh))).status).toBe(200);
    expect((await askToken(desk, refreshing(refresh), { basic: 'alexa:new-secret' })).status).toBe(200);
    const code = await desk.seedCode();
    const old = await askToken(desk, exchange(code));
    expect({ status: old.status, error: old.body.error }).toEqual({ status: 400, error: 'unauthorized_client' });
    expect((await askToken(desk, exchange(code), { basic: 'alexa:new-secret' })).status).toBe(200);
  });

  test('a retired client refreshes for ever, and exchanges no code', async () => {
    const { refresh } = await linkUp(desk);
    const code = await desk.seedCode();
    desk.clients.splice(0, 1, client({ retired: true }), client({ id: 'alexa-2' }));
    desk.clock.advance(400 * DAY_MS);
    expect((await askToken(desk, refreshing(refresh))).status).toBe(200);
    expect((await askToken(desk, exchange(code))).body.error).toBe('unauthorized_client');
  });
});

describe('refreshing', () => {
  test('brings a new access token, the same refresh token, and everything that Alexa wants', async () => {
    const first = await linkUp(desk);
    const { status, body } = await askToken(desk, refreshing(first.refresh));
    expect(status).toBe(200);
    expect(body).toEqual({
      access_token: expect.stringMatching(/^dpsa\./),
      token_type: 'Bearer',
      expires_in: 3600,
      refresh_token: first.refresh,
      scope: 'lamps',
    });
    expect(body.access_token).not.toBe(first.access);
  });

  test('an earlier access token stays good until its own end', async () => {
    const { access, refresh } = await linkUp(desk);
    await askToken(desk, refreshing(refresh));
    desk.clock.advance(3_540_000);
    await askToken(desk, refreshing(refresh));
    const { linkId } = await desk.bearers.open(access, desk.clock.now());
    expect(linkId).toHaveLength(22);
    desk.clock.advance(3_600_000);
    await expect(desk.bearers.open(access, desk.clock.now())).rejects.toThrow(/ended/);
  });

  test('takes two reads, and one write for the first refresh of a day', async () => {
    const { refresh } = await linkUp(desk);
    desk.table.resetCounts();
    desk.myLeviton.resetCounts();
    expect((await askToken(desk, refreshing(refresh))).status).toBe(200);
    expect(desk.table.counts.byOperation).toEqual({ GetItem: 2, PutItem: 1 });
    desk.table.resetCounts();
    expect((await askToken(desk, refreshing(refresh))).status).toBe(200);
    expect(desk.table.counts.byOperation).toEqual({ GetItem: 2 });
    expect(desk.myLeviton.counts.requests).toBe(0);
  });

  test('six times at once: six answers', async () => {
    const { refresh } = await linkUp(desk);
    const answers = await Promise.all(Array.from({ length: 6 }, () => askToken(desk, refreshing(refresh))));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
  });

  test('after 400 idle days, twice, and monthly for three years', async () => {
    let { refresh } = await linkUp(desk);
    for (const days of [400, 400, ...Array<number>(36).fill(30)]) {
      desk.clock.advance(days * DAY_MS);
      refresh = tokensOf(await askToken(desk, refreshing(refresh))).refresh;
    }
  });

  test('carries the session of now, not of then', async () => {
    const { access, refresh } = await linkUp(desk);
    const { accountId } = await desk.bearers.open(access, desk.clock.now());
    const account = await desk.stores.accounts.get(accountId);
    if (!account) throw new Error('no account');
    await desk.stores.accounts.put({ ...account, session: { ...account.session, credential: 'renewed' } });
    const renewed = tokensOf(await askToken(desk, refreshing(refresh)));
    expect((await desk.bearers.open(renewed.access, desk.clock.now())).session.credential).toBe('renewed');
  });

  test('goes on while a person is needed: Alexa does not hear of that', async () => {
    const { access, refresh } = await linkUp(desk);
    const account = await desk.stores.accounts.get((await desk.bearers.open(access, desk.clock.now())).accountId);
    if (!account) throw new Error('no account');
    await desk.stores.accounts.put({
      ...account,
      state: 'needs-reauth',
      reason: 'password-changed',
      since: '2026-03-01T11:00:00.000Z',
    });
    expect((await askToken(desk, refreshing(refresh))).status).toBe(200);
  });

  test('after the ring got a newer key: the old token works and comes back signed by the new one', async () => {
    const { refresh } = await linkUp(desk);
    desk.useKeys(NEWER_KEYS);
    const renewed = tokensOf(await askToken(desk, refreshing(refresh))).refresh;
    expect(renewed).toMatch(/^dpsr\.k2\./);
    expect((await askToken(desk, refreshing(renewed))).status).toBe(200);
    expect((await askToken(desk, refreshing(refresh))).status).toBe(200);
  });

  test('at another address of ours', async () => {
    const { refresh } = await linkUp(desk);
    const response = await desk.answer(
      new Request('https://old.example.org/token', {
        method: 'POST',
        body: form(refreshing(refresh)),
        headers: {
          Authorization: `Basic ${Buffer.from(`alexa:${SECRET}`).toString('base64')}`,
          'Content-Type': 'application/x-www-form-urlencoded',
        },
      }),
    );
    expect(response.status).toBe(200);
  });

  test.each([
    { when: 'a changed MAC', change: (token: string) => `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}` },
    { when: 'another generation', change: (token: string) => token.replace('.0.', '.1.') },
    { when: 'another spelling of the generation', change: (token: string) => token.replace('.0.', '.00.') },
    { when: 'another link', change: (token: string) => token.replace(/\.[\w-]{22}\./, `.${'A'.repeat(22)}.`) },
    { when: 'a shortened token', change: (token: string) => token.slice(0, -4) },
    { when: 'something else', change: () => 'abc' },
  ])('$when is surely not ours: invalid_grant', async ({ change }) => {
    const { refresh } = await linkUp(desk);
    const answer = await askToken(desk, refreshing(change(refresh)));
    expect({ status: answer.status, error: answer.body.error }).toEqual({ status: 400, error: 'invalid_grant' });
    expect((await askToken(desk, refreshing(refresh))).status).toBe(200);
  });

  test('an access token or a code is no refresh token', async () => {
    const code = await desk.seedCode();
    const { access } = await linkUp(desk);
    for (const token of [access, code]) {
      expect((await askToken(desk, refreshing(token))).body.error).toBe('invalid_grant');
    }
  });

  test("another client's refresh token: refused as our mistake, and it stays good until the link ends", async () => {
    desk.clients.push(client({ id: 'other', secrets: [{ secret: 'other-secret', retired: false }] }));
    const { refresh } = await linkUp(desk);
    const byOther = () => askToken(desk, refreshing(refresh), { basic: 'other:other-secret' });
    const { status, body } = await byOther();
    expect({ status, error: body.error }).toEqual({ status: 503, error: 'server_error' });
    expect(desk.lines.some((line) => line.includes('"level":"error"') && line.includes('ClientMismatch'))).toBe(true);
    expect((await askToken(desk, refreshing(refresh))).status).toBe(200);
    await askToken(desk, { token: refresh }, { path: '/revoke' });
    expect((await byOther()).body.error).toBe('invalid_grant');
  });

  test.each([
    { asked: 'lamps', status: 200, scope: 'lamps' },
    { asked: 'more lamps', status: 200, scope: 'lamps more' },
    { asked: 'lamps admin', status: 400, scope: undefined },
    { asked: ' ', status: 400, scope: undefined },
  ])('scope "$asked" of "lamps more": $status', async ({ asked, status, scope }) => {
    const code = await desk.seedCode({ scope: 'lamps more' });
    const { refresh } = tokensOf(await askToken(desk, exchange(code)));
    const answer = await askToken(desk, refreshing(refresh, { scope: asked }));
    expect({ status: answer.status, scope: answer.body.scope }).toEqual({ status, scope });
    expect((await askToken(desk, refreshing(refresh))).body.scope).toBe('lamps more');
  });
});

describe('rotating refresh tokens', () => {
  beforeEach(() => {
    desk.clients.splice(0, 1, client({ rotates: true }));
  });
  const renew = async (token: string) => tokensOf(await askToken(desk, refreshing(token))).refresh;

  test('each refresh brings the next', async () => {
    const first = (await linkUp(desk)).refresh;
    const second = await renew(first);
    const third = await renew(second);
    expect(new Set([first, second, third]).size).toBe(3);
  });

  test('a refresh whose answer was lost can be repeated a year later, with the same answer', async () => {
    const first = (await linkUp(desk)).refresh;
    const lost = await renew(first);
    desk.clock.advance(365 * DAY_MS);
    expect(await renew(first)).toBe(lost);
    expect(await renew(lost)).toMatch(/^dpsr\.k1\.[\w-]{22}\.2\./);
  });

  test('six at once: six answers, and each of their tokens works an hour later', async () => {
    const { refresh } = await linkUp(desk);
    const renewed = await Promise.all(Array.from({ length: 6 }, () => renew(refresh)));
    desk.clock.advance(3_600_000);
    for (const token of renewed) expect(await renew(token)).toMatch(/\.2\./);
  });

  test('the one before works for two minutes after its successor was shown', async () => {
    const first = (await linkUp(desk)).refresh;
    const second = await renew(first);
    const third = await renew(second);
    desk.clock.advance(119_000);
    expect(await renew(first)).toBe(second);
    expect(await renew(second)).toBe(third);
  });

  test('within the grace an older one is refused and ends nothing', async () => {
    const first = (await linkUp(desk)).refresh;
    const second = await renew(first);
    const third = await renew(second);
    const fourth = await renew(third);
    expect((await askToken(desk, refreshing(first))).body.error).toBe('invalid_grant');
    expect(await renew(fourth)).toMatch(/\.4\./);
  });

  test('beyond the grace it was stolen: refused, and the link ends', async () => {
    const { access, refresh: first } = await linkUp(desk);
    const link = await linkOf(access);
    const third = await renew(await renew(first));
    desk.clock.advance(15 * 60_000);
    expect((await askToken(desk, refreshing(first))).body.error).toBe('invalid_grant');
    expect(await desk.stores.links.get(link?.id ?? '')).toMatchObject({
      state: 'ended',
      endedBecause: 'token-replayed',
    });
    expect((await askToken(desk, refreshing(third))).body.error).toBe('invalid_grant');
    expect(desk.lines.some((line) => line.includes('"level":"error"') && line.includes('token-replayed'))).toBe(true);
  });

  test('switched on and off for links that stand', async () => {
    desk.clients.splice(0, 1, client());
    const { refresh } = await linkUp(desk);
    desk.clients.splice(0, 1, client({ rotates: true }));
    const second = await renew(refresh);
    const third = await renew(second);
    desk.clients.splice(0, 1, client());
    desk.clock.advance(DAY_MS);
    expect(await renew(third)).toBe(third);
    desk.clients.splice(0, 1, client({ rotates: true }));
    expect(await renew(third)).toMatch(/\.3\./);
  });

  test('a table that takes no writes does not stop it, and nothing is lost by that', async () => {
    const first = (await linkUp(desk)).refresh;
    const recover = desk.table.fail('read-only');
    const second = await renew(first);
    const third = await renew(second);
    recover();
    expect(await renew(first)).toBe(second);
    expect(await renew(third)).toMatch(/\.3\./);
  });
});

describe('a request that is none', () => {
  const right = form(refreshing('x'));

  const cases: {
    when: string;
    body?: string;
    headers?: Record<string, string>;
    path?: string;
    status: number;
    error: string;
  }[] = [
    {
      when: 'JSON',
      body: '{}',
      headers: { 'Content-Type': 'application/json' },
      status: 400,
      error: 'invalid_request',
    },
    { when: 'no type', headers: { 'Content-Type': 'text/plain' }, status: 400, error: 'invalid_request' },
    { when: 'no body', body: '', status: 400, error: 'invalid_request' },
    { when: 'nonsense', body: '%%%&&&===&%00', status: 400, error: 'invalid_request' },
    { when: 'no grant_type', body: 'refresh_token=x', status: 400, error: 'invalid_request' },
    { when: 'a repeated parameter', body: `${right}&refresh_token=y`, status: 400, error: 'invalid_request' },
    {
      when: 'the password grant',
      body: 'grant_type=password&username=a&password=b',
      status: 400,
      error: 'unsupported_grant_type',
    },
    { when: 'client credentials', body: 'grant_type=client_credentials', status: 400, error: 'unsupported_grant_type' },
    { when: '__proto__', body: 'grant_type=__proto__', status: 400, error: 'unsupported_grant_type' },
    { when: 'a token in the URL', path: '/token?refresh_token=x', status: 400, error: 'invalid_request' },
    { when: 'a secret in the URL', path: '/token?client_secret=x', status: 400, error: 'invalid_request' },
    { when: '17 KB', body: `${right}&x=${'x'.repeat(17_000)}`, status: 413, error: 'invalid_request' },
  ];
  test.each(cases)('$when: $status $error', async ({ body = right, headers = {}, path = '/token', status, error }) => {
    const answer = await askToken(desk, body, { headers, path });
    expect({ status: answer.status, error: answer.body.error }).toEqual({ status, error });
    expect(answer.headers.get('content-type')).toBe('application/json;charset=UTF-8');
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test('17 KB that do not say so are cut off as well', async () => {
    const body = new ReadableStream({
      pull(controller) {
        controller.enqueue(new TextEncoder().encode('x'.repeat(9000)));
      },
    });
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const init = { method: 'POST', body, headers, duplex: 'half' } as RequestInit;
    expect((await desk.answer(new Request(`${desk.url}/token`, init))).status).toBe(413);
  });

  test.each(['GET', 'PUT', 'DELETE'])('%s: 405', async (method) => {
    const response = await fetch(`${desk.url}/token`, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
    expect(await response.json()).toMatchObject({ error: 'invalid_request' });
  });

  test.each(['text/html', 'application/xml', '*/*'])('Accept: %s still gets JSON', async (accept) => {
    const answer = await askToken(desk, refreshing('x'), { headers: { Accept: accept } });
    expect(answer.body.error).toBe('invalid_grant');
  });
});
