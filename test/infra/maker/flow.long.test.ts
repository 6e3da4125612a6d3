import { afterEach, describe, expect, test } from '@jest/globals';
import { BOGUS_REFRESH } from '../../../infra/preflight/http.ts';
import { auditMaker } from '../../../infra/preflight/maker/audit.ts';
import type { PracticeFinding } from '../../../infra/preflight/maker/conclude.ts';
import type { FlowPorts } from '../../../infra/preflight/maker/flow/client.ts';
import { toReport } from '../../../infra/preflight/maker/print.ts';
import type { Kind } from '../../../infra/preflight/maker/server.ts';
import { json } from '../../stand-ins/loopback.ts';
import {
  ALEXA_REDIRECTS,
  CLIENT,
  type MakersServer,
  type ServerStyle,
  startMakersServer,
} from '../../stand-ins/makers-server.ts';
import { testClock } from '../../support/clock.ts';
import { NOTHING_CHECKED } from './outcomes.ts';
import { impatient } from './visitor.ts';

// The linking flow played against servers that answer as the seven kinds do.

const clock = testClock();
let server: MakersServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function play(
  style: ServerStyle,
  ports: Partial<FlowPorts> = {},
  kind: Kind = 'other',
  redirectUris: readonly string[] = ALEXA_REDIRECTS,
) {
  server = await startMakersServer(clock, style);
  const { issuer, authorizationUrl, tokenUrl, redirectUri, signIn } = server;
  return await auditMaker({
    server: { kind, issuer, authorizationUrl, tokenUrl, clientId: CLIENT.id, scopes: ['lamps'], redirectUris },
    clock,
    flow: {
      clock: impatient(clock),
      clientSecret: CLIENT.secret,
      clientAuthentication: 'basic',
      redirectUri,
      signIn,
      ...ports,
    },
  });
}

/** The audit asks what a refresh token is answered that nobody issued. */
const isUnknownToken = (form: URLSearchParams) => form.get('refresh_token') === BOGUS_REFRESH.refresh_token;

const wrong = (findings: readonly PracticeFinding[]) =>
  findings
    .filter(({ outcome }) => outcome !== 'good' && outcome !== 'ask')
    .map(({ practice, outcome, says }) => `${practice} ${outcome}: ${says}`);

describe('a healthy server is not accused:', () => {
  const healthy: readonly { readonly kind: Kind; readonly style: ServerStyle }[] = [
    // No refresh token in the answer to a refresh; discovery elsewhere than the token endpoint.
    { kind: 'cognito', style: { onRefresh: 'none', scopes: 'none', wrongSecret: [400, 'invalid_client'] } },
    {
      kind: 'auth0',
      style: { onRefresh: 'none', wrongSecret: [401, 'access_denied'], unknownToken: [403, 'invalid_grant'] },
    },
    {
      kind: 'keycloak',
      style: {
        path: '/auth/realms/acme',
        onRefresh: 'new',
        wrongSecret: [401, 'unauthorized_client'],
        introspection: true,
        more: { refresh_expires_in: 0, 'not-before-policy': 0 },
      },
    },
    { kind: 'okta', style: { path: '/oauth2/default', discovery: 'oauth', onRefresh: 'same' } },
    {
      kind: 'entra',
      style: {
        path: '/tenant/v2.0',
        redirects: 'late',
        onRefresh: 'new',
        unknownToken: [400, 'invalid_grant'],
        expiresIn: 3599,
      },
    },
    { kind: 'b2c', style: { path: '/tenant/policy/v2.0', onRefresh: 'new', expiresIn: '3600', discovery: 'none' } },
    { kind: 'hydra', style: { onRefresh: 'new', graceMs: 60_000 } },
    { kind: 'oidc-provider', style: { onRefresh: 'same', accessTokens: 'opaque', introspection: true } },
    { kind: 'other', style: { discovery: 'none', accessTokens: 'opaque' } },
  ];
  test.each(healthy)('$kind', async ({ kind, style }) => {
    const findings = await play(style, {}, kind);
    // What no setting of these two changes is said of every one of them.
    const bridged = kind === 'entra' || kind === 'b2c' ? [expect.stringMatching(/^1\.3 bridge: /)] : [];
    expect(wrong(findings)).toEqual(bridged);
    expect(findings.map(({ practice }) => practice)).toEqual(['1.1', '1.2', '1.3', '2.1', '3.1', '4.1', 'OAuth']);
  });

  test('with the client secret in the body', async () => {
    expect(wrong(await play({}, { clientAuthentication: 'body' }))).toEqual([]);
  });

  test('that asks to come later after every third request', async () => {
    let count = 0;
    const front = () => {
      count += 1;
      return count % 3 === 0 ? json(429, { error: 'slow_down' }, { 'retry-after': '1' }) : undefined;
    };
    expect(wrong(await play({ front: (_, form) => (form.has('refresh_token') ? front() : undefined) }))).toEqual([]);
  });
});

