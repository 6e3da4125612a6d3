import type { NoticeMessage } from '../ports/notice-sender.ts';
import type { NoticeRecord } from '../ports/notice-store.ts';
import type { Notice } from '../ports/notices.ts';
import { type Dates, datesOf } from '../texts/dates.ts';
import type { Texts } from '../texts/texts.ts';
import type { NoticeValues } from '../texts/values.ts';
import type { AlexaEvidence } from './alexa-evidence.ts';
import { isAlexaCause } from './alexa-link.ts';
import { alexaEvidenceText, alexaPartText, keepSkillEnabledText } from './alexa-texts.ts';
import { type CauseText, causeText, enableAgain } from './notice-cause-texts.ts';
import type { NoticeOffer } from './notice-offers.ts';
import { plainAddress, plainName } from './plain-name.ts';
import { isSessionCause } from './reauth-link.ts';

export type NoticeText = Pick<NoticeMessage, 'subject' | 'text'>;

/** The language of a text, and what it calls the device cloud. */
export interface Wording {
  readonly texts: Texts;
  readonly cloudName: string;
}

/**
 * The text of an open notice.
 * @param alexa what is known of Alexa's half of the account's links now
 * @param lampsUrl the page that shows how the lamps are, where there is one
 */
export function noticeText(
  notice: NoticeRecord,
  offer: NoticeOffer | undefined,
  wording: Wording,
  alexa: AlexaEvidence,
  lampsUrl?: string,
): NoticeText {
  const { texts, cloudName } = wording;
  const { notices } = texts;
  const dates = datesOf(texts.language);
  const { subject, what, remedy, ask } = textOf(notice, wording);
  const lines = [what];
  if (isSessionCause(notice.cause)) {
    // Where a session ends, the first sentence says the day.
    if (notice.cause !== 'session-ends') lines.push(untilWhen(notice, texts, dates));
    const signIn = offer
      ? signInBy(offer, ask ?? notices.askToSignIn({ cloud: cloudName }), texts, dates)
      : notices.withoutLink;
    lines.push([remedy, signIn].filter(Boolean).join(' '));
    const needsCode = notice.needsCode || CODE_CAUSES.has(notice.cause);
    if (needsCode && offer) lines.push(notices.secondUser({ cloud: cloudName, box: texts.signIn.keepBox }));
    lines.push(alexaPartText(alexa, texts));
  } else if (isAlexaCause(notice.cause)) {
    // A question says itself what is known.
    if (notice.cause !== 'alexa-silent') lines.push(alexaEvidenceText(alexa, texts));
    lines.push([remedy, linkAlexaAgain(notice.cause, offer, wording, dates)].filter(Boolean).join(' '));
  } else {
    if (REPORT_CAUSES.has(notice.cause)) lines.push(alexaEvidenceText(alexa, texts));
    if (remedy !== undefined) lines.push(remedy);
    if (NOT_ABOUT_ALEXA.has(notice.cause)) lines.push(keepSkillEnabledText(texts));
  }
  if (lampsUrl !== undefined) lines.push(texts.lamps.link.offer, lampsUrl);
  return { subject, text: lines.join('\n\n') };
}

/**
 * The text of the message that says that a problem is solved. It says nothing of other problems.
 * @param isUsedAgain whether Alexa has used the link that the notice was about since the notice
 */
export function allClearText(notice: Notice, wording: Wording, alexa: AlexaEvidence, isUsedAgain: boolean): NoticeText {
  const { texts } = wording;
  const { subject, nothingElse } = texts.notices.solved;
  const { resolved } = textOf(notice, wording);
  // Such a notice is closed when Alexa uses its link, or when a person has linked again.
  const lines = [isAboutOneLink(notice.cause) && isUsedAgain ? texts.alexa.usedAgain : resolved, nothingElse];
  if (isAboutTheSession(notice.cause)) lines.push(`${alexaEvidenceText(alexa, texts)} ${texts.alexa.linkAgain}`);
  return { subject, text: lines.join('\n\n') };
}

