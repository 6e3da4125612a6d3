/** What Login with Amazon gives for a consent on its page: the tokens for one person's skill enablement. Secret. */
export interface ConsentTokens {
  readonly accessToken: string;
  /** Good until the person takes the consent back. Absent where Amazon sent none. */
  readonly refreshToken?: string;
}

/**
 * The person's consent that this skill may link itself with their Alexa (scope `alexa::skills:account_linking`), at Login with Amazon.
 * @throws GrantRevoked (the code or the refresh token is not valid any more), MessagingClientRefused, TokenServiceUnreachable
 */
export interface ConsentClient {
  /**
   * @param request the code of Amazon's redirect, the address that it came to, and the verifier of its S256 challenge (RFC 7636)
   */
  exchange(
    request: { readonly code: string; readonly redirectUri: string; readonly verifier: string },
    signal: AbortSignal,
  ): Promise<ConsentTokens>;
  refresh(refreshToken: string, signal: AbortSignal): Promise<ConsentTokens>;
}
