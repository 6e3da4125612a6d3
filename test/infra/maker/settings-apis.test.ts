import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { projectRoot } from '../../../desk/project-root.ts';
import { auditMaker, type SettingsAccess } from '../../../infra/preflight/maker/audit.ts';
import type { PracticeFinding } from '../../../infra/preflight/maker/conclude.ts';
import { toReport } from '../../../infra/preflight/maker/print.ts';
import type { Kind, MakerServer } from '../../../infra/preflight/maker/server.ts';
import { type ClientKey, readClientKey } from '../../../infra/preflight/maker/settings/credential.ts';
import { json } from '../../stand-ins/loopback.ts';
import {
  ADMIN_KEY,
  ADMIN_KEY_ID,
  ADMIN_SECRET,
  ADMIN_TOKEN,
  awsError,
  type SettingsApis,
  startSettingsApis,
} from '../../stand-ins/settings-apis.ts';
import { testClock } from '../../support/clock.ts';
import { AT_DEFAULT, AT_GOOD } from './settings-values.ts';
import { impatient } from './visitor.ts';

// The settings of seven servers, read from stand-ins of their APIs.

const clock = impatient(testClock());
let apis: SettingsApis;
beforeAll(async () => {
  apis = await startSettingsApis(structuredClone(AT_DEFAULT), () => clock.now());
});
afterEach(() => {
  apis.faults = [];
  apis.asked.length = 0;
});
afterAll(() => apis.close());

type Read = 'cognito' | 'auth0' | 'keycloak' | 'okta' | 'entra' | 'hydra';

function issuerOf(kind: Read): string {
  const issuers = {
    cognito: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Acme',
    auth0: `${apis.url}/`,
    keycloak: `${apis.url}/auth/realms/acme`,
    okta: `${apis.url}/oauth2/default`,
    entra: `${apis.url}/tenant-1/v2.0`,
    hydra: 'https://login.acme.example/',
  };
  return issuers[kind];
}

const serverOf = (kind: Read, scopes: readonly string[]): MakerServer => ({
  kind,
  issuer: issuerOf(kind),
  authorizationUrl: 'https://login.acme.example/authorize',
  tokenUrl: 'https://login.acme.example/token',
  clientId: 'alexa',
  scopes,
});

const asClient = { kind: 'client', clientId: 'auditor', clientSecret: ADMIN_SECRET } as const;
const asKey = {
  kind: 'key',
  clientId: 'auditor',
  key: { privateKey: ADMIN_KEY.privateKey, keyId: ADMIN_KEY_ID },
} as const;
const HYDRA_FILE = {
  oauth2: { grant: { refresh_token: { rotation_grace_period: '4320h', rotation_grace_reuse_count: 1000 } } },
};
const asToken = { kind: 'token', token: ADMIN_TOKEN } as const;

function accessTo(kind: Read): SettingsAccess {
  const keys = async () => ({ accessKeyId: 'AKID', secretAccessKey: 'canary-aws-secret' });
  const accesses: Readonly<Record<Read, SettingsAccess>> = {
    cognito: { kind: 'cognito', keys, environment: { AWS_ENDPOINT_URL: apis.url } },
    auth0: { kind: 'auth0', credential: asClient },
    keycloak: { kind: 'keycloak', credential: asClient },
    okta: { kind: 'okta', credential: asToken },
    entra: { kind: 'entra', credential: asClient, clientSecret: 'abcdef', graphUrl: apis.url, loginUrl: apis.url },
    hydra: {
      kind: 'hydra',
      admin: { adminUrl: apis.url },
      settings: apis.state.hydra.client.access_token_strategy ? HYDRA_FILE : {},
    },
  };
  return accesses[kind];
}

const read = (kind: Read, scopes: readonly string[] = ['lamps', 'offline_access']) =>
  auditMaker({ server: serverOf(kind, scopes), clock, settings: accessTo(kind) });

