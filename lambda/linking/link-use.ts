import { asError } from '../basics/as-error.ts';
import { withGap } from '../domain/alexa-silence.ts';
import { withDeadline } from '../domain/deadline.ts';
import { isSkillError } from '../ports/errors.ts';
import type { Link } from '../ports/link-store.ts';
import type { LinkingPorts } from './ports.ts';
import { type Arrival, timeLeftMs } from './time-limit.ts';

/** Longest time that a refresh waits for this write. A write takes about 10 ms. */
const STORE_MS = 300;
/** Time of the request that is reserved for the answer itself. */
const ANSWER_MS = 300;

/** `2026-03-01`, in UTC. */
const dayOf = (moment: string): string => moment.slice(0, 10);

/**
 * The link after its client has used the tokens: it got them, so the code is not exchanged again; and the day of the use is known.
 * @returns the same object when the row says all that already: it is written once a day (UTC), and once after a sign of a loss or a
 * refusal
 */
export function asUsed(link: Link, now: Date): Link {
  const { exchange, refusal, useGaps = [], ...rest } = link;
  const lastUsedAt = now.toISOString();
  if (isNoted(link, lastUsedAt) && !exchange && !refusal) return link;
  const gaps = link.lastUsedAt === undefined ? useGaps : withGap(useGaps, link.lastUsedAt, now);
  return { ...rest, ...(gaps.length > 0 && { useGaps: gaps }), lastUsedAt };
}

/** Hours between two notes of a use. @returns nothing for the first note, and where a clock was wrong */
export function gapHours({ lastUsedAt: before }: Link, { lastUsedAt: after }: Link): number | undefined {
  if (before === undefined || after === undefined) return undefined;
  const ms = Date.parse(after) - Date.parse(before);
  return ms > 0 ? Math.round(ms / 36_000) / 100 : undefined;
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
 * @returns the link as it was written; nothing where it was not
 */
export async function storeUse(link: Link, arrival: Arrival, ports: LinkingPorts): Promise<Link | undefined> {
  const used = asUsed(link, ports.clock.now());
  const limitMs = Math.min(STORE_MS, timeLeftMs(arrival, ports) - ANSWER_MS);
  if (used === link || limitMs <= 0) return undefined;
  try {
    // If another writer was first, that was a refresh as well, or the link has ended.
    return await withDeadline(limitMs, ports, (signal, { links }) => links.replace(link, used, signal));
  } catch (error) {
    if (isSkillError(error)) ports.log.warn('link-use-not-stored', { link: link.id, error });
    else ports.log.error('link-use-not-stored', { link: link.id, error: asError(error) });
    return undefined;
  }
}
