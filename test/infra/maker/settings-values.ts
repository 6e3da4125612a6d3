import type { SettingsState } from '../../stand-ins/settings-apis.ts';

// The settings of the six servers with an API: as a new one comes, and as all practices need them.

const DAY = 86_400;

export const AT_DEFAULT: SettingsState = {
  cognito: {
    client: {
      UserPoolId: 'eu-west-1_Acme',
      ClientId: 'alexa',
      ClientName: 'Alexa',
      CreationDate: 1_780_000_000.123,
      LastModifiedDate: 1_780_000_000.123,
      RefreshTokenValidity: 30,
      TokenValidityUnits: {},
      CallbackURLs: ['https://layla.amazon.com/api/skill/link/M1'],
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ["it's/lamps"],
      AllowedOAuthFlowsUserPoolClient: true,
      EnableTokenRevocation: true,
    },
    secrets: ['alexa--1'],
  },
  auth0: {
    application: {
      client_id: 'alexa',
      client_secret: 'canary-client-secret-of-auth0',
      grant_types: ['authorization_code'],
      refresh_token: {
        rotation_type: 'rotating',
        expiration_type: 'expiring',
        leeway: 0,
        token_lifetime: 30 * DAY,
        infinite_token_lifetime: false,
        idle_token_lifetime: 15 * DAY,
        infinite_idle_token_lifetime: false,
        policies: [],
      },
    },
    api: { identifier: 'https://lamps.acme.example', token_lifetime: 86_400, allow_offline_access: false },
    tenant: {},
  },
  keycloak: {
    realm: {
      realm: 'acme',
      accessTokenLifespan: 300,
      ssoSessionIdleTimeout: 1800,
      ssoSessionMaxLifespan: 36_000,
      offlineSessionIdleTimeout: 2_592_000,
      offlineSessionMaxLifespanEnabled: false,
      offlineSessionMaxLifespan: 5_184_000,
      revokeRefreshToken: false,
      refreshTokenMaxReuse: 0,
      notBefore: 0,
    },
    client: {
      id: 'uuid-1',
      clientId: 'alexa',
      secret: 'canary-client-secret-of-keycloak',
      notBefore: 0,
      optionalClientScopes: ['offline_access', 'phone'],
      defaultClientScopes: ['basic'],
      attributes: { 'client.secret.creation.time': '1780000000' },
    },
  },
  okta: {
    policies: [
      { id: 'p1', name: 'Others', status: 'ACTIVE', conditions: { clients: { include: ['other'] } } },
      { id: 'p2', name: 'Default', status: 'ACTIVE', conditions: { clients: { include: ['ALL_CLIENTS'] } } },
    ],
    rules: {
      p1: [
        rule('r0', { accessTokenLifetimeMinutes: 5, refreshTokenLifetimeMinutes: 10, refreshTokenWindowMinutes: 10 }),
      ],
      p2: [
        rule('r1', { accessTokenLifetimeMinutes: 5 }, ['client_credentials']),
        rule('r2', {
          accessTokenLifetimeMinutes: 60,
          refreshTokenLifetimeMinutes: 0,
          refreshTokenWindowMinutes: 10_080,
        }),
      ],
    },
    app: {
      id: 'alexa',
      credentials: { oauthClient: { client_id: 'alexa', client_secret: 'canary-client-secret-of-okta' } },
      settings: { oauthClient: { grant_types: ['authorization_code'] } },
    },
    secrets: [{ id: 's1', status: 'ACTIVE', client_secret: 'canary-client-secret-of-okta' }],
  },
  entra: {
    application: {
      id: 'object-1',
      appId: 'alexa',
      passwordCredentials: [
        { keyId: 'k1', hint: 'abc', endDateTime: '2028-02-28T12:00:00Z', secretText: null },
        { keyId: 'k2', hint: 'xyz', endDateTime: '2026-01-01T00:00:00Z', secretText: null },
      ],
    },
    policies: [],
    assigned: [],
  },
  // Its lengths and strategy are those of the file, until it has its own.
  hydra: {
    client: {
      client_id: 'alexa',
      client_name: 'Alexa',
      client_secret_expires_at: 0,
      grant_types: ['authorization_code'],
      scope: 'lamps',
      response_types: ['code'],
      token_endpoint_auth_method: 'client_secret_basic',
      authorization_code_grant_access_token_lifespan: null,
      authorization_code_grant_id_token_lifespan: '2h',
      authorization_code_grant_refresh_token_lifespan: null,
      refresh_token_grant_access_token_lifespan: null,
      refresh_token_grant_refresh_token_lifespan: null,
    },
  },
};

