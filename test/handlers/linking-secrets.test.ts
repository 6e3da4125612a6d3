import { createServer } from 'node:http';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { DeskClock } from '../../desk/clock.ts';
import { type Loopback, listenOnLoopback } from '../../desk/loopback.ts';
import { type EmbeddedTable, startEmbeddedTable } from '../../desk/table/embedded-table.ts';
import { createLog } from '../../lambda/adapters/json-log/log.ts';
import { createAccountLinking } from '../../lambda/handlers/account-linking.ts';

const REDIRECT = 'https://pitangui.amazon.com/api/skill/link/M1';
const OTHER_REDIRECT = 'https://layla.amazon.com/api/skill/link/M1';
const VARIABLES = ['AWS_ENDPOINT_URL_SECRETS_MANAGER', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] as const;
const kept = VARIABLES.map((name) => [name, process.env[name]] as const);

let loopback: Loopback;
let table: EmbeddedTable;
let clock: DeskClock;
let lines: string[];
let answer: ReturnType<typeof createAccountLinking>;
/** The linking clients in the Secrets Manager entry; undefined: it fails. */
let registered: object[] | undefined;
/** What each call waits for. */
let held: Promise<void>;
let fetches: number;

const registeredClient = (secret: string, fields: object = {}) => ({
  id: 'alexa',
  secrets: [{ secret }],
  redirectUris: [REDIRECT],
  ...fields,
});

beforeEach(async () => {
  registered = [registeredClient('old-secret')];
  held = Promise.resolve();
  fetches = 0;
  const server = createServer(async (_request, response) => {
    fetches += 1;
    await held;
    const messaging = { clientId: 'm', clientSecret: 's' };
    const sealingKeys = [{ id: 'k1', key: Buffer.alloc(32, 1).toString('base64') }];
    const SecretString = JSON.stringify({ messaging, sealingKeys, linkingClients: registered });
    response
      .writeHead(registered ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' })
      .end(JSON.stringify(registered ? { SecretString } : { __type: 'InternalServiceError' }));
  });
  loopback = await listenOnLoopback(server);
  process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER = loopback.url;
  process.env.AWS_ACCESS_KEY_ID = 'emulated';
  process.env.AWS_SECRET_ACCESS_KEY = 'emulated';
  table = await startEmbeddedTable();
  clock = new DeskClock(new Date('2026-03-01T12:00:00.000Z'));
  lines = [];
  answer = createAccountLinking(
    {
      TABLE_NAME: table.tableName,
      AWS_ENDPOINT_URL_DYNAMODB: table.url,
      AWS_REGION: 'us-east-1',
      SECRETS_ID: 'dimmer-plug-skill/secrets',
      PUBLIC_URLS: 'https://link.example',
    },
    { clock, log: createLog('info', clock, (line) => lines.push(line)) },
  );
});
afterEach(async () => {
  for (const [name, value] of kept) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  await Promise.all([loopback.close(), table.close()]);
});

/** Refreshes with a token that is none of ours: whoever is authenticated gets `invalid_grant`. */
async function refresh(secret: string, path = '/token'): Promise<unknown> {
  const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'x', token: 'x' });
  const headers = { Authorization: `Basic ${Buffer.from(`alexa:${secret}`).toString('base64')}` };
  const response = await answer(new Request(`https://link.example${path}`, { method: 'POST', body, headers }), '');
  const { error } = (await response.json()) as { error?: unknown };
  return error ?? response.status;
}

const open = async (redirect: string, id = 'alexa'): Promise<number> => {
  const query = new URLSearchParams({ client_id: id, response_type: 'code', scope: 'lamps', redirect_uri: redirect });
  return (await answer(new Request(`https://link.example/authorize?${query}`), '')).status;
};

