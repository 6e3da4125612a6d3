import type { Link } from '../../ports/link-store.ts';
import { isReplaced, lossOf } from '../alexa-evidence.ts';
import type { EachLink, Evidence } from './evidence.ts';

/** How each link of an account stands, the oldest first. What somebody has replaced, or never completed, is none. */
export function eachLink(links: readonly Link[], now: Date): Pick<Evidence, 'links'> {
  const counted = links
    .filter((link) => link.state !== 'pending' && link.endedBecause !== 'never-linked' && !isReplaced(link, links))
    .sort((one, other) => one.createdAt.localeCompare(other.createdAt));
  return { links: { at: now.toISOString(), list: counted.map((link) => toEachLink(link, now)) } };
}

function toEachLink(link: Link, now: Date): EachLink {
  const { createdAt: linkedAt, refusal } = link;
  const loss = lossOf(link, now);
  if (loss) return { linkedAt, state: loss.reason, since: loss.since };
  return refusal?.request === 'refresh' && refusal.error === 'invalid_grant'
    ? { linkedAt, state: 'refused', since: refusal.at }
    : { linkedAt, state: 'live' };
}
