import type { TokenClient } from '../../ports/token-client.ts';
import { createTokenRequest, type TokenClientOptions, toTokens, withRetries } from './token-request.ts';

/** Pauses between the attempts to exchange one code. The caller's deadline may end them earlier: a person is looking at the Alexa app. */
const EXCHANGE_PAUSES_MS = [200, 500, 1_000, 2_000];

/**
 * Login with Amazon for the grants of event gateways. Both requests are without `redirect_uri`: the code of AcceptGrant was never redirected
 * anywhere.
 */
export function createTokenClient(options: TokenClientOptions): TokenClient {
  const { clock } = options;
  const ask = createTokenRequest(options);
  const askRepeatedly = withRetries(ask, EXCHANGE_PAUSES_MS, clock);
  return {
    // If a lost answer has used up the code, the next answer is invalid_grant. Then only a new AcceptGrant helps.
    exchange: async (code, signal) =>
      toTokens(await askRepeatedly({ grant_type: 'authorization_code', code }, signal), undefined, clock),
    refresh: async (refreshToken, signal) => {
      const grant = { grant_type: 'refresh_token', refresh_token: refreshToken };
      let outcome = await ask(grant, signal);
      // A lost answer does no harm here: this refresh token stays valid until a newer one is used.
      if ('failed' in outcome && outcome.retry === 'connection-lost') outcome = await ask(grant, signal);
      return toTokens(outcome, refreshToken, clock);
    },
  };
}
