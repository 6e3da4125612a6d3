import { expect, test } from '@jest/globals';
import { createSealer } from '../../../lambda/adapters/aes-gcm/sealer.ts';
import { createConsentStore } from '../../../lambda/adapters/dynamodb/consents.ts';
import { sealer, sealingKey, useTable } from './support.ts';

const used = useTable();
const consents = (keys = sealer) => createConsentStore(used.table, keys);

const consent = (accountId: string, linkId = 'link-a') => ({
  accountId,
  linkId,
  refreshToken: 'Atzr|canary',
  endpoint: 'api.eu.amazonalexa.com',
});
const [NOON, LATER] = ['2026-03-01T12:00:00.000Z', '2026-03-02T12:00:00.000Z'];

test('an account without consents has none', async () => {
  expect(await consents().list('none')).toEqual([]);
});

test('a consent comes back as it was put, with those of its account only', async () => {
  await consents().put(consent('a'));
  await consents().put(consent('a', 'link-b'));
  await consents().put(consent('a2'));
  await used.table.put({ pk: 'account#a', sk: 'grant#link-a' }, {}, 'absent');
  expect(await consents().list('a')).toEqual([
    { ...consent('a'), version: 1 },
    { ...consent('a', 'link-b'), version: 1 },
  ]);
});

test('the token is sealed at rest, and does not open beside another link', async () => {
  await consents().put(consent('sealed'));
  const row = await used.table.get({ pk: 'account#sealed', sk: 'consent#link-a' });
  expect(JSON.stringify(row)).not.toContain('canary');
  await used.table.put({ pk: 'account#sealed', sk: 'consent#link-b' }, { ...row }, 'absent');
  expect((await consents().list('sealed')).map(({ linkId }) => linkId)).toEqual(['link-a']);
});

test('given anew, a consent replaces the one before, and was never asked', async () => {
  await consents().put(consent('b'));
  const [standing] = await consents().list('b');
  if (!standing) throw new Error('no consent');
  await consents().replace(standing, { refreshToken: 'Atzr|2', checkedAt: NOON });
  await consents().put({ ...consent('b'), refreshToken: 'Atzr|3' });
  expect(await consents().list('b')).toEqual([{ ...consent('b'), refreshToken: 'Atzr|3', version: 3 }]);
});

test('of two that write at once the first wins', async () => {
  await consents().put(consent('c'));
  const [standing] = await consents().list('c');
  if (!standing) throw new Error('no consent');
  const first = await consents().replace(standing, { refreshToken: 'Atzr|2', checkedAt: NOON });
  expect(first).toEqual({ ...consent('c'), refreshToken: 'Atzr|2', checkedAt: NOON, version: 2 });
  expect(await consents().replace(standing, { refreshToken: 'Atzr|3', checkedAt: LATER })).toBeUndefined();
  expect(await consents().list('c')).toEqual([first]);
});

test('a dropped consent is gone; dropping it twice is no error', async () => {
  await consents().put(consent('d'));
  await consents().drop('d', 'link-a');
  await consents().drop('d', 'link-a');
  expect(await consents().list('d')).toEqual([]);
});

test('one whose key is gone is left out, and can be dropped', async () => {
  await consents(createSealer([sealingKey('gone')])).put(consent('e'));
  expect(await consents().list('e')).toEqual([]);
  await consents().drop('e', 'link-a');
  expect(await used.table.get({ pk: 'account#e', sk: 'consent#link-a' })).toBeUndefined();
});
