import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  askToken,
  authorizationQuery,
  Browser,
  CHALLENGE,
  client,
  codeFrom,
  EMAIL,
  exchange,
  type LinkingDesk,
  locationOf,
  OTHER_REDIRECT,
  PASSWORD,
  REDIRECT,
  signInAt,
  startLinkingDesk,
} from './support.ts';

let desk: LinkingDesk;
beforeEach(async () => {
  desk = await startLinkingDesk();
});
afterEach(() => desk.close());

test('the page asks for the My Leviton account and loads nothing from elsewhere', async () => {
  const { status, headers, text, attempt } = await new Browser(desk).get(authorizationQuery());
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('text/html;charset=UTF-8');
  expect(text).toContain('My Leviton account');
  expect(text).toContain('Keep my lamp connected');
  expect(text).toContain('around April 30, 2026');
  expect(text).toContain('autocomplete="username"');
  expect(text).toContain('autocomplete="current-password"');
  expect(text).not.toMatch(/<script|https?:\/\/|\son\w+=/i);
  expect(attempt).toMatch(/^\d{6}$/);
  expect(desk.lines.some((line) => line.includes(`"attempt":"${attempt}"`))).toBe(true);
});

test('the page is not cached, framed, sniffed or referred from', async () => {
  const { headers, text } = await new Browser(desk).get(authorizationQuery());
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('referrer-policy')).toBe('no-referrer');
  expect(headers.get('x-frame-options')).toBe('DENY');
  const policy = headers.get('content-security-policy') ?? '';
  expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; form-action /);
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).toContain("base-uri 'none'");
  expect(policy).toContain("form-action 'self' https://pitangui.amazon.com https://layla.amazon.com ");
  expect(policy).toContain(' https://*.amazon.com '); // skills-store.amazon.com, where pitangui leads on to
  expect(text).not.toContain('style=');
});

test("another client's redirects come without Amazon's hosts", async () => {
  desk.clients.push(client({ id: 'other', redirectUris: ['https://app.example.org/done', 'myapp://linked'] }));
  const query = authorizationQuery({ client_id: 'other', redirect_uri: 'https://app.example.org/done' });
  const { headers } = await new Browser(desk).get(query);
  expect(headers.get('content-security-policy')).toContain("form-action 'self' https://app.example.org myapp:;");
});

test('over HTTPS the cookie is __Host-, and HSTS is on', async () => {
  const response = await desk.answer(new Request(`https://link.example.org/authorize?${authorizationQuery()}`));
  expect(response.headers.get('set-cookie')).toMatch(
    /^__Host-sign-in=[\w-]{43}; Path=\/; Max-Age=1800; HttpOnly; SameSite=Lax; Secure$/,
  );
  expect(response.headers.get('strict-transport-security')).toBe('max-age=31536000');
});

test('on a developer machine the cookie does without HTTPS', async () => {
  const { headers } = await new Browser(desk).get(authorizationQuery());
  expect(headers.get('set-cookie')).toMatch(/^sign-in=[\w-]{43}; Path=\/; Max-Age=1800; HttpOnly; SameSite=Lax$/);
});

test('looking at the page writes nothing', async () => {
  for (let visit = 0; visit < 3; visit += 1) await new Browser(desk).get(authorizationQuery());
  expect(desk.table.counts.requests).toBe(0);
});

test('signing in leads back with code and state', async () => {
  const { status, headers } = await signInAt(desk);
  expect(status).toBe(303);
  expect(headers.get('cache-control')).toBe('no-store');
  const location = locationOf({ headers });
  expect(location.origin + location.pathname).toBe(REDIRECT);
  expect([...location.searchParams.keys()]).toEqual(['code', 'state']);
  expect(location.searchParams.get('code')).toMatch(/^dpsc\.[\w-]{22}\.[\w-]{32}$/);
  expect(location.searchParams.get('state')).toBe('st4te');
});