function rule(id: string, token: object, grants: readonly string[] = ['authorization_code']): Record<string, unknown> {
  return {
    id,
    name: id,
    status: 'ACTIVE',
    system: false,
    created: '2026-01-01T00:00:00.000Z',
    lastUpdated: '2026-01-01T00:00:00.000Z',
    _links: {},
    type: 'RESOURCE_ACCESS',
    priority: 1,
    conditions: {
      people: { groups: { include: ['EVERYONE'] } },
      grantTypes: { include: grants },
      scopes: { include: ['*'] },
    },
    actions: { token },
  };
}

export const AT_GOOD: SettingsState = {
  cognito: {
    client: {
      ...AT_DEFAULT.cognito.client,
      AccessTokenValidity: 60,
      RefreshTokenValidity: 3650,
      TokenValidityUnits: { AccessToken: 'minutes', IdToken: 'hours', RefreshToken: 'days' },
      RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 60 },
    },
    secrets: ['alexa--1', 'alexa--2'],
  },
  auth0: {
    application: {
      ...AT_DEFAULT.auth0.application,
      grant_types: ['authorization_code', 'refresh_token'],
      refresh_token: {
        rotation_type: 'non-rotating',
        expiration_type: 'non-expiring',
        leeway: 0,
        infinite_token_lifetime: true,
        infinite_idle_token_lifetime: true,
      },
    },
    api: { identifier: 'https://lamps.acme.example', token_lifetime: 3600, allow_offline_access: true },
    tenant: { default_audience: 'https://lamps.acme.example' },
  },
  keycloak: {
    realm: { ...AT_DEFAULT.keycloak.realm, accessTokenLifespan: 3600, offlineSessionIdleTimeout: 31_536_000 },
    client: AT_DEFAULT.keycloak.client,
  },
  okta: {
    ...AT_DEFAULT.okta,
    rules: {
      ...AT_DEFAULT.okta.rules,
      p2: [
        rule('r2', {
          accessTokenLifetimeMinutes: 60,
          refreshTokenLifetimeMinutes: 0,
          refreshTokenWindowMinutes: 2_628_000,
        }),
      ],
    },
    app: {
      settings: {
        oauthClient: {
          grant_types: ['authorization_code', 'refresh_token'],
          refresh_token: { rotation_type: 'ROTATE', leeway: 60 },
        },
      },
    },
  },
  entra: {
    application: {
      id: 'object-1',
      appId: 'alexa',
      passwordCredentials: [{ keyId: 'k1', hint: 'abc', endDateTime: '2099-12-31T00:00:00Z' }],
    },
    policies: [
      {
        id: '1',
        isOrganizationDefault: false,
        definition: ['{"TokenLifetimePolicy":{"Version":1,"AccessTokenLifetime":"00:10:00"}}'],
      },
      {
        id: '2',
        isOrganizationDefault: true,
        definition: ['{"TokenLifetimePolicy":{"Version":1,"AccessTokenLifetime":"1.00:00:00"}}'],
      },
    ],
    assigned: [],
  },
  hydra: {
    client: {
      ...AT_DEFAULT.hydra.client,
      grant_types: ['authorization_code', 'refresh_token'],
      scope: 'lamps offline',
      access_token_strategy: 'jwt',
      authorization_code_grant_access_token_lifespan: '1h0m0s',
      refresh_token_grant_access_token_lifespan: '1h0m0s',
      authorization_code_grant_refresh_token_lifespan: '87600h',
      refresh_token_grant_refresh_token_lifespan: '87600h',
    },
  },
};
