import { expect, test } from '@jest/globals';
import { createSealer } from '../../../lambda/adapters/aes-gcm/sealer.ts';
import { openStores } from '../../../lambda/adapters/dynamodb/stores.ts';
import { SealingKeyMissing, StoreUnavailable } from '../../../lambda/ports/errors.ts';
import { account, device, grant, link, sealingKey, tokens, useTable } from './support.ts';

const used = useTable();
const config = () => ({ tableName: used.embedded.tableName, endpoint: used.embedded.url });
const storesWith = (...keyIds: string[]) => openStores(config(), createSealer(keyIds.map(sealingKey)));

/** What must never lie open in the table. Short enough to be found in base64 neither. */
const CANARIES = {
  credential: 'canary-credential',
  email: 'canary-email@example.org',
  password: 'canary-password',
  accountId: 'canary-account',
  accessToken: 'Atza|canary-access',
  refreshToken: 'Atzr|canary-refresh',
};
const session = { accountId: CANARIES.accountId, expiresAt: '2027-01-01T00:00:00Z', credential: CANARIES.credential };
const credentials = { email: CANARIES.email, password: CANARIES.password };
const canaryTokens = tokens({ accessToken: CANARIES.accessToken, refreshToken: CANARIES.refreshToken });

test('no secret lies open in any row, whichever way it was written', async () => {
  const { accounts, devices, grants, links } = storesWith('k1');
  const standing = await accounts.put(account({ id: 'put', session, credentials }));
  await accounts.replace(standing, {
    ...standing,
    state: 'needs-reauth',
    reason: 'locked',
    since: '2026-11-20T10:00:00.000Z',
  });
  const granted = await grants.put(grant({ accountId: 'put', tokens: canaryTokens }));
  await grants.replace(granted, canaryTokens);
  await devices.remember('put', [device()]);
  await links.create(link({ id: 'a-link' }));

  const rows = await used.embedded.scan();
  expect(rows).toHaveLength(5);
  const text = JSON.stringify(rows);
  expect(text).toContain('Bedroom lamp'); // the search finds what is there
  for (const canary of Object.values(CANARIES)) {
    for (const spelling of [canary, encodeURIComponent(canary), ...inBase64(canary)])
      expect(text).not.toContain(spelling);
  }
  expect(await accounts.get('put')).toMatchObject({ session, credentials });
});

/** How a text shows inside base64, by where it starts. */
function inBase64(text: string): string[] {
  return [0, 1, 2].map((before) =>
    Buffer.from(' '.repeat(before) + text)
      .toString('base64url')
      .slice(before + 2, -4),
  );
}

test('after a rotation of keys old rows still open, and new ones are sealed by the new key', async () => {
  await storesWith('k1').accounts.put(account({ id: 'rotated', session }));
  const rotated = storesWith('k2', 'k1');
  const standing = await rotated.accounts.get('rotated');
  if (!standing) throw new Error('the account is gone');
  expect(standing.session).toEqual(session);
  await rotated.accounts.replace(standing, standing);
  expect((await storesWith('k2').accounts.get('rotated'))?.session).toEqual(session);
});

test('a row whose key is gone from the ring is our fault', async () => {
  await storesWith('k1').accounts.put(account({ id: 'keyless' }));
  const error = await storesWith('k2')
    .accounts.get('keyless')
    .catch((thrown) => thrown);
  expect(error).toBeInstanceOf(StoreUnavailable);
  expect(error.cause.message).toBe('row account#keyless/session is not readable: session');
  expect(error.cause.cause).toBeInstanceOf(SealingKeyMissing);
});

test('in an empty table nothing is found, and nothing is an error', async () => {
  const { accounts, devices, grants, links } = storesWith('k1');
  used.fail('empty');
  expect(await accounts.get('put')).toBeUndefined();
  expect(await accounts.list()).toEqual([]);
  expect(await devices.get('put', '1613723')).toBeUndefined();
  expect(await devices.list('put')).toEqual([]);
  expect(await grants.get('put', 'link-a')).toBeUndefined();
  expect(await grants.list('put')).toEqual([]);
  expect(await links.get('a-link')).toBeUndefined();
});
