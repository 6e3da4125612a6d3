/** Whether messages may go to an address. `notice-addresses.ts` in the domain has one function for each way from one state to another. */
export type NoticeAddressState =
  /** A person typed it; its owner has not confirmed it. Nothing but the confirming mail goes there. */
  | 'pending'
  | 'confirmed'
  /** Whoever reads it there wants no more messages. */
  | 'unsubscribed'
  /** The receiving server says that it does not exist. */
  | 'bounced'
  /** Its reader marked a message as spam. */
  | 'complained';

/** An e-mail address that messages about one account go to: the owner's, or a helper's. */
export interface NoticeAddress {
  /** Random; links in mails name it. An address that was removed and added has another. */
  readonly id: string;
  /** Sealed at rest. */
  readonly email: string;
  /** Of the page where it was typed (BCP 47), such as `en-US`. */
  readonly language: string;
  readonly state: NoticeAddressState;
  /** ISO 8601: since when it is in this state. */
  readonly since: string;
  /** Confirming mails since it was last added, or asked for once more. */
  readonly confirmMails: number;
  /** A confirming mail is to be sent. */
  readonly confirmMailDue?: true;
}

/** At most so many addresses an account: the owner's, and two helpers'. */
export const MOST_ADDRESSES = 3;

/** The addresses of one account. They are one row, so that every change is one write. */
export interface NoticeAddresses {
  readonly accountId: string;
  /** `m…y@example.org`: how mails name the account. */
  readonly maskedEmail: string;
  readonly addresses: readonly NoticeAddress[];
  /** ISO 8601: confirming mails are still to be sent, and from then on any function may send them. */
  readonly sendAfter?: string;
  /** Counts the writes of this row; a write names the version that it replaces. */
  readonly version: number;
}

/** @throws StoreUnavailable from every method */
export interface NoticeAddressStore {
  get(accountId: string): Promise<NoticeAddresses | undefined>;
  /** `undefined` when another writer was first. */
  create(addresses: Omit<NoticeAddresses, 'version'>): Promise<NoticeAddresses | undefined>;
  /** Writes `next` in place of `standing`. `undefined` when another writer was first. */
  replace(
    standing: NoticeAddresses,
    next: Omit<NoticeAddresses, 'accountId' | 'version'>,
  ): Promise<NoticeAddresses | undefined>;
  /** Forgets all addresses of an account. */
  drop(accountId: string): Promise<void>;
  /** The accounts with `sendAfter` at or before that moment. */
  unsent(before: Date): Promise<string[]>;
}
