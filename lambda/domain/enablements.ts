import type { BearerOpener } from '../ports/bearer.ts';
import type { Clock } from '../ports/clock.ts';
import type { Enablement, EnablementStore } from '../ports/enablement-store.ts';
import { BearerExpired, BearerInvalid } from '../ports/errors.ts';
import type { GrantStore } from '../ports/grant-store.ts';
import type { HomeStore } from '../ports/home-store.ts';
import type { LinkStore } from '../ports/link-store.ts';
import type { Log } from '../ports/log.ts';
import { endLink, forgetPassword } from './links.ts';

export interface EnablementPorts {
  readonly enablements: EnablementStore;
  readonly links: LinkStore;
  readonly grants: GrantStore;
  readonly homes: HomeStore;
  readonly bearers: BearerOpener;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * An Amazon account has linked: notes which link is whose, so that the account's SkillDisabled, which carries no token, finds it. A
 * link that it made before is superseded, and its grant with it: one Alexa must not be told everything twice.
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
  const { enablements, bearers, log } = ports;
  const bearer = await bearers.open(accessToken, at).catch((error: unknown) => {
    if (!(error instanceof BearerInvalid || error instanceof BearerExpired)) throw error;
    log.warn('enablement-unreadable', { error });
    return undefined;
  });
  if (!bearer) return;
  const { linkId, homeId } = bearer;
  const linkedAt = at.toISOString();
  for (;;) {
    const standing = await enablements.get(userId);
    if (!standing) {
      if (await enablements.create({ userId, linkId, homeId, linkedAt })) break;
      continue;
    }
    if (linkedAt < standing.linkedAt) return log.info('enablement-outdated', { link: linkId, home: homeId });
    // The grant goes first: if we die in between, the event comes again and finds the row as it was.
    if (standing.linkId !== linkId) await removeGrant(standing, ports);
    const { disabledAt } = standing;
    if (
      await enablements.replace(standing, { linkId, homeId, linkedAt, ...(disabledAt !== undefined && { disabledAt }) })
    )
      break;
  }
  log.info('account-linked', { link: linkId, home: homeId });
}

/**
 * An Amazon account has disabled the skill: its link ends and its grant goes. The home's session and the links of other accounts stay,
 * and so does all that is known of the devices, so that enabling the skill again revives everything; the password goes with the last link.
 * @throws StoreUnavailable: the event must come again
 */
export async function skillDisabled(userId: string, at: Date, ports: EnablementPorts): Promise<void> {
  const { enablements, links, log } = ports;
  const disabledAt = at.toISOString();
  for (;;) {
    const standing = await enablements.get(userId);
    if (!standing) return log.info('skill-disabled', { known: false });
    const { linkId, homeId, linkedAt } = standing;
    if (disabledAt < linkedAt) return log.info('enablement-outdated', { link: linkId, home: homeId });
    const link = await links.get(linkId);
    if (link) await endLink(link, 'skill-disabled', ports);
    await removeGrant(standing, ports);
    await forgetPassword(homeId, ports);
    if (standing.disabledAt !== undefined && disabledAt <= standing.disabledAt) return;
    if (!(await enablements.replace(standing, { linkId, homeId, linkedAt, disabledAt }))) continue;
    return log.info('skill-disabled', { known: true, link: linkId, home: homeId });
  }
}

/** Removes the grant that came with a link, whoever refreshes its tokens meanwhile. */
async function removeGrant({ homeId, linkId }: Enablement, { grants }: EnablementPorts): Promise<void> {
  for (let grant = await grants.get(homeId, linkId); grant; grant = await grants.get(homeId, linkId)) {
    await grants.remove(grant);
  }
}
