/** What to do about an account in its state: pure, and carried out by `session.ts` and `maintenance.ts`. */
import type { Account, ReauthReason } from '../ports/account-store.ts';
import type { NoticeCause } from '../ports/notices.ts';
import { renewalPauseMs, SIGN_IN_LOCK_MS } from './account-state.ts';
import { LONGEST_PAUSE_MS, recentSignIns } from './sign-in-pauses.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** A device cloud locks an account after some failed sign-ins. Our sign-ins succeed, which locks nothing; more than this in an hour show a fault somewhere. */
const MOST_SIGN_INS_PER_HOUR = 10;
/** After this many inconclusive sign-ins in a row, a developer is asked to look. */
const INCONCLUSIVE_NOTICE_FROM = 3;

/** `session-rejected`: a call met a dead session. `schedule`: a run of `maintenance`. */
export type Trigger = 'session-rejected' | 'schedule';

export type Action =
  /** Another function signs in right now. */
  | { readonly kind: 'wait-for-sign-in' }
  | { readonly kind: 'sign-in' }
  /** No sign-in of ours before `retryAt`. */
  | { readonly kind: 'wait-to-retry'; readonly retryAt: Date }
  /** There is no password: a person has to sign in, which is not in the row yet. */
  | { readonly kind: 'ask-person' }
  /** A person has to sign in, and the row says so. */
  | {
      readonly kind: 'wait-for-person';
      readonly reason: ReauthReason;
      /** Whether the session may work after all. */
      readonly checkSession: boolean;
      /** Whether it is time to see if the device cloud has taken back its lock. */
      readonly retryLock: boolean;
    }
  /** Not before `nextCheckAt`. */
  | { readonly kind: 'none' }
  /** The session is new: say when it is to be renewed. */
  | { readonly kind: 'plan-renewal' }
  /** Sign in before the session ends. */
  | { readonly kind: 'renew' }
  /** Only a person can renew it: say so in time. */
  | { readonly kind: 'remind-of-end' }
  /** See whether the session works; if not, the rules of `session-rejected` hold. */
  | { readonly kind: 'try-session' };

/** The one decision about an account: by its state, the clock, and what asks. */
export function nextAction(account: Account, now: Date, trigger: Trigger): Action {
  if (trigger === 'schedule' && !isDue(account, now)) return { kind: 'none' };
  if (isLocked(account, now)) return { kind: 'wait-for-sign-in' };
  if (account.state === 'needs-reauth') return waitForPerson(account, now);
  if (trigger === 'session-rejected') return whenRejected(account, now);
  if (account.state === 'waiting-to-retry' || account.state === 'renewed') return { kind: 'try-session' };
  if (!account.credentials) return { kind: 'remind-of-end' };
  return { kind: account.nextCheckAt === undefined ? 'plan-renewal' : 'renew' };
}

/** The index may lag behind, and another run may have been quicker. */
const isDue = ({ nextCheckAt }: Account, now: Date): boolean =>
  nextCheckAt === undefined || Date.parse(nextCheckAt) <= now.getTime();

/** A clock that was set back does not hold a lock longer than it may last. */
function isLocked({ signInLock }: Account, now: Date): boolean {
  const remainingMs = signInLock === undefined ? 0 : Date.parse(signInLock.until) - now.getTime();
  return remainingMs > 0 && remainingMs <= SIGN_IN_LOCK_MS;
}

function whenRejected(account: Account, now: Date): Action {
  if (!account.credentials) return { kind: 'ask-person' };
  const retryAt = earliestSignIn(account, now);
  return retryAt ? { kind: 'wait-to-retry', retryAt } : { kind: 'sign-in' };
}

/** @returns nothing when a sign-in is allowed now */
export function earliestSignIn(account: Account, now: Date): Date | undefined {
  if (account.state === 'waiting-to-retry') {
    // A moment further away is from a clock that has been put right since.
    const pauseMs = Date.parse(account.retryAt) - now.getTime();
    if (pauseMs > 0 && pauseMs <= LONGEST_PAUSE_MS) return new Date(account.retryAt);
  }
  const oldest = recentSignIns(account, now).at(-MOST_SIGN_INS_PER_HOUR);
  return oldest === undefined ? undefined : new Date(Date.parse(oldest) + HOUR_MS);
}

function waitForPerson(account: Account & { state: 'needs-reauth' }, now: Date): Action {
  const { reason, session } = account;
  const unproven = reason === 'credentials-not-kept' || reason === 'two-step-account';
  return {
    kind: 'wait-for-person',
    reason,
    checkSession: unproven && Date.parse(session.expiresAt) > now.getTime(),
    retryLock: mayRetryLock(account, now),
  };
}

/** The moments at which a lock is tried: the latest that has come, if any, and the next. */
function lockRetries(since: string, now: Date): { readonly latest?: number; readonly next: number } {
  let latest = Date.parse(since);
  for (let attempt = 1; ; attempt++) {
    const next = latest + renewalPauseMs(attempt);
    if (next > now.getTime()) return { ...(attempt > 1 && { latest }), next };
    latest = next;
  }
}

/** The device cloud takes back a lock by itself, as a rule within an hour. The password is good for all we know. */
function mayRetryLock(account: Account & { state: 'needs-reauth' }, now: Date): boolean {
  if (account.reason !== 'locked' || !account.credentials) return false;
  const { latest } = lockRetries(account.since, now);
  const made = account.signIns.map((at) => Date.parse(at)).filter((at) => at <= now.getTime());
  return latest !== undefined && made.every((at) => at < latest);
}

/** When `maintenance` looks again at an account that waits for a person. */
export const nextLookAtPerson = (account: Account & { state: 'needs-reauth' }, now: Date): Date =>
  account.reason === 'locked' && account.credentials
    ? new Date(lockRetries(account.since, now).next)
    : new Date(now.getTime() + 24 * HOUR_MS);

/** Whether the session may be used: it works, or it is not known that it does not. */
export const mayUseSession = (account: Account, now: Date): boolean =>
  account.state !== 'needs-reauth' ||
  ((account.reason === 'code-needed' || account.reason === 'locked') &&
    Date.parse(account.session.expiresAt) > now.getTime());

/** The notices about an outage of the session. */
export const OUTAGE_CAUSES = ['sign-in-inconclusive', 'sign-in-throttled'] as const satisfies NoticeCause[];

/** The notices about an outage of the session: one for its people, which waits some minutes, and later one for a developer. */
export function noticesOf(account: Account): readonly NoticeCause[] {
  if (account.state !== 'waiting-to-retry') return [];
  const forPeople = account.noAnswer ? 'cloud-down' : 'sign-in-throttled';
  return account.inconclusiveSignIns >= INCONCLUSIVE_NOTICE_FROM ? [forPeople, 'sign-in-inconclusive'] : [forPeople];
}
