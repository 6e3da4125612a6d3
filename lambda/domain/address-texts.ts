import type { NoticeMessage } from '../ports/notice-sender.ts';
import type { NoticeRecord } from '../ports/notice-store.ts';
import { SKILL_NAME } from './alexa-texts.ts';
import { plainAddress, plainName } from './plain-name.ts';

/** How a mail names the account; nothing that a mail program makes a link of. */
const named = (maskedEmail: string): string => plainAddress(maskedEmail);

/** The limits are in `confirm-mail-limits.ts`. */
export const ONLY_THIS =
  'Without your confirmation only this question comes to this address, at most three times a day.';

/** The one mail to an address that nobody has confirmed. */
export const confirmMail = (maskedEmail: string, url: string): { readonly subject: string; readonly text: string } => ({
  subject: 'Lamps and Alexa: please confirm this address',
  text: [
    `Somebody gave this address to the Alexa skill ${SKILL_NAME}, for messages about the lamps of the account ${named(maskedEmail)}. Such a message says what does not work, and how to fix it.`,
    `If you want these messages, open this page and press the button. The link works for 24 hours:\n\n${url}`,
    `If you do not want them, do nothing. ${ONLY_THIS}`,
  ].join('\n\n'),
});

/** Ends every message to a confirmed address. */
export const footer = (maskedEmail: string, url: string): string =>
  `You get this message because this address was confirmed for messages about the account ${named(maskedEmail)}. Stop or change them on this page:\n${url}`;

/** What the developer gets in place of a message that nobody of the account can get. It has no link of the account. */
export function nobodyToldText(
  { accountId, cause, maskedEmail }: Pick<NoticeRecord, 'accountId' | 'cause' | 'maskedEmail'>,
  kind: NoticeMessage['kind'],
): Pick<NoticeMessage, 'subject' | 'text'> {
  const account = maskedEmail ? `${named(maskedEmail)} (${plainName(accountId)})` : plainName(accountId);
  return {
    subject: 'Lamps and Alexa: nobody was told (developer)',
    text: [
      `The ${kind} ${cause} of the account ${account} was sent to nobody: the account has no confirmed address.`,
      'Its people can add one on the page that follows a sign-in. If you know them, please tell them. This message has no sign-in link, because such a link is for them only.',
    ].join('\n\n'),
  };
}
