/** Time, as an argument: the Lambda's own in production, one that can be advanced on the desk and in tests. */
export interface Clock {
  now(): Date;
  /** Resolves after `ms` milliseconds of this clock, rejects with `signal.reason` when the signal aborts first. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}
