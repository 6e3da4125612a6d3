import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createSecureServer, Agent as HttpsAgent } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import axios from 'axios';
import { createHttpClient, type HttpRequest, NoAnswer } from '../../../lambda/adapters/http/client.ts';
import { nodeAdapter } from '../../../lambda/adapters/http/node-adapter.ts';
import { cutShort, hang, html, json, type Reply, reset, ScriptedServer } from './scripted-server.ts';

const LONGEST_ANSWER_BYTES = 1_000;

let server: ScriptedServer;
let client: ReturnType<typeof createHttpClient>;
beforeEach(async () => {
  server = new ScriptedServer();
  await server.listen();
  client = createHttpClient({ timeoutMs: 100_000, longestAnswerBytes: LONGEST_ANSWER_BYTES });
});
afterEach(async () => {
  client.dropKept();
  await server.close();
});

const never = new AbortController().signal;
const request = (fields: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'GET',
  url: `${server.url}/things?filter={"a":1}`,
  headers: {},
  signal: never,
  ...fields,
});
const answerTo = (fields: Partial<HttpRequest> = {}) => client.start(request(fields)).answer;
/** The reason and code of what it throws, and whether anything else may be in it. */
async function noAnswerTo(fields: Partial<HttpRequest> = {}, from = client): Promise<string> {
  const error: unknown = await from.start(request(fields)).answer.catch((thrown: unknown) => thrown);
  if (!(error instanceof NoAnswer)) throw new Error('an answer', { cause: error });
  return [error.reason, error.code ?? ''].join(' ');
}

test('no more than 96 connections to one server, so that channels of device-watch keep their file descriptors', async () => {
  const sockets = new Set<unknown>();
  const slow = createServer((message, response) => {
    sockets.add(message.socket);
    setImmediate(() => response.end('{}'));
  });
  await new Promise<void>((done) => slow.listen(0, '127.0.0.1', done));
  try {
    const url = `http://127.0.0.1:${(slow.address() as AddressInfo).port}/`;
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => answerTo({ url, signal: new AbortController().signal })),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 200 }, () => 200));
    expect(sockets.size).toBeLessThanOrEqual(96);
  } finally {
    slow.closeAllConnections();
    slow.close();
  }
});

describe('what is sent', () => {
  test('a read: the address as it is, and no body', async () => {
    server.script = [json(200, {})];
    await answerTo({ headers: { Authorization: 'token' } });
    const [{ path, headers, body } = { path: '', headers: {}, body: '' }] = server.received;
    expect([path, body]).toEqual(['/things?filter={%22a%22:1}', '']);
    expect(headers).toEqual({
      accept: 'application/json, text/plain, */*',
      'accept-encoding': 'gzip',
      authorization: 'token',
      'user-agent': `axios/${axios.VERSION}`,
      host: server.url.slice('http://'.length),
      connection: 'keep-alive',
    });
  });

  test.each(['POST', 'PUT', 'PATCH', 'DELETE'] as const)('a body with %s: its length in bytes', async (method) => {
    server.script = [json(200, {})];
    const headers = { 'Content-Type': 'application/json', Accept: 'text/html' };
    await answerTo({ method, headers, body: '{"name":"Küche"}' });
    expect(server.received[0]).toMatchObject({
      body: '{"name":"Küche"}',
      headers: { 'content-type': 'application/json', accept: 'text/html', 'content-length': '17' },
    });
  });

  test('a header with line breaks and letters that none can hold is sent without them', async () => {
    server.script = [json(200, {})];
    await answerTo({ headers: { Authorization: 'to\r\nken \u{1f4a1}ü' } });
    expect(server.received[0]?.headers.authorization).toBe('token ü');
  });

  test('one connection serves requests that follow each other', async () => {
    server.script = [json(200, {})];
    for (let n = 0; n < 3; n++) await answerTo();
    expect([server.received.length, server.connections]).toEqual([3, 1]);
  });
});

describe('any status is an answer', () => {
  test.each<{ when: string; reply: Reply; answer: object }>([
    { when: '200', reply: json(200, { a: 'ü' }), answer: { status: 200, text: '{"a":"ü"}' } },
    { when: 'no content', reply: (response) => response.writeHead(204).end(), answer: { status: 204, text: '' } },
    { when: 'a redirect is not followed', reply: redirect, answer: { status: 302, text: '' } },
    { when: 'refused', reply: html(401, '<p>no'), answer: { status: 401, text: '<p>no' } },
    { when: 'broken', reply: html(503, ''), answer: { status: 503, text: '' } },
    {
      when: 'later',
      reply: (response) => response.writeHead(429, { 'Retry-After': '7' }).end(),
      answer: { status: 429, text: '', retryAfter: '7' },
    },
    {
      when: 'compressed',
      reply: (response) => response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync('{"a":1}')),
      answer: { status: 200, text: '{"a":1}' },
    },
    {
      when: 'falsely said to be compressed',
      reply: (response) => response.writeHead(502, { 'Content-Encoding': 'gzip' }).end('oops'),
      answer: { status: 502, text: 'oops' },
    },
    { when: 'in parts', reply: inParts, answer: { status: 200, text: '{"a":1}' } },
    {
      when: 'as long as is allowed',
      reply: html(200, 'x'.repeat(LONGEST_ANSWER_BYTES)),
      answer: { status: 200, text: 'x'.repeat(LONGEST_ANSWER_BYTES) },
    },
  ])('$when', async ({ reply, answer }) => {
    server.script = [reply];
    expect(await answerTo()).toEqual(answer);
  });
});