const wrong = (findings: readonly PracticeFinding[]) =>
  findings
    .filter(({ outcome }) => outcome !== 'good' && outcome !== 'ask')
    .map(({ practice, outcome }) => `${practice} ${outcome}`);

const KINDS: readonly Kind[] = ['cognito', 'auth0', 'keycloak', 'okta', 'entra', 'hydra'];
const all = KINDS as readonly Read[];

describe('at default values', () => {
  test.each([
    { kind: 'cognito', found: ['1.1 bad'] },
    { kind: 'auth0', found: ['1.1 bad', '1.3 bad', '2.1 bad'] },
    { kind: 'keycloak', found: ['1.1 bad', '1.3 bad'] },
    { kind: 'okta', found: ['1.1 bad', '1.3 bad'] },
    { kind: 'entra', found: ['1.3 bridge', '3.1 bad'] },
    { kind: 'hydra', found: ['1.1 bad', '1.2 bad', '1.3 bad', '2.1 bad'] },
  ] as const)('$kind: $found', async ({ kind, found }) => {
    Object.assign(apis.state, structuredClone(AT_DEFAULT));
    const findings = await read(kind);
    expect(wrong(findings)).toEqual(found);
    expect(findings).toHaveLength(7);
  });
});

describe('at good values', () => {
  test.each(all)('%s: no practice is named', async (kind) => {
    Object.assign(apis.state, structuredClone(AT_GOOD));
    // No setting of Entra keeps an unused link for a year.
    expect(wrong(await read(kind))).toEqual(kind === 'entra' ? ['1.3 bridge'] : []);
  });
});

