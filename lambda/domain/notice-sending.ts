import { asError } from '../basics/as-error.ts';
import { changeRow } from '../basics/change-row.ts';
import { isSkillError } from '../ports/errors.ts';
import type { LinkStore } from '../ports/link-store.ts';
import type { NoticeKey, NoticeRecord, NoticeStore } from '../ports/notice-store.ts';
import type { Texts } from '../texts/texts.ts';
import { type AlexaEvidence, alexaEvidence, wasUsedSince } from './alexa-evidence.ts';
import { withoutSignInPage } from './notice-cause-texts.ts';
import { type DeliveryPorts, deliver } from './notice-delivery.ts';
import { lampsUrlOf, offerOf } from './notice-offers.ts';
import { allClearText, isAboutOneLink, noticeText, saysAlexaEvidence } from './notice-texts.ts';
import { isSessionCause } from './reauth-link.ts';

export interface NoticePorts extends DeliveryPorts {
  readonly noticeStore: NoticeStore;
  /** Tells what Alexa did lately. */
  readonly links: Pick<LinkStore, 'ofAccount'>;
  /** What people call the device cloud. */
  readonly cloudName: string;
}

/** The function that writes a notice has a minute to send it; after that any function may. */
const SENDING_MS = 60_000;
export const laterSend = (now: Date): string => new Date(now.getTime() + SENDING_MS).toISOString();

/** Sends what another function has not sent within its minute. */
export async function sendWhatWasNotSent(key: NoticeKey, ports: NoticePorts): Promise<void> {
  const { noticeStore, clock } = ports;
  const record = await noticeStore.get(key);
  if (!record?.sendAfter || Date.parse(record.sendAfter) > clock.now().getTime()) return;
  const mine = await noticeStore.replace(record, { ...record, sendAfter: laterSend(clock.now()) });
  if (mine) await sendNotice(mine, ports);
}

/** Sends what the record says, and notes it. What the sender does not take stays to be sent. */
export async function sendNotice(record: NoticeRecord, ports: NoticePorts): Promise<void> {
  const { log, cloudName } = ports;
  const { accountId, cause } = record;
  const kind = record.state === 'open' ? 'notice' : 'all-clear';
  const known = await knownFor(record, ports);
  if (!known) return; // what it says of the link may be false by now: the next maintenance sends it
  if (kind === 'notice' && !isTrueStill(record, known)) return await withdrawUnsent(record, ports);
  const offer = offerOf(record, ports);
  const lampsUrl = lampsUrlOf(record, ports);
  const textIn = (catalogue: Texts) => {
    const texts = ports.publicUrl === undefined ? withoutSignInPage(catalogue) : catalogue;
    return kind === 'notice'
      ? noticeText(record, offer, { texts, cloudName }, known.alexa, lampsUrl)
      : allClearText(record, { texts, cloudName }, known.alexa, known.isUsedAgain);
  };
  const { reached, error } = await deliver(record, { accountId, cause, kind, textIn }, ports);
  if (error) {
    log.error('notice-not-sent', { account: accountId, cause, kind, error });
    return await notePartlySent(record, reached, ports);
  }
  log.info('notice-sent', { account: accountId, cause, kind, subject: record.subject, reminder: record.reminder });
  const closedMeanwhile = await noteSent(record, kind === 'notice' && isSessionCause(cause) && !offer, ports);
  if (closedMeanwhile) await sendNotice(closedMeanwhile, ports);
}

/** What a text about Alexa's half says. */
interface Known {
  readonly alexa: AlexaEvidence;
  /** Whether Alexa has used the link that the notice is about since the notice. */
  readonly isUsedAgain: boolean;
}
const NOTHING: Known = { alexa: { state: 'unknown' }, isUsedAgain: false };

/**
 * What is known of Alexa's half. What the table does not answer is not known.
 * @returns nothing where the notice cannot be sent without it
 */
async function knownFor(
  { accountId, cause, subject, since }: NoticeRecord,
  { links, clock, log }: NoticePorts,
): Promise<Known | undefined> {
  if (!saysAlexaEvidence(cause)) return NOTHING;
  const ofOneLink = isAboutOneLink(cause);
  try {
    const all = await links.ofAccount(accountId);
    const concerned = ofOneLink ? all.filter(({ id }) => id === subject) : all;
    const now = clock.now();
    return {
      alexa: alexaEvidence(concerned, now),
      isUsedAgain: concerned.some((link) => wasUsedSince(link, since, now)),
    };
  } catch (error) {
    if (!isSkillError(error)) throw error;
    log.warn('alexa-evidence-not-read', { account: accountId, error });
    return ofOneLink ? undefined : NOTHING;
  }
}

/** A notice about Alexa's half may be sent late, and Alexa may have used its link meanwhile. */
const isTrueStill = ({ cause }: NoticeRecord, { alexa, isUsedAgain }: Known): boolean =>
  (cause !== 'alexa-let-go' || alexa.state === 'gone') &&
  (cause !== 'alexa-silent' || (alexa.state === 'unknown' && !isUsedAgain));

async function withdrawUnsent(record: NoticeRecord, { noticeStore, log }: NoticePorts): Promise<void> {
  const { sendAfter: _, ...rest } = record;
  if (!(await noticeStore.replace(record, { ...rest, state: 'closed' }))) return; // another function has written it: that one sends
  log.info('notice-closed', { account: record.accountId, cause: record.cause, subject: record.subject });
}

/** Some have got the message, and others have not: the next maintenance sends it to those alone. */
async function notePartlySent(
  record: NoticeRecord,
  sentTo: readonly string[],
  { noticeStore, log }: NoticePorts,
): Promise<void> {
  if (sentTo.length === (record.sentTo ?? []).length) return;
  await noticeStore.replace(record, { ...record, sentTo }).catch((error: unknown) => {
    log.warn('notice-sent-twice', { account: record.accountId, cause: record.cause, error: asError(error) });
  });
}

/** @returns the record where another function closed it during the sending, without an all-clear since nothing seemed to be sent */
async function noteSent(
  sent: NoticeRecord,
  linkMissing: boolean,
  { noticeStore, clock }: NoticePorts,
): Promise<NoticeRecord | undefined> {
  const noted = await changeRow({
    known: sent,
    read: () => noticeStore.get(sent),
    next: (standing) => {
      if (standing?.reauthId !== sent.reauthId) return undefined; // raised again: another notice
      const { sendAfter: _, linkMissing: __, sentTo: ___, ...rest } = standing;
      const now = clock.now();
      return {
        ...rest,
        sentAt: now.toISOString(),
        ...(linkMissing && { linkMissing }),
        ...(isClosedUnsent(sent, standing) && { sendAfter: laterSend(now) }),
      };
    },
    write: async (standing, next) => {
      const written = standing && (await noticeStore.replace(standing, next));
      return written && { record: written, closedUnsent: isClosedUnsent(sent, standing) };
    },
  });
  return noted?.closedUnsent ? noted.record : undefined;
}

const isClosedUnsent = (sent: NoticeRecord, standing: NoticeRecord): boolean =>
  sent.state === 'open' && standing.state === 'closed' && standing.sentAt === undefined;
