import type { NoticeMessage } from '../ports/notice-sender.ts';
import type { NoticeRecord } from '../ports/notice-store.ts';
import type { Notice, NoticeCause } from '../ports/notices.ts';
import { isSessionCause } from './reauth-link.ts';

type Told = Pick<NoticeMessage, 'subject' | 'text'>;

export interface ReauthOffer {
  readonly url: string;
  readonly expiresAt: Date;
}

interface Words {
  readonly subject: string;
  /** What broke, and where: one sentence. */
  readonly what: string;
  /** What to do about it; of the session's causes the sign-in link is the remedy. */
  readonly remedy?: string;
  /** What is said to that end before the sign-in link. */
  readonly ask?: string;
  /** What is well again. */
  readonly healed: string;
}

/** For a helper, who is no developer; some causes are a developer's, and say so. */
const WORDS: Readonly<Record<NoticeCause, (notice: Notice) => Words>> = {
  'password-changed': (notice) => ({
    subject: 'the My Leviton password was changed',
    what: `My Leviton no longer lets this skill in to ${account(notice)}, because the password there was changed.`,
    healed: signedIn(notice),
  }),
  'code-needed': (notice) => ({
    subject: 'My Leviton asks for a code',
    what: `My Leviton no longer lets this skill in to ${account(notice)} without a two-step code, which only you can get.`,
    healed: signedIn(notice),
  }),
  locked: (notice) => ({
    subject: 'My Leviton has locked the account',
    what: `My Leviton has locked ${account(notice)} for a while, as it does after failed sign-ins.`,
    ...((notice.reminder ?? 1) > 1
      ? { remedy: 'This skill tries again by itself once a day, but the lock has lasted too long.' }
      : {
          remedy:
            'This skill tries again by itself after an hour, and nothing need be done unless it lasts until tomorrow.',
          ask: 'If it does, please sign in to My Leviton once on this page:',
        }),
    healed: signedIn(notice),
  }),
  'credentials-not-kept': (notice) => ({
    subject: 'please sign in to My Leviton again',
    what: `My Leviton has ended this skill's access to ${account(notice)}, and as you did not let us keep the password we cannot sign in again by ourselves.`,
    healed: signedIn(notice),
  }),
  'session-ends': (notice) => ({
    subject: `please sign in to My Leviton before ${day(notice.mattersBy)}`,
    what: `My Leviton ends this skill's access to ${account(notice)} on ${day(notice.mattersBy)}, and without your password or code we cannot renew it by ourselves.`,
    healed: signedIn(notice),
  }),
  'grant-revoked': (notice) => ({
    subject: 'the Alexa app no longer hears of changes',
    what: `Amazon has withdrawn this skill's permission to report to the Alexa app${forAccount(notice)}: the voice works, the app shows old states.`,
    remedy: ENABLE_AGAIN,
    healed: `The Alexa app hears of changes again${forAccount(notice)}.`,
  }),
  'messaging-client-refused': () => ({
    subject: 'Amazon refuses the messaging credentials (developer)',
    what: "Login with Amazon refuses this skill's Alexa Skill Messaging client id or secret, so no change is reported for any account.",
    remedy:
      'Developer: copy the pair from the Permissions page of the Alexa developer console into the secrets. Every grant was kept.',
    healed: "Login with Amazon takes the skill's messaging credentials again.",
  }),
  'events-not-permitted': () => ({
    subject: 'the event gateway refuses all events (developer)',
    what: 'The Alexa event gateway answers that this skill may not send events (INSUFFICIENT_PERMISSION_EXCEPTION), so no change is reported.',
    remedy:
      'Developer: switch on "Send Alexa Events" on the Permissions page of the Alexa developer console. Every grant was kept.',
    healed: 'The event gateway takes events of this skill again.',
  }),
  'wrong-stage': (notice) => ({
    subject: 'the Alexa link belongs to another stage of the skill',
    what: `The event gateway does not know this skill${forAccount(notice)} (SKILL_NOT_FOUND): the link was made with another stage of it, development or live.`,
    remedy: ENABLE_AGAIN,
    healed: `The event gateway takes events again${forAccount(notice)}.`,
  }),
  'event-refused': (notice) => ({
    subject: 'the event gateway refused a report (developer)',
    what: `The Alexa event gateway took a report for malformed${notice.subject ? ` (${notice.subject})` : ''}${forAccount(notice)}; the voice works, the Alexa app may show an old state.`,
    remedy: 'Developer: this is a bug; look for event-refused in the log of report-worker.',
    healed: `The event gateway takes reports again${forAccount(notice)}.`,
  }),
  'plug-offline': (notice) => ({
    subject: 'a plug has been offline for a day',
    what: `The plug ${notice.subject ?? ''} of ${account(notice)} has had no connection to My Leviton for a day; the account and Alexa are fine.`,
    remedy: 'Check that the plug has power and that the Wi-Fi at home is the one it knows, then press its button.',
    healed: `The plug ${notice.subject ?? ''} of ${account(notice)} is connected again.`,
  }),
  'sign-in-in-vain': (notice) => ({
    subject: 'My Leviton does not take our sign-in (developer)',
    what: `My Leviton does not let this skill in to ${account(notice)}, although it does not call the password wrong, so the lamps do not react to Alexa.`,
    remedy: 'Developer: look for sign-in-in-vain in the log; the skill keeps trying by itself, every three hours.',
    healed: `My Leviton lets this skill in to ${account(notice)} again.`,
  }),
};

