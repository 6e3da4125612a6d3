import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { BearerUnverified } from '../../ports/errors.ts';

const text = v.pipe(v.string(), v.minLength(1));
const texts = v.pipe(v.array(text), v.minLength(1));
const https = v.pipe(v.string(), v.url(), v.regex(/^(?:https:\/\/|http:\/\/(?:127\.0\.0\.1|localhost)[:/])/));

/** What is the same for a server of JWTs and for one of opaque tokens. */
const shared = {
  /** Short and permanent: account ids are made of it, so that they outlive another domain of the server. */
  alias: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,32}$/)),
  /** The client ids of the skill at this server. Old links bring old ones, so there may be several. */
  clientIds: texts,
  /** The claims that name the account and never change: `sub`; Okta `uid`; Entra `tid` and `oid`. */
  accountClaims: v.optional(texts, ['sub']),
  /**
   * Accounts whose claims have changed, since a user pool or a tenant was rebuilt: from the value of the account claims now to that with
   * which people linked. So the account here stays the same, and with it its devices and permissions.
   */
  accountAliases: v.exactOptional(v.record(text, text)),
  /** The claim that stays the same at each refresh of one link: Cognito `origin_jti`, Keycloak `sid`. Not every server has one. */
  linkClaim: v.exactOptional(text),
};

/** A server whose access tokens are JWTs. Signatures by a shared secret are not among the algorithms: the skill holds no such secret. */
export const JwtIssuer = v.strictObject({
  ...shared,
  kind: v.literal('jwt'),
  /** `iss`; several where a server has moved. */
  issuers: texts,
  jwksUrl: https,
  /** The key set (RFC 7517) as it was once fetched, for a cold start while its address is away. */
  keys: v.exactOptional(v.looseObject({ keys: v.array(v.unknown()) })),
  algorithms: v.pipe(
    v.array(v.picklist(['RS256', 'RS384', 'RS512', 'PS256', 'ES256', 'ES384', 'EdDSA'])),
    v.minLength(1),
  ),
  /** `aud`, where the server sets one. */
  audiences: v.exactOptional(texts),
});
export type JwtIssuer = v.InferOutput<typeof JwtIssuer>;

/** A server whose access tokens are opaque, and which says by RFC 7662 what they are worth. */
export const OpaqueIssuer = v.strictObject({
  ...shared,
  kind: v.literal('opaque'),
  introspectionUrl: https,
  clientId: text,
  clientSecret: text,
});
export type OpaqueIssuer = v.InferOutput<typeof OpaqueIssuer>;

export const Issuer = v.variant('kind', [JwtIssuer, OpaqueIssuer]);
export type Issuer = v.InferOutput<typeof Issuer>;

export type Claims = Readonly<Record<string, unknown>>;

/** Where the servers put the client id of an access token: RFC 9068 and Cognito, then Keycloak, Auth0 and Entra, then Okta. */
const CLIENT_CLAIMS = ['client_id', 'azp', 'cid', 'appid'];

/** @throws BearerUnverified when the token was made for another client, or is no access token */
export function checkUse(claims: Claims, { clientIds }: Pick<Issuer, 'clientIds'>): void {
  // An ID token has the same issuer and signature (OpenID Connect Core section 2; Cognito `token_use`, Keycloak `typ`).
  const isIdToken = claims.token_use === 'id' || claims.typ === 'ID' || claims.at_hash !== undefined;
  if (isIdToken) throw new BearerUnverified('an ID token is no access token');
  const client = CLIENT_CLAIMS.map((claim) => claims[claim]).find((value) => value !== undefined);
  if (typeof client !== 'string' || !clientIds.includes(client)) throw new BearerUnverified('made for another client');
}

/** Whose token it is, and of which link. */
export interface Owner {
  readonly accountId: string;
  /** The values of the account claims. */
  readonly cloudAccount: string;
  readonly linkId: string;
}

/**
 * The ids are hashes: a claim may hold a mail address, and ids are in logs. Without a claim for the link, the token itself stands for it:
 * AcceptGrant and SkillAccountLinked bring the same token, so two Amazon accounts with one account stay two links.
 * @throws BearerUnverified when a claim that names the account is missing
 */
export function ownerOf(token: string, claims: Claims, issuer: Issuer): Owner {
  const { alias, accountClaims, linkClaim } = issuer;
  const named = accountClaims.map((claim) => asId(claims[claim]));
  if (named.includes(undefined)) throw new BearerUnverified(`without the claims ${accountClaims.join(', ')}`);
  const link = linkClaim === undefined ? undefined : asId(claims[linkClaim]);
  const cloudAccount = named.join('/');
  return {
    accountId: accountIdOf(issuer, cloudAccount),
    cloudAccount,
    linkId: link === undefined ? hash([alias, 'token', token]) : hash([alias, ...named, 'link', link]),
  };
}

/** @param account the value of the account claim; several are joined with a slash */
export function accountIdOf(
  { alias, accountAliases = {} }: Pick<Issuer, 'alias' | 'accountAliases'>,
  account: string,
): string {
  const known = Object.hasOwn(accountAliases, account) ? accountAliases[account] : undefined;
  return hash([alias, known ?? account]);
}

const asId = (value: unknown): string | undefined =>
  (typeof value === 'string' && value !== '') || typeof value === 'number' ? String(value) : undefined;

/** 22 characters, 132 bits. */
const hash = (parts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22);
