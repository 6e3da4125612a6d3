import { describe, expect, test } from '@jest/globals';
import type { TableFault } from '../../../desk/table/embedded-table.ts';
import { type Condition, openTable, type Table } from '../../../lambda/adapters/dynamodb/table.ts';
import { StoreUnavailable } from '../../../lambda/ports/errors.ts';
import { useTable } from './support.ts';

const used = useTable();
const MARK = expect.stringMatching(/^[0-9a-f-]{36}$/);
const keyOf = (pk: string, sk = 'row') => ({ pk, sk });

test('a row comes back as it was put, without what is undefined', async () => {
  const key = keyOf('round-trip');
  await used.table.put(key, { text: '', list: ['a'], nested: { flag: false, no: undefined }, no: undefined }, 'absent');
  expect(await used.table.get(key)).toEqual({ ...key, text: '', list: ['a'], nested: { flag: false }, mark: MARK });
  expect(await used.table.get(keyOf('round-trip', 'other'))).toBeUndefined();
});

describe('conditions', () => {
  test.each<{ when: string; standing?: Record<string, unknown>; condition: Condition; written: boolean }>([
    { when: 'absent, and it is', condition: 'absent', written: true },
    { when: 'absent, and it is not', standing: {}, condition: 'absent', written: false },
    { when: 'present, and it is', standing: {}, condition: 'present', written: true },
    { when: 'present, and it is not', condition: 'present', written: false },
    { when: 'of this version', standing: { version: 3 }, condition: { equals: { version: 3 } }, written: true },
    { when: 'of another version', standing: { version: 4 }, condition: { equals: { version: 3 } }, written: false },
    { when: 'of no version', standing: {}, condition: { equals: { version: 3 } }, written: false },
    { when: 'of a version, and absent', condition: { equals: { version: 3 } }, written: false },
    {
      when: 'two fields, one of them another',
      standing: { version: 3, codeHash: 'b' },
      condition: { equals: { version: 3, codeHash: 'a' } },
      written: false,
    },
    {
      when: 'as of later',
      standing: { asOf: '2026-01-02' },
      condition: { notAfter: { asOf: '2026-01-03' } },
      written: true,
    },
    {
      when: 'as of the same',
      standing: { asOf: '2026-01-02' },
      condition: { notAfter: { asOf: '2026-01-02' } },
      written: true,
    },
    {
      when: 'as of earlier',
      standing: { asOf: '2026-01-02' },
      condition: { notAfter: { asOf: '2026-01-01' } },
      written: false,
    },
    {
      when: 'as of later, listed earlier',
      standing: { asOf: '2026-01-02', listedAt: '2026-01-02' },
      condition: { notAfter: { asOf: '2026-01-03', listedAt: '2026-01-01' } },
      written: false,
    },
    {
      when: 'as of any time, if it is there, and it is not',
      condition: { notAfter: { asOf: '2026-01-01' }, present: true },
      written: false,
    },
    {
      when: 'as of later, if it is there, and it is',
      standing: { asOf: '2026-01-02' },
      condition: { notAfter: { asOf: '2026-01-03' }, present: true },
      written: true,
    },
    { when: 'as of any time, and absent', condition: { notAfter: { asOf: '2026-01-01' } }, written: true },
  ])('$when: $written', async ({ when, standing, condition, written }) => {
    const put = keyOf(`put ${when}`);
    const update = keyOf(`update ${when}`);
    if (standing) for (const key of [put, update]) await used.table.put(key, standing, 'absent');
    expect(await used.table.put(put, { new: true }, condition)).toBe(written);
    expect((await used.table.get(put))?.new).toBe(written ? true : undefined);
    const updated = await used.table.update(update, { new: true }, condition);
    expect(updated?.new).toBe(written ? true : undefined);
    expect(await used.table.get(update)).toEqual(updated ?? (standing && { ...update, ...standing, mark: MARK }));
  });

  test('remove: only if it holds', async () => {
    const key = keyOf('remove');
    await used.table.put(key, { version: 1 }, 'absent');
    await used.table.remove(key, { equals: { version: 2 } });
    expect(await used.table.get(key)).toBeDefined();
    await used.table.remove(key, { equals: { version: 1 } });
    expect(await used.table.get(key)).toBeUndefined();
  });

  test('of fifty at once one wins', async () => {
    const key = keyOf('fifty');
    const wins = await Promise.all(Array.from({ length: 50 }, (_, n) => used.table.put(key, { n }, 'absent')));
    expect(wins.filter(Boolean)).toHaveLength(1);
    expect((await used.table.get(key))?.n).toBe(wins.indexOf(true));
  });
});

