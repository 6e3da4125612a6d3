import type { Account, AccountStore, ReauthReason } from '../ports/account-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { CloudSession, DeviceCloud } from '../ports/device-cloud.ts';
import {
  AccountMissing,
  CloudRateLimited,
  isCloudUnreachable,
  ReauthRequired,
  SessionRejected,
  type SignInRefusal,
  SignInRefused,
  StoreUnavailable,
} from '../ports/errors.ts';
import type { Log } from '../ports/log.ts';
import type { Notices } from '../ports/notices.ts';
import { SESSION_CAUSES } from './reauth-link.ts';

/** What it takes to bring a dead session back. */
export interface SessionPorts {
  readonly cloud: DeviceCloud;
  readonly accounts: AccountStore;
  readonly notices: Notices;
  readonly clock: Clock;
  readonly log: Log;
}

const HOUR_MS = 3_600_000;
/** Leviton locks an account after some failed sign-ins (how many is not known), so ours are few. */
export const SIGN_INS_PER_HOUR = 3;
/** The pause after the first, second, ... sign-in of an hour before the next one may follow. */
const BACK_OFF_MS = [60_000, 10 * 60_000];
/** One function signs in for all; if it dies, another may take over after this time. */
const CLAIM_MS = 15_000;
const LOOK_AGAIN_MS = 250;
/** The one that somebody else has brought may be dead by now as well; the second is then our own. */
const MOST_REVIVALS = 2;
/** The pause after the first, second, ... attempt of a trouble that lasts; the last for all that follow. */
const PAUSES_MS = [HOUR_MS, 3 * HOUR_MS, 9 * HOUR_MS, 24 * HOUR_MS] as const;
/** From so many sign-ins in vain on, somebody is told, and there is a pause after each. */
const TOLD_FROM = 3;
/** None of them is a guess at a password, and once the device cloud is well again, a lamp must not wait longer than that. */
const LONGEST_IN_VAIN_MS = 3 * HOUR_MS;

/** How long a trouble that lasts is left alone after its nth attempt, counted from 1. */
export const pauseAfterMs = (attempts: number): number =>
  PAUSES_MS[Math.min(attempts, PAUSES_MS.length) - 1] ?? PAUSES_MS[0];

/**
 * Runs `work` with a session of the account's. When the device cloud rejects it, the session is brought back behind Alexa's back (somebody
 * may have renewed it already, else we sign in again) and `work` is run again.
 * @throws ReauthRequired when only a person can bring it back, SessionRejected when it is too early to try again, AccountMissing,
 *   StoreUnavailable, and whatever `work` throws
 */
export async function withSession<T>(
  accountId: string,
  session: CloudSession,
  ports: SessionPorts,
  signal: AbortSignal,
  work: (session: CloudSession) => Promise<T>,
): Promise<T> {
  let current: Revived = { session, inVain: undefined };
  for (let revived = 0; ; revived++) {
    try {
      const result = await work(current.session);
      if (current.inVain) await noteWorking(accountId, current.session, ports);
      return result;
    } catch (error) {
      if (!(error instanceof SessionRejected)) throw error;
      if (revived > 0) await noteRefusedAtOnce(accountId, current.session, error, ports);
      if (revived === MOST_REVIVALS) throw error;
      ports.log.warn('session-rejected', { account: accountId });
      current = await revive(accountId, current.session, ports, signal);
    }
  }
}

/** A session that has not been tried yet, and what its account has gone through. */
type Revived = Pick<Account, 'session'> & { readonly inVain: Account['inVain'] | undefined };

/** A session other than `rejected`: the one that somebody else has brought, or one from our own sign-in. */
async function revive(
  accountId: string,
  rejected: CloudSession,
  ports: SessionPorts,
  signal: AbortSignal,
): Promise<Revived> {
  const { accounts, clock } = ports;
  for (;;) {
    signal.throwIfAborted();
    const account = await accounts.get(accountId);
    if (!account) throw new AccountMissing(`no row for account ${accountId}`);
    if (account.session.credential !== rejected.credential) return { session: account.session, inVain: account.inVain };
    if (account.state === 'needs-reauth') throw new ReauthRequired(account.reason);
    if (isClaimed(account, clock.now())) {
      await clock.wait(LOOK_AGAIN_MS, signal);
      continue;
    }
    if (!account.credentials) {
      await giveUp(account, 'credentials-not-kept', ports);
      continue;
    }
    if (mustWait(account, clock.now())) throw new SessionRejected('it is too early to sign in again');
    const claimed = await claim(account, ports);
    if (claimed) return { session: await signInAgain(claimed, ports, signal), inVain: claimed.inVain };
  }
}

/**
 * Signs in before the session has ended, under the same claim and throttle. The old session is left to its own end: Alexa's access tokens
 * carry it for up to an hour.
 * @returns the new session; nothing when somebody else is at it, or it is too early to sign in again
 * @throws ReauthRequired, CloudUnreachable, CloudRateLimited, StoreUnavailable
 */
