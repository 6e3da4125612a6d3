import { asError } from '../basics/as-error.ts';
import { mayUseSession } from '../domain/next-action.ts';
import { withSession } from '../domain/session.ts';
import type { SessionPorts } from '../domain/session-ports.ts';
import type { Account } from '../ports/account-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { CloudSession, DeviceFeed } from '../ports/device-cloud.ts';
import { CloudRateLimited, CloudUnreachable, isSkillError, SessionRejected } from '../ports/errors.ts';
import type { Grant } from '../ports/grant-store.ts';
import type { LeaseStore } from '../ports/leases.ts';
import { AccountStates, type StatesPorts } from './account-states.ts';
import { about } from './pace.ts';

export interface WatchPorts extends SessionPorts, StatesPorts {
  /** Without one, accounts are read at intervals. */
  readonly feed?: DeviceFeed;
  readonly leases: LeaseStore;
}

/** What the accounts of one run share. */
export interface AccountWatch {
  readonly ports: WatchPorts;
  /** Allows the periodic reads, one by one. */
  readonly pace: { turn(signal: AbortSignal): Promise<void> };
  /** Runs what opens a channel: few at once, as each takes connections and memory. */
  readonly opening: <T>(work: () => Promise<T>) => Promise<T>;
  /** Runs one read of an account that is watched: few at once, likewise. */
  readonly reading: <T>(work: () => Promise<T>) => Promise<T>;
  /** How often an account is read by now. */
  readonly readEveryMs: () => number;
  /** How often an account that cannot be watched is checked. */
  readonly lookEveryMs: number;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** How often an account that needs a sign-in is checked: somebody who has just signed in looks at the Alexa app next. */
const SIGN_IN_LOOK_MS = 15_000;

/**
 * Watches one account until the signal aborts or the account is gone: what its devices do becomes samples in the report queue. A channel that
 * ends is opened again after a pause that grows with each failure.
 * @param onTried called once the first attempt has led somewhere, well or not
 * @throws nothing: what goes wrong is logged, and tried again
 */
export async function watchAccount(
  accountId: string,
  watch: AccountWatch,
  onTried: () => void,
  signal: AbortSignal,
): Promise<void> {
  const { clock, log } = watch.ports;
  const states = new AccountStates(accountId, watch.ports, signal);
  let pauseMs = FIRST_PAUSE_MS;
  let lastFailure = '';
  while (!signal.aborted) {
    const startedAt = clock.now().getTime();
    let retryAt: Date | undefined;
    try {
      const ready = await readyAccount(states, watch, onTried, signal);
      if (!ready) break;
      const ended = await withSession({ accountId }, ready.account.session, watch.ports, signal, (session, noteWorks) =>
        listen(states, ready, session, watch, () => onListening(noteWorks), signal),
      );
      if (!signal.aborted) log.info('watch-ended', { account: accountId, reason: ended });
      if (ended === NEW_DEVICES) continue;
    } catch (error) {
      if (signal.aborted) break;
      // The same failure in a row is logged once.
      const reason = String(error);
      if (reason !== lastFailure) log.warn('watch-failed', { account: accountId, error: asError(error) });
      lastFailure = reason;
      if (error instanceof CloudRateLimited) pauseMs = LONGEST_PAUSE_MS;
      if (error instanceof SessionRejected) retryAt = error.retryAt;
    }
    onTried();
    // A channel that held for a while is no failure. One that ends at once is a failure, although it opened well.
    if (clock.now().getTime() - startedAt > LONGEST_PAUSE_MS) pauseMs = FIRST_PAUSE_MS;
    await clock.wait(Math.min(about(pauseMs), untilMs(retryAt, clock)), signal).catch(() => undefined);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }
  onTried();
  await states.close();

  function onListening(noteWorks: () => Promise<void>): void {
    void noteWorks(); // never throws
    lastFailure = '';
    log.info('watching', { account: accountId, devices: states.deviceIds.length });
    onTried();
  }
}

/** A sign-in that has to wait is made as soon as it is allowed, but not before the first pause is over. */
const untilMs = (at: Date | undefined, clock: Clock): number =>
  at === undefined ? LONGEST_PAUSE_MS : Math.max(FIRST_PAUSE_MS, at.getTime() - clock.now().getTime());

interface ReadyAccount {
  readonly account: Account;
  /** Who gets the reports. */
  readonly grants: readonly Grant[];
}

/**
 * Waits for an account with a grant and a session that may be good. An account that needs a sign-in is not read until its row has changed; one
 * whose changes may be reported to nobody is not watched.
 * @returns nothing when there is no such account any more
 */
async function readyAccount(
  states: AccountStates,
  { ports: { accounts, grants, clock }, lookEveryMs }: AccountWatch,
  onTried: () => void,
  signal: AbortSignal,
): Promise<ReadyAccount | undefined> {
  const { accountId } = states;
  for (;;) {
    const account = await accounts.get(accountId);
    if (!account) return undefined;
    const all = await grants.list(accountId);
    const canRead = mayUseSession(account, clock.now());
    if (canRead && all.length > 0) return { account, grants: all };
    if (all.length > 0) await states.failed();
    onTried();
    await clock.wait(all.length > 0 ? Math.min(lookEveryMs, SIGN_IN_LOOK_MS) : lookEveryMs, signal);
  }
}

const NEW_DEVICES = 'the account has other devices';

/** Watches with one session until the channel ends; answers why it did. */
async function listen(
  states: AccountStates,
  { account, grants }: ReadyAccount,
  session: CloudSession,
  watch: AccountWatch,
  onListening: () => void,
  signal: AbortSignal,
): Promise<string> {
  const channel = new AbortController();
  const onAbort = () => channel.abort(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  const unsent = new Promise<string>((end) => {
    states.onUnsent = () => end('a sample was not queued');
  });
  try {
    signal.throwIfAborted();
    const opened = await watch.opening(async () => {
      await states.begin(account, session, grants, channel.signal);
      return await open(states, session, watch.ports, channel.signal);
    });
    onListening();
    return await Promise.race([...opened, unsent, check(states, session, watch, channel.signal)]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    channel.abort();
  }
}

/** Opens the push channel, where there is one and something to push. Answers with the promise of its end. */
async function open(
  states: AccountStates,
  session: CloudSession,
  { feed }: WatchPorts,
  signal: AbortSignal,
): Promise<Promise<string>[]> {
  if (!feed || states.deviceIds.length === 0) return [];
  try {
    const { ended } = await feed.watch(session, states.deviceIds, (change) => states.pushed(change), signal);
    await states.confirm(session, signal);
    return [ended];
  } catch (error) {
    if (!(error instanceof SessionRejected)) throw error;
    // The channel may be silent for reasons of its own. To sign in again would then help nobody, and may cost the account its session.
    await states.confirm(session, signal);
    throw new CloudUnreachable('the push channel does not take a session that is good', { cause: error });
  }
}

/** Reads periodically, and compares: finds a channel that no longer delivers, lost pushes, and other devices. */
async function check(
  states: AccountStates,
  session: CloudSession,
  { ports: { clock, log, feed }, pace, reading, readEveryMs }: AccountWatch,
  signal: AbortSignal,
): Promise<string> {
  let lastFailure = '';
  // Accounts that were opened together are read one after the other.
  for (let waitMs = Math.random() * readEveryMs(); ; ) {
    await clock.wait(waitMs, signal);
    await pace.turn(signal);
    try {
      const found = await reading(() => (feed ? states.check(session, signal) : states.check(session, signal, 0)));
      lastFailure = '';
      waitMs = about(readEveryMs());
      if (found === 'other-devices') return NEW_DEVICES;
      if (found === 'missed' && feed) return 'the channel is deaf';
    } catch (error) {
      if (signal.aborted || !isSkillError(error) || error instanceof SessionRejected) throw error;
      if (error.message !== lastFailure) log.warn('read-failed', { account: states.accountId, error });
      lastFailure = error.message;
      // The end of an outage is reported soon, whatever the account's own turn.
      waitMs = about(Math.min(readEveryMs(), LONGEST_PAUSE_MS));
    }
  }
}
