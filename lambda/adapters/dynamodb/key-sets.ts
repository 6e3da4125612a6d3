import * as v from 'valibot';
import type { KeySetStore } from '../../ports/key-set-store.ts';
import type { Sealer } from '../../ports/sealer.ts';
import { createFieldSealer, moment, parseRow } from './rows.ts';
import type { Key, Table } from './table.ts';

const KeySetRow = v.object({
  keySet: v.string(),
  fetchedAt: moment,
});
const KeySetText = v.object({ keys: v.array(v.unknown()) });

const keyOf = (jwksUrl: string): Key => ({ pk: `keys#${jwksUrl}`, sk: 'keys' });

/**
 * Public keys of authorization servers, one row for each address: `keys#URL / keys`. They are sealed although they are public: whoever can
 * write to the table alone must not be able to put keys of their own there.
 */
export function createKeySetStore(table: Table, sealer: Sealer): KeySetStore {
  const fields = createFieldSealer(sealer);
  return {
    async get(jwksUrl) {
      const key = keyOf(jwksUrl);
      const row = await table.get(key);
      if (!row) return undefined;
      const { keySet, fetchedAt } = parseRow(KeySetRow, row);
      return { ...fields.open(key, 'keySet', keySet, KeySetText), fetchedAt };
    },
    async put(jwksUrl, { keys, fetchedAt }) {
      const key = keyOf(jwksUrl);
      await table.update(key, { keySet: fields.seal(key, 'keySet', { keys }), fetchedAt });
    },
  };
}
