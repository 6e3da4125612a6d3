/** Outages in which the lamps cannot be reached, and which end by themselves: when people are notified. Pure. */
import type { NoticeRecord } from '../ports/notice-store.ts';
import type { Notice } from '../ports/notices.ts';

const MINUTE_MS = 60_000;
/** Nobody gets a notice about an outage that ends sooner. The promise is 15 minutes; reads that fail are some minutes apart. */
const UNASKED_AFTER_MS = 13 * MINUTE_MS;
/** The same where a command of the account has failed in it. The promise is five minutes. */
const FAILED_AFTER_MS = 3 * MINUTE_MS;
/** The first failed read comes up to this much after the first failed command. */
const BEFORE_MS = 2 * MINUTE_MS;
/** A notice that has been due for so long was left by a run that ended with the outage. */
const STALE_AFTER_MS = 20 * MINUTE_MS;

/** The causes of such notices. People get one of them for one outage. */
export const CLOUD_CAUSES = ['cloud-down', 'sign-in-throttled'] as const satisfies Notice['cause'][];
type CloudCause = (typeof CLOUD_CAUSES)[number];
type CloudNotice<T extends Pick<Notice, 'cause'>> = T & { readonly cause: CloudCause };

/** A notice that waits after it was raised, and is sent only by whoever still finds the outage. */
export const isAboutCloud = <T extends Pick<Notice, 'cause'>>(notice: T): notice is CloudNotice<T> =>
  CLOUD_CAUSES.some((cause) => cause === notice.cause);

export const otherCause = (cause: CloudCause): CloudCause =>
  cause === 'cloud-down' ? 'sign-in-throttled' : 'cloud-down';

/**
 * When a person is notified that the lamps cannot be reached.
 * @param since ISO 8601: when the outage began, as far as the reads of the account show it
 * @param failedAt ISO 8601: when a command of the account last failed because of it
 * @returns ISO 8601
 */
export function cloudNoticeDueAt(since: string, failedAt: string | undefined): string {
  const isFailed = failedAt !== undefined && Date.parse(failedAt) >= Date.parse(since) - BEFORE_MS;
  return new Date(Date.parse(since) + (isFailed ? FAILED_AFTER_MS : UNASKED_AFTER_MS)).toISOString();
}

/** Whether the row is about an outage that ended before anybody was notified. */
export const isStale = ({ state, sentAt, sendAfter }: NoticeRecord, now: Date): boolean =>
  state === 'open' && sentAt === undefined && now.getTime() - Date.parse(sendAfter ?? '') > STALE_AFTER_MS;

/** What is known of an outage besides what has just been found. */
export interface KnownOutage {
  /** Of the cause that was found. */
  readonly standing: NoticeRecord | undefined;
  /** Of the other cause: an outage may show itself as one and then as the other. */
  readonly other: NoticeRecord | undefined;
}

/**
 * When the outage began, and when its notice is due.
 * @param found ISO 8601: since when the cause has been found
 * @returns nothing where people were notified of this outage by the other cause
 */
export function outageOf(
  found: string,
  { standing, other }: KnownOutage,
  now: Date,
): { readonly offlineSince: string; readonly sendAfter: string } | undefined {
  const isOpen = (row: NoticeRecord | undefined): row is NoticeRecord => row?.state === 'open' && !isStale(row, now);
  if (isOpen(other) && other.sentAt !== undefined) return undefined;
  const known = [standing, other].filter(isOpen).flatMap(({ offlineSince }) => offlineSince ?? []);
  const [offlineSince = found] = [found, ...known].sort();
  const failedAt = [standing, other]
    .flatMap((row) => row?.failedAt ?? [])
    .sort()
    .at(-1);
  return { offlineSince, sendAfter: cloudNoticeDueAt(offlineSince, failedAt) };
}

/**
 * The row of `cloud-down` after a command has failed because the lamps could not be reached.
 * @returns nothing where the row says so, or a person was notified
 */
export function commandFailed(
  accountId: string,
  standing: NoticeRecord | undefined,
  now: Date,
  reauthId: string,
): Omit<NoticeRecord, 'version'> | undefined {
  const failedAt = now.toISOString();
  if (!standing) {
    const row = { accountId, cause: 'cloud-down', reminder: 1, state: 'closed', linkRenewals: [] } as const;
    return { ...row, since: failedAt, reauthId, failedAt };
  }
  const isNoted =
    standing.failedAt !== undefined && Math.abs(now.getTime() - Date.parse(standing.failedAt)) < BEFORE_MS;
  if (isNoted || (standing.state === 'open' && standing.sentAt !== undefined)) return undefined;
  return { ...standing, failedAt };
}
