import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { AlexaExchange, AlexaFault, EmulatedAlexa } from '../../../desk/alexa/contract.ts';
import { startAlexa } from '../../../desk/alexa/emulator.ts';
import type { DeskClock } from '../../../desk/clock.ts';
import { testClock } from '../../support/clock.ts';
import { type Directive, fakeSkill, postForm } from './fake-skill.ts';

let clock: DeskClock;
let alexa: EmulatedAlexa;

beforeEach(async () => {
  clock = testClock();
  alexa = await startAlexa({ clock });
});
afterEach(() => alexa.close());

/** A grant code that nobody has exchanged yet. */
async function freshCode(): Promise<string> {
  let code = '';
  const customer = alexa.addCustomer({
    accessToken: async () => 'token',
    invoke: async (event) => {
      code = (event as { directive: Directive }).directive.payload.grant?.code ?? '';
      throw new Error('kept for later');
    },
  });
  await expect(customer.acceptGrant()).rejects.toThrow('kept for later');
  return code;
}

const pair = () => ({ client_id: alexa.messaging.clientId, client_secret: alexa.messaging.clientSecret });
const codeForm = (code: string) => ({ grant_type: 'authorization_code', code, ...pair() });
const refreshForm = (token: string) => ({ grant_type: 'refresh_token', refresh_token: token, ...pair() });

async function ask(form: Record<string, string>) {
  const response = await postForm(alexa.tokenUrl, form);
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}

test('a code becomes tokens of the length that Amazon has', async () => {
  const { status, body } = await ask(codeForm(await freshCode()));
  expect({ status, ...body }).toEqual({
    status: 200,
    access_token: expect.stringMatching(/^Atza\|[\w-]{350,2000}$/),
    refresh_token: expect.stringMatching(/^Atzr\|[\w-]{350,2000}$/),
    token_type: 'bearer',
    expires_in: 3600,
  });
});

test('a refresh brings two new tokens, and the old refresh token stays good', async () => {
  const first = await ask(codeForm(await freshCode()));
  const second = await ask(refreshForm(first.body.refresh_token ?? ''));
  const third = await ask(refreshForm(first.body.refresh_token ?? ''));
  const fourth = await ask(refreshForm(second.body.refresh_token ?? ''));
  const all = [first, second, third, fourth];
  expect(all.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect(new Set(all.map(({ body }) => body.access_token)).size).toBe(4);
  expect(new Set(all.map(({ body }) => body.refresh_token)).size).toBe(4);
});

test('a refresh token is good after a year', async () => {
  const { body } = await ask(codeForm(await freshCode()));
  clock.advance(400 * 24 * 3600_000);
  expect((await ask(refreshForm(body.refresh_token ?? ''))).status).toBe(200);
});

test('a code is good once', async () => {
  const code = await freshCode();
  await ask(codeForm(code));
  expect(await ask(codeForm(code))).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
});

test.each([
  { after: 'just under five minutes', ms: 5 * 60_000 - 2000, status: 200 },
  { after: 'five minutes', ms: 5 * 60_000, status: 400 },
])('a code after $after: $status', async ({ ms, status }) => {
  const code = await freshCode();
  clock.advance(ms);
  expect((await ask(codeForm(code))).status).toBe(status);
});

test('redirect_uri spoils the exchange, and the code with it', async () => {
  const code = await freshCode();
  const before = alexa.problems.length;
  expect(await ask({ ...codeForm(code), redirect_uri: 'https://example.org' })).toMatchObject({
    status: 400,
    body: { error: 'invalid_grant' },
  });
  expect((await ask(codeForm(code))).status).toBe(400);
  expect(alexa.problems.slice(before)).toEqual(['token request: a grant code is exchanged without redirect_uri']);
});

test('a wrong pair is no matter of the grant: the code stays good', async () => {
  const code = await freshCode();
  for (const wrong of [{ client_secret: 'no' }, { client_id: 'amzn1.application-oa2-client.other' }]) {
    expect(await ask({ ...codeForm(code), ...wrong })).toMatchObject({
      status: 401,
      body: { error: 'invalid_client' },
    });
  }
  expect((await ask(codeForm(code))).status).toBe(200);
});

test.each([
  { when: 'an unknown code', form: { grant_type: 'authorization_code', code: 'x' }, error: 'invalid_grant' },
  {
    when: 'an unknown refresh token',
    form: { grant_type: 'refresh_token', refresh_token: 'x' },
    error: 'invalid_grant',
  },
  { when: 'no code', form: { grant_type: 'authorization_code' }, error: 'invalid_request' },
  { when: 'no refresh token', form: { grant_type: 'refresh_token' }, error: 'invalid_request' },
  { when: 'no grant type', form: {}, error: 'invalid_request' },
  { when: 'another grant type', form: { grant_type: 'password' }, error: 'unsupported_grant_type' },
])('$when: $error', async ({ form, error }) => {
  expect(await ask({ ...form, ...pair() } as Record<string, string>)).toMatchObject({ status: 400, body: { error } });
});

test('JSON in place of a form is answered as a form without parameters', async () => {
  const code = await freshCode();
  const before = alexa.problems.length;
  const response = await fetch(alexa.tokenUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(codeForm(code)),
  });
  expect({ status: response.status, body: await response.json() }).toMatchObject({
    status: 400,
    body: { error: 'invalid_request', error_description: 'The request is missing a required parameter : grant_type' },
  });
  expect(alexa.problems.slice(before)).toEqual(['token request: the body must be application/x-www-form-urlencoded']);
  expect((await ask(codeForm(code))).status).toBe(200);
});

