import { endLink } from '../domain/links.ts';
import { StoreUnavailable } from '../ports/errors.ts';
import type { Link } from '../ports/link-store.ts';
import { OAuthError } from './errors.ts';
import { LinkMissing } from './links.ts';
import type { LinkingPorts } from './ports.ts';

/** How long the previous generation still works, for refreshes that were sent at the same time. */
const GRACE_MS = 120_000;

/**
 * Confirmed rotation: a refresh token stays valid until the client has used its successor. So a refresh whose answer was lost can be
 * repeated at any time. Generations are numbered and tokens are computed, so a repeated refresh gets the same successor.
 *
 * An older token was replaced, and the client has used its successor: somebody else has the old one, so the link ends. During the grace
 * period the link stays.
 * @returns the generation to hand out
 * @throws OAuthError `invalid_grant`
 */
export async function nextGeneration(standing: Link, shown: number, ports: LinkingPorts): Promise<number> {
  for (let link: Link | undefined = standing; link; link = await ports.links.get(standing.id)) {
    if (link.state === 'ended') throw new OAuthError('invalid_grant', 'the link was ended');
    const now = ports.clock.now();
    const confirmed = link.rotation?.confirmed ?? -1;
    if (shown === confirmed) return shown + 1;
    if (shown > confirmed) {
      if (await confirm(link, shown, now, ports)) return shown + 1;
      continue;
    }
    const withinGrace = now.getTime() - Date.parse(link.rotation?.confirmedAt ?? '') <= GRACE_MS;
    if (withinGrace && shown === confirmed - 1) return shown + 1;
    if (!withinGrace) {
      ports.log.error('token-replayed', { link: link.id, account: link.accountId, client: link.clientId });
      await endLink(link, 'token-replayed', ports);
    }
    throw new OAuthError('invalid_grant', 'the refresh token was replaced and its successor used');
  }
  throw new LinkMissing(standing.id);
}

/** Stores the newest generation that the client has used. If the write fails, the next refresh stores it: the successor is the same. */
async function confirm(link: Link, shown: number, now: Date, { links, log }: LinkingPorts): Promise<boolean> {
  try {
    const rotation = { confirmed: shown, confirmedAt: now.toISOString() };
    return (await links.replace(link, { ...link, rotation })) !== undefined;
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    log.warn('rotation-not-stored', { link: link.id, error });
    return true;
  }
}
