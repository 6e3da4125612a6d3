import type { ChangedBy, DeviceRecord, DeviceState, NotedChange } from '../ports/device-store.ts';

const DAY_MS = 24 * 3_600_000;
/** How far back the history of a lamp goes. */
export const HISTORY_MS = 7 * DAY_MS;
/** A lamp that changes more often than this in a week keeps its latest changes: 1.6 KB in its row. */
const MOST_CHANGES = 100;

/**
 * The row with the change that a state is, if it is one. The device cloud's repetitions of a state are none.
 * @param by who made it
 */
export function withChange<Row extends Pick<DeviceRecord, 'lastState' | 'changes'>>(
  record: Row,
  state: DeviceState,
  by: ChangedBy,
  now: Date,
): Row {
  const { changes = [], lastState } = record;
  const { at, power, level, connected } = state;
  const before = changes.at(-1) ?? lastState;
  if (at < before.at || isSame(state, before)) return record;
  const kept = recentChanges(changes, now).slice(1 - MOST_CHANGES);
  return { ...record, changes: [...kept, { at, power, level, connected, by }] };
}

const isSame = (one: Omit<NotedChange, 'by' | 'at'>, other: Omit<NotedChange, 'by' | 'at'>): boolean =>
  one.power === other.power && one.level === other.level && one.connected === other.connected;

/** Those of the latest seven days. A moment ahead is the mistake of a clock, and stays. */
export const recentChanges = (changes: readonly NotedChange[], now: Date): NotedChange[] =>
  changes.filter(({ at }) => now.getTime() - Date.parse(at) < HISTORY_MS);
