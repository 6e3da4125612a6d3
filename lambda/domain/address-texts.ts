import type { NoticeMessage } from '../ports/notice-sender.ts';
import type { NoticeRecord } from '../ports/notice-store.ts';
import type { Texts } from '../texts/texts.ts';
import { SKILL_NAME } from './alexa-texts.ts';
import { UNREADABLE_NAME } from './developer-texts.ts';
import { plainAddress, plainName, plainOperator } from './plain-name.ts';

/** How a mail names the account; nothing that a mail program makes a link of. */
const named = (maskedEmail: string): string => plainAddress(maskedEmail);

/** What ends every mail: who runs the skill. @returns nothing where nobody is named */
function signature({ mails }: Texts, operator: string | undefined): string {
  const name = operator === undefined ? undefined : plainOperator(operator);
  return name === undefined ? '' : `\n\n${mails.operator({ skill: SKILL_NAME, operator: name })}`;
}

/** The one mail to an address that nobody has confirmed. @param operator who runs the skill */
export function confirmMail(
  texts: Texts,
  maskedEmail: string,
  url: string,
  operator?: string,
): { readonly subject: string; readonly text: string } {
  const { mails } = texts;
  const { subject, what, ask, otherwise } = mails.confirm;
  return {
    subject,
    text: [
      what({ skill: SKILL_NAME, account: named(maskedEmail) }),
      `${ask}\n\n${url}`,
      `${otherwise} ${mails.onlyThis}${signature(texts, operator)}`,
    ].join('\n\n'),
  };
}

/**
 * Ends every message to a confirmed address.
 * @param url of the page about this address
 * @param connectionsUrl of the page that asks for a sign-in and shows who is connected
 * @param operator who runs the skill
 */
export function footer(
  texts: Texts,
  maskedEmail: string,
  url: string,
  connectionsUrl: string,
  operator?: string,
): string {
  const { mails } = texts;
  return `${mails.footer({ account: named(maskedEmail) })}\n${url}\n\n${mails.toConnections}\n${connectionsUrl}${signature(texts, operator)}`;
}

/** What the developer gets in place of a message that nobody of the account can get. It has no link of the account. */
export function nobodyNotifiedText(
  { accountId, cause, maskedEmail }: Pick<NoticeRecord, 'accountId' | 'cause' | 'maskedEmail'>,
  kind: NoticeMessage['kind'],
): Pick<NoticeMessage, 'subject' | 'text'> {
  const id = plainName(accountId, UNREADABLE_NAME);
  const account = maskedEmail ? `${named(maskedEmail)} (${id})` : id;
  return {
    subject: 'Lamps and Alexa: nobody was notified (developer)',
    text: [
      `The ${kind} ${cause} of the account ${account} was sent to nobody: the account has no confirmed address.`,
      'Its people can add one on the page that follows a sign-in. If you know them, please tell them. This message has no sign-in link, because such a link is for them only.',
    ].join('\n\n'),
  };
}