describe('the commands', () => {
  /** The words of a command as a shell reads them. */
  const wordsOf = (command: string): readonly string[] => {
    const { stdout } = spawnSync('sh', ['-c', `printf '%s\\0' ${command}`], { encoding: 'utf8' });
    return stdout.split('\0').slice(0, -1);
  };
  const wordAfter = (words: readonly string[], flag: string) => words[words.indexOf(flag) + 1] ?? '';

  async function apply(command: string): Promise<void> {
    if (command.includes('| jq')) return;
    const words = wordsOf(command.replace('$OKTA_API_TOKEN', ADMIN_TOKEN));
    const authorization = `Bearer ${ADMIN_TOKEN}`;
    if (words[0] === 'aws') {
      const headers = {
        'x-amz-target': 'X.UpdateUserPoolClient',
        authorization: 'AWS4-HMAC-SHA256 SignedHeaders=x-amz-target',
      };
      await fetch(apis.url, { method: 'POST', headers, body: wordAfter(words, '--cli-input-json') });
    }
    if (words[0] === 'auth0') {
      const body = wordAfter(words, '--data').replace('IDENTIFIER-OF-YOUR-API', 'https://lamps.acme.example');
      await fetch(`${apis.url}/api/v2/${words[3] ?? ''}`, { method: 'PATCH', headers: { authorization }, body });
    }
    if (words[0] === 'curl' && words.includes('PUT') && words.includes('-d'))
      await fetch(wordAfter(words, 'PUT'), { method: 'PUT', headers: { authorization }, body: wordAfter(words, '-d') });
    if (words[0] === 'curl' && words.includes('PATCH'))
      await fetch(wordAfter(words, 'PATCH'), { method: 'PATCH', body: wordAfter(words, '-d') });
    if (words[0] === 'kcadm.sh') {
      const [name = '', value = ''] = wordAfter(words, '-s').split('=');
      Object.assign(apis.state.keycloak.realm, { [name]: JSON.parse(value) });
    }
  }

  /** Reads, does what is said, and reads again until nothing more is said. */
  async function follow(kind: Read): Promise<readonly string[]> {
    Object.assign(apis.state, structuredClone(AT_DEFAULT));
    for (let round = 0; round < 3; round += 1) {
      const findings = await read(kind);
      const remedies = findings.flatMap(({ observations }) =>
        observations.flatMap(({ remedy }) => remedy?.command ?? []),
      );
      for (const command of new Set(remedies)) await apply(command);
    }
    return wrong(await read(kind));
  }

  test.each([
    { kind: 'cognito', still: [] },
    { kind: 'auth0', still: [] },
    { kind: 'keycloak', still: [] },
    // The app is changed by a pipe through jq, which is only text here.
    { kind: 'okta', still: ['1.1 bad'] },
    // Grace and the other lengths are in the file, which no command changes.
    { kind: 'hydra', still: ['1.2 bad', '1.3 bad', '2.1 bad'] },
  ] as const)('of $kind set right what they say, and leave: $still', async ({ kind, still }) => {
    expect(await follow(kind)).toEqual(still);
  });

  test('of Cognito send every other setting again, since an update resets those that are left out', async () => {
    await follow('cognito');
    expect(apis.state.cognito.client).toMatchObject({
      ClientName: 'Alexa',
      CallbackURLs: ['https://layla.amazon.com/api/skill/link/M1'],
      AllowedOAuthScopes: ["it's/lamps"],
      RefreshTokenValidity: 3650,
      TokenValidityUnits: { RefreshToken: 'days' },
    });
    expect(Object.keys(apis.state.cognito.client)).not.toContain('ClientSecret');
  });

  test('of Okta send the whole rule, without what Okta sets itself', async () => {
    await follow('okta');
    expect(apis.state.okta.rules.p2?.find(({ id }) => id === 'r2')).toEqual({
      id: 'r2',
      name: 'r2',
      status: 'ACTIVE',
      system: false,
      type: 'RESOURCE_ACCESS',
      priority: 1,
      conditions: {
        people: { groups: { include: ['EVERYONE'] } },
        grantTypes: { include: ['authorization_code'] },
        scopes: { include: ['*'] },
      },
      actions: {
        token: { accessTokenLifetimeMinutes: 60, refreshTokenLifetimeMinutes: 0, refreshTokenWindowMinutes: 2_628_000 },
      },
    });
  });

  test('of Hydra set the lengths and the strategy that the client has of its own, and keep the others', async () => {
    Object.assign(apis.state, structuredClone(AT_GOOD));
    Object.assign(apis.state.hydra.client, {
      access_token_strategy: 'opaque',
      authorization_code_grant_access_token_lifespan: '5m',
      refresh_token_grant_refresh_token_lifespan: '720h',
    });
    const findings = await read('hydra');
    expect(wrong(findings)).toEqual(['1.1 bad', '1.2 bad', '1.3 bad']);
    const commands = findings.flatMap(({ observations }) =>
      observations.flatMap(({ remedy }) => remedy?.command ?? []),
    );
    for (const command of commands) await apply(command);
    for (const one of (await read('hydra')).flatMap(({ observations }) => observations))
      for (const command of [one.remedy?.command ?? []].flat()) await apply(command);
    expect(wrong(await read('hydra'))).toEqual([]);
    expect(apis.state.hydra.client).toMatchObject({
      client_name: 'Alexa',
      access_token_strategy: 'jwt',
      authorization_code_grant_id_token_lifespan: '2h',
      authorization_code_grant_access_token_lifespan: '1h',
      refresh_token_grant_refresh_token_lifespan: '87600h',
    });
  });

  test('of Auth0 send the whole object of refresh tokens', async () => {
    await follow('auth0');
    expect(apis.state.auth0.application.refresh_token).toEqual({
      rotation_type: 'non-rotating',
      expiration_type: 'non-expiring',
      leeway: 0,
      token_lifetime: 30 * 86_400,
      infinite_token_lifetime: true,
      idle_token_lifetime: 15 * 86_400,
      infinite_idle_token_lifetime: true,
      policies: [],
    });
  });
});

