/** The values that the text of a notice may name. None has a line break or anything that a mail program makes a link of. */
export interface NoticeValues {
  /** What people call the device cloud. */
  readonly cloud: string;
  /** `m…y@example.org`; absent where the notice names none, as one about a grant. */
  readonly account: string | undefined;
  /** The plug that it is about; empty for none. */
  readonly name: string;
  /** The last day on which all is well. */
  readonly mattersBy: string | undefined;
  /** The time when the skill tries again by itself. */
  readonly retryAt: string | undefined;
  /** The moment of the last use that is known of Alexa's link. */
  readonly silentSince: string | undefined;
  /** The moment since when it does not work. */
  readonly offlineSince: string | undefined;
  /** How many plugs it is about. */
  readonly plugs: number;
}
