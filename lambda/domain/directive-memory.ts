import type { AccountEvidence, FailedDirective } from '../ports/evidence-store.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** More accounts than these are not served by one warm function in an hour. */
const MOST_ACCOUNTS = 1_000;

interface Known {
  /** When this function met the account, or last noted that its directives are answered well; in milliseconds. */
  readonly since: number;
  readonly goodAt?: string;
  readonly failed?: FailedDirective;
}

/**
 * What one warm function remembers of its directives, so that a healthy one needs no table: that one was answered well is noted only after the
 * function has known the account for an hour, and with a failure.
 */
export class DirectiveMemory {
  readonly #known = new Map<string, Known>();

  /** A directive was answered well. @returns what to note, once an hour at most */
  good(accountId: string, now: Date): AccountEvidence | undefined {
    const known = this.#known.get(accountId);
    const at = now.getTime();
    const goodAt = now.toISOString();
    const isDue = known !== undefined && at - known.since >= HOUR_MS;
    this.#remember(accountId, { ...known, since: isDue ? at : (known?.since ?? at), goodAt });
    return isDue ? { goodDirectiveAt: goodAt } : undefined;
  }

  /** A directive failed. @returns what to note; nothing for the same failure within a minute */
  failed(accountId: string, failed: FailedDirective, now: Date): AccountEvidence | undefined {
    const known = this.#known.get(accountId) ?? { since: now.getTime() };
    const isSame = known.failed?.error === failed.error && (known.goodAt ?? '') < known.failed.at;
    if (isSame && Math.abs(now.getTime() - Date.parse(known.failed.at)) < MINUTE_MS) return undefined;
    this.#remember(accountId, { ...known, failed });
    return { failedDirective: failed, ...(known.goodAt !== undefined && { goodDirectiveAt: known.goodAt }) };
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
