import type { CloudSession } from '../ports/device-cloud.ts';

/** More accounts than these are not served by one warm function at once. */
const MOST_REPLACEMENTS = 1_000;

/** Whose access token it is. Without a link: a function of ours that works on an account for everybody. */
export interface SessionOwner {
  readonly accountId: string;
  readonly linkId?: string;
}

interface Replacement {
  readonly session: CloudSession;
  /** Whether it was noted that a call worked with it. */
  isNoted: boolean;
}

/**
 * What one warm function remembers of sessions that were replaced: Alexa's access token carries the old one for up to an hour. An entry is
 * found with the account, the link and the old credential alone, and goes when the replacement is rejected.
 */
export class SessionMemory {
  readonly #replacements = new Map<string, Replacement>();

  get({ accountId, linkId }: SessionOwner, old: CloudSession): Replacement | undefined {
    return this.#replacements.get(keyOf(accountId, linkId, old));
  }

  set({ accountId, linkId }: SessionOwner, old: CloudSession, replacement: Replacement): void {
    const key = keyOf(accountId, linkId, old);
    this.#replacements.delete(key); // so that the oldest entry is the first
    this.#replacements.set(key, replacement);
    if (this.#replacements.size <= MOST_REPLACEMENTS) return;
    for (const oldest of this.#replacements.keys()) {
      this.#replacements.delete(oldest);
      return;
    }
  }

  forget({ accountId, linkId }: SessionOwner, old: CloudSession): void {
    this.#replacements.delete(keyOf(accountId, linkId, old));
  }

  get size(): number {
    return this.#replacements.size;
  }
}

const keyOf = (accountId: string, linkId: string | undefined, { credential }: CloudSession): string =>
  JSON.stringify([accountId, linkId ?? '', credential]);
