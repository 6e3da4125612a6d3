import { createHash, randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { EmulatedAlexa } from '../../../desk/alexa/contract.ts';
import { startAlexa } from '../../../desk/alexa/emulator.ts';
import type { DeskClock } from '../../../desk/clock.ts';
import { answerConsent } from '../../../desk/person.ts';
import { testClock } from '../../support/clock.ts';
import { postEvent, postForm } from './fake-skill.ts';

const CALLBACK = 'https://lamps.example.org/alexa/callback';

let clock: DeskClock;
let alexa: EmulatedAlexa;

beforeEach(async () => {
  clock = testClock();
  alexa = await startAlexa({ clock, skill: { redirectUrls: () => [CALLBACK] } });
  for (const name of ['Ada & <Bob>', 'Grandma']) {
    alexa.addCustomer({ name, invoke: async () => ({}), accessToken: async () => 'token' });
  }
});
afterEach(() => alexa.close());

const verifier = randomBytes(32).toString('base64url');
const challenge = createHash('sha256').update(verifier).digest('base64url');

const request = (changed: Record<string, string | undefined> = {}): string => {
  const parameters = {
    client_id: alexa.messaging.clientId,
    scope: 'alexa::skills:account_linking',
    response_type: 'code',
    redirect_uri: CALLBACK,
    state: 'sealed state',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...changed,
  };
  const sent = Object.entries(parameters).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  return `${alexa.authorizeUrl}?${new URLSearchParams(sent)}`;
};

const back = (location: string) => {
  const url = new URL(location);
  return { at: url.origin + url.pathname, ...Object.fromEntries(url.searchParams) };
};

/** What Amazon answers to the browser that our page has sent there. */
async function visit(url: string) {
  const response = await fetch(url, { redirect: 'manual' });
  const location = response.headers.get('location');
  return { status: response.status, page: await response.text(), ...(location && { back: back(location) }) };
}

const exchange = async (form: Record<string, string | undefined>) => {
  const all = {
    ...{ grant_type: 'authorization_code', redirect_uri: CALLBACK, code_verifier: verifier },
    ...{ client_id: alexa.messaging.clientId, client_secret: alexa.messaging.clientSecret },
    ...form,
  };
  const sent = Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  const response = await postForm(alexa.tokenUrl, Object.fromEntries(sent));
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

const freshCode = async (changed?: Record<string, string | undefined>): Promise<string> =>
  new URL(await answerConsent(request(changed))).searchParams.get('code') ?? '';

test('the page names the skill and the Amazon accounts, and has Allow and Deny', async () => {
  const { status, page } = await visit(request());
  expect(status).toBe(200);
  expect(page).toContain('Dimmer Plug Bridge');
  expect(page).toContain('value="customer-1" checked> Ada &amp; &lt;Bob&gt;');
  expect(page).toContain('value="customer-2"> Grandma');
  expect(page).toContain('value="allow"');
  expect(page).toContain('value="access_denied"');
  expect(alexa.problems).toEqual([]);
});

test('Allow leads back with a code and the state as it was', async () => {
  expect(back(await answerConsent(request()))).toEqual({
    at: CALLBACK,
    code: expect.stringMatching(/^[\w-]{20}$/),
    state: 'sealed state',
  });
});

test.each([
  'access_denied',
  'server_error',
  'temporarily_unavailable',
  'invalid_request',
  'unauthorized_client',
  'invalid_scope',
  'unsupported_response_type',
] as const)('%s leads back with this error and the state', async (answer) => {
  expect(back(await answerConsent(request(), { answer }))).toEqual({
    at: CALLBACK,
    error: answer,
    state: 'sealed state',
  });
});

test.each([
  { when: 'another client', changed: { client_id: 'other' }, summary: 'Unknown client Id' },
  { when: 'no client', changed: { client_id: undefined }, summary: 'Unknown client Id' },
  {
    when: 'a foreign address',
    changed: { redirect_uri: 'https://evil.example' },
    summary: 'Not an allowed return URL',
  },
  { when: 'a longer address', changed: { redirect_uri: `${CALLBACK}/x` }, summary: 'Not an allowed return URL' },
  { when: 'no address', changed: { redirect_uri: undefined }, summary: 'Not an allowed return URL' },
])('$when: the error page of Amazon, from which nobody comes back', async ({ changed, summary }) => {
  const { status, page, back: location } = await visit(request(changed));
  expect({ status, location }).toEqual({ status: 400, location: undefined });
  expect(page).toContain(summary);
  await expect(answerConsent(request(changed))).rejects.toThrow(summary);
  expect(alexa.problems).toEqual([`consent: ${summary}`]);
});

test.each([
  { when: 'no response type', changed: { response_type: undefined }, error: 'invalid_request' },
  { when: 'another response type', changed: { response_type: 'token' }, error: 'unsupported_response_type' },
  { when: 'another scope', changed: { scope: 'profile' }, error: 'invalid_scope' },
  { when: 'a plain challenge', changed: { code_challenge_method: 'plain' }, error: 'invalid_request' },
  { when: 'a challenge that is none', changed: { code_challenge: 'short' }, error: 'invalid_request' },
])('$when: back with $error at once', async ({ changed, error }) => {
  expect(await visit(request(changed))).toEqual({
    status: 302,
    page: '',
    back: { at: CALLBACK, error, state: 'sealed state' },
  });
});

test('a request without state or PKCE works, and is a problem', async () => {
  const { status } = await visit(
    request({ state: undefined, code_challenge: undefined, code_challenge_method: undefined }),
  );
  expect(status).toBe(200);
  expect(alexa.problems).toEqual(['consent: there is no state', 'consent: there is no code_challenge']);
});

test('an answer that no button gives, or of an account that nobody has, leads nowhere', async () => {
  await expect(answerConsent(request(), { account: 'customer-9' })).rejects.toThrow('no such Amazon account');
  const response = await fetch(request(), { method: 'POST', redirect: 'manual', body: new URLSearchParams() });
  expect(response.status).toBe(400);
});

test('a code becomes tokens, with the lifetime as text', async () => {
  expect(await exchange({ code: await freshCode() })).toEqual({
    status: 200,
    body: {
      access_token: expect.stringMatching(/^Atza\|[\w-]{350,2000}$/),
      refresh_token: expect.stringMatching(/^Atzr\|[\w-]{350,2000}$/),
      token_type: 'bearer',
      expires_in: '3600',
    },
  });
});

test.each([
  {
    when: 'another redirect_uri',
    form: { redirect_uri: 'https://lamps.example.org' },
    problem: 'redirect_uri must be that of the consent page',
  },
  {
    when: 'no redirect_uri',
    form: { redirect_uri: undefined },
    problem: 'redirect_uri must be that of the consent page',
  },
  {
    when: 'another verifier',
    form: { code_verifier: 'x'.repeat(43) },
    problem: 'code_verifier does not fit the challenge',
  },
  { when: 'no verifier', form: { code_verifier: undefined }, problem: 'code_verifier does not fit the challenge' },
])('$when spoils the exchange, and the code with it', async ({ form, problem }) => {
  const code = await freshCode();
  expect(await exchange({ code, ...form })).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  expect(await exchange({ code })).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  expect(alexa.problems).toEqual([`token request: ${problem}`]);
});

test('a verifier for a code without a challenge is refused', async () => {
  const code = await freshCode({ code_challenge: undefined, code_challenge_method: undefined });
  expect(await exchange({ code })).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
});

test('a code is good once', async () => {
  const code = await freshCode();
  expect((await exchange({ code })).status).toBe(200);
  expect((await exchange({ code })).status).toBe(400);
});

test.each([
  { after: 'just under five minutes', ms: 5 * 60_000 - 2000, status: 200 },
  { after: 'five minutes', ms: 5 * 60_000, status: 400 },
])('a code after $after: $status', async ({ ms, status }) => {
  const code = await freshCode();
  clock.advance(ms);
  expect((await exchange({ code })).status).toBe(status);
});

test('a refresh token is good until the consent is taken back', async () => {
  const { body } = await exchange({ code: await freshCode() });
  clock.advance(400 * 24 * 3600_000);
  const refresh = { grant_type: 'refresh_token', refresh_token: String(body.refresh_token) };
  expect(await exchange(refresh)).toMatchObject({ status: 200, body: { expires_in: '3600' } });
});

test('the event gateway takes no token of the consent page', async () => {
  const { body } = await exchange({ code: await freshCode() });
  const { status } = await postEvent(alexa.gatewayUrls.NA, String(body.access_token), {});
  expect(status).toBe(400);
});

test.each([
  {
    who: 'another site sends the browser there',
    method: 'GET',
    headers: { 'sec-fetch-site': 'cross-site' },
    status: 200,
  },
  { who: 'the page itself answers', method: 'POST', headers: { origin: 'own' }, status: 302 },
  {
    who: 'another page answers for the person',
    method: 'POST',
    headers: { origin: 'http://127.0.0.1:1' },
    status: 403,
  },
])('$who: $status', async ({ method, headers, status }) => {
  const own = new URL(alexa.authorizeUrl).origin;
  const sent = Object.entries(headers).map(([name, value]) => [name, value === 'own' ? own : value]);
  const body = method === 'POST' ? { body: new URLSearchParams({ answer: 'allow' }) } : {};
  const response = await fetch(request(), { method, redirect: 'manual', headers: Object.fromEntries(sent), ...body });
  expect(response.status).toBe(status);
});

test('no web page may use the token endpoint', async () => {
  const response = await fetch(alexa.tokenUrl, { method: 'POST', headers: { origin: new URL(alexa.tokenUrl).origin } });
  expect(response.status).toBe(403);
});
