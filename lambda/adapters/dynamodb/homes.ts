import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { StoreUnavailable } from '../../ports/errors.ts';
import type { Home, HomeStore } from '../../ports/home-store.ts';
import type { Sealer } from '../../ports/sealer.ts';
import { createFieldSealer, moment, parseRow, sortable } from './rows.ts';
import type { Fields, Key, Row, Table } from './table.ts';

/**
 * Homes are spread over so many partitions of the index, a power of two. Each shard of `device-watch` reads one of them, so many homes
 * are cheaper to find in more. It may be raised: rows move as they are written, so never lower it.
 */
const SHARDS = 4;

const HomeRow = v.object({
  maskedEmail: v.string(),
  session: v.string(),
  credentials: v.exactOptional(v.string()),
  state: v.picklist(['healthy', 'needs-person']),
  reason: v.exactOptional(v.picklist(['password-changed', 'code-needed', 'locked', 'credentials-not-kept'])),
  since: v.exactOptional(moment),
  signIns: v.array(moment),
  claimedUntil: v.exactOptional(moment),
  dueAt: v.exactOptional(moment),
  renewalFailures: v.exactOptional(v.number()),
  inVain: v.exactOptional(v.object({ signIns: v.number(), lastAt: moment })),
  version: v.number(),
});

const SessionText = v.object({ accountId: v.string(), expiresAt: moment, credential: v.string() });
const CredentialsText = v.object({ email: v.string(), password: v.string() });

/** Before any moment that a clock of ours will show. */
const AT_ONCE = '1970-01-01T00:00:00.000Z';

const PREFIX = 'home#';
const keyOf = (homeId: string): Key => ({ pk: PREFIX + homeId, sk: 'session' });

/** Homes, one row each: `home#ID / session`. Session and credentials are sealed. */
export function createHomeStore(table: Table, sealer: Sealer): HomeStore {
  const fields = createFieldSealer(sealer);

  function toHome(id: string, row: Row): Home {
    const key = keyOf(id);
    const { session, credentials, ...rest } = parseRow(HomeRow, row);
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
  function toFields(id: string, home: Omit<Home, 'id' | 'version'>): Fields {
    const key = keyOf(id);
    return {
      maskedEmail: home.maskedEmail,
      session: fields.seal(key, 'session', home.session),
      credentials: home.credentials && fields.seal(key, 'credentials', home.credentials),
      state: home.state,
      reason: home.reason,
      since: home.since,
      signIns: home.signIns,
      claimedUntil: home.claimedUntil,
      dueAt: home.dueAt,
      renewalFailures: home.renewalFailures,
      inVain: home.inVain,
      shard: shardOf(id),
      due: sortable(home.dueAt ?? AT_ONCE),
    };
  }

  async function idsBy(before?: Date, partitions = Array.from({ length: SHARDS }, (_, n) => n)): Promise<string[]> {
    const shards = await Promise.all(partitions.map((n) => table.queryIndex(`homes#${n}`, before)));
    return shards.flat().map(({ pk }) => pk.slice(PREFIX.length));
  }

  return {
    async get(homeId) {
      const row = await table.get(keyOf(homeId));
      return row && toHome(homeId, row);
    },
    async put({ id, ...home }) {
      // The version goes on from that of a row that is there, so that whoever holds the old one does not win over this.
      const row = await table.update(keyOf(id), toFields(id, home));
      if (!row) throw new StoreUnavailable('an unconditional write was refused');
      return toHome(id, row);
    },
    async replace({ id, version }, next) {
      const home = { ...next, id, version: version + 1 };
      const written = await table.put(
        keyOf(id),
        { ...toFields(id, next), version: home.version },
        { equals: { version } },
      );
      return written ? home : undefined;
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

const hashOf = (homeId: string): number => createHash('sha256').update(homeId).digest().readUInt32BE();
const shardOf = (homeId: string): string => `homes#${hashOf(homeId) % SHARDS}`;