describe('an API that does not show the settings', () => {
  const html = { status: 200, headers: { 'content-type': 'text/html' }, body: '<h1>canary-page</h1>' };
  const refused = (status: number) => json(status, { error: 'canary-message', message: 'canary-message' });
  const says = async (kind: Read): Promise<readonly string[]> => {
    Object.assign(apis.state, structuredClone(AT_GOOD));
    const findings = await read(kind);
    return findings.filter(({ outcome }) => outcome === 'unchecked').map((one) => one.says.replaceAll(apis.url, 'URL'));
  };

  test.each([
    {
      kind: 'cognito',
      path: /Describe/,
      answer: awsError('AccessDeniedException'),
      sentence:
        'the credential may not read the settings of the app client: it lacks cognito-idp:DescribeUserPoolClient on the user pool eu-west-1_Acme',
    },
    {
      kind: 'cognito',
      path: /ListUser/,
      answer: awsError('AccessDeniedException'),
      sentence: 'it lacks cognito-idp:ListUserPoolClientSecrets on the user pool eu-west-1_Acme',
    },
    {
      kind: 'cognito',
      path: /Describe/,
      answer: awsError('ResourceNotFoundException'),
      sentence: 'URL does not know the settings of the app client',
    },
    {
      kind: 'cognito',
      path: /Describe/,
      answer: awsError('UnrecognizedClientException'),
      sentence: 'URL does not accept the credential',
    },
    { kind: 'auth0', path: /clients/, answer: refused(403), sentence: 'it lacks read:clients' },
    { kind: 'auth0', path: /tenants/, answer: refused(403), sentence: 'it lacks read:tenant_settings' },
    { kind: 'auth0', path: /resource-servers/, answer: refused(403), sentence: 'it lacks read:resource_servers' },
    {
      kind: 'auth0',
      path: /oauth.token/,
      answer: refused(401),
      sentence: 'URL does not accept the credential when asked for a token',
    },
    { kind: 'auth0', path: /oauth.token/, answer: refused(400), sentence: 'URL refuses the client auditor' },
    { kind: 'keycloak', path: /realms.acme$/, answer: refused(403), sentence: 'it lacks the role view-realm' },
    { kind: 'keycloak', path: /clients/, answer: refused(403), sentence: 'it lacks the role view-clients' },
    {
      kind: 'keycloak',
      path: /clients/,
      answer: json(200, []),
      sentence: 'the realm has no client alexa, or the credential may not see it',
    },
    { kind: 'okta', path: /policies/, answer: refused(403), sentence: 'it lacks okta.authorizationServers.read' },
    { kind: 'okta', path: /apps.alexa$/, answer: refused(403), sentence: 'it lacks okta.apps.read' },
    {
      kind: 'okta',
      path: /rules/,
      answer: json(200, []),
      sentence: 'no active rule of the access policies lets the app alexa exchange codes',
    },
    { kind: 'okta', path: /apps/, answer: refused(401), sentence: 'URL does not accept the credential' },
    { kind: 'entra', path: /v1.0.policies/, answer: refused(403), sentence: 'it lacks Policy.Read.All' },
    { kind: 'entra', path: /applications/, answer: refused(403), sentence: 'it lacks Application.Read.All' },
    { kind: 'entra', path: /applications/, answer: refused(404), sentence: 'URL does not know the application' },
    { kind: 'hydra', path: /clients/, answer: refused(404), sentence: 'URL does not know the client' },
    {
      kind: 'hydra',
      path: /clients/,
      answer: refused(403),
      sentence: 'it lacks access to the admin API (an API key of the project at Ory Network)',
    },
  ] as const)('$kind at $path: $sentence', async ({ kind, path, answer, sentence }) => {
    apis.faults = [{ path, answer }];
    expect((await says(kind)).join('\n')).toContain(sentence);
  });

  test.each(
    all.flatMap((kind) => [
      { kind, what: 'a page', answer: html, sentence: 'a page instead of JSON' },
      { kind, what: 'nothing', answer: { status: 200 }, sentence: 'an empty body' },
      { kind, what: 'a text', answer: { status: 200, body: 'canary{' }, sentence: 'something else than JSON' },
      { kind, what: 'other JSON', answer: json(200, { canary: 1 }), sentence: 'JSON of another form' },
      {
        kind,
        what: 'a redirect',
        answer: { status: 302, headers: { location: 'http://127.0.0.1:9/' } },
        sentence: 'answers 302',
      },
      { kind, what: '500', answer: refused(500), sentence: 'answers 500' },
    ]),
  )('$kind answers with $what: $sentence', async ({ kind, answer, sentence }) => {
    apis.faults = [{ path: /./, answer }];
    const found = await says(kind);
    expect(found.length).toBeGreaterThan(0);
    expect(found.join('\n')).toContain(sentence);
    expect(found.join('\n')).not.toContain('canary');
  });

  test.each([
    { kind: 'cognito', answer: awsError('TooManyRequestsException') },
    { kind: 'auth0', answer: json(429, {}, { 'x-ratelimit-reset': '1772366410' }) },
    { kind: 'keycloak', answer: json(503, {}) },
    { kind: 'okta', answer: json(429, { errorCode: 'E0000047' }, { 'x-rate-limit-reset': '1772366410' }) },
    { kind: 'entra', answer: json(429, {}, { 'retry-after': '7' }) },
    { kind: 'hydra', answer: json(429, {}, { 'retry-after': '7' }) },
  ] as const)('$kind asks for fewer requests: it waits and asks again', async ({ kind, answer }) => {
    apis.faults = [{ path: /./, answer, times: 3 }];
    expect(await says(kind)).toEqual([]);
    apis.faults = [{ path: /./, answer }];
    expect((await says(kind)).join('\n')).toContain('URL has had too many requests; run the audit again later');
  });

  test.each([
    { kind: 'okta', path: /policies$/, answer: json(200, [], { link: '<http://127.0.0.1:9/x>; rel="next"' }) },
    {
      kind: 'entra',
      path: /v1.0.policies/,
      answer: json(200, { value: [], '@odata.nextLink': 'http://127.0.0.1:9/x' }),
    },
  ] as const)(
    '$kind names another server for the rest of a list: the credential does not go there',
    async ({ kind, path, answer }) => {
      apis.faults = [{ path, answer }];
      expect((await says(kind)).join('\n')).toContain('URL sends the reader to another server for the rest of a list');
    },
  );

  test('lists are read to their end', async () => {
    Object.assign(apis.state, structuredClone(AT_GOOD));
    const findings = [...(await read('cognito')), ...(await read('entra'))];
    const seen = findings.flatMap(({ observations }) => observations).map((one) => `${one.what}: ${one.seen}`);
    // The second secret, and the policy of the organization, are on a second page.
    expect(seen).toEqual(
      expect.arrayContaining(['client secrets: 2, without an end', 'AccessTokenLifetime: 24 hours']),
    );
  });
});

