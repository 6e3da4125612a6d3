/** Notes signs of Alexa's half on the row of its link. `alexa-evidence.ts` says what they mean. */
import { changeRow } from '../basics/change-row.ts';
import type { Clock } from '../ports/clock.ts';
import type { AlexaLinkStatus, Link, LinkStore } from '../ports/link-store.ts';

export interface SignPorts {
  readonly links: Pick<LinkStore, 'get' | 'replace'>;
  readonly clock: Clock;
}

/**
 * Login with Amazon has answered `invalid_grant` for the grant of this link. The moment of the first such answer stays.
 * @returns the link as it is now; nothing where the row is missing
 * @throws StoreUnavailable
 */
export const noteGrantRevoked = (linkId: string, ports: SignPorts): Promise<Link | undefined> =>
  changeLink(linkId, ports, (link, now) =>
    link.grantRevokedAt === undefined ? { ...link, grantRevokedAt: now } : undefined,
  );

/**
 * The Amazon account of this link has made a newer one.
 * @returns the link as it is now; nothing where the row is missing
 * @throws StoreUnavailable
 */
export const noteSuperseded = (linkId: string, ports: SignPorts): Promise<Link | undefined> =>
  changeLink(linkId, ports, (link, now) =>
    link.supersededAt === undefined ? { ...link, supersededAt: now } : undefined,
  );

/**
 * What Amazon's Skill Enablement API says of this link now (`GET …/enablement`).
 * @returns the link as it is now; nothing where the row is missing
 * @throws StoreUnavailable
 */
export const noteAlexaStatus = (linkId: string, status: AlexaLinkStatus, ports: SignPorts): Promise<Link | undefined> =>
  changeLink(linkId, ports, (link, now) => ({ ...link, alexaStatus: { status, checkedAt: now } }));

async function changeLink(
  linkId: string,
  { links, clock }: SignPorts,
  next: (link: Link, now: string) => Omit<Link, 'id' | 'version'> | undefined,
): Promise<Link | undefined> {
  let latest: Link | undefined;
  const written = await changeRow<Link | undefined, Omit<Link, 'id' | 'version'>, Link>({
    read: async () => {
      latest = await links.get(linkId);
      return latest;
    },
    next: (link) => (link && link.state !== 'ended' ? next(link, clock.now().toISOString()) : undefined),
    write: async (link, changed) => link && (await links.replace(link, changed)),
  });
  return written ?? latest;
}
