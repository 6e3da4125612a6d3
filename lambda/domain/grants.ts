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

const RETRY_AFTER_MS = 300;
const MOST_READS = 5;

/**
 * Exchanges a grant code at Login with Amazon and keeps the tokens. A code that is sent twice, even at the same time, is one grant. The code
 * of a new link supersedes the grant of the old one.
 * @returns `new` for a link that had no grant, otherwise `renewed`: its Alexa may have missed what was reported before
 * @throws GrantRevoked, MessagingClientRefused, TokenServiceUnreachable, StoreUnavailable
 */
export async function acceptGrant(
  link: { readonly accountId: string; readonly linkId: string; readonly region: AlexaRegion },
  code: string,
  { grants, tokens, clock }: GrantPorts,
  signal: AbortSignal,
): Promise<'new' | 'renewed'> {
  const codeHash = createHash('sha256').update(code).digest('base64url');
  const stored = <T>(call: () => Promise<T>) => untilStored(call, clock, signal);
  const standing = () => stored(() => grants.get(link.accountId, link.linkId));
  const before = await standing();
  const result = before ? 'renewed' : 'new';
  if (before?.codeHash === codeHash) return result;
  try {
    const fresh = await tokens.exchange(code, signal);
    // The code is used up now, and Amazon sends these tokens only once.
    await stored(() =>
      grants.put({ accountId: link.accountId, id: link.linkId, region: link.region, tokens: fresh, codeHash }),
    );
    return result;
  } catch (error) {
    if (!(error instanceof GrantRevoked)) throw error;
    // The same directive may have arrived twice, and the other call is about to store its tokens.
    for (let read = 0; read < MOST_READS; read++) {
      if ((await standing())?.codeHash === codeHash) return result;
      await clock.wait(RETRY_AFTER_MS, signal);
    }
    throw error;
  }
}

/** Calls the store until it answers or the signal aborts. */
async function untilStored<T>(call: () => Promise<T>, clock: Clock, signal: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof StoreUnavailable) || signal.aborted) throw error;
      await clock.wait(RETRY_AFTER_MS, signal);
    }
  }
}

/** Access tokens of Login with Amazon live an hour. A token that ends sooner than this is refreshed first. */
const REFRESH_EARLY_MS = 5 * 60_000;

/**
 * A grant whose access token is valid for five minutes or more. If two calls refresh at once, the first write wins, and the other call uses
 * what that write stored.
 * @param refused an access token that the gateway has just refused: it is refreshed even if it has not ended
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
  // The later of two answers is kept, whichever was written first.
  if (!standing || standing.tokens.issuedAt >= fresh.issuedAt) return standing ?? { ...grant, tokens: fresh };
  return (await grants.replace(standing, fresh)) ?? { ...standing, tokens: fresh };
}