test('secrets in the URL are a problem', async () => {
  await postForm(`${alexa.tokenUrl}?client_secret=x`, refreshForm('x'));
  expect(alexa.problems).toEqual(['token request: the form belongs into the body, nothing of it into the URL']);
});

test.each([
  { fault: { at: 'lwa', kind: 'status', status: 500 }, status: 500, has: '"error":"ServerError"' },
  { fault: { at: 'lwa', kind: 'status', status: 429 }, status: 429, has: '"error":"ServerError"' },
  { fault: { at: 'lwa', kind: 'html' }, status: 502, has: '<html>' },
  { fault: { at: 'lwa', kind: 'invalid-grant' }, status: 400, has: '"error":"invalid_grant"' },
  { fault: { at: 'lwa', kind: 'invalid-client' }, status: 401, has: '"error":"invalid_client"' },
] satisfies { fault: AlexaFault; status: number; has: string }[])(
  'fault $fault.kind: $status, twice, then well',
  async ({ fault, status, has }) => {
    const code = await freshCode();
    alexa.inject({ ...fault, times: 2 });
    for (const _ of [1, 2]) {
      const response = await postForm(alexa.tokenUrl, codeForm(code));
      expect(response.status).toBe(status);
      expect(await response.text()).toContain(has);
    }
    expect((await ask(codeForm(code))).status).toBe(200);
  },
);

test('a fault of refreshes lets codes through', async () => {
  alexa.inject({ at: 'lwa', kind: 'invalid-client', grantType: 'refresh_token' });
  const { status, body } = await ask(codeForm(await freshCode()));
  expect(status).toBe(200);
  expect(await ask(refreshForm(body.refresh_token ?? ''))).toMatchObject({
    status: 401,
    body: { error: 'invalid_client' },
  });
});

test('fault reset: the answer is lost, the tokens were issued', async () => {
  const code = await freshCode();
  alexa.inject({ at: 'lwa', kind: 'reset', times: 1 });
  await expect(ask(codeForm(code))).rejects.toThrow();
  expect(await ask(codeForm(code))).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
});

test('fault hang: no answer, nothing happens, and the exchange is recorded when the client gives up', async () => {
  const code = await freshCode();
  const remove = alexa.inject({ at: 'lwa', kind: 'hang' });
  const recorded = new Promise<AlexaExchange>((resolve) => alexa.onExchange(resolve));
  const patience = new AbortController();
  const hanging = fetch(alexa.tokenUrl, {
    method: 'POST',
    body: new URLSearchParams(codeForm(code)),
    signal: patience.signal,
  });
  hanging.catch(() => {});
  while (alexa.counts.tokenRequests === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  patience.abort();
  await expect(hanging).rejects.toThrow();
  expect(await recorded).toMatchObject({ channel: 'lwa', status: 0 });
  remove();
  expect((await ask(codeForm(code))).status).toBe(200);
});

test('an unlinked customer has no grant left, and a new grant is good', async () => {
  const skill = fakeSkill(() => alexa);
  const customer = alexa.addCustomer({ invoke: skill.invoke, accessToken: async () => 'token' });
  await customer.acceptGrant();
  const old = skill.tokens?.refresh_token ?? '';
  customer.unlink();
  expect(await ask(refreshForm(old))).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  customer.relink();
  await customer.acceptGrant();
  expect((await ask(refreshForm(skill.tokens?.refresh_token ?? ''))).status).toBe(200);
  expect((await ask(refreshForm(old))).status).toBe(400);
});

test('requests are counted, and so are connections', async () => {
  await ask(refreshForm('x'));
  await ask(refreshForm('x'));
  expect(alexa.counts).toEqual({ tokenRequests: 2, events: 0, connections: expect.any(Number) });
  expect(alexa.counts.connections).toBeGreaterThanOrEqual(1);
  alexa.resetCounts();
  expect(alexa.counts).toEqual({ tokenRequests: 0, events: 0, connections: 0 });
});

test.each([
  { method: 'GET', path: '/auth/o2/token' },
  { method: 'POST', path: '/auth/o2/tokens' },
])('$method $path: 404', async ({ method, path }) => {
  expect((await fetch(new URL(path, alexa.tokenUrl), { method })).status).toBe(404);
});
