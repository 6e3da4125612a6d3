import { asError } from '../basics/as-error.ts';
import { inParallel } from '../basics/in-parallel.ts';
import type { AccountData } from '../ports/account-data.ts';
import type { Account } from '../ports/account-store.ts';
import { CloudRateLimited, isCloudUnreachable, isSkillError, ReauthRequired } from '../ports/errors.ts';
import type { Link, LinkStore } from '../ports/link-store.ts';
import { checkPlanned, clockCorrected, rejectionWithdrawn } from './account-state.ts';
import { withDeadline } from './deadline.ts';
import { endUnusedSessions, type ForgetPorts, forgetAccount, isForgotten } from './forget-account.ts';
import { forgetPassword, isLinked } from './links.ts';
import { type Action, nextAction, nextLookAtPerson, OUTAGE_CAUSES } from './next-action.ts';
import type { NoticeBacklog } from './notices.ts';
import { SESSION_CAUSES } from './reauth-link.ts';
import { renewAhead } from './renew-session.ts';
import { reminderOf, renewalOf, weeklyReminder } from './renewal-plan.ts';
import { noteWorking, withSession } from './session.ts';
import type { SessionPorts } from './session-ports.ts';

export interface MaintenancePorts extends SessionPorts, ForgetPorts {
  readonly accountData: AccountData;
  readonly links: LinkStore;
  readonly notices: SessionPorts['notices'] & NoticeBacklog;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Accounts that are checked at the same time. */
const AT_ONCE = 8;
/** For one account; its lock lasts longer. */
const ACCOUNT_MS = 12_000;

/**
 * Does what is due: sends notices that were not sent, renews sessions ahead of their end, and asks for a sign-in where only a person can
 * sign in. It may run often, also twice at once. A failure with one account does not affect the others.
 * @throws StoreUnavailable when not even the accounts can be listed
 */
export async function maintainAccounts(ports: MaintenancePorts, signal: AbortSignal): Promise<void> {
  const { accounts, notices, clock, log } = ports;
  await ports.accountData.sweep(clock.now());
  await notices.sendUnsent(signal).catch((error: unknown) => log.error('notices-not-sent', { error: asError(error) }));
  const due = await accounts.due(clock.now());
  await inParallel(due, AT_ONCE, async (accountId) => {
    if (!signal.aborted) await checkAccount(accountId, ports, signal);
  });
  log.info('accounts-checked', { due: due.length, outOfTime: signal.aborted });
}

async function checkAccount(accountId: string, ports: MaintenancePorts, signal: AbortSignal): Promise<void> {
  try {
    const account = await ports.accounts.get(accountId);
    if (account) await processAccount(account, ports, signal);
  } catch (error) {
    if (isSkillError(error)) ports.log.warn('account-check-failed', { account: accountId, error });
    else ports.log.error('account-check-failed', { account: accountId, error: asError(error) });
  }
}

async function processAccount(account: Account, ports: MaintenancePorts, signal: AbortSignal): Promise<void> {
  const now = ports.clock.now();
  const action = nextAction(account, now, 'schedule');
  // The function that signs in must find the row as it left it. The account stays due.
  if (action.kind === 'none' || action.kind === 'wait-for-sign-in') return;
  const made = await ports.links.ofAccount(account.id);
  if (!made.some(({ state }) => state === 'live')) return await leaveUnlinked(account, made, ports, signal);
  switch (action.kind) {
    case 'wait-for-person':
      return await waitForPerson(account, action, ports, signal);
    case 'try-session':
      return await trySession(account, ports, signal);
    case 'remind-of-end':
      await closeOldNotices(account, ports);
      return await remindOfEnd(account, ports);
    case 'plan-renewal':
      await closeOldNotices(account, ports);
      return await plan(account, renewalOf(account, now), ports);
    default:
      return await renew(account, ports, signal);
  }
}

/** A new session has ended the problems of the old one. Usually that was said at once, too. */
async function closeOldNotices({ id, nextCheckAt }: Account, { notices }: MaintenancePorts): Promise<void> {
  if (nextCheckAt === undefined) await notices.clear(id, [...SESSION_CAUSES, ...OUTAGE_CAUSES]);
}

/** An account that nobody is linked with: its password is neither used nor kept, and nobody is asked for anything. */
async function leaveUnlinked(
  account: Account,
  made: readonly Link[],
  ports: MaintenancePorts,
  signal: AbortSignal,
): Promise<void> {
  const { accounts, links, clock } = ports;
  const now = clock.now();
  // The code may still be exchanged. The account stays due.
  if (await isLinked(account.id, links, now)) return;
  // Somebody may have signed in at this very moment, and the link comes next.
  const isNew = account.nextCheckAt === undefined;
  if (isNew && account.credentials && !made.some(({ state }) => state === 'pending'))
    return await plan(account, new Date(now.getTime() + HOUR_MS), ports);
  await forgetPassword(account.id, ports);
  const standing = await accounts.get(account.id);
  if (!standing || standing.credentials || standing.session.credential !== account.session.credential) return;
  if (isForgotten(made, standing, now)) return await forgetAccount(standing, ports);
  const kept = isNew ? standing : await endUnusedSessions(standing, ports, signal);
  await plan(kept, new Date(now.getTime() + DAY_MS), ports);
}

/** Sees whether the session works after all, tries a lock when it is time, and sends a reminder once a week. */
async function waitForPerson(
  account: Account,
  action: Action & { kind: 'wait-for-person' },
  ports: MaintenancePorts,
  signal: AbortSignal,
): Promise<void> {
  const { accounts, notices, clock } = ports;
  if (action.checkSession && (await worksAfterAll(account, ports, signal))) return;
  let standing: Account | undefined = account;
  if (action.retryLock) {
    await renew(account, ports, signal);
    standing = await accounts.get(account.id);
  }
  if (!standing) return;
  const now = clock.now();
  standing = clockCorrected(standing, now);
  // The account is healthy, has another problem, or another function signs in. The next run handles that.
  if (standing.state !== 'needs-reauth' || standing.reason !== action.reason) return;
  if (action.retryLock && isStillToTry(standing, now)) return;
  // Usually the first message went out when it was found; this is for when it could not, and for the reminders.
  const { id: accountId, maskedEmail, since, reason } = standing;
  await notices.raise({ accountId, cause: reason, maskedEmail, reminder: weeklyReminder(since, now) });
  await plan(standing, nextLookAtPerson(standing, now), ports);
}

function isStillToTry(account: Account, now: Date): boolean {
  const action = nextAction(account, now, 'session-rejected');
  return action.kind !== 'wait-for-person' || action.retryLock;
}

/** The session may work by now; else this signs in, if it is time. */
async function trySession(account: Account, ports: MaintenancePorts, signal: AbortSignal): Promise<void> {
  const { accounts } = ports;
  try {
    await withDeadline(ACCOUNT_MS, ports, (deadline, observed) => {
      const limit = AbortSignal.any([signal, deadline]);
      const look = (session: Account['session']) => observed.cloud.devices(session, limit);
      return withSession({ accountId: account.id }, account.session, observed, limit, look);
    });
  } catch (error) {
    if (isSkillError(error)) return; // it was counted, or it is too early; the account stays due
    throw error;
  }
  const standing = await accounts.get(account.id);
  if (standing) await noteWorking(account.id, standing.session, ports);
}

/** Without a password one rejection was enough to ask the person, and the device cloud may have been wrong. */
async function worksAfterAll(account: Account, ports: MaintenancePorts, signal: AbortSignal): Promise<boolean> {
  const { accounts, notices, log } = ports;
  try {
    await withDeadline(ACCOUNT_MS, ports, (deadline, { cloud }) =>
      cloud.devices(account.session, AbortSignal.any([signal, deadline])),
    );
  } catch (error) {
    if (isSkillError(error)) return false;
    throw error;
  }
  if (!(await accounts.replace(account, rejectionWithdrawn(account)))) return false;
  log.info('session-accepted-again', { account: account.id });
  await notices.clear(account.id, SESSION_CAUSES);
  return true;
}

async function renew(account: Account, ports: MaintenancePorts, signal: AbortSignal): Promise<void> {
  try {
    await withDeadline(ACCOUNT_MS, ports, async (deadline, observed) => {
      const limit = AbortSignal.any([signal, deadline]);
      // Without a new session the account stays due: another function signs in, or it is too early.
      const session = await renewAhead(account, observed, limit);
      if (session) await proveSession(account.id, session, observed, limit);
    });
  } catch (error) {
    // It was saved and noticed where it was found.
    if (!(error instanceof ReauthRequired || isCloudUnreachable(error) || error instanceof CloudRateLimited))
      throw error;
  }
}

/** One call with the new session, so that the account is known to be healthy. */
async function proveSession(
  accountId: string,
  session: Account['session'],
  ports: MaintenancePorts,
  signal: AbortSignal,
): Promise<void> {
  await withSession({ accountId }, session, ports, signal, (good) => ports.cloud.devices(good, signal)).catch(
    (error: unknown) => {
      if (!isSkillError(error)) throw error; // the next run tries again
    },
  );
  const standing = await ports.accounts.get(accountId);
  if (standing?.session.credential === session.credential) await noteWorking(accountId, session, ports);
}

/** Sends word of a session that only a person can renew, in time. After its end, the call that is refused sends it. */
async function remindOfEnd(account: Account, ports: MaintenancePorts): Promise<void> {
  const { id: accountId, maskedEmail, session, asksForCode } = account;
  const { reminder, next } = reminderOf(session.expiresAt, ports.clock.now());
  const mattersBy = session.expiresAt;
  const needsCode = asksForCode ? ({ needsCode: true } as const) : {};
  if (reminder)
    await ports.notices.raise({ accountId, cause: 'session-ends', maskedEmail, mattersBy, reminder, ...needsCode });
  await plan(account, next, ports);
}

/** If two runs write at once, one write wins; the next run checks the account again. */
async function plan(account: Account, nextCheckAt: Date, { accounts }: MaintenancePorts): Promise<void> {
  await accounts.replace(account, checkPlanned(account, nextCheckAt));
}
