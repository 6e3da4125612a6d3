import type { Notice } from './notices.ts';

/** Which notice: an account may have one of each cause and subject. */
export type NoticeKey = Pick<Notice, 'accountId' | 'cause' | 'subject'>;

/** A notice as it is kept. It is never deleted, only closed, so that the page of a late sign-in link can say what became of it. */
export interface NoticeRecord extends Notice {
  readonly reminder: number;
  readonly state: 'open' | 'closed';
  /** ISO 8601: when it was raised. */
  readonly since: string;
  /** Named by the sign-in links of this notice; raised again after it was closed, a notice has another. */
  readonly reauthId: string;
  /** ISO 8601: when a sign-in link was used. */
  readonly reauthAt?: string;
  /** ISO 8601: when it was last sent. Absent: it never was. */
  readonly sentAt?: string;
  /** Who has got the message that is still to be sent to others: ids of addresses, or `developer`. */
  readonly sentTo?: readonly string[];
  /** ISO 8601: when a command of the account last failed as the device cloud did not answer. */
  readonly failedAt?: string;
  /** ISO 8601: when the device cloud refused a token that Alexa brought, the latest three. */
  readonly refusedAt?: readonly string[];
  /** It was sent without a sign-in link where one was due. */
  readonly linkMissing?: true;
  /** ISO 8601, when somebody asked for a new sign-in link. */
  readonly linkRenewals: readonly string[];
  /** ISO 8601: a message is still to be sent (that it is open, or that it is closed), and from then on any function may send it. */
  readonly sendAfter?: string;
  /** Counts the writes of this row; a write names the version that it replaces. */
  readonly version: number;
}

/** @throws StoreUnavailable from every method */
export interface NoticeStore {
  get(key: NoticeKey): Promise<NoticeRecord | undefined>;
  list(accountId: string): Promise<NoticeRecord[]>;
  /** `undefined` when another writer was first. */
  create(record: Omit<NoticeRecord, 'version'>): Promise<NoticeRecord | undefined>;
  /** Writes `next` in place of `standing`. `undefined` when another writer was first. */
  replace(standing: NoticeRecord, next: Omit<NoticeRecord, 'version'>): Promise<NoticeRecord | undefined>;
  /** Those with `sendAfter` at or before that moment. */
  unsent(before: Date): Promise<NoticeKey[]>;
}
