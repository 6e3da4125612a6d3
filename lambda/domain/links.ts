import { asError } from '../basics/as-error.ts';
import { changeRow } from '../basics/change-row.ts';
import type { Account } from '../ports/account-store.ts';
import type { ConsentStore } from '../ports/consent-store.ts';
import type { CloudSession, DeviceCloud } from '../ports/device-cloud.ts';
import { isSkillError } from '../ports/errors.ts';
import type { GrantStore } from '../ports/grant-store.ts';
import type { Link, LinkEnd, LinkStore } from '../ports/link-store.ts';
import { passwordForgotten } from './account-state.ts';
import { withDeadline } from './deadline.ts';
import { type RenewalPorts, renewAhead } from './renew-session.ts';

export interface LinkPorts extends RenewalPorts {
  readonly links: LinkStore;
  readonly cloud: Pick<DeviceCloud, 'signIn' | 'probeSignIn' | 'signOut'>;
  readonly consents: Pick<ConsentStore, 'drop'>;
  readonly grants: Pick<GrantStore, 'drop'>;
}

/** Whoever waits for the end of a link does not wait longer than this for the end of its session. */
const END_SESSION_MS = 2_500;
/** These are a person's decision; the others are for tokens that were shown twice, and may be a mistake. */
const BY_PERSON: ReadonlySet<LinkEnd> = new Set(['revoked', 'skill-disabled', 'erased']);

/** Whether the access tokens of an ended link have stopped to work. If not, they do within 65 minutes of their issue. */
export type TokensStop = 'now' | 'later';

/** Ends a link, and what was kept for it alone. */
export async function endLink(standing: Link, because: LinkEnd, ports: LinkPorts): Promise<void> {
  const isNew = await markEnded(standing, because, ports);
  const { accountId, id } = standing;
  await Promise.all([ports.consents.drop(accountId, id), ports.grants.drop(accountId, id)]);
  await afterLinksEnded(standing.accountId, because, isNew, ports);
}

/** @returns whether the link had not ended before */
export async function markEnded(
  standing: Link,
  because: LinkEnd,
  { links, clock }: Pick<LinkPorts, 'links' | 'clock'>,
): Promise<boolean> {
  const ended = await changeRow<Link | undefined, Omit<Link, 'id' | 'version'>, Link>({
    known: standing,
    read: () => links.get(standing.id),
    next: (link) =>
      link && link.state !== 'ended'
        ? { ...link, state: 'ended', endedBecause: because, endedAt: clock.now().toISOString() }
        : undefined,
    write: async (link, next) => link && (await links.replace(link, next)),
  });
  return ended !== undefined;
}

/**
 * Forgets the password of an account whose last link has ended. Where a person ended a link, the session at the device cloud ends too, as far
 * as other links allow: an access token carries it for up to an hour. Also for links that had ended before, as the function that ended them
 * may have died here.
 */
export async function afterLinksEnded(
  accountId: string,
  because: LinkEnd,
  isNew: boolean,
  ports: LinkPorts,
): Promise<TokensStop> {
  await forgetPassword(accountId, ports);
  return BY_PERSON.has(because) ? await endSession(accountId, isNew, ports) : 'later';
}

/** Whether an account is linked with any Amazon account, or about to be. */
export const isLinked = async (accountId: string, links: LinkStore, now: Date): Promise<boolean> =>
  (await links.ofAccount(accountId)).some(
    ({ state, code }) => state === 'live' || (state === 'pending' && Date.parse(code.expiresAt) > now.getTime()),
  );

/** Forgets the password of an account that nobody is linked with any more. */
export async function forgetPassword(
  accountId: string,
  { accounts, links, clock }: Pick<LinkPorts, 'accounts' | 'links' | 'clock'>,
): Promise<void> {
  await changeRow<Account | undefined, Account, Account>({
    read: () => accounts.get(accountId),
    next: async (account) =>
      !account?.credentials || (await isLinked(accountId, links, clock.now())) ? undefined : passwordForgotten(account),
    write: async (account, next) => account && (await accounts.replace(account, next)),
  });
}

/**
 * Ends the account's session at the device cloud. Other links get a new one first; where there is no password for that, the session stays, and
 * only the one before ends, if a person has just signed in.
 * Never throws: the link has ended in any case.
 * @param isNew whether the link has just ended: a decision that comes twice renews nothing for the other links
 */
async function endSession(accountId: string, isNew: boolean, ports: LinkPorts): Promise<TokensStop> {
  const { log } = ports;
  try {
    return await withDeadline(END_SESSION_MS, ports, async (signal, observed): Promise<TokensStop> => {
      const account = await observed.accounts.get(accountId);
      if (!account) return 'now';
      const othersNeedIt = await isLinked(accountId, observed.links, observed.clock.now());
      const renewed = othersNeedIt && isNew ? await renewForOthers(account, observed, signal) : undefined;
      const superseded = account.supersededSession ? [account.supersededSession] : [];
      const isKept = othersNeedIt && !renewed;
      const ended = isKept ? superseded : [account.session, ...superseded];
      await Promise.all(ended.map((session) => observed.cloud.signOut(session, signal)));
      if (isKept) return 'later';
      log.info('session-ended', { account: accountId, renewed: othersNeedIt });
      return 'now';
    });
  } catch (error) {
    if (isSkillError(error)) log.warn('session-not-ended', { account: accountId, error });
    else log.error('session-not-ended', { account: accountId, error: asError(error) });
    return 'later';
  }
}

/** @returns nothing where the others go on with the session that they have */
async function renewForOthers(
  account: Account,
  ports: LinkPorts,
  signal: AbortSignal,
): Promise<CloudSession | undefined> {
  const mayRenew = account.credentials !== undefined && account.state !== 'needs-reauth';
  const renewed = mayRenew ? await renewAhead(account, ports, signal) : undefined;
  if (!renewed) ports.log.info('session-kept-for-other-links', { account: account.id });
  return renewed;
}
