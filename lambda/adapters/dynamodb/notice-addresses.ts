import * as v from 'valibot';
import type { NoticeAddress, NoticeAddresses, NoticeAddressStore } from '../../ports/notice-addresses.ts';
import type { Sealer } from '../../ports/sealer.ts';
import { createFieldSealer, moment, parseRow, sortable } from './rows.ts';
import type { Fields, Key, Row, Table } from './table.ts';

const AddressesRow = v.object({
  maskedEmail: v.string(),
  addresses: v.array(
    v.object({
      id: v.string(),
      email: v.string(),
      language: v.string(),
      state: v.picklist(['pending', 'confirmed', 'unsubscribed', 'bounced', 'complained']),
      since: moment,
      confirmMails: v.number(),
      confirmMailDue: v.exactOptional(v.literal(true)),
    }),
  ),
  sendAfter: v.exactOptional(moment),
  version: v.number(),
});
const EmailText = v.object({ email: v.string() });

/** Few confirming mails are unsent at any time, so one partition of the index holds their rows. */
const UNSENT = 'unsent-confirmations';

const PARTITION = 'account#';
const keyOf = (accountId: string): Key => ({ pk: PARTITION + accountId, sk: 'addresses' });

/** Where people want messages about an account, one row for all of them: `account#ID / addresses`. Each address is sealed. */
export function createNoticeAddressStore(table: Table, sealer: Sealer): NoticeAddressStore {
  const fields = createFieldSealer(sealer);
  /** An address that was moved to another account or another entry does not open. */
  const fieldOf = (id: string) => `email ${id}`;

  function toAddresses(accountId: string, row: Row): NoticeAddresses {
    const { addresses, ...rest } = parseRow(AddressesRow, row);
    const opened = addresses.map(({ email, ...address }) => ({
      ...address,
      ...fields.open(keyOf(accountId), fieldOf(address.id), email, EmailText),
    }));
    return { accountId, ...rest, addresses: opened };
  }

  const seal = (accountId: string, { id, email, ...address }: NoticeAddress) => ({
    ...address,
    id,
    email: fields.seal(keyOf(accountId), fieldOf(id), { email }),
  });

  /** While a confirming mail is to be sent, the row is in the index. */
  const toFields = ({ accountId, maskedEmail, addresses, sendAfter }: NoticeAddresses, version: number): Fields => ({
    maskedEmail,
    addresses: addresses.map((address) => seal(accountId, address)),
    ...(sendAfter !== undefined && { sendAfter, shard: UNSENT, due: sortable(sendAfter) }),
    version,
  });

  return {
    async get(accountId) {
      const row = await table.get(keyOf(accountId));
      return row && toAddresses(accountId, row);
    },
    async create(addresses) {
      const first = { ...addresses, version: 1 };
      return (await table.put(keyOf(first.accountId), toFields(first, 1), 'absent')) ? first : undefined;
    },
    async replace({ accountId, version }, next) {
      const written = { ...next, accountId, version: version + 1 };
      const row = toFields(written, written.version);
      return (await table.put(keyOf(accountId), row, { equals: { version } })) ? written : undefined;
    },
    drop: (accountId) => table.remove(keyOf(accountId), 'present'),
    async unsent(before) {
      return (await table.queryIndex(UNSENT, before)).map(({ pk }) => pk.slice(PARTITION.length));
    },
  };
}
