import { changeRow } from '../basics/change-row.ts';
import type { Account, AccountStore } from '../ports/account-store.ts';
import type { CloudSession, DeviceCloud } from '../ports/device-cloud.ts';
import { AccountMissing, CloudUnreachable, isCloudOutage, ReauthRequired, SignInRefused } from '../ports/errors.ts';
import type { LogFields } from '../ports/log.ts';
import type { NoticeCause } from '../ports/notices.ts';
import {
  passwordMissing,
  reasonOf,
  renewalUnanswered,
  signedIn,
  signInAborted,
  signInInconclusive,
  signInNotMade,
  signInRefused,
  signInStarted,
} from './account-state.ts';
import { earliestSignIn, nextAction, noticesOf } from './next-action.ts';
import { SESSION_CAUSES } from './reauth-link.ts';
import type { SessionPorts } from './session-ports.ts';
import { countFailedSignIn } from './sign-in-limits.ts';
import { mustProbe } from './sign-in-pauses.ts';

export interface RenewalPorts extends Pick<SessionPorts, 'notices' | 'throttle' | 'clock' | 'log'> {
  readonly cloud: Pick<DeviceCloud, 'signIn' | 'probeSignIn'>;
  readonly accounts: Pick<AccountStore, 'get' | 'replace'>;
}

const DAY_MS = 24 * 3_600_000;
/** After this long without an answer to sign-ins, while all else is answered, a developer is asked to look. */
const LONG_OUTAGE_MS = 10 * 60_000;
/** With less of the session left than this, a renewal without an answer is an error in the log. */
const RESERVE_MS = 7 * DAY_MS;

/**
 * Signs in before the session has ended, under the same lock and throttle.
 * @returns the new session; nothing when another function signs in, or no sign-in is allowed yet
 * @throws ReauthRequired, CloudUnreachable, CloudRateLimited, StoreUnavailable
 */
export async function renewAhead(
  account: Account,
  ports: RenewalPorts,
  signal: AbortSignal,
): Promise<CloudSession | undefined> {
  const now = ports.clock.now();
  const isLocked = nextAction(account, now, 'session-rejected').kind === 'wait-for-sign-in';
  if (isLocked || earliestSignIn(account, now)) return undefined;
  return await lockAndSignIn(account, ports, signal, sessionEndsAt(account, now));
}

/** Until when the lamps work without a renewal. Where an account waits for a person, nobody knows whether its session works. */
const sessionEndsAt = ({ state, session }: Account, now: Date): string | undefined =>
  state !== 'needs-reauth' && state !== 'waiting-to-retry' && Date.parse(session.expiresAt) > now.getTime()
    ? session.expiresAt
    : undefined;

/**
 * @param worksUntil ISO 8601: until when the session before works; absent where it is dead
 * @returns nothing when another function has taken the lock
 */
export async function lockAndSignIn(
  account: Account,
  ports: RenewalPorts,
  signal: AbortSignal,
  worksUntil?: string,
): Promise<CloudSession | undefined> {
  const locked = await ports.accounts.replace(account, signInStarted(account, ports.clock.now()));
  return locked && (await signIn(locked, ports, signal, worksUntil));
}

/** Signs in with the credentials that the person let us keep. */
async function signIn(
  locked: Account,
  ports: RenewalPorts,
  signal: AbortSignal,
  worksUntil?: string,
): Promise<CloudSession> {
  const { cloud, clock, log, notices } = ports;
  const { credentials } = locked;
  if (!credentials) throw new AccountMissing(`account ${locked.id} was locked for a sign-in without credentials`);
  await probe(locked, ports, signal);
  try {
    const session = await cloud.signIn(credentials, undefined, signal);
    const wasGood = worksUntil !== undefined;
    const saved = await save(locked, ports, (account) => signedIn(account, session, wasGood, clock.now()));
    log.info('session-renewed', { account: locked.id, until: session.expiresAt });
    await notices.clear(locked.id, SESSION_CAUSES);
    return saved?.session ?? session; // where a person has signed in meanwhile, both sessions are good
  } catch (error) {
    await signInFailed(error, locked, ports, signal, worksUntil);
    throw error instanceof SignInRefused ? new ReauthRequired(reasonOf(error.reason), { cause: error }) : error;
  }
}

/** After a sign-in without a clear result the password is sent only to a device cloud that answers sign-ins. @throws as `probeSignIn` */
async function probe(locked: Account, ports: RenewalPorts, signal: AbortSignal): Promise<void> {
  if (!mustProbe(locked, ports.clock.now())) return;
  try {
    await ports.cloud.probeSignIn(signal);
  } catch (error) {
    if (signal.aborted) await aborted(locked, ports);
    else if (isCloudOutage(error)) await notMade(error, locked, ports);
    throw error;
  }
}

async function aborted(locked: Account, ports: RenewalPorts): Promise<void> {
  await save(locked, ports, (account) => signInAborted(account, locked));
  ports.log.info('sign-in-aborted', { account: locked.id });
}

/** No password has reached the device cloud, so nothing counts. */
async function notMade(error: Error, locked: Account, ports: RenewalPorts): Promise<void> {
  const { clock, log } = ports;
  const saved = await save(locked, ports, (account) => signInNotMade(account, locked, isNoAnswer(error), clock.now()));
  if (saved?.state !== 'waiting-to-retry') return;
  const { id: account, maskedEmail, retryAt: until } = saved;
  log.warn('sign-in-not-made', { account, maskedEmail, until, error });
  const isLong = clock.now().getTime() - Date.parse(saved.since) >= LONG_OUTAGE_MS;
  await raiseOutage(saved, ports, isLong && saved.inconclusiveSignIns > 0 ? ['sign-in-inconclusive'] : []);
}

