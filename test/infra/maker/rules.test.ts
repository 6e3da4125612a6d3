import { describe, expect, test } from '@jest/globals';
import { conclude } from '../../../infra/preflight/maker/conclude.ts';
import { span } from '../../../infra/preflight/maker/limits.ts';
import type { Observation } from '../../../infra/preflight/maker/observation.ts';
import { kindOf } from '../../../infra/preflight/maker/server.ts';
import { judgeAuth0Application } from '../../../infra/preflight/maker/settings/auth0.ts';
import { judgeCognito } from '../../../infra/preflight/maker/settings/cognito.ts';
import { observeDeclared } from '../../../infra/preflight/maker/settings/declared.ts';
import { judgeEntra } from '../../../infra/preflight/maker/settings/entra.ts';
import { observeFixed } from '../../../infra/preflight/maker/settings/fixed.ts';
import {
  judgeKeycloak,
  type KeycloakClient,
  type KeycloakRealm,
} from '../../../infra/preflight/maker/settings/keycloak.ts';
import { judgeOktaApp } from '../../../infra/preflight/maker/settings/okta.ts';

// Each rule at the edge of what is good. Settings read from an API are in settings-apis.test.ts.

const DAY = 86_400;
const NOW = new Date('2026-03-01T12:00:00Z');

/** What is wrong, as `practice outcome: why`. */
const wrong = (observations: readonly Observation[]): readonly string[] =>
  conclude(observations)
    .filter(({ outcome }) => outcome === 'bad' || outcome === 'bridge' || outcome === 'advice')
    .map(({ practice, outcome, says }) => `${practice} ${outcome}: ${says}`);

const TEN_YEARS = 3650 * DAY;
const SCOPES = ['lamps', 'offline_access'];

