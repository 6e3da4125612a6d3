/**
 * The life of an account at the device cloud: one pure function per transition. Each returns the account as it becomes, or `undefined` where
 * the event changes nothing. `next-action.ts` says what to do in a state.
 */
import type { Account, AccountStatus, NewAccount, ReauthReason } from '../ports/account-store.ts';
import type { CloudSession } from '../ports/device-cloud.ts';
import type { SignInRefusal } from '../ports/errors.ts';
import { nextProbeAt, nextSignInAt, recentSignIns } from './sign-in-pauses.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** One function signs in for all; if it dies, another may after this time. */
export const SIGN_IN_LOCK_MS = 15_000;
/** The pause after the first, second, ... renewal ahead of time without an answer, and between tries of a lock. */
const RENEWAL_PAUSES_MS = [HOUR_MS, 3 * HOUR_MS, 9 * HOUR_MS, 24 * HOUR_MS];

/** How long the nth attempt is followed by none, counted from 1. */
const pauseOf = (pauses: readonly number[], attempt: number): number =>
  pauses[Math.min(attempt, pauses.length) - 1] ?? HOUR_MS;
export const renewalPauseMs = (attempt: number): number => pauseOf(RENEWAL_PAUSES_MS, attempt);

const later = (now: Date, ms: number): string => new Date(now.getTime() + ms).toISOString();

type OptionalField = 'supersededSession' | 'credentials' | 'asksForCode' | 'signInLock' | 'nextCheckAt';
type Changes = { [Field in OptionalField]?: Account[Field] | undefined } & Partial<
  Pick<Account, 'session' | 'signIns'>
>;

/** The account with some fields changed; `undefined` removes one. */
function changed(account: Account, changes: Changes): Account {
  const { supersededSession, credentials, asksForCode, signInLock, nextCheckAt, ...required } = account;
  const optional = { supersededSession, credentials, asksForCode, signInLock, nextCheckAt };
  return { ...required, ...present({ ...optional, ...changes }) };
}

type Present<T> = { [Name in keyof T]?: Exclude<T[Name], undefined> };

/** The fields that are not `undefined`. */
const present = <T extends object>(fields: T): Present<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>;

/** The account in another state. What belonged to the state before goes. */
function become(account: Account, status: AccountStatus, changes: Changes = {}): Account {
  const { id, maskedEmail, session, supersededSession, credentials, asksForCode } = account;
  const { signIns, signInLock, nextCheckAt, version } = account;
  const sessions = { session, supersededSession, credentials, asksForCode };
  const fields = { ...sessions, signIns, signInLock, nextCheckAt, ...changes };
  return changed({ id, maskedEmail, version, session, signIns, ...status }, fields);
}

/** Since when there is no session that works, and how many sign-ins have not changed that. */
function outage(account: Account, now: Date): { since: string; inconclusiveSignIns: number } {
  if (account.state === 'renewed' || account.state === 'waiting-to-retry')
    return { since: account.since, inconclusiveSignIns: account.inconclusiveSignIns };
  // Renewals that got no answer are such sign-ins too. The last sign-in is the one that has just been made.
  const before = Math.max(0, recentSignIns(account, now).length - 1);
  const unanswered = account.state === 'renewal-failing' ? Math.min(account.failures, before) : 0;
  return { since: now.toISOString(), inconclusiveSignIns: unanswered };
}

/** One function takes the lock and signs in. */
export const signInStarted = (account: Account, now: Date): Account =>
  changed(account, {
    signIns: [...recentSignIns(account, now), now.toISOString()],
    signInLock: { until: later(now, SIGN_IN_LOCK_MS) },
  });

/** The caller gave up before the device cloud answered. That says nothing of anybody, so the sign-in does not count. */
export const signInAborted = (account: Account, tried: Account): Account =>
  changed(account, { signIns: signInsWithout(account, tried), signInLock: lockAfter(account, tried) });

/** Without the sign-in that has just begun: no password reached the device cloud. */
const signInsWithout = (account: Account, tried: Account): readonly string[] =>
  account.signIns.filter((at) => at !== tried.signIns.at(-1));

/** The lock that another function has taken meanwhile stays. */
const lockAfter = ({ signInLock }: Account, tried: Account): Account['signInLock'] =>
  signInLock?.until === tried.signInLock?.until ? undefined : signInLock;

/** @param wasGood whether the session before still works: it is kept, to be ended with a link that uses it */
export const signedIn = (account: Account, session: CloudSession, wasGood: boolean, now: Date): Account =>
  become(
    account,
    { state: 'renewed', ...outage(account, now) },
    {
      session,
      supersededSession: wasGood ? account.session : undefined,
      signInLock: undefined,
      nextCheckAt: undefined,
    },
  );

const REASON = {
  'wrong-password': 'password-changed',
  'code-needed': 'code-needed',
  'wrong-code': 'code-needed',
  locked: 'locked',
} as const satisfies Record<SignInRefusal, ReauthReason>;
export const reasonOf = (refusal: SignInRefusal): ReauthReason => REASON[refusal];

/**
 * The device cloud refused the sign-in. What it refused is not kept; a lock says nothing of the password.
 * @param tried the account as it was when the sign-in began; in another state by now, somebody else has decided
 */
