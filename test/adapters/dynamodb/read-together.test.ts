import { beforeEach, describe, expect, test } from '@jest/globals';
import { createGrantStore } from '../../../lambda/adapters/dynamodb/grants.ts';
import { listTogether, readTogether } from '../../../lambda/adapters/dynamodb/read-together.ts';
import type { Row, Table } from '../../../lambda/adapters/dynamodb/table.ts';
import { StoreUnavailable } from '../../../lambda/ports/errors.ts';
import { grant, sealer, useTable } from './support.ts';

const used = useTable();
let table: Table;
beforeEach(() => {
  table = readTogether(used.table);
});
const keyOf = (pk: string, n: number) => ({ pk, sk: `device#${String(n).padStart(3, '0')}` });
const rows = async (pk: string, count: number, fields: object = {}) => {
  const keys = Array.from({ length: count }, (_, n) => keyOf(pk, n));
  for (const [n, key] of keys.entries()) await used.table.put(key, { n, ...fields }, 'absent');
  used.embedded.resetCounts();
  return keys;
};
const numbers = (found: readonly (Row | undefined)[]) => found.map((row) => row?.n);

describe('rows that are asked for in one moment', () => {
  test('are read in one call, each for who asked for it', async () => {
    const keys = await rows('one-moment', 3);
    const asked = [...keys, keyOf('one-moment', 9), ...keys.slice(0, 1)];
    const found = await Promise.all(asked.map((key) => table.get(key)));
    expect(numbers(found)).toEqual([0, 1, 2, undefined, 0]);
    expect(used.embedded.counts.byOperation).toEqual({ BatchGetItem: 1 });
  });

  test('one alone is read by itself, for all who want it', async () => {
    const [key = keyOf('', 0)] = await rows('alone', 1);
    expect(numbers(await Promise.all([table.get(key), table.get(key)]))).toEqual([0, 0]);
    expect(used.embedded.counts.byOperation).toEqual({ GetItem: 1 });
  });

  test('more than one call takes: a hundred, and the rest', async () => {
    const keys = await rows('many', 103);
    const found = await Promise.all(keys.map((key) => table.get(key)));
    expect(numbers(found)).toEqual(Array.from({ length: 103 }, (_, n) => n));
    expect(used.embedded.counts.byOperation).toEqual({ BatchGetItem: 2 });
  });

  test('more than one answer holds: what was left unread is read by itself', async () => {
    // An answer of dynalite holds 1.4 MB, of DynamoDB and of DynamoDB Local 16 MB.
    const [count, unread] = used.embedded.isRemote ? [60, 5] : [8, 4];
    const keys = await rows('large', count, { filler: 'x'.repeat(300_000) });
    const found = await Promise.all(keys.map((key) => table.get(key)));
    expect(numbers(found)).toEqual(Array.from({ length: count }, (_, n) => n));
    expect(used.embedded.counts.byOperation).toEqual({ BatchGetItem: 1, GetItem: unread });
  });

  test('each goes on in a turn of its own: the first has done what it can before the next begins', async () => {
    const keys = await rows('turns', 3);
    const steps: string[] = [];
    const work = async (key: (typeof keys)[number]) => {
      const row = await table.get(key);
      steps.push(`${row?.n} read`);
      await Promise.resolve();
      steps.push(`${row?.n} done`);
    };
    await Promise.all(keys.map(work));
    expect(steps).toEqual(['0 read', '0 done', '1 read', '1 done', '2 read', '2 done']);
  });

  test('a table that is away is away for all of them, and back for the next', async () => {
    const keys = await rows('away', 2);
    const recover = used.fail('error');
    const failed = await Promise.allSettled(keys.map((key) => table.get(key)));
    expect(failed.map((one) => one.status === 'rejected' && one.reason)).toEqual([
      expect.any(StoreUnavailable),
      expect.any(StoreUnavailable),
    ]);
    recover();
    expect(numbers(await Promise.all(keys.map((key) => table.get(key))))).toEqual([0, 1]);
  });
});

test('a write waits its turn: what has arrived by then is taken in first', async () => {
  const steps: string[] = [];
  const noting: Table = {
    ...used.table,
    put: async (...write) => {
      steps.push('write');
      return await used.table.put(...write);
    },
  };
  setImmediate(() => steps.push('an answer'));
  expect(await readTogether(noting).put(keyOf('turn', 0), { n: 0 }, 'absent')).toBe(true);
  expect(steps).toEqual(['an answer', 'write']);
  expect((await used.table.get(keyOf('turn', 0)))?.n).toBe(0);
});

test('nothing is remembered: whoever reads after a write sees it, though others are still reading', async () => {
  const [key = keyOf('', 0), other = keyOf('', 1)] = await rows('fresh', 2);
  const before = Promise.all([table.get(key), table.get(other)]);
  await used.table.update(key, { n: 7 });
  expect((await table.get(key))?.n).toBe(7);
  await before;
  await used.table.update(key, { n: 8 });
  expect(numbers(await Promise.all([table.get(key), table.get(other)]))).toEqual([8, 1]);
});

describe('grants that are asked for in one moment', () => {
  const grants = () => listTogether(createGrantStore(used.table, sealer));

  test('are read once for each account', async () => {
    for (const accountId of ['g1', 'g2']) await grants().put(grant({ accountId }));
    used.embedded.resetCounts();
    const lists = await Promise.all(['g1', 'g1', 'g2', 'g1'].map(grants().list));
    expect(lists.map((list) => list.map(({ accountId }) => accountId))).toEqual([['g1'], ['g1'], ['g2'], ['g1']]);
    expect(used.embedded.counts.byOperation).toEqual({ Query: 2 });
  });

  test("one account's that cannot be read hold up no other's", async () => {
    await grants().put(grant({ accountId: 'good' }));
    const query: Table['query'] = (pk, prefix) =>
      pk === 'account#bad' ? Promise.reject(new StoreUnavailable('no')) : used.table.query(pk, prefix);
    const { list } = listTogether(createGrantStore({ ...used.table, query }, sealer));
    const [bad, good] = await Promise.allSettled(['bad', 'good'].map(list));
    expect(bad).toEqual({ status: 'rejected', reason: expect.any(StoreUnavailable) });
    expect(good).toMatchObject({ status: 'fulfilled', value: [{ accountId: 'good' }] });
  });
});
