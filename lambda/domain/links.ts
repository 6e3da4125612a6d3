import type { Clock } from '../ports/clock.ts';
import type { Link, LinkEnd, LinkStore } from '../ports/link-store.ts';

/** Marks a link as ended, whoever else writes to it meanwhile. */
export async function endLink(
  standing: Link,
  because: LinkEnd,
  { links, clock }: { readonly links: LinkStore; readonly clock: Clock },
): Promise<void> {
  for (let link: Link | undefined = standing; link && link.state !== 'ended'; link = await links.get(standing.id)) {
    const endedAt = clock.now().toISOString();
    if (await links.replace(link, { ...link, state: 'ended', endedBecause: because, endedAt })) return;
  }
}
