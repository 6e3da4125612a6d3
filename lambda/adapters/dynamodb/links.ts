import * as v from 'valibot';
import { StoreUnavailable } from '../../ports/errors.ts';
import type { Link, LinkStore } from '../../ports/link-store.ts';
import { TTL_ATTRIBUTE } from '../../ports/table-schema.ts';
import { moment, parseRow } from './rows.ts';
import type { Fields, Key, Row, Table } from './table.ts';

const LinkRow = v.object({
  accountId: v.string(),
  clientId: v.string(),
  scope: v.string(),
  state: v.picklist(['pending', 'live', 'ended']),
  endedBecause: v.exactOptional(
    v.picklist(['code-replayed', 'token-replayed', 'revoked', 'skill-disabled', 'erased', 'never-linked']),
  ),
  endedAt: v.exactOptional(moment),
  code: v.object({
    hash: v.string(),
    redirectUri: v.string(),
    challenge: v.exactOptional(v.string()),
    expiresAt: moment,
  }),
  exchange: v.exactOptional(v.object({ state: v.literal('unanswered'), at: moment })),
  minted: v.exactOptional(
    v.object({ consent: v.string(), readyLink: v.exactOptional(v.string()), linkedAt: v.exactOptional(moment) }),
  ),
  rotation: v.exactOptional(v.object({ confirmed: v.number(), confirmedAt: moment })),
  lastUsedAt: v.exactOptional(moment),
  useGaps: v.exactOptional(v.array(v.object({ endedAt: moment, hours: v.number() }))),
  alexaStatus: v.exactOptional(v.object({ status: v.picklist(['LINKED', 'NOT_LINKED']), checkedAt: moment })),
  supersededAt: v.exactOptional(moment),
  grantRevokedAt: v.exactOptional(moment),
  refusal: v.exactOptional(
    v.object({
      at: moment,
      request: v.picklist(['exchange', 'refresh']),
      error: v.string(),
      reason: v.exactOptional(v.string()),
      ms: v.exactOptional(v.number()),
      clientId: v.exactOptional(v.string()),
    }),
  ),
  createdAt: moment,
  version: v.number(),
});

/** A pending link stays for a day after its code expired, which tells a late exchange from a missing row. */
const KEPT_SECONDS = 86_400;

const keyOf = (id: string): Key => ({ pk: `link#${id}`, sk: 'link' });

/** The key prefix of the rows that list the links of an account. A token contains the id of its link. */
const MARKER = 'link#';
const markerOf = ({ accountId, id }: Pick<Link, 'accountId' | 'id'>): Key => ({
  pk: `account#${accountId}`,
  sk: MARKER + id,
});

const toLink = (id: string, row: Row): Link => ({ id, ...parseRow(LinkRow, row) });

/** Only a pending link may be forgotten. */
const toFields = ({ id: _, ...fields }: Link): Fields => ({
  ...fields,
  [TTL_ATTRIBUTE]:
    fields.state === 'pending' ? Math.floor(Date.parse(fields.code.expiresAt) / 1000) + KEPT_SECONDS : undefined,
});

/** Links, one row each: `link#ID / link`, and a marker beside their account: `account#ID / link#ID`. Nothing in them is of use to a thief: the code is there as its hash. */
export function createLinkStore(table: Table): LinkStore {
  const get = async (id: string): Promise<Link | undefined> => {
    const row = await table.get(keyOf(id));
    return row && toLink(id, row);
  };
  return {
    get,
    async ofAccount(accountId) {
      const markers = await table.query(`account#${accountId}`, MARKER);
      const links = await Promise.all(markers.map(({ sk }) => get(sk.slice(MARKER.length))));
      return links.filter((link) => link !== undefined);
    },
    async create(pending) {
      const link = { ...pending, version: 1 };
      // The marker first: one without a link says nothing, a link without its marker would be overlooked.
      await table.update(markerOf(link), {});
      if (await table.put(keyOf(link.id), toFields(link), 'absent')) return link;
      throw new StoreUnavailable('a link of this id exists already');
    },
    async replace({ id, version }, next, signal) {
      const link = { ...next, id, version: version + 1 };
      const written = await table.put(keyOf(id), toFields(link), { equals: { version } }, signal);
      return written ? link : undefined;
    },
  };
}
