import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { type EmbeddedTable, startEmbeddedTable } from '../../../desk/table/embedded-table.ts';
import { createSealer } from '../../../lambda/adapters/aes-gcm/sealer.ts';
import { openTable, type Table } from '../../../lambda/adapters/dynamodb/table.ts';
import type { NewAccount } from '../../../lambda/ports/account-store.ts';
import type { Device } from '../../../lambda/ports/device-cloud.ts';
import type { Grant, Tokens } from '../../../lambda/ports/grant-store.ts';
import type { Link } from '../../../lambda/ports/link-store.ts';

/** A key for tests: of 32 bytes, and the same for the same id. */
export const sealingKey = (id: string) => ({ id, key: createHash('sha256').update(id).digest('base64') });

export const sealer = createSealer([sealingKey('k1')]);

/** A busy machine is not a table that fails. */
const PATIENCE_MS = 60_000;

/** One embedded table for all tests of a file, with its failures taken away before each; tests use ids of their own. */
export function useTable(): { embedded: EmbeddedTable; table: Table; fail: EmbeddedTable['fail'] } {
  const used = {} as { embedded: EmbeddedTable; table: Table; fail: EmbeddedTable['fail'] };
  let recover: (() => void)[] = [];
  beforeAll(async () => {
    used.embedded = await startEmbeddedTable();
    used.table = openTable({ tableName: used.embedded.tableName, endpoint: used.embedded.url, timeoutMs: PATIENCE_MS });
    used.fail = (how, times) => {
      const recovered = used.embedded.fail(how, times);
      recover.push(recovered);
      return recovered;
    };
  });
  beforeEach(() => {
    for (const recovered of recover) recovered();
    recover = [];
    used.embedded.resetCounts();
  });
  afterAll(() => used.embedded.close());
  return used;
}

export const account = (fields: Partial<NewAccount> & { id: string }): NewAccount =>
  ({
    maskedEmail: 'm…y@example.org',
    session: { accountId: '77', expiresAt: '2027-01-01T00:00:00.000Z', credential: 'session-secret' },
    state: 'healthy',
    signIns: [],
    ...fields,
  }) as NewAccount;

export const device = (fields: Partial<Device> = {}): Device => ({
  id: '1613723',
  name: 'Bedroom lamp',
  manufacturer: 'Leviton Manufacturing Co., Inc.',
  model: 'DW3HL',
  serialNumber: '',
  firmwareVersion: '1.5.72',
  kind: 'light',
  dimmable: true,
  power: 'ON',
  level: 40,
  connected: true,
  sampledAt: new Date('2026-11-20T10:00:00.000Z'),
  uncertaintyMs: 0,
  ...fields,
});

export const tokens = (fields: Partial<Tokens> = {}): Tokens => ({
  accessToken: 'Atza|first',
  refreshToken: 'Atzr|first',
  expiresAt: '2026-11-20T11:00:00.000Z',
  issuedAt: '2026-11-20T10:00:00.000Z',
  ...fields,
});

export const grant = (fields: Partial<Grant> & { accountId: string }): Omit<Grant, 'version'> => ({
  id: 'link-a',
  tokens: tokens(),
  region: 'NA',
  codeHash: 'hash-of-the-code',
  ...fields,
});

export const link = (fields: Partial<Link> & { id: string }): Omit<Link, 'version'> => ({
  accountId: '77',
  clientId: 'alexa',
  scope: 'devices',
  state: 'pending',
  code: {
    hash: 'hash-of-the-code',
    redirectUri: 'https://layla.amazon.com/api/skill/link/M1',
    expiresAt: '2026-11-20T10:05:00.000Z',
  },
  createdAt: '2026-11-20T10:00:00.000Z',
  ...fields,
});
