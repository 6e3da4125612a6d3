import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type EmbeddedTable, startEmbeddedTable } from '../../desk/table/embedded-table.ts';
import { createSealer } from '../../lambda/adapters/aes-gcm/sealer.ts';
import { openStores, type Stores } from '../../lambda/adapters/dynamodb/stores.ts';
import { noteAlexaStatus, noteGrantRevoked } from '../../lambda/domain/alexa-signs.ts';
import type { Link } from '../../lambda/ports/link-store.ts';
import { testClock } from '../support/clock.ts';

const sealer = createSealer([{ id: 'k1', key: Buffer.alloc(32, 1).toString('base64') }]);
const clock = testClock();
let table: EmbeddedTable;
let stores: Stores;
beforeAll(async () => {
  table = await startEmbeddedTable();
  stores = openStores({ tableName: table.tableName, endpoint: table.url }, sealer);
});
afterAll(() => table.close());

let link: Link;
let links = 0;
beforeEach(async () => {
  link = await stores.links.create({
    id: `link-${links++}`,
    accountId: 'account-1',
    clientId: 'alexa',
    scope: 'lamps',
    state: 'live',
    code: { hash: 'h', redirectUri: 'https://alexa.example', expiresAt: '2026-03-01T00:05:00.000Z' },
    createdAt: '2026-03-01T00:00:00.000Z',
  });
});
const ports = () => ({ links: stores.links, clock });

test('the first refusal of the grant is noted, and its moment stays', async () => {
  const first = await noteGrantRevoked(link.id, ports());
  expect(first?.grantRevokedAt).toMatch(/^2026-03-01T12:/);
  clock.advance(3_600_000);
  expect((await noteGrantRevoked(link.id, ports()))?.version).toBe(first?.version);
  expect((await stores.links.get(link.id))?.grantRevokedAt).toBe(first?.grantRevokedAt);
});

test('what Amazon says is noted each time, also by twenty at once', async () => {
  await noteAlexaStatus(link.id, 'LINKED', ports());
  expect((await stores.links.get(link.id))?.alexaStatus?.status).toBe('LINKED');
  await Promise.all(Array.from({ length: 20 }, () => noteAlexaStatus(link.id, 'NOT_LINKED', ports())));
  expect((await stores.links.get(link.id))?.alexaStatus?.status).toBe('NOT_LINKED');
});

test('nothing is noted of a link that has ended, and a missing row stays missing', async () => {
  await stores.links.replace(link, { ...link, state: 'ended', endedBecause: 'revoked', endedAt: link.createdAt });
  expect((await noteAlexaStatus(link.id, 'NOT_LINKED', ports()))?.alexaStatus).toBeUndefined();
  expect(await noteGrantRevoked('no-such-link', ports())).toBeUndefined();
  expect(await stores.links.get('no-such-link')).toBeUndefined();
});
