import { expect, test } from '@jest/globals';
import { createSealer } from '../../../lambda/adapters/aes-gcm/sealer.ts';
import { createGrantStore } from '../../../lambda/adapters/dynamodb/grants.ts';
import { renewable } from '../../../lambda/handlers/renewable.ts';
import { StoreUnavailable } from '../../../lambda/ports/errors.ts';
import { grant, sealer, sealingKey, tokens, useTable } from './support.ts';

const used = useTable();
const grants = () => createGrantStore(used.table, sealer);

const LATER = tokens({ accessToken: 'Atza|later', issuedAt: '2026-11-20T11:00:00.000Z' });

test('what is unknown is undefined, an account without grants has none', async () => {
  expect(await grants().get('none', 'link-a')).toBeUndefined();
  expect(await grants().list('none')).toEqual([]);
});

test('a grant comes back as it was put', async () => {
  expect(await grants().put(grant({ accountId: 'a' }))).toEqual({ ...grant({ accountId: 'a' }), version: 1 });
  expect(await grants().get('a', 'link-a')).toEqual({ ...grant({ accountId: 'a' }), version: 1 });
});

test('list gives all grants of one account', async () => {
  const both = [grant({ accountId: 'b', id: 'link-1' }), grant({ accountId: 'b', id: 'link-2', region: 'FE' })];
  for (const one of [...both, grant({ accountId: 'b2' })]) await grants().put(one);
  await used.table.put({ pk: 'account#b', sk: 'device#1' }, {}, 'absent');
  expect(await grants().list('b')).toEqual(both.map((one) => ({ ...one, version: 1 })));
});

test('of two that put the later tokens stay, whoever comes first', async () => {
  const earlier = grant({ accountId: 'c' });
  const later = grant({ accountId: 'c', tokens: LATER, codeHash: 'another-code', region: 'EU' });
  await grants().put(earlier);
  expect(await grants().put(later)).toEqual({ ...later, version: 2 });
  expect(await grants().put(earlier)).toEqual({ ...later, version: 2 });
  expect(await grants().get('c', 'link-a')).toEqual({ ...later, version: 2 });
});

test('two refresh at once: the second gets nothing, the first stays', async () => {
  const standing = await grants().put(grant({ accountId: 'd' }));
  const first = await grants().replace(standing, LATER);
  expect(first).toEqual({ ...standing, tokens: LATER, version: 2 });
  expect(await grants().replace(standing, tokens({ accessToken: 'Atza|second' }))).toBeUndefined();
  expect(await grants().get('d', 'link-a')).toEqual(first);
});

test('amend writes region and backoff, and removes a back-off; tokens stay', async () => {
  const standing = await grants().put(grant({ accountId: 'amended' }));
  const backoff = {
    cause: 'event-refused',
    since: '2026-11-20T10:00:00.000Z',
    until: '2026-11-20T10:01:00.000Z',
    attempts: 2,
    subject: '1613723',
  } as const;
  const amended = await grants().amend(standing, { region: 'FE', backoff });
  expect(amended).toEqual({ ...standing, region: 'FE', backoff, version: 2 });
  expect(await grants().get('amended', 'link-a')).toEqual(amended);
  expect(await grants().amend(standing, { region: 'EU' })).toBeUndefined();
  if (!amended) throw new Error('not amended');
  const refreshed = await grants().replace(amended, LATER);
  expect(refreshed).toEqual({ ...amended, tokens: LATER, version: 3 });
  if (!refreshed) throw new Error('not refreshed');
  expect(await grants().amend(refreshed, { region: 'FE' })).toEqual({
    ...standing,
    region: 'FE',
    tokens: LATER,
    version: 4,
  });
});

test('a new code ends a back-off', async () => {
  const standing = await grants().put(grant({ accountId: 'linked-again' }));
  const backoff = { cause: 'wrong-stage', since: LATER.issuedAt, until: LATER.issuedAt, attempts: 1 } as const;
  await grants().amend(standing, { region: 'NA', backoff });
  await grants().put(grant({ accountId: 'linked-again', tokens: LATER, codeHash: 'another-code' }));
  expect((await grants().get('linked-again', 'link-a'))?.backoff).toBeUndefined();
});