test.each(all)('%s: no secret and no credential is in what is said', async (kind) => {
  for (const state of [AT_DEFAULT, AT_GOOD]) {
    Object.assign(apis.state, structuredClone(state));
    const findings = await read(kind);
    const said = JSON.stringify(findings) + toReport(findings);
    expect(said).not.toMatch(/canary|AKID/);
  }
});

test('what no setting of Entra can change is said without reading any', async () => {
  apis.faults = [{ path: /./, answer: json(403, {}) }];
  const idle = (await read('entra')).find(({ practice }) => practice === '1.3');
  expect(idle?.says).toBe(
    'no setting can meet this: Entra ends a refresh token that nobody has used for 90 days, and after 24 hours with one-time codes by e-mail',
  );
});

test.each(['auth0', 'keycloak', 'okta'] as const)('%s without HTTPS gets no credential', async (kind) => {
  const issuer = issuerOf(kind).replace(/127\.0\.0\.1:\d+/, 'login.acme.example');
  const findings = await auditMaker({ server: { ...serverOf(kind, []), issuer }, clock, settings: accessTo(kind) });
  expect(findings.map(({ says }) => says).join('\n')).toContain(
    'http://login.acme.example is not an HTTPS address, so no credential is sent there',
  );
});

test('an issuer that is none of its kind is said to be one', async () => {
  for (const [kind, sentence] of [
    ['cognito', 'the issuer is not that of a user pool'],
    ['keycloak', 'the issuer is not that of a realm'],
  ] as const) {
    const server = { ...serverOf(kind, []), issuer: 'https://login.acme.example/' };
    const findings = await auditMaker({ server, clock, settings: accessTo(kind) });
    expect(findings.map(({ says }) => says).join('\n')).toContain(sentence);
  }
});

