import type { SeenIds } from '../../ports/seen-ids.ts';
import { TTL_ATTRIBUTE } from '../../ports/table-schema.ts';
import type { Key, Table } from './table.ts';

const keyOf = (id: string): Key => ({ pk: `seen#${id}`, sk: 'seen' });

/** What has been taken, one short-lived row each: `seen#ID / seen`. */
export function createSeenIds(table: Table): SeenIds {
  return {
    has: async (id) => (await table.get(keyOf(id))) !== undefined,
    add: (id, until) => table.put(keyOf(id), { [TTL_ATTRIBUTE]: Math.ceil(until.getTime() / 1000) }, 'absent'),
  };
}
