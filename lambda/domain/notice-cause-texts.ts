import type { NoticeCause } from '../ports/notices.ts';
import type { Texts } from '../texts/texts.ts';
import type { NoticeValues } from '../texts/values.ts';
import { SKILL_NAME } from './alexa-texts.ts';
import { DEVELOPER_CAUSES, type DeveloperCause } from './developer-texts.ts';
import type { SESSION_CAUSES } from './reauth-link.ts';

/** The sentences about one cause. */
export interface CauseText {
  readonly subject: string;
  /** What does not work, and where. */
  readonly what: string;
  /** What to do; for the causes of a session the sign-in link is the remedy. */
  readonly remedy?: string;
  /** The sentence before the sign-in link, where the usual one does not fit. */
  readonly ask?: string;
  /** What works again. */
  readonly resolved: string;
}

/** What decides which of the texts of a cause is right. */
export interface Circumstances {
  /** Whether other plugs of the account are connected. */
  readonly othersConnected: boolean;
  /** 1 for the first message of a notice. */
  readonly reminder: number;
}

type Wording = (texts: Texts, values: NoticeValues, circumstances: Circumstances) => CauseText;

/** A text that is the same for every value, or a function of the values. */
type Phrase = string | ((values: NoticeValues) => string);
const say = (phrase: Phrase, values: NoticeValues): string => (typeof phrase === 'string' ? phrase : phrase(values));

/** The cause of a session: signed in again is what resolves it. */
const ofSession =
  (cause: Exclude<(typeof SESSION_CAUSES)[number], 'locked'>): Wording =>
  ({ notices }, values) => ({
    subject: notices.causes[cause].subject(values),
    what: notices.causes[cause].what(values),
    resolved: notices.signedInAgain(values),
  });

/** A cause with one text of each kind. */
const plain =
  (cause: PlainCause): Wording =>
  ({ notices }, values) => {
    const { subject, what, resolved, ...more }: PlainTexts = notices.causes[cause];
    return {
      subject: say(subject, values),
      what: what(values),
      ...(more.remedy !== undefined && { remedy: say(more.remedy, values) }),
      resolved: resolved(values),
    };
  };

type PlainCause =
  | 'grant-revoked'
  | 'devices-missing'
  | 'cloud-down'
  | 'amazon-down'
  | 'sign-in-inconclusive'
  | 'ready-link-used';
interface PlainTexts {
  readonly subject: Phrase;
  readonly what: (values: NoticeValues) => string;
  readonly remedy?: Phrase;
  readonly resolved: (values: NoticeValues) => string;
}

const ofDeveloper =
  (cause: DeveloperCause): Wording =>
  (_, values) =>
    DEVELOPER_CAUSES[cause](values);

/** Which texts each cause takes from the catalogues. Who wants another text changes `lambda/texts`. */
const WORDINGS: Readonly<Record<NoticeCause, Wording>> = {
  'password-changed': ofSession('password-changed'),
  'code-needed': ofSession('code-needed'),
  'two-step-account': ofSession('two-step-account'),
  'credentials-not-kept': ofSession('credentials-not-kept'),
  'session-ends': ofSession('session-ends'),
  locked: ({ notices }, values, { reminder }) => {
    const { subject, what, remedy, askToSignIn, remedyTooLong } = notices.causes.locked;
    return {
      subject: subject(values),
      what: what(values),
      ...(reminder > 1 ? { remedy: remedyTooLong } : { remedy, ask: askToSignIn(values) }),
      resolved: notices.signedInAgain(values),
    };
  },
  'grant-revoked': plain('grant-revoked'),
  'alexa-let-go': ({ notices, alexa }, values) => {
    const { subject, what } = notices.causes['alexa-let-go'];
    return { subject, what: what(values), resolved: alexa.linkedAgain };
  },
  'alexa-silent': ({ notices, alexa }, values) => {
    const { subject, what, remedy } = notices.causes['alexa-silent'];
    return { subject, what: what(values), remedy, resolved: alexa.linkedAgain };
  },
  'messaging-client-refused': ofDeveloper('messaging-client-refused'),
  'events-not-permitted': ofDeveloper('events-not-permitted'),
  'event-refused': ofDeveloper('event-refused'),
  'wrong-stage': (texts, values) => {
    const { subject, what, resolved } = texts.notices.causes['wrong-stage'];
    return { subject, what: what(values), remedy: enableAgain(texts), resolved: resolved(values) };
  },
  'plug-offline': ({ notices }, values, { othersConnected }) => {
    const { subject, what, othersConnected: others, remedyPower, ...more } = notices.causes['plug-offline'];
    return {
      subject,
      what: othersConnected ? `${what(values)} ${others}` : what(values),
      remedy: othersConnected ? remedyPower : more.remedyInternet(values),
      resolved: more.resolved(values),
    };
  },
  'plugs-offline': ({ notices }, values, { othersConnected }) => {
    const { subjectSome, subjectAll, whatSome, whatAll, remedyPower, ...more } = notices.causes['plugs-offline'];
    return {
      subject: othersConnected ? subjectSome : subjectAll,
      what: othersConnected ? whatSome(values) : whatAll(values),
      remedy: othersConnected ? remedyPower : more.remedyInternet(values),
      resolved: more.resolved(values),
    };
  },
  'devices-missing': plain('devices-missing'),
  'cloud-down': plain('cloud-down'),
  'amazon-down': plain('amazon-down'),
  'sign-in-inconclusive': plain('sign-in-inconclusive'),
  'sign-in-throttled': ({ notices }, values) => {
    const { subject, what, remedy } = notices.causes['sign-in-throttled'];
    return { subject, what: what(values), remedy: remedy(values), resolved: notices.signedInAgain(values) };
  },
  'ready-link-used': plain('ready-link-used'),
  'tokens-refused': ofDeveloper('tokens-refused'),
};

export const causeText = (
  cause: NoticeCause,
  texts: Texts,
  values: NoticeValues,
  circumstances: Circumstances,
): CauseText => WORDINGS[cause](texts, values, circumstances);

/** The texts where people sign in at the maker's own server, and no page of this skill has a box to tick. */
export const withoutSignInPage = (texts: Texts): Texts => ({
  ...texts,
  alexa: { ...texts.alexa, enableAgain: ({ skill }) => texts.alexa.enableAgainElsewhere({ skill }) },
});

/** The steps in the Alexa app that link it again. */
export const enableAgain = ({ alexa, signIn }: Texts): string =>
  alexa.enableAgain({ skill: SKILL_NAME, box: signIn.keepBox });
