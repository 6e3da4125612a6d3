import type { ChangeOrigin, Device, Power } from './device-cloud.ts';

/** A device's state that was true at `at`. */
export interface DeviceState {
  readonly power: Power;
  readonly level: number;
  readonly connected: boolean;
  /** ISO 8601 */
  readonly at: string;
  /** ISO 8601, by the device cloud's clock: when the record that showed this state was last written (`lastUpdated`), where known. */
  readonly changedAt?: string;
}

/** What was reported of a device with one grant. */
export interface GrantView {
  /** Fingerprint of the endpoint in the last Discover.Response or AddOrUpdateReport. Absent: this Alexa does not know the endpoint. */
  readonly announced?: string;
  /** The state in the last ChangeReport that the grant's gateway accepted. */
  readonly lastReported?: DeviceState;
  /** ISO 8601: Alexa may show something else than `lastReported`. The next state from this moment on is reported even if it is equal. */
  readonly forceReportSince?: string;
  /** ISO 8601: until then a catch-up message brings this grant the report that it missed, and other messages skip it. */
  readonly catchUpUntil?: string;
}

/** A device that the device cloud lists as not connected. */
export interface Offline {
  /** ISO 8601: it has not been seen connected since. */
  readonly since: string;
  /** ISO 8601: the latest command that was refused because of it, as far as it was noted. */
  readonly refusedAt?: string;
  /** The open notice that is about it. */
  readonly noticed?: { readonly cause: 'plug-offline' | 'plugs-offline'; readonly subject?: string };
}

/** Who changed a device, as far as anybody knows. `read`: a read found the change, and nothing shows who made it. */
export type ChangedBy = ChangeOrigin | 'read';

/** One change of a device's power, level or connection. */
export interface NotedChange extends Pick<DeviceState, 'power' | 'level' | 'connected'> {
  /** ISO 8601, right to the second. */
  readonly at: string;
  readonly by: ChangedBy;
}

/** What we keep of a device: what discovery said, its last known state, and what was reported with each grant. */
export interface DeviceRecord {
  readonly device: Device;
  readonly lastState: DeviceState;
  /** By grant id, which is the id of the grant's link: a link may know the endpoint before its AcceptGrant comes. */
  readonly views: Readonly<Record<string, GrantView>>;
  /** The latest three days (`2026-03-01`, UTC) on which a hand at the plug changed it. Written with the change. */
  readonly movedOn?: readonly string[];
  /** The changes of the latest seven days as one text, 100 at most: `domain/lamp-history.ts` reads and writes it. Written with the change. */
  readonly changes?: string;
  /** Absent while it is connected, as far as anybody has looked. */
  readonly offline?: Offline;
  /** ISO 8601: since when the device cloud's complete list lacks the device. The row is deleted when every linked Amazon account knows it. */
  readonly removedSince?: string;
  /** ISO 8601: when the list was read that `device` and `removedSince` are from. */
  readonly listedAt?: string;
  readonly version: number;
}

/** @throws StoreUnavailable from every method */
/** A `replace` that is ready and has not left. */
export interface PreparedReplace {
  readonly send: () => Promise<boolean>;
}

export interface DeviceStore {
  get(accountId: string, deviceId: string): Promise<DeviceRecord | undefined>;
  list(accountId: string): Promise<DeviceRecord[]>;
  /** Keeps what discovery said, and that these devices are not removed. A state later than the device's own sample stays. */
  remember(accountId: string, devices: readonly Device[]): Promise<void>;
  /** Writes `next` in place of `standing`; false when another writer was first. */
  replace(accountId: string, standing: DeviceRecord, next: Omit<DeviceRecord, 'version'>): Promise<boolean>;
  /**
   * Builds the request of such a `replace` ahead, while its caller waits for something else. It makes no call.
   * @returns for `send`. One that is not sent leaves nothing behind
   */
  prepare(accountId: string, standing: DeviceRecord, next: Omit<DeviceRecord, 'version'>): Promise<PreparedReplace>;
  /** What `replace` does and answers. A call of the store, so that a deadline that passes names the table. */
  send(prepared: PreparedReplace): Promise<boolean>;
  /** Removes the row if nobody has written to it since. */
  remove(accountId: string, standing: DeviceRecord): Promise<void>;
}
