import { changeRow } from '../basics/change-row.ts';
import type { Clock } from '../ports/clock.ts';
import { EventRefused, GatewayUnreachable, TokenServiceUnreachable } from '../ports/errors.ts';
import type { Grant, GrantStore } from '../ports/grant-store.ts';
import type { Notices } from '../ports/notices.ts';
import type { Outcome } from './send.ts';

/** Nobody gets a notice about an outage that ends sooner. The promise is 15 minutes; a report is retried after up to a minute and a half. */
const NOTICE_AFTER_MS = 11 * 60_000;

export interface AmazonOutagePorts {
  readonly grants: GrantStore;
  readonly notices: Notices;
  readonly clock: Clock;
}

/**
 * Follows an outage of the event gateway or of Login with Amazon, as the reports of an account show it: since when, and its end. The grant
 * remembers it, so that a healthy report costs no call.
 * @returns the outcome with the grant as it is now
 * @throws StoreUnavailable
 */
export async function followAmazonOutage<T extends Outcome>(outcome: T, ports: AmazonOutagePorts): Promise<T> {
  const { grant } = outcome;
  if (outcome.kind === 'retry') {
    if (isAmazons(outcome.error)) await noteFailure(grant, ports);
    return outcome;
  }
  if (outcome.kind === 'split' || grant.unreachableSince === undefined) return outcome;
  return { ...outcome, grant: await noteEnd(outcome, ports) };
}

/** Whether Amazon failed. A deadline of ours that passes is no proof of that: this function may have been held up itself. */
const isAmazons = (error: Error): boolean =>
  error instanceof GatewayUnreachable || error instanceof TokenServiceUnreachable || error instanceof EventRefused;

async function noteFailure(grant: Grant, ports: AmazonOutagePorts): Promise<void> {
  const { notices, clock } = ports;
  const now = clock.now();
  if (grant.unreachableSince === undefined) await note(grant, { unreachableSince: now.toISOString() }, ports);
  else if (now.getTime() - Date.parse(grant.unreachableSince) >= NOTICE_AFTER_MS)
    await notices.raise({ accountId: grant.accountId, cause: 'amazon-down', offlineSince: grant.unreachableSince });
}

/** Any answer is the end. People hear of one that takes the event; of one that refuses it, another notice says what is to be said. */
async function noteEnd({ kind, grant }: Outcome, ports: AmazonOutagePorts): Promise<Grant> {
  const { accountId, id } = grant;
  const others = (await ports.grants.list(accountId)).filter((other) => other.id !== id);
  if (!others.some(({ unreachableSince }) => unreachableSince !== undefined))
    await ports.notices[kind === 'accepted' ? 'clear' : 'withdraw'](accountId, ['amazon-down']);
  return (await note(grant, {}, ports)) ?? grant;
}

/** Reports of several devices may end at the same time. @returns nothing where the row says so already */
const note = (known: Grant, outage: Pick<Grant, 'unreachableSince'>, { grants }: AmazonOutagePorts) =>
  changeRow<Grant | undefined, Pick<Grant, 'unreachableSince'>, Grant>({
    known,
    read: () => grants.get(known.accountId, known.id),
    next: (standing) =>
      standing && (standing.unreachableSince === undefined) !== (outage.unreachableSince === undefined)
        ? outage
        : undefined,
    write: async (standing, next) => standing && (await grants.noteUnreachable(standing, next)),
  });
