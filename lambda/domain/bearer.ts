import * as v from 'valibot';
import { parseJson } from '../basics/json.ts';
import type { Bearer, BearerIssuer, BearerOpener } from '../ports/bearer.ts';
import { BearerExpired, BearerInvalid } from '../ports/errors.ts';
import type { Sealer } from '../ports/sealer.ts';

const PREFIX = 'dpsa.';
const CONTEXT = 'access-token';
/** A directive may be on its way when its token ends, and clocks differ. */
const GRACE_MS = 5 * 60_000;

/** Positions, not names: the token travels with every directive. Times are epoch seconds. */
const Content = v.tuple([
  v.pipe(v.string(), v.minLength(1)), // account id
  v.pipe(v.string(), v.minLength(1)), // link id
  v.pipe(v.number(), v.integer()), // end of the token
  v.pipe(v.string(), v.isoTimestamp()), // end of the session
  v.string(), // the session's credential
]);

/**
 * Access tokens that carry all that a control directive needs, sealed: opening one takes neither a store nor the network. A token is valid
 * until its end and for five minutes more.
 */
export function sealedBearer(sealer: Sealer): BearerOpener & BearerIssuer {
  return {
    async open(token, now) {
      if (!token.startsWith(PREFIX)) throw new BearerInvalid('not an access token of ours');
      const content = v.safeParse(Content, parseJson(sealer.open(token.slice(PREFIX.length), CONTEXT)));
      // We sealed it for this very use, so this is a bug or another version of ours, and no proof that the link has ended.
      if (!content.success) throw new Error('an access token of ours has another form');
      const [accountId, linkId, endsAt, expiresAt, credential] = content.output;
      if (now.getTime() > endsAt * 1000 + GRACE_MS)
        throw new BearerExpired(`ended ${new Date(endsAt * 1000).toISOString()}`, accountId);
      return { accountId, linkId, session: { accountId, expiresAt, credential } };
    },
    async issue({ accountId, linkId, session }: Bearer, expiresInSeconds, now) {
      const endsAt = Math.floor(now.getTime() / 1000) + expiresInSeconds;
      const content = [accountId, linkId, endsAt, session.expiresAt, session.credential];
      return PREFIX + sealer.seal(JSON.stringify(content), CONTEXT);
    },
  };
}
