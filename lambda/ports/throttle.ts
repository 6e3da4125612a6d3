/** At most `limit` attempts within any `windowSeconds`: of those with this label, or of all in the counter. */
export interface Limit {
  readonly label?: string;
  readonly limit: number;
  readonly windowSeconds: number;
}

/** A way to be allowed one more attempt: every limit has room. */
export interface Allowance {
  readonly limits: readonly Limit[];
  /** One more label, for an attempt that was allowed in this way. */
  readonly label?: string;
}

/** A row that remembers attempts, and when one more is allowed. */
export interface Counter {
  /** What is counted here, for the log. */
  readonly name: string;
  /** Names the row. The table shows it, so it contains no e-mail or IP address. The same holds for labels. */
  readonly key: string;
  /** The labels that this attempt is counted under. */
  readonly labels: readonly string[];
  /** The first of these that has room allows the attempt. */
  readonly anyOf: readonly Allowance[];
}

/** One attempt was counted in every counter, or in none. */
export type Taken =
  | {
      readonly taken: true;
      /** Removes the attempt again, because it was no guess. Never throws: if it fails, one attempt is lost. */
      giveBack(): Promise<void>;
    }
  | {
      readonly taken: false;
      /** The name of the counter that was full. */
      readonly full: string;
      /** No attempt is taken before this time has passed. */
      readonly retryAfterSeconds: number;
    };

/** Counts attempts across all functions. An attempt is counted before it is made. */
export interface Throttle {
  /** @throws StoreUnavailable */
  take(counters: readonly Counter[], now: Date): Promise<Taken>;
}
