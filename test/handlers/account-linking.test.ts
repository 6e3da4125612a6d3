import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { LambdaFunctionURLEvent } from 'aws-lambda';
import type { EmulatedMyLeviton } from '../../desk/my-leviton/contract.ts';
import { startMyLeviton } from '../../desk/my-leviton/emulator.ts';
import { type EmbeddedTable, startEmbeddedTable } from '../../desk/table/embedded-table.ts';
import { createSealer } from '../../lambda/adapters/aes-gcm/sealer.ts';
import { openStores } from '../../lambda/adapters/dynamodb/stores.ts';
import { createLog } from '../../lambda/adapters/json-log/log.ts';
import { createNotices } from '../../lambda/domain/notices.ts';
import { createAccountLinking } from '../../lambda/handlers/account-linking.ts';
import { toRequest, toResult } from '../../lambda/handlers/function-url.ts';
import type { NoticeMessage } from '../../lambda/ports/notice-sender.ts';
import { testClock } from '../support/clock.ts';
import { urlEvent } from '../support/url-event.ts';

const REDIRECT = 'https://pitangui.amazon.com/api/skill/link/M1';
const KEY = { id: 'k1', key: Buffer.alloc(32, 1).toString('base64') };
const clock = testClock();
const log = createLog('silent', clock);

let table: EmbeddedTable;
let myLeviton: EmulatedMyLeviton;
let answer: ReturnType<typeof createAccountLinking>;

const secrets = (linkingClients: unknown) =>
  JSON.stringify({
    messaging: { clientId: 'm', clientSecret: 's' },
    sealingKeys: [KEY],
    linkingClients,
  });
const environment = (changes: Record<string, string> = {}) => ({
  TABLE_NAME: table.tableName,
  AWS_ENDPOINT_URL_DYNAMODB: table.url,
  MY_LEVITON_URL: myLeviton.url,
  SECRETS_JSON: secrets([{ id: 'alexa', secrets: [{ secret: 'secret' }], redirectUris: [REDIRECT] }]),
  ...changes,
});

beforeAll(async () => {
  [table, myLeviton] = await Promise.all([startEmbeddedTable(), startMyLeviton({ clock })]);
  myLeviton.addAccount({ email: 'mary@example.org', password: 'password' });
  answer = createAccountLinking(environment(), { clock, log });
});
afterAll(() => Promise.all([table.close(), myLeviton.close()]));

async function invoke(sent: LambdaFunctionURLEvent, linking = answer) {
  const request = toRequest(sent);
  if (!request) throw new Error('no request');
  const result = await toResult(await linking(request, '203.0.113.7'));
  if (typeof result === 'string') throw new Error('a result is an object');
  return {
    status: result.statusCode,
    headers: result.headers ?? {},
    cookies: result.cookies ?? [],
    body: result.body ?? '',
  };
}

const posted = { 'content-type': 'application/x-www-form-urlencoded' };

test('from the sign-in page to a refresh, as events of a function URL', async () => {
  const query = new URLSearchParams({
    client_id: 'alexa',
    response_type: 'code',
    scope: 'lamps',
    state: 'a b',
    redirect_uri: REDIRECT,
  });
  const page = await invoke(urlEvent('GET', `/authorize?${query}`));
  expect(page.status).toBe(200);
  expect(page.headers['set-cookie']).toBeUndefined();
  expect(page.cookies).toEqual([expect.stringMatching(/^__Host-sign-in=/)]);

  const hidden = /name="form" value="([^"]*)"/.exec(page.body)?.[1] ?? '';
  const form = new URLSearchParams({ form: hidden, email: 'mary@example.org', password: 'password', keep: 'yes' });
  const cookies = [page.cookies[0]?.split(';')[0] ?? '', 'other=1'];
  const body = Buffer.from(form.toString()).toString('base64');
  const done = await invoke(urlEvent('POST', '/authorize', { headers: posted, cookies, body, isBase64Encoded: true }));
  expect(done.status).toBe(303);
  const location = new URL(String(done.headers.location));
  expect(location.searchParams.get('state')).toBe('a b');

  const headers = { ...posted, authorization: `Basic ${Buffer.from('alexa:secret').toString('base64')}` };
  const exchange = new URLSearchParams({
    grant_type: 'authorization_code',
    code: location.searchParams.get('code') ?? '',
    redirect_uri: REDIRECT,
  });
  const tokens = await invoke(urlEvent('POST', '/token', { headers, body: exchange.toString() }));
  expect(tokens.status).toBe(200);
  const { refresh_token } = JSON.parse(tokens.body) as { refresh_token: string };
  const refresh = new URLSearchParams({ grant_type: 'refresh_token', refresh_token });
  expect((await invoke(urlEvent('POST', '/token', { headers, body: refresh.toString() }))).status).toBe(200);
});

