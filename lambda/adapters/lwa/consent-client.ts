import type { ConsentClient, ConsentTokens } from '../../ports/consent-client.ts';
import { createTokenRequest, type Outcome, type TokenClientOptions, withRetries } from './token-request.ts';

/** The pause before the one repetition of a request that Amazon was too busy for, or whose connection was lost. */
const PAUSES_MS = [500];

/**
 * Login with Amazon for the consent to link the skill. The code came by a redirect, so its exchange names `redirect_uri`, unlike that of an
 * AcceptGrant, and it has the verifier of PKCE.
 */
export function createConsentClient(options: TokenClientOptions): ConsentClient {
  const ask = withRetries(createTokenRequest(options), PAUSES_MS, options.clock);
  return {
    async exchange({ code, redirectUri, verifier }, signal) {
      const grant = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier };
      return toConsent(await ask(grant, signal));
    },
    refresh: async (refreshToken, signal) =>
      toConsent(await ask({ grant_type: 'refresh_token', refresh_token: refreshToken }, signal)),
  };
}

function toConsent(outcome: Outcome): ConsentTokens {
  if ('failed' in outcome) throw outcome.failed;
  const { access_token: accessToken, refresh_token: refreshToken } = outcome.tokens;
  return { accessToken, ...(refreshToken !== undefined && { refreshToken }) };
}
