import { changeRow } from '../basics/change-row.ts';
import type { BearerOpener } from '../ports/bearer.ts';
import type { AccountLink, Enablement, EnablementStore } from '../ports/enablement-store.ts';
import { BearerExpired, BearerInvalid } from '../ports/errors.ts';
import type { GrantStore } from '../ports/grant-store.ts';
import { noteSuperseded } from './alexa-signs.ts';
import { afterLinksEnded, type LinkPorts, markEnded } from './links.ts';

interface NotingPorts extends LinkPorts {
  readonly enablements: EnablementStore;
  readonly grants: GrantStore;
}

export interface EnablementPorts extends NotingPorts {
  readonly bearers: BearerOpener;
}

/**
 * Handles SkillAccountLinked: saves which link belongs to which Amazon account, because SkillDisabled carries no token. Earlier links of the
 * same Amazon account are superseded, and their grants go: otherwise one Alexa gets every report twice. Those links stay until the skill is
 * disabled, as Alexa may still use their tokens.
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
  const { bearers, log } = ports;
  const bearer = await bearers.open(accessToken, at).catch((error: unknown) => {
    if (!(error instanceof BearerInvalid || error instanceof BearerExpired)) throw error;
    log.warn('enablement-unreadable', { error });
    return undefined;
  });
  if (!bearer) return;
  const { linkId, accountId } = bearer;
  await noteAccountLink(userId, { linkId, accountId, linkedAt: at.toISOString() }, ports);
}

/**
 * Saves that an Amazon account has made a link, unless the skill was disabled since: then the link ends.
 * @throws StoreUnavailable
 */
export async function noteAccountLink(userId: string, made: AccountLink, ports: NotingPorts): Promise<void> {
  const { enablements, grants, log } = ports;
  const fields = { link: made.linkId, account: made.accountId };
  const written = await changeRow({
    read: () => enablements.get(userId),
    next: async (standing) => {
      if (standing?.disabledAt !== undefined && made.linkedAt <= standing.disabledAt) return undefined;
      const links = inOrder([...(standing?.links ?? []), made]);
      // Grants go first: if this function dies in between, the event comes once more and finds the row as it was.
      await Promise.all(links.slice(0, -1).map((superseded) => grants.drop(superseded.accountId, superseded.linkId)));
      return { ...standing, links };
    },
    write: writeTo(userId, enablements),
  });
  if (written) {
    // The person has linked again: what was said of the links before is solved.
    for (const { accountId: account, linkId: superseded } of written.links.slice(0, -1)) {
      await noteSuperseded(superseded, ports);
      await ports.notices.clear(account, ['alexa-let-go', 'alexa-silent'], superseded);
    }
    const before = written.links.at(-2)?.accountId;
    if (before !== undefined && before !== made.accountId) log.warn('account-changed', { ...fields, before });
    return log.info('account-linked', fields);
  }
  await disable([made], ports);
  log.info('enablement-outdated', fields);
}

/**
 * Handles SkillDisabled: the Amazon account's links end and its grants go. The links of other Amazon accounts stay, and so does all that is
 * known of the devices, so that enabling the skill later finds everything as it was. The password goes with the last link. The moment is
 * saved also for an Amazon account that is not known yet.
 * @throws StoreUnavailable, so that Amazon sends the event once more
 */
export async function skillDisabled(userId: string, at: Date, ports: EnablementPorts): Promise<void> {
  const { enablements, log } = ports;
  const disabledAt = at.toISOString();
  const isEnded = ({ linkedAt }: AccountLink) => linkedAt <= disabledAt;
  let known = false;
  let ended: AccountLink[] = [];
  await changeRow({
    read: () => enablements.get(userId),
    next: async (standing) => {
      known = standing !== undefined;
      ended = standing?.links.filter(isEnded) ?? [];
      await disable(ended, ports);
      const links = standing?.links.filter((link) => !isEnded(link)) ?? [];
      return { links, disabledAt: later(disabledAt, standing?.disabledAt) };
    },
    write: writeTo(userId, enablements),
  });
  const { linkId: link, accountId: account } = ended.at(-1) ?? {};
  log.info('skill-disabled', { known, ended: ended.length, link, account });
}

const writeTo =
  (userId: string, enablements: EnablementStore) =>
  (standing: Enablement | undefined, next: Pick<Enablement, 'links' | 'disabledAt'>) =>
    standing ? enablements.replace(standing, next) : enablements.create({ ...next, userId });

const later = (moment: string, other = ''): string => (moment > other ? moment : other);

/** The links by when they were made, each once: an event that comes twice changes nothing. */
const inOrder = (links: readonly AccountLink[]): AccountLink[] =>
  [...new Map(links.map((link) => [link.linkId, link])).values()].sort((one, other) =>
    one.linkedAt.localeCompare(other.linkedAt),
  );

/**
 * Drops grants and ends links. What fails for one does not hold up the others. All links end before their sessions, so that none is renewed
 * for a link that ends as well.
 */
async function disable(made: readonly AccountLink[], ports: NotingPorts): Promise<void> {
  const marks = await Promise.allSettled(made.map((link) => dropAndMark(link, ports)));
  const accountIds = [...new Set(made.map(({ accountId }) => accountId))];
  const isNew = marks.some((mark) => mark.status === 'fulfilled' && mark.value);
  const ends = await Promise.allSettled(
    accountIds.map((accountId) => afterLinksEnded(accountId, 'skill-disabled', isNew, ports)),
  );
  const failed = [...marks, ...ends].find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}

/** The grant goes first, and the consent with it. @returns whether the link had not ended before */
async function dropAndMark({ accountId, linkId }: AccountLink, ports: NotingPorts): Promise<boolean> {
  await Promise.all([ports.grants.drop(accountId, linkId), ports.consents.drop(accountId, linkId)]);
  const link = await ports.links.get(linkId);
  return link !== undefined && (await markEnded(link, 'skill-disabled', ports));
}
