import type { AccountEvidence, FailedDirective, LateAnswer } from '../ports/evidence-store.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** More accounts than these are not served by one warm function in an hour. */
const MOST_ACCOUNTS = 1_000;

interface Known {
  /** When this function met the account, or last noted that its directives are answered well; in milliseconds. */
  readonly since: number;
  readonly goodAt?: string;
  readonly failed?: FailedDirective;
  /** When a late answer was last noted by itself, in milliseconds. */
  readonly lateAt?: number;
  /** When a malformed answer was last noted, in milliseconds. */
  readonly malformedAt?: number;
}

/**
 * What one warm function remembers of its directives, so that a healthy one needs no table: that one was answered well is noted only after the
 * function has known the account for an hour, with a failure, and with an answer that was late.
 */
export class DirectiveMemory {
  readonly #known = new Map<string, Known>();

  /** A directive was answered well, if perhaps late. @returns what to note: each of the two once an hour at most */
  good(accountId: string, now: Date, late?: LateAnswer): AccountEvidence | undefined {
    const known = this.#known.get(accountId);
    const at = now.getTime();
    const goodAt = now.toISOString();
    const isDue = known !== undefined && at - known.since >= HOUR_MS;
    const isLateDue = late !== undefined && !isWithin(HOUR_MS, known?.lateAt, at);
    const since = isDue ? at : (known?.since ?? at);
    this.#remember(accountId, { ...known, since, goodAt, ...(isLateDue && { lateAt: at }) });
    return isDue || isLateDue ? { goodDirectiveAt: goodAt, ...(isLateDue && { lateAnswer: late }) } : undefined;
  }

  /** A directive failed, perhaps late. @returns what to note; nothing for the same failure within a minute */
  failed(accountId: string, failed: FailedDirective, now: Date, late?: LateAnswer): AccountEvidence | undefined {
    const known = this.#known.get(accountId) ?? { since: now.getTime() };
    const isSame = known.failed?.error === failed.error && (known.goodAt ?? '') < known.failed.at;
    if (isSame && isWithin(MINUTE_MS, Date.parse(known.failed.at), now.getTime())) return undefined;
    this.#remember(accountId, { ...known, failed });
    const good = known.goodAt === undefined ? {} : { goodDirectiveAt: known.goodAt };
    return { failedDirective: failed, ...good, ...(late && { lateAnswer: late }) };
  }

  /** Alexa would have refused an answer. @returns what to note: once a minute at most */
  malformed(accountId: string, now: Date): AccountEvidence | undefined {
    const known = this.#known.get(accountId) ?? { since: now.getTime() };
    if (isWithin(MINUTE_MS, known.malformedAt, now.getTime())) return undefined;
    this.#remember(accountId, { ...known, malformedAt: now.getTime() });
    return { malformedAnswer: { at: now.toISOString() } };
  }

  #remember(accountId: string, known: Known): void {
    this.#known.delete(accountId); // so that the oldest entry is the first
    this.#known.set(accountId, known);
    if (this.#known.size <= MOST_ACCOUNTS) return;
    for (const oldest of this.#known.keys()) {
      this.#known.delete(oldest);
      return;
    }
  }
}

const isWithin = (ms: number, noted: number | undefined, now: number): boolean =>
  noted !== undefined && Math.abs(now - noted) < ms;
