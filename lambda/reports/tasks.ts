import type { ReportMessage } from '../ports/report-queue.ts';

/** What is done with one message of a batch; messages that a later one replaces have no task. */
export type Task = 'deliver' | 'note-uncertain-view' | 'report-devices';

/**
 * Keeps the newest state, the newest unconfirmed write, and the last device-list message; skips the rest. A skipped state that forces a
 * report is noted in the device's row.
 */
export function tasksOf(messages: readonly ReportMessage[]): ReadonlyMap<ReportMessage, Task> {
  const states = messages.filter((message) => message.kind === 'state');
  const state = newest(states);
  const forced = newest(states.filter(({ forceReport }) => forceReport === true));
  const write = newest(messages.filter((message) => message.kind === 'unconfirmed-write'));
  const devices = messages.filter((message) => message.kind === 'devices').at(-1);
  const tasks = new Map<ReportMessage, Task>();
  if (forced) tasks.set(forced, 'note-uncertain-view');
  if (write) tasks.set(write, 'note-uncertain-view');
  if (state) tasks.set(state, 'deliver');
  if (devices) tasks.set(devices, 'report-devices');
  return tasks;
}

/** Among several with the same moment, the one that was queued last. */
const newest = <Message extends { readonly at: string }>(all: readonly Message[]): Message | undefined =>
  all.reduce<Message | undefined>((best, one) => (best && one.at < best.at ? best : one), undefined);
