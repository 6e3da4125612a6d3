import { changeRow } from '../basics/change-row.ts';
import type { Link } from '../ports/link-store.ts';
import type { Visit } from './alexa-visit.ts';
import { isOpen } from './client-auth.ts';
import { withClients } from './clients.ts';
import type { LinkingPorts } from './ports.ts';
import { CODE_SECONDS, newCode, newLinkId } from './tokens.ts';

/** Smart home skills have one scope, and `npm run deploy` sets it. */
const SCOPE = 'lamps';

export interface Minted {
  readonly link: Link;
  readonly code: string;
}

/**
 * A code of our own for the Skill Enablement API, and the pending link that it belongs to. While its code lives, the link counts as one: a
 * SkillDisabled that comes in between does not make us forget the password. A link of this visit that is still pending gets a new code.
 * @throws StoreUnavailable, and an Error where no client may make links
 */
export async function mintCode(visit: Visit, redirectUri: string, ports: LinkingPorts): Promise<Minted> {
  const pending = (await linksOfVisit(visit, ports)).find(({ state }) => state === 'pending');
  return (pending && (await mintNext(pending, redirectUri, ports))) ?? (await mintLink(visit, redirectUri, ports));
}

/** The links that this visit has made so far. */
export const linksOfVisit = async ({ accountId, id }: Visit, { links }: LinkingPorts): Promise<Link[]> =>
  (await links.ofAccount(accountId)).filter(({ minted }) => minted?.consent === id);

/** @returns nothing where the code was exchanged meanwhile */
async function mintNext(pending: Link, redirectUri: string, ports: LinkingPorts): Promise<Minted | undefined> {
  const { code, stored } = freshCode(pending.id, redirectUri, ports);
  const link = await ports.links.replace(pending, { ...pending, code: stored });
  return link && { link, code };
}

async function mintLink(visit: Visit, redirectUri: string, ports: LinkingPorts): Promise<Minted> {
  const id = newLinkId();
  const { code, stored } = freshCode(id, redirectUri, ports);
  const client = await withClients(ports, (clients) => {
    const open = clients.find(isOpen);
    if (!open) throw new Error('no linking client may make new links');
    return open;
  });
  const link = await ports.links.create({
    id,
    accountId: visit.accountId,
    clientId: client.id,
    scope: SCOPE,
    state: 'pending',
    code: stored,
    minted: { consent: visit.id, ...(visit.readyLink !== undefined && { readyLink: visit.readyLink }) },
    createdAt: ports.clock.now().toISOString(),
  });
  return { link, code };
}

function freshCode(linkId: string, redirectUri: string, { clock }: LinkingPorts) {
  const { code, hash } = newCode(linkId);
  const expiresAt = new Date(clock.now().getTime() + CODE_SECONDS * 1000).toISOString();
  return { code, stored: { hash, redirectUri, expiresAt } };
}

/** Notes that Amazon says that this link is made. @returns the link as it is now; nothing where it has ended meanwhile */
export const noteConnected = (linkId: string, { links, clock }: LinkingPorts): Promise<Link | undefined> =>
  changeRow<Link | undefined, Omit<Link, 'id' | 'version'>, Link>({
    read: () => links.get(linkId),
    next: (link) =>
      link?.minted && link.state === 'live'
        ? { ...link, minted: { ...link.minted, linkedAt: clock.now().toISOString() } }
        : undefined,
    write: async (link, next) => link && (await links.replace(link, next)),
  });