export function signInRefused(account: Account, tried: Account, reason: ReauthReason, now: Date): Account | undefined {
  if ((account.state === 'needs-reauth') !== (tried.state === 'needs-reauth')) return undefined;
  const since = account.state === 'needs-reauth' && account.reason === reason ? account.since : now.toISOString();
  return become(
    account,
    { state: 'needs-reauth', reason, since },
    {
      signInLock: undefined,
      nextCheckAt: undefined,
      ...(reason !== 'locked' && { credentials: undefined }),
    },
  );
}

/** The session was rejected, and we have no password to sign in with. */
export const passwordMissing = (account: Account, now: Date): Account | undefined =>
  account.state === 'needs-reauth'
    ? undefined
    : signInRefused(account, account, account.asksForCode ? 'two-step-account' : 'credentials-not-kept', now);

/**
 * The session is dead, and the sign-in got no answer, or none that says anything.
 * @param noAnswer whether it got none
 */
export function signInInconclusive(
  account: Account,
  tried: Account,
  noAnswer: boolean,
  now: Date,
): Account | undefined {
  const signInLock = lockAfter(account, tried);
  if (account.state === 'needs-reauth') return changed(account, { signInLock });
  return become(account, nextRetry(account, noAnswer, now), { signInLock, nextCheckAt: later(now, HOUR_MS) });
}

/** The session is dead, and no password was sent: the sign-in of the device cloud does not answer, or there was no connection. */
export function signInNotMade(account: Account, tried: Account, noAnswer: boolean, now: Date): Account | undefined {
  const changes = { signIns: signInsWithout(account, tried), signInLock: lockAfter(account, tried) };
  if (account.state === 'needs-reauth') return changed(account, changes);
  const retryAt = nextProbeAt(now).toISOString();
  const status = {
    state: 'waiting-to-retry',
    ...outage(account, now),
    retryAt,
    ...(noAnswer && { noAnswer }),
  } as const;
  return become(account, status, { ...changes, nextCheckAt: later(now, HOUR_MS) });
}

function nextRetry(account: Account, noAnswer: boolean, now: Date): AccountStatus {
  const { since, inconclusiveSignIns: before } = outage(account, now);
  const inconclusiveSignIns = before + 1;
  const retryAt = nextSignInAt(inconclusiveSignIns, recentSignIns(account, now), now).toISOString();
  return { state: 'waiting-to-retry', since, retryAt, inconclusiveSignIns, ...(noAnswer && { noAnswer }) };
}

/** The first call with a new session was refused. Of many callers that meet the refusal, one counts it. */
export function newSessionRejected(account: Account, session: CloudSession, now: Date): Account | undefined {
  if (account.state !== 'renewed' || account.session.credential !== session.credential) return undefined;
  return become(account, nextRetry(account, false, now), { nextCheckAt: later(now, HOUR_MS) });
}

/** The session lives, and its renewal ahead of time got no answer: the next one comes later. */
export function renewalUnanswered(account: Account, tried: Account, now: Date): Account | undefined {
  const signInLock = lockAfter(account, tried);
  if (account.state !== 'healthy' && account.state !== 'renewal-failing' && account.state !== 'renewed')
    return changed(account, { signInLock });
  const failures = (account.state === 'renewal-failing' ? account.failures : 0) + 1;
  const nextCheckAt = later(now, renewalPauseMs(failures));
  return become(account, { state: 'renewal-failing', failures }, { signInLock, nextCheckAt });
}

/** The cap of sign-ins forbids another one before `retryAt`. */
export function signInsExhausted(account: Account, retryAt: Date, now: Date): Account | undefined {
  if (account.state === 'needs-reauth' || account.state === 'waiting-to-retry') return undefined;
  const status = { state: 'waiting-to-retry', ...outage(account, now), retryAt: retryAt.toISOString() } as const;
  return become(account, status, { nextCheckAt: later(now, HOUR_MS) });
}

/** A call with this session has succeeded. */
export function callWorked(account: Account, session: CloudSession): Account | undefined {
  if (account.session.credential !== session.credential) return undefined;
  if (account.state !== 'renewed' && account.state !== 'waiting-to-retry') return undefined;
  return become(account, { state: 'healthy' }, { nextCheckAt: undefined });
}

/** A session that had been rejected works: the device cloud was wrong, and without a password one rejection was enough. */
export const rejectionWithdrawn = (account: Account): Account =>
  become(account, { state: 'healthy' }, { nextCheckAt: undefined });

/** Nobody is linked with the account. */
export const passwordForgotten = (account: Account): Account =>
  changed(account, { credentials: undefined, nextCheckAt: undefined });

export const checkPlanned = (account: Account, at: Date): Account =>
  changed(account, { nextCheckAt: at.toISOString() });

/** When a moment of `since` has yet to come, it is from a clock that has been put right since. */
export const clockCorrected = (account: Account, now: Date): Account =>
  account.state === 'needs-reauth' && Date.parse(account.since) > now.getTime()
    ? { ...account, since: now.toISOString() }
    : account;

/**
 * A person has signed in.
 * @param standing the account as it was, if there was one that can be read
 */
export const personSignedIn = (
  standing: Account | undefined,
  person: Pick<NewAccount, 'id' | 'maskedEmail' | 'session' | 'credentials' | 'asksForCode'>,
): NewAccount => ({
  ...person,
  ...(standing && { supersededSession: standing.session }),
  state: 'healthy',
  signIns: standing?.signIns ?? [],
});
