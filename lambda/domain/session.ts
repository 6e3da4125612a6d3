import type { Clock } from '../ports/clock.ts';
import type { CloudSession, DeviceCloud } from '../ports/device-cloud.ts';
import {
  CloudRateLimited,
  CloudUnreachable,
  HomeMissing,
  PersonNeeded,
  SessionRejected,
  type SignInRefusal,
  SignInRefused,
} from '../ports/errors.ts';
import type { Home, HomeStore, PersonNeededReason } from '../ports/home-store.ts';
import type { Log } from '../ports/log.ts';
import type { Notices } from '../ports/notices.ts';
import { SESSION_CAUSES } from './mend-link.ts';

/** What it takes to bring a dead session back. */
export interface SessionPorts {
  readonly cloud: DeviceCloud;
  readonly homes: HomeStore;
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

/**
 * Runs `work` with a session of the home's. When the device cloud rejects it, the session is brought back behind Alexa's back (somebody
 * may have renewed it already, else we sign in again) and `work` is run again.
 * @throws PersonNeeded when only a person can bring it back, SessionRejected when it is too early to try again, HomeMissing,
 *   StoreUnavailable, and whatever `work` throws
 */
export async function withSession<T>(
  homeId: string,
  session: CloudSession,
  ports: SessionPorts,
  signal: AbortSignal,
  work: (session: CloudSession) => Promise<T>,
): Promise<T> {
  let current = session;
  for (let revived = 0; ; revived++) {
    try {
      return await work(current);
    } catch (error) {
      if (!(error instanceof SessionRejected) || revived === MOST_REVIVALS) throw error;
      ports.log.warn('session-rejected', { home: homeId });
      current = await revive(homeId, current, ports, signal);
    }
  }
}

/** A session other than `rejected`: the one that somebody else has brought, or one from our own sign-in. */
async function revive(
  homeId: string,
  rejected: CloudSession,
  ports: SessionPorts,
  signal: AbortSignal,
): Promise<CloudSession> {
  const { homes, clock } = ports;
  for (;;) {
    signal.throwIfAborted();
    const home = await homes.get(homeId);
    if (!home) throw new HomeMissing(`no row for home ${homeId}`);
    if (home.session.credential !== rejected.credential) return home.session;
    if (home.state === 'needs-person') throw new PersonNeeded(home.reason);
    if (isClaimed(home, clock.now())) {
      await clock.wait(LOOK_AGAIN_MS, signal);
      continue;
    }
    if (!home.credentials) {
      await giveUp(home, 'credentials-not-kept', ports);
      continue;
    }
    if (mustWait(home, clock.now())) throw new SessionRejected('it is too early to sign in again');
    const claimed = await claim(home, ports);
    if (claimed) return await signInAgain(claimed, ports, signal);
  }
}

/**
 * Signs in before the session has ended, under the same claim and throttle. The old session is left to its own end: Alexa's access tokens
 * carry it for up to an hour.
 * @returns the new session; nothing when somebody else is at it, or it is too early to sign in again
 * @throws PersonNeeded, CloudUnreachable, CloudRateLimited, StoreUnavailable
 */
export async function renewAhead(
  home: Home,
  ports: SessionPorts,
  signal: AbortSignal,
): Promise<CloudSession | undefined> {
  const now = ports.clock.now();
  if (isClaimed(home, now) || mustWait(home, now)) return undefined;
  const claimed = await claim(home, ports);
  const { expiresAt } = home.session;
  const lives = Date.parse(expiresAt) > now.getTime();
  return claimed && (await signInAgain(claimed, ports, signal, lives ? expiresAt : undefined));
}

/** A clock that was set back does not hold a claim longer than it may last. */
function isClaimed({ claimedUntil }: Home, now: Date): boolean {
  const leftMs = claimedUntil === undefined ? 0 : Date.parse(claimedUntil) - now.getTime();
  return leftMs > 0 && leftMs <= CLAIM_MS;
}

/** @returns nothing when somebody else was first */
function claim(home: Home, { homes, clock }: SessionPorts): Promise<Home | undefined> {
  const now = clock.now();
  return homes.replace(home, {
    ...without(home, 'claimedUntil'),
    signIns: [...recentSignIns(home, now), now.toISOString()],
    claimedUntil: new Date(now.getTime() + CLAIM_MS).toISOString(),
  });
}

/** Those of the last hour. One in the future is from a clock that has been put right since, and holds nothing up. */
const recentSignIns = ({ signIns }: Home, now: Date): string[] =>
  signIns.filter((at) => Math.abs(now.getTime() - Date.parse(at)) < HOUR_MS);

/** Whether the sign-ins of the last hour forbid another one now. */
function mustWait(home: Home, now: Date): boolean {
  const recent = recentSignIns(home, now);
  if (recent.length >= SIGN_INS_PER_HOUR) return true;
  const pause = BACK_OFF_MS[recent.length - 1];
  const last = recent.at(-1);
  return pause !== undefined && last !== undefined && now.getTime() - Date.parse(last) < pause;
}

/**
 * Signs in with the credentials that the person let us keep. The home is claimed, so nobody else does.
 * @param mattersBy ISO 8601: until when the lamps work even if it fails; absent if they do not
 */
async function signInAgain(
  claimed: Home,
  ports: SessionPorts,
  signal: AbortSignal,
  mattersBy?: string,
): Promise<CloudSession> {
  const { cloud, homes, log } = ports;
  const { credentials } = claimed;
  if (!credentials) throw new HomeMissing(`home ${claimed.id} was claimed without credentials`);
  try {
    const session = await cloud.signIn(credentials, undefined, signal);
    const next = { ...without(claimed, 'claimedUntil', 'dueAt', 'renewalFailures'), session };
    const standing = await homes.replace(claimed, next);
    await ports.notices.clear(claimed.id, SESSION_CAUSES);
    log.info('session-renewed', { home: claimed.id, until: session.expiresAt });
    // Whoever wrote meanwhile was a person who signed in; both sessions are good.
    return standing?.session ?? session;
  } catch (error) {
    if (error instanceof SignInRefused) {
      const reason = REASON[error.reason];
      // A changed password has ended every session as well (LoopBack 3, invalidateSessionsOnPasswordChange).
      await giveUp(claimed, reason, ports, reason === 'password-changed' ? undefined : mattersBy);
      throw new PersonNeeded(reason, { cause: error });
    }
    if (error instanceof CloudUnreachable || error instanceof CloudRateLimited) {
      await homes.replace(claimed, without(claimed, 'claimedUntil'));
    }
    throw error;
  }
}

const REASON = {
  'wrong-password': 'password-changed',
  'code-needed': 'code-needed',
  'wrong-code': 'code-needed',
  locked: 'locked',
} as const satisfies Record<SignInRefusal, PersonNeededReason>;

/** Marks the home: no further attempt of ours until a person has signed in, who is told. What was refused is not kept. */
async function giveUp(home: Home, reason: PersonNeededReason, ports: SessionPorts, mattersBy?: string): Promise<void> {
  const { homes, notices, clock, log } = ports;
  const { credentials, ...rest } = without(home, 'claimedUntil', 'dueAt', 'renewalFailures');
  const marked = await homes.replace(home, {
    ...rest,
    ...(reason === 'locked' && credentials && { credentials }),
    state: 'needs-person',
    reason,
    since: clock.now().toISOString(),
  });
  if (!marked) return;
  log.error('person-needed', { home: home.id, account: home.maskedEmail, reason });
  await notices.raise({ homeId: home.id, cause: reason, account: home.maskedEmail, ...(mattersBy && { mattersBy }) });
}

function without<K extends keyof Home>(home: Home, ...keys: K[]): Omit<Home, K> {
  const copy = { ...home };
  for (const key of keys) delete copy[key];
  return copy;
}