/** A password goes with the last link, so a person who enables the skill again has to let us keep it anew. */
const ENABLE_AGAIN =
  'In the Alexa app disable this skill once, enable it again, sign in and tick the box "Keep my lamp connected" again; nothing else there needs a touch.';

/** Where unlinking is what people try, and what makes it worse. */
const LEAVE_ALEXA_ALONE = 'Please do not unlink or disable anything in the Alexa app: the link to Alexa is fine.';

/** What somebody is told when a notice is raised. */
export function noticeWords(notice: NoticeRecord, offer: ReauthOffer | undefined): Told {
  const { subject, what, remedy, ask } = WORDS[notice.cause](notice);
  const lines = [what];
  if (isSessionCause(notice.cause)) {
    // The day is in the sentence before where it is the trouble itself.
    if (notice.cause !== 'session-ends')
      lines.push(
        notice.mattersBy
          ? `The lamps go on reacting to Alexa until ${day(notice.mattersBy)}.`
          : 'Until this is mended the lamps do not react to Alexa.',
      );
    lines.push([remedy, offer ? reauthBy(offer, ask) : WITHOUT_LINK].filter(Boolean).join(' '));
    lines.push(LEAVE_ALEXA_ALONE);
  } else {
    lines.push([remedy, notice.mattersBy && `It matters by ${day(notice.mattersBy)}.`].filter(Boolean).join(' '));
    if (notice.cause === 'plug-offline' || notice.cause === 'sign-in-in-vain') lines.push(LEAVE_ALEXA_ALONE);
  }
  return { subject: `Lamps and Alexa: ${subject}`, text: lines.join('\n\n') };
}

/** What they are told once it is well. */
export function allClearWords(notice: Notice): Told {
  const { healed } = WORDS[notice.cause](notice);
  return { subject: 'Lamps and Alexa: all is well again', text: `${healed}\n\nNothing else to do.` };
}

const reauthBy = ({ url, expiresAt }: ReauthOffer, ask = 'Please sign in to My Leviton once on this page:'): string =>
  `${ask}\n\n${url}\n\nThe link works once, until ${day(expiresAt.toISOString())}. Give it to nobody you would not give the password.`;

const WITHOUT_LINK =
  'There is no link to a sign-in page in this message, because the skill was not told its own address: whoever runs it sets PUBLIC_URLS to the address of its account linking (the host of the Web Authorization URI in the Alexa developer console); a message with the link follows.';

const account = ({ maskedEmail: masked }: Notice): string => (masked ? `the account ${masked}` : 'your account');

/** Nothing where the notice names none, as one about a grant does. */
const forAccount = ({ maskedEmail: masked }: Notice): string => (masked ? ` for the account ${masked}` : '');

const signedIn = (notice: Notice): string => `This skill is signed in to My Leviton again for ${account(notice)}.`;

const DAY = new Intl.DateTimeFormat('en-US', {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
});

/**
 * How far the last evening before a moment may be ahead of it: a session that ends in the first hours of a day by UTC dies the evening
 * before where the lamps are, in the United States, and a person is not told a day too many.
 */
const EVENING_MS = 12 * 3_600_000;

/** The last day on which all is well wherever the lamps are. */
const day = (moment: string | undefined): string =>
  moment ? DAY.format(new Date(Date.parse(moment) - EVENING_MS)) : 'soon';