test.each([
  { when: 'plain', state: 'abc-._~123', back: 'abc-._~123' },
  { when: 'with reserved characters', state: 'a%2Fb%3D%26c%3F%23', back: 'a%2Fb%3D%26c%3F%23' },
  { when: 'with a plus for a space', state: 'a+b', back: 'a%20b' },
  { when: 'with a percent sign of its own', state: '100%25', back: '100%25' },
  { when: 'of bytes that are no UTF-8', state: 'x%FF%80', back: 'x%FF%80' },
  { when: 'with line breaks', state: 'a%0D%0ASet-Cookie%3A%20b%3Dc', back: 'a%0D%0ASet-Cookie%3A%20b%3Dc' },
  { when: 'with an unfinished escape', state: 'a%2', back: 'a%252' },
  { when: 'of HTML', state: '%22%3E%3Cscript%3E', back: '%22%3E%3Cscript%3E' },
  { when: 'long', state: 'A'.repeat(3000), back: 'A'.repeat(3000) },
])('a state $when returns as it came, once', async ({ state, back }) => {
  const page = await signInAt(desk, `${authorizationQuery({ state: undefined })}&state=${state}`);
  expect(page.headers.get('location')?.split('&state=').slice(1)).toEqual([back]);
  expect(page.headers.get('set-cookie')).toBeNull();
});

test('without a state none returns', async () => {
  const page = await signInAt(desk, authorizationQuery({ state: undefined }));
  expect([...locationOf(page).searchParams.keys()]).toEqual(['code']);
});

test('a redirect URI that has a query keeps it', async () => {
  desk.clients.splice(0, 1, client({ redirectUris: ['https://app.example.org/done?a=1'] }));
  const page = await signInAt(desk, authorizationQuery({ redirect_uri: 'https://app.example.org/done?a=1' }));
  expect(page.headers.get('location')).toMatch(/^https:\/\/app\.example\.org\/done\?a=1&code=[\w.-]+&state=st4te$/);
});

test.each([
  { when: 'unknown', fields: { redirect_uri: 'https://evil.example/' } },
  { when: 'a prefix of a good one', fields: { redirect_uri: REDIRECT.slice(0, -1) } },
  { when: 'longer than a good one', fields: { redirect_uri: `${REDIRECT}/../x` } },
  { when: 'in another case', fields: { redirect_uri: REDIRECT.replace('pitangui', 'PITANGUI') } },
  { when: 'with a query added', fields: { redirect_uri: `${REDIRECT}?x=1` } },
  { when: 'empty', fields: { redirect_uri: '' } },
  { when: 'missing', fields: { redirect_uri: undefined } },
  { when: 'with the user-info trick', fields: { redirect_uri: 'https://pitangui.amazon.com@evil.example/' } },
])('a redirect URI $when is never followed', async ({ fields }) => {
  const { status, headers, text } = await new Browser(desk).get(authorizationQuery(fields));
  expect(status).toBe(400);
  expect(headers.get('location')).toBeNull();
  expect(text).not.toContain('<form');
  expect(text).not.toContain('evil.example');
});

test.each([
  { when: 'an unknown client', query: authorizationQuery({ client_id: 'nobody' }), status: 400 },
  { when: 'no client', query: authorizationQuery({ client_id: undefined }), status: 400 },
  { when: 'two redirect URIs', query: `${authorizationQuery()}&redirect_uri=https%3A%2F%2Fevil.example`, status: 400 },
  { when: 'two clients', query: `${authorizationQuery()}&client_id=alexa`, status: 400 },
  { when: 'an endless query', query: authorizationQuery({ state: 'x'.repeat(9000) }), status: 414 },
])('$when gets a page of ours', async ({ query, status }) => {
  const answer = await new Browser(desk).get(query);
  expect(answer.status).toBe(status);
  expect(answer.headers.get('location')).toBeNull();
  expect(answer.alert).not.toBe('');
});

test.each([
  { when: 'a retired client', fields: { retired: true } },
  { when: 'a client whose every secret is retired', fields: { secrets: [{ secret: 'x', retired: true }] } },
])('$when makes no new links', async ({ fields }) => {
  desk.clients.splice(0, 1, client(fields));
  const { status, headers, text } = await new Browser(desk).get(authorizationQuery());
  expect({ status, location: headers.get('location') }).toEqual({ status: 400, location: null });
  expect(text).toContain('This way to link is closed');
});

