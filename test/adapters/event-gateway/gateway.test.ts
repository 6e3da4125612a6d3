import { inspect } from 'node:util';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createAlexaGateway } from '../../../lambda/adapters/event-gateway/gateway.ts';
import { cutShort, hang, html, json, type Reply, reset, ScriptedServer } from '../http/scripted-server.ts';

const event = { event: { header: { namespace: 'Alexa', name: 'ChangeReport' }, payload: { note: 'Küche' } } };
const accepted: Reply = (response) => response.writeHead(202).end();
const never = () => new AbortController().signal;
const exception = (code: unknown) => ({
  header: { namespace: 'System' },
  payload: { code, description: 'Atza|hidden' },
});

let server: ScriptedServer;

beforeEach(async () => {
  server = new ScriptedServer();
  server.script = [accepted];
  await server.listen();
});

afterEach(() => server.close());

const gateway = (timeoutMs = 2_000) => {
  const { url } = server;
  return createAlexaGateway({ urls: { NA: `${url}/na`, EU: `${url}/eu`, FE: `${url}/fe` }, timeoutMs });
};
const send = (timeoutMs?: number) => gateway(timeoutMs).send('NA', 'Atza|hidden', event, never());

test.each([
  { region: 'NA', path: '/na' },
  { region: 'EU', path: '/eu' },
  { region: 'FE', path: '/fe' },
] as const)('an event of $region goes to its own gateway', async ({ region, path }) => {
  await gateway().send(region, 'Atza|token', event, never());
  expect(server.received).toMatchObject([
    {
      path,
      headers: { authorization: 'Bearer Atza|token', 'content-type': 'application/json' },
      body: '{"event":{"header":{"namespace":"Alexa","name":"ChangeReport"},"payload":{"note":"Küche"}}}',
    },
  ]);
});

test.each<{ status: number; reply: Reply }>([
  { status: 200, reply: json(200, {}) },
  { status: 201, reply: json(201, {}) },
  { status: 202, reply: json(202, {}) },
  { status: 204, reply: (response) => response.writeHead(204).end() },
  { status: 299, reply: html(299, '<p>thank you</p>') },
])('$status is an accepted event, whatever its body', async ({ reply }) => {
  server.script = [reply];
  await send();
  expect(server.received.length).toBe(1);
});

test('one connection serves many events', async () => {
  const alexa = gateway();
  for (let i = 0; i < 3; i += 1) await alexa.send('NA', 'Atza|token', event, never());
  expect(server.received.length).toBe(3);
  expect(server.connections).toBe(1);
});

test.each<{ when: string; reply: Reply; status: number; code: string | undefined }>([
  {
    when: 'a bad event',
    reply: json(400, exception('INVALID_REQUEST_EXCEPTION')),
    status: 400,
    code: 'INVALID_REQUEST_EXCEPTION',
  },
  {
    when: 'an old token',
    reply: json(401, exception('INVALID_ACCESS_TOKEN_EXCEPTION')),
    status: 401,
    code: 'INVALID_ACCESS_TOKEN_EXCEPTION',
  },
  {
    when: 'a disabled skill',
    reply: json(403, exception('SKILL_DISABLED_EXCEPTION')),
    status: 403,
    code: 'SKILL_DISABLED_EXCEPTION',
  },
  { when: 'too many', reply: json(429, exception('THROTTLING_EXCEPTION')), status: 429, code: 'THROTTLING_EXCEPTION' },
  {
    when: 'an outage',
    reply: json(503, exception('SERVICE_UNAVAILABLE_EXCEPTION')),
    status: 503,
    code: 'SERVICE_UNAVAILABLE_EXCEPTION',
  },
  { when: "a proxy's page", reply: html(502, '<h1>Bad Gateway</h1>'), status: 502, code: undefined },
  { when: 'an empty answer', reply: html(500, ''), status: 500, code: undefined },
  { when: 'somebody else’s JSON', reply: json(403, { message: 'Forbidden' }), status: 403, code: undefined },
  { when: 'JSON null', reply: json(403, null), status: 403, code: undefined },
  { when: 'a code that is none', reply: json(403, exception('Atza|hidden')), status: 403, code: undefined },
  { when: 'a code that is a number', reply: json(403, exception(7)), status: 403, code: undefined },
  {
    when: 'a redirect',
    reply: (response) => response.writeHead(301, { Location: '/fe' }).end(),
    status: 301,
    code: undefined,
  },
])('$when is refused: $status $code', async ({ reply, status, code }) => {
  server.script = [reply];
  await expect(send()).rejects.toMatchObject({ name: 'EventRefused', status, code });
  expect(server.received.length).toBe(1);
});

test.each([
  { when: 'a reset', reply: reset, reason: 'reset' },
  { when: 'silence', reply: hang, reason: 'time-out' },
  { when: 'half an answer', reply: cutShort, reason: 'cut-off' },
])('$when is no answer', async ({ reply, reason }) => {
  server.script = [reply];
  await expect(send(reason === 'time-out' ? 500 : undefined)).rejects.toMatchObject({
    name: 'GatewayUnreachable',
    cause: { reason },
  });
  expect(server.received.length).toBe(1);
});

test('nobody listens', async () => {
  const alexa = gateway();
  await server.close();
  await expect(alexa.send('NA', 'Atza|token', event, never())).rejects.toMatchObject({
    name: 'GatewayUnreachable',
    cause: { reason: 'not-connected' },
  });
  await server.listen();
});

test('the caller gives up', async () => {
  const deadline = new AbortController();
  server.script = [() => deadline.abort()];
  await expect(gateway().send('NA', 'Atza|token', event, deadline.signal)).rejects.toMatchObject({
    name: 'GatewayUnreachable',
    cause: { reason: 'given-up' },
  });
});

test('connections that went stale together cost one more try', async () => {
  const alexa = gateway();
  const both = () => Promise.all([1, 2].map(() => alexa.send('NA', 'Atza|token', event, never())));
  await both();
  expect(server.connections).toBe(2);
  server.script = [reset, accepted];
  await alexa.send('NA', 'Atza|token', event, never());
  expect(server.received.length).toBe(4);
  expect(server.connections).toBe(3);
});

test('a stale connection and then a reset is no answer', async () => {
  const alexa = gateway();
  await alexa.send('NA', 'Atza|token', event, never());
  server.script = [reset];
  await expect(alexa.send('NA', 'Atza|token', event, never())).rejects.toMatchObject({ name: 'GatewayUnreachable' });
  expect(server.received.length).toBe(3);
});

test.each([
  { when: 'a refusal', reply: json(403, exception('SKILL_DISABLED_EXCEPTION')) },
  { when: 'a reset', reply: reset },
])('no error of $when holds the token', async ({ reply }) => {
  server.script = [reply];
  const error: unknown = await send().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(Error);
  expect(inspect(error, { depth: 12, showHidden: true })).not.toContain('hidden');
});