test('README shows what is said of the default values of Keycloak', async () => {
  Object.assign(apis.state, structuredClone(AT_DEFAULT));
  const lines = toReport(await read('keycloak')).split('\n');
  const readme = readFileSync(join(projectRoot(), 'README.md'), 'utf8');
  const ofSettings = lines.filter((line) => /^NOT MET +1\.3|offlineSession|accessTokenLifespan/.test(line));
  expect(ofSettings).toHaveLength(5);
  expect(ofSettings.filter((line) => !readme.includes(`${line}\n`))).toEqual([]);
});

describe('a client that signs with a private key', () => {
  const readAs = (kind: 'okta' | 'auth0' | 'keycloak', key: ClientKey = asKey.key) =>
    auditMaker({
      server: serverOf(kind, ['lamps', 'offline_access']),
      clock,
      settings: { kind, credential: { ...asKey, key } },
    });
  const unchecked = (findings: readonly PracticeFinding[]) =>
    findings.flatMap(({ outcome, says }) => (outcome === 'unchecked' ? [says.replaceAll(apis.url, 'URL')] : []));

  test.each(['okta', 'auth0', 'keycloak'] as const)('%s gives it a token, once', async (kind) => {
    Object.assign(apis.state, structuredClone(AT_GOOD));
    expect(wrong(await readAs(kind))).toEqual([]);
    expect(apis.asked.filter((one) => /^POST .*token$/.test(one))).toHaveLength(1);
  });

  test.each([
    {
      when: 'PEM',
      text: ADMIN_KEY.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      keyId: ADMIN_KEY_ID,
    },
    {
      when: 'PEM of SEC 1',
      text: ADMIN_KEY.privateKey.export({ type: 'sec1', format: 'pem' }).toString(),
      keyId: ADMIN_KEY_ID,
    },
    { when: 'JWK', text: JSON.stringify({ ...ADMIN_KEY.privateKey.export({ format: 'jwk' }), kid: ADMIN_KEY_ID }) },
  ])('as $when', async ({ text, keyId }) => {
    Object.assign(apis.state, structuredClone(AT_GOOD));
    expect(wrong(await readAs('okta', readClientKey(text, keyId)))).toEqual([]);
  });

  test.each([
    '',
    'canary',
    '{"kty":"oct","k":"canary"}',
    '{"kty":"EC","crv":"canary"}',
    generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    ADMIN_KEY.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  ])('no such key: %j', (text) => {
    expect(() => readClientKey(text)).toThrow(
      new Error('the private key is no RSA or EC key in the form of PEM or JWK'),
    );
  });

  test.each([
    {
      when: 'another key',
      key: { privateKey: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey, keyId: ADMIN_KEY_ID },
      says: 'URL does not accept the credential when asked for a token for the settings',
    },
    {
      when: 'no key id',
      key: { privateKey: ADMIN_KEY.privateKey },
      says: 'URL does not accept the credential when asked for a token for the settings',
    },
    {
      when: 'scopes that were not granted',
      fault: json(400, { error: 'invalid_scope', error_description: 'canary' }),
      says: 'URL refuses the client auditor: it lacks the scopes okta.authorizationServers.read and okta.apps.read, with an administrator role that may read',
    },
    {
      when: 'a client that takes only bound tokens',
      fault: json(400, { error: 'invalid_dpop_proof', error_description: 'canary' }),
      says: 'URL refuses the client auditor: it takes only tokens that are bound to a key (DPoP); switch off “Require Demonstrating Proof of Possession” for this client',
    },
    {
      when: 'another refusal',
      fault: json(400, { error: 'canary' }),
      says: 'URL refuses the client auditor: look at its id, its public key, and the scopes okta.authorizationServers.read and okta.apps.read, with an administrator role that may read',
    },
  ])('$when: $says', async ({ key, fault, says }) => {
    Object.assign(apis.state, structuredClone(AT_GOOD));
    if (fault) apis.faults = [{ path: /token/, answer: fault }];
    expect([...new Set(unchecked(await readAs('okta', key)))]).toEqual([`not checked: ${says}`]);
  });
});

