import { createHash } from 'node:crypto';
import { CloudRateLimited, CloudUnreachable, isSkillError, PersonNeeded } from '../ports/errors.ts';
import type { Home } from '../ports/home-store.ts';
import type { Link, LinkStore } from '../ports/link-store.ts';
import { withDeadline } from './deadline.ts';
import { forgetPassword, isLinked } from './links.ts';
import { SESSION_CAUSES } from './mend-link.ts';
import type { NoticeBacklog } from './notices.ts';
import { isClaimed, noteWorking, pauseAfterMs, renewAhead, type SessionPorts, withSession } from './session.ts';

export interface KeepAlivePorts extends SessionPorts {
  readonly links: LinkStore;
  readonly notices: SessionPorts['notices'] & NoticeBacklog;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Homes that are looked at side by side. */
const AT_ONCE = 8;
/** For one home; its claim lasts longer. */
const HOME_MS = 12_000;

/** Sessions are renewed at this part of their life, give or take the jitter, so that homes that were linked together drift apart. */
const RENEW_AT = 0.75;
const JITTER = 0.05;
/** With less of the session left than this, a renewal that fails is somebody's business. */
const RESERVE_MS = 7 * DAY_MS;
/** Days before its end at which a person is told of a session that only they can renew. */
const REMINDER_DAYS = [14, 7, 2];
/** A trouble that lasts is told again this often, with a new link, as the one before has come to its end. */
const TELL_AGAIN_MS = 7 * DAY_MS;
const MOST_TELLINGS = 4;

/**
 * Does what is due: tells untold notices, renews sessions ahead of their end, and asks for a sign-in where that takes a person. Run
 * often, also twice at once, it does no more than is due. A home in trouble troubles no other.
 * @throws StoreUnavailable when not even the homes can be listed
 */
export async function keepAlive(ports: KeepAlivePorts, signal: AbortSignal): Promise<void> {
  const { homes, notices, clock, log } = ports;
  await notices.tellUntold(signal).catch((error: unknown) => log.error('notices-not-told', { error: asError(error) }));
  const due = await homes.due(clock.now());
  const left = due.values();
  const work = async () => {
    for (const homeId of left) {
      if (signal.aborted) return;
      await lookAt(homeId, ports, signal);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  log.info('kept-alive', { due: due.length, outOfTime: signal.aborted });
}

async function lookAt(homeId: string, ports: KeepAlivePorts, signal: AbortSignal): Promise<void> {
  try {
    const home = await ports.homes.get(homeId);
    if (home && isDue(home, ports.clock.now())) await care(home, ports, signal);
  } catch (error) {
    if (isSkillError(error)) ports.log.warn('home-not-kept', { home: homeId, error });
    else ports.log.error('home-not-kept', { home: homeId, error: asError(error) });
  }
}

/** The index may lag behind, and another run may have been quicker. */
const isDue = ({ dueAt }: Home, now: Date): boolean => dueAt === undefined || Date.parse(dueAt) <= now.getTime();

async function care(home: Home, ports: KeepAlivePorts, signal: AbortSignal): Promise<void> {
  const now = ports.clock.now();
  // Whoever is signing in must find the row as they left it. It stays due.
  if (isClaimed(home, now)) return;
  const made = await ports.links.ofHome(home.id);
  if (!made.some(({ state }) => state === 'live')) return await leaveUnlinked(home, made, ports);
  if (home.state === 'needs-person') return await waitForPerson(home, ports, signal);
  if (home.inVain) return await tryAgain(home, ports, signal);
  // A session that is new has ended the trouble of the old; as a rule that was told at once, too.
  if (home.dueAt === undefined) await ports.notices.clear(home.id, [...SESSION_CAUSES, 'sign-in-in-vain']);
  if (!home.credentials) return await remind(home, now, ports);
  if (home.dueAt === undefined) return await plan(home, renewalOf(home, now), ports);
  await renew(home, ports, signal);
}

/** A home that nobody is linked with: its password is neither used nor kept, and nobody is asked for anything. */
async function leaveUnlinked(home: Home, made: readonly Link[], ports: KeepAlivePorts): Promise<void> {
  const { homes, links, clock } = ports;
  const now = clock.now();
  // The code may still be exchanged. It stays due.
  if (await isLinked(home.id, links, now)) return;
  // Somebody may have signed in at this very moment, and the link comes next.
  const isNew = home.dueAt === undefined && !made.some(({ state }) => state === 'pending');
  if (isNew && home.credentials) return await plan(home, new Date(now.getTime() + HOUR_MS), ports);
  await forgetPassword(home.id, ports);
  const standing = await homes.get(home.id);
  if (!standing || standing.credentials || standing.session.credential !== home.session.credential) return;
  await plan(standing, new Date(now.getTime() + DAY_MS), ports);
}

/** Sees whether a home is well after all, tries a lock again when it is time, and tells once a week of what lasts. */
async function waitForPerson(home: Home, ports: KeepAlivePorts, signal: AbortSignal): Promise<void> {
  const { homes, notices, clock } = ports;
  if (await isWellAgain(home, ports, signal)) return;
  const now = clock.now();
  // A moment that has yet to come is from a clock that has been put right since.
  const since = home.since !== undefined && Date.parse(home.since) <= now.getTime() ? home.since : now.toISOString();
  let standing: Home | undefined = home;
  if (mayTryLock(home, now)) {
    await renew(home, ports, signal);
    standing = await homes.get(home.id);
    // It is well, or another trouble, or somebody else is at it; all that is for the next run.
    if (!standing || standing.reason !== home.reason || mayTryLock(standing, now)) return;
  }
  // As a rule the first was told when it came about; this is for when it could not be, and for those that follow.
  const { reason, maskedEmail } = standing;
  const weeks = Math.floor((now.getTime() - Date.parse(since)) / TELL_AGAIN_MS);
  const telling = Math.min(1 + weeks, MOST_TELLINGS);
  if (reason) await notices.raise({ homeId: home.id, cause: reason, maskedEmail, telling });
  const next = isLockWithPassword(standing) ? lockTries(since, now).next : now.getTime() + DAY_MS;
  await plan({ ...standing, since }, new Date(next), ports);
}

/** The device cloud takes back a lock by itself, as a rule within an hour, and the password is good for all we know. */
const isLockWithPassword = ({ reason, credentials }: Home): boolean => reason === 'locked' && credentials !== undefined;

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
function mayTryLock(home: Home, now: Date): boolean {
  if (!isLockWithPassword(home) || home.since === undefined) return false;
  const { latest } = lockTries(home.since, now);
  const made = home.signIns.map((at) => Date.parse(at)).filter((at) => at <= now.getTime());
  return latest !== undefined && made.every((at) => at < latest);
}

/** Sign-ins have been in vain: looks whether the session is good by now, and signs in again if it is time. */
async function tryAgain(home: Home, ports: KeepAlivePorts, signal: AbortSignal): Promise<void> {
  const { clock, cloud, homes } = ports;
  try {
    await withDeadline(HOME_MS, clock, (deadline) => {
      const limit = AbortSignal.any([signal, deadline]);
      return withSession(home.id, home.session, ports, limit, (session) => cloud.devices(session, limit));
    });
  } catch (error) {
    if (isSkillError(error)) return; // it was counted, or it is too early; it stays due
    throw error;
  }
  const standing = await homes.get(home.id);
  if (standing) await noteWorking(home.id, standing.session, ports);
}

/**
 * Without a password one refusal is enough for asking the person, and a refusal may have been a whim of the device cloud's. Whether the
 * session is good after all is looked at once a day.
 */
async function isWellAgain(home: Home, ports: KeepAlivePorts, signal: AbortSignal): Promise<boolean> {
  const { clock, cloud, homes, notices, log } = ports;
  if (home.reason !== 'credentials-not-kept' || Date.parse(home.session.expiresAt) <= clock.now().getTime())
    return false;
  try {
    await withDeadline(HOME_MS, clock, (deadline) => cloud.devices(home.session, AbortSignal.any([signal, deadline])));
  } catch (error) {
    if (isSkillError(error)) return false;
    throw error;
  }
  const { reason: _, since: __, dueAt: ___, ...next } = home;
  if (!(await homes.replace(home, { ...next, state: 'healthy' }))) return false;
  log.info('session-good-after-all', { home: home.id });
  await notices.clear(home.id, SESSION_CAUSES);
  return true;
}

/** When a session that has just begun is to be renewed: a moment of the home's own, the same whoever asks. */
function renewalOf(home: Home, now: Date): Date {
  const leftMs = Date.parse(home.session.expiresAt) - now.getTime();
  // A new session that has already ended is one clock's mistake; signing in every hour does not mend it.
  if (leftMs <= 0) return new Date(now.getTime() + DAY_MS);
  const part = RENEW_AT + JITTER * (2 * fractionOf(home.id) - 1);
  return new Date(now.getTime() + Math.max(HOUR_MS, leftMs * part));
}

/** 0..1, spread evenly. */
const fractionOf = (homeId: string): number =>
  createHash('sha256').update(homeId).digest().readUInt32BE(4) / 0xffffffff;

async function renew(home: Home, ports: KeepAlivePorts, signal: AbortSignal): Promise<void> {
  const { clock } = ports;
  try {
    // Without a new session it stays due: somebody else is at it, or it is too early.
    await withDeadline(HOME_MS, clock, (deadline) => renewAhead(home, ports, AbortSignal.any([signal, deadline])));
  } catch (error) {
    if (error instanceof PersonNeeded) return; // it was marked and told
    if (!(error instanceof CloudUnreachable || error instanceof CloudRateLimited)) throw error;
    await postpone(home.id, error, ports);
  }
}

/** The device cloud gave no answer, which says nothing of the home: its state stays, and the next try comes later. */
async function postpone(homeId: string, error: CloudUnreachable | CloudRateLimited, ports: KeepAlivePorts) {
  const { homes, clock, log } = ports;
  const home = await homes.get(homeId);
  if (!home?.credentials || home.state === 'needs-person' || !isDue(home, clock.now())) return;
  const now = clock.now().getTime();
  const renewalFailures = (home.renewalFailures ?? 0) + 1;
  const leftMs = Date.parse(home.session.expiresAt) - now;
  const fields = { home: homeId, failures: renewalFailures, daysLeft: Math.floor(leftMs / DAY_MS), error };
  if (leftMs < RESERVE_MS) log.error('renewal-failed', fields);
  else log.warn('renewal-failed', fields);
  await plan({ ...home, renewalFailures }, new Date(now + pauseAfterMs(renewalFailures)), ports);
}

/** Tells of a session that only a person can renew, in time. One that has ended is told of by whoever is refused with it. */
async function remind(home: Home, now: Date, ports: KeepAlivePorts): Promise<void> {
  const end = Date.parse(home.session.expiresAt);
  const moments = REMINDER_DAYS.map((days) => end - days * DAY_MS);
  const passed = moments.filter((moment) => moment <= now.getTime()).length;
  if (passed > 0 && end > now.getTime()) {
    await ports.notices.raise({
      homeId: home.id,
      cause: 'session-ends',
      maskedEmail: home.maskedEmail,
      mattersBy: home.session.expiresAt,
      telling: passed,
    });
  }
  await plan(home, new Date(moments[passed] ?? now.getTime() + DAY_MS), ports);
}

/** Of two that plan at once one wins; the other's look is repeated by the next run. */
async function plan(home: Home, dueAt: Date, { homes }: KeepAlivePorts): Promise<void> {
  await homes.replace(home, { ...home, dueAt: dueAt.toISOString() });
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
