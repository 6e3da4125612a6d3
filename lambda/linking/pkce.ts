import { OAuthError } from './errors.ts';
import { sameSecret, sha256 } from './hash.ts';

/** An S256 challenge is the unpadded base64url of 32 bytes (RFC 7636 section 4.2). */
export const isChallenge = (text: string): boolean => /^[\w-]{43}$/.test(text);

/**
 * Proof Key for Code Exchange (RFC 7636), S256 only. A verifier without a challenge is refused too: somebody removed the challenge from
 * the authorization request (RFC 9700 section 2.1.1).
 * @throws OAuthError `invalid_grant`
 */
export function checkVerifier(challenge: string | undefined, verifier: string | undefined): void {
  if (challenge === undefined && verifier === undefined) return;
  if (challenge === undefined) throw new OAuthError('invalid_grant', 'code_verifier for a code without a challenge');
  if (verifier === undefined) throw new OAuthError('invalid_grant', 'code_verifier is missing');
  const wellFormed = /^[A-Za-z0-9._~-]{43,128}$/.test(verifier);
  if (!wellFormed || !sameSecret(sha256(verifier).toString('base64url'), challenge)) {
    throw new OAuthError('invalid_grant', 'code_verifier is wrong');
  }
}