describe('what is wrong is found, and nothing else:', () => {
  const REPEAT =
    '2.1 bad: a refresh that Alexa repeats, because its answer was lost or two ran at once, ends the link; more below';
  const html = { status: 502, headers: { 'content-type': 'text/html' }, body: '<h1>canary</h1>' };
  const isRefresh = (form: URLSearchParams) => form.get('grant_type') === 'refresh_token';
  const rows: readonly {
    readonly when: string;
    readonly style: ServerStyle;
    readonly ports?: Partial<FlowPorts>;
    readonly says: readonly unknown[];
  }[] = [
    { when: 'strict rotation', style: { onRefresh: 'new', graceMs: -1 }, says: [REPEAT] },
    {
      when: 'a grace period of 10 s',
      style: { onRefresh: 'new', graceMs: 10_000 },
      says: ['2.1 bad: a refresh that Alexa repeats, because its answer was lost or two ran at once, ends the link'],
    },
    {
      when: 'short access tokens',
      style: { expiresIn: 300 },
      says: ['1.1 bad: access tokens live for 300 s, and Alexa needs 360 s at least; more below'],
    },
    {
      when: 'no expires_in',
      style: { expiresIn: undefined },
      says: [
        '1.1 bad: the answer to the code has no whole number as expires_in, so Alexa may never refresh; more below',
      ],
    },
    {
      when: 'a stated end of the refresh token that a refresh moves',
      style: { more: { refresh_token_expires_in: 14 * 86_400 } },
      says: ['1.3 bad: a link ends when nobody has used it for 14 days'],
    },
    {
      when: 'older access tokens that end',
      style: { accessTokens: 'opaque', introspection: true, endsOlder: true },
      says: ['1.2 bad: a refresh ends the access tokens before it, which a command on its way may still carry'],
    },
    {
      when: 'one link for each account',
      style: { oneLink: true },
      says: [
        '1.2 bad: a second link of the same account ends the first one, such as that of another Amazon account of the home',
      ],
    },
    {
      when: 'any secret taken',
      style: { wrongSecret: [200, 'none'] },
      says: ['4.1 bad: the token endpoint takes any client secret'],
    },
    {
      when: 'a wrong secret that sounds like an ended link',
      style: { wrongSecret: [400, 'invalid_grant'] },
      says: [
        '4.1 bad: a wrong client secret is answered with invalid_grant, so a mistyped one at Amazon unlinks everybody',
      ],
    },
    {
      when: 'unknown tokens that break it',
      style: { unknownToken: [500, 'server_error'] },
      says: [
        '4.1 bad: the token endpoint fails with 500 at an unknown refresh token, so Alexa does not learn that such a link has ended',
      ],
    },
    {
      when: 'no refresh that works',
      style: { front: (_, form) => (isRefresh(form) ? json(400, { error: 'unsupported_grant_type' }) : undefined) },
      says: [
        '1.1 bad: a new refresh token is answered with 400 unsupported_grant_type, so every link ends with its first access token',
        '1.2 unchecked: not checked: no link can be refreshed',
        '2.1 unchecked: not checked: no link can be refreshed',
        '4.1 unchecked: not checked: no link can be refreshed',
        'OAuth unchecked: not checked: no link can be refreshed',
      ],
    },
    {
      when: 'no refresh token',
      style: {
        front: (_, form) =>
          isRefresh(form) ? undefined : json(200, { access_token: 'a', token_type: 'Bearer', expires_in: 3600 }),
      },
      says: [
        '1.1 bad: Alexa gets no refresh token, so every link ends with its first access token',
        '1.2 unchecked: not checked: Alexa gets no refresh token',
        '1.3 unchecked: not checked: Alexa gets no refresh token',
        '2.1 unchecked: not checked: Alexa gets no refresh token',
        '4.1 unchecked: not checked: Alexa gets no refresh token',
        'OAuth unchecked: not checked: Alexa gets no refresh token',
      ],
    },
    {
      when: 'pages instead of JSON',
      style: { front: () => html },
      says: [
        '1.1 unchecked: not checked: the code was answered with 502 text/html',
        '1.2 unchecked: not checked: the code was answered with 502 text/html',
        '1.3 unchecked: not checked: the code was answered with 502 text/html',
        '2.1 unchecked: not checked: the code was answered with 502 text/html',
        '4.1 bad: the token endpoint fails with 502 at an unknown refresh token, so Alexa does not learn that such a link has ended',
        'OAuth unchecked: not checked: the code was answered with 502 text/html',
      ],
    },
    {
      when: 'pages for errors',
      style: {
        front: (_, form) => (isUnknownToken(form) ? { ...html, status: 403 } : undefined),
      },
      says: ['4.1 bad: the token endpoint answers 403 with text/html and no JSON error'],
    },
    {
      when: 'empty answers to errors',
      style: { front: (_, form) => (isUnknownToken(form) ? { status: 400 } : undefined) },
      says: ['4.1 bad: the token endpoint answers 400 with none and no JSON error'],
    },
    {
      when: 'a redirect address of Alexa that is not registered',
      style: { redirects: 'one' },
      says: [
        'OAuth bad: people of some regions cannot link, as the server refuses the redirect address that Alexa has there',
      ],
    },
    {
      when: 'redirect addresses that only begin alike',
      style: { redirects: 'beginnings' },
      says: [
        'OAuth bad: the server takes redirect addresses that are not registered, so a code can be led to somebody else',
      ],
    },
    {
      when: 'a code that works again',
      style: { replays: true },
      says: ['OAuth bad: a code works more than once, so whoever reads one from a log or a history can use it'],
    },
    {
      when: 'a challenge without a verifier',
      style: { pkce: 'without-verifier' },
      says: ['OAuth bad: a code is given out for no verifier, so a stolen code can be used'],
    },
    {
      when: 'a verifier without a challenge',
      style: { pkce: 'downgrade' },
      says: [
        'OAuth advice: a request that was stripped of its challenge is not noticed (PKCE downgrade, RFC 9700 section 4.8)',
      ],
    },
    {
      when: 'no PKCE at all',
      style: { pkce: 'ignored' },
      says: [
        'OAuth advice: the server does not look at PKCE, so leave it switched off at Amazon, where codes are bound by the client secret alone',
      ],
    },
    {
      when: 'no PKCE, although it is switched on at Amazon',
      style: { pkce: 'ignored' },
      ports: { pkce: true },
      says: ['OAuth bad: a code is given out for a wrong verifier, so a stolen code can be used'],
    },
    {
      when: 'PKCE required, and switched off at Amazon',
      style: { pkce: 'required' },
      says: ['1.1', '1.2', '1.3', '2.1', '4.1', 'OAuth'].map(
        (practice) =>
          `${practice} unchecked: not checked: the sign-in came back with the error invalid_request; if the server requires PKCE, switch PKCE on at Amazon too, and audit with --pkce`,
      ),
    },
    {
      when: 'nothing: PKCE required, and switched on at Amazon',
      style: { pkce: 'required' },
      ports: { pkce: true },
      says: [],
    },
    {
      when: 'fewer scopes than asked for',
      style: { scopes: 'fewer' },
      says: ["OAuth bad: the server does not grant lamps, so the device cloud may refuse Alexa's tokens"],
    },
    {
      when: 'scopes that nobody granted',
      style: { scopes: 'any' },
      says: ['OAuth bad: a refresh gets scopes that nobody granted'],
    },
    {
      when: 'a key that is not published',
      style: { keys: 'other' },
      says: ['OAuth bad: the key that signs the access tokens is not published'],
    },
    {
      when: 'another key with the name of the one that signs',
      style: { keys: 'same-name' },
      says: ['OAuth bad: the published key does not verify the access tokens'],
    },
    {
      when: 'an outage of the keys',
      style: { keys: 'page' },
      says: ['OAuth bad: the address of the keys answers with 503 text/html, so no new access token can be verified'],
    },
    {
      when: 'another address at Amazon than the server names',
      style: { named: 'https://new.acme.example/token' },
      says: [
        expect.stringMatching(
          /^3\.1 advice: links call http:\/\/127\.0\.0\.1:\d+ for ever, and the server now names another address$/,
        ),
      ],
    },
  ];
  test.each(rows)('$when', async ({ style, ports, says }) => {
    expect(wrong(await play(style, ports))).toEqual(says);
  });
});

