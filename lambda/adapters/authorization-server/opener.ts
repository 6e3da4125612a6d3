import type { BearerOpener } from '../../ports/bearer.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CloudSession } from '../../ports/device-cloud.ts';
import { BearerUnverified } from '../../ports/errors.ts';
import { createIntrospection } from './introspection.ts';
import { type Issuer, ownerOf } from './issuer.ts';
import { createVerifier, isJwt, issuerOf, type Verify } from './jwt.ts';

export interface OpenerOptions {
  readonly issuers: readonly Issuer[];
  readonly clock: Clock;
  /** Reads the key set of an address, as `maintenance` has stored it. */
  readonly storedKeys?: (jwksUrl: string) => Promise<unknown>;
  /** The session at the device cloud that an access token is, in the words of its adapter. */
  readonly toSession: (token: string, accountId: string, expiresAt: string) => Promise<CloudSession>;
}

/** Longer tokens are none that a directive carries. */
const LONGEST_TOKEN = 8_192;

/**
 * Opens access tokens of a maker's own authorization server. What cannot be verified is most likely a setting of ours, so no token is ever
 * said to be invalid: Alexa would unlink.
 * @throws BearerExpired, BearerUnverified; never BearerInvalid
 */
export function createOpener({ issuers, clock, storedKeys, toSession }: OpenerOptions): BearerOpener {
  const jwt: { readonly issuer: Issuer; readonly names: readonly string[]; readonly verify: Verify }[] = [];
  const opaque: { readonly issuer: Issuer; readonly verify: Verify }[] = [];
  for (const issuer of issuers) {
    if (issuer.kind === 'opaque') opaque.push({ issuer, verify: createIntrospection(issuer, clock) });
    else {
      const stored = storedKeys && (() => storedKeys(issuer.jwksUrl));
      jwt.push({ issuer, names: issuer.issuers, verify: createVerifier(issuer, clock, stored) });
    }
  }
  /** A JWT of a server that is none of ours may still be opaque to us. */
  const candidatesFor = (token: string) => {
    const name = isJwt(token) ? issuerOf(token) : undefined;
    const own = jwt.filter(({ names }) => name !== undefined && names.includes(name));
    return own.length > 0 ? own : opaque;
  };
  return {
    async open(token, now) {
      if (token.length > LONGEST_TOKEN) throw new BearerUnverified('longer than any token');
      let failure: unknown = new BearerUnverified('of an unknown issuer');
      for (const { issuer, verify } of candidatesFor(token)) {
        try {
          const { claims, endsAt } = await verify(token, now);
          const owner = ownerOf(token, claims, issuer);
          return { ...owner, session: await toSession(token, owner.accountId, endsAt.toISOString()) };
        } catch (error) {
          failure = error;
        }
      }
      throw failure;
    },
  };
}
