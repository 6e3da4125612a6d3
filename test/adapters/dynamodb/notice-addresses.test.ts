import { expect, test } from '@jest/globals';
import { createSealer } from '../../../lambda/adapters/aes-gcm/sealer.ts';
import { createNoticeAddressStore } from '../../../lambda/adapters/dynamodb/notice-addresses.ts';
import { RowUnreadable } from '../../../lambda/ports/errors.ts';
import type { NoticeAddress } from '../../../lambda/ports/notice-addresses.ts';
import { sealer, sealingKey, useTable } from './support.ts';

const used = useTable();
const store = (keys = sealer) => createNoticeAddressStore(used.table, keys);

const NOON = '2026-03-01T12:00:00.000Z';
const address = (id: string): NoticeAddress => ({
  id,
  email: `canary-${id}@example.org`,
  language: 'fr-CA',
  state: 'pending',
  since: NOON,
  confirmMails: 0,
});
const of = (accountId: string, ...ids: string[]) => ({
  accountId,
  maskedEmail: 'm…y@example.org',
  addresses: ids.map(address),
});

test('an account that nobody gave an address for has none', async () => {
  expect(await store().get('none')).toBeUndefined();
});

test('addresses come back as they were written, those of their account only', async () => {
  expect(await store().create(of('a', 'one', 'two'))).toEqual({ ...of('a', 'one', 'two'), version: 1 });
  await store().create(of('a2', 'three'));
  expect(await store().get('a')).toEqual({ ...of('a', 'one', 'two'), version: 1 });
});

test('of two that write at once the first wins', async () => {
  const first = await store().create(of('b', 'one'));
  expect(await store().create(of('b', 'other'))).toBeUndefined();
  if (!first) throw new Error('it was not created');
  const second = await store().replace(first, of('b', 'one', 'two'));
  expect(second).toEqual({ ...of('b', 'one', 'two'), version: 2 });
  expect(await store().replace(first, of('b'))).toBeUndefined();
  expect(await store().get('b')).toEqual(second);
});

test('each address is sealed at rest, and does not open in another row or another entry', async () => {
  await store().create(of('sealed', 'one', 'two'));
  const key = { pk: 'account#sealed', sk: 'addresses' };
  const row = await used.table.get(key);
  expect(JSON.stringify(row)).not.toContain('canary');
  await used.table.put({ pk: 'account#thief', sk: 'addresses' }, { ...row }, 'absent');
  await expect(store().get('thief')).rejects.toThrow(RowUnreadable);
  const [one, two] = (row?.addresses ?? []) as object[];
  await used.table.put(key, { ...row, addresses: [{ ...one, id: 'two' }, two] }, 'present');
  await expect(store().get('sealed')).rejects.toThrow(RowUnreadable);
});

test('one whose key is gone is not readable, and can be dropped', async () => {
  await store(createSealer([sealingKey('gone')])).create(of('c', 'one'));
  await expect(store().get('c')).rejects.toThrow(RowUnreadable);
  await store().drop('c');
  await store().drop('c');
  expect(await store().get('c')).toBeUndefined();
});

test('those whose confirming mail is to be sent are found by its moment, and others are not', async () => {
  const due = await store().create({ ...of('d', 'one'), sendAfter: NOON });
  await store().create({ ...of('e', 'one'), sendAfter: '2026-03-01T12:00:01.000Z' });
  await store().create(of('f', 'one'));
  expect(await store().unsent(new Date(NOON))).toEqual(['d']);
  if (!due) throw new Error('it was not created');
  await store().replace(due, of('d', 'one'));
  expect(await store().unsent(new Date(NOON))).toEqual([]);
});