test('slow answers are found', async () => {
  const front = (_: unknown, form: URLSearchParams) => {
    if (isUnknownToken(form)) clock.advance(4600);
    return undefined;
  };
  const [found = ''] = wrong(await play({ front }));
  expect(found).toMatch(/^4\.1 bad: the token endpoint took 4\d\d\d ms; Alexa gives up after 4500 ms, and may unlink$/);
});

test('a sign-in that a person declines is said once for each practice, and accuses nobody', async () => {
  const declined = async (url: string) => {
    const state = new URL(url).searchParams.get('state') ?? '';
    return new URL(`https://layla.amazon.com/api/skill/link/M0?error=access_denied&state=${state}`);
  };
  const findings = await play({}, { signIn: declined });
  const why = 'unchecked: not checked: the sign-in came back with the error access_denied';
  expect(wrong(findings)).toEqual(['1.1', '1.2', '1.3', '2.1', '4.1', 'OAuth'].map((practice) => `${practice} ${why}`));
});

test('a token endpoint that nobody answers at', async () => {
  const answering = await startMakersServer(clock);
  await answering.close();
  const { issuer, authorizationUrl, tokenUrl, redirectUri, signIn } = answering;
  const findings = await auditMaker({
    server: { kind: 'other', issuer, authorizationUrl, tokenUrl, clientId: 'alexa', scopes: [] },
    clock,
    flow: { clock: impatient(clock), clientSecret: 'x', clientAuthentication: 'basic', redirectUri, signIn },
  });
  expect(findings.map(({ practice, outcome }) => `${practice} ${outcome}`)).toEqual(NOTHING_CHECKED);
});