describe('servers whose settings somebody writes down', () => {
  test.each([
    {
      kind: 'oidc-provider',
      when: 'its defaults',
      settings: {},
      says: [
        '1.1 bad: Alexa gets no refresh token, so every link ends with its first access token; more below',
        '1.3 bad: a link ends when nobody has used it for 14 days',
        '2.1 bad: each refresh token works once, so a lost answer or two refreshes at once end the link',
      ],
    },
    {
      kind: 'oidc-provider',
      when: 'all as needed',
      settings: {
        ttl: { RefreshToken: TEN_YEARS, Grant: TEN_YEARS },
        issueRefreshToken: true,
        rotateRefreshToken: false,
        expiresWithSession: false,
        accessTokenFormat: 'jwt',
      },
      says: [],
    },
    {
      kind: 'oidc-provider',
      when: 'the default rotation of tokens that live too long for it',
      settings: {
        ttl: { RefreshToken: TEN_YEARS, Grant: TEN_YEARS },
        issueRefreshToken: true,
        expiresWithSession: false,
      },
      says: [],
    },
    {
      kind: 'oidc-provider',
      when: 'the default rotation of tokens that live for a year',
      settings: {
        ttl: { RefreshToken: 365 * DAY, Grant: TEN_YEARS },
        issueRefreshToken: true,
        expiresWithSession: false,
      },
      says: [
        '1.1 advice: every link ends 730 days after it was made, although it is used daily',
        '2.1 bad: each refresh token works once, so a lost answer or two refreshes at once end the link',
      ],
    },
    {
      kind: 'oidc-provider',
      when: 'only the grant ends',
      settings: {
        ttl: { RefreshToken: TEN_YEARS },
        issueRefreshToken: true,
        rotateRefreshToken: false,
        expiresWithSession: false,
      },
      says: ['1.1 bad: every link ends 14 days after it was made, although it is used daily'],
    },
    {
      kind: 'oidc-provider',
      when: 'only the session ends',
      settings: {
        ttl: { RefreshToken: TEN_YEARS, Grant: TEN_YEARS },
        issueRefreshToken: true,
        rotateRefreshToken: false,
      },
      says: ['1.1 bad: every link ends 14 days after it was made, although it is used daily'],
    },
    {
      kind: 'hydra',
      when: 'its defaults',
      settings: {},
      says: [
        '1.2 bad: each refresh ends the access token before it, which a command on its way may still carry',
        '1.3 bad: a link ends when nobody has used it for 30 days',
        '2.1 bad: each refresh token works once, so a lost answer or two refreshes at once end the link',
      ],
    },
    {
      kind: 'hydra',
      when: 'all as needed',
      settings: {
        ttl: { refresh_token: -1 },
        strategies: { access_token: 'jwt' },
        oauth2: { grant: { refresh_token: { rotation_grace_period: '4320h', rotation_grace_reuse_count: 1000 } } },
      },
      says: [],
    },
    {
      kind: 'hydra',
      when: 'its client has lengths and a strategy of its own',
      settings: {
        ttl: { refresh_token: '-1' },
        strategies: { access_token: 'opaque' },
        oauth2: { grant: { refresh_token: { rotation_grace_period: '30s' } } },
        client: {
          access_token_strategy: 'jwt',
          refresh_token_grant_refresh_token_lifespan: '8759h59m',
          authorization_code_grant_access_token_lifespan: '58m59s',
        },
      },
      says: [
        '1.1 bad: access tokens live for 3539 s, and Amazon advises an hour',
        '1.3 bad: a link ends when nobody has used it for 365 days',
      ],
    },
    {
      kind: 'b2c',
      when: 'its defaults',
      settings: {},
      says: [
        '1.1 bad: every link ends 90 days after it was made, although it is used daily',
        '1.3 bad: a link ends when nobody has used it for 14 days',
      ],
    },
    {
      kind: 'b2c',
      when: 'the most that can be set',
      settings: { refresh_token_lifetime_secs: 90 * DAY, allow_infinite_rolling_refresh_token: true },
      says: ['1.3 bad: a link ends when nobody has used it for 90 days'],
    },
  ] as const)('$kind, $when', ({ kind, settings, says }) => {
    expect(wrong(observeDeclared(kind, settings, SCOPES, NOW))).toEqual(says);
  });

  test.each([
    { kind: 'hydra', settings: { ttl: { refresh_token: 'forever' } }, at: 'ttl.refresh_token' },
    { kind: 'b2c', settings: { token_lifetime_secs: '3600' }, at: 'token_lifetime_secs' },
    { kind: 'oidc-provider', settings: { ttl: { Grant: null } }, at: 'ttl.Grant' },
    { kind: 'oidc-provider', settings: [], at: 'the top' },
  ] as const)('$kind: settings that are not valid are named: $at', ({ kind, settings, at }) => {
    if (at === 'the top')
      expect(() => observeDeclared(kind, 7, SCOPES, NOW)).toThrow(`the settings of ${kind} are not valid at ${at}`);
    else
      expect(() => observeDeclared(kind, settings, SCOPES, NOW)).toThrow(
        `the settings of ${kind} are not valid at ${at}`,
      );
  });
});

