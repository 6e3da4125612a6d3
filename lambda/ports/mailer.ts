/** A mail to one person. A link in it is a secret, so `text` is one. */
export interface Mail {
  /** One address. */
  readonly to: string;
  /** One line. */
  readonly subject: string;
  readonly text: string;
  /** BCP 47 */
  readonly language: string;
  /** Where one POST ends all mails to this address (RFC 8058). */
  readonly unsubscribeUrl: string;
  /** Whose address it is: comes back with what Amazon says of the mail. */
  readonly accountId: string;
  readonly addressId: string;
}

export interface Mailer {
  /** @throws StoreUnavailable when it was not taken */
  send(mail: Mail): Promise<void>;
}