const isNoAnswer = (error: Error): boolean => !(error instanceof CloudUnreachable && error.answered);

async function signInFailed(
  error: unknown,
  locked: Account,
  ports: RenewalPorts,
  signal: AbortSignal,
  worksUntil: string | undefined,
): Promise<void> {
  const { clock, log } = ports;
  if (error instanceof SignInRefused) return await refused(error, locked, ports, worksUntil);
  if (signal.aborted) return await aborted(locked, ports);
  if (!isCloudOutage(error)) return;
  if (mayBeRefusal(error)) await countFailed(locked, ports);
  if (worksUntil === undefined) {
    if (error instanceof CloudUnreachable && !error.sent) return await notMade(error, locked, ports);
    const saved = await save(locked, ports, (account) =>
      signInInconclusive(account, locked, isNoAnswer(error), clock.now()),
    );
    if (saved) await noticeOutage(saved, ports, error);
    return;
  }
  const saved = await save(locked, ports, (account) => renewalUnanswered(account, locked, clock.now()));
  if (saved?.state !== 'renewal-failing') return;
  const remainingMs = Date.parse(worksUntil) - clock.now().getTime();
  const fields = { account: saved.id, failures: saved.failures, daysLeft: Math.floor(remainingMs / DAY_MS), error };
  log[remainingMs < RESERVE_MS ? 'error' : 'warn']('renewal-failed', fields);
}

/** No directive signs in until a person has. */
async function refused(
  error: SignInRefused,
  locked: Account,
  ports: RenewalPorts,
  worksUntil: string | undefined,
): Promise<void> {
  const reason = reasonOf(error.reason);
  const now = ports.clock.now();
  const saved = await save(locked, ports, (account) => signInRefused(account, locked, reason, now));
  // A changed password has ended every session as well (LoopBack 3, invalidateSessionsOnPasswordChange).
  if (saved) await noticeReauth(saved, locked, ports, reason === 'password-changed' ? undefined : worksUntil);
  // A missing code is no failed attempt: the password was right.
  if (error.reason !== 'code-needed') await countFailed(locked, ports);
}

/** Whether the device cloud may have refused the password, and its answer was lost. */
const mayBeRefusal = (error: Error): boolean => error instanceof CloudUnreachable && error.sent && !error.answered;

/** What the device cloud counts, or may count, as a failed attempt. */
async function countFailed({ credentials }: Account, { throttle, clock }: RenewalPorts): Promise<void> {
  if (credentials) await countFailedSignIn(credentials.email, throttle, clock.now());
}

/** The session was rejected and there is no password. */
export async function askPerson(account: Account, ports: RenewalPorts): Promise<void> {
  const saved = await save(account, ports, (standing) =>
    standing.state === account.state ? passwordMissing(standing, ports.clock.now()) : undefined,
  );
  if (saved) await noticeReauth(saved, account, ports);
}

async function noticeReauth(
  account: Account,
  before: Account,
  { log, notices }: RenewalPorts,
  mattersBy?: string,
): Promise<void> {
  if (account.state !== 'needs-reauth') return;
  const { id: accountId, maskedEmail, reason } = account;
  if (before.state === 'needs-reauth' && before.reason === reason)
    return log.warn('account-still-needs-reauth', { account: accountId, reason });
  log.error('account-needs-reauth', { account: accountId, maskedEmail, reason });
  await notices.raise({ accountId, cause: reason, maskedEmail, ...(mattersBy && { mattersBy }) });
}

/** Raises the notices that an outage of the session deserves. @param error of the sign-in that has just failed, if one has */
export async function noticeOutage(account: Account, ports: RenewalPorts, error?: Error): Promise<void> {
  if (account.state !== 'waiting-to-retry') return;
  const { id, maskedEmail, inconclusiveSignIns } = account;
  const fields: LogFields = {
    account: id,
    maskedEmail,
    signIns: inconclusiveSignIns,
    until: untilOf(account, ports),
    error,
  };
  const isError = noticesOf(account).includes('sign-in-inconclusive');
  if (error) ports.log[isError ? 'error' : 'warn']('sign-in-inconclusive', fields);
  await raiseOutage(account, ports);
}

type Waiting = Account & { readonly state: 'waiting-to-retry' };

const untilOf = (account: Waiting, { clock }: RenewalPorts): string =>
  earliestSignIn(account, clock.now())?.toISOString() ?? account.retryAt;

async function raiseOutage(account: Waiting, ports: RenewalPorts, more: readonly NoticeCause[] = []): Promise<void> {
  const { id: accountId, maskedEmail, since } = account;
  const retryAt = untilOf(account, ports);
  for (const cause of new Set([...noticesOf(account), ...more]))
    await ports.notices.raise({ accountId, cause, maskedEmail, offlineSince: since, retryAt });
}

/**
 * Saves what a sign-in led to. If another function changed the row meanwhile, the change is made on top of its change, unless it stored
 * another session.
 */
function save(
  tried: Account,
  { accounts }: RenewalPorts,
  next: (account: Account) => Account | undefined,
): Promise<Account | undefined> {
  const { credential } = tried.session;
  return changeRow<Account | undefined, Account, Account>({
    known: tried,
    read: () => accounts.get(tried.id),
    next: (account) => (account?.session.credential === credential ? next(account) : undefined),
    write: async (account, changed) => account && (await accounts.replace(account, changed)),
  });
}
