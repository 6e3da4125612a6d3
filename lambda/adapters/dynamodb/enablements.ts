import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { Enablement, EnablementStore } from '../../ports/enablement-store.ts';
import { moment, parseRow } from './rows.ts';
import type { Key, Row, Table } from './table.ts';

const EnablementRow = v.object({
  links: v.array(v.object({ linkId: v.string(), accountId: v.string(), linkedAt: moment })),
  disabledAt: v.exactOptional(moment),
  version: v.number(),
});

/** Amazon's ids of accounts stay out of the table: their hash finds the row as well. */
const keyOf = (userId: string): Key => ({
  pk: `user#${createHash('sha256').update(userId).digest('base64url')}`,
  sk: 'enablement',
});

/** A row of old has one link, whose fields are the row's own. */
const toEnablement = (userId: string, row: Row): Enablement => ({
  userId,
  ...parseRow(EnablementRow, { ...row, links: row.links ?? [row] }),
});

/** Which links belong to which Amazon account, one row each: `user#HASH / enablement`. */
export function createEnablementStore(table: Table): EnablementStore {
  return {
    async get(userId) {
      const row = await table.get(keyOf(userId));
      return row && toEnablement(userId, row);
    },
    async create({ userId, ...fields }) {
      const enablement = { userId, ...fields, version: 1 };
      return (await table.put(keyOf(userId), { ...fields, version: 1 }, 'absent')) ? enablement : undefined;
    },
    async replace({ userId, version }, { links, disabledAt }) {
      const fields = { links, ...(disabledAt !== undefined && { disabledAt }), version: version + 1 };
      const written = await table.put(keyOf(userId), fields, { equals: { version } });
      return written ? { userId, ...fields } : undefined;
    },
  };
}
