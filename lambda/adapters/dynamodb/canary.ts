import * as v from 'valibot';
import type { Canary, CanaryStore } from '../../ports/canary-store.ts';
import type { Sealer } from '../../ports/sealer.ts';
import { createFieldSealer, moment, parseRow } from './rows.ts';
import type { Fields, Key, Table } from './table.ts';

const CanaryRow = v.object({
  linkId: v.string(),
  token: v.string(),
  madeAt: moment,
  seen: v.exactOptional(v.object({ at: moment, state: v.picklist(['refreshed', 'refused', 'no-answer']) })),
  version: v.number(),
});
const TokenText = v.object({ refreshToken: v.string() });

const KEY: Key = { pk: 'developer', sk: 'canary' };

/** The link of our own, one row: `developer / canary`. The token is sealed. */
export function createCanaryStore(table: Table, sealer: Sealer): CanaryStore {
  const fields = createFieldSealer(sealer);
  const toFields = ({ refreshToken, linkId, madeAt, seen }: Omit<Canary, 'version'>, version: number): Fields => ({
    linkId,
    token: fields.seal(KEY, 'token', { refreshToken }),
    madeAt,
    seen,
    version,
  });
  return {
    async get() {
      const row = await table.get(KEY);
      if (!row) return undefined;
      const { token, ...rest } = parseRow(CanaryRow, row);
      return { ...rest, ...fields.open(KEY, 'token', token, TokenText) };
    },
    create: (canary) => table.put(KEY, toFields(canary, 1), 'absent'),
    async note(standing, seen) {
      const { version } = standing;
      await table.put(KEY, toFields({ ...standing, seen }, version + 1), { equals: { version } });
    },
  };
}
