import { createHash } from 'node:crypto';
import type { Clock } from '../ports/clock.ts';
import { GrantRevoked, StoreUnavailable } from '../ports/errors.ts';
import type { AlexaRegion, Grant, GrantStore } from '../ports/grant-store.ts';
import type { TokenClient } from '../ports/token-client.ts';

export interface GrantPorts {
  readonly grants: GrantStore;
  readonly tokens: TokenClient;
  readonly clock: Clock;
}

const LOOK_AGAIN_MS = 300;
const LOOKS = 5;

/**
 * Exchanges a grant code at Login with Amazon and keeps the tokens. Sent twice, also at once, one code is one grant; a code of a new
 * link supersedes the grant of the old.
 * @throws GrantRevoked, MessagingClientRefused, TokenServiceUnreachable, StoreUnavailable
 */
export async function acceptGrant(
  link: { readonly accountId: string; readonly linkId: string; readonly region: AlexaRegion },
  code: string,
  { grants, tokens, clock }: GrantPorts,
  signal: AbortSignal,
): Promise<void> {
  const codeHash = createHash('sha256').update(code).digest('base64url');
  const stored = <T>(call: () => Promise<T>) => persistently(call, clock, signal);
  const accepted = () => stored(async () => (await grants.get(link.accountId, link.linkId))?.codeHash === codeHash);
  if (await accepted()) return;
  try {
    const fresh = await tokens.exchange(code, signal);
    // The code is spent by now and these tokens will not come again.
    await stored(() =>
      grants.put({ accountId: link.accountId, id: link.linkId, region: link.region, tokens: fresh, codeHash }),
    );
  } catch (error) {
    if (!(error instanceof GrantRevoked)) throw error;
    // The same directive may have come twice, and the other one is about to store its tokens.
    for (let look = 0; look < LOOKS; look++) {
      if (await accepted()) return;
      await clock.wait(LOOK_AGAIN_MS, signal);
    }
    throw error;
  }
}

/** Calls the store until it answers or the time is up. */
async function persistently<T>(call: () => Promise<T>, clock: Clock, signal: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof StoreUnavailable) || signal.aborted) throw error;
      await clock.wait(LOOK_AGAIN_MS, signal);
    }
  }
}

/** Login with Amazon's access tokens live an hour; one that is about to end is not worth sending with. */
const REFRESH_EARLY_MS = 5 * 60_000;

/**
 * A grant whose access token is good for five minutes or more. Two that refresh at once both get a good one: the first to write wins,
 * the other takes what now stands.
 * @param refused an access token that the gateway has just refused: it is refreshed whatever its end
 * @throws GrantRevoked, MessagingClientRefused, TokenServiceUnreachable, StoreUnavailable
 */
export async function freshGrant(
  grant: Grant,
  { grants, tokens, clock }: GrantPorts,
  signal: AbortSignal,
  refused?: string,
): Promise<Grant> {
  const { accessToken, refreshToken, expiresAt } = grant.tokens;
  const early = Date.parse(expiresAt) - REFRESH_EARLY_MS;
  if (accessToken !== refused && clock.now().getTime() < early) return grant;
  const fresh = await tokens.refresh(refreshToken, signal);
  const written = await grants.replace(grant, fresh);
  if (written) return written;
  const standing = await grants.get(grant.accountId, grant.id);
  // Of two answers the later one stays, whoever wrote first.
  if (!standing || standing.tokens.issuedAt >= fresh.issuedAt) return standing ?? { ...grant, tokens: fresh };
  return (await grants.replace(standing, fresh)) ?? { ...standing, tokens: fresh };
}
