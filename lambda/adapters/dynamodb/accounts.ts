import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { Account, AccountChange, AccountStatus, AccountStore } from '../../ports/account-store.ts';
import { CANARY_ACCOUNT } from '../../ports/canary-store.ts';
import { StoreUnavailable } from '../../ports/errors.ts';
import type { Sealer } from '../../ports/sealer.ts';
import { createFieldSealer, moment, parseRow, sortable } from './rows.ts';
import type { Fields, Key, Row, Table } from './table.ts';

/**
 * Accounts are spread over so many partitions of the index, a power of two. Each shard of `device-watch` reads one of them, so many accounts
 * are cheaper to find in more. It may be raised: rows move as they are written, so never lower it.
 */
const SHARDS = 4;

const outage = { since: moment, inconclusiveSignIns: v.number() };
const reason = v.picklist(['password-changed', 'code-needed', 'locked', 'credentials-not-kept', 'two-step-account']);
const Status = v.variant('state', [
  v.object({ state: v.literal('healthy') }),
  v.object({ state: v.literal('renewal-failing'), failures: v.number() }),
  v.object({ state: v.literal('renewed'), ...outage }),
  v.object({
    state: v.literal('waiting-to-retry'),
    ...outage,
    retryAt: moment,
    noAnswer: v.exactOptional(v.literal(true)),
  }),
  v.object({ state: v.literal('needs-reauth'), reason, since: moment }),
]) satisfies v.GenericSchema<AccountStatus>;

const AccountRow = v.object({
  maskedEmail: v.string(),
  status: Status,
  session: v.string(),
  supersededSession: v.exactOptional(v.string()),
  credentials: v.exactOptional(v.string()),
  asksForCode: v.exactOptional(v.boolean()),
  signIns: v.array(moment),
  signInLock: v.exactOptional(v.object({ until: moment })),
  nextCheckAt: v.exactOptional(moment),
  version: v.number(),
});

const SessionText = v.object({
  ...{ accountId: v.string(), expiresAt: moment, credential: v.string() },
  renewable: v.exactOptional(v.literal(false)),
});
const CredentialsText = v.object({ email: v.string(), password: v.string() });

/** Before any moment that a clock of ours will show. */
const AT_ONCE = '1970-01-01T00:00:00.000Z';

const PREFIX = 'account#';
const keyOf = (accountId: string): Key => ({ pk: PREFIX + accountId, sk: 'session' });

/** Accounts, one row each: `account#ID / session`. Sessions and credentials are sealed. */
export function createAccountStore(table: Table, sealer: Sealer): AccountStore {
  const { toAccount, toFields } = accountRows(sealer);

  async function idsBy(before?: Date, partitions = Array.from({ length: SHARDS }, (_, n) => n)): Promise<string[]> {
    const shards = await Promise.all(partitions.map((n) => table.queryIndex(`accounts#${n}`, before)));
    const ids = shards.flat().map(({ pk }) => pk.slice(PREFIX.length));
    return ids.filter((id) => id !== CANARY_ACCOUNT);
  }

  return {
    async get(accountId) {
      const row = await table.get(keyOf(accountId));
      return row && toAccount(accountId, row);
    },
    async put({ id, ...account }) {
      // The version goes on from that of a row that is there, so that a writer with the old one does not win over this.
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

/** Between an account and its row. */
function accountRows(sealer: Sealer) {
  const fields = createFieldSealer(sealer);

  function toAccount(id: string, row: Row): Account {
    const key = keyOf(id);
    const { status, session, supersededSession, credentials, ...rest } = parseRow(AccountRow, row);
    return {
      id,
      ...rest,
      ...status,
      session: fields.open(key, 'session', session, SessionText),
      ...(supersededSession !== undefined && {
        supersededSession: fields.open(key, 'supersededSession', supersededSession, SessionText),
      }),
      ...(credentials !== undefined && {
        credentials: fields.open(key, 'credentials', credentials, CredentialsText),
      }),
    };
  }

  /** Every attribute, `undefined` where there is none, so that an update removes it. */
  function toFields(id: string, account: AccountChange): Fields {
    const key = keyOf(id);
    const { supersededSession, credentials } = account;
    return {
      maskedEmail: account.maskedEmail,
      status: v.parse(Status, account), // drops what is not of the status
      session: fields.seal(key, 'session', account.session),
      supersededSession: supersededSession && fields.seal(key, 'supersededSession', supersededSession),
      credentials: credentials && fields.seal(key, 'credentials', credentials),
      asksForCode: account.asksForCode,
      signIns: account.signIns,
      signInLock: account.signInLock,
      nextCheckAt: account.nextCheckAt,
      shard: shardOf(id),
      due: sortable(account.nextCheckAt ?? AT_ONCE),
    };
  }

  return { toAccount, toFields };
}

const hashOf = (accountId: string): number => createHash('sha256').update(accountId).digest().readUInt32BE();
const shardOf = (accountId: string): string => `accounts#${hashOf(accountId) % SHARDS}`;
