import { asError } from '../basics/as-error.ts';
import { withDeadline } from '../domain/deadline.ts';
import { isSkillError } from '../ports/errors.ts';
import type { Link } from '../ports/link-store.ts';
import type { LinkingPorts } from './ports.ts';
import { type Arrival, timeLeftMs } from './time-limit.ts';

/** Longest time that a refresh waits for this write. A write takes about 10 ms. */
const STORE_MS = 300;
/** Kept of the request's time for the answer itself. */
const ANSWER_MS = 300;

/** `2026-03-01`, in UTC. */
const dayOf = (moment: string): string => moment.slice(0, 10);

/**
 * The link after its client has used the tokens: it got them, so the code is not exchanged again; and the day of the use is known.
 * @returns the same object when the row says all that already: it is written once a day (UTC), and once after a sign of a loss
 */
export function asUsed(link: Link, now: Date): Link {
  const { exchange, ...rest } = link;
  const lastUsedAt = now.toISOString();
  return isNoted(link, lastUsedAt) && !exchange ? link : { ...rest, lastUsedAt };
}

/** Whether the row says that the link was used today, and after any sign that Alexa has let go: such a sign is refuted at once. */
function isNoted({ lastUsedAt, grantRevokedAt, alexaStatus }: Link, now: string): boolean {
  if (lastUsedAt === undefined || dayOf(lastUsedAt) !== dayOf(now)) return false;
  const lossAt = alexaStatus?.status === 'NOT_LINKED' ? alexaStatus.checkedAt : '';
  return [grantRevokedAt ?? '', lossAt].every((sign) => sign < lastUsedAt || sign > now);
}

/**
 * Stores that the client has used the tokens of a link. The answer waits for it, because Lambda stops the function once it has answered.
 * Never throws: where the write fails or takes too long, the next refresh tries.
 */
export async function storeUse(link: Link, arrival: Arrival, ports: LinkingPorts): Promise<void> {
  const used = asUsed(link, ports.clock.now());
  const limitMs = Math.min(STORE_MS, timeLeftMs(arrival, ports) - ANSWER_MS);
  if (used === link || limitMs <= 0) return;
  try {
    // If another writer was first, that was a refresh as well, or the link has ended.
    await withDeadline(limitMs, ports, (signal, { links }) => links.replace(link, used, signal));
  } catch (error) {
    if (isSkillError(error)) ports.log.warn('link-use-not-stored', { link: link.id, error });
    else ports.log.error('link-use-not-stored', { link: link.id, error: asError(error) });
  }
}
