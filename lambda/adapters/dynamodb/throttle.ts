import * as v from 'valibot';
import { StoreUnavailable } from '../../ports/errors.ts';
import { TTL_ATTRIBUTE } from '../../ports/table-schema.ts';
import type { Allowance, Throttle } from '../../ports/throttle.ts';
import { parseRow } from './rows.ts';
import type { Fields, Key, Table } from './table.ts';

const ThrottleRow = v.object({ attempts: v.array(v.number()), version: v.number() });

/** Many at once write the same row only in an attack, and then nobody minds being told to come later. */
const MOST_RACES = 25;

const keyOf = (allowance: Allowance): Key => ({ pk: `throttle#${allowance.key}`, sk: `${allowance.windowSeconds}` });

/**
 * Counts attempts, one row per allowance, `throttle#KEY / SECONDS`, with the moments (epoch milliseconds) of those in its window. A window slides: no moment
 * of time lets twice as many through.
 */
export function createThrottle(table: Table): Throttle {
  return {
    async take(allowances, now) {
      const at = now.getTime();
      const settled = await Promise.allSettled(allowances.map((allowance) => add(table, allowance, at)));
      const results = settled.map((one) => (one.status === 'fulfilled' ? one.value : undefined));
      const taken = allowances.filter((_, index) => results[index] === 0);
      const giveBack = async () => {
        await Promise.allSettled(taken.map((allowance) => remove(table, allowance, at)));
      };
      const failed = settled.find((one) => one.status === 'rejected');
      const waitMs = Math.max(0, ...results.map((result) => result ?? 0));
      if (!failed && waitMs === 0) return { taken: true, giveBack };
      await giveBack();
      if (failed) throw failed.reason;
      return { taken: false, retryAfterSeconds: Math.ceil(waitMs / 1000) };
    },
  };
}

/** @returns 0 when the attempt was noted, else the milliseconds until there is room for it */
async function add(table: Table, allowance: Allowance, at: number): Promise<number> {
  let waitMs = 0;
  await change(table, allowance, (standing) => {
    const recent = standing.filter((moment) => moment > at - allowance.windowSeconds * 1000);
    const full = recent.length >= allowance.limit;
    // Room comes when the oldest of the newest `limit` leaves the window.
    const oldest = recent.toSorted((a, b) => a - b).at(-allowance.limit) ?? at;
    waitMs = full ? Math.max(1, oldest + allowance.windowSeconds * 1000 - at) : 0;
    return full ? undefined : [...recent, at];
  });
  return waitMs;
}

async function remove(table: Table, allowance: Allowance, at: number): Promise<void> {
  await change(table, allowance, (standing) => {
    const index = standing.indexOf(at);
    return index < 0 ? undefined : standing.toSpliced(index, 1);
  });
}

/** Writes what `next` makes of the moments; nothing when it has nothing to say. Whoever loses a race looks again. */
async function change(table: Table, allowance: Allowance, next: (attempts: readonly number[]) => number[] | undefined) {
  const key = keyOf(allowance);
  for (let race = 0; race < MOST_RACES; race += 1) {
    const row = await table.get(key);
    const standing = row && parseRow(ThrottleRow, row);
    const attempts = next(standing?.attempts ?? []);
    if (!attempts) return;
    const fields = toFields(attempts, (standing?.version ?? 0) + 1, allowance);
    if (await table.put(key, fields, standing ? { equals: { version: standing.version } } : 'absent')) return;
  }
  throw new StoreUnavailable('too many attempts are being counted at once');
}

const toFields = (attempts: readonly number[], version: number, { windowSeconds }: Allowance): Fields => ({
  attempts,
  version,
  [TTL_ATTRIBUTE]: Math.ceil(Math.max(0, ...attempts) / 1000) + windowSeconds,
});