describe('no answer', () => {
  test.each<{ when: string; reply: Reply; reason: string }>([
    { when: 'a new connection breaks', reply: reset, reason: 'reset ECONNRESET' },
    { when: 'closed without a word', reply: (response) => response.socket?.end(), reason: 'reset ECONNRESET' },
    { when: 'cut off within', reply: cutShort, reason: 'cut-off ERR_BAD_RESPONSE' },
    {
      when: 'longer than allowed',
      reply: html(200, 'x'.repeat(LONGEST_ANSWER_BYTES + 1)),
      reason: 'cut-off ERR_BAD_RESPONSE',
    },
    {
      when: 'no HTTP',
      reply: (response) => response.socket?.end('220 mail.example.org ESMTP\r\n'),
      reason: 'other HPE_INVALID_CONSTANT',
    },
  ])('$when', async ({ reply, reason }) => {
    server.script = [reply];
    expect(await noAnswerTo()).toBe(reason);
    server.script = [json(200, {})];
    expect(await answerTo()).toMatchObject({ status: 200 });
    expect(server.connections).toBe(2);
  });

  test('a kept connection breaks', async () => {
    server.script = [json(200, {}), reset];
    await answerTo();
    expect(await noAnswerTo()).toBe('stale ECONNRESET');
  });

  test('nobody listens', async () => {
    expect(await noAnswerTo({ url: 'http://127.0.0.1:1/' })).toBe('not-connected ECONNREFUSED');
  });

  test('a name that does not exist', async () => {
    expect(await noAnswerTo({ url: 'http://nothing.invalid/' })).toMatch(/^not-connected (ENOTFOUND|EAI_AGAIN)$/);
  });

  test('the caller gives up: before, meanwhile, and within the answer', async () => {
    expect(await noAnswerTo({ signal: AbortSignal.abort() })).toBe('given-up ');
    expect(server.connections).toBe(0);
    const slow = client.start(request());
    server.script = [() => slow.cancel()];
    await expect(slow.answer).rejects.toMatchObject({ reason: 'given-up' });
    const begun = client.start(request());
    server.script = [
      (response) => {
        response.writeHead(200, { 'Content-Length': 10 }).write('abc', () => begun.cancel());
      },
    ];
    await expect(begun.answer).rejects.toMatchObject({ reason: 'given-up' });
    expect(client.hasKept()).toBe(false);
  });

  test.each<{ when: string; reply: Reply }>([
    { when: 'before the answer', reply: hang },
    { when: 'within it', reply: (response) => response.writeHead(200, { 'Content-Length': 10 }).write('abc') },
  ])('time-out $when', async ({ reply }) => {
    server.script = [reply];
    const hasty = createHttpClient({ timeoutMs: 20, longestAnswerBytes: LONGEST_ANSWER_BYTES });
    expect(await noAnswerTo({}, hasty)).toBe('time-out ETIMEDOUT');
  });

  test('an error says nothing of what was sent', async () => {
    const headers = { Authorization: 'secret' };
    const error: unknown = await client
      .start(request({ url: 'http://127.0.0.1:1/secret', headers }))
      .answer.catch((thrown: unknown) => thrown);
    expect([String(error), JSON.stringify(error)].join()).not.toContain('secret');
  });

  test('an address that is none is a bug of ours', async () => {
    await expect(answerTo({ url: '/things' })).rejects.toThrow('Invalid URL');
  });
});

describe('other servers', () => {
  const pem = (name: string) => readFileSync(join(resolve(import.meta.dirname, '../../bench/certificate'), name));
  const credentials = { key: pem('key.pem'), cert: pem('certificate.pem') };
  const listening = async (other: Server, host: string) => {
    await new Promise<void>((done) => other.listen(0, host, done));
    return (other.address() as AddressInfo).port;
  };
  const answerOf = (url: string, httpsAgent?: HttpsAgent) =>
    axios.request<Buffer>({ url, adapter: nodeAdapter, ...(httpsAgent && { httpsAgent }) }).then(
      ({ status, data }) => `${status} ${data}`,
      (error: unknown) => (axios.isAxiosError(error) ? error.code : error),
    );

  test('TLS: the certificate is checked before anything is sent', async () => {
    let requests = 0;
    const secure = createSecureServer(credentials, (_, response) => {
      requests += 1;
      response.end('secure');
    });
    try {
      const url = `https://127.0.0.1:${await listening(secure, '127.0.0.1')}/`;
      expect(await noAnswerTo({ url })).toMatch(/^not-connected (DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_.*)$/);
      expect(requests).toBe(0);
      expect(await answerOf(url, new HttpsAgent({ ca: credentials.cert }))).toBe('200 secure');
    } finally {
      secure.close();
    }
  });

  test('an IPv6 address', async () => {
    const other = createServer((_, response) => response.end('v6'));
    try {
      expect(await answerOf(`http://[::1]:${await listening(other, '::1')}/`)).toBe('200 v6');
    } finally {
      other.close();
    }
  });
});

function redirect(response: Parameters<Reply>[0]): void {
  response.writeHead(302, { Location: '/elsewhere' }).end();
}

function inParts(response: Parameters<Reply>[0]): void {
  response.write('{"a"', () => setImmediate(() => response.end(':1}')));
}
