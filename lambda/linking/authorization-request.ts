import * as v from 'valibot';
import type { LinkingClient } from '../ports/secrets.ts';
import { isOpen } from './client-auth.ts';
import type { OAuthErrorCode } from './errors.ts';
import { PageRefusal } from './page-refusal.ts';
import { isChallenge } from './pkce.ts';
import { encodeBytes, type Parameters } from './request.ts';
import { grantedScope } from './scope.ts';

/** Alexa's authorization request, checked (RFC 6749 section 4.1.1). The sign-in page carries it along, sealed. */
export const AuthorizationRequest = v.object({
  clientId: v.string(),
  redirectUri: v.string(),
  /** Percent-encoded from the bytes that were received, so that it returns unchanged. */
  state: v.optional(v.string()),
  scope: v.string(),
  challenge: v.optional(v.string()),
});
export type AuthorizationRequest = v.InferOutput<typeof AuthorizationRequest>;

/** An error that is sent to the client by a redirect: the client and its redirect URI are known. */
export class AuthorizationRefused extends Error {
  override readonly name = 'AuthorizationRefused';
  readonly code: OAuthErrorCode;
  readonly location: string;
  constructor(code: OAuthErrorCode, message: string, location: string) {
    super(message);
    this.code = code;
    this.location = location;
  }
}

/** Alexa's own queries are much shorter. */
const LONGEST_QUERY = 8_000;

/**
 * @throws PageRefusal for an unknown client or redirect URI: we never redirect to an address that is not registered
 * @throws AuthorizationRefused for every other error
 */
export function readAuthorizationRequest(
  query: Parameters,
  length: number,
  clients: readonly LinkingClient[],
): AuthorizationRequest {
  if (length > LONGEST_QUERY) throw new PageRefusal('malformed', undefined, 414);
  if (query.repeated.has('client_id') || query.repeated.has('redirect_uri')) throw new PageRefusal('malformed');
  const client = openClient(query.get('client_id'), query.get('redirect_uri'), clients);
  const redirectUri = query.get('redirect_uri') ?? '';
  const stateBytes = query.repeated.has('state') ? undefined : query.bytes('state');
  const state = stateBytes && encodeBytes(stateBytes);
  const refuse = (code: OAuthErrorCode, message: string): never => {
    throw new AuthorizationRefused(code, message, redirectTo(redirectUri, { error: code }, state));
  };
  if (query.repeated.size > 0) refuse('invalid_request', 'a parameter was sent twice');
  if (!query.get('response_type')) refuse('invalid_request', 'response_type is missing');
  if (query.get('response_type') !== 'code') refuse('unsupported_response_type', 'response_type must be code');
  const challenge = query.get('code_challenge');
  const method = query.get('code_challenge_method');
  if (challenge === undefined && method !== undefined) refuse('invalid_request', 'code_challenge is missing');
  if (challenge === undefined && client.pkceRequired) refuse('invalid_request', 'code_challenge is missing');
  if (challenge !== undefined && (method !== 'S256' || !isChallenge(challenge))) {
    refuse('invalid_request', 'code_challenge must be one of S256');
  }
  const scope = grantedScope(query.get('scope')) ?? refuse('invalid_scope', 'scope names nothing that can be granted');
  return {
    clientId: client.id,
    redirectUri,
    scope,
    ...(state === undefined ? {} : { state }),
    ...(challenge === undefined ? {} : { challenge }),
  };
}

/**
 * The client, if new links may be made with it and this redirect URI.
 * @throws PageRefusal
 */
export function openClient(
  clientId: string | undefined,
  redirectUri: string | undefined,
  clients: readonly LinkingClient[],
): LinkingClient {
  const client = clients.find(({ id }) => id === clientId);
  if (!client) throw new PageRefusal('unknown-client');
  // RFC 9700 section 2.1: exact comparison, no prefixes, no case folding.
  if (redirectUri === undefined || !client.redirectUris.includes(redirectUri))
    throw new PageRefusal('unknown-redirect');
  if (!isOpen(client)) throw new PageRefusal('retired-client');
  return client;
}

/** @param state already percent-encoded */
export function redirectTo(
  redirectUri: string,
  parameters: Readonly<Record<string, string>>,
  state: string | undefined,
): string {
  const pairs = Object.entries(parameters).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  if (state !== undefined) pairs.push(`state=${state}`);
  return `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${pairs.join('&')}`;
}
