import { describe, expect, test } from '@jest/globals';
import { createAccountStore } from '../../../lambda/adapters/dynamodb/accounts.ts';
import type { AccountStatus, AccountStore } from '../../../lambda/ports/account-store.ts';
import { StoreUnavailable } from '../../../lambda/ports/errors.ts';
import { account, sealer, useTable } from './support.ts';

const used = useTable();
const accounts = (): AccountStore => createAccountStore(used.table, sealer);

const full = (id: string) =>
  account({
    id,
    credentials: { email: 'mary@example.org', password: 'correct horse' },
    state: 'needs-reauth',
    reason: 'locked',
    since: '2026-11-20T10:00:00.000Z',
    signIns: ['2026-11-20T09:58:00.000Z', '2026-11-20T09:59:00.000Z'],
    signInLock: { until: '2026-11-20T10:00:15.000Z' },
    asksForCode: true,
    supersededSession: { accountId: '77', expiresAt: '2026-12-01T00:00:00.000Z', credential: 'earlier-secret' },
    nextCheckAt: '2026-12-20T10:00:00.000Z',
  });

test('an unknown account is undefined', async () => {
  expect(await accounts().get('nobody')).toBeUndefined();
});

test('an account comes back as it was put, with every field and with none to spare', async () => {
  expect(await accounts().put(full('a'))).toEqual({ ...full('a'), version: 1 });
  expect(await accounts().get('a')).toEqual({ ...full('a'), version: 1 });
  expect(await accounts().put(account({ id: 'a' }))).toEqual({ ...account({ id: 'a' }), version: 2 });
  expect(await accounts().get('a')).toEqual({ ...account({ id: 'a' }), version: 2 });
});

const since = '2026-11-20T10:00:00.000Z';
test.each<AccountStatus>([
  { state: 'healthy' },
  { state: 'renewal-failing', failures: 2 },
  { state: 'renewed', since, inconclusiveSignIns: 1 },
  { state: 'waiting-to-retry', since, inconclusiveSignIns: 3, retryAt: '2026-11-20T11:00:00.000Z' },
  { state: 'needs-reauth', reason: 'two-step-account', since },
])('an account that is $state comes back so, and keeps nothing of the state before', async (status) => {
  const id = `status-${status.state}`;
  await accounts().put(full(id));
  const { state: _, ...fields } = account({ id });
  const standing = await accounts().put({ ...fields, ...status });
  expect(await accounts().get(id)).toEqual({ ...fields, ...status, version: 2 });
  expect(await accounts().replace(standing, full(id))).toEqual({ ...full(id), version: 3 });
  expect(await accounts().get(id)).toEqual({ ...full(id), version: 3 });
});

test('replace drops what the next has not', async () => {
  const standing = await accounts().put(full('b'));
  const next = await accounts().replace(standing, account({ id: 'b' }));
  expect(next).toEqual({ ...account({ id: 'b' }), version: 2 });
  expect(await accounts().get('b')).toEqual({ ...account({ id: 'b' }), version: 2 });
});

test('of fifty that replace at once one wins, and its write stands', async () => {
  const standing = await accounts().put(account({ id: 'c' }));
  const store = accounts();
  const results = await Promise.all(
    Array.from({ length: 50 }, (_, n) => store.replace(standing, { ...standing, maskedEmail: `${n}` })),
  );
  const winners = results.filter((result) => result !== undefined);
  expect(winners).toHaveLength(1);
  expect(await store.get('c')).toEqual(winners[0]);
});

test('who holds the account from before a person signed in does not win over them', async () => {
  const standing = await accounts().put(account({ id: 'd' }));
  const signedIn = await accounts().put(account({ id: 'd', maskedEmail: 'new@example.org' }));
  expect(
    await accounts().replace(standing, {
      ...standing,
      state: 'needs-reauth',
      reason: 'locked',
      since: '2026-11-20T10:00:00.000Z',
    }),
  ).toBeUndefined();
  expect(await accounts().get('d')).toEqual(signedIn);
});

test('replacing an account that is not there writes nothing', async () => {
  expect(await accounts().replace({ ...account({ id: 'e' }), version: 1 }, account({ id: 'e' }))).toBeUndefined();
  expect(await accounts().get('e')).toBeUndefined();
});

