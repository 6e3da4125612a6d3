import { StoreUnavailable } from '../ports/errors.ts';
import type { Link, LinkEnd } from '../ports/link-store.ts';
import type { LinkingPorts } from './ports.ts';

/** A token or code of ours whose row is not there: the wrong table, a restored backup. It proves nothing about the link. */
export class LinkMissing extends StoreUnavailable {
  constructor(linkId: string) {
    super(`no row for link ${linkId}`);
  }
}

/** Marks a link as ended, whoever else writes to it meanwhile. */
export async function endLink(
  standing: Link,
  because: LinkEnd,
  ports: Pick<LinkingPorts, 'links' | 'clock'>,
): Promise<void> {
  for (
    let link: Link | undefined = standing;
    link && link.state !== 'ended';
    link = await ports.links.get(standing.id)
  ) {
    const endedAt = ports.clock.now().toISOString();
    if (await ports.links.replace(link, { ...link, state: 'ended', endedBecause: because, endedAt })) return;
  }
}
