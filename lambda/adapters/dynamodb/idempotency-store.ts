import type { IdempotencyStore } from '../../ports/idempotency-store.ts';
import { TTL_ATTRIBUTE } from '../../ports/table-schema.ts';
import type { Key, Table } from './table.ts';

const keyOf = (id: string): Key => ({ pk: `seen#${id}`, sk: 'seen' });

/** What has been taken, one short-lived row each: `seen#ID / seen`. */
export function createIdempotencyStore(table: Table): IdempotencyStore {
  return {
    has: async (id) => (await table.get(keyOf(id))) !== undefined,
    add: (id, until) => table.put(keyOf(id), { [TTL_ATTRIBUTE]: Math.ceil(until.getTime() / 1000) }, 'absent'),
  };
}
