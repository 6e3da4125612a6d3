import type { Clock } from '../../../lambda/ports/clock.ts';
import type { MakerFault } from '../contract.ts';

/**
 * Settings of oidc-provider, as a maker would set them. `default` is what oidc-provider does by itself; what is left out follows Amazon's
 * advice for account linking.
 */
export interface SignInServerSettings {
  /** 3600. oidc-provider's own default is an hour as well. */
  readonly accessTokenSeconds?: number | 'default';
  /** Ten years; 14 days by default. */
  readonly refreshTokenSeconds?: number | 'default';
  /** What tokens hang on: ten years; 14 days by default. */
  readonly grantSeconds?: number | 'default';
  /** Whether each refresh answers with a new refresh token and ends the old one: no. By default once 70 % of its life is over. */
  readonly rotates?: boolean | 'default';
  /** Yes; by default only with the scope `offline_access`, and only for a request with `prompt=consent`. */
  readonly issuesRefreshToken?: boolean | 'default';
  /** Whether tokens end with the browser's session of 14 days: no. By default those without `offline_access`. */
  readonly expiresWithSession?: boolean | 'default';
  /** Whether a code takes a challenge: no. oidc-provider's own default for a client with a secret is the same. */
  readonly requiresPkce?: boolean | 'default';
  /** Form of access tokens: `jwt`. `opaque`, oidc-provider's default, is for introspection (RFC 7662). */
  readonly tokens?: 'jwt' | 'opaque';
}

/** oidc-provider as it comes. */
export const OIDC_PROVIDER_DEFAULTS = {
  accessTokenSeconds: 'default',
  refreshTokenSeconds: 'default',
  grantSeconds: 'default',
  rotates: 'default',
  issuesRefreshToken: 'default',
  expiresWithSession: 'default',
  requiresPkce: 'default',
  tokens: 'opaque',
} as const satisfies Required<SignInServerSettings>;

export interface SignInServerOptions {
  readonly clock: Clock;
  readonly settings?: SignInServerSettings;
  /** @returns the id of the account, if the password is right */
  readonly checkPassword: (email: string, password: string) => string | undefined;
}

export interface Client {
  readonly id: string;
  readonly secret: string;
  /** None for a service client, which gets tokens of its own by client credentials (RFC 6749 section 4.4). */
  readonly redirectUris?: readonly string[];
}

export interface SignInExchange {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly ms: number;
}

/** The maker's sign-in server: a real oidc-provider, on loopback. */
export interface SignInServer {
  /** `iss`, and the address that its paths are below. */
  readonly url: string;
  readonly authorizationUrl: string;
  readonly tokenUrl: string;
  readonly jwksUrl: string;
  readonly introspectionUrl: string;
  /** The scope that a link asks for. */
  readonly scope: string;
  /** The claim that is the same for all access tokens of a link. */
  readonly linkClaim: string;
  addClient(client: Client): Promise<void>;
  /** Other settings, from now on; those left out stay as they are. Links made before stay. */
  change(settings: SignInServerSettings): Promise<void>;
  /** A new signing key. The old one stays published beside it, or is withdrawn. */
  rotateKeys(old?: 'published' | 'withdrawn'): Promise<void>;
  /** The account of an access token that is good now, as a maker's own cloud would find out. */
  accountOf(accessToken: string): Promise<string | undefined>;
  /** The service client of an access token that is good now and is no account's. */
  serviceOf(accessToken: string): Promise<string | undefined>;
  /**
   * Injects a failure; the returned function takes it away. Paths: `/auth`, `/token`, `/jwks`, `/token/introspection`,
   * `/token/revocation`, `/.well-known/openid-configuration`.
   */
  inject(fault: MakerFault): () => void;
  /** Calls back for every request, after it was answered: its path, and the status; 0 where there was no answer. */
  onExchange(listener: (exchange: SignInExchange) => void): void;
  /** Requests since the start, by path. */
  readonly requests: ReadonlyMap<string, number>;
  close(): Promise<void>;
}
