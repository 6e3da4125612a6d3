import { createHash } from 'node:crypto';
import type { Account } from '../ports/account-store.ts';
import type { CloudSession } from '../ports/device-cloud.ts';
import {
  CloudRateLimited,
  isCloudUnreachable,
  isSkillError,
  ReauthRequired,
  type SkillError,
} from '../ports/errors.ts';
import type { Link, LinkStore } from '../ports/link-store.ts';
import { withDeadline } from './deadline.ts';
import { forgetPassword, isLinked } from './links.ts';
import type { NoticeBacklog } from './notices.ts';
import { SESSION_CAUSES } from './reauth-link.ts';
import { isClaimed, noteWorking, pauseAfterMs, renewAhead, type SessionPorts, withSession } from './session.ts';

export interface MaintenancePorts extends SessionPorts {
  readonly links: LinkStore;
  readonly notices: SessionPorts['notices'] & NoticeBacklog;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Accounts that are looked at side by side. */
const AT_ONCE = 8;
/** For one account; its claim lasts longer. */
const ACCOUNT_MS = 12_000;

/** Sessions are renewed at this part of their life, give or take the jitter, so that accounts that were linked together drift apart. */
const RENEW_AT = 0.75;
const JITTER = 0.05;
/** With less of the session left than this, a renewal that fails is somebody's business. */
const RESERVE_MS = 7 * DAY_MS;
/** Days before its end at which a person is told of a session that only they can renew. */
const REMINDER_DAYS = [14, 7, 2];
/** A trouble that lasts is told again this often, with a new link, as the one before has come to its end. */
const TELL_AGAIN_MS = 7 * DAY_MS;
const MOST_REMINDERS = 4;

/**
 * Does what is due: tells untold notices, renews sessions ahead of their end, and asks for a sign-in where that takes a person. Run
 * often, also twice at once, it does no more than is due. An account in trouble troubles no other.
 * @throws StoreUnavailable when not even the accounts can be listed
 */
export async function maintainAccounts(ports: MaintenancePorts, signal: AbortSignal): Promise<void> {
  const { accounts, notices, clock, log } = ports;
  await notices.sendUnsent(signal).catch((error: unknown) => log.error('notices-not-sent', { error: asError(error) }));
  const due = await accounts.due(clock.now());
  const left = due.values();
  const work = async () => {
    for (const accountId of left) {
      if (signal.aborted) return;
      await lookAt(accountId, ports, signal);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  log.info('accounts-checked', { due: due.length, outOfTime: signal.aborted });
}

async function lookAt(accountId: string, ports: MaintenancePorts, signal: AbortSignal): Promise<void> {
  try {
    const account = await ports.accounts.get(accountId);
    if (account && isDue(account, ports.clock.now())) await care(account, ports, signal);
  } catch (error) {
    if (isSkillError(error)) ports.log.warn('account-check-failed', { account: accountId, error });
    else ports.log.error('account-check-failed', { account: accountId, error: asError(error) });
  }
}

/** The index may lag behind, and another run may have been quicker. */
const isDue = ({ nextCheckAt }: Account, now: Date): boolean =>
  nextCheckAt === undefined || Date.parse(nextCheckAt) <= now.getTime();

async function care(account: Account, ports: MaintenancePorts, signal: AbortSignal): Promise<void> {
  const now = ports.clock.now();
  // Whoever is signing in must find the row as they left it. It stays due.
  if (isClaimed(account, now)) return;
  const made = await ports.links.ofAccount(account.id);
  if (!made.some(({ state }) => state === 'live')) return await leaveUnlinked(account, made, ports);
  if (account.state === 'needs-reauth') return await waitForPerson(account, ports, signal);
  if (account.inVain) return await tryAgain(account, ports, signal);
  // A session that is new has ended the trouble of the old; as a rule that was told at once, too.
  if (account.nextCheckAt === undefined)
    await ports.notices.clear(account.id, [...SESSION_CAUSES, 'sign-in-inconclusive']);
  if (!account.credentials) return await remind(account, now, ports);
  if (account.nextCheckAt === undefined) return await plan(account, renewalOf(account, now), ports);
  await renew(account, ports, signal);
}

/** An account that nobody is linked with: its password is neither used nor kept, and nobody is asked for anything. */
async function leaveUnlinked(account: Account, made: readonly Link[], ports: MaintenancePorts): Promise<void> {
  const { accounts, links, clock } = ports;
  const now = clock.now();
  // The code may still be exchanged. It stays due.
  if (await isLinked(account.id, links, now)) return;
  // Somebody may have signed in at this very moment, and the link comes next.
  const isNew = account.nextCheckAt === undefined && !made.some(({ state }) => state === 'pending');
  if (isNew && account.credentials) return await plan(account, new Date(now.getTime() + HOUR_MS), ports);
  await forgetPassword(account.id, ports);
  const standing = await accounts.get(account.id);
  if (!standing || standing.credentials || standing.session.credential !== account.session.credential) return;
  await plan(standing, new Date(now.getTime() + DAY_MS), ports);
}

/** Sees whether an account is well after all, tries a lock again when it is time, and tells once a week of what lasts. */
async function waitForPerson(account: Account, ports: MaintenancePorts, signal: AbortSignal): Promise<void> {
  const { accounts, notices, clock } = ports;
  if (await isWellAgain(account, ports, signal)) return;
  const now = clock.now();
  // A moment that has yet to come is from a clock that has been put right since.
  const since =
    account.since !== undefined && Date.parse(account.since) <= now.getTime() ? account.since : now.toISOString();
  let standing: Account | undefined = account;
  if (mayTryLock(account, now)) {
    await renew(account, ports, signal);
    standing = await accounts.get(account.id);
    // It is well, or another trouble, or somebody else is at it; all that is for the next run.
    if (!standing || standing.reason !== account.reason || mayTryLock(standing, now)) return;
  }
  // As a rule the first was told when it came about; this is for when it could not be, and for those that follow.
  const { reason, maskedEmail } = standing;
  const weeks = Math.floor((now.getTime() - Date.parse(since)) / TELL_AGAIN_MS);
  const reminder = Math.min(1 + weeks, MOST_REMINDERS);
  if (reason) await notices.raise({ accountId: account.id, cause: reason, maskedEmail, reminder });
  const next = isLockWithPassword(standing) ? lockTries(since, now).next : now.getTime() + DAY_MS;
  await plan({ ...standing, since }, new Date(next), ports);
}

/** The device cloud takes back a lock by itself, as a rule within an hour, and the password is good for all we know. */
const isLockWithPassword = ({ reason, credentials }: Account): boolean =>
  reason === 'locked' && credentials !== undefined;

/** The moments at which a lock is tried: the latest that has come, if any, and the next. */
function lockTries(since: string, now: Date): { readonly latest?: number; readonly next: number } {
  let latest = Date.parse(since);
  for (let attempt = 1; ; attempt++) {
    const next = latest + pauseAfterMs(attempt);
    if (next > now.getTime()) return { ...(attempt > 1 && { latest }), next };
    latest = next;
  }
}

/** Whether a try is due that has not been made. One in the future does not count: its clock has been put right since. */
function mayTryLock(account: Account, now: Date): boolean {
  if (!isLockWithPassword(account) || account.since === undefined) return false;
  const { latest } = lockTries(account.since, now);
  const made = account.signIns.map((at) => Date.parse(at)).filter((at) => at <= now.getTime());
  return latest !== undefined && made.every((at) => at < latest);
}

/** Sign-ins have been in vain: looks whether the session is good by now, and signs in again if it is time. */
async function tryAgain(account: Account, ports: MaintenancePorts, signal: AbortSignal): Promise<void> {
  const { accounts } = ports;
  try {
    await withDeadline(ACCOUNT_MS, ports, (deadline, observed) => {
      const limit = AbortSignal.any([signal, deadline]);
      const look = (session: CloudSession) => observed.cloud.devices(session, limit);
      return withSession(account.id, account.session, observed, limit, look);
    });
  } catch (error) {
    if (isSkillError(error)) return; // it was counted, or it is too early; it stays due
    throw error;
  }
  const standing = await accounts.get(account.id);
  if (standing) await noteWorking(account.id, standing.session, ports);
}

/**
 * Without a password one refusal is enough for asking the person, and a refusal may have been a whim of the device cloud's. Whether the
 * session is good after all is looked at once a day.
 */
async function isWellAgain(account: Account, ports: MaintenancePorts, signal: AbortSignal): Promise<boolean> {
  const { clock, accounts, notices, log } = ports;
  if (account.reason !== 'credentials-not-kept' || Date.parse(account.session.expiresAt) <= clock.now().getTime())
    return false;
  try {
    await withDeadline(ACCOUNT_MS, ports, (deadline, { cloud }) =>
      cloud.devices(account.session, AbortSignal.any([signal, deadline])),
    );
  } catch (error) {
    if (isSkillError(error)) return false;
    throw error;
  }
  const { reason: _, since: __, nextCheckAt: ___, ...next } = account;
  if (!(await accounts.replace(account, { ...next, state: 'healthy' }))) return false;
  log.info('session-good-after-all', { account: account.id });
  await notices.clear(account.id, SESSION_CAUSES);
  return true;
}

/** When a session that has just begun is to be renewed: a moment of the account's own, the same whoever asks. */
function renewalOf(account: Account, now: Date): Date {
  const leftMs = Date.parse(account.session.expiresAt) - now.getTime();
  // A new session that has already ended is one clock's mistake; signing in every hour does not mend it.
  if (leftMs <= 0) return new Date(now.getTime() + DAY_MS);
  const part = RENEW_AT + JITTER * (2 * fractionOf(account.id) - 1);
  return new Date(now.getTime() + Math.max(HOUR_MS, leftMs * part));
}

/** 0..1, spread evenly. */
const fractionOf = (accountId: string): number =>
  createHash('sha256').update(accountId).digest().readUInt32BE(4) / 0xffffffff;

async function renew(account: Account, ports: MaintenancePorts, signal: AbortSignal): Promise<void> {
  try {
    // Without a new session it stays due: somebody else is at it, or it is too early.
    await withDeadline(ACCOUNT_MS, ports, (deadline, observed) =>
      renewAhead(account, observed, AbortSignal.any([signal, deadline])),
    );
  } catch (error) {
    if (error instanceof ReauthRequired) return; // it was marked and told
    if (!(isCloudUnreachable(error) || error instanceof CloudRateLimited)) throw error;
    await postpone(account.id, error, ports);
  }
}

/** The device cloud gave no answer, which says nothing of the account: its state stays, and the next try comes later. */
async function postpone(accountId: string, error: SkillError, ports: MaintenancePorts) {
  const { accounts, clock, log } = ports;
  const account = await accounts.get(accountId);
  if (!account?.credentials || account.state === 'needs-reauth' || !isDue(account, clock.now())) return;
  const now = clock.now().getTime();
  const renewalFailures = (account.renewalFailures ?? 0) + 1;
  const leftMs = Date.parse(account.session.expiresAt) - now;
  const fields = { account: accountId, failures: renewalFailures, daysLeft: Math.floor(leftMs / DAY_MS), error };
  if (leftMs < RESERVE_MS) log.error('renewal-failed', fields);
  else log.warn('renewal-failed', fields);
  await plan({ ...account, renewalFailures }, new Date(now + pauseAfterMs(renewalFailures)), ports);
}

/** Tells of a session that only a person can renew, in time. One that has ended is told of by whoever is refused with it. */
async function remind(account: Account, now: Date, ports: MaintenancePorts): Promise<void> {
  const end = Date.parse(account.session.expiresAt);
  const moments = REMINDER_DAYS.map((days) => end - days * DAY_MS);
  const passed = moments.filter((moment) => moment <= now.getTime()).length;
  if (passed > 0 && end > now.getTime()) {
    await ports.notices.raise({
      accountId: account.id,
      cause: 'session-ends',
      maskedEmail: account.maskedEmail,
      mattersBy: account.session.expiresAt,
      reminder: passed,
    });
  }
  await plan(account, new Date(moments[passed] ?? now.getTime() + DAY_MS), ports);
}

/** Of two that plan at once one wins; the other's look is repeated by the next run. */
async function plan(account: Account, nextCheckAt: Date, { accounts }: MaintenancePorts): Promise<void> {
  await accounts.replace(account, { ...account, nextCheckAt: nextCheckAt.toISOString() });
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
