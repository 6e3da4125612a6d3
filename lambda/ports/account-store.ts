import type { CloudSession, Credentials, Device, Power } from './device-cloud.ts';

/** Why only a person can bring an account's session back. */
export type ReauthReason = 'password-changed' | 'code-needed' | 'locked' | 'credentials-not-kept';

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

/** A device's state that was true at `at`. */
export interface SeenState {
  readonly power: Power;
  readonly level: number;
  readonly connected: boolean;
  /** ISO 8601 */
  readonly at: string;
}

/** What we keep of a device: what discovery said, what was seen last, and what Alexa accepted last. */
export interface DeviceRecord {
  readonly device: Device;
  readonly seen: SeenState;
  /** By grant id: the state in the last report that this grant's gateway accepted. */
  readonly told: Readonly<Record<string, SeenState>>;
  /**
   * ISO 8601: when a write was last noted that the device had yet to follow. Its answer may have told Alexa something else, so whoever
   * was told a state from before is told the next one even if it is equal.
   */
  readonly doubtedAt?: string;
  /** By grant id, ISO 8601: until then a message of its own brings this grant what it missed, and others leave it alone. */
  readonly behind?: Readonly<Record<string, string>>;
  /** By link id: the fingerprint of the endpoint that Alexa was last told of; absent when no discovery has told anybody. */
  readonly described?: Readonly<Record<string, string>>;
  /** ISO 8601: since when the device cloud's list, read whole, has not had it. The row goes once Alexa knows. */
  readonly goneSince?: string;
  /** ISO 8601: when the list was read that `device` and `goneSince` are from. */
  readonly listedAt?: string;
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

/** @throws StoreUnavailable from every method */
export interface DeviceStore {
  get(accountId: string, deviceId: string): Promise<DeviceRecord | undefined>;
  list(accountId: string): Promise<DeviceRecord[]>;
  /** Keeps what discovery said, and that these are not gone; a state seen later than the device's own sample stays. */
  remember(accountId: string, devices: readonly Device[]): Promise<void>;
  /** Writes `next` in place of `standing`; false when somebody was first. */
  replace(accountId: string, standing: DeviceRecord, next: Omit<DeviceRecord, 'version'>): Promise<boolean>;
  /** Removes the row if nobody has written to it since. */
  remove(accountId: string, standing: DeviceRecord): Promise<void>;
}
