import { expect, test } from '@jest/globals';
import { createEnablementStore } from '../../../lambda/adapters/dynamodb/enablements.ts';
import { StoreUnavailable } from '../../../lambda/ports/errors.ts';
import { useTable } from './support.ts';

const used = useTable();
const enablements = () => createEnablementStore(used.table);

const LINK = { linkId: 'link-a', accountId: '77', linkedAt: '2026-11-20T10:00:00.000Z' };
const enablement = (userId: string) => ({ userId, links: [LINK] });

/** The key of some row that has the link. */
async function someKey() {
  const [row] = (await used.embedded.scan()).filter((one) => JSON.stringify(one).includes('"link-a"'));
  const { pk, sk } = row as { pk: { S: string }; sk: { S: string } };
  return { pk: pk.S, sk: sk.S };
}

test('a row of old, with the fields of its one link in the row itself, is read as it was meant', async () => {
  await enablements().create(enablement('old'));
  await used.table.update(await someKey(), { ...LINK, links: undefined });
  expect(await enablements().get('old')).toEqual({ ...enablement('old'), version: 2 });
});

test('what is unknown is undefined', async () => {
  expect(await enablements().get('nobody')).toBeUndefined();
});

test('an enablement comes back as it was created, and only one creates it', async () => {
  const created = await enablements().create(enablement('a'));
  expect(created).toEqual({ ...enablement('a'), version: 1 });
  expect(await enablements().create({ ...enablement('a'), links: [] })).toBeUndefined();
  expect(await enablements().get('a')).toEqual(created);
});

test('of two that replace at once one wins', async () => {
  const standing = await enablements().create(enablement('b'));
  if (!standing) throw new Error('not created');
  const { userId: _, version: __, ...fields } = standing;
  const ends = ['2026-11-20T11:00:00.000Z', '2026-11-20T12:00:00.000Z'];
  const results = await Promise.all(
    ends.map((disabledAt) => enablements().replace(standing, { ...fields, disabledAt })),
  );
  const [winner] = results.filter((result) => result !== undefined);
  expect(results.filter((result) => result === undefined)).toHaveLength(1);
  expect(winner).toMatchObject({ userId: 'b', version: 2 });
  expect(await enablements().get('b')).toEqual(winner);
});

test('a row from another hand is our fault', async () => {
  const standing = await enablements().create(enablement('c'));
  if (!standing) throw new Error('not created');
  await used.table.update(await someKey(), { links: [{ ...LINK, linkedAt: 'yesterday' }] });
  const reads = await Promise.allSettled(['a', 'b', 'c'].map((userId) => enablements().get(userId)));
  const failed = reads.filter((read) => read.status === 'rejected');
  expect(failed.map(({ reason }) => reason instanceof StoreUnavailable)).toEqual([true]);
});
