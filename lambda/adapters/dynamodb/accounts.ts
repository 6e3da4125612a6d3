import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { Account, AccountStore } from '../../ports/account-store.ts';
import { StoreUnavailable } from '../../ports/errors.ts';
import type { Sealer } from '../../ports/sealer.ts';
import { createFieldSealer, moment, parseRow, sortable } from './rows.ts';
import type { Fields, Key, Row, Table } from './table.ts';

/**
 * Accounts are spread over so many partitions of the index, a power of two. Each shard of `device-watch` reads one of them, so many accounts
 * are cheaper to find in more. It may be raised: rows move as they are written, so never lower it.
 */
const SHARDS = 4;

const AccountRow = v.object({
  maskedEmail: v.string(),
  session: v.string(),
  credentials: v.exactOptional(v.string()),
  state: v.picklist(['healthy', 'needs-reauth']),
  reason: v.exactOptional(
    v.picklist(['password-changed', 'code-needed', 'locked', 'credentials-not-kept', 'two-step-account']),
  ),
  since: v.exactOptional(moment),
  signIns: v.array(moment),
  claimedUntil: v.exactOptional(moment),
  nextCheckAt: v.exactOptional(moment),
  renewalFailures: v.exactOptional(v.number()),
  inVain: v.exactOptional(v.object({ signIns: v.number(), lastAt: moment })),
  version: v.number(),
});

const SessionText = v.object({ accountId: v.string(), expiresAt: moment, credential: v.string() });
const CredentialsText = v.object({ email: v.string(), password: v.string() });

/** Before any moment that a clock of ours will show. */
const AT_ONCE = '1970-01-01T00:00:00.000Z';

const PREFIX = 'account#';
const keyOf = (accountId: string): Key => ({ pk: PREFIX + accountId, sk: 'session' });

/** Accounts, one row each: `account#ID / session`. Session and credentials are sealed. */
export function createAccountStore(table: Table, sealer: Sealer): AccountStore {
  const fields = createFieldSealer(sealer);

  function toAccount(id: string, row: Row): Account {
    const key = keyOf(id);
    const { session, credentials, ...rest } = parseRow(AccountRow, row);
    return {
      id,
      ...rest,
      session: fields.open(key, 'session', session, SessionText),
      ...(credentials !== undefined && {
        credentials: fields.open(key, 'credentials', credentials, CredentialsText),
      }),
    };
  }

  /** Every attribute, `undefined` where there is none, so that an update removes it. */
  function toFields(id: string, account: Omit<Account, 'id' | 'version'>): Fields {
    const key = keyOf(id);
    return {
      maskedEmail: account.maskedEmail,
      session: fields.seal(key, 'session', account.session),
      credentials: account.credentials && fields.seal(key, 'credentials', account.credentials),
      state: account.state,
      reason: account.reason,
      since: account.since,
      signIns: account.signIns,
      claimedUntil: account.claimedUntil,
      nextCheckAt: account.nextCheckAt,
      renewalFailures: account.renewalFailures,
      inVain: account.inVain,
      shard: shardOf(id),
      due: sortable(account.nextCheckAt ?? AT_ONCE),
    };
  }

  async function idsBy(before?: Date, partitions = Array.from({ length: SHARDS }, (_, n) => n)): Promise<string[]> {
    const shards = await Promise.all(partitions.map((n) => table.queryIndex(`accounts#${n}`, before)));
    return shards.flat().map(({ pk }) => pk.slice(PREFIX.length));
  }

  return {
    async get(accountId) {
      const row = await table.get(keyOf(accountId));
      return row && toAccount(accountId, row);
    },
    async put({ id, ...account }) {
      // The version goes on from that of a row that is there, so that whoever holds the old one does not win over this.
      const row = await table.update(keyOf(id), toFields(id, account));
      if (!row) throw new StoreUnavailable('an unconditional write was refused');
      return toAccount(id, row);
    },
    async replace({ id, version }, next) {
      const account = { ...next, id, version: version + 1 };
      const written = await table.put(
        keyOf(id),
        { ...toFields(id, next), version: account.version },
        { equals: { version } },
      );
      return written ? account : undefined;
    },
    async list({ index, of } = { index: 0, of: 1 }) {
      // Both numbers are powers of two: a share lies in one partition, or takes whole ones.
      const partitions = Array.from({ length: SHARDS }, (_, n) => n).filter(
        (n) => (n - index) % Math.min(of, SHARDS) === 0,
      );
      const ids = await idsBy(undefined, partitions);
      return ids.filter((id) => hashOf(id) % of === index);
    },
    due: (before) => idsBy(before),
  };
}

const hashOf = (accountId: string): number => createHash('sha256').update(accountId).digest().readUInt32BE();
const shardOf = (accountId: string): string => `accounts#${hashOf(accountId) % SHARDS}`;
