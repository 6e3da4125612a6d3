import { setImmediate as turn } from 'node:timers/promises';
import DataLoader from 'dataloader';
import type { GrantStore } from '../../ports/grant-store.ts';
import type { Key, Row, Table } from './table.ts';

// For a function that works on many rows at once. Nothing is cached: rows that are requested at the same moment are read after that
// moment, so a read after a write sees what was written.

/** Limit of one BatchGetItem. */
const MOST_KEYS = 100;

/**
 * The same table. Rows that are requested at the same moment are read in one call. A write waits one turn of the event loop, so that the
 * writes of one moment leave together.
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
  const { rows, unprocessed } = await table.getAll(keys);
  const found = new Map(rows.map((row) => [nameOf(row), row]));
  // Too much for one answer, or for a partition at this moment. The SDK retries a single read, but not a part of a batch.
  const unread = new Map(unprocessed.map((key) => [nameOf(key), table.get(key)]));
  return keys.map((key) => unread.get(nameOf(key)) ?? found.get(nameOf(key)));
}

/** The same grants. Those of one account are read and opened once for all requests of the same moment. */
export function listTogether(grants: GrantStore): GrantStore {
  const list = inOneMoment(
    async (accountIds: readonly string[]) => accountIds.map(grants.list),
    (accountId) => accountId,
  );
  return { ...grants, list };
}

const nameOf = ({ pk, sk }: Key): string => JSON.stringify([pk, sk]);

/** @param answer gets the distinct requests of one moment, and answers in their order. If one of them fails, the others still succeed. */
function inOneMoment<K, R>(
  answer: (asked: readonly K[]) => Promise<(R | Promise<R>)[]>,
  nameOf: (one: K) => string,
  most = Number.POSITIVE_INFINITY,
): (one: K) => Promise<R> {
  const loader = new DataLoader<K, R, string>(
    async (asked) => {
      loader.clearAll(); // requests from now on are read again
      const answers = await Promise.allSettled(await answer(asked));
      return answers.map((one) => (one.status === 'fulfilled' ? one.value : (one.reason as Error)));
    },
    { cacheKeyFn: nameOf, maxBatchSize: most },
  );
  return async (one) => {
    const answer = await loader.load(one);
    await turn(); // each caller continues in its own turn: the first one has sent its report before the last one begins
    return answer;
  };
}