test('without PUBLIC_URLS the metadata is of the address that was asked, with it of those alone', async () => {
  const path = '/.well-known/oauth-authorization-server';
  const own = await invoke(urlEvent('GET', path));
  expect(JSON.parse(own.body)).toMatchObject({ issuer: 'https://abc.lambda-url.us-east-1.on.aws' });
  const named = createAccountLinking(environment({ PUBLIC_URLS: 'https://a.example,https://b.example' }), {
    clock,
    log,
  });
  expect((await named(new Request(`https://b.example${path}`), '')).status).toBe(200);
  expect((await named(new Request(`https://c.example${path}`), '')).status).toBe(404);
});

test('without PUBLIC_URLS the new sign-in link that a person asks for leads to the address that was asked', async () => {
  const sealer = createSealer([KEY]);
  const { accounts, links, noticeStore, developerMail } = openStores(
    { tableName: table.tableName, endpoint: table.url },
    sealer,
  );
  const sent: NoticeMessage[] = [];
  const sender = { send: async (message: NoticeMessage) => void sent.push(message) };
  const session = { accountId: 'account-1', expiresAt: '2026-05-01T00:00:00.000Z', credential: 'c' };
  const account = { id: 'account-1', maskedEmail: 'm…y@example.org', session, signIns: [] };
  await accounts.put({ ...account, state: 'needs-reauth', reason: 'locked', since: clock.now().toISOString() });
  const maintainAccounts = createNotices({
    noticeStore,
    developerMail,
    links,
    sender,
    sealer,
    clock,
    log,
    cloudName: 'My Leviton',
    publicUrl: 'https://elsewhere.example',
    hasAlexaPage: true,
  });
  await maintainAccounts.raise({ accountId: 'account-1', cause: 'locked' });
  clock.advance(60 * 86_400_000);

  const token = new URL(/https:\S+/.exec(sent[0]?.text ?? '')?.[0] ?? '').searchParams.get('t') ?? '';
  const asked = createAccountLinking(environment(), { clock, log, noticeSender: sender });
  const body = new URLSearchParams({ t: token, action: 'renew' }).toString();
  const page = await invoke(urlEvent('POST', '/reauth', { headers: posted, body }), asked);
  expect(page.body).toContain('A new link is on its way');
  expect(sent).toHaveLength(2);
  expect(sent[1]?.text).toContain('https://abc.lambda-url.us-east-1.on.aws/reauth?t=');
});

test('a GET with a body is read as a GET', () => {
  expect(toRequest(urlEvent('GET', '/authorize', { body: 'x' }))?.method).toBe('GET');
});

test.each([
  { when: 'a TRACE', sent: urlEvent('TRACE', '/token') },
  { when: 'a header that is none', sent: urlEvent('GET', '/', { headers: { 'a b': 'c' } }) },
])('$when is no request', ({ sent }) => {
  expect(toRequest(sent)).toBeUndefined();
});

test('secrets that cannot be read are our fault, in JSON and on the page', async () => {
  const broken = createAccountLinking(environment({ SECRETS_JSON: '{}' }), { clock, log });
  const token = await broken(new Request('https://a.example/token', { method: 'POST' }), '');
  expect(token.status).toBe(500);
  expect(await token.json()).toMatchObject({ error: 'server_error' });
  const page = await broken(new Request('https://a.example/authorize'), '');
  expect(page.status).toBe(503);
  expect(await page.text()).toContain('Please try again later');
});
