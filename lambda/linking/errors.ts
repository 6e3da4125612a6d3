import { asError } from '../basics/as-error.ts';
import { isSkillError } from '../ports/errors.ts';
import type { Log } from '../ports/log.ts';

/** Error codes for mistakes of the client (RFC 6749 sections 4.1.2.1 and 5.2), and their status at the token endpoint. */
const STATUS = {
  invalid_request: 400,
  invalid_client: 401,
  invalid_grant: 400,
  unauthorized_client: 400,
  unsupported_grant_type: 400,
  unsupported_response_type: 400,
  invalid_scope: 400,
} as const;

export type OAuthErrorCode = keyof typeof STATUS;

/**
 * A mistake of the client. The message is sent as `error_description`: fixed text, nothing from the input. `invalid_grant` makes Alexa
 * drop the link, so it needs positive proof.
 */
export class OAuthError extends Error {
  override readonly name = 'OAuthError';
  readonly code: OAuthErrorCode;
  readonly status: number;
  constructor(code: OAuthErrorCode, message: string, status: number = STATUS[code]) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/**
 * One registered client presents a valid refresh token of another one. It gets no tokens (RFC 6749 section 6). Alexa uses every
 * registered client, and refreshes a link with the client that made it: so this is a configuration error, not proof that the link ended.
 */
export class ClientMismatch extends Error {
  override readonly name = 'ClientMismatch';
  constructor(linkId: string, made: string, asking: string) {
    super(`link ${linkId} was made for client ${made}, and ${asking} refreshes it`);
  }
}

const REFUSED = { token: 'token-request-refused', revocation: 'revocation-request-refused' } as const;
const FAILED = { token: 'token-request-failed', revocation: 'revocation-request-failed' } as const;

const RETRY_AFTER_SECONDS = '5';

export const jsonResponse = (status: number, body: object, headers: Readonly<Record<string, string>> = {}): Response =>
  new Response(JSON.stringify(body), {
    status,
    headers: {
      'Content-Type': 'application/json;charset=UTF-8',
      'Cache-Control': 'no-store',
      Pragma: 'no-cache',
      'X-Content-Type-Options': 'nosniff',
      ...headers,
    },
  });

/**
 * The error response of the token and revocation endpoints: always JSON. Our own failure is a 5xx, after which Alexa tries again
 * (Amazon developer blog, 30 June 2024, on account linking). It is never reported as a mistake of the client.
 */
export function errorResponse(error: unknown, endpoint: 'token' | 'revocation', log: Log): Response {
  if (error instanceof OAuthError) {
    const note = { code: error.code, reason: error.message };
    log.warn(REFUSED[endpoint], note);
    return jsonResponse(error.status, { error: error.code, error_description: error.message }, headersOf(error));
  }
  log.error(FAILED[endpoint], { error: asError(error) });
  const retry = { 'Retry-After': RETRY_AFTER_SECONDS };
  const description = { error_description: 'not your fault, try again' };
  if (isSkillError(error)) return jsonResponse(503, { error: 'temporarily_unavailable', ...description }, retry);
  const status = error instanceof ClientMismatch ? 503 : 500;
  return jsonResponse(status, { error: 'server_error', ...description }, retry);
}

function headersOf(error: OAuthError): Record<string, string> {
  if (error.status === 401) return { 'WWW-Authenticate': 'Basic realm="account linking", charset="UTF-8"' };
  if (error.status === 405) return { Allow: 'POST' };
  return {};
}
