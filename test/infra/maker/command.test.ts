import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { listenOnLoopback } from '../../../desk/loopback.ts';
import { runMakerAudit } from '../../../infra/preflight/maker/command.ts';
import type { MakerServer } from '../../../infra/preflight/maker/server.ts';
import { CLIENT, type MakersServer, type ServerStyle, startMakersServer } from '../../stand-ins/makers-server.ts';
import { ADMIN_KEY, ADMIN_KEY_ID, type SettingsApis, startSettingsApis } from '../../stand-ins/settings-apis.ts';
import { testClock } from '../../support/clock.ts';
import { AT_DEFAULT } from './settings-values.ts';
import { impatient } from './visitor.ts';

// `npm run preflight -- --maker`, with a person who signs in, or none.

const clock = testClock();
const folder = mkdtempSync(join(tmpdir(), 'maker-'));
let server: MakersServer;
afterEach(() => server.close());
afterAll(() => rmSync(folder, { recursive: true }));

/** What Amazon is set to. */
let deployed: () => Promise<MakerServer | undefined> = async () => undefined;

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** @param visit is told each authorization address, and can type */
async function command(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
  visit: (address: string, type: (line: string) => void) => void = () => {},
): Promise<Ran> {
  const input = new PassThrough();
  const said = { out: '', err: '' };
  const listen = (to: 'out' | 'err') => (line: string) => {
    said[to] += `${line}\n`;
    const address = /^http\S+response_type=code\S*$/m.exec(line)?.[0];
    if (address) visit(address, (typed) => input.write(`${typed}\n`));
  };
  const terminal = { clock: impatient(clock), environment, input, out: listen('out'), err: listen('err'), deployed };
  const code = await runMakerAudit(['--maker', ...args], terminal);
  return { code, ...said };
}

async function start(style: ServerStyle): Promise<readonly string[]> {
  server = await startMakersServer(clock, style);
  return ['--issuer', server.issuer, '--client-id', CLIENT.id, '--scopes', 'lamps'];
}

const SECRET = { MAKER_CLIENT_SECRET: CLIENT.secret };
const pastes = (address: string, type: (line: string) => void) => {
  void server.signIn(address).then(({ href }) => type(href));
};

test('a person pastes where the browser ended, and reads seven lines', async () => {
  const args = await start({});
  const { code, out } = await command([...args, '--redirect-uri', server.redirectUri], SECRET, pastes);
  expect(out).toContain('Sign-in 13 of 13: whether a code works once only.');
  expect(out.slice(out.indexOf('\nask'))).toBe(`
ask          1.1  tokens live long enough
                  ask: after how long a refresh token, its grant or its session ends although it is used
                  seen: expires_in of the code: 3600 s; expires_in of the refresh: 3600 s; answer to the code: with a refresh token
ok           1.2  no new token ends an older one
                  seen: access tokens: JWTs, valid until their own end; two links of one account: both work
ask          1.3  a link survives a year without use
                  ask: after how long without use a refresh token ends
ok           2.1  a refresh whose answer was lost can be repeated
                  seen: a refresh token sent again after 31 s: works; a refresh token sent twice: works; a refresh token sent 6 times at once: works
ask          3.1  old addresses and secrets go on working
                  ask: when the client secret that Amazon has ends
                  seen: token address at Amazon: ${server.tokenUrl}; certificate of ${new URL(server.tokenUrl).origin}: none needed on this machine
ask          4.1  errors at the token endpoint mean what they say
                  ask: what the token endpoint answers while its database or its keys are away: it must be 5xx, never invalid_grant
                  seen: an unknown refresh token: 400 invalid_grant; a wrong client secret: 401 invalid_client; slowest of 34 answers of the token endpoint: ${/answers of the token endpoint: (\d+ ms)/.exec(out)?.[1] ?? ''}
ok           OAuth  codes, redirects, scopes and keys are as OAuth wants them (RFC 6749, 7636, 9700)
                  seen: redirect addresses: all 3 of Alexa are taken, others refused; a refresh that asks for an unknown scope: 400 invalid_scope; code verifiers: wrong and absent ones are refused; a code sent again: 400 invalid_grant; keys at ${server.issuer}/jwks: verify the access token

Practices 1.1, 1.3, 3.1, 4.1 cannot be seen from outside in every part: ask whoever runs the server.
`);
  expect(code).toBe(0);
});

