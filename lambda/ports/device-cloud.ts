/**
 * The port that a maker of devices implements for their own cloud. An adapter turns every answer and failure of its cloud into the
 * nouns and errors here; `test/adapters/device-cloud-contract.ts` is the suite that says whether it does.
 */

export type Power = 'ON' | 'OFF';

/** A switchable device of one account, at one moment. */
export interface Device {
  /** The cloud's own permanent id; becomes Alexa's `endpointId`, so it must outlive renaming and re-pairing. */
  readonly id: string;
  readonly name: string;
  /** What the device cloud calls it, where Alexa cannot take that and `name` is the one before. Set by our own bookkeeping. */
  readonly refusedName?: string;
  readonly manufacturer: string;
  /** What people call the device cloud; the Alexa app shows it beside the model. */
  readonly cloudName?: string;
  readonly model: string;
  readonly serialNumber: string;
  readonly firmwareVersion: string;
  readonly kind: 'light' | 'outlet' | 'switch' | 'fan';
  /** Whether it takes a level. Without it a device only switches. */
  readonly dimmable: boolean;
  /** Whether it comes on from off at a level of its own, whatever is written. A command that knows it to be on need not wait for that. */
  readonly hasPreset?: boolean;
  readonly power: Power;
  /**
   * 0..100 percent of the range that is set at the device: how bright it is while on, and how bright it comes back while off. What that
   * range is, only the adapter and the device need to know.
   */
  readonly level: number;
  /** Whether the device is connected to its cloud. */
  readonly connected: boolean;
  /** Strength of its Wi-Fi signal in dBm, where the device cloud says so. It is not kept. */
  readonly rssi?: number;
  /** When power, level and connected were true. */
  readonly sampledAt: Date;
  /** By how many milliseconds the sample may be off: 0 for a push or a read, the device's settling time after a write. */
  readonly uncertaintyMs: number;
  /** When the device cloud last saved anything of it, by its own clock; absent where it does not say. */
  readonly changedAt?: Date;
}

/** What a device is asked to do, in one write: `level` (1..100 percent) switches on at that level. */
export type DeviceCommand = { readonly power: Power } | { readonly power: 'ON'; readonly level: number };

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

/** A signed-in account. It is secret, survives JSON, and only its adapter reads `credential`. */
export interface CloudSession {
  /** The account's permanent id at the device cloud: who signed in, whatever mail address they used. */
  readonly accountId: string;
  /** ISO 8601: when the device cloud says the session ends. It may end earlier. */
  readonly expiresAt: string;
  readonly credential: string;
  /** `false`: it is the access token that Alexa presented, so that Alexa alone can bring another one. */
  readonly renewable?: false;
}

export interface DeviceList {
  readonly devices: readonly Device[];
  /** What could not be read. It is left out so that the other devices remain. */
  readonly skipped: readonly Skipped[];
}

/** Something that a list lacks. */
export interface Skipped {
  /** `device`: the one whose `Device.id` is `id`, and no other. `list`: what may hold any device, such as an account; `id` is for the log. */
  readonly what: 'device' | 'list';
  readonly id: string;
  readonly reason: string;
}

export interface DeviceCloud {
  /**
   * Signs a person in; `code` is the two-factor code.
   * @throws SignInRefused, CloudUnreachable, CloudRateLimited
   */
  signIn(credentials: Credentials, code: string | undefined, signal: AbortSignal): Promise<CloudSession>;
  /**
   * Asks without credentials whether sign-ins are answered at all, which is no attempt with any account. A cloud that cannot be asked so
   * counts as one that answers.
   * @throws CloudUnreachable, CloudRateLimited where they are not
   */
  probeSignIn(signal: AbortSignal): Promise<void>;
  /**
   * Ends one session, also one that has ended already. The account's other sessions go on.
   * @throws CloudUnreachable, CloudRateLimited
   */
  signOut(session: CloudSession, signal: AbortSignal): Promise<void>;
  /**
   * Every switchable device of the account. One bad device or residence is skipped and named, the others stay.
   * @throws SessionRejected, CloudUnreachable, CloudRateLimited
   */
  devices(session: CloudSession, signal: AbortSignal): Promise<DeviceList>;
  /**
   * One device as it is now; an unconnected one comes with `connected: false`.
   * @throws DeviceNotFound (also for somebody else's device), SessionRejected, CloudUnreachable, CloudRateLimited
   */
  device(session: CloudSession, deviceId: string, signal: AbortSignal): Promise<Device>;
  /**
   * Writes a command, at best in one request, and answers with the state the device is about to show.
   * @param known the device as just read, if it was: lets the adapter avoid a write that its cloud handles badly
   * @throws DeviceUnreachable when the device is not connected, and all that `device` throws
   */
  command(
    session: CloudSession,
    deviceId: string,
    command: DeviceCommand,
    signal: AbortSignal,
    known?: Device,
  ): Promise<Device>;
}

/** Sessions that nobody signs in for: of a cloud that takes access tokens of the maker's own authorization server. */
export interface SessionsByToken {
  /** The session that an access token is, as Alexa presents it. */
  sessionOfToken(token: string, accountId: string, expiresAt: string): Promise<CloudSession>;
  /**
   * The session with which our own client reads an account.
   * @param cloudAccount how the device cloud names the account
   * @returns nothing where no client of ours is configured
   */
  serviceSession(cloudAccount: string, accountId: string): Promise<CloudSession | undefined>;
}

/** Who or what moved a device, as far as the device cloud tells. */
export type ChangeOrigin = 'plug' | 'our-write' | 'other-write' | 'unknown';

/** One push of the device cloud: the fields that it carried, and no others. */
export interface DeviceChange {
  readonly deviceId: string;
  readonly power?: Power;
  readonly level?: number;
  readonly connected?: boolean;
  readonly origin: ChangeOrigin;
  /** When the cloud saved it, by its own clock, if it says so: of two changes of a field the later one stands. */
  readonly at?: Date;
  /** false: the cloud noted a write and the device has yet to follow it, so the values may never come true. */
  readonly confirmed: boolean;
}

/** The device cloud's push channel, for clouds that have one. */
export interface DeviceFeed {
  /**
   * Watches devices of one account until the signal aborts or the channel ends. The listener is called in the order of arrival.
   * @returns a promise that is fulfilled once the channel listens, and a second one, `ended`, with the reason when it no longer does
   * @throws SessionRejected when the channel stays silent to the session, CloudUnreachable
   */
  watch(
    session: CloudSession,
    deviceIds: readonly string[],
    onChange: (change: DeviceChange) => void,
    signal: AbortSignal,
  ): Promise<{ readonly ended: Promise<string> }>;
}