test('fifty refresh at once: one stays', async () => {
  const standing = await grants().put(grant({ accountId: 'e' }));
  const store = grants();
  const results = await Promise.all(
    Array.from({ length: 50 }, (_, n) => store.replace(standing, tokens({ accessToken: `Atza|${n}` }))),
  );
  const winners = results.filter((result) => result !== undefined);
  expect(winners).toHaveLength(1);
  expect(await store.get('e', 'link-a')).toEqual(winners[0]);
});

test('a refresh that began before a new link loses to it', async () => {
  const standing = await grants().put(grant({ accountId: 'f' }));
  const relinked = await grants().put(grant({ accountId: 'f', tokens: LATER, codeHash: 'another-code' }));
  expect(await grants().replace(standing, tokens({ accessToken: 'Atza|of-the-old' }))).toBeUndefined();
  expect(await grants().get('f', 'link-a')).toEqual(relinked);
});

test('remove takes away the grant that was given, and no later one', async () => {
  const standing = await grants().put(grant({ accountId: 'g' }));
  const refreshed = await grants().replace(standing, LATER);
  if (!refreshed) throw new Error('nobody else was there');
  await grants().remove(standing);
  expect(await grants().get('g', 'link-a')).toEqual(refreshed);
  await grants().remove(refreshed);
  expect(await grants().get('g', 'link-a')).toBeUndefined();
  await grants().remove(refreshed); // again: nothing to do
});

test('who holds a grant that was removed and given anew neither replaces nor removes the new one', async () => {
  const old = await grants().put(grant({ accountId: 'h' }));
  await grants().remove(old);
  const anew = await grants().put(grant({ accountId: 'h', codeHash: 'another-code' }));
  expect(anew.version).toBe(old.version);
  expect(await grants().replace(old, LATER)).toBeUndefined();
  await grants().remove(old);
  expect(await grants().get('h', 'link-a')).toEqual(anew);
});

test('a refresh whose answer was lost is not taken for another one', async () => {
  const standing = await grants().put(grant({ accountId: 'i' }));
  used.fail('lost-answer', 1);
  expect(await grants().replace(standing, LATER)).toEqual({ ...standing, tokens: LATER, version: 2 });
});

test.each([
  { when: 'region', fields: { region: 'canary' } },
  { when: 'tokens', fields: { tokens: 'dps.k1.canary' } },
  { when: 'tokens', fields: { tokens: sealer.seal('{"canary":1}', 'account#j/grant#link-a/tokens') } },
])('a row from another hand is our fault: $when', async ({ when, fields }) => {
  await grants().put(grant({ accountId: 'j' }));
  await used.table.update({ pk: 'account#j', sk: 'grant#link-a' }, fields);
  const error = await grants()
    .get('j', 'link-a')
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(StoreUnavailable);
  expect((error as { cause: Error }).cause.message).toBe(`row account#j/grant#link-a is not readable: ${when}`);
});

test('a grant whose key was added since is waited for', async () => {
  const [before, added] = [sealingKey('k1'), sealingKey('added')];
  const clock = { now: () => new Date(), wait: async () => undefined };
  const ring = renewable(createSealer([before]), async () => createSealer([added, before]), clock);
  await createGrantStore(used.table, createSealer([added])).put(grant({ accountId: 'l' }));
  expect(await createGrantStore(used.table, ring).list('l')).toHaveLength(1);
});

test('a grant whose key was lost takes nothing from the others of the account', async () => {
  const lost = createGrantStore(used.table, createSealer([sealingKey('lost')]));
  await lost.put(grant({ accountId: 'k', id: 'link-1' }));
  await grants().put(grant({ accountId: 'k', id: 'link-2' }));
  expect((await grants().list('k')).map(({ id }) => id)).toEqual(['link-2']);
  await expect(grants().get('k', 'link-1')).rejects.toThrow(StoreUnavailable);
  await grants().drop('k', 'link-1');
  expect(await grants().get('k', 'link-1')).toBeUndefined();
  await grants().drop('k', 'link-1'); // again: nothing to do
  used.fail('error');
  await expect(grants().list('k')).rejects.toThrow(StoreUnavailable);
});