test('a browser on this machine comes back by itself', async () => {
  const free = await listenOnLoopback(createServer());
  await free.close();
  const args = await start({ onRefresh: 'new', graceMs: -1 });
  const follow = (address: string) => void fetch(address);
  const { code, out } = await command([...args, '--redirect-uri', `${free.url}/callback`], SECRET, follow);
  expect(out).toContain(
    'NOT MET      2.1  a refresh whose answer was lost can be repeated: a refresh that Alexa repeats',
  );
  expect(out).toContain('Practice 2.1 will end links of people: change what is named above before anybody links.');
  expect(code).toBe(1);
});

test('an address that is not the one to paste is asked for again', async () => {
  const args = await start({});
  let wrong = 0;
  const { code, out } = await command([...args, '--redirect-uri', server.redirectUri], SECRET, (address, type) => {
    wrong += 1;
    for (const line of ['', 'what?', 'https://stranger.example/?code=1']) if (wrong === 1) type(line);
    pastes(address, type);
  });
  expect(out.match(/That is no address that begins with/g)).toHaveLength(2);
  expect(code).toBe(0);
});

test('nobody signs in without a secret, and settings are read from a file', async () => {
  const file = join(folder, 'settings.json');
  writeFileSync(file, JSON.stringify({ ttl: { refresh_token: '-1' }, strategies: { access_token: 'jwt' } }));
  const args = [...(await start({})), '--server', 'hydra', '--settings', file];
  const { code, out } = await command(args);
  expect(out).toContain('Nobody signs in: only settings are looked at.');
  expect(
    out,
  ).toContain(`NOT MET      2.1  a refresh whose answer was lost can be repeated: each refresh token works once, so a lost answer or two refreshes at once end the link
                  oauth2.grant.refresh_token.rotation_grace_period: rotation with a grace period of 0 s; wanted: no rotation, or a grace period of 30 s at least
                  do: Set oauth2.grant.refresh_token.rotation_grace_period: 4320h, with rotation_grace_reuse_count: 1000 in Hydra’s configuration file and start it again.`);
  expect(code).toBe(1);
});

test('JSON goes to the standard output, all else to the other one, and no secret to either', async () => {
  const args = await start({});
  const { code, out, err } = await command([...args, '--json', '--redirect-uri', server.redirectUri], SECRET, pastes);
  const { ok, findings } = JSON.parse(out) as { ok: boolean; findings: { practice: string; outcome: string }[] };
  expect({ ok, code }).toEqual({ ok: true, code: 0 });
  expect(findings.map(({ practice, outcome }) => `${practice} ${outcome}`)).toEqual([
    '1.1 ask',
    '1.2 good',
    '1.3 ask',
    '2.1 good',
    '3.1 ask',
    '4.1 ask',
    'OAuth good',
  ]);
  expect(err).toContain('Sign-in 1 of 13');
  expect(out + err).not.toContain('canary');
});

test.each([
  { args: ['--issuer', 'https://x'], says: '--issuer and --client-id go together' },
  { args: ['--issuer', 'ftp://x', '--client-id', 'a'], says: 'ftp://x is not an address' },
  {
    args: ['--issuer', 'https://x', '--client-id', 'a', '--server', 'ping'],
    says: '--server is one of cognito, auth0',
  },
  {
    args: ['--issuer', 'https://x', '--client-id', 'a', '--client-auth', 'mtls'],
    says: '--client-auth is basic or body',
  },
  { args: ['--client-secret', 'x'], says: "Unknown option '--client-secret'" },
])('wrong options: $says', async ({ args, says }) => {
  await start({});
  const { code, err } = await command(args);
  expect(code).toBe(2);
  expect(err).toContain(says);
  expect(err).toContain('npm run preflight -- --maker');
});

