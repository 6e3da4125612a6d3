import { expect, test } from '@jest/globals';
import { createNoticeStore } from '../../../lambda/adapters/dynamodb/notices.ts';
import { StoreUnavailable } from '../../../lambda/ports/errors.ts';
import type { NoticeRecord } from '../../../lambda/ports/notice-store.ts';
import { useTable } from './support.ts';

const used = useTable();
const notices = () => createNoticeStore(used.table);

const record = (fields: Partial<NoticeRecord> & { accountId: string }): Omit<NoticeRecord, 'version'> => ({
  cause: 'locked',
  reminder: 1,
  state: 'open',
  since: '2026-11-20T10:00:00.000Z',
  reauthId: 'a-reauth-id',
  linkRenewals: [],
  ...fields,
});

const full = (accountId: string) =>
  record({
    accountId,
    cause: 'plug-offline',
    subject: '16#13/723',
    maskedEmail: 'm…y@example.org',
    mattersBy: '2026-12-20T10:00:00.000Z',
    sentAt: '2026-11-20T10:00:01.000Z',
    retryAt: '2026-11-20T11:00:00.000Z',
    linkRenewals: ['2026-11-20T12:00:00.000Z'],
    linkMissing: true,
    reauthAt: '2026-11-21T10:00:00.000Z',
    sendAfter: '2026-11-20T10:01:00.000Z',
  });

test('a notice comes back as it was created, with every field and with none to spare', async () => {
  expect(await notices().get(full('a'))).toBeUndefined();
  expect(await notices().create(full('a'))).toEqual({ ...full('a'), version: 1 });
  expect(await notices().get({ accountId: 'a', cause: 'plug-offline', subject: '16#13/723' })).toEqual({
    ...full('a'),
    version: 1,
  });
  expect(await notices().get({ accountId: 'a', cause: 'plug-offline' })).toBeUndefined();
});

test('of fifty that create at once one wins, and so with replace, which drops what the next has not', async () => {
  const store = notices();
  const created = await Promise.all(
    Array.from({ length: 50 }, (_, n) => store.create(record({ accountId: 'b', reauthId: `${n}` }))),
  );
  const [winner, ...others] = created.filter((one) => one !== undefined);
  expect(others).toEqual([]);
  if (!winner) throw new Error('nobody won');
  const next = record({ accountId: 'b', state: 'closed' });
  const replaced = await Promise.all(Array.from({ length: 50 }, () => store.replace(winner, next)));
  expect(replaced.filter((one) => one !== undefined)).toEqual([{ ...next, version: 2 }]);
  expect(await store.list('b')).toEqual([{ ...next, version: 2 }]);
});

test('an account’s list has its notices, and nobody else’s', async () => {
  await notices().create(record({ accountId: 'c' }));
  await notices().create(full('c'));
  await notices().create(record({ accountId: 'c2' }));
  expect((await notices().list('c')).map(({ cause }) => cause)).toEqual(['locked', 'plug-offline']);
});

test('what is unsent is found from its moment on, and no longer once it is sent', async () => {
  const unsent = async (moment: string) =>
    (await notices().unsent(new Date(moment))).filter(({ accountId }) => accountId.startsWith('unsent'));
  await notices().create(record({ accountId: 'unsent-none' }));
  const standing = await notices().create(full('unsent-one'));
  if (!standing) throw new Error('it was not created');
  expect(await unsent('2026-11-20T10:00:59.999Z')).toEqual([]);
  expect(await unsent('2026-11-20T10:01:00.000Z')).toEqual([
    { accountId: 'unsent-one', cause: 'plug-offline', subject: '16#13/723' },
  ]);
  const { sendAfter: _, ...sent } = standing;
  await notices().replace(standing, sent);
  expect(await unsent('2027-01-01T00:00:00.000Z')).toEqual([]);
});

test('a row from another hand is unreadable, and says by which field', async () => {
  await notices().create(record({ accountId: 'odd' }));
  await used.table.update({ pk: 'account#odd', sk: 'notice#locked' }, { state: 'canary' });
  const error = await notices()
    .get({ accountId: 'odd', cause: 'locked' })
    .catch((thrown) => thrown);
  expect(error).toBeInstanceOf(StoreUnavailable);
  expect(error.cause.message).toBe('row account#odd/notice#locked is not readable: state');
});

test('an account’s own row is not among its notices', async () => {
  await used.table.put({ pk: 'account#with', sk: 'session' }, { version: 1 }, 'absent');
  expect(await notices().list('with')).toEqual([]);
});
