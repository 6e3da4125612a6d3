import { asError } from '../basics/as-error.ts';
import { withDeadline } from '../domain/deadline.ts';
import { GrantInBackoff, isSkillError } from '../ports/errors.ts';
import type { ReportMessage, VisibilityChange, VisibilityChanger } from '../ports/report-queue.ts';
import { deliver, noteUncertainView } from './deliver.ts';
import { type ReportDevicesPorts, reportDevices } from './report-devices.ts';
import { type Task, tasksOf } from './tasks.ts';

/** A message of the report queue as the worker gets it; messages of one group come in their order. */
export interface Received {
  readonly id: string;
  /** The queue's name for this one delivery of it. */
  readonly receipt: string;
  /** How often it was delivered, this time included. */
  readonly receives: number;
  /** @throws when the body is not one of our messages */
  read(): ReportMessage;
}

/** Enough for a report's resends. After that the queue delivers the message again. */
const DEADLINE_MS = 15_000;

/** Most short failures of a gateway or the table are over by then. */
const FIRST_RETRY_SECONDS = 5;
/** A failure that lasts longer is an outage. Reports follow at most this long after its end. */
const LONGEST_RETRY_SECONDS = 90;

export interface WorkPorts extends ReportDevicesPorts {
  readonly visibility: VisibilityChanger;
}

/**
 * Processes a batch: its groups in parallel, each in its own order. A failed message is retried soon at first, since everything later in its
 * group waits for it.
 * @returns the messages that are to be delivered again
 */
export async function processBatch(
  groups: readonly (readonly Received[])[],
  ports: WorkPorts,
): Promise<readonly Received[]> {
  const results = await Promise.all(groups.map((group) => processGroup(group, ports)));
  const failed = results.map(({ failed }) => failed).filter(({ length }) => length > 0);
  try {
    const now = ports.clock.now();
    if (failed.length > 0) await ports.visibility.changeVisibility(results.flatMap((result) => retriesOf(result, now)));
  } catch (error) {
    // They are delivered anyway, after the queue's own time-out.
    ports.log[isSkillError(error) ? 'warn' : 'error']('visibility-not-changed', {
      messages: failed.flat().length,
      error: asError(error),
    });
  }
  return failed.flat();
}

/** What became of one group. */
interface GroupResult {
  /** The messages that are to be delivered again, the one that failed first. */
  readonly failed: readonly Received[];
  readonly error?: Error;
}

/**
 * The messages of one group are retried together, after the time of the first one, so that their order holds. One that waits for the end of a
 * back-off comes then, and not later: what is queued at that end waits for it.
 */
function retriesOf({ failed, error }: GroupResult, now: Date): VisibilityChange[] {
  const growing = FIRST_RETRY_SECONDS * 2 ** ((failed[0]?.receives ?? 1) - 1);
  const untilEnd =
    error instanceof GrantInBackoff ? Math.ceil((error.until.getTime() - now.getTime()) / 1_000) : growing;
  const afterSeconds = Math.min(Math.max(untilEnd, 1), LONGEST_RETRY_SECONDS);
  return failed.map(({ receipt }) => ({ receipt, afterSeconds }));
}

/** Processes one group, message by message, and skips what a later message replaces. After a failed message the later ones wait for it. */
export async function processGroup(group: readonly Received[], ports: ReportDevicesPorts): Promise<GroupResult> {
  const messages = group.map((received) => ({ received, message: attempt(() => messageOf(received)) }));
  const read = messages.flatMap(({ message }) => (message instanceof Error ? [] : [message]));
  const tasks = tasksOf(read);
  for (const [index, { received, message }] of messages.entries()) {
    try {
      if (message instanceof Error) throw message;
      const task = tasks.get(message);
      if (task) await runTask(task, message, ports);
    } catch (thrown) {
      // Transient failures pass. A message that fails too often becomes a dead letter, which has its own alarm.
      const error = asError(thrown);
      ports.log[isSkillError(error) ? 'warn' : 'error']('report-not-delivered', {
        message: received.id,
        received: received.receives,
        error,
      });
      return { failed: group.slice(index), error };
    }
  }
  return { failed: [] };
}

async function runTask(task: Task, message: ReportMessage, ports: ReportDevicesPorts): Promise<void> {
  const began = ports.clock.now().getTime();
  const outcome = await withDeadline(DEADLINE_MS, ports, (signal, observed) => run(task, message, observed, signal));
  ports.log.info('report', {
    ...nameOf(message),
    outcome,
    ms: ports.clock.now().getTime() - began,
    ageMs: ports.clock.now().getTime() - Date.parse(message.at),
  });
}

const run = async (task: Task, message: ReportMessage, ports: ReportDevicesPorts, signal: AbortSignal) => {
  switch (message.kind) {
    case 'state':
      return task === 'deliver' ? await deliver(message, ports, signal) : await noteUncertainView(message, ports);
    case 'unconfirmed-write':
      return await noteUncertainView(message, ports);
    case 'devices':
      return await reportDevices(message, ports, signal);
  }
};

/**
 * A message that is delivered once more may have been reported, and only the row does not say so: the worker died, the table did not answer,
 * or the gateway's answer was lost. Then Alexa may show its state, and the state that follows is reported even if it equals the row.
 */
function messageOf({ receives, read }: Received): ReportMessage {
  const message = read();
  return message.kind === 'state' && receives > 1 ? { ...message, forceReport: true } : message;
}

function attempt<T>(read: () => T): T | Error {
  try {
    return read();
  } catch (error) {
    return asError(error);
  }
}

const nameOf = (message: ReportMessage) => {
  const { accountId: account } = message;
  if (message.kind === 'devices') return { account, device: 'all' };
  return { account, device: message.deviceId, ...(message.kind === 'state' && { cause: message.cause }) };
};
