import type { ReauthReason } from './account-store.ts';

/** What a notice is about. Each names one broken hop of the chain, and has one remedy. */
export type NoticeCause =
  /** The device cloud will not let us in until a person signs in. */
  | ReauthReason
  /** The session ends soon and cannot be renewed without the person. */
  | 'session-ends'
  /** Amazon took the grant back without a skill event: tiles grow stale. It may be that voice has ended, too. */
  | 'grant-revoked'
  /** A certain sign says that Alexa's half of a link is gone. The subject is the link. */
  | 'alexa-let-go'
  /** Somebody uses the lamps by hand, and Alexa has not used a link for unusually long: a question. The subject is the link. */
  | 'alexa-silent'
  /** The skill's messaging credentials are refused by Login with Amazon: the developer has to correct them. */
  | 'messaging-client-refused'
  /** The gateway says that the skill may not send events: the developer has to permit it. */
  | 'events-not-permitted'
  /** The grant belongs to another stage of the skill. */
  | 'wrong-stage'
  /** The gateway answered that an event of ours is malformed: a bug. */
  | 'event-refused'
  /** A plug has no connection to the device cloud. */
  | 'plug-offline'
  /** Several plugs of the account lost their connection together: all of them, or all at one outlet. */
  | 'plugs-offline'
  /** The device cloud has not listed devices of the account for an hour, although it lists the account: a residence or permission vanished. */
  | 'devices-missing'
  /** The device cloud has not answered for a while. It ends by itself. */
  | 'cloud-down'
  /** Amazon answers no report of changes: its event gateway or Login with Amazon is down. It ends by itself. */
  | 'amazon-down'
  /** The device cloud neither refuses our sign-ins nor gives a session that works. A developer has to look. */
  | 'sign-in-inconclusive'
  /** The session has ended, and for a while the skill must not sign in again. */
  | 'sign-in-throttled'
  /** Somebody has connected their Alexa with a link that was made for them: whoever reads the notices should know. */
  | 'ready-link-used'
  /** The device cloud refuses access tokens of the maker's own authorization server: the developer has to look there. */
  | 'tokens-refused';

/**
 * What became of the wish for a new sign-in link: it was sent (or is sent by the next maintenance), a message went out within the last hour,
 * the cap of such wishes is reached, or the notice is not open.
 */
export type LinkRenewal = 'sent' | 'too-soon' | 'too-many' | 'not-open';

export interface Notice {
  readonly accountId: string;
  readonly cause: NoticeCause;
  /** `m…y@example.org`; how the notice names the account. */
  readonly maskedEmail?: string;
  /** The device, grant or link that it is about, where an account can have several open notices of one cause. */
  readonly subject?: string;
  /** ISO 8601: the day by which it matters. */
  readonly mattersBy?: string;
  /** ISO 8601: before then the skill does not try again by itself. */
  readonly retryAt?: string;
  /** ISO 8601: the last use that is known of Alexa's link. */
  readonly silentSince?: string;
  /** ISO 8601: none of the plugs has been seen connected since, or the device cloud or Amazon has not answered since. */
  readonly offlineSince?: string;
  /** Signing in takes a two-step code. */
  readonly needsCode?: true;
  /** How many plugs it is about. */
  readonly plugs?: number;
  /** How many other plugs of the account are connected. */
  readonly connectedPlugs?: number;
  /** Which message about the same problem this is, 1 by default. A higher one is sent although a lower one was. */
  readonly reminder?: number;
}

/** Messages to somebody who can help: one per account, cause and subject, and another when the problem is solved. */
export interface Notices {
  /** Raises a notice unless the same one is open. Never throws: the next maintenance sends what could not be sent. */
  raise(notice: Notice): Promise<void>;
  /** Closes the open notices of these causes. Where a notice was sent, sends that the problem is solved. Never throws. */
  clear(accountId: string, causes: readonly NoticeCause[], subject?: string): Promise<void>;
  /** Closes them and sends nothing: what they were about exists no more, or another notice says more. Never throws. */
  withdraw(accountId: string, causes: readonly NoticeCause[], subject?: string): Promise<void>;
  /** Takes note that a command failed as the device cloud does not answer: if that lasts, its notice comes sooner. Never throws. */
  commandFailed(accountId: string): Promise<void>;
  /** Takes note that the device cloud refused a token that Alexa brought: of the third within an hour the developer hears. Never throws. */
  tokenRefused(accountId: string): Promise<void>;
  /**
   * Sends an open notice once more, with a new sign-in link: at most one an hour, three a week and ten in all. It is no reminder.
   * @throws StoreUnavailable
   */
  renewLink(notice: Pick<Notice, 'accountId' | 'cause' | 'subject'>): Promise<LinkRenewal>;
  /** Sends the open notices of an account to an address that has just been confirmed, and to nobody else. Never throws. */
  repeatFor(accountId: string, addressId: string): Promise<void>;
}
