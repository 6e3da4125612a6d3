import type { BearerOpener } from '../ports/bearer.ts';
import type { AccountLink, EnablementStore } from '../ports/enablement-store.ts';
import { BearerExpired, BearerInvalid } from '../ports/errors.ts';
import type { GrantStore } from '../ports/grant-store.ts';
import { afterLinksEnded, type LinkPorts, markEnded } from './links.ts';

export interface EnablementPorts extends LinkPorts {
  readonly enablements: EnablementStore;
  readonly grants: GrantStore;
  readonly bearers: BearerOpener;
}

/**
 * An Amazon account has linked: notes which link is whose, so that the account's SkillDisabled, which carries no token, finds it. A
 * link that it made before is superseded, and its grant goes: one Alexa must not be told everything twice. The link itself stays until
 * the skill is disabled, as Alexa may go on with its tokens.
 * @param accessToken ours, as Alexa got it when the account linked
 * @param at when Amazon says that it happened; events may come twice and in the wrong order
 * @throws StoreUnavailable, SealingKeyMissing
 */
export async function accountLinked(
  userId: string,
  accessToken: string,
  at: Date,
  ports: EnablementPorts,
): Promise<void> {
  const { enablements, grants, bearers, log } = ports;
  const bearer = await bearers.open(accessToken, at).catch((error: unknown) => {
    if (!(error instanceof BearerInvalid || error instanceof BearerExpired)) throw error;
    log.warn('enablement-unreadable', { error });
    return undefined;
  });
  if (!bearer) return;
  const { linkId, accountId } = bearer;
  const made: AccountLink = { linkId, accountId, linkedAt: at.toISOString() };
  for (;;) {
    const standing = await enablements.get(userId);
    if (standing?.disabledAt !== undefined && made.linkedAt <= standing.disabledAt) {
      await disable([made], ports);
      return log.info('enablement-outdated', { link: linkId, account: accountId });
    }
    const links = inOrder([...(standing?.links ?? []), made]);
    // Grants go first: if we die in between, the event comes again and finds the row as it was.
    await Promise.all(links.slice(0, -1).map((superseded) => grants.drop(superseded.accountId, superseded.linkId)));
    const written = standing
      ? await enablements.replace(standing, { ...standing, links })
      : await enablements.create({ userId, links });
    if (written) break;
  }
  log.info('account-linked', { link: linkId, account: accountId });
}

/**
 * An Amazon account has disabled the skill: its links end and its grants go. The account's session and the links of other accounts stay,
 * and so does all that is known of the devices, so that enabling the skill again revives everything; the password goes with the last
 * link. When it happened is noted also of an account that nothing is known of yet.
 * @throws StoreUnavailable: the event must come again
 */
export async function skillDisabled(userId: string, at: Date, ports: EnablementPorts): Promise<void> {
  const { enablements, log } = ports;
  const disabledAt = at.toISOString();
  for (;;) {
    const standing = await enablements.get(userId);
    const isOver = ({ linkedAt }: AccountLink) => linkedAt <= disabledAt;
    const over = standing?.links.filter(isOver) ?? [];
    await disable(over, ports);
    const links = standing?.links.filter((link) => !isOver(link)) ?? [];
    const written = standing
      ? await enablements.replace(standing, { links, disabledAt: later(disabledAt, standing.disabledAt) })
      : await enablements.create({ userId, links, disabledAt });
    if (!written) continue;
    const { linkId: link, accountId: account } = over.at(-1) ?? {};
    return log.info('skill-disabled', { known: standing !== undefined, ended: over.length, link, account });
  }
}

const later = (moment: string, other = ''): string => (moment > other ? moment : other);

/** The links by when they were made, each once: an event that comes again changes nothing. */
const inOrder = (links: readonly AccountLink[]): AccountLink[] =>
  [...new Map(links.map((link) => [link.linkId, link])).values()].sort((one, other) =>
    one.linkedAt.localeCompare(other.linkedAt),
  );

/**
 * Drops grants and ends links. What fails for one does not hold up the others. All links end before their sessions, so that none is renewed
 * for a link that ends as well.
 */
async function disable(made: readonly AccountLink[], ports: EnablementPorts): Promise<void> {
  const marks = await Promise.allSettled(made.map((link) => dropAndMark(link, ports)));
  const accountIds = [...new Set(made.map(({ accountId }) => accountId))];
  const isNew = marks.some((mark) => mark.status === 'fulfilled' && mark.value);
  const ends = await Promise.allSettled(
    accountIds.map((accountId) => afterLinksEnded(accountId, 'skill-disabled', isNew, ports)),
  );
  const failed = [...marks, ...ends].find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}

/** The grant goes first. @returns whether the link had not ended before */
async function dropAndMark({ accountId, linkId }: AccountLink, ports: EnablementPorts): Promise<boolean> {
  await ports.grants.drop(accountId, linkId);
  const link = await ports.links.get(linkId);
  return link !== undefined && (await markEnded(link, 'skill-disabled', ports));
}
