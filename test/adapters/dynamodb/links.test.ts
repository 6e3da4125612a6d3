import { describe, expect, test } from '@jest/globals';
import type { TableFault } from '../../../desk/table/embedded-table.ts';
import { createLinkStore } from '../../../lambda/adapters/dynamodb/links.ts';
import { StoreUnavailable } from '../../../lambda/ports/errors.ts';
import type { Link } from '../../../lambda/ports/link-store.ts';
import { link, useTable } from './support.ts';

const used = useTable();
const links = () => createLinkStore(used.table);
const rowOf = (id: string) => used.table.get({ pk: `link#${id}`, sk: 'link' });

test('an unknown link is undefined', async () => {
  expect(await links().get('unknown')).toBeUndefined();
});

test.each<{ when: string; fields: Partial<Link> }>([
  { when: 'pending', fields: {} },
  { when: 'with a challenge', fields: { code: { ...link({ id: '' }).code, challenge: 'c' } } },
  {
    when: 'live and rotating',
    fields: { state: 'live', rotation: { confirmed: 3, confirmedAt: '2026-11-20T10:01:00.000Z' } },
  },
  { when: 'live and used', fields: { state: 'live', lastUsedAt: '2026-11-20T10:05:00.000Z' } },
  { when: 'ended', fields: { state: 'ended', endedBecause: 'revoked', endedAt: '2026-11-21T10:00:00.000Z' } },
])('a link comes back as it was written: $when', async ({ when, fields }) => {
  const pending = await links().create(link({ id: when }));
  expect(pending).toEqual({ ...link({ id: when }), version: 1 });
  const next = { ...link({ id: when }), ...fields };
  expect(await links().replace(pending, next)).toEqual({ ...next, version: 2 });
  expect(await links().get(when)).toEqual({ ...next, version: 2 });
});

test('a pending link may be forgotten a day after its code ends; a live and an ended one never', async () => {
  const pending = await links().create(link({ id: 'ttl' }));
  expect((await rowOf('ttl'))?.ttl).toBe(1_795_255_500); // 2026-11-21T10:05:00Z
  const live = await links().replace(pending, { ...pending, state: 'live' });
  expect(await rowOf('ttl')).not.toHaveProperty('ttl');
  await links().replace(live as Link, { ...pending, state: 'ended', endedBecause: 'revoked' });
  expect(await rowOf('ttl')).not.toHaveProperty('ttl');
});

test('of fifty exchanges of one code one makes the link live', async () => {
  const pending = await links().create(link({ id: 'spent' }));
  const store = links();
  const results = await Promise.all(
    Array.from({ length: 50 }, () => store.replace(pending, { ...pending, state: 'live' })),
  );
  expect(results.filter((result) => result !== undefined)).toEqual([{ ...pending, state: 'live', version: 2 }]);
  expect(await store.get('spent')).toEqual({ ...pending, state: 'live', version: 2 });
});

test('an exchange whose answer was lost is no second exchange', async () => {
  const pending = await links().create(link({ id: 'lost' }));
  used.fail('lost-answer', 1);
  expect(await links().replace(pending, { ...pending, state: 'live' })).toMatchObject({ state: 'live', version: 2 });
});

test('a link is not created over another', async () => {
  const first = await links().create(link({ id: 'taken' }));
  await expect(links().create(link({ id: 'taken', accountId: 'other' }))).rejects.toThrow(StoreUnavailable);
  expect(await links().get('taken')).toEqual(first);
});

test('a creation whose answer was lost has succeeded', async () => {
  used.fail('lost-answer', 1);
  expect(await links().create(link({ id: 'lost-create' }))).toEqual({ ...link({ id: 'lost-create' }), version: 1 });
});

describe('a table that fails is never an absent link', () => {
  test.each<TableFault>(['refused', 'error'])('%s', async (how) => {
    await links().create(link({ id: how }));
    used.fail(how);
    await expect(links().get(how)).rejects.toThrow(StoreUnavailable);
  });

  test('read-only: reads go on, writes say so', async () => {
    const pending = await links().create(link({ id: 'read-only' }));
    used.fail('read-only');
    expect(await links().get('read-only')).toEqual(pending);
    await expect(links().replace(pending, pending)).rejects.toThrow(StoreUnavailable);
    await expect(links().create(link({ id: 'read-only-2' }))).rejects.toThrow(StoreUnavailable);
  });
});

test('a row from another hand is our fault, named without its values', async () => {
  await links().create(link({ id: 'hostile' }));
  await used.table.update({ pk: 'link#hostile', sk: 'link' }, { code: { hash: 'canary' } });
  const error = await links()
    .get('hostile')
    .catch((thrown) => thrown);
  expect(error).toBeInstanceOf(StoreUnavailable);
  expect(error.cause.message).toBe('row link#hostile/link is not readable: code.redirectUri, code.expiresAt');
});
