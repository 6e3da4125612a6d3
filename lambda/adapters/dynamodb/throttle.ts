import * as v from 'valibot';
import { changeRow } from '../../basics/change-row.ts';
import { TTL_ATTRIBUTE } from '../../ports/table-schema.ts';
import type { Allowance, Counter, Limit, Taken, Throttle } from '../../ports/throttle.ts';
import { parseRow } from './rows.ts';
import type { Fields, Key, Table } from './table.ts';

const ThrottleRow = v.object({
  attempts: v.array(v.object({ at: v.number(), labels: v.array(v.string()) })),
  version: v.number(),
});
type Counted = v.InferOutput<typeof ThrottleRow>;
type Attempt = Counted['attempts'][number];

const keyOf = ({ key }: Counter): Key => ({ pk: `throttle#${key}`, sk: 'attempts' });

/**
 * Counts attempts, one row per counter, `throttle#KEY / attempts`, with the time (epoch milliseconds) and labels of each. Windows slide: no moment lets twice as many
 * through. Costs a read and a write per counter, all at the same time; a refusal costs the reads alone.
 */
export function createThrottle(table: Table): Throttle {
  return {
    async take(counters, now) {
      const at = now.getTime();
      const rows = await Promise.all(counters.map((counter) => read(table, counter)));
      const full = fullest(
        counters,
        counters.map((counter, index) => waitMs(counter, rows[index]?.attempts ?? [], at)),
      );
      if (full) return full;
      return await count(table, counters, rows, at);
    },
  };
}

async function count(
  table: Table,
  counters: readonly Counter[],
  rows: readonly (Counted | undefined)[],
  at: number,
): Promise<Taken> {
  const outcomes = await Promise.allSettled(counters.map((counter, index) => add(table, counter, rows[index], at)));
  const results = outcomes.map((one) => (one.status === 'fulfilled' ? one.value : undefined));
  const giveBack = async () => {
    const written = counters.map((counter, index) => {
      const added = results[index]?.added;
      return added && remove(table, counter, added);
    });
    await Promise.allSettled(written);
  };
  const failed = outcomes.find((one) => one.status === 'rejected');
  const full = fullest(
    counters,
    results.map((result) => result?.waitMs ?? 0),
  );
  if (!failed && !full) return { taken: true, giveBack };
  await giveBack();
  if (failed) throw failed.reason;
  return full as Taken;
}

/** The refusal of the counter with the longest wait; undefined when every counter has room. */
function fullest(counters: readonly Counter[], waits: readonly number[]): Taken | undefined {
  const longest = Math.max(0, ...waits);
  if (longest === 0) return undefined;
  const full = counters[waits.indexOf(longest)]?.name ?? '';
  return { taken: false, full, retryAfterSeconds: Math.ceil(longest / 1000) };
}

/** Milliseconds until the counter has room; 0 when it has. */
function waitMs({ anyOf }: Counter, attempts: readonly Attempt[], at: number): number {
  return Math.min(...anyOf.map((choice) => waitOf(choice, attempts, at)));
}

const waitOf = ({ limits }: Allowance, attempts: readonly Attempt[], at: number): number =>
  Math.max(0, ...limits.map((limit) => waitFor(limit, attempts, at)));

function waitFor({ label, limit, windowSeconds }: Limit, attempts: readonly Attempt[], at: number): number {
  const windowMs = windowSeconds * 1000;
  const recent = attempts
    .filter((attempt) => attempt.at > at - windowMs && (label === undefined || attempt.labels.includes(label)))
    .map((attempt) => attempt.at)
    .sort((a, b) => a - b);
  // Room comes when the oldest of the newest `limit` leaves the window.
  const oldest = recent.at(-limit);
  return recent.length < limit || oldest === undefined ? 0 : Math.max(1, oldest + windowMs - at);
}

async function read(table: Table, counter: Counter): Promise<Counted | undefined> {
  const row = await table.get(keyOf(counter));
  return row && parseRow(ThrottleRow, row);
}

interface Added {
  readonly attempt: Attempt;
  readonly row: Counted;
}

/** @returns the attempt and its row; or how long to wait, where another request has taken the last one meanwhile */
async function add(
  table: Table,
  counter: Counter,
  known: Counted | undefined,
  at: number,
): Promise<{ readonly added?: Added; readonly waitMs: number }> {
  let attempt: Attempt | undefined;
  let wait = 0;
  const row = await change(table, counter, known, (attempts) => {
    wait = waitMs(counter, attempts, at);
    const choice = counter.anyOf.find((one) => waitOf(one, attempts, at) === 0);
    attempt = choice && { at, labels: [...counter.labels, ...(choice.label === undefined ? [] : [choice.label])] };
    return attempt && [...attempts, attempt];
  });
  return { ...(row && attempt && { added: { attempt, row } }), waitMs: wait };
}

async function remove(table: Table, counter: Counter, { attempt, row }: Added): Promise<void> {
  const labels = attempt.labels.join();
  await change(table, counter, row, (attempts) => {
    const index = attempts.findIndex((one) => one.at === attempt.at && one.labels.join() === labels);
    return index < 0 ? undefined : attempts.toSpliced(index, 1);
  });
}

/** Writes what `next` makes of the attempts. @returns the row as written; undefined when `next` wanted no write */
function change(
  table: Table,
  counter: Counter,
  known: Counted | undefined,
  next: (attempts: readonly Attempt[]) => Attempt[] | undefined,
): Promise<Counted | undefined> {
  const keepMs =
    1000 * Math.max(0, ...counter.anyOf.flatMap(({ limits }) => limits).map(({ windowSeconds }) => windowSeconds));
  return changeRow<Counted | undefined, Counted, Counted>({
    known,
    read: () => read(table, counter),
    next: (row) => {
      const attempts = next(row?.attempts ?? []);
      const newest = Math.max(0, ...(attempts ?? []).map(({ at }) => at));
      return (
        attempts && { attempts: attempts.filter(({ at }) => at > newest - keepMs), version: (row?.version ?? 0) + 1 }
      );
    },
    write: async (row, written) => {
      const condition = row ? { equals: { version: row.version } } : 'absent';
      return (await table.put(keyOf(counter), toFields(written, keepMs), condition)) ? written : undefined;
    },
  });
}

const toFields = ({ attempts, version }: Counted, keepMs: number): Fields => ({
  attempts,
  version,
  [TTL_ATTRIBUTE]: Math.ceil((Math.max(0, ...attempts.map(({ at }) => at)) + keepMs) / 1000),
});
