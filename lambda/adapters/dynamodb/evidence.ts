import * as v from 'valibot';
import type { Dependency, SkillError } from '../../ports/errors.ts';
import type { EvidenceStore } from '../../ports/evidence-store.ts';
import { TTL_ATTRIBUTE } from '../../ports/table-schema.ts';
import { moment, parseRow } from './rows.ts';
import type { Key, Table } from './table.ts';

/** A day longer than the history of a lamp. */
const KEPT_S = 8 * 24 * 3_600;

const isName = (text: unknown): boolean => typeof text === 'string' && /^[A-Z][A-Za-z]{2,40}$/.test(text);
const isDependency = (text: unknown): boolean => typeof text === 'string' && /^[A-Za-z ]{3,40}$/.test(text);

const EvidenceRow = v.object({
  goodDirectiveAt: v.exactOptional(moment),
  failedDirective: v.exactOptional(
    v.object({
      at: moment,
      error: v.custom<SkillError['name']>(isName),
      waitingFor: v.exactOptional(v.custom<Dependency>(isDependency)),
    }),
  ),
  lateAnswer: v.exactOptional(v.object({ at: moment, ms: v.number(), cloudMs: v.number() })),
  malformedAnswer: v.exactOptional(v.object({ at: moment })),
  heardAt: v.exactOptional(moment),
});

const RefusalsRow = v.object({
  refused: v.array(
    v.object({
      error: v.picklist(['BearerInvalid', 'BearerUnverified', 'SealingKeyMissing']),
      endpointId: v.exactOptional(v.string()),
      keyId: v.exactOptional(v.string()),
      since: moment,
      at: moment,
      count: v.number(),
    }),
  ),
});

const REFUSED: Key = { pk: 'developer', sk: 'refusals' };
const ttlAt = (now: Date): number => Math.ceil(now.getTime() / 1000) + KEPT_S;

const keyOf = (accountId: string): Key => ({ pk: `account#${accountId}`, sk: 'evidence' });

/**
 * What helps to find a fault, one row for an account: `account#ID / evidence`. Its writers write different attributes. And one row for what nobody
 * knows the account of: `developer / refusals`.
 */
export const createEvidenceStore = (table: Table): EvidenceStore => ({
  async get(accountId) {
    const row = await table.get(keyOf(accountId));
    return row && parseRow(EvidenceRow, row);
  },
  async note(accountId, evidence, now) {
    await table.update(keyOf(accountId), { ...evidence, [TTL_ATTRIBUTE]: ttlAt(now) });
  },
  async refusedTokens() {
    const row = await table.get(REFUSED);
    return row ? parseRow(RefusalsRow, row).refused : [];
  },
  async noteRefusedTokens(refused, now) {
    await table.update(REFUSED, { refused, [TTL_ATTRIBUTE]: ttlAt(now) });
  },
});
