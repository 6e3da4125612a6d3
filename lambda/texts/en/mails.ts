/** The mails about an address itself, and what ends every message to one. */
export const mails = {
  confirm: {
    subject: 'Lamps and Alexa: please confirm this address',
    /** @param account masked */
    what: ({ skill, account }: { readonly skill: string; readonly account: string }) =>
      `Somebody gave this address to the Alexa skill ${skill}, for messages about the lamps of the account ${account}. Such a message says what does not work, and how to fix it.`,
    ask: 'If you want these messages, open this page and press the button. The link works for 24 hours:',
    otherwise: 'If you do not want them, do nothing.',
  },
  /** The limits are in `lambda/domain/confirm-mail-limits.ts`. */
  onlyThis: 'Without your confirmation only this question comes to this address, at most three times a day.',
  toConnections: 'See which Alexa connections may use the account, and end one, on this page:',
  /** Who runs the skill, where that is set; it ends every mail. */
  operator: ({ skill, operator }: { readonly skill: string; readonly operator: string }) =>
    `The Alexa skill ${skill} is run by ${operator}.`,
  footer: ({ account }: { readonly account: string }) =>
    `You get this message because this address was confirmed for messages about the account ${account}. Stop or change them on this page:`,
};

export type MailTexts = typeof mails;
