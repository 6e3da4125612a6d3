import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createTokenClient } from '../../../lambda/adapters/lwa/token-client.ts';
import type { Clock } from '../../../lambda/ports/clock.ts';
import { cutShort, html, json, type Reply, reset, ScriptedServer } from '../http/scripted-server.ts';

const tokens = { access_token: 'Atza|one', refresh_token: 'Atzr|two', token_type: 'bearer', expires_in: 3600 };

let lwa: ScriptedServer;
let pauses: number[];

/** Stands still at noon; a pause takes no time and is written down. */
const clock: Clock = {
  now: () => new Date('2026-03-01T12:00:00.000Z'),
  wait: async (ms, signal) => {
    signal?.throwIfAborted();
    pauses.push(ms);
  },
};

const client = (timeoutMs = 60_000) => {
  const url = `${lwa.url}/auth/o2/token`;
  return createTokenClient({ url, clientId: 'amzn1.client', clientSecret: 's&cret', clock, timeoutMs });
};
const never = () => new AbortController().signal;

beforeEach(async () => {
  lwa = new ScriptedServer();
  lwa.script = [json(200, tokens)];
  pauses = [];
  await lwa.listen();
});

afterEach(() => lwa.close());

describe('what is sent', () => {
  test('a code goes as a form, without redirect_uri', async () => {
    await client().exchange('ANd+code', never());
    expect(lwa.received).toMatchObject([
      {
        path: '/auth/o2/token',
        body: 'grant_type=authorization_code&code=ANd%2Bcode&client_id=amzn1.client&client_secret=s%26cret',
        headers: { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' },
      },
    ]);
  });

  test('a refresh token goes as a form', async () => {
    await client().refresh('Atzr|one', never());
    expect(lwa.received.map(({ body }) => body)).toEqual([
      'grant_type=refresh_token&refresh_token=Atzr%7Cone&client_id=amzn1.client&client_secret=s%26cret',
    ]);
  });

  test('one connection serves many requests', async () => {
    const tokenClient = client();
    for (let i = 0; i < 3; i += 1) await tokenClient.refresh('Atzr|one', never());
    expect(lwa.received.length).toBe(3);
    expect(lwa.connections).toBe(1);
  });
});

describe('what comes back', () => {
  const answered = {
    accessToken: 'Atza|one',
    expiresAt: '2026-03-01T13:00:00.000Z',
    issuedAt: '2026-03-01T12:00:00.000Z',
  };

  test('the tokens of a code', async () => {
    expect(await client().exchange('code', never())).toEqual({ ...answered, refreshToken: 'Atzr|two' });
  });

  test('a new refresh token replaces the old one', async () => {
    expect(await client().refresh('Atzr|one', never())).toEqual({ ...answered, refreshToken: 'Atzr|two' });
  });

  test.each([
    { when: 'as text', expires_in: '3600', expiresAt: '2026-03-01T13:00:00.000Z' },
    { when: 'as text with spaces', expires_in: ' 1800 ', expiresAt: '2026-03-01T12:30:00.000Z' },
    { when: 'with a fraction', expires_in: 1800.5, expiresAt: '2026-03-01T12:30:00.500Z' },
    { when: 'absent: an hour, as Amazon documents', expires_in: undefined, expiresAt: '2026-03-01T13:00:00.000Z' },
    { when: 'null: an hour', expires_in: null, expiresAt: '2026-03-01T13:00:00.000Z' },
    { when: 'empty: an hour', expires_in: '', expiresAt: '2026-03-01T13:00:00.000Z' },
  ])('expires_in $when', async ({ expires_in, expiresAt }) => {
    lwa.script = [json(200, { ...tokens, expires_in })];
    expect(await client().exchange('code', never())).toMatchObject({ expiresAt });
    expect(await client().refresh('Atzr|one', never())).toMatchObject({ expiresAt });
  });

  test('without a new refresh token the old one stays', async () => {
    lwa.script = [json(200, { ...tokens, refresh_token: undefined })];
    expect(await client().refresh('Atzr|one', never())).toEqual({ ...answered, refreshToken: 'Atzr|one' });
  });

  test('a code that brings no refresh token is of no use', async () => {
    lwa.script = [json(200, { ...tokens, refresh_token: undefined })];
    await expect(client().exchange('code', never())).rejects.toMatchObject({ name: 'TokenServiceUnreachable' });
  });
});

const passing = 'TokenServiceUnreachable';
/** How many requests come of one call. */
const once = { refresh: 1, exchange: 1 };
const busy = { refresh: 1, exchange: 5 };
const refusals: { when: string; answer: Reply; error: string; tries: { refresh: number; exchange: number } }[] = [
  {
    when: '400 invalid_grant',
    answer: json(400, { error: 'invalid_grant' }),
    error: 'GrantRevoked',
    tries: once,
  },
  {
    when: '401 invalid_client',
    answer: json(401, { error: 'invalid_client' }),
    error: 'MessagingClientRefused',
    tries: once,
  },
  {
    when: '400 invalid_client',
    answer: json(400, { error: 'invalid_client' }),
    error: 'MessagingClientRefused',
    tries: once,
  },
  {
    when: '400 unauthorized_client',
    answer: json(400, { error: 'unauthorized_client' }),
    error: 'MessagingClientRefused',
    tries: once,
  },
  {
    when: '400 invalid_request',
    answer: json(400, { error: 'invalid_request' }),
    error: passing,
    tries: once,
  },
  {
    when: '403 invalid_grant, not its own status',
    answer: json(403, { error: 'invalid_grant' }),
    error: passing,
    tries: once,
  },
  {
    when: '500 that says invalid_grant',
    answer: json(500, { error: 'invalid_grant' }),
    error: passing,
    tries: busy,
  },
  {
    when: '500 that says invalid_client',
    answer: json(500, { error: 'invalid_client' }),
    error: passing,
    tries: busy,
  },
  { when: '503', answer: json(503, { error: 'ServerError' }), error: passing, tries: busy },
  { when: '429', answer: json(429, { error: 'too_many' }), error: passing, tries: busy },
  { when: '502 HTML', answer: html(502, '<h1>invalid_grant</h1>'), error: passing, tries: busy },
  { when: '400 HTML', answer: html(400, '<h1>invalid_grant</h1>'), error: passing, tries: once },
  { when: '404', answer: html(404, ''), error: passing, tries: once },
  {
    when: '302',
    answer: (response) => response.writeHead(302, { Location: '/' }).end(),
    error: passing,
    tries: once,
  },
  { when: '200 HTML', answer: html(200, '<html>'), error: passing, tries: once },
  { when: '200 empty', answer: html(200, ''), error: passing, tries: once },
  { when: '200 null', answer: json(200, null), error: passing, tries: once },
  {
    when: '200 invalid_grant',
    answer: json(200, { error: 'invalid_grant' }),
    error: passing,
    tries: once,
  },
  {
    when: 'expires_in 0',
    answer: json(200, { ...tokens, expires_in: 0 }),
    error: passing,
    tries: once,
  },
  {
    when: 'expires_in beyond all dates',
    answer: json(200, { ...tokens, expires_in: 1e300 }),
    error: passing,
    tries: once,
  },
  {
    when: 'expires_in of text that is no number',
    answer: json(200, { ...tokens, expires_in: 'soon' }),
    error: passing,
    tries: once,
  },
  {
    when: 'expires_in 0 as text',
    answer: json(200, { ...tokens, expires_in: '0' }),
    error: passing,
    tries: once,
  },
  {
    when: 'a token that is no header',
    answer: json(200, { ...tokens, access_token: 'a\r\nb' }),
    error: passing,
    tries: once,
  },
  {
    when: 'half an answer',
    answer: cutShort,
    error: passing,
    tries: once,
  },
  { when: 'reset', answer: reset, error: passing, tries: { refresh: 2, exchange: 5 } },
];

describe.each(refusals)('$when', ({ answer, error, tries }) => {
  test(`refresh: ${error}`, async () => {
    lwa.script = [answer];
    await expect(client().refresh('Atzr|one', never())).rejects.toMatchObject({ name: error });
    expect(lwa.received.length).toBe(tries.refresh);
  });

  test(`exchange: ${error}`, async () => {
    lwa.script = [answer];
    await expect(client().exchange('code', never())).rejects.toMatchObject({ name: error });
    expect(lwa.received.length).toBe(tries.exchange);
  });
});

describe('a second try', () => {
  test.each([
    { when: 'a 503', first: json(503, {}) },
    { when: 'a 429', first: json(429, {}) },
    { when: 'a reset', first: reset },
  ])('after $when an exchange succeeds', async ({ first }) => {
    lwa.script = [first, first, json(200, tokens)];
    expect(await client().exchange('code', never())).toMatchObject({ accessToken: 'Atza|one' });
    expect(pauses).toEqual([200, 500]);
  });

  test('a code that a lost answer has spent comes back as a refused grant', async () => {
    lwa.script = [reset, json(400, { error: 'invalid_grant' })];
    await expect(client().exchange('code', never())).rejects.toMatchObject({ name: 'GrantRevoked' });
  });

  test('a refresh succeeds after a reset, without a pause', async () => {
    lwa.script = [reset, json(200, tokens)];
    expect(await client().refresh('Atzr|one', never())).toMatchObject({ accessToken: 'Atza|one' });
    expect(pauses).toEqual([]);
  });

  test('a refresh survives a kept connection that the other side has closed', async () => {
    lwa.script = [json(200, tokens), reset, json(200, tokens)];
    const tokenClient = client();
    await tokenClient.refresh('Atzr|one', never());
    expect(await tokenClient.refresh('Atzr|one', never())).toMatchObject({ accessToken: 'Atza|one' });
    expect(lwa.connections).toBe(2);
  });

  test('a deadline that passes during a pause ends the exchange with the last failure', async () => {
    lwa.script = [json(503, { error: 'ServerError' })];
    const deadline = new AbortController();
    const passingAway: Clock = {
      now: clock.now,
      wait: (_, signal) => {
        deadline.abort(new Error('too late'));
        return Promise.reject(signal?.reason);
      },
    };
    const options = { url: lwa.url, clientId: 'id', clientSecret: 'secret', clock: passingAway };
    const exchange = createTokenClient(options).exchange('code', deadline.signal);
    await expect(exchange).rejects.toMatchObject({
      name: 'TokenServiceUnreachable',
      message: 'Login with Amazon answered 503 ServerError',
    });
    expect(lwa.received.length).toBe(1);
  });
});

describe('no answer', () => {
  test('an answer that drips does not outlast the time-out', async () => {
    let dripping: NodeJS.Timeout | undefined;
    lwa.script = [
      (response) => {
        response.writeHead(200);
        dripping = setInterval(() => response.write(' '), 10);
      },
    ];
    await expect(client(100).refresh('Atzr|one', never())).rejects.toMatchObject({ cause: { reason: 'time-out' } });
    clearInterval(dripping);
  });

  test.each(['refresh', 'exchange'] as const)('%s gives up when the caller does', async (method) => {
    const deadline = new AbortController();
    lwa.script = [() => deadline.abort()];
    await expect(client()[method]('value', deadline.signal)).rejects.toMatchObject({
      name: 'TokenServiceUnreachable',
      cause: { reason: 'given-up' },
    });
    expect(lwa.received.length).toBe(1);
  });

  test('a caller that has given up already sends nothing', async () => {
    await expect(client().refresh('Atzr|one', AbortSignal.abort())).rejects.toMatchObject({
      name: 'TokenServiceUnreachable',
    });
    expect(lwa.received).toEqual([]);
  });

  test('nobody listens', async () => {
    const tokenClient = client();
    await lwa.close();
    await expect(tokenClient.refresh('Atzr|one', never())).rejects.toMatchObject({
      name: 'TokenServiceUnreachable',
      cause: { reason: 'not-connected' },
    });
    await lwa.listen();
  });
});

test.each([
  { when: 'a refusal', answer: json(400, { error: 'invalid_grant', error_description: 'Atzr|hidden' }) },
  { when: 'a server error', answer: json(500, { error: 'Atzr|hidden' }) },
  { when: 'garbage', answer: html(200, 'Atzr|hidden') },
  { when: 'a reset', answer: reset },
])('no error of $when holds a secret', async ({ answer }) => {
  lwa.script = [answer];
  const error: unknown = await client()
    .refresh('Atzr|hidden', never())
    .catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(Error);
  const shown = inspect(error, { depth: 12, showHidden: true });
  expect(shown).not.toMatch(/hidden|s&cret|s%26cret/);
});
