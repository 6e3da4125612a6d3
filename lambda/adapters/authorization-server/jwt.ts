import { decodeJwt, errors, jwtVerify } from 'jose';
import { asError } from '../../basics/as-error.ts';
import type { Clock } from '../../ports/clock.ts';
import { BearerExpired, BearerUnverified, isSkillError } from '../../ports/errors.ts';
import { type Claims, checkUse, type JwtIssuer } from './issuer.ts';
import { createKeys, type Stored } from './keys.ts';

/** A directive may be on its way when its token ends, and clocks differ. */
const GRACE_SECONDS = 5 * 60;

export interface Verified {
  readonly claims: Claims;
  readonly endsAt: Date;
}

export type Verify = (token: string, now: Date) => Promise<Verified>;

/** Whether a token is a JWT in form. */
export const isJwt = (token: string): boolean => /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token);

/** `iss` of a token, unverified: it only says with which keys to look. */
export function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

/**
 * Verifies access tokens of one server (RFC 7519, 9068), from its keys in memory.
 * @returns a function that throws BearerExpired, BearerUnverified
 */
export function createVerifier(issuer: JwtIssuer, clock: Clock, stored?: Stored): Verify {
  const keys = createKeys({ url: issuer.jwksUrl, clock, snapshot: issuer.keys, ...(stored && { stored }) });
  return async (token, now) => {
    const claims = await jwtVerify(token, keys, {
      algorithms: [...issuer.algorithms],
      issuer: [...issuer.issuers],
      ...(issuer.audiences && { audience: [...issuer.audiences] }),
      requiredClaims: ['exp'],
      clockTolerance: GRACE_SECONDS,
      currentDate: now,
    }).then(({ payload }) => payload, refuse);
    checkUse(claims, issuer);
    return { claims, endsAt: new Date((claims.exp ?? 0) * 1000) };
  };
}

/** jose's errors hold claims, and no token. */
function refuse(error: unknown): never {
  if (error instanceof errors.JWTExpired) throw new BearerExpired('the access token has ended');
  if (error instanceof errors.JOSEError) throw new BearerUnverified(error.code);
  throw isSkillError(error) ? error : asError(error);
}
