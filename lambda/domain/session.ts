import { asError } from '../basics/as-error.ts';
import { changeRow } from '../basics/change-row.ts';
import type { Account } from '../ports/account-store.ts';
import type { CloudSession } from '../ports/device-cloud.ts';
import { AccountMissing, LinkEnded, ReauthRequired, SessionRejected, StoreUnavailable } from '../ports/errors.ts';
import { callWorked, newSessionRejected, signInsExhausted } from './account-state.ts';
import { nextAction, OUTAGE_CAUSES } from './next-action.ts';
import { askPerson, lockAndSignIn, noticeOutage } from './renew-session.ts';
import type { SessionOwner } from './session-memory.ts';
import type { SessionPorts } from './session-ports.ts';

const LOOK_AGAIN_MS = 250;
/** A session that another function has brought may be dead by now as well; the second is then our own. */
const MOST_REVIVALS = 2;
/** To note that a session works takes no longer than this of a directive's time. */
const NOTE_MS = 1_000;

interface Current {
  readonly session: CloudSession;
  /** Whether it is yet to be noted that a call worked with it. */
  isNoted: boolean;
}

/**
 * Runs `work` with a session of the account's. When the device cloud rejects it, the session is renewed and the call repeated; Alexa does
 * not notice. A warm function remembers the renewed session.
 * A session that is Alexa's own token is never renewed here: Alexa refreshes it.
 * @param work its second argument notes that the session works, for work that goes on for long after its first call
 * @throws ReauthRequired when only a person can bring it back, SessionRejected when it is too early to try again, LinkEnded, AccountMissing,
 *   StoreUnavailable, and whatever `work` throws
 */
export async function withSession<T>(
  owner: SessionOwner,
  session: CloudSession,
  ports: SessionPorts,
  signal: AbortSignal,
  work: (session: CloudSession, noteWorks: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const { sessionMemory, log } = ports;
  let current: Current = sessionMemory.get(owner, session) ?? { session, isNoted: true };
  for (let revived = 0; ; revived++) {
    const used = current;
    const noteWorks = () => noteOnce(owner.accountId, used, ports, signal);
    try {
      const result = await work(used.session, noteWorks);
      await noteWorks();
      return result;
    } catch (error) {
      if (!(error instanceof SessionRejected) || session.renewable === false) throw error;
      sessionMemory.forget(owner, session);
      if (!used.isNoted) await noteRejected(owner.accountId, used.session, error, ports);
      if (revived === MOST_REVIVALS) throw error;
      log.warn('session-rejected', { account: owner.accountId });
      current = await revive(owner, used.session, ports, signal);
      sessionMemory.set(owner, session, current);
    }
  }
}

/** A session other than `rejected`: the one that another function has brought, or one from our own sign-in. */
async function revive(
  { accountId, linkId }: SessionOwner,
  rejected: CloudSession,
  ports: SessionPorts,
  signal: AbortSignal,
): Promise<Current> {
  const { accounts, links, clock } = ports;
  for (;;) {
    signal.throwIfAborted();
    const [account, link] = await Promise.all([
      accounts.get(accountId),
      linkId === undefined ? undefined : links.get(linkId),
    ]);
    if (link?.state === 'ended') throw new LinkEnded(`link ${link.id} was ended: ${link.endedBecause ?? 'unknown'}`);
    if (!account) throw new AccountMissing(`no row for account ${accountId}`);
    if (account.session.credential !== rejected.credential)
      return { session: account.session, isNoted: account.state !== 'renewed' && account.state !== 'waiting-to-retry' };
    const action = nextAction(account, clock.now(), 'session-rejected');
    switch (action.kind) {
      case 'wait-for-sign-in':
        await clock.wait(LOOK_AGAIN_MS, signal);
        break;
      case 'wait-for-person':
        throw new ReauthRequired(action.reason);
      case 'ask-person':
        await askPerson(account, ports);
        break;
      case 'wait-to-retry':
        return await throttle(account, action.retryAt, ports);
      default: {
        const session = await lockAndSignIn(account, ports, signal);
        if (session) return { session, isNoted: false };
      }
    }
  }
}

/** Says until when no sign-in is made, in the row, in the log and, after some minutes, in a notice. @throws SessionRejected */
async function throttle(account: Account, retryAt: Date, ports: SessionPorts): Promise<never> {
  const { accounts, clock, log } = ports;
  const written = await changeRow({
    known: account,
    read: () => accounts.get(account.id),
    next: (standing) =>
      standing?.session.credential === account.session.credential
        ? signInsExhausted(standing, retryAt, clock.now())
        : undefined,
    write: async (standing, next) => standing && (await accounts.replace(standing, next)),
  });
  log.warn('sign-in-throttled', {
    account: account.id,
    maskedEmail: account.maskedEmail,
    until: retryAt.toISOString(),
    signInsThisHour: account.signIns.length,
  });
  await noticeOutage(written ?? account, ports);
  throw new SessionRejected(`no sign-in before ${retryAt.toISOString()}`, { retryAt });
}

/** A session that we have just brought was refused at its first call. */
async function noteRejected(
  accountId: string,
  session: CloudSession,
  error: Error,
  ports: SessionPorts,
): Promise<void> {
  const { accounts, clock } = ports;
  const noted = await changeRow({
    read: () => accounts.get(accountId),
    next: (account) => account && newSessionRejected(account, session, clock.now()),
    write: async (account, next) => account && (await accounts.replace(account, next)),
  });
  if (noted) await noticeOutage(noted, ports, error);
}

/** At most one try for each session that was brought: a table that is away must not cost every call its time. */
async function noteOnce(accountId: string, current: Current, ports: SessionPorts, signal: AbortSignal): Promise<void> {
  if (current.isNoted) return;
  current.isNoted = true;
  const noted = new AbortController();
  const tooLate = ports.clock.wait(NOTE_MS, AbortSignal.any([noted.signal, signal])).catch(() => undefined);
  await Promise.race([noteWorking(accountId, current.session, ports), tooLate]);
  noted.abort();
}

/** A call with this session has succeeded: sign-ins before it no longer count. Never fails a call that went well. */
export async function noteWorking(accountId: string, session: CloudSession, ports: SessionPorts): Promise<void> {
  const { accounts, notices, log } = ports;
  try {
    let outage = false;
    const noted = await changeRow({
      read: () => accounts.get(accountId),
      next: (account) => {
        outage =
          account?.state === 'waiting-to-retry' || (account?.state === 'renewed' && account.inconclusiveSignIns > 0);
        return account && callWorked(account, session);
      },
      write: async (account, next) => account && (await accounts.replace(account, next)),
    });
    if (!noted) return;
    if (outage) log.info('session-restored', { account: accountId });
    await notices.clear(accountId, [...OUTAGE_CAUSES, 'cloud-down']);
  } catch (error) {
    // The next maintenance notes it.
    if (error instanceof StoreUnavailable) log.warn('working-session-not-noted', { account: accountId, error });
    else log.error('working-session-not-noted', { account: accountId, error: asError(error) });
  }
}
