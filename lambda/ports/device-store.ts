import type { Device, Power } from './device-cloud.ts';

/** A device's state that was true at `at`. */
export interface DeviceState {
  readonly power: Power;
  readonly level: number;
  readonly connected: boolean;
  /** ISO 8601 */
  readonly at: string;
}

/** What we keep of a device: what discovery said, what was seen last, and what Alexa accepted last. */
export interface DeviceRecord {
  readonly device: Device;
  readonly lastState: DeviceState;
  /** By grant id: the state in the last report that this grant's gateway accepted. */
  readonly told: Readonly<Record<string, DeviceState>>;
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
  readonly removedSince?: string;
  /** ISO 8601: when the list was read that `device` and `removedSince` are from. */
  readonly listedAt?: string;
  readonly version: number;
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
