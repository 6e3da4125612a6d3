import type { Clock } from '../ports/clock.ts';
import type { HomeStore } from '../ports/home-store.ts';
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

/** Whether a home is linked with any Amazon account, or about to be. */
export const isLinked = async (homeId: string, links: LinkStore, now: Date): Promise<boolean> =>
  (await links.ofHome(homeId)).some(
    ({ state, code }) => state === 'live' || (state === 'pending' && Date.parse(code.expiresAt) > now.getTime()),
  );

/**
 * Forgets the password of a home that nobody is linked with any more. Its session stays to its own end, so that a link made soon after
 * finds everything as it was.
 */
export async function forgetPassword(
  homeId: string,
  { homes, links, clock }: { readonly homes: HomeStore; readonly links: LinkStore; readonly clock: Clock },
): Promise<void> {
  for (;;) {
    const home = await homes.get(homeId);
    if (!home?.credentials || (await isLinked(homeId, links, clock.now()))) return;
    const { credentials: _, dueAt: __, ...next } = home;
    if (await homes.replace(home, next)) return;
  }
}
