import type { NoticeRecord } from '../ports/notice-store.ts';
import type { Notice } from '../ports/notices.ts';

const MINUTE_MS = 60_000;
/** An outage that is over sooner is told to nobody. */
const UNASKED_AFTER_MS = 15 * MINUTE_MS;
/** The same where a command of the account has failed in it. */
const FAILED_AFTER_MS = 5 * MINUTE_MS;
/** The first failed read comes up to this much after the first failed command. */
const BEFORE_MS = 2 * MINUTE_MS;
/** A notice that has been due for so long was left by a run that ended with the outage. */
const STALE_AFTER_MS = 20 * MINUTE_MS;

/** A notice that waits after it was raised, and is sent only by whoever still finds the outage. */
export const isAboutCloud = ({ cause }: Pick<Notice, 'cause'>): boolean => cause === 'cloud-down';

/**
 * When a person is told that the device cloud does not answer.
 * @param since ISO 8601: when the outage began, as far as the reads of the account show it
 * @param failedAt ISO 8601: when a command of the account last failed because of it
 * @returns ISO 8601
 */
export function cloudNoticeDueAt(since: string, failedAt: string | undefined): string {
  const isFailed = failedAt !== undefined && Date.parse(failedAt) >= Date.parse(since) - BEFORE_MS;
  return new Date(Date.parse(since) + (isFailed ? FAILED_AFTER_MS : UNASKED_AFTER_MS)).toISOString();
}

/** Whether the row is about an outage of which nobody was told, and which has ended since. */
export const isStale = ({ state, sentAt, sendAfter }: NoticeRecord, now: Date): boolean =>
  state === 'open' && sentAt === undefined && now.getTime() - Date.parse(sendAfter ?? '') > STALE_AFTER_MS;

/**
 * The row after a command has failed because the device cloud does not answer.
 * @returns nothing where the row says so, or a person was told
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
  const { offlineSince, sendAfter } = standing;
  const isWaiting = standing.state === 'open' && offlineSince !== undefined && sendAfter !== undefined;
  if (!isWaiting) return { ...standing, failedAt };
  const [sendAt = sendAfter] = [cloudNoticeDueAt(offlineSince, failedAt), sendAfter].sort();
  return { ...standing, failedAt, sendAfter: sendAt };
}
