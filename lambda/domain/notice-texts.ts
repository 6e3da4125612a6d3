import type { NoticeMessage } from '../ports/notice-sender.ts';
import type { NoticeRecord } from '../ports/notice-store.ts';
import type { Notice } from '../ports/notices.ts';
import type { AlexaEvidence } from './alexa-evidence.ts';
import { isAlexaCause } from './alexa-link.ts';
import {
  alexaEvidenceText,
  besidesSignIn,
  ENABLE_AGAIN,
  LEAVE_ALEXA_ALONE,
  LINK_AGAIN,
  moment,
} from './alexa-texts.ts';
import { OUTAGE_CAUSES } from './next-action.ts';
import { causeText, day, type TextContext } from './notice-cause-texts.ts';
import type { NoticeOffer } from './notice-offers.ts';
import { plainAddress, plainName } from './plain-name.ts';
import { isSessionCause } from './reauth-link.ts';

export type NoticeText = Pick<NoticeMessage, 'subject' | 'text'>;

const WITHOUT_LINK =
  'This message has no link to a sign-in page, because the skill does not know its own address. Whoever runs the skill sets PUBLIC_URLS to the address of its account linking (the host of the Web Authorization URI in the Alexa developer console). Then a message with the link follows.';

/**
 * The text of an open notice.
 * @param cloudName what people call the device cloud
 * @param alexa what is known of Alexa's half of the account's links now
 */
export function noticeText(
  notice: NoticeRecord,
  offer: NoticeOffer | undefined,
  cloudName: string,
  alexa: AlexaEvidence,
): NoticeText {
  const { subject, what, remedy, ask } = causeText(notice.cause, contextOf(notice, cloudName));
  const lines = [what];
  if (isSessionCause(notice.cause)) {
    // Of a session that ends, the first sentence says the day.
    if (notice.cause !== 'session-ends') lines.push(untilWhen(notice));
    lines.push([remedy, offer ? signInBy(offer, ask ?? askFor(cloudName)) : WITHOUT_LINK].filter(Boolean).join(' '));
    lines.push(besidesSignIn(alexa));
  } else if (isAlexaCause(notice.cause)) {
    // A question says itself what is known.
    if (notice.cause !== 'alexa-silent') lines.push(alexaEvidenceText(alexa));
    lines.push([remedy, linkAlexaAgain(notice.cause, offer, cloudName)].filter(Boolean).join(' '));
  } else {
    if (REPORT_CAUSES.has(notice.cause)) lines.push(alexaEvidenceText(alexa));
    lines.push([remedy, notice.mattersBy && `It matters by ${day(notice.mattersBy)}.`].filter(Boolean).join(' '));
    if (NOT_ABOUT_ALEXA.has(notice.cause)) lines.push(LEAVE_ALEXA_ALONE);
  }
  return { subject: `Lamps and Alexa: ${subject}`, text: lines.join('\n\n') };
}

/**
 * The text of the message that says that a problem is solved. It says nothing of other problems.
 * @param isUsedAgain whether Alexa has used the link that the notice was about since the notice
 */
export function allClearText(
  notice: Notice,
  cloudName: string,
  alexa: AlexaEvidence,
  isUsedAgain: boolean,
): NoticeText {
  const { resolved } = causeText(notice.cause, contextOf(notice, cloudName));
  const lines = [
    isAboutOneLink(notice.cause) && isUsedAgain ? USED_AGAIN : resolved,
    'Nothing else has to be done about this problem.',
  ];
  if (isAboutTheSession(notice.cause)) lines.push(`${alexaEvidenceText(alexa)} ${LINK_AGAIN}`);
  return { subject: 'Lamps and Alexa: a problem is solved', text: lines.join('\n\n') };
}

/** Such a notice is closed when Alexa uses its link, or when a person has linked again. */
const USED_AGAIN = 'Alexa has used its link to this skill again.';

/** The subject of such a notice is a link, and what is known of Alexa's half is known of this link. */
export const isAboutOneLink = (cause: Notice['cause']): boolean => cause === 'alexa-let-go' || cause === 'alexa-silent';

/** Reports fail. A reader then asks whether voice works, and what Alexa did lately is a part of the answer. */
const REPORT_CAUSES: ReadonlySet<Notice['cause']> = new Set(['grant-revoked', 'event-refused']);

const isAboutTheSession = (cause: Notice['cause']): boolean =>
  isSessionCause(cause) || OUTAGE_CAUSES.some((one) => one === cause);

/** Whether a text about this cause says what is known of Alexa's half. */
export const saysAlexaEvidence = (cause: Notice['cause']): boolean =>
  isAboutTheSession(cause) || REPORT_CAUSES.has(cause) || isAboutOneLink(cause);

/** Nothing in the Alexa app is the remedy of these. */
const NOT_ABOUT_ALEXA: ReadonlySet<Notice['cause']> = new Set([
  'plug-offline',
  'plugs-offline',
  'devices-missing',
  'cloud-down',
  'sign-in-inconclusive',
  'sign-in-throttled',
]);

const untilWhen = ({ mattersBy }: Notice): string =>
  mattersBy
    ? `This skill can reach the lamps until ${day(mattersBy)}.`
    : 'The lamps do not react to Alexa at the moment.';

const askFor = (cloudName: string): string => `Please sign in to ${cloudName} once on this page:`;

const signInBy = ({ url, expiresAt }: NoticeOffer, ask: string): string =>
  `${ask}\n\n${url}\n\nThe link works once, until ${day(expiresAt.toISOString())}. Give it to nobody you would not give the password.`;

/** How Alexa's half is made anew: on our page, or in the Alexa app where there is no such page. */
function linkAlexaAgain(cause: Notice['cause'], offer: NoticeOffer | undefined, cloudName: string): string {
  const isQuestion = cause === 'alexa-silent';
  if (!offer) return isQuestion ? `If not, please link Alexa again. ${ENABLE_AGAIN}` : ENABLE_AGAIN;
  const ask = isQuestion ? 'If not, please link Alexa again on this page.' : 'Please link Alexa again on this page.';
  return `${ask} It asks you to sign in to ${cloudName}, and then to Amazon as the owner of the Echo.\n\n${offer.url}\n\nThe link works until ${day(offer.expiresAt.toISOString())}. Groups and routines in the Alexa app stay as they are.`;
}

/** Names and addresses come from elsewhere, so none of them reaches a text as it is. */
function contextOf(
  { maskedEmail, subject, mattersBy, retryAt, silentSince, offlineSince, plugs, connectedPlugs, reminder }: Notice,
  cloudName: string,
): TextContext {
  const masked = maskedEmail === undefined ? '' : plainAddress(maskedEmail);
  return {
    cloud: cloudName,
    account: masked ? `the account ${masked}` : 'your account',
    forAccount: masked ? ` for the account ${masked}` : '',
    name: subject === undefined ? '' : plainName(subject),
    mattersBy: day(mattersBy),
    retryAt: retryAt === undefined ? undefined : new Date(retryAt),
    silentSince: silentSince === undefined ? 'it was linked' : moment(silentSince),
    sinceOffline: offlineSince === undefined ? '' : ` since ${moment(offlineSince)}`,
    plugs: plugs ?? 1,
    othersConnected: connectedPlugs !== undefined && connectedPlugs > 0,
    reminder: reminder ?? 1,
  };
}
