import { endLink } from '../domain/links.ts';
import { StoreUnavailable } from '../ports/errors.ts';
import type { Link } from '../ports/link-store.ts';
import { OAuthError } from './errors.ts';
import { LinkMissing } from './links.ts';
import type { LinkingPorts } from './ports.ts';

/** How long the generation before the last shown one still works: for refreshes that were on their way side by side. */
const GRACE_MS = 120_000;

/**
 * Confirmed rotation: a refresh token stays good until the client has shown its successor, however late it repeats a refresh whose
 * answer was lost. Generations are numbered and their tokens computed, so a repeated refresh gets the very same successor.
 *
 * What is older than that was replaced and has been proven received, so somebody else has it: the link ends. Within the grace
 * nothing ends.
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

/** Notes the newest generation shown. Should that not be possible now, the next refresh notes it: the successor is the same. */
async function confirm(link: Link, shown: number, now: Date, { links, log }: LinkingPorts): Promise<boolean> {
  try {
    const rotation = { confirmed: shown, confirmedAt: now.toISOString() };
    return (await links.replace(link, { ...link, rotation })) !== undefined;
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    log.warn('rotation-not-noted', { link: link.id, error });
    return true;
  }
}
