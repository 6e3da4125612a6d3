import { withDeadline } from '../domain/deadline.ts';
import { isSkillError } from '../ports/errors.ts';
import type { DevicesNews, ReportMessage, Sample } from '../ports/report-queue.ts';
import { deliver } from './deliver.ts';
import { type TellDevicesPorts, tellDevices } from './tell-devices.ts';

/** A message of the report queue as the worker gets it; messages of one group come in their order. */
export interface Received {
  readonly id: string;
  /** How often it has come, this time included. */
  readonly receives: number;
  /** @throws when the body is none of ours */
  read(): ReportMessage;
}

/** Enough for a report's resends; the queue brings it again. */
const DEADLINE_MS = 15_000;

/**
 * Works off one group, message by message, and leaves out what a later one makes needless.
 * @returns the messages that are to come again: once one has failed, those after it must wait for it
 */
export async function work(group: readonly Received[], ports: TellDevicesPorts): Promise<readonly Received[]> {
  const messages = group.map((received) => ({ received, message: attempt(() => received.read()) }));
  const read = messages.flatMap(({ message }) => (message instanceof Error ? [] : [message]));
  const needed = neededOf(read);
  for (const [index, { received, message }] of messages.entries()) {
    try {
      if (message instanceof Error) throw message;
      if (!needed.has(message)) continue;
      const began = ports.clock.now().getTime();
      const outcome = await withDeadline(DEADLINE_MS, ports.clock, (signal) =>
        'kind' in message ? tellDevices(message, ports, signal) : deliver(message, ports, signal),
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
  const news = messages.filter((message): message is DevicesNews => 'kind' in message);
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
    ? { home: message.homeId, device: 'all' }
    : { home: message.homeId, device: message.deviceId, cause: message.cause };
