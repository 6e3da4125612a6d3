/**
 * Access tokens of a maker's own authorization server that its device cloud refuses, although they could be verified here: when somebody is
 * told. One may have ended on its way; Alexa brings another with the next directive. Pure.
 */
import type { NoticeRecord } from '../ports/notice-store.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** This many within an hour mean that the fault lasts. */
const MOST = 3;
const CAUSE = 'tokens-refused';

/**
 * The row after another token of the account was refused: closed while it counts, open from the third within an hour on. After a day without
 * one, the next is the first of a new count.
 * @param standing the row before
 * @param sendAfter ISO 8601: when any function may send it
 * @returns nothing where the row says enough
 */
export function tokenRefused(
  accountId: string,
  standing: NoticeRecord | undefined,
  now: Date,
  { reauthId, sendAfter }: { readonly reauthId: string; readonly sendAfter: string },
): Omit<NoticeRecord, 'version'> | undefined {
  const at = now.toISOString();
  const isWithin = (ms: number) => (moment: string) => Math.abs(now.getTime() - Date.parse(moment)) < ms;
  const before = standing?.refusedAt ?? [];
  if (standing?.state === 'open' && before.some(isWithin(DAY_MS)))
    return before.some(isWithin(HOUR_MS)) ? undefined : { ...standing, refusedAt: [at] };
  const refusedAt = [...before.filter(isWithin(HOUR_MS)), at].slice(-MOST);
  const [since = at] = refusedAt;
  const row = { accountId, cause: CAUSE, reminder: 1, since, reauthId, linkRenewals: [], refusedAt } as const;
  if (refusedAt.length < MOST) return { ...row, state: 'closed' };
  return { ...row, state: 'open', offlineSince: since, sendAfter };
}
