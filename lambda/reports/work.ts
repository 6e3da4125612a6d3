import { withDeadline } from '../domain/deadline.ts';
import { isSkillError } from '../ports/errors.ts';
import type {
  DevicesMessage,
  ReportMessage,
  Sample,
  VisibilityChange,
  VisibilityChanger,
} from '../ports/report-queue.ts';
import { deliver } from './deliver.ts';
import { type ReportDevicesPorts, reportDevices } from './report-devices.ts';

/** A message of the report queue as the worker gets it; messages of one group come in their order. */
export interface Received {
  readonly id: string;
  /** The queue's name for this one reading of it. */
  readonly receipt: string;
  /** How often it has come, this time included. */
  readonly receives: number;
  /** @throws when the body is none of ours */
  read(): ReportMessage;
}

/** Enough for a report's resends; the queue brings it again. */
const DEADLINE_MS = 15_000;

/** Most blips of a gateway or of the table are over by then. */
const FIRST_AGAIN_SECONDS = 5;
/** What lasts this long is an outage, and nobody hears of its end later than that. */
const MOST_AGAIN_SECONDS = 300;

export interface WorkPorts extends ReportDevicesPorts {
  readonly redelivery: VisibilityChanger;
}

/**
 * Works off a batch: its groups side by side, each in its own order. What has failed comes again soon at first, as everything later of
 * its group waits for it.
 * @returns the messages that are to come again
 */
export async function workOff(
  groups: readonly (readonly Received[])[],
  ports: WorkPorts,
): Promise<readonly Received[]> {
  const failed = (await Promise.all(groups.map((group) => work(group, ports)))).filter(({ length }) => length > 0);
  try {
    if (failed.length > 0) await ports.redelivery.changeVisibility(failed.flatMap(againOf));
  } catch (error) {
    // They come all the same, after the queue's own time-out.
    ports.log[isSkillError(error) ? 'warn' : 'error']('visibility-not-changed', {
      messages: failed.flat().length,
      error: error instanceof Error ? error : String(error),
    });
  }
  return failed.flat();
}

/** The messages of one group come again together, after the time of the first of them, so that their order holds. */
function againOf(group: readonly Received[]): VisibilityChange[] {
  const afterSeconds = Math.min(FIRST_AGAIN_SECONDS * 2 ** ((group[0]?.receives ?? 1) - 1), MOST_AGAIN_SECONDS);
  return group.map(({ receipt }) => ({ receipt, afterSeconds }));
}

/**
 * Works off one group, message by message, and leaves out what a later one makes needless.
 * @returns the messages that are to come again: once one has failed, those after it must wait for it
 */
export async function work(group: readonly Received[], ports: ReportDevicesPorts): Promise<readonly Received[]> {
  const messages = group.map((received) => ({ received, message: attempt(() => received.read()) }));
  const read = messages.flatMap(({ message }) => (message instanceof Error ? [] : [message]));
  const needed = neededOf(read);
  for (const [index, { received, message }] of messages.entries()) {
    try {
      if (message instanceof Error) throw message;
      if (!needed.has(message)) continue;
      const began = ports.clock.now().getTime();
      const outcome = await withDeadline(DEADLINE_MS, ports, (signal, observed) =>
        'kind' in message ? reportDevices(message, observed, signal) : deliver(message, observed, signal),
      );
      ports.log.info('report', {
        ...nameOf(message),
        outcome,
        ms: ports.clock.now().getTime() - began,
        ageMs: ports.clock.now().getTime() - Date.parse(message.at),
      });
    } catch (error) {
      // Weather passes by itself, and what does not ends among the dead letters, which have an alarm of their own.
      ports.log[isSkillError(error) ? 'warn' : 'error']('report-not-delivered', {
        message: received.id,
        received: received.receives,
        error: error instanceof Error ? error : String(error),
      });
      return group.slice(index);
    }
  }
  return [];
}

/** Of settled samples only the latest is worth telling, and of the echoes before it; of several news of devices the last. */
function neededOf(messages: readonly ReportMessage[]): ReadonlySet<ReportMessage> {
  const news = messages.filter((message): message is DevicesMessage => 'kind' in message);
  const samples = messages.filter((message): message is Sample => !('kind' in message));
  const latest = (all: readonly Sample[]) =>
    all.reduce<Sample | undefined>((best, one) => (best && one.at < best.at ? best : one), undefined);
  const settled = latest(samples.filter((sample) => sample.settled));
  const echo = latest(samples.filter((sample) => !sample.settled));
  return new Set([news.at(-1), settled, echo].filter((message) => message !== undefined));
}

function attempt<T>(read: () => T): T | Error {
  try {
    return read();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

const nameOf = (message: ReportMessage) =>
  'kind' in message
    ? { account: message.accountId, device: 'all' }
    : { account: message.accountId, device: message.deviceId, cause: message.cause };
