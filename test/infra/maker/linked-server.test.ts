import { afterEach, expect, test } from '@jest/globals';
import { makersFindings } from '../../../infra/doctor/set-up.ts';
import { linkedServer, lookAtLinkedServer } from '../../../infra/preflight/maker/linked-server.ts';
import {
  ALEXA_REDIRECTS,
  type MakersServer,
  type ServerStyle,
  startMakersServer,
} from '../../stand-ins/makers-server.ts';
import { testClock } from '../../support/clock.ts';

// The maker's server that Amazon is set to, as preflight and doctor look at it: without a credential and without a sign-in.

const clock = testClock();
let server: MakersServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const targetOf = (authorizationUrl: string, tokenUrl: string, authorizationServers: readonly unknown[] = []) => ({
  clock,
  redirectUris: ALEXA_REDIRECTS,
  accountLinking: async () => ({
    type: 'AUTH_CODE',
    authorizationUrl,
    tokenUrl,
    clientId: 'alexa',
    clientSecret: '',
    scopes: ['lamps'],
    redirectUrls: [],
  }),
  secrets: async () => ({
    messaging: { clientId: 'm', clientSecret: 's' },
    sealingKeys: [],
    linkingClients: [],
    authorizationServers,
  }),
});

test.each([
  {
    when: 'the secret entry lists it',
    listed: [
      { clientIds: ['other'], issuers: ['https://other.example'] },
      { clientIds: ['old', 'alexa'], issuers: ['https://acme.eu.auth0.com/'] },
    ],
    found: { kind: 'auth0', issuer: 'https://acme.eu.auth0.com/' },
  },
  {
    when: 'the secret entry is malformed',
    listed: [7, { clientIds: ['alexa'], issuers: ['no address'] }],
    found: { kind: 'other', issuer: 'https://login.acme.example' },
  },
  {
    when: 'the server is one of opaque tokens',
    listed: [{ clientIds: ['alexa'] }],
    found: { kind: 'other', issuer: 'https://login.acme.example' },
  },
])('its issuer where $when', async ({ listed, found }) => {
  const at = 'https://login.acme.example';
  expect(await linkedServer(targetOf(`${at}/authorize`, `${at}/token`, listed))).toEqual({
    ...found,
    authorizationUrl: `${at}/authorize`,
    tokenUrl: `${at}/token`,
    clientId: 'alexa',
    scopes: ['lamps'],
    redirectUris: ALEXA_REDIRECTS,
  });
});

async function look(style: ServerStyle): Promise<readonly string[]> {
  server = await startMakersServer(clock, style);
  const listed = [{ clientIds: ['alexa'], issuers: [server.issuer] }];
  const findings = await lookAtLinkedServer(targetOf(server.authorizationUrl, server.tokenUrl, listed));
  return findings.filter(({ outcome }) => outcome !== 'ask').map(({ practice, outcome }) => `${practice} ${outcome}`);
}

test('nothing is wrong with a healthy one', async () => {
  expect(await look({})).toEqual([]);
});

test('another address than the server names is for somebody to know', async () => {
  expect(await look({ named: 'https://new.acme.example/token' })).toEqual(['3.1 advice']);
});

test('the doctor lists every practice that is not kept, with what the settings show', async () => {
  server = await startMakersServer(clock, { redirects: 'one', named: 'https://new.acme.example/token' });
  const listed = [{ clientIds: ['alexa'], issuers: [server.issuer] }];
  const target = targetOf(server.authorizationUrl, server.tokenUrl, listed);
  const settings = { ttl: { RefreshToken: 86_400 } };
  const seen = await makersFindings(target, async () => ({ kind: 'oidc-provider', settings }));
  expect(seen.length).toBeGreaterThan(2);
  for (const { hop, outcome, remedy } of seen) {
    expect({ hop, outcome }).toEqual({ hop: 'token-refresh', outcome: 'advice' });
    expect(remedy).not.toBe('');
  }
  const checks = seen.map(({ check }) => check);
  expect(checks).toEqual(expect.arrayContaining(['maker-3.1', 'maker-oauth']));
  const outside = await makersFindings(target, async () => undefined);
  expect(outside.map(({ check }) => check)).toEqual(['maker-3.1', 'maker-oauth']);
});

test('a redirect address of Alexa that is not registered is found without a sign-in', async () => {
  expect(await look({ redirects: 'one' })).toEqual(['OAuth bad']);
});