test.each([
  {
    when: 'a server that names no addresses',
    style: { discovery: 'none' },
    more: [],
    says: 'does not name its addresses.',
  },
  {
    when: 'a file that is not there',
    style: {},
    more: ['--server', 'b2c', '--settings', '/nowhere'],
    says: '/nowhere cannot be read.',
  },
  {
    when: 'a file that is no JSON',
    style: {},
    more: ['--server', 'b2c', '--settings', 'LICENSE'],
    says: 'LICENSE is not JSON.',
  },
] as const)('$when: $says', async ({ style, more, says }) => {
  const args = await start(style);
  await expect(command([...args, ...more])).rejects.toThrow(says);
});

describe('who reads the settings', () => {
  let apis: SettingsApis;
  beforeAll(async () => {
    apis = await startSettingsApis(structuredClone(AT_DEFAULT), () => clock.now());
  });
  afterAll(() => apis.close());
  const settingsOf = async (
    kind: string,
    issuer: string,
    environment: NodeJS.ProcessEnv,
    more: readonly string[] = [],
  ) => {
    await start({});
    const addresses = ['--authorize-url', server.authorizationUrl, '--token-url', server.tokenUrl];
    const named = ['--issuer', issuer, '--client-id', 'alexa', '--scopes', 'lamps offline_access', '--server', kind];
    return await command([...named, ...addresses, '--no-sign-in', ...more], environment);
  };
  const pem = ADMIN_KEY.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const asClient = { MAKER_ADMIN_CLIENT_ID: 'auditor' };

  test('Okta: a client with a private key', async () => {
    const environment = { ...asClient, MAKER_ADMIN_PRIVATE_KEY: pem, MAKER_ADMIN_KEY_ID: ADMIN_KEY_ID };
    const { out } = await settingsOf('okta', `${apis.url}/oauth2/default`, environment);
    expect(out).toContain('refreshTokenWindowMinutes: 7 days; wanted: 365 days or more');
  });

  test('Hydra: its admin port, without a credential', async () => {
    const { out } = await settingsOf('hydra', 'https://login.acme.example/', {}, ['--admin-url', apis.url]);
    expect(out).toContain(`command: curl -X PATCH ${apis.url}/admin/clients/alexa -H`);
    expect(out).toContain('ask: ttl.refresh_token in Hydra’s configuration file');
  });

  test.each([
    {
      kind: 'okta',
      environment: { ...asClient, MAKER_ADMIN_CLIENT_SECRET: 'canary' },
      says: 'Okta takes no client with a secret for its settings.',
    },
    {
      kind: 'okta',
      environment: { ...asClient, MAKER_ADMIN_PRIVATE_KEY: 'canary' },
      says: 'MAKER_ADMIN_PRIVATE_KEY is not a private key.',
    },
    {
      kind: 'entra',
      environment: { ...asClient, MAKER_ADMIN_PRIVATE_KEY: pem },
      says: 'Microsoft takes no private key without a certificate for its settings.',
    },
  ])('$kind: $says', async ({ kind, environment, says }) => {
    await expect(settingsOf(kind, `${apis.url}/oauth2/default`, environment)).rejects.toThrow(says);
  });
});

test('without a name it is the server that Amazon is set to', async () => {
  await start({ path: '/realms/acme' });
  const { issuer, authorizationUrl, tokenUrl } = server;
  await expect(command([])).rejects.toThrow('Nothing was deployed from this folder.');
  const linked = {
    kind: 'keycloak',
    issuer,
    authorizationUrl,
    tokenUrl,
    clientId: CLIENT.id,
    scopes: ['lamps'],
  } as const;
  deployed = async () => linked;
  const { out, code } = await command(['--redirect-uri', server.redirectUri], SECRET, pastes);
  expect(out).toContain(`Auditing ${issuer} (Keycloak), client alexa.`);
  expect(code).toBe(0);
});
