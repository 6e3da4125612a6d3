/** At most `limit` attempts within any `windowSeconds`, counted under `key`. */
export interface Allowance {
  /** Names the counter and nobody's mail address: the table shows it. */
  readonly key: string;
  readonly limit: number;
  readonly windowSeconds: number;
}

/** One attempt was taken from every allowance, or from none of them. */
export type Taken =
  | {
      readonly taken: true;
      /** Makes the attempt undone, as it turned out to be none that counts. Never throws: what is lost is one attempt. */
      giveBack(): Promise<void>;
    }
  | {
      readonly taken: false;
      /** Until then at the least no attempt will be taken. */
      readonly retryAfterSeconds: number;
    };

/** Counts attempts across all functions; whoever takes one has it counted before acting on it. */
export interface Throttle {
  /** @throws StoreUnavailable */
  take(allowances: readonly Allowance[], now: Date): Promise<Taken>;
}
