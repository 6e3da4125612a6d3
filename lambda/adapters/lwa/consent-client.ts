import type { ConsentClient, ConsentTokens } from '../../ports/consent-client.ts';
import { createTokenRequest, type Outcome, type TokenClientOptions } from './token-request.ts';

/** The pause before the one repetition of a request that Amazon was too busy for, or whose connection was lost. */
const PAUSE_MS = 500;

/**
 * Login with Amazon for the consent to link the skill. The code came by a redirect, so its exchange names `redirect_uri`, unlike that of an
 * AcceptGrant, and it has the verifier of PKCE.
 */
export function createConsentClient(options: TokenClientOptions): ConsentClient {
  const { clock } = options;
  const request = createTokenRequest(options);

  async function ask(form: Readonly<Record<string, string>>, signal: AbortSignal): Promise<ConsentTokens> {
    let outcome = await request(form, signal);
    if ('failed' in outcome && outcome.retry) {
      const { failed } = outcome;
      await clock.wait(PAUSE_MS, signal).catch(() => {
        throw failed;
      });
      outcome = await request(form, signal);
    }
    return toConsent(outcome);
  }

  return {
    exchange: ({ code, redirectUri, verifier }, signal) =>
      ask({ grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier }, signal),
    refresh: (refreshToken, signal) => ask({ grant_type: 'refresh_token', refresh_token: refreshToken }, signal),
  };
}

function toConsent(outcome: Outcome): ConsentTokens {
  if ('failed' in outcome) throw outcome.failed;
  const { access_token: accessToken, refresh_token: refreshToken } = outcome.tokens;
  return { accessToken, ...(refreshToken !== undefined && { refreshToken }) };
}
