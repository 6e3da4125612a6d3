/** Messages of one kind and cause to the developer that came shortly after one another. */
export interface Burst {
  /** `notice plug-offline`, `all-clear plug-offline` */
  readonly about: string;
  /** ISO 8601: when the first of them came. */
  readonly since: string;
  /** The first accounts that they were about. */
  readonly accounts: readonly string[];
  /** Messages that were not sent, as one had said that there are many. */
  readonly leftOut: number;
}

/** Linked accounts, as far as there was time to count them. */
export interface AccountCounts {
  readonly accounts: number;
  /** None of them can be notified. */
  readonly withoutAddress: number;
  /** Alexa hears of no change of their lamps, and none of their open notices says why. */
  readonly withoutGrant: number;
}

/** What is known of the messages to the developer, in one row. */
export interface DeveloperMail {
  readonly bursts: readonly Burst[];
  /** ISO 8601: when the weekly digest was last sent, or when its first week began. */
  readonly digestAt?: string;
  /** What was counted then. */
  readonly counts?: AccountCounts;
  /** Counts the writes of this row; a write names the version that it replaces. */
  readonly version: number;
}

/** @throws StoreUnavailable from every method */
export interface DeveloperMailStore {
  get(): Promise<DeveloperMail | undefined>;
  /** Writes `next` in place of `standing`, or as the first row. `undefined` when another writer was first. */
  write(standing: DeveloperMail | undefined, next: Omit<DeveloperMail, 'version'>): Promise<DeveloperMail | undefined>;
}