test('nothing that is said holds a token, a code or a secret', async () => {
  for (const style of [
    {},
    { accessTokens: 'opaque', introspection: true },
    { onRefresh: 'new', graceMs: -1 },
  ] as const) {
    const findings = await play(style);
    expect(JSON.stringify(findings) + toReport(findings)).not.toMatch(/canary|[0-9a-f]{16}|eyJ/);
    await server?.close();
  }
});

test('what cannot be seen from outside is asked for', async () => {
  const asked = async (...[style, ports, kind, uris]: Parameters<typeof play>) =>
    (await play(style, ports, kind, uris)).flatMap(({ observations }) =>
      observations.filter(({ outcome }) => outcome === 'ask').map(({ question, seen }) => `${question}: ${seen}`),
    );
  const always = ['refresh-life', 'idle', 'secrets', 'outage'].map((one) => `${one}: cannot be seen from outside`);
  expect(await asked({})).toEqual(always);
  await server?.close();
  expect(await asked({ redirects: 'late', keys: 'unnamed' })).toEqual([
    ...always,
    'redirects: the server does not say before the sign-in which addresses it takes',
    'keys: the server names no address of its keys',
  ]);
  await server?.close();
  expect(await asked({}, {}, 'other', [])).toEqual([
    ...always,
    'redirects: others are refused; name your vendor id with --vendor-id to see whether all of Alexa are registered',
  ]);
});
