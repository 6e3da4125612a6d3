import type { NoticeMessage } from '../ports/notice-sender.ts';
import type { NoticeRecord } from '../ports/notice-store.ts';
import type { Notice } from '../ports/notices.ts';
import { causeText, day, type TextContext } from './notice-cause-texts.ts';
import { plainAddress, plainName } from './plain-name.ts';
import { isSessionCause } from './reauth-link.ts';

export type NoticeText = Pick<NoticeMessage, 'subject' | 'text'>;

/** A link to the sign-in-again page. */
export interface ReauthOffer {
  readonly url: string;
  readonly expiresAt: Date;
}

/** People try unlinking, and it makes things worse where Alexa's half is fine. */
const LEAVE_ALEXA_ALONE = 'Please do not unlink or disable anything in the Alexa app. The link to Alexa is fine.';

const WITHOUT_LINK =
  'This message has no link to a sign-in page, because the skill does not know its own address. Whoever runs the skill sets PUBLIC_URLS to the address of its account linking (the host of the Web Authorization URI in the Alexa developer console). A message with the link follows.';

/**
 * The text of an open notice.
 * @param cloudName what people call the device cloud
 */
export function noticeText(notice: NoticeRecord, offer: ReauthOffer | undefined, cloudName: string): NoticeText {
  const { subject, what, remedy, ask } = causeText(notice.cause, contextOf(notice, cloudName));
  const lines = [what];
  if (isSessionCause(notice.cause)) {
    // Of a session that ends, the first sentence says the day.
    if (notice.cause !== 'session-ends') lines.push(untilWhen(notice));
    lines.push([remedy, offer ? signInBy(offer, ask ?? askFor(cloudName)) : WITHOUT_LINK].filter(Boolean).join(' '));
    lines.push(LEAVE_ALEXA_ALONE);
  } else {
    lines.push([remedy, notice.mattersBy && `It matters by ${day(notice.mattersBy)}.`].filter(Boolean).join(' '));
    if (ALEXA_IS_FINE.has(notice.cause)) lines.push(LEAVE_ALEXA_ALONE);
  }
  return { subject: `Lamps and Alexa: ${subject}`, text: lines.join('\n\n') };
}

/** The text of the message that says that all is well again. */
export function allClearText(notice: Notice, cloudName: string): NoticeText {
  const { resolved } = causeText(notice.cause, contextOf(notice, cloudName));
  return { subject: 'Lamps and Alexa: all is well again', text: `${resolved}\n\nNothing else to do.` };
}

const ALEXA_IS_FINE: ReadonlySet<Notice['cause']> = new Set([
  'plug-offline',
  'devices-missing',
  'sign-in-inconclusive',
  'sign-in-throttled',
]);

const untilWhen = ({ mattersBy }: Notice): string =>
  mattersBy
    ? `The lamps go on reacting to Alexa until ${day(mattersBy)}.`
    : 'Until somebody signs in, the lamps do not react to Alexa.';

const askFor = (cloudName: string): string => `Please sign in to ${cloudName} once on this page:`;

const signInBy = ({ url, expiresAt }: ReauthOffer, ask: string): string =>
  `${ask}\n\n${url}\n\nThe link works once, until ${day(expiresAt.toISOString())}. Give it to nobody you would not give the password.`;

/** Names and addresses come from elsewhere, so none of them reaches a text as it is. */
function contextOf({ maskedEmail, subject, mattersBy, retryAt, reminder }: Notice, cloudName: string): TextContext {
  const masked = maskedEmail === undefined ? '' : plainAddress(maskedEmail);
  return {
    cloud: cloudName,
    account: masked ? `the account ${masked}` : 'your account',
    forAccount: masked ? ` for the account ${masked}` : '',
    name: subject === undefined ? '' : plainName(subject),
    mattersBy: day(mattersBy),
    retryAt: retryAt === undefined ? undefined : new Date(retryAt),
    reminder: reminder ?? 1,
  };
}