test('update sets, removes, leaves, and counts the version', async () => {
  const key = keyOf('update');
  expect(await used.table.update(key, { a: 1, b: 2 })).toEqual({ ...key, a: 1, b: 2, version: 1, mark: MARK });
  expect(await used.table.update(key, { b: undefined, c: 3 })).toEqual({ ...key, a: 1, c: 3, version: 2, mark: MARK });
});

test('query gives all pages of one partition, and only what begins so', async () => {
  const filler = 'x'.repeat(300_000); // a page holds 1 MB
  for (const n of [1, 2, 3, 4, 5]) await used.table.put(keyOf('pages', `device#${n}`), { filler }, 'absent');
  await used.table.put(keyOf('pages', 'grant#1'), {}, 'absent');
  await used.table.put(keyOf('pages2', 'device#9'), {}, 'absent');
  used.embedded.resetCounts();
  const rows = await used.table.query('pages', 'device#');
  expect(rows.map(({ sk }) => sk)).toEqual(['device#1', 'device#2', 'device#3', 'device#4', 'device#5']);
  expect(used.embedded.counts.byOperation.Query).toBeGreaterThan(1);
});

describe('an answer that was lost', () => {
  test('put: the second attempt knows the first', async () => {
    const key = keyOf('lost-put');
    used.fail('lost-answer', 1);
    expect(await used.table.put(key, { version: 1 }, 'absent')).toBe(true);
    used.fail('lost-answer', 1);
    expect(await used.table.put(key, { version: 2 }, { equals: { version: 1 } })).toBe(true);
    expect(used.embedded.counts.byOperation).toEqual({ PutItem: 4, GetItem: 2 });
  });

  test('update: the second attempt knows the first', async () => {
    const key = keyOf('lost-update');
    used.fail('lost-answer', 1);
    expect(await used.table.update(key, { a: 1 }, 'absent')).toMatchObject({ a: 1, version: 1 });
  });

  test("put: another's row is not taken for ours", async () => {
    const key = keyOf('lost-other');
    await used.table.put(key, { version: 1 }, 'absent');
    used.fail('lost-answer', 1);
    expect(await used.table.put(key, { version: 1 }, 'absent')).toBe(false);
  });
});

