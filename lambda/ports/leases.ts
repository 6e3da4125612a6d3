/** Who watches one shard of the accounts, and for how long. */
export interface Lease {
  readonly shard: number;
  /** The run that holds it. */
  readonly holder: string;
  /** ISO 8601: a run that has not renewed it by then counts as dead. */
  readonly expiresAt: string;
  /** ISO 8601: when the holder means to end; the next run takes over some time before. */
  readonly endsAt: string;
  /** Whether the holder has come to watch every account of the shard, so that the one before it may stop. */
  readonly listening: boolean;
  readonly version: number;
}

/**
 * Shares the accounts out among runs. The number of shards is a power of two: when it is doubled, half the accounts of a shard stay in it and
 * the others go to one new shard. A lease avoids double work; it is no mutex. Two runs on the same account cause no
 * duplicate reports.
 * @throws StoreUnavailable from every method
 */
export interface LeaseStore {
  /** How many shards there are, 1 at first, and the leases of those that somebody has ever held. */
  read(): Promise<{ readonly shards: number; readonly leases: readonly Lease[] }>;
  get(shard: number): Promise<Lease | undefined>;
  /** Writes `next` in place of `standing`, or as the shard's first. Whoever comes second gets `undefined` and reads again. */
  put(next: Omit<Lease, 'version'>, standing: Lease | undefined): Promise<Lease | undefined>;
  /** Raises the number of shards, if it still is `from`. */
  raise(from: number, to: number): Promise<void>;
}
