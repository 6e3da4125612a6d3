import { changeRow } from '../basics/change-row.ts';
import { endLink } from '../domain/links.ts';
import { StoreUnavailable } from '../ports/errors.ts';
import type { Link } from '../ports/link-store.ts';
import { OAuthError } from './errors.ts';
import { asUsed } from './link-use.ts';
import { LinkMissing } from './links.ts';
import type { LinkingPorts } from './ports.ts';

/** How long the previous generation still works, for refreshes that were sent at the same time. */
const GRACE_MS = 120_000;

export interface Rotated {
  /** The generation to hand out. */
  readonly generation: number;
  /** The link as it stands now. Where the table did not take the write, as it would stand. */
  readonly link: Link;
}

/**
 * Confirmed rotation: a refresh token stays valid until the client has used its successor. So a refresh whose answer was lost can be
 * repeated at any time. Generations are numbered and tokens are computed, so a repeated refresh gets the same successor.
 *
 * An older token was replaced, and the client has used its successor: somebody else has the old one, so the link ends. During the grace
 * period the link stays.
 * @throws OAuthError `invalid_grant`
 */
export async function nextGeneration(standing: Link, shown: number, ports: LinkingPorts): Promise<Rotated> {
  let link = standing;
  const written = await changeRow<Link, Link, Link>({
    known: standing,
    read: async () => {
      const read = await ports.links.get(standing.id);
      if (!read) throw new LinkMissing(standing.id);
      return read;
    },
    next: async (row) => {
      link = row;
      return await rotated(row, shown, ports);
    },
    write: (row, next) => store(row, next, ports),
  });
  return { generation: shown + 1, link: written ?? link };
}

/**
 * The link after this generation was used; nothing where it says so already.
 * @throws OAuthError `invalid_grant`
 */
async function rotated(link: Link, shown: number, ports: LinkingPorts): Promise<Link | undefined> {
  if (link.state === 'ended') throw new OAuthError('invalid_grant', 'the link was ended');
  const now = ports.clock.now();
  const confirmed = link.rotation?.confirmed ?? -1;
  if (shown > confirmed)
    return { ...asUsed(link, now), rotation: { confirmed: shown, confirmedAt: now.toISOString() } };
  const withinGrace = now.getTime() - Date.parse(link.rotation?.confirmedAt ?? '') <= GRACE_MS;
  if (shown === confirmed || (withinGrace && shown === confirmed - 1)) return undefined;
  if (!withinGrace) {
    ports.log.error('token-replayed', { link: link.id, account: link.accountId, client: link.clientId });
    await endLink(link, 'token-replayed', ports);
  }
  throw new OAuthError('invalid_grant', 'the refresh token was replaced and its successor used');
}

/**
 * Stores the newest generation that the client has used. If the write fails, the next refresh stores it: the successor is the same.
 * @returns undefined when another writer was first
 */
async function store(link: Link, next: Link, { links, log }: LinkingPorts): Promise<Link | undefined> {
  try {
    return await links.replace(link, next);
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    log.warn('rotation-not-stored', { link: link.id, error });
    return next;
  }
}
