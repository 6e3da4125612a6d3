import { asError } from '../basics/as-error.ts';
import { changeRow } from '../basics/change-row.ts';
import type { Clock } from '../ports/clock.ts';
import { isSkillError } from '../ports/errors.ts';
import type { LinkStore } from '../ports/link-store.ts';
import type { Log } from '../ports/log.ts';
import type { NoticeSender } from '../ports/notice-sender.ts';
import type { NoticeKey, NoticeRecord, NoticeStore } from '../ports/notice-store.ts';
import type { Sealer } from '../ports/sealer.ts';
import { type AlexaEvidence, alexaEvidence } from './alexa-evidence.ts';
import { allClearText, noticeText, type ReauthOffer, saysAlexaEvidence } from './notice-texts.ts';
import { isSessionCause, REAUTH_LINK_MS, sealReauthLink } from './reauth-link.ts';

export interface NoticePorts {
  readonly noticeStore: NoticeStore;
  /** Tells what Alexa did lately. */
  readonly links: Pick<LinkStore, 'ofAccount'>;
  readonly sender: NoticeSender;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly log: Log;
  /** What people call the device cloud. */
  readonly cloudName: string;
  /** The origin of the sign-in-again page; without it notices come without a link. */
  readonly publicUrl: string | undefined;
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
  const { sender, log, cloudName } = ports;
  const { accountId, cause } = record;
  const offer = offerOf(record, ports);
  const kind = record.state === 'open' ? 'notice' : 'all-clear';
  const alexa = await evidenceFor(record, ports);
  const text = kind === 'notice' ? noticeText(record, offer, cloudName, alexa) : allClearText(record, cloudName, alexa);
  try {
    await sender.send({ accountId, cause, kind, ...text });
  } catch (error) {
    log.error('notice-not-sent', { account: accountId, cause, kind, error: asError(error) });
    return;
  }
  log.info('notice-sent', { account: accountId, cause, kind, subject: record.subject, reminder: record.reminder });
  const closedMeanwhile = await noteSent(record, kind === 'notice' && isSessionCause(cause) && !offer, ports);
  if (closedMeanwhile) await sendNotice(closedMeanwhile, ports);
}

const UNKNOWN: AlexaEvidence = { state: 'unknown' };

/** What is known of Alexa's half. What the table does not answer is not known; the notice is sent in any case. */
async function evidenceFor(
  { accountId, cause }: NoticeRecord,
  { links, clock, log }: NoticePorts,
): Promise<AlexaEvidence> {
  if (!saysAlexaEvidence(cause)) return UNKNOWN;
  try {
    return alexaEvidence(await links.ofAccount(accountId), clock.now());
  } catch (error) {
    if (!isSkillError(error)) throw error;
    log.warn('alexa-evidence-not-read', { account: accountId, error });
    return UNKNOWN;
  }
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
      if (standing?.reauthId !== sent.reauthId) return undefined; // raised anew: another notice
      const { sendAfter: _, linkMissing: __, ...rest } = standing;
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

function offerOf(record: NoticeRecord, { sealer, clock, log, publicUrl }: NoticePorts): ReauthOffer | undefined {
  if (record.state === 'closed' || !isSessionCause(record.cause)) return undefined;
  if (publicUrl === undefined) {
    log.warn('reauth-link-missing', { account: record.accountId, reason: 'PUBLIC_URLS is not set' });
    return undefined;
  }
  const expiresAt = new Date(clock.now().getTime() + REAUTH_LINK_MS);
  const url = new URL('/reauth', publicUrl);
  url.searchParams.set('t', sealReauthLink(record, expiresAt, sealer));
  return { url: url.href, expiresAt };
}
