/** How many accounts a run of `device-watch` holds, by the memory of its function: the parameter `WatchMemory` of `infra/skill-stack.yaml`. */
export interface RunSize {
  readonly megabytes: number;
  readonly accountsPerRun: number;
  /** Enough to read each account of a full run every five minutes. */
  readonly readsPerMinute: number;
}

/**
 * As `npm run bench -- watchers` measures them. More memory would not hold more accounts: a function has 1,024 file descriptors, of which each
 * push channel takes one, Node and Lambda's runtime about 30, connections to REST servers 96, and those to table and queue 50 each.
 */
export const RUN_SIZES = {
  small: { megabytes: 128, accountsPerRun: 300, readsPerMinute: 60 },
  large: { megabytes: 160, accountsPerRun: 800, readsPerMinute: 160 },
} as const satisfies Record<string, RunSize>;

/** @param megabytes of the function; where nobody says, it is small */
export const runSizeOf = (megabytes: number = RUN_SIZES.small.megabytes): RunSize =>
  megabytes < RUN_SIZES.large.megabytes ? RUN_SIZES.small : RUN_SIZES.large;
