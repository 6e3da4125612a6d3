import * as v from 'valibot';
import type { DeveloperMailStore } from '../../ports/developer-mail-store.ts';
import { moment, parseRow } from './rows.ts';
import type { Key, Table } from './table.ts';

const DeveloperMailRow = v.object({
  bursts: v.array(v.object({ about: v.string(), since: moment, accounts: v.array(v.string()), leftOut: v.number() })),
  digestAt: v.exactOptional(moment),
  counts: v.exactOptional(v.object({ accounts: v.number(), withoutAddress: v.number(), withoutGrant: v.number() })),
  version: v.number(),
});

const KEY: Key = { pk: 'developer', sk: 'messages' };

/** What is known of the messages to the developer, one row: `developer / messages`. */
export const createDeveloperMailStore = (table: Table): DeveloperMailStore => ({
  async get() {
    const row = await table.get(KEY);
    return row && parseRow(DeveloperMailRow, row);
  },
  async write(standing, next) {
    const written = { ...next, version: (standing?.version ?? 0) + 1 };
    const condition = standing ? ({ equals: { version: standing.version } } as const) : 'absent';
    return (await table.put(KEY, written, condition)) ? written : undefined;
  },
});
