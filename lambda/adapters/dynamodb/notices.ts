import * as v from 'valibot';
import type { NoticeKey, NoticeRecord, NoticeStore } from '../../ports/notice-store.ts';
import { moment, parseRow, sortable } from './rows.ts';
import type { Fields, Key, Row, Table } from './table.ts';

const NoticeRow = v.object({
  accountId: v.string(),
  cause: v.picklist([
    'password-changed',
    'code-needed',
    'locked',
    'credentials-not-kept',
    'two-step-account',
    'session-ends',
    'grant-revoked',
    'alexa-let-go',
    'alexa-silent',
    'messaging-client-refused',
    'events-not-permitted',
    'wrong-stage',
    'event-refused',
    'plug-offline',
    'plugs-offline',
    'devices-missing',
    'cloud-down',
    'amazon-down',
    'sign-in-inconclusive',
    'sign-in-throttled',
    'ready-link-used',
    'tokens-refused',
  ]),
  subject: v.exactOptional(v.string()),
  maskedEmail: v.exactOptional(v.string()),
  mattersBy: v.exactOptional(moment),
  retryAt: v.exactOptional(moment),
  silentSince: v.exactOptional(moment),
  offlineSince: v.exactOptional(moment),
  needsCode: v.exactOptional(v.literal(true)),
  plugs: v.exactOptional(v.number()),
  connectedPlugs: v.exactOptional(v.number()),
  reminder: v.number(),
  state: v.picklist(['open', 'closed']),
  since: moment,
  reauthId: v.string(),
  reauthAt: v.exactOptional(moment),
  sentAt: v.exactOptional(moment),
  linkRenewals: v.optional(v.array(moment), []),
  sentTo: v.exactOptional(v.array(v.string())),
  failedAt: v.exactOptional(moment),
  refusedAt: v.exactOptional(v.array(moment)),
  linkMissing: v.exactOptional(v.literal(true)),
  sendAfter: v.exactOptional(moment),
  version: v.number(),
});

/** Few are unsent at any time, so one partition of the index holds them. */
const UNSENT = 'unsent-notices';

const PARTITION = 'account#';
const PREFIX = 'notice#';
const keyOf = ({ accountId, cause, subject }: NoticeKey): Key => ({
  pk: PARTITION + accountId,
  sk: PREFIX + (subject === undefined ? cause : `${cause}#${subject}`),
});

/** The key of a row as the index tells it: without attributes. A cause has no `#`, a subject may have some. */
function toKey({ pk, sk }: Row): NoticeKey {
  const [cause = '', ...subject] = sk.slice(PREFIX.length).split('#');
  return {
    accountId: pk.slice(PARTITION.length),
    cause: cause as NoticeKey['cause'], // a wrong one leads to no row
    ...(subject.length > 0 && { subject: subject.join('#') }),
  };
}

/** While it is to be sent, a notice is in the index. */
const toFields = (record: Omit<NoticeRecord, 'version'>, version: number): Fields => ({
  ...record,
  version,
  ...(record.sendAfter !== undefined && { shard: UNSENT, due: sortable(record.sendAfter) }),
});

/** Notices, one row each under their account: `account#ID / notice#CAUSE` or `notice#CAUSE#SUBJECT`. Nothing in them is secret. */
export function createNoticeStore(table: Table): NoticeStore {
  return {
    async get(key) {
      const row = await table.get(keyOf(key));
      return row && parseRow(NoticeRow, row);
    },
    async list(accountId) {
      const rows = await table.query(PARTITION + accountId, PREFIX);
      return rows.map((row) => parseRow(NoticeRow, row));
    },
    async create(record) {
      const written = await table.put(keyOf(record), toFields(record, 1), 'absent');
      return written ? { ...record, version: 1 } : undefined;
    },
    async replace({ version }, next) {
      const fields = toFields(next, version + 1);
      const written = await table.put(keyOf(next), fields, { equals: { version } });
      return written ? { ...next, version: version + 1 } : undefined;
    },
    async unsent(before) {
      return (await table.queryIndex(UNSENT, before)).map(toKey);
    },
  };
}
