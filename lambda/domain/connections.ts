import type { AccountData } from '../ports/account-data.ts';
import { StoreUnavailable } from '../ports/errors.ts';
import type { Link, LinkEnd } from '../ports/link-store.ts';
import { afterLinksEnded, isLinked, type LinkPorts, markEnded, type TokensStop } from './links.ts';

export type ConnectionPorts = LinkPorts;

/** A link, as the people of its account see it. Nothing in it names a person. */
export interface Connection {
  readonly id: string;
  /** `pending`: somebody has signed in, and Alexa has not fetched its tokens yet. */
  readonly state: 'pending' | 'live';
  /** ISO 8601 */
  readonly since: string;
  /** ISO 8601, right to the day (UTC). Absent: not known. */
  readonly lastUsedAt?: string;
  /** The same Amazon account has made a newer link. */
  readonly isSuperseded: boolean;
}

/** The connections of an account, the oldest first. */
export function connectionsOf(links: readonly Link[], now: Date): Connection[] {
  return links
    .flatMap((link) => toConnection(link, now) ?? [])
    .sort((one, other) => one.since.localeCompare(other.since) || one.id.localeCompare(other.id));
}

function toConnection(
  { id, state, code, createdAt: since, lastUsedAt, supersededAt }: Link,
  now: Date,
): Connection | undefined {
  if (state === 'ended' || (state === 'pending' && Date.parse(code.expiresAt) <= now.getTime())) return undefined;
  // A moment ahead is the mistake of a clock.
  const isKnown = lastUsedAt !== undefined && Date.parse(lastUsedAt) <= now.getTime();
  return { id, state, since, ...(isKnown && { lastUsedAt }), isSuperseded: supersededAt !== undefined };
}

export interface Disconnected {
  /** How many links have ended now. Those that had ended before do not count. */
  readonly count: number;
  readonly tokensStop: TokensStop;
}

/**
 * Ends those of these links that belong to the account: their tokens, their grants, and the session that their access tokens carry.
 * @param ids from a form, so any text
 * @throws StoreUnavailable
 */
export async function disconnect(
  accountId: string,
  ids: readonly string[],
  ports: ConnectionPorts,
): Promise<Disconnected> {
  const links = (await ports.links.ofAccount(accountId)).filter(({ id }) => ids.includes(id));
  return await endAll(accountId, links, 'revoked', ports);
}

async function endAll(
  accountId: string,
  links: readonly Link[],
  because: LinkEnd,
  ports: ConnectionPorts,
): Promise<Disconnected> {
  const ended = await Promise.all(links.map((link) => endOne(link, because, ports)));
  const count = ended.filter((isNew) => isNew).length;
  const tokensStop = await afterLinksEnded(accountId, because, count > 0, ports);
  if (count > 0) ports.log.info('connections-ended', { account: accountId, links: count, because });
  return { count, tokensStop };
}

/** @returns whether the link had not ended before */
async function endOne(link: Link, because: LinkEnd, ports: ConnectionPorts): Promise<boolean> {
  const isNew = await markEnded(link, because, ports);
  // Also for a link that had ended before: the function that ended it may have died here.
  await Promise.all([ports.consents.drop(link.accountId, link.id), ports.grants.drop(link.accountId, link.id)]);
  return isNew;
}

export interface ErasePorts extends ConnectionPorts {
  readonly accountData: AccountData;
}

/** A function may note something about the account at the same moment. */
const MOST_TRIES = 5;

/**
 * Ends every link of an account and deletes what is kept of it, as its person wants. The rows of the links stay, as ended.
 * @throws StoreUnavailable: it may be repeated
 */
export async function eraseAccount(accountId: string, ports: ErasePorts): Promise<TokensStop> {
  const { accounts, links, accountData, clock, log } = ports;
  const { tokensStop } = await endAll(accountId, await links.ofAccount(accountId), 'erased', ports);
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const account = await accounts.get(accountId);
    if (!account) {
      log.info('account-erased', { account: accountId });
      return tokensStop;
    }
    // Somebody has linked it again at this very moment.
    if (await isLinked(accountId, links, clock.now())) break;
    await accountData.erase(accountId, account.version, clock.now());
  }
  throw new StoreUnavailable(`account ${accountId} is used while it is erased`);
}