describe('Amazon Cognito', () => {
  const client = {
    UserPoolId: 'p',
    ClientId: 'c',
    AccessTokenValidity: 0,
    RefreshTokenValidity: 3650,
    TokenValidityUnits: {},
    EnableTokenRevocation: true,
    AllowedOAuthFlows: ['code'],
  };
  test.each([
    { when: 'an access token in the default unit, hours', change: { AccessTokenValidity: 1 }, says: [] },
    {
      when: 'an access token of 5 minutes',
      change: { AccessTokenValidity: 5, TokenValidityUnits: { AccessToken: 'minutes' } },
      says: ['1.1 bad: access tokens live for 300 s, and Alexa needs 360 s at least'],
    },
    {
      when: 'the default length of refresh tokens',
      change: { RefreshTokenValidity: 0 },
      says: ['1.1 bad: every link ends 30 days after it was made, although it is used daily'],
    },
    {
      when: 'refresh tokens of a year',
      change: { RefreshTokenValidity: 365 },
      says: ['1.1 advice: every link ends 365 days after it was made, although it is used daily'],
    },
    {
      when: 'rotation without a grace period',
      change: { RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 0 } },
      says: ['2.1 bad: each refresh token works once, so a lost answer or two refreshes at once end the link'],
    },
    {
      when: 'rotation with 30 s',
      change: { RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 30 } },
      says: [],
    },
    {
      when: 'rotation off',
      change: { RefreshTokenRotation: { Feature: 'DISABLED', RetryGracePeriodSeconds: 0 } },
      says: [],
    },
    {
      when: 'revocation off',
      change: { EnableTokenRevocation: false },
      says: ['1.2 advice: access tokens lack origin_jti, by which two links of one account are told apart'],
    },
    {
      when: 'no code flow',
      change: { AllowedOAuthFlows: ['implicit'] },
      says: ['1.1 bad: Alexa gets no refresh token, so every link ends with its first access token'],
    },
  ] as const)('$when', ({ change, says }) => {
    expect(
      wrong(
        judgeCognito(
          {
            ...client,
            ...change,
            AllowedOAuthFlows: [...(('AllowedOAuthFlows' in change && change.AllowedOAuthFlows) || ['code'])],
          },
          'eu-west-1',
        ),
      ),
    ).toEqual(says);
  });
});

describe('Auth0', () => {
  const kept = {
    rotation_type: 'non-rotating',
    expiration_type: 'non-expiring',
    leeway: 0,
    token_lifetime: DAY,
    infinite_token_lifetime: false,
    idle_token_lifetime: DAY,
    infinite_idle_token_lifetime: false,
  };
  test.each([
    { when: 'no settings of refresh tokens', token: null, says: [] },
    { when: 'lifetimes that do not count, as tokens do not expire', token: kept, says: [] },
    {
      when: 'both ends',
      token: { ...kept, expiration_type: 'expiring', token_lifetime: 365 * DAY, idle_token_lifetime: 364 * DAY },
      says: [
        '1.1 advice: every link ends 365 days after it was made, although it is used daily',
        '1.3 bad: a link ends when nobody has used it for 364 days',
      ],
    },
    {
      when: 'both infinite',
      token: {
        ...kept,
        expiration_type: 'expiring',
        infinite_token_lifetime: true,
        infinite_idle_token_lifetime: true,
      },
      says: [],
    },
    {
      when: 'rotation with an overlap below 30 s',
      token: { ...kept, rotation_type: 'rotating', leeway: 29 },
      says: ['2.1 bad: each refresh token works once, so a lost answer or two refreshes at once end the link'],
    },
  ])('$when', ({ token, says }) => {
    const application = { grant_types: ['authorization_code', 'refresh_token'], refresh_token: token };
    expect(wrong(judgeAuth0Application('alexa', application))).toEqual(says);
  });
});