test.each([
  { when: 'no response_type', fields: { response_type: undefined }, error: 'invalid_request' },
  { when: 'the implicit grant', fields: { response_type: 'token' }, error: 'unsupported_response_type' },
  { when: 'a hybrid grant', fields: { response_type: 'code token' }, error: 'unsupported_response_type' },
  { when: 'a blank scope', fields: { scope: ' ' }, error: 'invalid_scope' },
  { when: 'unknown scopes only', fields: { scope: 'admin:everything other' }, error: 'invalid_scope' },
  { when: 'a known scope in capitals', fields: { scope: 'LAMPS' }, error: 'invalid_scope' },
  { when: 'a known scope beside strange characters', fields: { scope: 'lamps a"b' }, error: 'invalid_scope' },
  { when: 'a scope of strange characters', fields: { scope: 'a"b' }, error: 'invalid_scope' },
  {
    when: 'a plain challenge',
    fields: { code_challenge: CHALLENGE, code_challenge_method: 'plain' },
    error: 'invalid_request',
  },
  { when: 'a challenge without method', fields: { code_challenge: CHALLENGE }, error: 'invalid_request' },
  { when: 'a method without challenge', fields: { code_challenge_method: 'S256' }, error: 'invalid_request' },
  {
    when: 'a short challenge',
    fields: { code_challenge: 'abc', code_challenge_method: 'S256' },
    error: 'invalid_request',
  },
])('$when is answered to the client', async ({ fields, error }) => {
  const { status, headers } = await new Browser(desk).get(authorizationQuery(fields));
  expect(status).toBe(303);
  expect(headers.get('location')).toBe(`${REDIRECT}?error=${error}&state=st4te`);
});

test('a repeated parameter is answered to the client, and a repeated state does not return', async () => {
  const scope = await new Browser(desk).get(`${authorizationQuery()}&scope=more`);
  expect(scope.headers.get('location')).toBe(`${REDIRECT}?error=invalid_request&state=st4te`);
  const state = await new Browser(desk).get(`${authorizationQuery()}&state=more`);
  expect(state.headers.get('location')).toBe(`${REDIRECT}?error=invalid_request`);
});

test('a client that requires PKCE gets no page without it', async () => {
  desk.clients.splice(0, 1, client({ pkceRequired: true }));
  const without = await new Browser(desk).get(authorizationQuery());
  expect(without.headers.get('location')).toBe(`${REDIRECT}?error=invalid_request&state=st4te`);
  const query = authorizationQuery({ code_challenge: CHALLENGE, code_challenge_method: 'S256' });
  expect((await new Browser(desk).get(query)).status).toBe(200);
});

test('cancelling leads back with access_denied, without a password', async () => {
  const page = await signInAt(desk, authorizationQuery({ redirect_uri: OTHER_REDIRECT }), {
    email: '',
    password: '',
    action: 'cancel',
  });
  expect(page.status).toBe(303);
  expect(page.headers.get('location')).toBe(`${OTHER_REDIRECT}?error=access_denied&state=st4te`);
  expect(desk.myLeviton.counts.logins).toBe(0);
});

test('a page left open for more than half an hour is too old', async () => {
  const browser = new Browser(desk);
  const { hidden } = await browser.get(authorizationQuery());
  desk.clock.advance(30 * 60_000 + 1_000);
  const page = await browser.post({ form: hidden, email: EMAIL, password: PASSWORD });
  expect(page.status).toBe(400);
  expect(page.text).toContain('This page is too old');
  expect(page.headers.get('location')).toBeNull();
  expect(desk.myLeviton.counts.logins).toBe(0);
});

test('a page left open for 29 minutes is not', async () => {
  const browser = new Browser(desk);
  const { hidden } = await browser.get(authorizationQuery());
  desk.clock.advance(29 * 60_000);
  expect((await browser.post({ form: hidden, email: EMAIL, password: PASSWORD })).status).toBe(303);
});

test('a second tab does not spoil the first', async () => {
  const browser = new Browser(desk);
  const first = await browser.get(authorizationQuery({ state: 'one' }));
  await browser.get(authorizationQuery({ state: 'two' }));
  const page = await browser.post({ form: first.hidden, email: EMAIL, password: PASSWORD });
  expect(locationOf(page).searchParams.get('state')).toBe('one');
});

