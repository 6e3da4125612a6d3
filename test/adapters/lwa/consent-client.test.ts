import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createConsentClient } from '../../../lambda/adapters/lwa/consent-client.ts';
import type { Clock } from '../../../lambda/ports/clock.ts';
import { html, json, type Reply, reset, ScriptedServer } from '../http/scripted-server.ts';

const tokens = { access_token: 'Atza|one', refresh_token: 'Atzr|two', token_type: 'bearer', expires_in: 3600 };
const asked = { code: 'ANd+code', redirectUri: 'https://link.example.org/alexa/callback', verifier: 'a-verifier' };

let lwa: ScriptedServer;
let pauses: number[];
const clock: Clock = {
  now: () => new Date('2026-03-01T12:00:00.000Z'),
  wait: async (ms, signal) => {
    signal?.throwIfAborted();
    pauses.push(ms);
  },
};
const client = () => createConsentClient({ url: lwa.url, clientId: 'amzn1.client', clientSecret: 's&cret', clock });
const never = () => new AbortController().signal;

beforeEach(async () => {
  lwa = new ScriptedServer();
  lwa.script = [json(200, tokens)];
  pauses = [];
  await lwa.listen();
});
afterEach(() => lwa.close());

test('a code goes with its redirect_uri and the verifier of its challenge', async () => {
  await expect(client().exchange(asked, never())).resolves.toEqual({
    accessToken: 'Atza|one',
    refreshToken: 'Atzr|two',
  });
  expect(lwa.received.map(({ body }) => body)).toEqual([
    'grant_type=authorization_code&code=ANd%2Bcode&redirect_uri=https%3A%2F%2Flink.example.org%2Falexa%2Fcallback&code_verifier=a-verifier&client_id=amzn1.client&client_secret=s%26cret',
  ]);
});

test('a refresh token goes as a form', async () => {
  await expect(client().refresh('Atzr|one', never())).resolves.toMatchObject({ accessToken: 'Atza|one' });
  expect(lwa.received.map(({ body }) => body)).toEqual([
    'grant_type=refresh_token&refresh_token=Atzr%7Cone&client_id=amzn1.client&client_secret=s%26cret',
  ]);
});

test.each([
  { when: 'as a number', body: { ...tokens, expires_in: 3600 } },
  { when: 'as text', body: { ...tokens, expires_in: '3600' } },
  { when: 'not at all', body: { access_token: 'Atza|one', refresh_token: 'Atzr|two' } },
])('expires_in comes $when', async ({ body }) => {
  lwa.script = [json(200, body)];
  await expect(client().exchange(asked, never())).resolves.toMatchObject({ accessToken: 'Atza|one' });
});

test('an answer without a refresh token is good for the link itself', async () => {
  lwa.script = [json(200, { access_token: 'Atza|one', expires_in: '3600' })];
  await expect(client().exchange(asked, never())).resolves.toEqual({ accessToken: 'Atza|one' });
});

describe('what went wrong', () => {
  test.each<{ when: string; script: Reply[]; error: string; requests: number }>([
    { when: 'a foreign code', script: [json(400, { error: 'invalid_grant' })], error: 'GrantRevoked', requests: 1 },
    {
      when: 'our own secret is wrong',
      script: [json(401, { error: 'invalid_client' })],
      error: 'MessagingClientRefused',
      requests: 1,
    },
    { when: 'busy twice', script: [json(503, {})], error: 'TokenServiceUnreachable', requests: 2 },
    { when: 'a lost connection twice', script: [reset], error: 'TokenServiceUnreachable', requests: 2 },
    { when: 'a page', script: [html(200, '<html>')], error: 'TokenServiceUnreachable', requests: 1 },
    { when: 'an empty body', script: [html(200, '')], error: 'TokenServiceUnreachable', requests: 1 },
    { when: 'JSON null', script: [json(200, null)], error: 'TokenServiceUnreachable', requests: 1 },
    {
      when: 'a token with a line break',
      script: [json(200, { ...tokens, access_token: 'Atza|\r\nHost: example.org' })],
      error: 'TokenServiceUnreachable',
      requests: 1,
    },
  ])('$when: $error', async ({ script, error, requests }) => {
    lwa.script = script;
    await expect(client().exchange(asked, never())).rejects.toMatchObject({ name: error });
    expect(lwa.received).toHaveLength(requests);
  });

  test('busy once', async () => {
    lwa.script = [json(500, {}), json(200, tokens)];
    await expect(client().exchange(asked, never())).resolves.toMatchObject({ accessToken: 'Atza|one' });
    expect(pauses).toEqual([500]);
  });

  test('the caller gives up during the pause', async () => {
    lwa.script = [json(500, {})];
    const given = new AbortController();
    const refused = client().exchange(asked, given.signal);
    given.abort();
    await expect(refused).rejects.toMatchObject({ name: 'TokenServiceUnreachable' });
  });
});
