import type { Link } from '../ports/link-store.ts';

/**
 * What proves that Alexa can use its links to an account. `used`: in the last 24 hours Alexa has refreshed with every live link.
 * `unknown`: all else. It proves no loss: a link that nobody uses is not refreshed, and the note of a refresh is best effort.
 */
export type AlexaEvidence = 'used' | 'unknown';

const DAY_MS = 86_400_000;

/** @param links all links of one account */
export function alexaEvidence(links: readonly Link[], now: Date): AlexaEvidence {
  const live = links.filter(({ state }) => state === 'live');
  return live.length > 0 && live.every((link) => wasUsed(link, now)) ? 'used' : 'unknown';
}

function wasUsed({ lastUsedAt }: Link, now: Date): boolean {
  if (lastUsedAt === undefined) return false;
  const ageMs = now.getTime() - Date.parse(lastUsedAt);
  return ageMs >= 0 && ageMs <= DAY_MS; // a moment ahead is the mistake of a clock, and proves nothing
}
