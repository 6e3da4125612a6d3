import { setImmediate as turn } from 'node:timers/promises';
import DataLoader from 'dataloader';
import type { GrantStore } from '../../ports/grant-store.ts';
import type { Key, Row, Table } from './table.ts';

// For a function that works on many rows at once. Nothing is remembered: what is asked for in one moment is read after it, so that
// whoever reads after a write sees what was written.

/** What one BatchGetItem takes. */
const MOST_KEYS = 100;

/**
 * The same table; rows that are asked for in one moment are read in one call, and a write waits its turn: what has arrived by then is
 * taken in first, so that the writes of one moment leave together.
 */
export function readTogether(table: Table): Table {
  const get = inOneMoment<Key, Row | undefined>(async (keys) => await readAll(keys, table), nameOf, MOST_KEYS);
  return {
    ...table,
    get,
    put: async (...write) => {
      await turn();
      return await table.put(...write);
    },
  };
}

async function readAll(keys: readonly Key[], table: Table): Promise<(Row | undefined | Promise<Row | undefined>)[]> {
  if (keys.length === 1) return keys.map(table.get);
  const { rows, left } = await table.getAll(keys);
  const found = new Map(rows.map((row) => [nameOf(row), row]));
  // Too much for one answer, or for a partition at this moment. The SDK tries a single read again, but not a part of many.
  const unread = new Map(left.map((key) => [nameOf(key), table.get(key)]));
  return keys.map((key) => unread.get(nameOf(key)) ?? found.get(nameOf(key)));
}

/** The same grants; those of one account are read and opened once for all who ask for them in one moment. */
export function listTogether(grants: GrantStore): GrantStore {
  const list = inOneMoment(
    async (accountIds: readonly string[]) => accountIds.map(grants.list),
    (accountId) => accountId,
  );
  return { ...grants, list };
}

const nameOf = ({ pk, sk }: Key): string => JSON.stringify([pk, sk]);

/** @param answer answers what was asked for in one moment, nothing of it twice, in its order; what fails alone fails nothing else */
function inOneMoment<K, R>(
  answer: (asked: readonly K[]) => Promise<(R | Promise<R>)[]>,
  nameOf: (one: K) => string,
  most = Number.POSITIVE_INFINITY,
): (one: K) => Promise<R> {
  const loader = new DataLoader<K, R, string>(
    async (asked) => {
      loader.clearAll(); // who asks from now on asks anew
      const answers = await Promise.allSettled(await answer(asked));
      return answers.map((one) => (one.status === 'fulfilled' ? one.value : (one.reason as Error)));
    },
    { cacheKeyFn: nameOf, maxBatchSize: most },
  );
  return async (one) => {
    const answer = await loader.load(one);
    await turn(); // each goes on by itself: the first has sent what it has to send before the last begins
    return answer;
  };
}