describe('Keycloak', () => {
  const realm: KeycloakRealm = {
    realm: 'acme',
    accessTokenLifespan: 3600,
    ssoSessionIdleTimeout: 1800,
    ssoSessionMaxLifespan: 36_000,
    offlineSessionIdleTimeout: 365 * DAY,
    offlineSessionMaxLifespanEnabled: false,
    offlineSessionMaxLifespan: 60 * DAY,
    revokeRefreshToken: false,
    refreshTokenMaxReuse: 0,
    notBefore: 0,
  };
  const client: KeycloakClient = {
    id: '1',
    clientId: 'alexa',
    notBefore: 0,
    optionalClientScopes: ['offline_access'],
    defaultClientScopes: [],
    attributes: {},
  };
  type Row = {
    readonly when: string;
    readonly realm?: Partial<KeycloakRealm>;
    readonly client?: Partial<KeycloakClient>;
    readonly scopes?: readonly string[];
    readonly says: readonly string[];
  };
  const rows: readonly Row[] = [
    { when: 'all as needed', says: [] },
    {
      when: 'offline access without being asked for',
      client: { defaultClientScopes: ['offline_access'] },
      scopes: [],
      says: [],
    },
    {
      when: 'no offline access',
      scopes: ['lamps'],
      says: [
        '1.1 bad: every link ends 10 hours after it was made, although it is used daily',
        '1.3 bad: a link ends when nobody has used it for 1800 s',
      ],
    },
    {
      when: 'offline access that the client may not ask for, with a shorter end of the client',
      client: { optionalClientScopes: [], attributes: { 'client.session.idle.timeout': '600' } },
      says: [
        '1.1 bad: every link ends 10 hours after it was made, although it is used daily',
        '1.3 bad: a link ends when nobody has used it for 600 s',
      ],
    },
    {
      when: 'an access token of the client’s own',
      client: { attributes: { 'access.token.lifespan': '300' } },
      says: ['1.1 bad: access tokens live for 300 s, and Alexa needs 360 s at least'],
    },
    {
      when: 'an offline session with a maximum',
      realm: { offlineSessionMaxLifespanEnabled: true },
      says: ['1.1 bad: every link ends 60 days after it was made, although it is used daily'],
    },
    {
      when: 'an idle end after January 2038',
      realm: { offlineSessionIdleTimeout: 376_000_000 },
      says: ['1.3 bad: the end is past January 2038, where Keycloak counts wrongly, and links end within days'],
    },
    { when: 'an idle end of eleven years', realm: { offlineSessionIdleTimeout: 346_896_000 }, says: [] },
    {
      when: 'revoked refresh tokens',
      realm: { revokeRefreshToken: true, refreshTokenMaxReuse: 1 },
      says: ['2.1 bad: each refresh token works once, so a lost answer or two refreshes at once end the link'],
    },
    {
      when: 'revoked refresh tokens with many uses',
      realm: { revokeRefreshToken: true, refreshTokenMaxReuse: 50 },
      says: ['2.1 advice: a refresh token that Alexa sends more than 51 times ends its link'],
    },
    {
      when: 'an earlier end of all sessions',
      client: { notBefore: 1_767_225_600 },
      says: ['1.2 advice: links that were made before 2026-01-01 have ended, because somebody revoked all tokens'],
    },
    {
      when: 'a secret that ends',
      client: { attributes: { 'client.secret.expiration.time': '1798761600' } },
      says: ['3.1 bad: every link that was made with this client secret ends on 2027-01-01'],
    },
  ];
  test.each(rows)('$when', (row) => {
    const settings = {
      realm: { ...realm, ...row.realm },
      client: { ...client, ...row.client },
      scopes: row.scopes ?? SCOPES,
    };
    expect(wrong(judgeKeycloak(settings, NOW))).toEqual(row.says);
  });
});

describe('Okta', () => {
  test.each([
    { when: 'static refresh tokens', token: { rotation_type: 'STATIC', leeway: 0 }, says: [] },
    { when: 'none said', token: undefined, says: [] },
    { when: 'rotation with 30 s', token: { rotation_type: 'ROTATE', leeway: 30 }, says: [] },
    {
      when: 'rotation without a grace period',
      token: { rotation_type: 'ROTATE', leeway: 0 },
      says: ['2.1 bad: each refresh token works once, so a lost answer or two refreshes at once end the link'],
    },
  ])('$when', ({ token, says }) => {
    const oauthClient = { grant_types: ['refresh_token'], refresh_token: token };
    expect(wrong(judgeOktaApp({ settings: { oauthClient } }, 'https://acme.okta.com/api/v1/apps/alexa'))).toEqual(says);
  });
});