export async function renewAhead(
  account: Account,
  ports: SessionPorts,
  signal: AbortSignal,
): Promise<CloudSession | undefined> {
  const now = ports.clock.now();
  if (isClaimed(account, now) || mustWait(account, now)) return undefined;
  const claimed = await claim(account, ports);
  const { expiresAt } = account.session;
  // Of an account that is marked already it is not known whether its session still works.
  const lives = account.state === 'healthy' && Date.parse(expiresAt) > now.getTime();
  return claimed && (await signInAgain(claimed, ports, signal, lives ? expiresAt : undefined));
}

/** Whether somebody is signing in for all. A clock that was set back does not hold a claim longer than it may last. */
export function isClaimed({ claimedUntil }: Account, now: Date): boolean {
  const leftMs = claimedUntil === undefined ? 0 : Date.parse(claimedUntil) - now.getTime();
  return leftMs > 0 && leftMs <= CLAIM_MS;
}

/** @returns nothing when somebody else was first */
function claim(account: Account, { accounts, clock }: SessionPorts): Promise<Account | undefined> {
  const now = clock.now();
  return accounts.replace(account, {
    ...without(account, 'claimedUntil'),
    signIns: [...recentSignIns(account, now), now.toISOString()],
    claimedUntil: new Date(now.getTime() + CLAIM_MS).toISOString(),
  });
}

/** Those of the last hour. One in the future is from a clock that has been put right since, and holds nothing up. */
const recentSignIns = ({ signIns }: Account, now: Date): string[] =>
  signIns.filter((at) => Math.abs(now.getTime() - Date.parse(at)) < HOUR_MS);

/** Whether the sign-ins of the last hour, or many in vain, forbid another one now. */
function mustWait(account: Account, now: Date): boolean {
  const { inVain } = account;
  if (inVain && inVain.signIns >= TOLD_FROM) {
    const restedMs = now.getTime() - Date.parse(inVain.lastAt);
    const pauseMs = Math.min(pauseAfterMs(inVain.signIns - TOLD_FROM + 1), LONGEST_IN_VAIN_MS);
    if (restedMs >= 0 && restedMs < pauseMs) return true;
  }
  const recent = recentSignIns(account, now);
  if (recent.length >= SIGN_INS_PER_HOUR) return true;
  const pause = BACK_OFF_MS[recent.length - 1];
  const last = recent.at(-1);
  return pause !== undefined && last !== undefined && now.getTime() - Date.parse(last) < pause;
}

/**
 * Signs in with the credentials that the person let us keep. The account is claimed, so nobody else does.
 * @param mattersBy ISO 8601: until when the lamps work even if it fails; absent if they do not
 */
async function signInAgain(
  claimed: Account,
  ports: SessionPorts,
  signal: AbortSignal,
  mattersBy?: string,
): Promise<CloudSession> {
  const { cloud, accounts, log } = ports;
  const { credentials } = claimed;
  if (!credentials) throw new AccountMissing(`account ${claimed.id} was claimed without credentials`);
  try {
    const session = await cloud.signIn(credentials, undefined, signal);
    const standing = await writeAfterSignIn(claimed, accounts, (account) => ({
      ...without(account, 'claimedUntil', 'nextCheckAt', 'renewalFailures', 'reason', 'since'),
      state: 'healthy',
      session,
    }));
    await ports.notices.clear(claimed.id, SESSION_CAUSES);
    log.info('session-renewed', { account: claimed.id, until: session.expiresAt });
    // Who brought another session meanwhile was a person who signed in; both sessions are good.
    return standing?.session ?? session;
  } catch (error) {
    if (error instanceof SignInRefused) {
      const reason = REASON[error.reason];
      // A changed password has ended every session as well (LoopBack 3, invalidateSessionsOnPasswordChange).
      await giveUp(claimed, reason, ports, reason === 'password-changed' ? undefined : mattersBy);
      throw new ReauthRequired(reason, { cause: error });
    }
    if (isCloudUnreachable(error) || error instanceof CloudRateLimited) {
      if (claimed.state === 'healthy' && mattersBy === undefined) await noteInVain(claimed, error, ports);
      else await writeAfterSignIn(claimed, accounts, (account) => released(account, claimed));
    }
    throw error;
  }
}

/**
 * Writes what came of a sign-in. Somebody may have written to the account meanwhile, who is not overruled: the write is made once more on
 * theirs, unless they brought another session.
 * @param next nothing where the account as it is now wants no write
 */
