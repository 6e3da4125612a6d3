import type { Clock } from '../../ports/clock.ts';
import type { TokenClient } from '../../ports/token-client.ts';
import { createTokenRequest, type TokenClientOptions, toTokens } from './token-request.ts';

/** Pauses between the attempts to exchange one code. The caller's deadline may end them earlier: a person is looking at the Alexa app. */
const EXCHANGE_PAUSES_MS = [200, 500, 1_000, 2_000];

/**
 * Login with Amazon for the grants of event gateways. Both requests are without `redirect_uri`: the code of AcceptGrant was never redirected
 * anywhere.
 */
export function createTokenClient(options: TokenClientOptions): TokenClient {
  const { clock } = options;
  const ask = createTokenRequest(options);
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
