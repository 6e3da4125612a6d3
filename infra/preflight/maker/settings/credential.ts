import { createPrivateKey, type KeyObject, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import * as v from 'valibot';
import { parseJson } from '../../../../lambda/basics/json.ts';
import type { Clock } from '../../../../lambda/ports/clock.ts';
import { type AdminApi, type OAuthError, SettingsUnreadable } from './admin-api.ts';

/** What reads the settings: a token, or a client of the server with which one is fetched (RFC 6749 section 4.4). */
export type AdminCredential =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'client'; readonly clientId: string; readonly clientSecret: string }
  /** A client that signs its requests instead of sending a secret (RFC 7523 section 2.2, `private_key_jwt`). */
  | { readonly kind: 'key'; readonly clientId: string; readonly key: ClientKey };

export interface ClientKey {
  readonly privateKey: KeyObject;
  /** By which the server finds the public half, where the client has several. */
  readonly keyId?: string;
}

const Jwk = v.looseObject({ kty: v.picklist(['RSA', 'EC']), kid: v.optional(v.string()) });

/**
 * @param text a private key of RSA or on a NIST curve: PEM (PKCS #8, PKCS #1, SEC 1) or a JWK (RFC 7517)
 * @throws an Error with one sentence that holds nothing of the key
 */
export function readClientKey(text: string, keyId?: string): ClientKey {
  const jwk = v.safeParse(Jwk, parseJson(text));
  const named = keyId ?? (jwk.success ? jwk.output.kid : undefined);
  try {
    const privateKey = jwk.success ? createPrivateKey({ key: jwk.output, format: 'jwk' }) : createPrivateKey(text);
    algorithmOf(privateKey);
    return { privateKey, ...(named && { keyId: named }) };
  } catch {
    // Without its cause, which may quote what was given.
    throw new Error('the private key is no RSA or EC key in the form of PEM or JWK');
  }
}

/** RFC 7518 section 3.1. */
function algorithmOf({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): string {
  if (type === 'rsa') return 'RS256';
  const algorithm = { prime256v1: 'ES256', secp384r1: 'ES384', secp521r1: 'ES512' }[details?.namedCurve ?? ''];
  if (algorithm === undefined) throw new Error('not a key that OAuth clients sign with');
  return algorithm;
}

const TokenAnswer = v.object({ access_token: v.pipe(v.string(), v.minLength(1)) });

export interface TokenRequest {
  readonly tokenUrl: string;
  readonly clock: Clock;
  /** What the server wants beside the client: Auth0 `audience`, Entra and Okta `scope`. */
  readonly more?: Readonly<Record<string, string>>;
  /** Whom a signed request is for; by default the token address (RFC 7523 section 3). */
  readonly audience?: string;
  /** What the client has to be, as a sentence about permissions names it. */
  readonly permission: string;
}

/** @returns a bearer token for the settings API. @throws SettingsUnreadable */
export async function adminToken(api: AdminApi, credential: AdminCredential, request: TokenRequest): Promise<string> {
  if (credential.kind === 'token') return credential.token;
  const { tokenUrl, more = {}, permission } = request;
  const form = { grant_type: 'client_credentials', ...(await clientFields(credential, request)), ...more };
  const { body } = await api
    .read(
      {
        url: tokenUrl,
        method: 'POST',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(form).toString(),
        what: 'a token for the settings',
        permission,
      },
      TokenAnswer,
    )
    .catch((error: unknown) => {
      // OAuth says 400 where the client is unknown to some servers; the sentence must not sound like a fault of the server.
      throw error instanceof SettingsUnreadable && / answers 400 /.test(error.message)
        ? new SettingsUnreadable(
            `${new URL(tokenUrl).origin} refuses the client ${credential.clientId}: ${adviceFor(error.oauthError, credential, permission)}`,
          )
        : error;
    });
  return body.access_token;
}

type Client = Exclude<AdminCredential, { readonly kind: 'token' }>;

/** How long a signed request is good for. */
const ASSERTION_SECONDS = 300;

async function clientFields(client: Client, { tokenUrl, audience = tokenUrl, clock }: TokenRequest) {
  if (client.kind === 'client') return { client_id: client.clientId, client_secret: client.clientSecret };
  const { privateKey, keyId } = client.key;
  const now = Math.floor(clock.now().getTime() / 1000);
  const assertion = await new SignJWT({})
    .setProtectedHeader({ alg: algorithmOf(privateKey), typ: 'JWT', ...(keyId && { kid: keyId }) })
    .setIssuer(client.clientId)
    .setSubject(client.clientId)
    .setAudience(audience)
    .setJti(randomUUID())
    .setIssuedAt(now)
    .setExpirationTime(now + ASSERTION_SECONDS)
    .sign(privateKey);
  return {
    client_id: client.clientId,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  };
}

function adviceFor(error: OAuthError | undefined, { kind }: Client, permission: string): string {
  if (error === 'invalid_scope') return `it lacks ${permission}`;
  if (error === 'invalid_dpop_proof')
    return 'it takes only tokens that are bound to a key (DPoP); switch off “Require Demonstrating Proof of Possession” for this client';
  return `look at its id, its ${kind === 'key' ? 'public key' : 'secret'}, and ${permission}`;
}
