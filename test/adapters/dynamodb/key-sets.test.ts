import { expect, test } from '@jest/globals';
import { createKeySetStore } from '../../../lambda/adapters/dynamodb/key-sets.ts';
import { sealer, useTable } from './support.ts';

const used = useTable();
const keySets = () => createKeySetStore(used.table, sealer);
const URL = 'https://login.acme.example/jwks';
const keySet = (kid: string) => ({ keys: [{ kty: 'EC', kid }], fetchedAt: '2026-03-01T12:00:00.000Z' });

test('the keys of an address come back as they were put, the newest ones', async () => {
  expect(await keySets().get(URL)).toBeUndefined();
  await keySets().put(URL, keySet('first'));
  await keySets().put(URL, keySet('second'));
  await keySets().put('https://other.example/jwks', keySet('other'));
  expect(await keySets().get(URL)).toEqual(keySet('second'));
});

test('keys that somebody wrote to the table without our sealing key are not taken', async () => {
  await keySets().put('https://a.example', keySet('ours'));
  const row = await used.table.get({ pk: 'keys#https://a.example', sk: 'keys' });
  await used.table.put({ pk: 'keys#https://b.example', sk: 'keys' }, { ...row }, 'absent');
  await used.table.put(
    { pk: 'keys#https://c.example', sk: 'keys' },
    { keySet: JSON.stringify({ keys: [] }), fetchedAt: '2026-03-01T12:00:00.000Z' },
    'absent',
  );
  await expect(keySets().get('https://b.example')).rejects.toMatchObject({ name: 'StoreUnavailable' });
  await expect(keySets().get('https://c.example')).rejects.toMatchObject({ name: 'StoreUnavailable' });
});

test('a table that is away says so', async () => {
  used.fail('refused');
  await expect(keySets().get(URL)).rejects.toMatchObject({ name: 'StoreUnavailable' });
  await expect(keySets().put(URL, keySet('x'))).rejects.toMatchObject({ name: 'StoreUnavailable' });
});
