import type { AccountData } from '../ports/account-data.ts';
import type { Account } from '../ports/account-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { CloudSession, DeviceCloud } from '../ports/device-cloud.ts';
import { isSkillError } from '../ports/errors.ts';
import type { Link } from '../ports/link-store.ts';
import type { Log } from '../ports/log.ts';

const DAY_MS = 24 * 3_600_000;
/** Whoever links the account again within this time finds everything as it was. */
const KEPT_MS = 90 * DAY_MS;
/** A session lasts 60 days from a sign-in: without any link that is all that is known of its moment. */
const AFTER_SESSION_MS = 30 * DAY_MS;

export interface ForgetPorts {
  readonly accountData: Pick<AccountData, 'erase'>;
  readonly cloud: DeviceCloud;
  readonly clock: Clock;
  readonly log: Log;
}

/** Whether the data of an account is to be erased: its last link ended 90 days ago, or nobody has linked it for as long. */
export function isForgotten(
  made: readonly Pick<Link, 'state' | 'endedAt' | 'createdAt'>[],
  { session }: { readonly session: Pick<CloudSession, 'expiresAt'> },
  now: Date,
): boolean {
  if (made.some(({ state }) => state === 'live')) return false;
  const since = (moment: string) => now.getTime() - Date.parse(moment);
  // Whoever has just signed in links next.
  return (
    since(session.expiresAt) >= AFTER_SESSION_MS &&
    made.every(({ endedAt, createdAt }) => since(endedAt ?? createdAt) >= KEPT_MS)
  );
}

/** Erases what is kept of an account that nobody is linked with any more. @throws StoreUnavailable: the next run goes on */
export async function forgetAccount({ id, version }: Account, { accountData, clock, log }: ForgetPorts): Promise<void> {
  await accountData.erase(id, version, clock.now());
  log.info('account-forgotten', { account: id });
}

/**
 * Ends the sessions of an account that nobody is linked with: whoever ended its last link may have met a device cloud that did not answer.
 * Never throws.
 * @returns the account without what has ended
 */
export async function endUnusedSessions(
  account: Account,
  { cloud, clock, log }: ForgetPorts,
  signal: AbortSignal,
): Promise<Account> {
  const now = clock.now();
  const open = sessionsOf(account).filter(({ expiresAt }) => Date.parse(expiresAt) > now.getTime());
  if (open.length === 0) return account;
  try {
    await Promise.all(open.map((session) => cloud.signOut(session, signal)));
  } catch (error) {
    if (!isSkillError(error)) throw error;
    log.warn('session-not-ended', { account: account.id, error });
    return account; // tomorrow again
  }
  log.info('session-ended', { account: account.id, renewed: false });
  const { supersededSession: _, ...rest } = account;
  return { ...rest, session: { ...account.session, expiresAt: now.toISOString() } };
}

const sessionsOf = ({ session, supersededSession }: Account): CloudSession[] =>
  supersededSession ? [session, supersededSession] : [session];
