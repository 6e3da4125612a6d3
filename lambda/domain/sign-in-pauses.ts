/**
 * When a sign-in of our own follows one that gave no clear result: not refused, and no session that works. Pure.
 *
 * Such a sign-in may have been a failed attempt at the device cloud: the password may be wrong, and the answer that said so was lost. So
 * there are at most three within an hour, and between them the device cloud is asked without a password whether its sign-in answers at all.
 *
 * | in a row, within the hour | the next sign-in | before it |
 * | --- | --- | --- |
 * | one, two | after a minute | its sign-in must answer; else again after a minute, and nothing counts |
 * | three | when the first is an hour old | the same |
 * | more | an hour after the last | nothing: an hour has passed |
 */
import type { Account } from '../ports/account-store.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** A device cloud is assumed to lock an account at the fifth failed attempt within half an hour. People on our pages need some as well. */
const MOST_INCONCLUSIVE_PER_HOUR = 3;

/** The longest pause between two sign-ins. */
export const LONGEST_PAUSE_MS = HOUR_MS;

/** Our sign-ins of the last hour. One in the future is from a clock that has been put right since, and does not count. */
export const recentSignIns = ({ signIns }: Pick<Account, 'signIns'>, now: Date): readonly string[] =>
  signIns.filter((at) => Math.abs(now.getTime() - Date.parse(at)) < HOUR_MS);

/**
 * @param inconclusive sign-ins in a row that gave no clear result, with the last one
 * @param recent all sign-ins of the last hour, the last one too, oldest first (ISO 8601)
 */
export function nextSignInAt(inconclusive: number, recent: readonly string[], now: Date): Date {
  const pauseMs = inconclusive > MOST_INCONCLUSIVE_PER_HOUR ? HOUR_MS : MINUTE_MS;
  const first = inconclusive < MOST_INCONCLUSIVE_PER_HOUR ? undefined : recent.at(-MOST_INCONCLUSIVE_PER_HOUR);
  const allowedAt = first === undefined ? 0 : Date.parse(first) + HOUR_MS;
  return new Date(Math.max(now.getTime() + pauseMs, allowedAt));
}

/** When it is asked again whether the sign-in of the device cloud answers. */
export const nextProbeAt = (now: Date): Date => new Date(now.getTime() + MINUTE_MS);

/**
 * Whether a sign-in may only follow an answer of the device cloud to one without a password. After an hour it may come without: a device
 * cloud that answers sign-ins without a password in no way must not be lost forever.
 * @param account with the sign-in that begins among its sign-ins
 */
export const mustProbe = (account: Account, now: Date): boolean =>
  (account.state === 'waiting-to-retry' || account.state === 'renewed') &&
  account.inconclusiveSignIns > 0 &&
  recentSignIns(account, now).length > 1;
