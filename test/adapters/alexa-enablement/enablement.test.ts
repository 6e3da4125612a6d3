import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createAlexaEnablement } from '../../../lambda/adapters/alexa-enablement/enablement.ts';
import { originOf, trustedHosts } from '../../../lambda/adapters/alexa-enablement/hosts.ts';
import { cutShort, hang, html, json, type Reply, reset, ScriptedServer } from '../http/scripted-server.ts';

const SKILL = 'amzn1.ask.skill.1';
const PATH = '/v1/users/~current/skills/amzn1.ask.skill.1/enablement';
const linked = {
  skill: { stage: 'development', id: SKILL },
  user: { id: 'amzn1.ask.account.A' },
  accountLink: { status: 'LINKED' },
  status: 'ENABLED',
};

let amazon: ScriptedServer;
beforeEach(async () => {
  amazon = new ScriptedServer();
  amazon.script = [json(201, linked)];
  await amazon.listen();
});
afterEach(() => amazon.close());

const api = (options: { readonly timeoutMs?: number; readonly enableTimeoutMs?: number } = {}) =>
  createAlexaEnablement({
    apiUrl: amazon.url,
    skillId: SKILL,
    stage: 'development',
    ...{ timeoutMs: 60_000, enableTimeoutMs: 60_000 },
    ...options,
  });
const access = () => ({ accessToken: 'Atza|one', endpoint: new URL(amazon.url).host });
const code = { redirectUri: 'https://link.example.org/alexa/callback', code: 'dpsc.link.code' };
const never = () => new AbortController().signal;

test('the skill is enabled and linked with our code', async () => {
  await expect(api().enable(access(), code, never())).resolves.toEqual({
    linked: true,
    userId: 'amzn1.ask.account.A',
  });
  expect(amazon.received).toMatchObject([
    {
      path: PATH,
      headers: { authorization: 'Bearer Atza|one', 'content-type': 'application/json' },
      body: '{"stage":"development","accountLinkRequest":{"redirectUri":"https://link.example.org/alexa/callback","authCode":"dpsc.link.code","type":"AUTH_CODE"}}',
    },
  ]);
});

describe('how the skill stands', () => {
  test.each<{ when: string; reply: Reply; status: unknown }>([
    { when: 'linked', reply: json(200, linked), status: { linked: true, userId: 'amzn1.ask.account.A' } },
    { when: 'not enabled', reply: json(404, { message: 'no enablement' }), status: undefined },
    { when: 'an expired link', reply: json(200, { accountLink: { status: 'EXPIRED' } }), status: { linked: false } },
    { when: 'no word of the link', reply: json(200, { status: 'ENABLED' }), status: { linked: false } },
    { when: 'a link of another type', reply: json(200, { accountLink: 'LINKED' }), status: { linked: false } },
    { when: 'an empty id', reply: json(200, { ...linked, user: { id: '' } }), status: { linked: true } },
    { when: 'an id that is a number', reply: json(200, { ...linked, user: { id: 7 } }), status: { linked: true } },
  ])('$when', async ({ reply, status }) => {
    amazon.script = [reply];
    await expect(api().status(access(), never())).resolves.toEqual(status);
    expect(amazon.received).toMatchObject([{ path: PATH, headers: { authorization: 'Bearer Atza|one' } }]);
  });
});

test.each([
  { when: 'disabled', reply: (response: Parameters<Reply>[0]) => void response.writeHead(204).end() },
  { when: 'it was not enabled', reply: json(404, {}) },
])('disabling: $when', async ({ reply }) => {
  amazon.script = [reply];
  await expect(api().disable(access(), never())).resolves.toBeUndefined();
});

describe('what Amazon decides', () => {
  test.each([
    { status: 400, body: { message: 'Invalid account linking credentials' }, reason: 'credentials' },
    { status: 400, body: { message: 'Invalid stage' }, reason: 'request' },
    { status: 400, body: {}, reason: 'request' },
    { status: 401, body: { message: 'Token is invalid/expired' }, reason: 'token' },
    { status: 403, body: {}, reason: 'not-permitted' },
    { status: 404, body: {}, reason: 'request' },
    { status: 409, body: {}, reason: 'enabled-already' },
    { status: 418, body: {}, reason: 'request' },
  ])('$status $body.message: $reason', async ({ status, body, reason }) => {
    amazon.script = [json(status, body)];
    await expect(api().enable(access(), code, never())).rejects.toMatchObject({
      name: 'EnablementRefused',
      reason,
      status,
    });
    expect(amazon.received).toHaveLength(1);
  });
});

