import * as v from 'valibot';
import type { Consent, ConsentStore } from '../../ports/consent-store.ts';
import { RowUnreadable } from '../../ports/errors.ts';
import type { Sealer } from '../../ports/sealer.ts';
import { createFieldSealer, moment, parseRow } from './rows.ts';
import type { Fields, Key, Row, Table } from './table.ts';

const ConsentRow = v.object({
  token: v.string(),
  endpoint: v.string(),
  checkedAt: v.exactOptional(moment),
  version: v.number(),
});
const TokenText = v.object({ refreshToken: v.string() });

const PREFIX = 'consent#';
const keyOf = ({ accountId, linkId }: Pick<Consent, 'accountId' | 'linkId'>): Key => ({
  pk: `account#${accountId}`,
  sk: PREFIX + linkId,
});

/** Consents to ask Amazon for the status of a link, one row each under their account: `account#ID / consent#ID`. The token is sealed. */
export function createConsentStore(table: Table, sealer: Sealer): ConsentStore {
  const fields = createFieldSealer(sealer);

  function toConsent(accountId: string, row: Row): Consent {
    const linkId = row.sk.slice(PREFIX.length);
    const { token, ...rest } = parseRow(ConsentRow, row);
    return { accountId, linkId, ...rest, ...fields.open(keyOf({ accountId, linkId }), 'token', token, TokenText) };
  }

  /** One that cannot be read is left out, so that the others are asked for. */
  function ifReadable(accountId: string, row: Row): Consent[] {
    try {
      return [toConsent(accountId, row)];
    } catch (error) {
      if (error instanceof RowUnreadable) return [];
      throw error;
    }
  }

  const toFields = (consent: Consent): Fields => ({
    token: fields.seal(keyOf(consent), 'token', { refreshToken: consent.refreshToken }),
    endpoint: consent.endpoint,
    checkedAt: consent.checkedAt,
  });

  return {
    async list(accountId) {
      const rows = await table.query(`account#${accountId}`, PREFIX);
      return rows.flatMap((row) => ifReadable(accountId, row));
    },
    async put(consent) {
      await table.update(keyOf(consent), toFields({ ...consent, version: 1 }));
    },
    async replace(standing, next) {
      const written = { ...standing, ...next, version: standing.version + 1 };
      const row = { ...toFields(written), version: written.version };
      return (await table.put(keyOf(standing), row, { equals: { version: standing.version } })) ? written : undefined;
    },
    drop: (accountId, linkId) => table.remove(keyOf({ accountId, linkId }), 'present'),
  };
}
