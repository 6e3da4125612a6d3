import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  OIDC_PROVIDER_DEFAULTS,
  type SignInServer,
  type SignInServerSettings,
} from '../../../desk/maker/sign-in-server/contract.ts';
import { startSignInServer } from '../../../desk/maker/sign-in-server/server.ts';
import { auditMaker } from '../../../infra/preflight/maker/audit.ts';
import type { PracticeFinding } from '../../../infra/preflight/maker/conclude.ts';
import { ALEXA_REDIRECTS } from '../../stand-ins/makers-server.ts';
import { testClock } from '../../support/clock.ts';
import { NOTHING_CHECKED } from './outcomes.ts';
import { impatient, type ScriptedVisitor, startVisitor } from './visitor.ts';

// The audit of a real oidc-provider: with its defaults, with each single setting spoilt, and with all practices met.

const MET = {
  accessTokenSeconds: 3600,
  refreshTokenSeconds: 3650 * 86_400,
  grantSeconds: 3650 * 86_400,
  rotates: false,
  issuesRefreshToken: true,
  expiresWithSession: false,
  requiresPkce: false,
  tokens: 'jwt',
} as const satisfies Required<SignInServerSettings>;

const clock = testClock();
let visitor: ScriptedVisitor;
let server: SignInServer;
beforeAll(async () => {
  visitor = await startVisitor();
  server = await startSignInServer({ clock, checkPassword: (email) => `account of ${email}` });
  await register(ALEXA_REDIRECTS);
});
afterAll(async () => {
  await server.close();
  await visitor.close();
});

const register = (ofAlexa: readonly string[]) =>
  server.addClient({ id: 'alexa', secret: 'secret-of-alexa', redirectUris: [visitor.redirectUri, ...ofAlexa] });

async function audit(
  settings: SignInServerSettings,
  passesTime = true,
  pkce = false,
): Promise<readonly PracticeFinding[]> {
  await server.change({ ...MET, ...settings });
  const { url: issuer, authorizationUrl, tokenUrl, scope } = server;
  const { redirectUri, signIn } = visitor;
  return await auditMaker({
    server: {
      kind: 'oidc-provider',
      issuer,
      authorizationUrl,
      tokenUrl,
      clientId: 'alexa',
      scopes: [scope],
      redirectUris: ALEXA_REDIRECTS,
    },
    clock,
    flow: {
      clock: impatient(clock),
      clientSecret: 'secret-of-alexa',
      clientAuthentication: 'basic',
      redirectUri,
      pkce,
      signIn,
      ...(passesTime && { passTime: (ms: number) => clock.advance(ms) }),
    },
  });
}

const wrong = (findings: readonly PracticeFinding[]) =>
  findings.filter(({ outcome }) => outcome === 'bad' || outcome === 'bridge').map(({ practice }) => practice);

test.each([
  { when: 'all practices are met', spoilt: {}, named: [] },
  { when: 'all practices are met, with opaque tokens', spoilt: { tokens: 'opaque' }, named: [] },
  { when: 'it has its defaults', spoilt: OIDC_PROVIDER_DEFAULTS, named: ['1.1'] },
  { when: 'access tokens live for five minutes', spoilt: { accessTokenSeconds: 300 }, named: ['1.1'] },
  { when: 'access tokens live for half an hour', spoilt: { accessTokenSeconds: 1800 }, named: ['1.1'] },
  { when: 'refresh tokens live for 14 days', spoilt: { refreshTokenSeconds: 'default' }, named: ['1.1'] },
  { when: 'grants live for 14 days', spoilt: { grantSeconds: 'default' }, named: ['1.1'] },
  { when: 'refresh tokens rotate', spoilt: { rotates: true }, named: ['2.1'] },
  { when: 'refresh tokens rotate, opaque', spoilt: { rotates: true, tokens: 'opaque' }, named: ['2.1'] },
  {
    when: 'refresh tokens rotate and live for 60 days',
    spoilt: { rotates: true, refreshTokenSeconds: 60 * 86_400 },
    named: ['1.3', '2.1'],
  },
  // From 70 % of its life on, in the first year: so never a token of ten years.
  { when: 'refresh tokens rotate as by default', spoilt: { rotates: 'default' }, named: [] },
  { when: 'refresh tokens take a prompt', spoilt: { issuesRefreshToken: 'default' }, named: ['1.1'] },
  { when: 'tokens end with the session', spoilt: { expiresWithSession: true }, named: ['1.1'] },
] as const)('$when: exactly $named', async ({ spoilt, named }) => {
  const findings = await audit(spoilt);
  expect({ named: wrong(findings), says: findings.map(({ says }) => says) }).toMatchObject({ named });
});

test.each([
  { when: 'refresh tokens live for 14 days', spoilt: { refreshTokenSeconds: 'default' }, named: ['1.1'] },
  {
    when: 'refresh tokens rotate and live for 60 days',
    spoilt: { rotates: true, refreshTokenSeconds: 60 * 86_400 },
    named: ['1.3', '2.1'],
  },
  { when: 'all practices are met', spoilt: {}, named: [] },
] as const)(
  'where no time can pass, introspection says when a token ends; $when: exactly $named',
  async ({ spoilt, named }) => {
    expect(wrong(await audit(spoilt, false))).toEqual(named);
  },
);

test('where no time can pass, the lives of links and of the secret are asked for, and nothing else', async () => {
  const asked = (await audit({}, false)).flatMap(({ observations }) =>
    observations.filter(({ outcome }) => outcome === 'ask').map(({ question }) => question),
  );
  expect(asked).toEqual(['refresh-life', 'idle', 'secrets', 'outage']);
});

test('a redirect address of Alexa that is not registered is found', async () => {
  await register(ALEXA_REDIRECTS.slice(0, 2));
  const findings = await audit({}, false);
  await register(ALEXA_REDIRECTS);
  expect(wrong(findings)).toEqual(['OAuth']);
  expect(findings.at(-1)?.observations[0]?.seen).toBe('refused: https://alexa.amazon.co.jp/api/skill/link/M0');
});

test('PKCE required: good where Alexa sends a challenge, and said where it does not', async () => {
  expect(wrong(await audit({ requiresPkce: true }, false, true))).toEqual([]);
  const findings = await audit({ requiresPkce: true }, false);
  expect(findings.map(({ practice, outcome }) => `${practice} ${outcome}`)).toEqual(NOTHING_CHECKED);
  expect(findings[0]?.says).toMatch(/switch PKCE on at Amazon too, and audit with --pkce$/);
});

test('an outage of the keys is found', async () => {
  const end = server.inject({ kind: 'html', status: 503, path: /^\/jwks$/ });
  const findings = await audit({}, false);
  end();
  expect(wrong(findings)).toEqual(['OAuth']);
  expect(findings.at(-1)?.says).toMatch(
    /^the address of the keys answers with 503 text.html, so no new access token can be verified$/,
  );
});
