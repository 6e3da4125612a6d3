import * as v from 'valibot';
import type { Lease, LeaseStore } from '../../ports/leases.ts';
import { moment, parseRow } from './rows.ts';
import type { Key, Row, Table } from './table.ts';

const LeaseRow = v.object({
  holder: v.string(),
  expiresAt: moment,
  endsAt: moment,
  listening: v.boolean(),
  version: v.number(),
});
const ShardsRow = v.object({ shards: v.pipe(v.number(), v.integer(), v.minValue(1)) });

const PARTITION = 'watch';
const SHARDS: Key = { pk: PARTITION, sk: 'shards' };
const PREFIX = 'shard#';
const keyOf = (shard: number): Key => ({ pk: PARTITION, sk: `${PREFIX}${shard}` });
const toLease = (row: Row): Lease => ({ shard: Number(row.sk.slice(PREFIX.length)), ...parseRow(LeaseRow, row) });

/** Leases, one row per shard: `watch / shard#N`, and their number beside them: `watch / shards`. */
export function createLeaseStore(table: Table): LeaseStore {
  return {
    async read() {
      const rows = await table.query(PARTITION, 'shard');
      const count = rows.find(({ sk }) => sk === SHARDS.sk);
      return {
        shards: count ? parseRow(ShardsRow, count).shards : 1,
        leases: rows.filter(({ sk }) => sk.startsWith(PREFIX)).map(toLease),
      };
    },
    async get(shard) {
      const row = await table.get(keyOf(shard));
      return row && toLease(row);
    },
    async put({ shard, holder, expiresAt, endsAt, listening }, standing) {
      const fields = { holder, expiresAt, endsAt, listening, version: (standing?.version ?? 0) + 1 };
      const condition = standing ? { equals: { version: standing.version } } : 'absent';
      return (await table.put(keyOf(shard), fields, condition)) ? { shard, ...fields } : undefined;
    },
    async raise(from, to) {
      const isFirst = !(await table.get(SHARDS));
      await table.put(SHARDS, { shards: to }, isFirst ? 'absent' : { equals: { shards: from } });
    },
  };
}
