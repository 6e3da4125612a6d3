import type { ChangedBy, DeviceRecord, DeviceState, NotedChange } from '../ports/device-store.ts';

const DAY_MS = 24 * 3_600_000;
/** How far back the history of a lamp goes. */
export const HISTORY_MS = 7 * DAY_MS;
/** A lamp that changes more often than this in a week keeps its latest changes: 1.6 KB in its row. */
const MOST_CHANGES = 100;

/** Letters of who changed it, in the text of a change. */
const BY = { p: 'plug', a: 'our-write', w: 'other-write', u: 'unknown', r: 'read' } as const satisfies Record<
  string,
  ChangedBy
>;
const LETTER_OF = Object.fromEntries(Object.entries(BY).map(([letter, by]) => [by, letter])) as Record<
  ChangedBy,
  string
>;

/**
 * The row with the change that a state is, if it is one. The device cloud's repetitions of a state are none. Every report writes the row, so
 * the text of the changes is read here no further than needed.
 * @param by who made it
 */
export function withChange<Row extends Pick<DeviceRecord, 'lastState' | 'changes'>>(
  record: Row,
  state: DeviceState,
  by: ChangedBy,
  now: Date,
): Row {
  const { lastState } = record;
  const { at, power, level, connected } = state;
  const texts = textsIn(record.changes);
  const before = changeIn(texts.at(-1) ?? '') ?? lastState;
  if (at < before.at || isSame(state, before)) return record;
  const firstKept = texts.findIndex((text) => isRecent(momentIn(text), now));
  const kept = firstKept < 0 ? [] : texts.slice(firstKept).slice(1 - MOST_CHANGES);
  return { ...record, changes: [...kept, textOf({ at, power, level, connected, by })].join(' ') };
}

/** The changes of the latest seven days that a row keeps, the oldest first. */
export const recentChanges = ({ changes }: Pick<DeviceRecord, 'changes'>, now: Date): NotedChange[] =>
  textsIn(changes)
    .filter((text) => isRecent(momentIn(text), now))
    .flatMap((text) => changeIn(text) ?? []);

/** A change as a text of 14 letters at most: seconds since 1970 in base 36, `+` on or `-` off, the level, who, `!` without connection. */
const CHANGE = /^([0-9a-z]{1,7})([+-])(\d{1,3})([pawur])(!?)$/;

/** Leaves out texts of another version: the changes help to explain, and cost nobody the row. */
const textsIn = (changes = ''): string[] => changes.split(' ').filter((text) => CHANGE.test(text));

const textOf = ({ at, power, level, connected, by }: NotedChange): string =>
  `${Math.floor(Date.parse(at) / 1000).toString(36)}${power === 'ON' ? '+' : '-'}${level}${LETTER_OF[by]}${connected ? '' : '!'}`;

function changeIn(text: string): NotedChange | undefined {
  const [, , sign, level = '', letter = '', mark] = CHANGE.exec(text) ?? [];
  if (!isLetter(letter)) return undefined;
  const at = new Date(momentIn(text)).toISOString();
  return { at, power: sign === '+' ? 'ON' : 'OFF', level: Number(level), connected: mark === '', by: BY[letter] };
}

const isLetter = (letter: string): letter is keyof typeof BY => Object.hasOwn(BY, letter);

/** In milliseconds since 1970: the digits end at the sign. */
const momentIn = (text: string): number => Number.parseInt(text, 36) * 1000;

/** A moment ahead is the mistake of a clock, and stays. */
const isRecent = (atMs: number, now: Date): boolean => now.getTime() - atMs < HISTORY_MS;

const isSame = (one: Omit<NotedChange, 'by' | 'at'>, other: Omit<NotedChange, 'by' | 'at'>): boolean =>
  one.power === other.power && one.level === other.level && one.connected === other.connected;
