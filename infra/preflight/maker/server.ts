/** Kinds of server whose settings are known. */
export const KINDS = {
  cognito: 'Amazon Cognito',
  auth0: 'Auth0',
  keycloak: 'Keycloak',
  okta: 'Okta',
  entra: 'Microsoft Entra',
  b2c: 'Azure AD B2C',
  hydra: 'Ory Hydra',
  'oidc-provider': 'oidc-provider',
  other: 'another server',
} as const;

export type Kind = keyof typeof KINDS;

/** A maker's authorization server, with account linking as Amazon has it. */
export interface MakerServer {
  readonly kind: Kind;
  /** As its tokens and its discovery name it, with path. */
  readonly issuer: string;
  readonly authorizationUrl: string;
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** Alexa's redirect addresses, one for each region; absent: the vendor id is not known. */
  readonly redirectUris?: readonly string[];
}

const BY_ADDRESS: readonly (readonly [RegExp, Kind])[] = [
  [/^https:\/\/cognito-idp\.[\w-]+\.amazonaws\.com(?:\.cn)?\//, 'cognito'],
  [/^https:\/\/[\w-]+(?:\.[\w-]+)?\.auth0\.com(?:\/|$)/, 'auth0'],
  [/\/realms\/[^/]+\/?$/, 'keycloak'],
  [/^https:\/\/[\w.-]+\.(?:okta|oktapreview|okta-emea)\.com(?:\/|$)/, 'okta'],
  [/^https:\/\/[\w-]+\.b2clogin\.com\//, 'b2c'],
  [/^https:\/\/(?:login\.microsoftonline\.(?:com|us)|[\w-]+\.ciamlogin\.com)\//, 'entra'],
  [/^https:\/\/[\w-]+\.projects\.oryapis\.com(?:\/|$)/, 'hydra'],
];

/** The kind of server by its issuer. Own domains hide it: then it is `other`, unless somebody says so. */
export const kindOf = (issuer: string): Kind => BY_ADDRESS.find(([address]) => address.test(issuer))?.[1] ?? 'other';