describe('Azure AD B2C', () => {
  const ofTenant = (path: string, settings?: object) =>
    auditMaker({
      server: { ...serverOf('entra', ['offline_access']), kind: 'b2c', issuer: `https://acme.b2clogin.com/${path}` },
      clock,
      settings: {
        kind: 'b2c',
        ...(settings && { settings }),
        graph: { credential: asClient, clientSecret: 'abcdef', graphUrl: apis.url, loginUrl: apis.url },
      },
    });

  test.each(['tenant-1/v2.0/', 'tfp/tenant-1/b2c_1_signin/v2.0/'])(
    '%s: Graph shows when the secret ends',
    async (path) => {
      Object.assign(apis.state, structuredClone(AT_DEFAULT));
      const findings = await ofTenant(path);
      expect(wrong(findings)).toEqual(['1.3 bridge', '3.1 bad']);
      expect(findings[4]?.says).toBe('every link that was made with this client secret ends on 2028-02-28');
      expect(apis.asked[0]).toBe('POST /tenant-1/oauth2/v2.0/token');
    },
  );

  test('a secret without a near end, and the most that a user flow can be set to', async () => {
    Object.assign(apis.state, structuredClone(AT_GOOD));
    const most = { refresh_token_lifetime_secs: 90 * 86_400, allow_infinite_rolling_refresh_token: true };
    expect(wrong(await ofTenant('tenant-1/v2.0/', most))).toEqual(['1.3 bridge']);
  });
});

test('what only the file of Hydra says is asked for where there is none', async () => {
  Object.assign(apis.state, structuredClone(AT_DEFAULT));
  const server = serverOf('hydra', ['lamps', 'offline']);
  const findings = await auditMaker({ server, clock, settings: { kind: 'hydra', admin: { adminUrl: apis.url } } });
  expect(wrong(findings)).toEqual(['1.1 bad']); // The client may have no refresh token.
  const asked = findings.flatMap(({ observations }) => observations.filter(({ outcome }) => outcome === 'ask'));
  expect(asked.map(({ what }) => what)).toEqual([
    'ttl.access_token in Hydra’s configuration file',
    'strategies.access_token in Hydra’s configuration file',
    'whether a second link of the same account leaves the first one alone',
    'ttl.refresh_token in Hydra’s configuration file',
    'oauth2.grant.refresh_token.rotation_grace_period in Hydra’s configuration file',
    'whether the addresses at Amazon are those that the server names',
    'when the certificates of the addresses end',
    'what the token endpoint answers to a wrong secret and to an unknown refresh token',
    'whether the token endpoint answers within 4.5 s',
    'what the token endpoint answers while its database or its keys are away: it must be 5xx, never invalid_grant',
    'whether all redirect addresses of Alexa are registered, and compared exactly',
    'whether the scopes asked for are granted, and a refresh gets no others',
    'whether a code with a challenge takes its verifier, and only that (PKCE)',
    'whether a code works once only',
    'whether the published keys verify the access tokens',
  ]);
});
