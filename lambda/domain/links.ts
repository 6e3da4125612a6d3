import type { AccountStore } from '../ports/account-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { Link, LinkEnd, LinkStore } from '../ports/link-store.ts';

export interface LinkPorts {
  readonly links: LinkStore;
  readonly accounts: Pick<AccountStore, 'get' | 'replace'>;
  readonly clock: Clock;
}

/** Marks a link as ended, whoever else writes to it meanwhile. The account's password is forgotten with its last link. */
export async function endLink(standing: Link, because: LinkEnd, ports: LinkPorts): Promise<void> {
  const { links, clock } = ports;
  for (let link: Link | undefined = standing; link && link.state !== 'ended'; link = await links.get(standing.id)) {
    const endedAt = clock.now().toISOString();
    if (await links.replace(link, { ...link, state: 'ended', endedBecause: because, endedAt })) break;
  }
  // Also of a link that was ended already: whoever ended it may not have come so far.
  await forgetPassword(standing.accountId, ports);
}

/** Whether an account is linked with any Amazon account, or about to be. */
export const isLinked = async (accountId: string, links: LinkStore, now: Date): Promise<boolean> =>
  (await links.ofAccount(accountId)).some(
    ({ state, code }) => state === 'live' || (state === 'pending' && Date.parse(code.expiresAt) > now.getTime()),
  );

/**
 * Forgets the password of an account that nobody is linked with any more. Its session stays to its own end, so that a link made soon after
 * finds everything as it was.
 */
export async function forgetPassword(accountId: string, { accounts, links, clock }: LinkPorts): Promise<void> {
  for (;;) {
    const account = await accounts.get(accountId);
    if (!account?.credentials || (await isLinked(accountId, links, clock.now()))) return;
    const { credentials: _, nextCheckAt: __, ...next } = account;
    if (await accounts.replace(account, next)) return;
  }
}