/** The subject of such a notice is a link, and what is known of Alexa's half is known of this link. */
export const isAboutOneLink = (cause: Notice['cause']): boolean => cause === 'alexa-let-go' || cause === 'alexa-silent';

/** Signing in takes a code, so that only another user helps for longer than a session. */
const CODE_CAUSES: ReadonlySet<Notice['cause']> = new Set(['code-needed', 'two-step-account']);

/** Reports fail. A reader then asks whether voice works, and what Alexa did lately is a part of the answer. */
const REPORT_CAUSES: ReadonlySet<Notice['cause']> = new Set(['grant-revoked', 'event-refused']);

const isAboutTheSession = (cause: Notice['cause']): boolean => isSessionCause(cause) || cause === 'sign-in-throttled';

/** Whether a text about this cause says what is known of Alexa's half. */
export const saysAlexaEvidence = (cause: Notice['cause']): boolean =>
  isAboutTheSession(cause) || REPORT_CAUSES.has(cause) || isAboutOneLink(cause);

/** Nothing in the Alexa app is the remedy of these. */
const NOT_ABOUT_ALEXA: ReadonlySet<Notice['cause']> = new Set([
  'plug-offline',
  'plugs-offline',
  'devices-missing',
  'cloud-down',
  'amazon-down',
  'sign-in-inconclusive',
  'sign-in-throttled',
]);

const untilWhen = ({ mattersBy }: Notice, { notices }: Texts, dates: Dates): string =>
  mattersBy ? notices.reachableUntil({ day: dates.lastDay(new Date(mattersBy)) }) : notices.notReacting;

const signInBy = ({ url, expiresAt }: NoticeOffer, ask: string, { notices }: Texts, dates: Dates): string =>
  `${ask}\n\n${url}\n\n${notices.signInLink({ day: dates.lastDay(expiresAt) })}`;

/** How Alexa's half is made again: on our page, or in the Alexa app where there is no such page. */
function linkAlexaAgain(
  cause: Notice['cause'],
  offer: NoticeOffer | undefined,
  { texts, cloudName }: Wording,
  dates: Dates,
): string {
  const { notices } = texts;
  const isQuestion = cause === 'alexa-silent';
  if (!offer) return isQuestion ? `${notices.linkInApp} ${enableAgain(texts)}` : enableAgain(texts);
  const cloud = { cloud: cloudName };
  const ask = isQuestion ? notices.askToLinkIfSilent(cloud) : notices.askToLink(cloud);
  return `${ask}\n\n${offer.url}\n\n${notices.alexaLink({ day: dates.lastDay(offer.expiresAt) })}`;
}

function textOf(notice: Notice, { texts, cloudName }: Wording): CauseText {
  const { cause, connectedPlugs, reminder } = notice;
  const circumstances = {
    othersConnected: connectedPlugs !== undefined && connectedPlugs > 0,
    reminder: reminder ?? 1,
  };
  return causeText(cause, texts, valuesOf(notice, texts, cloudName), circumstances);
}

/** Names and addresses come from elsewhere, so none of them reaches a text as it is. */
function valuesOf(
  { maskedEmail, subject, mattersBy, retryAt, silentSince, offlineSince, plugs }: Notice,
  { language, notices }: Texts,
  cloudName: string,
): NoticeValues {
  const dates = datesOf(language);
  const written = (write: (at: Date) => string, iso: string | undefined) =>
    iso === undefined ? undefined : write(new Date(iso));
  return {
    cloud: cloudName,
    account: (maskedEmail && plainAddress(maskedEmail)) || undefined,
    name: subject === undefined ? '' : plainName(subject, notices.unreadableName),
    mattersBy: written(dates.lastDay, mattersBy),
    retryAt: written(dates.time, retryAt),
    silentSince: written(dates.moment, silentSince),
    offlineSince: written(dates.moment, offlineSince),
    plugs: plugs ?? 1,
  };
}
