import type { Link } from '../ports/link-store.ts';
import type { NoticeRecord } from '../ports/notice-store.ts';
import { isReplaced, lossesToReport, lossOf, wasUsedSince } from './alexa-evidence.ts';

/** `solved`: Alexa has used the link, or a person has linked again. `outdated`: it is not true any more, and nobody has to hear of it. */
export type NoticeOutcome = 'stays' | 'solved' | 'outdated';

/** What is to become of an open notice. @param links all links of its account */
export function noticeOutcomeOf(
  { cause, subject, since }: Pick<NoticeRecord, 'cause' | 'subject' | 'since'>,
  links: readonly Link[],
  now: Date,
): NoticeOutcome {
  // Nobody is linked, so nobody wants reports.
  if (cause === 'grant-revoked') return links.some(({ state }) => state === 'live') ? 'stays' : 'outdated';
  if (cause !== 'alexa-let-go' && cause !== 'alexa-silent') return 'stays';
  const link = links.find(({ id }) => id === subject);
  if (!link) return 'outdated';
  if (isReplaced(link, links)) return 'solved';
  if (lossOf(link, now))
    return cause === 'alexa-let-go' && lossesToReport([link], now).length > 0 ? 'stays' : 'outdated';
  return wasUsedSince(link, since, now) ? 'solved' : 'stays';
}
