import * as v from 'valibot';
import { parseJson } from '../../basics/json.ts';
import type { Clock } from '../../ports/clock.ts';
import { GrantRevoked, MessagingClientRefused, TokenServiceUnreachable } from '../../ports/errors.ts';
import type { Tokens } from '../../ports/grant-store.ts';
import { createHttpClient, type HttpAnswer, NoAnswer } from '../http/client.ts';
import { isConnectionLost, isTransient } from '../http/retry.ts';

export interface TokenClientOptions {
  readonly url: string;
  /** The skill's Alexa Skill Messaging credentials, not those of account linking. */
  readonly clientId: string;
  readonly clientSecret: string;
  readonly clock: Clock;
  /** Limit of one request. The caller's signal ends all of them. */
  readonly timeoutMs?: number;
}

/** An answer is a few kilobytes. */
const LONGEST_ANSWER_BYTES = 256 * 1024;

/** Goes unchanged into an HTTP header, so only visible ASCII is allowed. */
const token = v.pipe(v.string(), v.regex(/^[\x21-\x7e]+$/));
/** Amazon's documented lifetime, for an answer without `expires_in`. A token that ends earlier meets a 401 and is refreshed then. */
const DEFAULT_LIFETIME_S = 3_600;
/** Seconds. Amazon's pages show it as a number, and in places as text (`"expires_in": "3600"`). */
const lifetime = v.nullish(
  v.pipe(
    v.union([v.number(), v.string()]),
    v.transform((given) => (given === '' ? DEFAULT_LIFETIME_S : Number(given))),
    v.minValue(1),
    v.maxValue(1e9),
  ),
  DEFAULT_LIFETIME_S,
);
const WireTokens = v.object({
  access_token: token,
  refresh_token: v.optional(token),
  expires_in: lifetime,
});
const WireError = v.object({ error: v.pipe(v.string(), v.regex(/^\w{1,40}$/)) });

/** What one request led to. `retry`: Amazon decided nothing, so a second request may succeed. */
export type Outcome =
  | { readonly tokens: v.InferOutput<typeof WireTokens> }
  | { readonly failed: GrantRevoked | MessagingClientRefused | TokenServiceUnreachable; readonly retry?: RetryReason };
type RetryReason = 'connection-lost' | 'busy';

export type TokenRequest = (grant: Readonly<Record<string, string>>, signal: AbortSignal) => Promise<Outcome>;

/** One request to Login with Amazon's token endpoint (https://developer.amazon.com/docs/login-with-amazon/access-token.html), as a form. */
export function createTokenRequest(options: TokenClientOptions): TokenRequest {
  const { url, clientId, clientSecret, timeoutMs = 3_000 } = options;
  const client = createHttpClient({ timeoutMs, longestAnswerBytes: LONGEST_ANSWER_BYTES });
  return async (grant, signal) => {
    const body = new URLSearchParams({ ...grant, client_id: clientId, client_secret: clientSecret }).toString();
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded;charset=UTF-8', Accept: 'application/json' };
    try {
      return toOutcome(await client.start({ method: 'POST', url, body, headers, signal }).answer);
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      const failed = new TokenServiceUnreachable('Login with Amazon did not answer', { cause: error });
      return isConnectionLost(error) ? { failed, retry: 'connection-lost' } : { failed };
    }
  };
}

/** Sends a request once more after each of these pauses, as long as Amazon decides nothing and the caller's signal allows it. */
export const withRetries =
  (request: TokenRequest, pausesMs: readonly number[], clock: Clock): TokenRequest =>
  async (grant, signal) => {
    let outcome = await request(grant, signal);
    for (const pauseMs of pausesMs) {
      if ('tokens' in outcome || !outcome.retry) break;
      if (!(await waited(pauseMs, clock, signal))) break;
      outcome = await request(grant, signal);
    }
    return outcome;
  };

/** @returns false when the signal ended the wait */
const waited = (ms: number, clock: Clock, signal: AbortSignal): Promise<boolean> =>
  clock.wait(ms, signal).then(
    () => true,
    () => false,
  );

function toOutcome({ status, text }: HttpAnswer): Outcome {
  const json = parseJson(text);
  if (status >= 200 && status < 300) {
    const tokens = v.safeParse(WireTokens, json);
    if (tokens.success) return { tokens: tokens.output };
    return {
      failed: new TokenServiceUnreachable(`Login with Amazon answered ${status} with something other than tokens`),
    };
  }
  return toRefusal(status, v.is(WireError, json) ? json.error : undefined);
}

/** RFC 6749 section 5.2. A grant is deleted only for `invalid_grant`, and only if it comes with status 400. */
function toRefusal(status: number, error: string | undefined): Outcome {
  const message = `Login with Amazon answered ${status}${error ? ` ${error}` : ''}`;
  if (status === 400 && error === 'invalid_grant') return { failed: new GrantRevoked(message) };
  if (status >= 400 && status < 500 && (error === 'invalid_client' || error === 'unauthorized_client'))
    return { failed: new MessagingClientRefused(message) };
  const failed = new TokenServiceUnreachable(message);
  return isTransient(status) ? { failed, retry: 'busy' } : { failed };
}

/** @param standing the refresh token that stays, where the answer has none */
export function toTokens(outcome: Outcome, standing: string | undefined, clock: Clock): Tokens {
  if ('failed' in outcome) throw outcome.failed;
  const { access_token: accessToken, refresh_token: refreshToken = standing, expires_in } = outcome.tokens;
  if (!refreshToken) throw new TokenServiceUnreachable('Login with Amazon answered a code without a refresh token');
  const now = clock.now();
  const expiresAt = new Date(now.getTime() + expires_in * 1_000);
  return { accessToken, refreshToken, expiresAt: expiresAt.toISOString(), issuedAt: now.toISOString() };
}
