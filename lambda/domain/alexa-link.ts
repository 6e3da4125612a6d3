import * as v from 'valibot';
import type { NoticeRecord } from '../ports/notice-store.ts';
import type { NoticeCause } from '../ports/notices.ts';
import type { Sealer } from '../ports/sealer.ts';
import { moment, sealedContent, text } from './sealed-content.ts';

/** A helper may be away for some days. */
export const ALEXA_LINK_MS = 7 * 24 * 3_600_000;

/** The causes whose remedy is to make Alexa's half of the link again, on the page `/alexa`. */
export const ALEXA_CAUSES = ['alexa-let-go', 'alexa-silent', 'grant-revoked'] as const satisfies NoticeCause[];
export type AlexaCause = (typeof ALEXA_CAUSES)[number];

/** Whether the page `/alexa` is the remedy. */
export const isAlexaCause = (cause: string): cause is AlexaCause => ALEXA_CAUSES.some((one) => one === cause);

/** The notice that a page is about. `noticeId` is the `reauthId` of the notice: raised again, a notice has another. */
export const AlexaNoticeId = v.object({
  accountId: text,
  cause: v.picklist(ALEXA_CAUSES),
  subject: v.exactOptional(text),
  noticeId: text,
});
export type AlexaNoticeId = v.InferOutput<typeof AlexaNoticeId>;

const Content = v.object({
  ...AlexaNoticeId.entries,
  expiresAt: moment,
});
export type AlexaLink = v.InferOutput<typeof Content>;
const sealed = sealedContent('alexa-link', Content);

/** The notice that a link belongs to. */
export type AlexaNotice = Pick<NoticeRecord, 'accountId' | 'subject' | 'reauthId'> & {
  readonly cause: AlexaCause;
};

/**
 * What the link of a notice about Alexa's half carries, sealed: the account, the notice, and its end. It opens the page `/alexa?t=…` and
 * nothing else: whoever has it must sign in to the device cloud there.
 */
export function sealAlexaLink(notice: AlexaNotice, expiresAt: Date, sealer: Sealer): string {
  const { accountId, cause, subject, reauthId: noticeId } = notice;
  const id = { accountId, cause, ...(subject !== undefined && { subject }), noticeId };
  return sealed.seal({ ...id, expiresAt: expiresAt.toISOString() }, sealer);
}

/** @returns nothing for what is no such link of ours, or of a key that is no longer in the ring */
export const openAlexaLink = sealed.open;
