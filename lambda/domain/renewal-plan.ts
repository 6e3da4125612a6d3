/** When sessions are renewed, and people reminded: pure. */
import { createHash } from 'node:crypto';
import type { Account } from '../ports/account-store.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Sessions are renewed at this part of their life, give or take the jitter, so that accounts that were linked together drift apart. */
const RENEW_AT = 0.75;
const JITTER = 0.05;
/** Days before its end at which a person hears of a session that only they can renew. */
const REMINDER_DAYS = [14, 7, 2];
/** A reminder goes out this often, with a new link, as the one before has expired. */
const REMINDER_EVERY_MS = 7 * DAY_MS;
const MOST_REMINDERS = 4;

/** When a session that has just begun is to be renewed: a moment of the account's own, the same for every function. */
export function renewalOf(account: Account, now: Date): Date {
  const remainingMs = Date.parse(account.session.expiresAt) - now.getTime();
  // A new session that has already ended is one clock's mistake, and signing in every hour does not help.
  if (remainingMs <= 0) return new Date(now.getTime() + DAY_MS);
  const part = RENEW_AT + JITTER * (2 * fractionOf(account.id) - 1);
  return new Date(now.getTime() + Math.max(HOUR_MS, remainingMs * part));
}

/** 0..1, spread evenly. */
const fractionOf = (accountId: string): number =>
  createHash('sha256').update(accountId).digest().readUInt32BE(4) / 0xffffffff;

/** Which reminder of the session's end is due, if any, and when the next one is. */
export function reminderOf(expiresAt: string, now: Date): { readonly reminder?: number; readonly next: Date } {
  const end = Date.parse(expiresAt);
  const moments = REMINDER_DAYS.map((days) => end - days * DAY_MS);
  const passed = moments.filter((moment) => moment <= now.getTime()).length;
  const next = new Date(moments[passed] ?? now.getTime() + DAY_MS);
  return { ...(passed > 0 && end > now.getTime() && { reminder: passed }), next };
}

/** The number of the message that is due about a problem that lasts. */
export const weeklyReminder = (since: string, now: Date): number =>
  Math.min(1 + Math.floor((now.getTime() - Date.parse(since)) / REMINDER_EVERY_MS), MOST_REMINDERS);