describe('what decides nothing', () => {
  test.each<{ when: string; reply: Reply; status: number | undefined }>([
    { when: 'too many requests', reply: json(429, {}), status: 429 },
    { when: 'an error of the server', reply: json(500, {}), status: 500 },
    { when: 'a page in place of an answer', reply: html(503, '<h1>busy</h1>'), status: 503 },
    { when: 'a page with a good status', reply: html(201, '<html>linked</html>'), status: 201 },
    { when: 'an empty body', reply: html(201, ''), status: 201 },
    { when: 'a JSON text', reply: json(201, 'LINKED'), status: 201 },
    { when: 'JSON null', reply: json(201, null), status: 201 },
    { when: 'a redirect', reply: (response) => void response.writeHead(302, { Location: '/' }).end(), status: 302 },
    { when: 'a lost connection', reply: reset, status: undefined },
    { when: 'a cut answer', reply: cutShort, status: undefined },
  ])('enabling: $when; nothing is sent twice', async ({ reply, status }) => {
    amazon.script = [reply];
    await expect(api().enable(access(), code, never())).rejects.toMatchObject({
      name: 'AlexaApiUnreachable',
      status,
    });
    expect(amazon.received).toHaveLength(1);
  });

  test('enabling: no answer', async () => {
    amazon.script = [hang];
    const refused = api({ enableTimeoutMs: 50 }).enable(access(), code, never());
    await expect(refused).rejects.toMatchObject({ name: 'AlexaApiUnreachable', status: undefined });
  });

  test('enabling on a connection that Amazon has closed meanwhile: it is not used', async () => {
    amazon.script = [json(201, linked), reset];
    const one = api();
    await one.enable(access(), code, never());
    await expect(one.enable(access(), code, never())).rejects.toMatchObject({ name: 'AlexaApiUnreachable' });
    expect(amazon.received).toHaveLength(2);
  });

  test('the status is asked for once more where the connection was lost', async () => {
    amazon.script = [reset, json(200, linked)];
    await expect(api().status(access(), never())).resolves.toMatchObject({ linked: true });
  });

  test('the caller gives up', async () => {
    amazon.script = [hang];
    await expect(api().status(access(), AbortSignal.timeout(20))).rejects.toMatchObject({
      name: 'AlexaApiUnreachable',
    });
  });
});

describe('where a person is served', () => {
  test('Amazon names the host without a scheme', async () => {
    const { host } = new URL(amazon.url);
    amazon.script = [json(200, { endpoints: [host] })];
    await expect(api().endpoints('Atza|one', never())).resolves.toEqual([host]);
    expect(amazon.received).toMatchObject([
      { path: '/v1/alexaApiEndpoint', headers: { authorization: 'Bearer Atza|one' } },
    ]);
  });

  test.each<{ when: string; body: unknown }>([
    { when: 'somebody else', body: { endpoints: ['api.amazonalexa.com.example.org'] } },
    { when: 'nobody', body: { endpoints: [] } },
    { when: 'no list', body: { endpoints: 'api.amazonalexa.com' } },
    { when: 'nothing', body: {} },
    { when: 'null', body: null },
  ])('an answer that names $when: no token goes there', async ({ body }) => {
    amazon.script = [json(200, body)];
    await expect(api().endpoints('Atza|one', never())).rejects.toMatchObject({ name: 'AlexaApiUnreachable' });
    expect(amazon.received).toHaveLength(1);
  });

  test('an ended token', async () => {
    amazon.script = [json(401, { message: 'Token is invalid/expired' })];
    await expect(api().endpoints('Atza|one', never())).rejects.toMatchObject({ reason: 'token' });
  });
});

const API = 'https://api.amazonalexa.com';
test.each([
  { named: 'api.amazonalexa.com', trusted: true },
  { named: 'api.eu.amazonalexa.com', trusted: true },
  { named: 'api.fe.amazonalexa.com', trusted: true },
  { named: 'https://api.eu.amazonalexa.com', trusted: true },
  { named: 'API.EU.amazonalexa.com', trusted: true },
  { named: 'http://api.eu.amazonalexa.com', trusted: false },
  { named: 'api.eu.amazonalexa.com:8443', trusted: false },
  { named: 'api.eu.amazonalexa.com/v1', trusted: false },
  { named: 'api.eu.amazonalexa.com@example.org', trusted: false },
  { named: 'api.eu.amazonalexa.com.example.org', trusted: false },
  { named: 'evil-api.amazonalexa.com', trusted: false },
  { named: 'amazonalexa.com', trusted: false },
  { named: '127.0.0.1', trusted: false },
  { named: '', trusted: false },
])('the host $named: trusted $trusted', ({ named, trusted }) => {
  expect(trustedHosts([named], API).length > 0).toBe(trusted);
});

test("Amazon's hosts are asked over HTTPS, an emulator's as it was given", () => {
  expect(originOf('api.eu.amazonalexa.com', API)).toBe('https://api.eu.amazonalexa.com');
  expect(originOf('api.eu.amazonalexa.com', 'http://127.0.0.1:9')).toBe('https://api.eu.amazonalexa.com');
  expect(originOf('127.0.0.1:9', 'http://127.0.0.1:9')).toBe('http://127.0.0.1:9');
});
