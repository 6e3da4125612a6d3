import type { CloudSession, Credentials, Device, Power } from './device-cloud.ts';

/** Why only a person can bring a home's session back. */
export type PersonNeededReason = 'password-changed' | 'code-needed' | 'locked' | 'credentials-not-kept';

/** A home is one account at the device cloud. Everything in it is sealed at rest. */
export interface Home {
  readonly id: string;
  /** `m…y@example.org`: how logs and notices name the account. */
  readonly maskedEmail: string;
  readonly session: CloudSession;
  /** Kept only if the person allowed it. */
  readonly credentials?: Credentials;
  readonly state: 'healthy' | 'needs-person';
  readonly reason?: PersonNeededReason;
  /** ISO 8601: since when a person is needed. */
  readonly since?: string;
  /** ISO 8601 moments of our own recent sign-ins: the throttle, and together with `claimedUntil` the lock. */
  readonly signIns: readonly string[];
  /** ISO 8601: until then one function is signing in for all. */
  readonly claimedUntil?: string;
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
  /** The state in the last report that every grant's gateway accepted; absent before the first. */
  readonly told?: SeenState;
  /** true: Alexa may have been told something else since (a write's own answer), so the next state is reported even if equal. */
  readonly inDoubt: boolean;
  readonly version: number;
}

/** @throws StoreUnavailable from every method */
export interface HomeStore {
  get(homeId: string): Promise<Home | undefined>;
  /** Creates the home, or replaces it whatever its version: a person has just signed in. */
  put(home: Omit<Home, 'version'>): Promise<Home>;
  /** Writes `next` in place of `standing`. Whoever comes second gets `undefined` and reads again. */
  replace(standing: Home, next: Omit<Home, 'id' | 'version'>): Promise<Home | undefined>;
  /** The ids of all homes. */
  list(): Promise<string[]>;
}

/** @throws StoreUnavailable from every method */
export interface DeviceStore {
  get(homeId: string, deviceId: string): Promise<DeviceRecord | undefined>;
  list(homeId: string): Promise<DeviceRecord[]>;
  /** Keeps what discovery said; a state seen later than the device's own sample stays. */
  remember(homeId: string, devices: readonly Device[]): Promise<void>;
  /** Writes `next` in place of `standing`; false when somebody was first. */
  replace(homeId: string, standing: DeviceRecord, next: Omit<DeviceRecord, 'version'>): Promise<boolean>;
}
