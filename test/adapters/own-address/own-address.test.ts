import { readFileSync } from 'node:fs';
import { createServer as createHttp, type RequestListener } from 'node:http';
import { createServer } from 'node:https';
import { createServer as createTcp, type Server } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createOwnAddress } from '../../../lambda/adapters/own-address/own-address.ts';
import { testClock } from '../../support/clock.ts';

const file = (name: string) => readFileSync(new URL(`../../../desk/certificates/${name}`, import.meta.url), 'utf8');
const key = file('key.pem');
const signal = () => new AbortController().signal;

let server: Server | undefined;
afterEach(() => new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve())));

async function listen(listening: Server, scheme: string): Promise<string> {
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const address = listening.address();
  return `${scheme}://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

const client = {
  ...{ id: 'alexa', retired: false, pkceRequired: false, rotates: false, redirectUris: ['https://alexa.example/back'] },
  secrets: [
    { secret: 'canary-old', retired: true },
    { secret: 'canary-new', retired: false },
  ],
};
const own = (origin: string, ca?: string, clock = testClock()) =>
  createOwnAddress({ origin, clients: async () => [client], clock, ...(ca !== undefined && { ca }) });

describe('the certificate', () => {
  const serve = (name: string) =>
    listen(
      createServer({ key, cert: file(name) }, (_, answer) => answer.end()),
      'https',
    );

  test('a good one: its end and its issuer', async () => {
    const origin = await serve('good.pem');
    expect(await own(origin, file('good.pem')).address(signal())).toEqual({
      state: 'ok',
      certificateEndsAt: '2120-01-01T00:00:00.000Z',
      issuer: 'Test authority',
    });
  });

  test('one that nobody trusts', async () => {
    expect(await own(await serve('good.pem')).address(signal())).toEqual({
      state: 'certificate-refused',
      certificateEndsAt: '2120-01-01T00:00:00.000Z',
    });
  });

  test('one that has ended: since when', async () => {
    const origin = await serve('ended.pem');
    expect(await own(origin, file('ended.pem')).address(signal())).toEqual({
      state: 'certificate-ended',
      certificateEndsAt: '2020-02-01T00:00:00.000Z',
    });
  });

  test('nobody listens', async () => {
    const origin = await serve('good.pem');
    await new Promise((resolve) => server?.close(resolve));
    server = undefined;
    expect(await own(origin).address(signal())).toEqual({ state: 'no-answer' });
  });

  test('somebody listens and says nothing', async () => {
    const origin = await listen(createTcp(), 'https');
    const controller = new AbortController();
    const asked = own(origin).address(controller.signal);
    controller.abort();
    expect(await asked).toEqual({ state: 'no-answer' });
  });
});

describe('the token endpoint', () => {
  const answers = (listener: RequestListener) => listen(createHttp(listener), 'http');
  const says = (status: number, body: string, type = 'application/json') =>
    answers((_, answer) => answer.writeHead(status, { 'Content-Type': type }).end(body));

  test.each<{ when: string; status: number; body: string; state: object }>([
    { when: 'as it should', status: 400, body: '{"error":"invalid_grant"}', state: { state: 'ok' } },
    {
      when: 'with another error',
      status: 401,
      body: '{"error":"invalid_client"}',
      state: { state: 'client-refused', status: 401 },
    },
    {
      when: 'with 503',
      status: 503,
      body: '{"error":"temporarily_unavailable"}',
      state: { state: 'server-error', status: 503 },
    },
    { when: 'with HTML', status: 200, body: '<html>', state: { state: 'not-json', status: 200 } },
    { when: 'with nothing', status: 400, body: '', state: { state: 'not-json', status: 400 } },
    { when: 'with a redirect', status: 302, body: '', state: { state: 'not-json', status: 302 } },
    { when: 'with a list', status: 400, body: '[]', state: { state: 'not-json', status: 400 } },
  ])('answers $when', async ({ status, body, state }) => {
    expect(await own(await says(status, body)).tokenEndpoint(signal())).toEqual(state);
  });

  test('is asked with the current secret, and a token that nobody has issued', async () => {
    const seen: string[] = [];
    const origin = await answers((request, answer) => {
      seen.push(request.headers.authorization ?? '');
      request.on('data', (chunk) => seen.push(String(chunk)));
      request.on('end', () => answer.writeHead(400).end('{"error":"invalid_grant"}'));
    });
    await own(origin).tokenEndpoint(signal());
    expect(Buffer.from(seen[0]?.slice(6) ?? '', 'base64').toString()).toBe('alexa:canary-new');
    expect(seen[1]).toBe('grant_type=refresh_token&refresh_token=a-probe-asks-whether-anybody-is-there');
  });

  test('answers right, and later than Alexa waits', async () => {
    const clock = testClock();
    const origin = await answers((_, answer) => {
      clock.advance(4_501);
      answer.writeHead(400).end('{"error":"invalid_grant"}');
    });
    expect(await own(origin, undefined, clock).tokenEndpoint(signal())).toEqual({ state: 'late' });
  });

  test('says nothing in time', async () => {
    const controller = new AbortController();
    const origin = await answers(() => controller.abort());
    expect(await own(origin).tokenEndpoint(controller.signal)).toEqual({ state: 'late' });
  });
});

describe('the sign-in page', () => {
  test.each([
    { when: 'a form', status: 200, body: '<form>', state: { state: 'ok' } },
    { when: 'no form', status: 200, body: '{}', state: { state: 'failing', status: 200 } },
    { when: 'a refusal', status: 400, body: '<form>', state: { state: 'failing', status: 400 } },
    { when: 'an error', status: 500, body: '', state: { state: 'failing', status: 500 } },
  ])('$when', async ({ status, body, state }) => {
    const origin = await listen(
      createHttp((_, answer) => answer.writeHead(status).end(body)),
      'http',
    );
    expect(await own(origin).signInPage(signal())).toEqual(state);
  });
});
