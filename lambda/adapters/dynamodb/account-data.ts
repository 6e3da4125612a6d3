import type { AccountData } from '../../ports/account-data.ts';
import { sortable } from './rows.ts';
import type { Key, Table } from './table.ts';

/** Beginnings of the sort keys of what is kept of an account. The markers of its links stay. */
const KEPT = ['grant#', 'consent#', 'device#', 'notice#', 'addresses', 'evidence'];
/** A watcher that has not heard of the end yet may write such rows meanwhile. */
const WRITTEN_LATE = ['device#', 'notice#', 'evidence'];

/** Accounts that were erased in the last hour: `account#ID / erased`. Few, so one partition of the index holds them. */
const ERASED = 'erased-accounts';
/** A run of `device-watch` has ended by then, or has seen that the account is gone. */
const SWEPT_AFTER_MS = 3_600_000;
const markOf = (pk: string): Key => ({ pk, sk: 'erased' });

/** Deletes the rows of one account: `account#ID / ...`. */
export function createAccountData(table: Table): AccountData {
  async function remove(pk: string, prefixes: readonly string[]): Promise<void> {
    const rows = (await Promise.all(prefixes.map((prefix) => table.query(pk, prefix)))).flat();
    await Promise.all(rows.map(({ sk }) => table.remove({ pk, sk }, 'present')));
  }

  return {
    async erase(accountId, version, now) {
      const pk = `account#${accountId}`;
      const due = sortable(new Date(now.getTime() + SWEPT_AFTER_MS).toISOString());
      await table.update(markOf(pk), { shard: ERASED, due });
      await remove(pk, KEPT);
      await table.remove({ pk, sk: 'session' }, { equals: { version } });
      await remove(pk, WRITTEN_LATE);
    },
    async sweep(now) {
      for (const { pk } of await table.queryIndex(ERASED, now)) {
        // Somebody may have linked it again.
        if (!(await table.get({ pk, sk: 'session' }))) await remove(pk, WRITTEN_LATE);
        await table.remove(markOf(pk), 'present');
      }
    },
  };
}