test('a warm function takes a client secret that was just added', async () => {
  expect(await refresh('old-secret')).toBe('invalid_grant');
  registered = [{ ...registeredClient('old-secret'), secrets: [{ secret: 'old-secret' }, { secret: 'new-secret' }] }];
  expect(await refresh('new-secret')).toBe('invalid_grant');
  expect(await refresh('new-secret', '/revoke')).toBe(200);
  expect(await refresh('old-secret')).toBe('invalid_grant');
  expect(fetches).toBe(2);
});

test.each([
  {
    what: 'redirect URI',
    change: () => [registeredClient('old-secret', { redirectUris: [REDIRECT, OTHER_REDIRECT] })],
  },
  { what: 'client', change: () => [registeredClient('s', { id: 'alexa-2', redirectUris: [OTHER_REDIRECT] })] },
])('the sign-in page knows a $what that was just added', async ({ what, change }) => {
  const id = what === 'client' ? 'alexa-2' : 'alexa';
  expect(await open(REDIRECT)).toBe(200);
  registered = change();
  expect(await open(OTHER_REDIRECT, id)).toBe(200);
});

test('a registry that was empty is fetched again', async () => {
  registered = [];
  expect(await refresh('old-secret')).toBe('server_error');
  registered = [registeredClient('old-secret')];
  clock.advance(10_000);
  expect(await refresh('old-secret')).toBe('invalid_grant');
});

test('wrong secrets cause one fetch in ten seconds', async () => {
  for (let request = 0; request < 5; request += 1) expect(await refresh('wrong')).toBe('invalid_client');
  await Promise.all([refresh('wrong'), refresh('wrong')]);
  expect(fetches).toBe(2);
  clock.advance(10_000);
  expect(await refresh('wrong')).toBe('invalid_client');
  expect(fetches).toBe(3);
});

test('when the registry cannot be fetched again, no secret is called wrong', async () => {
  await refresh('old-secret');
  registered = undefined;
  expect(await refresh('new-secret')).toBe('temporarily_unavailable');
  expect(await refresh('new-secret')).toBe('temporarily_unavailable');
  expect(await refresh('old-secret')).toBe('invalid_grant');
  registered = [registeredClient('new-secret')];
  clock.advance(10_000);
  expect(await refresh('new-secret')).toBe('invalid_grant');
});

test.each([
  { path: '/token', ms: 4_001, status: 503 },
  { path: '/revoke', ms: 4_001, status: 503 },
  { path: '/authorize', ms: 15_001, status: 503 },
  { path: '/reauth', ms: 15_001, status: 503 },
])('$path: the time limit begins before the secrets are fetched', async ({ path, ms, status }) => {
  let release: () => void = () => undefined;
  held = new Promise((resolve) => {
    release = resolve;
  });
  const isPage = ms > 10_000;
  const request = new Request(`https://link.example${path}`, isPage ? {} : { method: 'POST' });
  const response = answer(request, '');
  while (fetches === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  clock.advance(ms);
  expect((await response).status).toBe(status);
  expect(lines.join()).toContain('waiting for: secrets');
  release();
});

test('what the secrets took is missing from the time for the table', async () => {
  let release: () => void = () => undefined;
  held = new Promise((resolve) => {
    release = resolve;
  });
  const refreshToken = `dpsr.k1.${'A'.repeat(22)}.0.${'A'.repeat(32)}`;
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    code: `dpsc.${'A'.repeat(22)}.${'A'.repeat(32)}`,
  });
  body.set('redirect_uri', REDIRECT);
  body.set('refresh_token', refreshToken);
  const headers = { Authorization: `Basic ${Buffer.from('alexa:old-secret').toString('base64')}` };
  const recover = table.fail('slow');
  const response = answer(new Request('https://link.example/token', { method: 'POST', body, headers }), '');
  while (fetches === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  clock.advance(3_000);
  release();
  while (table.counts.requests === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  clock.advance(1_001);
  expect((await response).status).toBe(503);
  expect(lines.join()).toContain('waiting for: table');
  recover();
});