async function writeAfterSignIn(
  claimed: Account,
  accounts: AccountStore,
  next: (account: Account) => Omit<Account, 'id' | 'version'> | undefined,
): Promise<Account | undefined> {
  const first = next(claimed);
  const written = first && (await accounts.replace(claimed, first));
  if (written) return written;
  const standing = await accounts.get(claimed.id);
  if (standing?.session.credential !== claimed.session.credential) return undefined;
  const second = next(standing);
  return second && (await accounts.replace(standing, second));
}

/** Without the claim that it was tried under; one that somebody else has laid meanwhile is theirs. */
const released = (account: Account, tried: Account): Omit<Account, 'claimedUntil'> =>
  account.claimedUntil === tried.claimedUntil ? without(account, 'claimedUntil') : account;

/** A session that we have just brought was refused at the first call. Of many who meet it one counts it. */
async function noteRefusedAtOnce(accountId: string, session: CloudSession, error: Error, ports: SessionPorts) {
  const now = ports.clock.now();
  const account = await ports.accounts.get(accountId);
  if (account?.session.credential !== session.credential || account.state !== 'healthy' || !account.credentials) return;
  const isOurs = recentSignIns(account, now).length > 0;
  if (!isOurs || isClaimed(account, now) || account.inVain?.lastAt === account.signIns.at(-1)) return;
  await noteInVain(account, error, ports);
}

/**
 * Counts a sign-in that neither was refused nor brought a session that works, and tells from the third in a row on: neither the person
 * nor the password is known to be at fault. `maintenance` goes on from here, whether or not anybody speaks to Alexa.
 */
async function noteInVain(
  tried: Account,
  error: Error,
  { accounts, notices, clock, log }: SessionPorts,
): Promise<void> {
  const now = clock.now();
  const noted = await writeAfterSignIn(tried, accounts, (account) => {
    const lastAt = tried.signIns.at(-1) ?? now.toISOString();
    if (account.state !== 'healthy' || account.inVain?.lastAt === lastAt) return undefined;
    return {
      ...released(account, tried),
      inVain: { signIns: (account.inVain?.signIns ?? 0) + 1, lastAt },
      nextCheckAt: new Date(now.getTime() + HOUR_MS).toISOString(),
    };
  });
  if (!noted?.inVain) return;
  const { signIns } = noted.inVain;
  const fields = { account: noted.id, maskedEmail: noted.maskedEmail, signIns, error };
  if (signIns < TOLD_FROM) return log.warn('sign-in-inconclusive', fields);
  log.error('sign-in-inconclusive', fields);
  await notices.raise({ accountId: noted.id, cause: 'sign-in-inconclusive', maskedEmail: noted.maskedEmail });
}

/** A call with this session has succeeded: what went before it in vain is over. Never fails a call that went well. */
export async function noteWorking(
  accountId: string,
  session: CloudSession,
  { accounts, notices, log }: SessionPorts,
): Promise<void> {
  try {
    const account = await accounts.get(accountId);
    if (!account?.inVain || account.session.credential !== session.credential) return;
    if (!(await accounts.replace(account, without(account, 'inVain', 'nextCheckAt')))) return;
    log.info('sign-in-works-again', { account: accountId });
    await notices.clear(accountId, ['sign-in-inconclusive']);
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    log.warn('working-session-not-noted', { account: accountId, error }); // the next maintenance does it
  }
}

const REASON = {
  'wrong-password': 'password-changed',
  'code-needed': 'code-needed',
  'wrong-code': 'code-needed',
  locked: 'locked',
} as const satisfies Record<SignInRefusal, ReauthReason>;

/**
 * Marks the account: no directive signs in until a person has, who is told. What was refused is not kept; a lock says nothing of the
 * password, with which `maintenance` tries again in its time.
 */
async function giveUp(account: Account, reason: ReauthReason, ports: SessionPorts, mattersBy?: string): Promise<void> {
  const { accounts, notices, clock, log } = ports;
  const isNews = account.reason !== reason;
  const marked = await writeAfterSignIn(account, accounts, (standing) => {
    if (standing.state !== account.state) return undefined; // somebody was first
    const { credentials, ...rest } = without(standing, 'claimedUntil', 'nextCheckAt', 'renewalFailures', 'inVain');
    return {
      ...rest,
      ...(reason === 'locked' && credentials && { credentials }),
      state: 'needs-reauth',
      reason,
      since: (!isNews && standing.since) || clock.now().toISOString(),
    };
  });
  if (!marked) return;
  if (!isNews) return log.warn('account-still-needs-reauth', { account: account.id, reason });
  log.error('account-needs-reauth', { account: account.id, maskedEmail: account.maskedEmail, reason });
  await notices.raise({
    accountId: account.id,
    cause: reason,
    maskedEmail: account.maskedEmail,
    ...(mattersBy && { mattersBy }),
  });
}

function without<K extends keyof Account>(account: Account, ...keys: K[]): Omit<Account, K> {
  const copy = { ...account };
  for (const key of keys) delete copy[key];
  return copy;
}
