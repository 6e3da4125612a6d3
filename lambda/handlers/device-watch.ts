import { setFlagsFromString } from 'node:v8';
import type { Context } from 'aws-lambda';
import { runSizeOf } from '../watch/run-sizes.ts';
import { type WatchSettings, watchAccounts } from '../watch/watch.ts';
import { compose, type EnvironmentVariables, type Overrides } from './compose.ts';
import { lazily } from './lazy.ts';

/** Kept of Lambda's time for closing sockets and sending the last samples. */
const CLOSING_MS = 10_000;

/** What the desk brings along: less patience. */
export interface WatchOverrides extends Overrides {
  readonly lookEveryMs?: number;
}

/**
 * The `device-watch` function: one run, which holds the device cloud's push channels until it ends or the signal aborts.
 *
 * Nobody coordinates the runs. EventBridge Scheduler starts one every minute; it takes the shards that are free or about to be, as many
 * as it can hold, and ends at once when there are none, which costs a tenth of a second. A function that starts others would need the
 * permission to, and somebody to start it again when it has died; the clock needs neither. With the defaults one schedule keeps 14 runs
 * of 300 accounts going, or in 160 MB twelve of 800. More accounts need more schedules, all alike; `shards-not-watched` in the log says so.
 *
 * Silent losses of connection are found by reading: within a minute for up to 50 accounts in a run, and for more as often as
 * READS_PER_MINUTE allows, i.e. within five minutes in a full run.
 */
export function createDeviceWatch(
  environment: EnvironmentVariables,
  overrides: WatchOverrides = {},
): (signal: AbortSignal) => Promise<void> {
  const shared = compose(environment, overrides);
  const { config, feed, ...others } = shared;
  const hasPush = config.DEVICE_PUSH === 'on' && feed !== undefined;
  const size = runSizeOf(config.AWS_LAMBDA_FUNCTION_MEMORY_SIZE);
  const settings: WatchSettings = {
    runMs: config.WATCH_RUN_SECONDS * 1000,
    lookEveryMs: overrides.lookEveryMs ?? config.WATCH_LOOK_SECONDS * 1000,
    accountsPerShard: config.ACCOUNTS_PER_SHARD,
    accountsPerRun: config.ACCOUNTS_PER_RUN ?? size.accountsPerRun,
    readEveryMs: (hasPush ? config.WATCH_READ_SECONDS : config.POLL_SECONDS) * 1000,
    readsPerMinute: config.READS_PER_MINUTE ?? size.readsPerMinute,
  };
  const leases = lazily(async () => (await shared.stores()).leases);
  const ports = { ...others, leases, ...(hasPush && { feed }) };
  return (signal) => watchAccounts(ports, settings, signal);
}

let watch: ReturnType<typeof createDeviceWatch> | undefined;

/** Memory is what a run costs: V8 collects garbage before it takes more. 800 accounts need 124 MB so, and 139 MB else. */
function createSmallDeviceWatch(): ReturnType<typeof createDeviceWatch> {
  setFlagsFromString('--optimize-for-size');
  return createDeviceWatch(process.env);
}

/** What Lambda calls, every minute by EventBridge Scheduler. */
export const handler = (_event: unknown, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<void> => {
  watch ??= createSmallDeviceWatch();
  return watch(AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - CLOSING_MS)));
};
