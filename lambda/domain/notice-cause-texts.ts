import type { NoticeCause } from '../ports/notices.ts';
import { ENABLE_AGAIN } from './alexa-texts.ts';

/** The values that a text may name. None of them has a line break or anything that a mail program makes a link of. */
export interface TextContext {
  /** What people call the device cloud. */
  readonly cloud: string;
  /** `the account m…y@example.org`, or `your account`. */
  readonly account: string;
  /** ` for the account m…y@example.org`, or nothing where the notice names none, as one about a grant. */
  readonly forAccount: string;
  /** The plug or grant that it is about; empty for none. */
  readonly name: string;
  /** A day. */
  readonly mattersBy: string;
  /** When the skill tries again by itself. */
  readonly retryAt: Date | undefined;
  /** The last use that is known of Alexa's link, as `moment` writes it. */
  readonly silentSince: string;
  /** ` since DAY (TIME)`, as `moment` writes it, or nothing where it is not known. */
  readonly sinceOffline: string;
  /** How many plugs it is about. */
  readonly plugs: number;
  /** Whether other plugs of the account are connected. */
  readonly othersConnected: boolean;
  /** 1 for the first message of a notice. */
  readonly reminder: number;
}

export interface CauseText {
  /** Ends the subject line. */
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

const signedIn = ({ cloud, account }: TextContext): string =>
  `This skill is signed in to ${cloud} again for ${account}.`;

/** Usually: a device cloud does not say which bands a plug knows. */
const WIFI_BAND = 'Such plugs usually know 2.4 GHz Wi-Fi only.';

/** Its reader is a helper and no developer; where only a developer can help, the text says so. */
const TEXTS: Readonly<Record<NoticeCause, (context: TextContext) => CauseText>> = {
  'password-changed': (context) => ({
    subject: `${context.cloud} does not take the password`,
    what: `This skill can no longer sign in to ${context.cloud} for ${context.account}. ${context.cloud} does not take the password that this skill keeps; usually somebody has changed it there.`,
    resolved: signedIn(context),
  }),
  'code-needed': (context) => ({
    subject: `${context.cloud} asks for a code`,
    what: `This skill can no longer sign in to ${context.cloud} for ${context.account} without a two-step code. Only you can get that code.`,
    resolved: signedIn(context),
  }),
  'two-step-account': (context) => ({
    subject: `please sign in to ${context.cloud} again`,
    what: `${context.cloud} has ended this skill's access to ${context.account}. Signing in there takes a two-step code, which only you can get, so this skill cannot sign in by itself.`,
    resolved: signedIn(context),
  }),
  locked: (context) => ({
    subject: `${context.cloud} has locked the account`,
    what: `${context.cloud} has locked ${context.account} for a while, as it does after failed sign-ins.`,
    ...(context.reminder > 1
      ? { remedy: 'This skill tries again by itself once a day, but the lock has lasted too long.' }
      : {
          remedy:
            'This skill tries again by itself after an hour. Nothing has to be done about it unless it lasts until tomorrow.',
          ask: `If it does, please sign in to ${context.cloud} once on this page:`,
        }),
    resolved: signedIn(context),
  }),
  'credentials-not-kept': (context) => ({
    subject: `please sign in to ${context.cloud} again`,
    what: `${context.cloud} has ended this skill's access to ${context.account}. This skill has no password for it, so it cannot sign in by itself.`,
    resolved: signedIn(context),
  }),
  'session-ends': (context) => ({
    subject: `please sign in to ${context.cloud} before ${context.mattersBy}`,
    what: `${context.cloud} ends this skill's access to ${context.account} on ${context.mattersBy}. This skill cannot renew it without you.`,
    resolved: signedIn(context),
  }),
  'grant-revoked': ({ forAccount }) => ({
    subject: 'the Alexa app no longer hears of changes',
    what: `Amazon has withdrawn this skill's permission to report to the Alexa app${forAccount}. The app shows old states.`,
    resolved: `This skill may report changes to the Alexa app again${forAccount}.`,
  }),
  'alexa-let-go': ({ account }) => ({
    subject: 'Alexa is no longer linked with this skill',
    what: `Alexa is no longer linked with this skill, so it cannot switch the lamps of ${account}.`,
    resolved: 'Alexa was linked with this skill again.',
  }),
  'alexa-silent': ({ account, silentSince }) => ({
    subject: 'does Alexa still hear you?',
    what: `Somebody has used the plugs of ${account} by hand on several days. We have not seen Alexa use its link to this skill since ${silentSince}. We do not know whether anything is wrong.`,
    remedy: 'Please ask Alexa to switch a lamp. If the lamp obeys, nothing has to be done.',
    resolved: 'Alexa was linked with this skill again.',
  }),
  'messaging-client-refused': () => ({
    subject: 'Amazon refuses the messaging credentials (developer)',
    what: "Login with Amazon refuses this skill's Alexa Skill Messaging client id or secret, so no change is reported for any account.",
    remedy:
      'Developer: copy the pair from the Permissions page of the Alexa developer console into the secrets. No grant was deleted because of this.',
    resolved: "Login with Amazon takes the skill's messaging credentials again.",
  }),
  'events-not-permitted': () => ({
    subject: 'the event gateway refuses all events (developer)',
    what: 'The Alexa event gateway answers that this skill may not send events (INSUFFICIENT_PERMISSION_EXCEPTION), so no change is reported.',
    remedy:
      'Developer: switch on "Send Alexa Events" on the Permissions page of the Alexa developer console. No grant was deleted because of this.',
    resolved: 'The event gateway takes events of this skill again.',
  }),
  'wrong-stage': ({ forAccount }) => ({
    subject: 'the Alexa link belongs to another stage of the skill',
    what: `The event gateway does not know this skill${forAccount} (SKILL_NOT_FOUND). The link was made with another stage of it, development or live.`,
    remedy: ENABLE_AGAIN,
    resolved: `The event gateway takes events again${forAccount}.`,
  }),
  'event-refused': ({ name, forAccount }) => ({
    subject: 'the event gateway refused a report (developer)',
    what: `The Alexa event gateway answered that a report is malformed${name ? ` (${name})` : ''}${forAccount}. The Alexa app may show an old state.`,
    remedy: 'Developer: this is a bug. Look for event-refused in the log of report-worker.',
    resolved: `The event gateway takes reports again${forAccount}.`,
  }),
  'plug-offline': ({ cloud, account, name, sinceOffline, othersConnected }) => ({
    subject: 'a plug is offline',
    what: `This skill has not seen the plug ${name} of ${account} connected to ${cloud}${sinceOffline}.${othersConnected ? ' Other plugs of the account are connected.' : ''}`,
    remedy: othersConnected
      ? 'Please check that the plug has power. If it has, unplug it and plug it in again.'
      : `Please check that the plug has power and that the internet at home works. If the Wi-Fi has a new name or password, set up the plug again in the ${cloud} app. ${WIFI_BAND}`,
    resolved: `The plug ${name} of ${account} is connected again.`,
  }),
  'plugs-offline': ({ cloud, account, plugs, sinceOffline, othersConnected }) => ({
    subject: othersConnected ? 'several plugs are offline' : 'all plugs are offline',
    what: othersConnected
      ? `This skill has not seen ${plugs} plugs of ${account} connected to ${cloud}${sinceOffline}. Other plugs of the account are connected.`
      : `This skill has not seen any of the ${plugs} plugs of ${account} connected to ${cloud}${sinceOffline}. We do not know why.`,
    remedy: othersConnected
      ? 'Please check that these plugs have power. If they have, unplug them and plug them in again.'
      : `Please check that the internet at home works. If the Wi-Fi has a new name or password, set up the plugs again in the ${cloud} app. ${WIFI_BAND}`,
    resolved: `This skill sees plugs of ${account} connected to ${cloud} again. If one of them stays offline, another message names it.`,
  }),
  'devices-missing': ({ cloud, account }) => ({
    subject: `${cloud} no longer shows all plugs`,
    what: `${cloud} has not shown this skill all plugs of ${account} for an hour or longer, although it lets this skill in. Alexa cannot switch the missing plugs. We do not know yet why they are missing.`,
    remedy: `Open the ${cloud} app with the same account. If the plugs are missing there too, ask the owner of the residence to invite the account again. If they are there, please wait.`,
    resolved: `${cloud} shows this skill all plugs of ${account} again.`,
  }),
  'cloud-down': ({ cloud, account, sinceOffline }) => ({
    subject: `${cloud} does not answer`,
    what: `${cloud} has not answered this skill for ${account}${sinceOffline}. Until it does, the lamps may not react to Alexa. We do not know how long that takes.`,
    remedy: 'Nothing has to be done about it. Another message follows when it is over.',
    resolved: `${cloud} answers this skill for ${account} again.`,
  }),
  'sign-in-inconclusive': ({ cloud, account }) => ({
    subject: `${cloud} does not let this skill in (developer)`,
    what: `${cloud} does not let this skill in to ${account}, although it does not call the password wrong. The lamps do not react to Alexa.`,
    remedy:
      'Developer: look for sign-in-inconclusive in the log. The skill goes on trying by itself, at least every three hours.',
    resolved: `${cloud} lets this skill in to ${account} again.`,
  }),
  'sign-in-throttled': ({ cloud, account, retryAt }) => ({
    subject: 'the lamps do not react for a while',
    what: `${cloud} has ended this skill's access to ${account}, and the last sign-ins have not helped. So that ${cloud} does not lock the account, this skill waits before the next one. The lamps do not react to Alexa.`,
    remedy: `This skill tries again by itself${retryAt ? `, not before ${time(retryAt)}` : ''}. Nothing has to be done about it unless another message asks for that.`,
    resolved: `This skill is signed in to ${cloud} again for ${account}.`,
  }),
  'ready-link-used': ({ account }) => ({
    subject: 'somebody has connected an Alexa',
    what: `Somebody has opened a link that was made for them on this skill's page, and connected their Alexa with ${account}. That Alexa can now switch and dim the lamps.`,
    remedy:
      'If you know about it, please just keep this message. If not, ask whoever runs this skill to end that connection.',
    resolved: `The Alexa that was connected by a link with ${account} is known.`,
  }),
};

export const causeText = (cause: NoticeCause, context: TextContext): CauseText => TEXTS[cause](context);

const DAY = new Intl.DateTimeFormat('en-US', {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
});

/**
 * A session that ends in the first hours of a day by UTC ends the evening before in the United States, where the lamps are. So the day that
 * a text names is that of twelve hours earlier.
 */
const EVENING_MS = 12 * 3_600_000;

/** The last day on which all is well wherever the lamps are. */
export const day = (moment: string | undefined): string =>
  moment ? DAY.format(new Date(Date.parse(moment) - EVENING_MS)) : 'soon';

/** `14:05 UTC`: the reader's time zone is not known. */
const time = (moment: Date): string => `${moment.toISOString().slice(11, 16)} UTC`;
