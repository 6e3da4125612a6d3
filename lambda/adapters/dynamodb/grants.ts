import { setTimeout as wait } from 'node:timers/promises';
import * as v from 'valibot';
import { RowUnreadable, StoreUnavailable } from '../../ports/errors.ts';
import type { Grant, GrantStore } from '../../ports/grant-store.ts';
import type { Sealer } from '../../ports/sealer.ts';
import { createFieldSealer, moment, parseRow, sortable } from './rows.ts';
import type { Condition, Fields, Key, Row, Table } from './table.ts';

const GrantRow = v.object({
  tokens: v.string(),
  region: v.picklist(['NA', 'EU', 'FE']),
  codeHash: v.string(),
  backoff: v.exactOptional(
    v.object({
      cause: v.picklist([
        'never-enabled',
        'account-not-found',
        'lwa-token-rejected',
        'messaging-client-refused',
        'events-not-permitted',
        'wrong-stage',
        'event-refused',
      ]),
      since: moment,
      until: moment,
      attempts: v.number(),
      subject: v.exactOptional(v.string()),
    }),
  ),
  unreachableSince: v.exactOptional(moment),
  version: v.number(),
});

const TokensText = v.object({ accessToken: v.string(), refreshToken: v.string(), expiresAt: moment, issuedAt: moment });

const PREFIX = 'grant#';
const keyOf = (accountId: string, id: string): Key => ({ pk: `account#${accountId}`, sk: PREFIX + id });

/** A row may be sealed with a newer key than this instance has. The keys are fetched again within this time. */
const RENEWAL_MS = 500;

/** The version of a grant that was removed and created again starts from 1, so its code is compared, too. */
const isStill = ({ version, codeHash }: Grant): Condition => ({ equals: { version, codeHash } });

/** Grants, one row each under their account: `account#ID / grant#ID`. Both tokens are sealed. */
export function createGrantStore(table: Table, sealer: Sealer): GrantStore {
  const { toGrant, toFields } = grantRows(sealer);
  /** Unreadable rows that we have waited for once. */
  const unreadable = new Set<string>();

  function ifReadable(accountId: string, row: Row): Grant | undefined {
    try {
      return toGrant(accountId, row.sk.slice(PREFIX.length), row);
    } catch (error) {
      if (error instanceof RowUnreadable) return undefined;
      throw error;
    }
  }

  /** Leaves out unreadable grants, so that the other grants of the account still get their reports. `get` throws for such a row. */
  async function list(accountId: string): Promise<Grant[]> {
    const rows = await table.query(`account#${accountId}`, PREFIX);
    const grants = rows.map((row) => ifReadable(accountId, row));
    const missed = rows.filter((_, n) => !grants[n]).map(({ pk, sk }) => `${pk}/${sk}`);
    if (missed.every((name) => unreadable.has(name))) return grants.filter((grant) => grant !== undefined);
    await wait(RENEWAL_MS);
    for (const name of missed) unreadable.add(name);
    return rows.flatMap((row) => ifReadable(accountId, row) ?? []);
  }

  async function get(accountId: string, id: string): Promise<Grant | undefined> {
    const row = await table.get(keyOf(accountId, id));
    return row && toGrant(accountId, id, row);
  }

  async function put(grant: Omit<Grant, 'version'>): Promise<Grant> {
    const { accountId, id, tokens } = grant;
    const fields = toFields(grant);
    const row = await table.update(keyOf(accountId, id), fields, { notAfter: { asOf: sortable(tokens.issuedAt) } });
    if (row) return toGrant(accountId, id, row);
    // Two AcceptGrants ran at once, and the tokens that were issued later are stored already.
    const standing = await get(accountId, id);
    if (!standing) throw new StoreUnavailable('a grant is and is not in the table');
    return standing;
  }

  async function write(standing: Grant, changes: Partial<Grant>): Promise<Grant | undefined> {
    const next = { ...standing, ...changes, version: standing.version + 1 };
    const key = keyOf(standing.accountId, standing.id);
    const written = await table.put(key, { ...toFields(next), version: next.version }, isStill(standing));
    return written ? next : undefined;
  }

  return {
    get,
    list,
    put,
    replace: (standing, tokens) => write(standing, { tokens }),
    amend: ({ backoff: _, ...standing }, next) => write(standing, next),
    noteUnreachable: ({ unreachableSince: _, ...standing }, next) => write(standing, next),
    remove: (grant) => table.remove(keyOf(grant.accountId, grant.id), isStill(grant)),
    drop: (accountId, id) => table.remove(keyOf(accountId, id), 'present'),
  };
}

/** Between a grant and its row. */
function grantRows(sealer: Sealer) {
  const fields = createFieldSealer(sealer);

  function toGrant(accountId: string, id: string, row: Row): Grant {
    const { tokens, ...rest } = parseRow(GrantRow, row);
    return { accountId, id, ...rest, tokens: fields.open(keyOf(accountId, id), 'tokens', tokens, TokensText) };
  }

  const toFields = ({ accountId, id, tokens, region, codeHash, ...status }: Omit<Grant, 'version'>): Fields => ({
    tokens: fields.seal(keyOf(accountId, id), 'tokens', tokens),
    region,
    codeHash,
    backoff: status.backoff,
    unreachableSince: status.unreachableSince,
    asOf: sortable(tokens.issuedAt),
  });

  return { toGrant, toFields };
}
