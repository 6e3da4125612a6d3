import type { ReauthReason } from './account-store.ts';

/** What somebody is told of. Each names one broken hop of the chain, and has one remedy. */
export type NoticeCause =
  /** The device cloud will not let us in until a person signs in. */
  | ReauthReason
  /** The session ends soon and cannot be renewed without the person. */
  | 'session-ends'
  /** Amazon took the grant back without a skill event: voice works, tiles grow stale. */
  | 'grant-revoked'
  /** The skill's messaging credentials are refused by Login with Amazon: the developer's to mend. */
  | 'messaging-client-refused'
  /** The gateway says that the skill may not send events: the developer's to mend. */
  | 'events-not-permitted'
  /** The grant belongs to another stage of the skill. */
  | 'wrong-stage'
  /** The gateway took an event of ours for malformed: a bug, the developer's to mend. */
  | 'event-refused'
  /** A plug has been without power or Wi-Fi for a day. */
  | 'plug-offline'
  /** The device cloud neither refuses our sign-ins nor gives a session that works: the developer's to look at. */
  | 'sign-in-in-vain';

export interface Notice {
  readonly accountId: string;
  readonly cause: NoticeCause;
  /** `m…y@example.org`; how the notice names the account. */
  readonly maskedEmail?: string;
  /** The device or grant that it is about, where an account can have several open notices of one cause. */
  readonly subject?: string;
  /** ISO 8601: the day by which it matters. */
  readonly mattersBy?: string;
  /** Which telling of the same trouble this is, 1 unless it says: a higher one is told although a lower one was. */
  readonly reminder?: number;
}

/** Tells somebody who can mend it: once per account, cause and subject, and once more when it is well. */
export interface Notices {
  /** Raises a notice unless the same one is open. Never throws: what cannot be told now is told by the next maintenance. */
  raise(notice: Notice): Promise<void>;
  /** Closes the open notices of these causes, and says that all is well to whoever was told. Never throws. */
  clear(accountId: string, causes: readonly NoticeCause[], subject?: string): Promise<void>;
}
