import { asError } from '../basics/as-error.ts';
import type { Mailer } from '../ports/mailer.ts';
import type { NoticeAddress, NoticeAddressStore } from '../ports/notice-addresses.ts';
import type { NoticeMessage, NoticeSender } from '../ports/notice-sender.ts';
import type { NoticeRecord } from '../ports/notice-store.ts';
import { DEFAULT_LANGUAGE, TAGS, toLanguage } from '../texts/languages.ts';
import { type Texts, textsOf } from '../texts/texts.ts';
import { addressUrl } from './address-links.ts';
import { footer, nobodyNotifiedText } from './address-texts.ts';
import { type DeveloperMailPorts, sendToDeveloper } from './developer-mail.ts';
import { isForDevelopers, recipientsOf } from './notice-audience.ts';
import type { OfferPorts } from './notice-offers.ts';

/** Writes to people. Absent where no sender of mails is configured. */
export interface NoticeMail {
  readonly mailer: Mailer;
  readonly noticeAddresses: Pick<NoticeAddressStore, 'get'>;
  /** Who runs the skill. */
  readonly operator?: () => Promise<string | undefined>;
}

export interface DeliveryPorts extends OfferPorts {
  /** Reaches the developer. */
  readonly sender: NoticeSender;
  readonly developerMail: DeveloperMailPorts['developerMail'];
  readonly mail?: NoticeMail | undefined;
}

/** A message whose text each reader gets in a language of their own. */
export interface Wording extends Omit<NoticeMessage, 'subject' | 'text'> {
  readonly textIn: (texts: Texts) => Pick<NoticeMessage, 'subject' | 'text'>;
}

/** Whom a message has reached, by id of the address, or as `developer`; and the first failure among the others. */
export interface Delivery {
  readonly reached: readonly string[];
  readonly error?: Error;
}

/** Names the developer among those that a message has reached. */
export const DEVELOPER = 'developer';

/**
 * Sends a message to each of its recipients that has not got it. A failure with one does not affect the others. A mail goes to one person
 * and has the links of that person's address only.
 */
export async function deliver(record: NoticeRecord, wording: Wording, ports: DeliveryPorts): Promise<Delivery> {
  const reached: string[] = [...(record.sentTo ?? [])];
  let failure: Error | undefined;
  const reach = async (name: string, send: () => Promise<void>) => {
    if (reached.includes(name)) return;
    try {
      await send();
      reached.push(name);
    } catch (error) {
      failure ??= asError(error);
    }
  };
  try {
    const row = await ports.mail?.noticeAddresses.get(record.accountId);
    const { addresses, developer } = recipientsOf(record.cause, ports.mail && (row?.addresses ?? []));
    for (const address of addresses)
      await reach(address.id, () => mailTo(address, row?.maskedEmail ?? '', wording, ports));
    // Without a sender of mails the topic is all that people have, so that nothing is left out there.
    const send = ports.mail || isForDevelopers(record.cause) ? sendToDeveloper : sendAsItIs;
    const { textIn, ...message } = wording;
    if (developer === 'message')
      await reach(DEVELOPER, async () => send({ ...message, ...textIn(await textsOf(DEFAULT_LANGUAGE)) }, ports));
    if (developer === 'nobody-notified')
      await reach(DEVELOPER, () => send({ ...message, ...nobodyNotifiedText(record, kindOf(record)) }, ports));
  } catch (error) {
    failure ??= asError(error);
  }
  return { reached, ...(failure && { error: failure }) };
}

const sendAsItIs = (message: NoticeMessage, { sender }: DeliveryPorts): Promise<void> => sender.send(message);

const kindOf = ({ state }: NoticeRecord) => (state === 'open' ? 'notice' : 'all-clear');

async function mailTo(
  { id: addressId, email, language }: NoticeAddress,
  maskedEmail: string,
  { accountId, textIn }: Wording,
  { mail, sealer, publicUrl }: DeliveryPorts,
): Promise<void> {
  // Nobody gets a mail that cannot be stopped.
  if (publicUrl === undefined) throw new Error('PUBLIC_URLS is not set');
  const link = { accountId, addressId };
  const url = (kind: 'page' | 'unsubscribe') => addressUrl(kind, link, publicUrl, sealer);
  const texts = await textsOf(toLanguage(language) ?? DEFAULT_LANGUAGE);
  const { subject, text } = textIn(texts);
  const connections = new URL('/connections', publicUrl).href;
  const whole = `${text}\n\n${footer(texts, maskedEmail, url('page'), connections, await mail?.operator?.())}`;
  const unsubscribeUrl = url('unsubscribe');
  await mail?.mailer.send({ to: email, language: TAGS[texts.language], ...link, subject, text: whole, unsubscribeUrl });
}