test('list names every account once, by queries of the index and no scan', async () => {
  const ids = Array.from({ length: 30 }, (_, n) => `listed#${n}`);
  await Promise.all(ids.map((id) => accounts().put(account({ id }))));
  const standing = await accounts().get('listed#7');
  if (!standing) throw new Error('there is no listed#7');
  const session = { ...standing.session, expiresAt: '2028-01-01T00:00:00.000Z' };
  await accounts().replace(standing, { ...standing, session });
  used.embedded.resetCounts();
  const listed = (await accounts().list()).filter((id) => id.startsWith('listed#'));
  expect(listed.toSorted()).toEqual(ids.toSorted());
  expect(used.embedded.counts).toEqual({ requests: 4, byOperation: { Query: 4 } });
});

test('accounts are due by the moment they say, however that is spelled, and at once when they say none', async () => {
  const moments = { 'due-none': undefined, 'due-may': '2027-06-01T01:00:00+02:00', 'due-june': '2027-06-01T00:00:01Z' };
  for (const [id, nextCheckAt] of Object.entries(moments))
    await accounts().put(account({ id, ...(nextCheckAt && { nextCheckAt }) }));
  const due = async (before: string) =>
    (await accounts().due(new Date(before))).filter((id) => id.startsWith('due-')).toSorted();
  expect(await due('2027-05-31T22:59:59.999Z')).toEqual(['due-none']);
  expect(await due('2027-05-31T23:00:00.000Z')).toEqual(['due-may', 'due-none']);
  expect(await due('2027-06-01T00:00:01.000Z')).toEqual(['due-june', 'due-may', 'due-none']);
  expect((await accounts().get('due-may'))?.nextCheckAt).toBe('2027-06-01T01:00:00+02:00');
});

describe('rows from another hand', () => {
  const key = (id: string) => ({ pk: `account#${id}`, sk: 'session' });

  async function reasonOf(id: string): Promise<string> {
    const error = await accounts()
      .get(id)
      .catch((thrown) => thrown);
    expect(error).toBeInstanceOf(StoreUnavailable);
    return error.cause.message;
  }

  test.each([
    { when: 'a field is missing', fields: { maskedEmail: undefined }, names: 'maskedEmail' },
    { when: 'a field is of another type', fields: { signIns: 'canary' }, names: 'signIns' },
    { when: 'a moment is none', fields: { signIns: ['canary'] }, names: 'signIns.0' },
    { when: 'a state is unknown', fields: { status: { state: 'canary' } }, names: 'status.state' },
    {
      when: 'several are wrong',
      fields: { maskedEmail: 1, status: { state: 'needs-reauth', reason: 'canary' } },
      names: 'maskedEmail, status.reason, status.since',
    },
    { when: 'a session is not sealed', fields: { session: 'canary' }, names: 'session' },
    { when: 'credentials are not sealed', fields: { credentials: 'canary' }, names: 'credentials' },
    { when: 'a sealed text is no JSON', sealed: 'canary', names: 'session' },
    { when: 'a sealed text has another form', sealed: '{"accountId":"canary"}', names: 'session' },
  ])('$when: names $names of the row, and no value', async ({ when, fields, sealed, names }) => {
    await accounts().put(account({ id: when }));
    const session = sealed && sealer.seal(sealed, `account#${when}/session/session`);
    await used.table.update(key(when), session ? { session } : { ...fields });
    expect(await reasonOf(when)).toBe(`row account#${when}/session is not readable: ${names}`);
  });

  test('a session that was moved to another account does not open', async () => {
    await accounts().put(account({ id: 'mine' }));
    await accounts().put(account({ id: 'theirs' }));
    const theirs = await used.table.get(key('theirs'));
    await used.table.update(key('mine'), { session: theirs?.session });
    expect(await reasonOf('mine')).toBe('row account#mine/session is not readable: session');
  });

  test('a field that nobody knows is passed over', async () => {
    await accounts().put(account({ id: 'newer' }));
    await used.table.update(key('newer'), { colour: 'blue' });
    expect(await accounts().get('newer')).toEqual({ ...account({ id: 'newer' }), version: 2 });
  });

  test('put mends an unreadable row', async () => {
    await used.table.put(key('recreated'), { session: 7, version: 4 }, 'absent');
    expect(await accounts().put(account({ id: 'recreated' }))).toEqual({ ...account({ id: 'recreated' }), version: 5 });
  });
});
