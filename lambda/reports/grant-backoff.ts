import { changeRow } from '../basics/change-row.ts';
import { isReplaced } from '../domain/alexa-evidence.ts';
import { noteGrantRevoked, type SignPorts } from '../domain/alexa-signs.ts';
import { GrantRevoked } from '../ports/errors.ts';
import type { Grant, GrantBackoff, GrantBackoffCause, GrantStore } from '../ports/grant-store.ts';
import type { LinkStore } from '../ports/link-store.ts';
import type { Log } from '../ports/log.ts';
import type { Notices } from '../ports/notices.ts';
import type { ReportQueue } from '../ports/report-queue.ts';
import { followAmazonOutage } from './amazon-outage.ts';
import { isHopeless, isInBackoff, isInShortBackoff, nextBackoff, noticeOf } from './backoff-rules.ts';
import type { Outcome } from './send.ts';

export interface BackoffPorts extends SignPorts {
  readonly links: SignPorts['links'] & Pick<LinkStore, 'ofAccount'>;
  readonly grants: GrantStore;
  readonly notices: Notices;
  readonly queue: ReportQueue;
  readonly log: Log;
}

/** Whether this outcome is going to start a short back-off. */
export const startsShortBackoff = (outcome: Outcome, now: Date): boolean => {
  if (outcome.kind !== 'backoff') return false;
  const backoff = nextBackoff(outcome.grant.backoff, outcome.cause, '', now);
  return backoff !== undefined && isInShortBackoff({ backoff }, now);
};

/** The subject of events that are about an account's whole device list. */
export const DEVICE_LIST = 'devices';

/**
 * Updates the grant after a send: ends or extends its back-off, or deletes it. Raises one alarm per account and cause, however many events
 * fail.
 * @param subject what the event was about: a refused event says nothing about another one
 * @param isFirst whether no event about this was accepted before, as for a new grant
 * @throws StoreUnavailable
 */
export async function applyOutcome(
  sent: Outcome,
  subject: string,
  isFirst: boolean,
  ports: BackoffPorts,
): Promise<void> {
  const outcome = await followAmazonOutage(sent, ports);
  switch (outcome.kind) {
    case 'accepted':
      return await endBackoff(outcome.grant, subject, isFirst, ports);
    case 'revoked':
      return await removeGrant(outcome.grant, outcome.error, ports);
    case 'backoff':
      return await startBackoff(outcome, subject, ports);
    case 'retry':
    case 'split':
  }
}

/** Ends the back-offs of an account's grants, so that the next event is sent to each. */
export async function endBackoffs(grants: readonly Grant[], ports: Pick<BackoffPorts, 'grants' | 'clock'>) {
  const now = ports.clock.now();
  for (const grant of grants) {
    if (!grant.backoff || !isInBackoff(grant, now)) continue;
    await ports.grants.amend(grant, { region: grant.region, backoff: { ...grant.backoff, until: now.toISOString() } });
  }
}

async function endBackoff(grant: Grant, subject: string, isFirst: boolean, ports: BackoffPorts): Promise<void> {
  const { accountId, id, backoff } = grant;
  // The person who got the notice has linked again.
  if (isFirst) await ports.notices.clear(accountId, ['grant-revoked']);
  if (!backoff) return;
  const { cause, until } = backoff;
  if (cause === 'event-refused' && backoff.subject !== subject) return;
  // Changes of the device list were not sent meanwhile. A message about the list itself has just sent them. The message comes before the
  // row: if we die in between, a back-off that is over stays in the row, and the next accepted event ends it.
  if (subject !== DEVICE_LIST) {
    await ports.queue.send([{ kind: 'devices', accountId, at: ports.clock.now().toISOString() }]);
  }
  const isEnded = await changeRow<Grant | undefined, Grant, Grant>({
    known: grant,
    read: () => ports.grants.get(accountId, id),
    // An event that failed meanwhile has started another back-off.
    next: (standing) => (standing?.backoff?.cause === cause && standing.backoff.until === until ? standing : undefined),
    write: async (standing) => standing && ports.grants.amend(standing, { region: standing.region }),
  });
  if (!isEnded) return;
  ports.log.info('grant-backoff-ended', { account: accountId, grant: id, cause });
  const notice = noticeOf(cause);
  if (notice && (await othersWith(cause, grant, ports)).length === 0) await ports.notices.clear(accountId, [notice]);
}

async function startBackoff(
  { grant, cause, error }: Extract<Outcome, { kind: 'backoff' }>,
  subject: string,
  ports: BackoffPorts,
): Promise<void> {
  const { accountId, id } = grant;
  const notice = noticeOf(cause);
  const changed = await changeRow<Grant | undefined, GrantBackoff, Grant>({
    known: grant,
    read: () => ports.grants.get(accountId, id),
    next: async (standing) => {
      const now = ports.clock.now();
      const isNotedByAnother = standing !== grant && standing?.backoff?.cause === cause;
      if (!standing || isNotedByAnother) return undefined;
      if (isHopeless(standing.backoff, cause, now)) return await removeGrant(standing, error, ports);
      const backoff = nextBackoff(standing.backoff, cause, subject, now);
      // The notice comes before the row: if we die in between, it is raised once more, and nobody gets it twice.
      if (backoff && notice) await ports.notices.raise({ accountId, cause: notice });
      return backoff;
    },
    write: async (standing, backoff) => standing && ports.grants.amend(standing, { region: standing.region, backoff }),
  });
  if (changed?.backoff?.attempts !== 1) return;
  const { since } = changed.backoff;
  const isEarlier = ({ backoff: other }: Grant) => (other?.since ?? '') <= since;
  if ((await othersWith(cause, changed, ports)).some(isEarlier)) return;
  ports.log.error('grant-backoff-started', { account: accountId, grant: id, cause, error });
}

/** The account's other grants with a back-off of the same cause. */
const othersWith = async (cause: GrantBackoffCause, { accountId, id }: Grant, { grants }: BackoffPorts) =>
  (await grants.list(accountId)).filter((other) => other.id !== id && other.backoff?.cause === cause);

/**
 * Only `invalid_grant` is a sign that Alexa's half of the link may be gone as well, see `alexa-evidence.ts`. Where a person has linked again,
 * the grant of the new link reports, and nobody has to hear of the old one: its skill event may be late.
 */
async function removeGrant(grant: Grant, error: Error, ports: BackoffPorts): Promise<undefined> {
  const { grants, notices, log } = ports;
  if (error instanceof GrantRevoked) await noteGrantRevoked(grant.id, ports);
  if (!(await isOfReplacedLink(grant, ports)))
    await notices.raise({ accountId: grant.accountId, cause: 'grant-revoked' });
  await grants.remove(grant);
  log.error('grant-removed', { account: grant.accountId, grant: grant.id, region: grant.region, error });
}

async function isOfReplacedLink({ accountId, id }: Grant, { links }: BackoffPorts): Promise<boolean> {
  const all = await links.ofAccount(accountId);
  return all.some((link) => link.id === id && isReplaced(link, all));
}