describe('Microsoft Entra', () => {
  const far = '2099-12-31T00:00:00Z';
  test.each([
    { when: 'a secret of 70 years', secrets: [{ keyId: '1', hint: 'abc', endDateTime: far }], says: [] as string[] },
    {
      when: 'the secret that Amazon has ends, another does not',
      secrets: [
        { keyId: '1', hint: 'abc', endDateTime: '2027-06-01T00:00:00Z' },
        { keyId: '2', hint: 'xyz', endDateTime: far },
      ],
      says: ['3.1 bad: every link that was made with this client secret ends on 2027-06-01'],
    },
    {
      when: 'a secret that has ended',
      secrets: [{ keyId: '1', hint: 'abc', endDateTime: '2026-01-01T00:00:00Z' }],
      says: ['3.1 bad: the client secret ended on 2026-01-01, and with it every link that was made with it'],
    },
  ])('$when', ({ secrets, says }) => {
    const application = { id: 'o', appId: 'a', passwordCredentials: secrets };
    expect(wrong(judgeEntra({ application, clientSecret: 'abcdef' }, NOW))).toEqual(says);
  });
  test('a policy of ten minutes is named', () => {
    const application = { id: 'o', appId: 'a', passwordCredentials: [{ keyId: '1', endDateTime: far }] };
    const policy = { definition: ['no JSON', '{"TokenLifetimePolicy":{"Version":1,"AccessTokenLifetime":"0:10:00"}}'] };
    expect(wrong(judgeEntra({ application, policy }, NOW))).toEqual([
      '1.1 bad: access tokens live for 600 s, and Amazon advises an hour',
    ]);
  });
});

const ORG =
  'bridge: no setting can meet this: the org authorization server ends refresh tokens after 90 days, and its access tokens are not for your own API';
test.each([
  {
    kind: 'entra',
    issuer: 'https://login.microsoftonline.com/t/v2.0',
    says: [
      '1.3 bridge: no setting can meet this: Entra ends a refresh token that nobody has used for 90 days, and after 24 hours with one-time codes by e-mail',
    ],
  },
  {
    kind: 'b2c',
    issuer: 'https://acme.b2clogin.com/t/v2.0/',
    says: [
      '1.3 bridge: no setting can meet this: a link ends when nobody has used it for 90 days, or earlier as it is set',
    ],
  },
  { kind: 'okta', issuer: 'https://acme.okta.com', says: [`1.1 ${ORG}`, `1.3 ${ORG}`] },
  { kind: 'okta', issuer: 'https://acme.okta.com/oauth2/default', says: [] },
  { kind: 'keycloak', issuer: 'https://login.acme.example/realms/acme', says: [] },
] as const)('what no setting of $kind at $issuer changes is known without reading any', ({ kind, issuer, says }) => {
  expect(wrong(observeFixed({ kind, issuer }))).toEqual(says);
});

test.each([
  ['https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Acme', 'cognito'],
  ['https://acme.eu.auth0.com/', 'auth0'],
  ['https://login.acme.example/auth/realms/acme', 'keycloak'],
  ['https://acme.okta.com/oauth2/default', 'okta'],
  ['https://login.microsoftonline.com/tenant/v2.0', 'entra'],
  ['https://acme.ciamlogin.com/tenant/v2.0', 'entra'],
  ['https://acme.b2clogin.com/tenant/v2.0/', 'b2c'],
  ['https://acme.projects.oryapis.com', 'hydra'],
  ['https://login.acme.example', 'other'],
  ['https://auth0.com.stranger.example/', 'other'],
] as const)('%s is %s', (issuer, kind) => {
  expect(kindOf(issuer)).toBe(kind);
});

test.each([
  [300, '300 s'],
  [3600, '3600 s'],
  [36_000, '10 hours'],
  [86_400, '24 hours'],
  [30 * DAY, '30 days'],
  [3650 * DAY, '3,650 days'],
  [Number.POSITIVE_INFINITY, 'no end'],
] as const)('%d s is said as %s', (seconds, text) => {
  expect(span(seconds)).toBe(text);
});