describe('a put that is prepared', () => {
  test('it makes no call until it is sent, and then one', async () => {
    const key = keyOf('prepared');
    const send = used.table.preparePut(key, { text: 'a' }, 'absent');
    used.table.preparePut(key, { text: 'never sent' }, 'absent');
    await used.table.get(key);
    expect(used.embedded.counts.byOperation).toEqual({ GetItem: 1 });
    expect(await send()).toBe(true);
    expect(used.embedded.counts.byOperation).toEqual({ GetItem: 1, PutItem: 1 });
    expect(await used.table.get(key)).toEqual({ ...key, text: 'a', mark: MARK });
  });

  test('sent at once, before it is built', async () => {
    expect(await used.table.preparePut(keyOf('prepared-at-once'), {}, 'absent')()).toBe(true);
  });

  test('another was first: nothing is written', async () => {
    const key = keyOf('prepared-late');
    await used.table.put(key, { version: 1 }, 'absent');
    const send = used.table.preparePut(key, { version: 2, text: 'ours' }, { equals: { version: 1 } });
    await used.table.put(key, { version: 2, text: 'theirs' }, { equals: { version: 1 } });
    expect(await send()).toBe(false);
    expect(await used.table.get(key)).toMatchObject({ text: 'theirs' });
  });

  test('its answer was lost: the second attempt knows the first', async () => {
    const send = used.table.preparePut(keyOf('prepared-lost'), { version: 1 }, 'absent');
    used.fail('lost-answer', 1);
    expect(await send()).toBe(true);
    expect(used.embedded.counts.byOperation).toEqual({ PutItem: 2, GetItem: 1 });
  });

  test('its time counts from the sending on', async () => {
    const limitMs = 2 * 20 + 500;
    const impatient = openTable({ tableName: used.embedded.tableName, endpoint: used.embedded.url, timeoutMs: 20 });
    const send = impatient.preparePut(keyOf('prepared-long-ago'), { version: 1 }, 'absent');
    await new Promise((resolve) => setTimeout(resolve, limitMs + 100));
    // Whatever becomes of so short a time on a busy machine, it left: it was not ended before.
    await send().catch(() => undefined);
    expect(used.embedded.counts.byOperation.PutItem).toBeGreaterThan(0);
  });
});

describe('a table that fails', () => {
  const key = keyOf('failing');
  const calls: Record<string, (table: Table) => Promise<unknown>> = {
    get: (table) => table.get(key),
    getAll: (table) => table.getAll([key]),
    query: (table) => table.query('failing', 'x'),
    queryIndex: (table) => table.queryIndex('accounts#0'),
    put: (table) => table.put(key, {}, 'absent'),
    preparePut: (table) => table.preparePut(key, {}, 'absent')(),
    update: (table) => table.update(key, {}),
    remove: (table) => table.remove(key, 'present'),
  };
  const reads = ['get', 'getAll', 'query', 'queryIndex'];

  test.each<{ how: TableFault; spared: string[] }>([
    { how: 'refused', spared: [] },
    { how: 'error', spared: [] },
    { how: 'slow', spared: [] },
    { how: 'lost-answer', spared: [] },
    { how: 'read-only', spared: reads },
  ])('$how: StoreUnavailable, but from $spared', async ({ how, spared }) => {
    // The SDK has its two attempts inside this time; what is slow is slow by seconds.
    const impatient = openTable({ tableName: used.embedded.tableName, endpoint: used.embedded.url, timeoutMs: 500 });
    used.fail(how);
    const outcomes = await Promise.all(
      Object.entries(calls).map(async ([name, call]) => [name, await call(impatient).catch((error) => error)] as const),
    );
    const failed = outcomes.filter(([, outcome]) => outcome instanceof StoreUnavailable);
    expect(failed.map(([name]) => name)).toEqual(Object.keys(calls).filter((name) => !spared.includes(name)));
    for (const [, error] of failed) expect((error as StoreUnavailable).cause).toBeInstanceOf(Error);
  });

  test('slow once: the second attempt is in time', async () => {
    const impatient = openTable({ tableName: used.embedded.tableName, endpoint: used.embedded.url, timeoutMs: 500 });
    used.fail('slow', 1);
    expect(await impatient.put(keyOf('slow-once'), { version: 1 }, 'absent')).toBe(true);
    expect(used.embedded.counts.byOperation).toEqual({ PutItem: 2, GetItem: 1 });
  });

  test('empty: reads find nothing', async () => {
    await used.table.put(key, {}, 'absent');
    used.fail('empty');
    expect(await used.table.get(key)).toBeUndefined();
    expect(await used.table.getAll([key])).toEqual({ rows: [], unprocessed: [] });
    expect(await used.table.query('failing', 'r')).toEqual([]);
    expect(await used.table.queryIndex('accounts#0')).toEqual([]);
  });

  test('a wrong table name is our fault', async () => {
    const wrong = openTable({ tableName: 'no-such-table', endpoint: used.embedded.url });
    await expect(wrong.get(key)).rejects.toThrow(StoreUnavailable);
  });
});
