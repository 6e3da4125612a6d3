import type { CloudSession, Credentials } from './device-cloud.ts';

/** Why only a person can bring an account's session back. */
export type ReauthReason = 'password-changed' | 'code-needed' | 'locked' | 'credentials-not-kept' | 'two-step-account';

/** An account is one account at the device cloud. Everything in it is sealed at rest. */
export interface Account {
  readonly id: string;
  /** `m…y@example.org`: how logs and notices name the account. */
  readonly maskedEmail: string;
  readonly session: CloudSession;
  /** Kept only if the person allowed it. */
  readonly credentials?: Credentials;
  readonly state: 'healthy' | 'needs-reauth';
  readonly reason?: ReauthReason;
  /** ISO 8601: since when a person is needed. */
  readonly since?: string;
  /** ISO 8601 moments of our own recent sign-ins: the throttle, and together with `claimedUntil` the lock. */
  readonly signIns: readonly string[];
  /** ISO 8601: until then one function is signing in for all. */
  readonly claimedUntil?: string;
  /** ISO 8601: when `maintenance` looks at this account next. Absent: at once, as its session or state is new. */
  readonly nextCheckAt?: string;
  /** How often in a row the device cloud gave no answer to a renewal ahead of time; absent for none. */
  readonly renewalFailures?: number;
  /**
   * Sign-ins of ours in a row for a session that was dead, without a refusal and without a session that works: how many, and when the
   * last of them was (ISO 8601). Absent for none.
   */
  readonly inVain?: { readonly signIns: number; readonly lastAt: string };
  /** Counts the writes of this row; a write names the version that it replaces. */
  readonly version: number;
}

/** @throws StoreUnavailable from every method */
export interface AccountStore {
  get(accountId: string): Promise<Account | undefined>;
  /** Creates the account, or replaces it whatever its version: a person has just signed in. */
  put(account: Omit<Account, 'version'>): Promise<Account>;
  /** Writes `next` in place of `standing`. Whoever comes second gets `undefined` and reads again. */
  replace(standing: Account, next: Omit<Account, 'id' | 'version'>): Promise<Account | undefined>;
  /** The ids of all accounts, or of those in one of `of` shares (a power of two): an account's share is told by its id alone. */
  list(share?: { readonly index: number; readonly of: number }): Promise<string[]>;
  /** The ids of the accounts that are to be looked at by then; a moment's delay after a write may name one too many or too few. */
  due(before: Date): Promise<string[]>;
}
