import type { Context } from 'aws-lambda';
import { createMyLevitonFeed } from '../adapters/my-leviton/feed.ts';
import type { ReportQueue } from '../ports/report-queue.ts';
import { watchHomes } from '../reports/watch.ts';
import { lazily } from './lazy.ts';
import { type EnvironmentVariables, type Machine, wire } from './wire.ts';

/** How often a run looks for homes that were linked since. */
const LOOK_EVERY_MS = 60_000;
/** Kept of Lambda's time for closing sockets and sending the last samples. */
const CLOSING_MS = 10_000;

/** What the desk brings along: its own queue, and less patience. */
export interface WatchMachine extends Machine {
  readonly queue?: ReportQueue;
  readonly lookEveryMs?: number;
}

/** The `device-watch` function: holds the device cloud's push channels until the signal aborts. */
export function createDeviceWatch(
  environment: EnvironmentVariables,
  machine: WatchMachine = {},
): (signal: AbortSignal) => Promise<void> {
  const wired = wire(environment, machine);
  const { MY_LEVITON_SOCKET_URL: socketUrl, REPORT_QUEUE_URL: queueUrl, AWS_REGION: region } = wired.config;
  const queue =
    machine.queue ??
    lazily(async () => {
      if (!queueUrl) throw new Error('REPORT_QUEUE_URL is missing');
      const { createReportQueue } = await import('../adapters/sqs/queue.ts');
      return createReportQueue({ queueUrl, region });
    });
  const ports = { ...wired, queue, feed: createMyLevitonFeed({ socketUrl, clock: wired.clock, isOurs: () => true }) };
  return (signal) => watchHomes(ports, machine.lookEveryMs ?? LOOK_EVERY_MS, signal);
}

let watch: ReturnType<typeof createDeviceWatch> | undefined;

/** What Lambda calls; one run lasts as long as the function may. */
export const handler = (_event: unknown, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<void> => {
  watch ??= createDeviceWatch(process.env);
  return watch(AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - CLOSING_MS)));
};