test.each([
  { when: 'no hidden field', hidden: () => undefined },
  { when: 'a made-up one', hidden: () => 'dps.k1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' },
  { when: 'one of an unknown key', hidden: (own: string) => own.replace('dps.k1.', 'dps.k9.') },
  {
    when: 'a changed one',
    hidden: (own: string) => `${own.slice(0, 40)}${own[40] === 'A' ? 'B' : 'A'}${own.slice(41)}`,
  },
  { when: 'an access token', hidden: () => 'dpsa.dps.k1.AAAA' },
])('$when in a posted form goes nowhere', async ({ hidden }) => {
  const browser = new Browser(desk);
  const page = await browser.get(authorizationQuery());
  const { status, headers } = await browser.post({ form: hidden(page.hidden), email: EMAIL, password: PASSWORD });
  expect({ status, location: headers.get('location') }).toEqual({ status: 400, location: null });
  expect(desk.myLeviton.counts.logins).toBe(0);
});

test('a form of one browser is worth nothing in another, nor in one without cookies', async () => {
  const attacker = await new Browser(desk).get(authorizationQuery());
  const victim = new Browser(desk);
  await victim.get(authorizationQuery());
  for (const browser of [victim, new Browser(desk)]) {
    const page = await browser.post({ form: attacker.hidden, email: EMAIL, password: PASSWORD });
    expect({ status: page.status, location: page.headers.get('location') }).toEqual({ status: 400, location: null });
    expect(page.text).toContain('This page was opened elsewhere');
  }
  expect(desk.myLeviton.counts.logins).toBe(0);
});

test('a redirect URI that was taken away meanwhile is not followed', async () => {
  const browser = new Browser(desk);
  const { hidden } = await browser.get(authorizationQuery());
  desk.clients.splice(0, 1, client({ redirectUris: [OTHER_REDIRECT] }));
  const page = await browser.post({ form: hidden, email: EMAIL, password: PASSWORD });
  expect({ status: page.status, location: page.headers.get('location') }).toEqual({ status: 400, location: null });
});

test.each([
  { when: 'PUT', init: { method: 'PUT', body: 'x' }, status: 405 },
  {
    when: 'a JSON body',
    init: { method: 'POST', body: '{}', headers: { 'Content-Type': 'application/json' } },
    status: 400,
  },
  {
    when: 'a repeated parameter',
    init: { method: 'POST', body: 'form=a&form=b', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } },
    status: 400,
  },
  {
    when: 'an oversized body',
    init: {
      method: 'POST',
      body: `form=${'x'.repeat(60_000)}`,
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    },
    status: 413,
  },
])('$when at the page: $status', async ({ init, status }) => {
  const response = await fetch(`${desk.url}/authorize`, { ...init, redirect: 'manual' });
  expect(response.status).toBe(status);
});

test('any other path is not found', async () => {
  expect((await fetch(`${desk.url}/elsewhere`)).status).toBe(404);
});

test.each([
  { when: 'no scope', asked: undefined },
  { when: 'an empty scope', asked: '' },
  { when: 'the known scope', asked: 'lamps' },
  { when: 'the known scope twice', asked: 'lamps  lamps' },
  { when: 'unknown scopes beside it', asked: 'admin:everything lamps' },
  { when: 'the known scope in other letters beside it', asked: 'LAMPS lamps' },
  { when: 'spaces around it', asked: '  lamps ' },
])('$when: the tokens are for lamps', async ({ asked }) => {
  const code = await codeFrom(desk, authorizationQuery({ scope: asked }));
  const { status, body } = await askToken(desk, exchange(code));
  expect({ status, scope: body.scope }).toEqual({ status: 200, scope: 'lamps' });
});

test.each([
  { agent: 'Mozilla/5.0 (Linux; Android 14; wv) AppleWebKit/537.36', browser: true },
  { agent: 'axios/1.7.0', browser: false },
  { agent: '', browser: false },
])('the log tells a person who opens the page from a probe of ours: $agent', async ({ agent, browser }) => {
  await fetch(`${desk.url}/authorize?${authorizationQuery()}`, { headers: { 'User-Agent': agent } });
  const lines = desk.lines.map((line) => JSON.parse(line) as object);
  expect(lines).toContainEqual(expect.objectContaining({ event: 'sign-in-shown', browser }));
});
