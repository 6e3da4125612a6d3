import { expect, test } from '@jest/globals';
import type { ReportMessage } from '../../lambda/ports/report-queue.ts';
import { tasksOf } from '../../lambda/reports/tasks.ts';

const at = (second: number) => `2026-11-20T10:00:0${second}.000Z`;
const ids = { accountId: 'account-1', deviceId: '1613723' };
const state = (second: number, forced = false): ReportMessage => ({
  ...ids,
  kind: 'state',
  power: 'ON',
  level: 40,
  connected: true,
  at: at(second),
  cause: 'PHYSICAL_INTERACTION',
  ...(forced && { forceReport: true }),
});
const write = (second: number): ReportMessage => ({ ...ids, kind: 'unconfirmed-write', at: at(second) });
const devices = (second: number): ReportMessage => ({ kind: 'devices', accountId: 'account-1', at: at(second) });

test.each<{ when: string; messages: readonly ReportMessage[]; tasks: readonly (string | undefined)[] }>([
  { when: 'one state', messages: [state(1)], tasks: ['deliver'] },
  { when: 'states in order', messages: [state(1), state(2)], tasks: [undefined, 'deliver'] },
  { when: 'the newest first', messages: [state(2), state(1)], tasks: ['deliver', undefined] },
  { when: 'two of one moment: the last', messages: [state(1), state(1)], tasks: [undefined, 'deliver'] },
  {
    when: 'writes and states',
    messages: [write(1), state(2), write(3), state(4)],
    tasks: [undefined, undefined, 'note-uncertain-view', 'deliver'],
  },
  { when: 'a forced state', messages: [state(1), state(2, true)], tasks: [undefined, 'deliver'] },
  {
    when: 'a forced state that a later one replaces is not lost',
    messages: [state(1, true), state(2)],
    tasks: ['note-uncertain-view', 'deliver'],
  },
  { when: 'device lists: the last', messages: [devices(1), devices(2)], tasks: [undefined, 'report-devices'] },
])('$when', ({ messages, tasks }) => {
  const found = tasksOf(messages);
  expect(messages.map((message) => found.get(message))).toEqual(tasks);
});
