import type { NoticeValues } from '../values.ts';

type Values = NoticeValues;

const whose = ({ account }: Pick<Values, 'account'>): string => (account ? `the account ${account}` : 'your account');

/** Usually: a device cloud does not say which bands a plug knows. */
const WIFI_BAND = 'Such plugs usually know 2.4 GHz Wi-Fi only.';

/**
 * Messages to people of an account. The reader is a helper and no developer. Of each cause: `subject`, `what` does not work, `remedy`, and
 * what works again when it is `resolved`. What only a developer gets is in `lambda/domain/developer-texts.ts`.
 */
export const notices = {
  solved: {
    subject: 'Lamps and Alexa: a problem is solved',
    nothingElse: 'Nothing else has to be done about this problem.',
  },
  /** In place of the name of a plug that has no letter or digit. */
  unreadableName: 'with a name that cannot be shown',
  reachableUntil: ({ day }: { readonly day: string }) => `This skill can reach the lamps until ${day}.`,
  notReacting: 'The lamps do not react to Alexa at the moment.',
  signedInAgain: (v: Values) => `This skill is signed in to ${v.cloud} again for ${whose(v)}.`,
  askToSignIn: ({ cloud }: { readonly cloud: string }) => `Please sign in to ${cloud} once on this page:`,
  signInLink: ({ day }: { readonly day: string }) =>
    `The link works once, until ${day}. Give it to nobody you would not give the password.`,
  /** The cure for an account that needs a code to sign in. `box` is the box on the sign-in page. */
  secondUser: ({ cloud, box }: { readonly cloud: string; readonly box: string }) =>
    `To avoid this: invite a second ${cloud} user without two-step sign-in to your residence, if ${cloud} lets you. Sign in on this page with that user, and tick "${box}".`,
  withoutLink:
    'This message has no link to a sign-in page, because the skill does not know its own address. Whoever runs the skill sets PUBLIC_URLS to the address of its account linking (the host of the Web Authorization URI in the Alexa developer console). Then a message with the link follows.',
  askToLink: ({ cloud }: { readonly cloud: string }) =>
    `Please link Alexa again on this page. It asks you to sign in to ${cloud}, and then to Amazon as the owner of the Echo.`,
  askToLinkIfSilent: ({ cloud }: { readonly cloud: string }) =>
    `If not, please link Alexa again on this page. It asks you to sign in to ${cloud}, and then to Amazon as the owner of the Echo.`,
  linkInApp: 'If not, please link Alexa again.',
  alexaLink: ({ day }: { readonly day: string }) =>
    `The link works until ${day}. Groups and routines in the Alexa app stay as they are.`,
  causes: {
    'password-changed': {
      subject: ({ cloud }: Values) => `Lamps and Alexa: ${cloud} does not take the password`,
      what: (v: Values) =>
        `This skill can no longer sign in to ${v.cloud} for ${whose(v)}. ${v.cloud} did not take the password that this skill had kept; usually somebody has changed it there.`,
    },
    'code-needed': {
      subject: ({ cloud }: Values) => `Lamps and Alexa: ${cloud} asks for a code`,
      what: (v: Values) =>
        `This skill can no longer sign in to ${v.cloud} for ${whose(v)} without a two-step code. Only you can get that code.`,
    },
    'two-step-account': {
      subject: ({ cloud }: Values) => `Lamps and Alexa: please sign in to ${cloud} again`,
      what: (v: Values) =>
        `${v.cloud} has ended this skill's access to ${whose(v)}. Signing in there takes a two-step code, which only you can get, so this skill cannot sign in by itself.`,
    },
    locked: {
      subject: ({ cloud }: Values) => `Lamps and Alexa: ${cloud} has locked the account`,
      what: (v: Values) => `${v.cloud} has locked ${whose(v)} for a while, as it does after failed sign-ins.`,
      remedy:
        'This skill tries again by itself after an hour. Nothing has to be done about it unless it lasts until tomorrow.',
      askToSignIn: ({ cloud }: Values) => `If it does, please sign in to ${cloud} once on this page:`,
      remedyTooLong: 'This skill tries again by itself once a day, but the lock has lasted too long.',
    },
    'credentials-not-kept': {
      subject: ({ cloud }: Values) => `Lamps and Alexa: please sign in to ${cloud} again`,
      what: (v: Values) =>
        `${v.cloud} has ended this skill's access to ${whose(v)}. This skill has no password for it, so it cannot sign in by itself.`,
    },
    'session-ends': {
      subject: ({ cloud, mattersBy }: Values) =>
        mattersBy
          ? `Lamps and Alexa: please sign in to ${cloud} before ${mattersBy}`
          : `Lamps and Alexa: please sign in to ${cloud} soon`,
      what: (v: Values) =>
        v.mattersBy
          ? `${v.cloud} ends this skill's access to ${whose(v)} on ${v.mattersBy}. This skill cannot renew it without you.`
          : `${v.cloud} ends this skill's access to ${whose(v)} soon. This skill cannot renew it without you.`,
    },
    'grant-revoked': {
      subject: 'Lamps and Alexa: the Alexa app no longer hears of changes',
      what: ({ account }: Values) =>
        account
          ? `Amazon has withdrawn this skill's permission to report to the Alexa app for the account ${account}. The app shows old states.`
          : "Amazon has withdrawn this skill's permission to report to the Alexa app. The app shows old states.",
      resolved: ({ account }: Values) =>
        account
          ? `This skill may report changes to the Alexa app again for the account ${account}.`
          : 'This skill may report changes to the Alexa app again.',
    },
    'alexa-let-go': {
      subject: 'Lamps and Alexa: Alexa is no longer linked with this skill',
      what: (v: Values) => `Alexa is no longer linked with this skill, so it cannot switch the lamps of ${whose(v)}.`,
    },
    'alexa-silent': {
      subject: 'Lamps and Alexa: does Alexa still hear you?',
      what: (v: Values) =>
        v.silentSince
          ? `Somebody has used the plugs of ${whose(v)} by hand on several days. We have not seen Alexa use its link to this skill since ${v.silentSince}. We do not know whether anything is wrong.`
          : `Somebody has used the plugs of ${whose(v)} by hand on several days. We have not seen Alexa use its link to this skill since it was linked. We do not know whether anything is wrong.`,
      remedy: 'Please ask Alexa to switch a lamp. If the lamp obeys, nothing has to be done.',
    },
    'wrong-stage': {
      subject: 'Lamps and Alexa: the Alexa link belongs to another stage of the skill',
      what: ({ account }: Values) =>
        account
          ? `The event gateway does not know this skill for the account ${account} (SKILL_NOT_FOUND). The link was made with another stage of it, development or live.`
          : 'The event gateway does not know this skill (SKILL_NOT_FOUND). The link was made with another stage of it, development or live.',
      resolved: ({ account }: Values) =>
        account
          ? `The event gateway takes events again for the account ${account}.`
          : 'The event gateway takes events again.',
    },
    'plug-offline': {
      subject: 'Lamps and Alexa: a plug is offline',
      what: (v: Values) =>
        v.offlineSince
          ? `This skill has not seen the plug ${v.name} of ${whose(v)} connected to ${v.cloud} since ${v.offlineSince}.`
          : `This skill has not seen the plug ${v.name} of ${whose(v)} connected to ${v.cloud}.`,
      othersConnected: 'Other plugs of the account are connected.',
      remedyPower: 'Please check that the plug has power. If it has, unplug it and plug it in again.',
      remedyInternet: ({ cloud }: Values) =>
        `Please check that the plug has power and that the internet at home works. If the Wi-Fi has a new name or password, set up the plug again in the ${cloud} app. ${WIFI_BAND}`,
      resolved: (v: Values) => `The plug ${v.name} of ${whose(v)} is connected again.`,
    },
    'plugs-offline': {
      subjectSome: 'Lamps and Alexa: several plugs are offline',
      subjectAll: 'Lamps and Alexa: all plugs are offline',
      whatSome: (v: Values) =>
        v.offlineSince
          ? `This skill has not seen ${v.plugs} plugs of ${whose(v)} connected to ${v.cloud} since ${v.offlineSince}. Other plugs of the account are connected.`
          : `This skill has not seen ${v.plugs} plugs of ${whose(v)} connected to ${v.cloud}. Other plugs of the account are connected.`,
      whatAll: (v: Values) =>
        v.offlineSince
          ? `This skill has not seen any of the ${v.plugs} plugs of ${whose(v)} connected to ${v.cloud} since ${v.offlineSince}. We do not know why.`
          : `This skill has not seen any of the ${v.plugs} plugs of ${whose(v)} connected to ${v.cloud}. We do not know why.`,
      remedyPower: 'Please check that these plugs have power. If they have, unplug them and plug them in again.',
      remedyInternet: ({ cloud }: Values) =>
        `Please check that the internet at home works. If the Wi-Fi has a new name or password, set up the plugs again in the ${cloud} app. ${WIFI_BAND}`,
      resolved: (v: Values) =>
        `This skill sees plugs of ${whose(v)} connected to ${v.cloud} again. If one of them stays offline, another message names it.`,
    },
    'devices-missing': {
      subject: ({ cloud }: Values) => `Lamps and Alexa: ${cloud} no longer shows all plugs`,
      what: (v: Values) =>
        `${v.cloud} does not show this skill all plugs of ${whose(v)}, although it lets this skill in. Alexa cannot switch the missing plugs. We do not know why they are missing.`,
      remedy: ({ cloud }: Values) =>
        `Open the ${cloud} app with the same account. If the plugs are missing there too, ask the owner of the residence to invite the account again. If they are there, please wait.`,
      resolved: (v: Values) => `${v.cloud} shows this skill all plugs of ${whose(v)} again.`,
    },
    'cloud-down': {
      subject: ({ cloud }: Values) => `Lamps and Alexa: ${cloud} does not serve this skill`,
      what: (v: Values) =>
        v.offlineSince
          ? `${v.cloud} has given this skill no usable answer for ${whose(v)} since ${v.offlineSince}. Until it does, the lamps may not react to Alexa. We do not know how long that takes.`
          : `${v.cloud} has given this skill no usable answer for ${whose(v)}. Until it does, the lamps may not react to Alexa. We do not know how long that takes.`,
      remedy: 'There is nothing for you to do. Another message follows when it is over.',
      resolved: (v: Values) => `${v.cloud} answers this skill for ${whose(v)} again.`,
    },
    'amazon-down': {
      subject: 'Lamps and Alexa: Amazon takes no reports from this skill',
      what: (v: Values) =>
        v.offlineSince
          ? `Amazon has not taken this skill's reports of changes for ${whose(v)} since ${v.offlineSince}. The Alexa app may show old states. We do not know whether Alexa switches the lamps.`
          : `Amazon has not taken this skill's reports of changes for ${whose(v)}. The Alexa app may show old states. We do not know whether Alexa switches the lamps.`,
      remedy: 'There is nothing for you to do. Another message follows when it is over.',
      resolved: (v: Values) => `Amazon takes this skill's reports of changes for ${whose(v)} again.`,
    },
    'sign-in-inconclusive': {
      subject: ({ cloud }: Values) => `Lamps and Alexa: ${cloud} does not let this skill in (developer)`,
      what: (v: Values) =>
        `${v.cloud} does not let this skill in to ${whose(v)}, although it does not call the password wrong. The lamps do not react to Alexa.`,
      remedy:
        'Developer: look for sign-in-inconclusive and sign-in-not-made in the log. The skill goes on trying by itself, about once an hour.',
      resolved: (v: Values) => `${v.cloud} lets this skill in to ${whose(v)} again.`,
    },
    'sign-in-throttled': {
      subject: 'Lamps and Alexa: the lamps do not react for a while',
      what: (v: Values) =>
        `${v.cloud} has ended this skill's access to ${whose(v)}, and the last sign-ins have not helped. So that ${v.cloud} does not lock the account, this skill waits before the next one. The lamps do not react to Alexa.`,
      remedy: ({ retryAt }: Values) =>
        retryAt
          ? `This skill tries again by itself, not before ${retryAt}. There is nothing for you to do unless another message asks for it.`
          : 'This skill tries again by itself. There is nothing for you to do unless another message asks for it.',
    },
    'ready-link-used': {
      subject: 'Lamps and Alexa: somebody has connected an Alexa',
      what: (v: Values) =>
        `Somebody has opened a link that was made for them on this skill's page, and connected their Alexa with ${whose(v)}. That Alexa can now switch and dim the lamps.`,
      remedy:
        'If you know about it, please just keep this message. If not, end that connection on the page "Who is connected" of this skill.',
      resolved: (v: Values) => `The Alexa that was connected by a link with ${whose(v)} is known.`,
    },
  },
};

export type NoticeTexts = typeof notices;
