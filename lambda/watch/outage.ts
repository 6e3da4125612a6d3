/** How long an account, or a device of it, cannot be read before that is reported to Alexa. */
export const UNREACHABLE_AFTER_MS = 5 * 60_000;
/** A failed read does not show when the outage began. This much before it is assumed at most. */
const UNNOTICED_MS = 60_000;

/** Reads of one account that fail in a row. Moments are milliseconds. */
export interface Outage {
  readonly since: number;
  readonly failures: number;
}

/**
 * @param lastHeardAt when the device cloud last answered, or pushed anything, for the account
 */
export const afterFailure = (outage: Outage | undefined, lastHeardAt: number, now: Date): Outage => ({
  since: Math.max(lastHeardAt, outage?.since ?? now.getTime() - UNNOTICED_MS),
  failures: (outage?.failures ?? 0) + 1,
});

/** Whether it lasts long enough to be reported. One failed read after a quiet time is no outage yet. */
export const isLongOutage = ({ since, failures }: Outage, now: Date): boolean =>
  failures > 1 && now.getTime() - since >= UNREACHABLE_AFTER_MS;
