import * as v from 'valibot';
import { parseJson } from '../../basics/json.ts';
import type { Clock } from '../../ports/clock.ts';
import { GrantRevoked, MessagingClientRefused, TokenServiceUnreachable } from '../../ports/errors.ts';
import type { Tokens } from '../../ports/grant-store.ts';
import type { TokenClient } from '../../ports/token-client.ts';
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

/** Pauses between the attempts to exchange one code. The caller's deadline may end them earlier: a person is looking at the Alexa app. */
const EXCHANGE_PAUSES_MS = [200, 500, 1_000, 2_000];

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
type Outcome =
  | { readonly tokens: v.InferOutput<typeof WireTokens> }
  | { readonly failed: GrantRevoked | MessagingClientRefused | TokenServiceUnreachable; readonly retry?: RetryReason };
type RetryReason = 'connection-lost' | 'busy';

/**
 * Login with Amazon's token endpoint (https://developer.amazon.com/docs/login-with-amazon/access-token.html). Both requests are forms
 * without `redirect_uri`: the code of AcceptGrant was never redirected anywhere.
 */
export function createTokenClient(options: TokenClientOptions): TokenClient {
  const { url, clientId, clientSecret, clock, timeoutMs = 3_000 } = options;
  const client = createHttpClient({ timeoutMs, longestAnswerBytes: LONGEST_ANSWER_BYTES });

  const ask = async (grant: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Outcome> => {
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

  return {
    exchange: async (code, signal) => {
      const grant = { grant_type: 'authorization_code', code };
      let outcome = await ask(grant, signal);
      // If a lost answer has used up the code, the next answer is invalid_grant. Then only a new AcceptGrant helps.
      for (const pauseMs of EXCHANGE_PAUSES_MS) {
        if ('tokens' in outcome || !outcome.retry) break;
        if (!(await waited(pauseMs, clock, signal))) break;
        outcome = await ask(grant, signal);
      }
      return toTokens(outcome, undefined, clock);
    },
    refresh: async (refreshToken, signal) => {
      const grant = { grant_type: 'refresh_token', refresh_token: refreshToken };
      let outcome = await ask(grant, signal);
      // A lost answer does no harm here: this refresh token stays valid until a newer one is used.
      if ('failed' in outcome && outcome.retry === 'connection-lost') outcome = await ask(grant, signal);
      return toTokens(outcome, refreshToken, clock);
    },
  };
}

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

function toTokens(outcome: Outcome, standing: string | undefined, clock: Clock): Tokens {
  if ('failed' in outcome) throw outcome.failed;
  const { access_token: accessToken, refresh_token: refreshToken = standing, expires_in } = outcome.tokens;
  if (!refreshToken) throw new TokenServiceUnreachable('Login with Amazon answered a code without a refresh token');
  const now = clock.now();
  const expiresAt = new Date(now.getTime() + expires_in * 1_000);
  return { accessToken, refreshToken, expiresAt: expiresAt.toISOString(), issuedAt: now.toISOString() };
}
