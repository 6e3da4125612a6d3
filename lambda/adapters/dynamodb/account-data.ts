import type { AccountData } from '../../ports/account-data.ts';
import type { Table } from './table.ts';

/** Beginnings of the sort keys of what is kept of an account. The markers of its links stay. */
const KEPT = ['grant#', 'consent#', 'device#', 'notice#', 'addresses', 'evidence'];
/** A watcher that has not heard of the end yet may write such rows meanwhile. */
const WRITTEN_LATE = ['device#', 'notice#', 'evidence'];

/** Deletes the rows of one account: `account#ID / ...`. */
export function createAccountData(table: Table): AccountData {
  async function remove(pk: string, prefixes: readonly string[]): Promise<void> {
    const rows = (await Promise.all(prefixes.map((prefix) => table.query(pk, prefix)))).flat();
    await Promise.all(rows.map(({ sk }) => table.remove({ pk, sk }, 'present')));
  }

  return {
    async erase(accountId, version) {
      const pk = `account#${accountId}`;
      await remove(pk, KEPT);
      await table.remove({ pk, sk: 'session' }, { equals: { version } });
      await remove(pk, WRITTEN_LATE);
    },
  };
}
