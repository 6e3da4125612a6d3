import { expect, test } from '@jest/globals';
import { createIdempotencyStore } from '../../../lambda/adapters/dynamodb/idempotency-store.ts';
import { createLeaseStore } from '../../../lambda/adapters/dynamodb/leases.ts';
import { StoreUnavailable } from '../../../lambda/ports/errors.ts';
import type { Lease } from '../../../lambda/ports/leases.ts';
import { useTable } from './support.ts';

const used = useTable();
const leases = () => createLeaseStore(used.table);

const lease = (shard: number, holder: string): Omit<Lease, 'version'> => ({
  shard,
  holder,
  expiresAt: '2026-03-01T12:01:30.000Z',
  endsAt: '2026-03-01T12:14:00.000Z',
  listening: false,
});

test('at first there is one shard, and nobody holds it', async () => {
  expect(await leases().read()).toEqual({ shards: 1, leases: [] });
  expect(await leases().get(0)).toBeUndefined();
});

test('of twenty that take a shard at once one gets it', async () => {
  const taken = await Promise.all(
    Array.from({ length: 20 }, (_, run) => leases().put(lease(3, `run-${run}`), undefined)),
  );
  const winners = taken.filter((one) => one !== undefined);
  expect(winners).toHaveLength(1);
  expect(await leases().get(3)).toEqual(winners[0]);
});

test('who has been followed cannot renew', async () => {
  const first = await leases().put(lease(4, 'first'), undefined);
  const second = await leases().put(lease(4, 'second'), first);
  expect(second).toMatchObject({ holder: 'second', version: 2 });
  expect(await leases().put(lease(4, 'first'), first)).toBeUndefined();
  expect(await leases().get(4)).toEqual(second);
});

test('all of them are read in one query', async () => {
  await leases().put(lease(10, 'ten'), undefined);
  used.embedded.resetCounts();
  const read = await leases().read();
  expect(read.leases.map(({ shard }) => shard)).toEqual(expect.arrayContaining([3, 4, 10]));
  expect(used.embedded.counts.byOperation).toEqual({ Query: 1 });
});

test('the number of shards is raised by whoever knows it', async () => {
  await leases().raise(1, 4);
  await leases().raise(1, 2);
  expect((await leases().read()).shards).toBe(4);
  await leases().raise(4, 8);
  expect((await leases().read()).shards).toBe(8);
});

test('a row from another hand is our fault', async () => {
  await used.table.put({ pk: 'watch', sk: 'shard#77' }, { holder: 7 }, 'absent');
  await expect(leases().get(77)).rejects.toBeInstanceOf(StoreUnavailable);
});

test('what was seen stays seen, and is forgotten by the table’s own clock', async () => {
  const seen = createIdempotencyStore(used.table);
  const until = new Date('2026-03-01T12:05:00.500Z');
  expect(await seen.has('a')).toBe(false);
  expect(await seen.add('a', until)).toBe(true);
  expect(await seen.add('a', until)).toBe(false);
  expect(await seen.has('a')).toBe(true);
  expect(await used.table.get({ pk: 'seen#a', sk: 'seen' })).toMatchObject({ ttl: 1_772_366_701 });
});
