import { pluralOf } from '../plural.ts';

type Cloud = { readonly cloud: string };
type Skill = { readonly skill: string };
type Name = { readonly name: string };
type Count = { readonly count: number };

const plural = pluralOf('en');
/** What the plug's Wi-Fi needs. Usually: a device cloud does not say which bands a plug knows. */
const BAND = 'Such plugs usually know 2.4 GHz Wi-Fi only.';

/** The page "How are my lamps?". */
export const lamps = {
  title: 'How are my lamps?',
  signIn: {
    why: ({ cloud }: Cloud) =>
      `Sign in with your ${cloud} account, the one you use in the ${cloud} app. Then you see how your lamps are, and what to do if one does not react.`,
    submit: 'Sign in',
  },
  checked: ({ moment }: { readonly moment: string }) => `Checked on ${moment}.`,
  lookAgain: 'Look again',
  since: ({ moment }: { readonly moment: string }) => `Since ${moment}.`,
  /** The heading above the verdict. */
  verdict: {
    broken: 'This is what does not work',
    commandsPass: 'This does not work, but it does not stop commands to your lamps',
    healthy: 'Everything that can be seen from here works',
    undecided: 'No fault was found so far',
  },
  /** What is said where no cause is known. */
  found: {
    healthy:
      'If a lamp is still dark, its bulb may be broken, or its own switch off. To find out, use “Blink the lamp” on this page.',
    'link-not-completed': 'Linking with Alexa was started for this account, and is not finished yet.',
    'alexa-not-heard':
      'No call from Alexa for this account was noted in the last day. So we do not know whether your voice gets here.',
    'looked-often': 'Your lamps were looked at six times in five minutes. So they were not looked at this time.',
    'not-enough-known': 'Not everything could be checked: see “Not known” below.',
  },
  foundRemedy: {
    healthy: 'If Alexa does not react, say the name of the lamp as the Alexa app shows it.',
    'link-not-completed': 'Finish the linking in the Alexa app. If you have finished it, look again in five minutes.',
    'alexa-not-heard': 'Find out with a tap on the tile of a lamp in the Alexa app: see “Find out more” on this page.',
    'looked-often': 'Look again in five minutes.',
    'not-enough-known': 'Look again in some minutes.',
  },
  /** Who can end it. */
  who: {
    person: 'What you can do',
    helper: 'For whoever knows the password of the account',
    developer: 'What you can do',
    nobody: 'Wait',
  },
  /** One remedy for all causes that only a developer can end, or that end by themselves. */
  remedyOf: {
    developer:
      'Please tell whoever runs this skill. Please do not unlink or disable anything in the Alexa app; it would not help.',
    nobody:
      'Please wait some minutes and look again. Please do not unlink or disable anything in the Alexa app; it would not help.',
  },
  lampsTitle: 'Your lamps',
  noLamps: 'No lamp of this account is known here.',
  lamp: {
    on: ({ level }: { readonly level: string }) => `On at ${level}`,
    onSwitch: 'On',
    off: 'Off',
    offline: 'Not connected',
    connected: 'Connected',
    lastKnown: ({ state }: { readonly state: string }) => `Last known: ${state}`,
    notLooked: 'Could not be checked just now',
  },
  chainTitle: 'From your voice to the lamp',
  /** Also said to whoever cannot see the colours. */
  marks: { ok: 'Works', broken: 'Does not work', unknown: 'Not known' },
  parts: {
    skill: 'This skill',
    plug: 'Plug and Wi-Fi',
    lamp: 'Bulb and lamp',
    reports: 'Reports to the Alexa app',
  },
  ok: {
    /** In place of the next two where the moment must not stand: it tells when somebody was at home. */
    alexaLately: 'Called this skill, or used its link to it, in the last day.',
    alexa: ({ moment }: { readonly moment: string }) => `Called this skill: ${moment}.`,
    refresh: ({ moment }: { readonly moment: string }) => `Used its link to this skill: ${moment}.`,
    skill: 'It answers, and its data can be read.',
    cloud: 'It answers, and this skill is signed in.',
    /** Known from a command, where it was not asked. */
    cloudLately: 'It has answered a command in the last day.',
    plug: ({ count }: Count) => plural(count, { one: 'The plug is connected.', other: 'All plugs are connected.' }),
    lamp: 'You saw it react.',
    reports: 'Alexa has taken a report of a change in the last day.',
  },
  unknown: {
    alexa: 'Whether Alexa hears you shows only when it calls this skill.',
    skill: 'Nothing is known of it at the moment.',
    cloud: 'Nothing is known of it at the moment.',
    plug: 'Nothing is known of it at the moment.',
    lamp: 'Only a person at the lamp can see that.',
    reports: 'Nothing is known of it at the moment.',
  },
  causes: {
    'sign-in-page-failing': () => 'The sign-in page of this skill does not work.',
    'address-not-answering': () => 'The address of this skill does not answer as it should.',
    'sign-ins-unanswered': () => 'Nobody has completed a sign-in on the page of this skill in the last day.',
    'exchange-missing': () => 'Linking stopped after the sign-in: Alexa did not ask this skill for its access.',
    'exchange-late': () => 'Linking failed: this skill answered Alexa too late.',
    'exchange-refused': () => 'Linking failed: this skill refused to give Alexa its access.',
    'linking-client-refused': () =>
      'Linking failed: the skill in the Alexa app has another client id or secret than this one.',
    'link-not-taken': () => 'Linking failed: Alexa did not use the access that it was given.',
    'grant-missing': () => 'Alexa has not given this skill the permission to report changes.',
    'grant-client-refused': () =>
      'Amazon does not accept the credentials with which this skill asks to report changes.',
    'grant-not-answered': () => 'Amazon did not answer when Alexa was linked, so this skill may not report changes.',
    'grant-refused': () => 'Amazon refused the code with which this skill asks to report changes.',
    'device-unreadable': () => 'Alexa does not know one of your devices, because this skill cannot read what it is.',
    'device-held-back': ({ name }: Name) => `Alexa does not know the lamp “${name}”.`,
    'speech-not-heard': () => 'Your tap in the Alexa app arrived here, and your sentence did not.',
    'not-linked': () => 'This account is not linked with any Alexa.',
    'skill-disabled': () => 'The skill was disabled in the Alexa app.',
    'skill-not-enabled': () => 'The skill is not enabled in the Alexa app.',
    'alexa-not-linked': () => 'Amazon says that this skill is no longer linked.',
    'alexa-grant-revoked': () =>
      'Amazon has withdrawn the permission of this skill, and Alexa has not used its link since.',
    'alexa-link-expired': () => 'The Alexa app says that the link has expired.',
    'link-ended': {
      person: 'Somebody has ended the link with Alexa on a page of this skill.',
      safety: 'This skill has ended the link with Alexa for safety, because a secret of it was used twice.',
      unknown: 'The link with Alexa has ended.',
    },
    'refresh-refused': () => 'This skill has refused to renew the access of Alexa.',
    'refresh-request-refused': () => 'This skill does not accept the requests with which Alexa renews its access.',
    'token-not-refreshed': () => 'Alexa called with an access that had expired, and has not renewed it yet.',
    'refresh-address-down': () =>
      'The address at which Alexa renews its access to this skill does not answer as it should.',
    'token-endpoint-failing': () => 'This skill does not answer as it should when Alexa renews its access.',
    'canary-failing': () => 'A link of our own, which is renewed for a test, cannot be renewed.',
    'delivery-broken': () => 'Alexa cannot call this skill.',
    'no-directives': () => 'Alexa has not called this skill in the region of this account in the last hour.',
    'token-not-ours': () => 'Alexa called with an access that is not of this skill.',
    'token-key-missing': () => 'This skill cannot read the access of Alexa, because a key of its own is missing.',
    'token-unverified': () => 'This skill cannot verify the access with which Alexa calls.',
    'table-not-answering': () => 'The database of this skill does not answer.',
    'account-missing': ({ cloud }: Cloud) => `This skill has no sign-in to ${cloud} for this account.`,
    'row-unreadable': () => 'This skill cannot read what it keeps of this account.',
    'cloud-not-answering': ({ cloud }: Cloud) => `${cloud} does not work for this skill at the moment.`,
    'cloud-slow': ({ cloud }: Cloud) => `${cloud} did not answer this skill in time.`,
    'cloud-changed': ({ cloud }: Cloud) => `${cloud} answers in a form that this skill does not understand.`,
    'cloud-rate-limited': ({ cloud }: Cloud) => `${cloud} asks this skill to wait.`,
    'cloud-session-rejected': ({ cloud }: Cloud) => `${cloud} does not accept the sign-in of this skill at the moment.`,
    'needs-sign-in': {
      'password-changed': ({ cloud }: Cloud) => `${cloud} did not accept the password that this skill had kept.`,
      'code-needed': ({ cloud }: Cloud) => `${cloud} asks for a two-step code, which only you can get.`,
      'two-step-account': ({ cloud }: Cloud) =>
        `${cloud} has ended the sign-in of this skill, and a new one takes a two-step code.`,
      'credentials-not-kept': ({ cloud }: Cloud) =>
        `${cloud} has ended the sign-in of this skill, and no password is kept.`,
      locked: ({ cloud }: Cloud) => `${cloud} has locked the account for a while, as it does after failed sign-ins.`,
    },
    'sign-in-waiting': ({ cloud }: Cloud) =>
      `This skill has no sign-in at ${cloud} that works, and tries again by itself.`,
    'lamp-not-listed': ({ cloud }: Cloud) => `${cloud} no longer lists the lamp.`,
    'plug-offline': ({ name, cloud }: Name & Cloud) => `The plug of “${name}” is not connected to ${cloud}.`,
    /** Shown after the sentence above where other plugs are connected. */
    othersConnected: ({ count }: Count) =>
      plural(count, {
        one: 'Another plug of the account is connected.',
        other: `${count} other plugs of the account are connected.`,
      }),
    'plug-without-power': ({ name }: Name) => `The plug of “${name}” has no power: its light is off.`,
    'plug-without-wifi': ({ name }: Name) => `The plug of “${name}” has power and no Wi-Fi: its light blinks.`,
    'plugs-offline': ({ count, cloud }: Count & Cloud) =>
      plural(count, {
        one: `One plug is not connected to ${cloud}.`,
        other: `${count} plugs are not connected to ${cloud}.`,
      }),
    'home-internet-down': ({ count }: Count) =>
      plural(count, {
        one: 'The plug is not connected, and nothing else at home reaches the internet.',
        other: 'None of the plugs is connected, and nothing else at home reaches the internet.',
      }),
    'home-wifi-changed': () => 'None of the plugs is connected, and other things at home reach the internet.',
    'plug-not-following': ({ cloud }: Cloud) => `${cloud} took the command, and the plug did not follow.`,
    'lamp-dark': ({ level }: { readonly level: string }) =>
      `The plug did what it was told, at ${level}, and you did not see the lamp react.`,
    'level-too-low': ({ level }: { readonly level: string }) =>
      `The plug gives ${level}, and you did not see light. Many bulbs show none at so little.`,
    'answer-late': () =>
      'This skill answered Alexa too late. Alexa says then that the lamp does not respond, although it may have moved.',
    'answer-malformed': () => 'An answer of this skill to Alexa was malformed.',
    'button-not-noticed': ({ cloud }: Cloud) => `${cloud} did not notice the button of the plug.`,
    'watch-silent': () => 'This skill does not hear of changes of the lamps at the moment.',
    'reports-stuck': () => 'Reports to Alexa wait in this skill.',
    'event-grant-revoked': () => 'Amazon has withdrawn the permission to report changes to Alexa.',
    'event-client-refused': () => 'Amazon does not accept the credentials with which this skill reports changes.',
    'lwa-not-answering': () => 'Amazon does not give this skill access to report changes at the moment.',
    'events-not-permitted': () => 'This skill may not report changes to Alexa.',
    'event-wrong-stage': () => 'The permission to report changes is for another stage of this skill.',
    'event-refused': () => 'Alexa refuses the reports of this skill as malformed.',
    'event-account-unknown': () => 'Alexa does not know the account to which this skill reports.',
    'event-token-rejected': () => 'Alexa does not accept the access with which this skill reports changes.',
    'gateway-not-answering': () => 'Alexa does not take reports of changes at the moment.',
    'tile-stale': () => 'Alexa has accepted the right state, and its app shows another one.',
  },
  /** What a person or a helper can do about a cause. */
  remedies: {
    linkAgain: ({ skill }: Skill) =>
      `In the Alexa app, open the skill ${skill}, and link your account again. Groups and routines stay as they are.`,
    enable: ({ skill }: Skill) => `In the Alexa app, open the skill ${skill}, tap Enable, and sign in.`,
    renewPermission: ({ skill }: Skill) =>
      `Commands do not need it. To correct the tiles in the Alexa app, disable the skill ${skill} there and enable it again.`,
    name: 'Give the lamp a name of letters and digits in the app of its maker. Alexa learns it within a day, or when you say: discover my devices.',
    discover: 'Say: “Alexa, discover my devices”.',
    speech: 'Alexa understood another sentence. The Alexa app shows what it heard: More, Activity, Voice History.',
    signIn: ({ cloud }: Cloud) =>
      `Sign in to ${cloud} with your password on this page. The link with Alexa stays as it is.`,
    locked: ({ cloud }: Cloud) =>
      `Wait an hour; this skill tries again by itself. If it lasts, sign in to ${cloud} on this page.`,
    listed: ({ cloud }: Cloud) => `Check in the ${cloud} app whether the lamp is there. If not, add it there.`,
    plug: `Look at the light on the plug. No light: check the outlet and its wall switch. A blinking light: the plug has lost its Wi-Fi. ${BAND}`,
    power: 'Check the outlet, its wall switch and the fuse. Then press the button of the plug.',
    wifi: `Move the plug nearer to the router, or set up its Wi-Fi in the app of its maker. ${BAND}`,
    plugs: `Check whether the internet and the Wi-Fi at home work. If other things are online, the plugs may not know a new Wi-Fi name or password. ${BAND}`,
    internet: 'Switch the router off and on, and wait some minutes. If that does not help, ask your internet provider.',
    newWifi: `A new router, Wi-Fi name or password? Set up the Wi-Fi of the plugs in the app of their maker. ${BAND}`,
    follow: 'Pull the plug out of the outlet, wait ten seconds, and put it back.',
    bulb: 'Check the switch on the lamp itself, then screw in another bulb.',
    level: 'Make the lamp brighter: say “Alexa, set the lamp to 50 percent”. If it stays dark, try another bulb.',
    tile: 'Close the Alexa app, and open it again.',
    report: 'Commands do not need it. Pull the plug out of the outlet, and put it back.',
    signInOnce: ({ cloud }: Cloud) => `Sign in to ${cloud} once on this page.`,
  },
  hints: {
    'link-lost': ({ lost, of, date }: { readonly lost: number; readonly of: number; readonly date: string }) =>
      plural(lost, {
        one: `${lost} of ${of} Alexa links of this account no longer works. It was made on ${date}. Whoever uses it can link again in the Alexa app.`,
        other: `${lost} of ${of} Alexa links of this account no longer work. The latest of them was made on ${date}. Whoever uses them can link again in the Alexa app.`,
      }),
    'weak-signal': ({ name }: Name) => `The Wi-Fi of “${name}” is weak.`,
    'firmware-old': ({ name }: Name) => `Another plug of the same model has newer firmware than that of “${name}”.`,
  },
  /** What only a person at the lamp can find out. */
  tests: {
    title: 'Find out more',
    needSignIn: ({ cloud }: Cloud) =>
      `After you sign in to ${cloud}, you can use “Blink the lamp”, test a tap in the Alexa app, and see what changed in the last seven days.`,
    signIn: ({ cloud }: Cloud) => `Sign in to ${cloud}`,
    blink: {
      title: 'Blink the lamp',
      what: 'The lamp changes its light for two seconds, and goes back to where it was.',
      consent: 'I am at the lamp, and it may blink now.',
      button: ({ name }: Name) => `Blink “${name}”`,
      ask: ({ name }: Name) => `Did you see “${name}” blink?`,
      yes: 'Yes, I saw it',
      no: 'No, I saw nothing',
      notNow: 'Please tick the box first: the lamp blinks only if you want it.',
      wait: 'It has blinked several times just now. Please wait some minutes.',
      failed: 'The lamp could not be made to blink.',
      failedLook: 'The lamps could not be checked just now.',
      notBack: ({ name, state }: Name & { readonly state: string }) =>
        `“${name}” could not be set back. Before, it was: ${state}.`,
      changed: 'Somebody changed the lamp meanwhile, so it was left as it is.',
    },
    tap: {
      title: 'Does Alexa reach this skill?',
      what: 'You tap the tile of a lamp in the Alexa app, and this page checks whether the tap arrives.',
      button: 'I am tapping the tile in the Alexa app now',
      now: 'Now tap the tile of a lamp in the Alexa app, so that the lamp switches on or off. Then come back, and press the button.',
      done: 'I have tapped it',
      came: 'While you tapped, a lamp changed. If it was your tap, Alexa reaches your lamps. If your voice does not, Alexa hears something else.',
      failed: 'While you tapped, Alexa reached this skill, and the command failed here. The answer above says why.',
      none: 'All lamps are as they were before you tapped, and no command failed here. Either Alexa did not call this skill, or a second tap put the lamp back.',
      spoke: 'And when you speak, does the lamp react?',
      speaks: 'Yes, it does',
      silent: 'No, only the tile works',
    },
    press: {
      title: ({ cloud }: Cloud) => `Does ${cloud} notice the plug?`,
      what: ({ cloud }: Cloud) => `You press the button of a plug, and this page checks whether ${cloud} notices it.`,
      button: 'I am at a plug, and want to press its button',
      now: 'Now press the button of the plug once, so that the lamp switches on or off. Then press the button here.',
      done: 'I have pressed it',
      came: ({ cloud }: Cloud) => `${cloud} has noticed that a lamp changed.`,
      none: ({ cloud }: Cloud) => `${cloud} has not shown that any lamp changed.`,
      followed: 'Did the lamp switch when you pressed the button of the plug?',
      yes: 'Yes, it switched',
      no: 'No, it did not',
    },
    more: 'What do you see?',
    light: 'The light on the plug',
    lights: { nothing: 'It is off', blinking: 'It blinks', steady: 'It is on' },
    internet: 'Do other things at home reach the internet?',
    internets: { yes: 'Yes, they do', no: 'No, nothing does' },
    skillPage: ({ skill }: Skill) => `What does the page of the skill ${skill} in the Alexa app say?`,
    skillPages: { enabled: 'Disable Skill', enable: 'Enable to Use', 'link-expired': 'The link has expired' },
    tile: 'Does the tile in the Alexa app show what the lamp does?',
    tiles: { right: 'Yes, the same', wrong: 'No, something else' },
    answer: 'Check with these answers',
  },
  said: {
    title: 'What did Alexa say?',
    clue: 'This is only a first clue, from what other people met. Amazon promises none of it, and the line above counts more.',
    sentences: {
      ok: { says: '“OK”, and the lamp stays dark', points: 'The plug, its Wi-Fi, the bulb or the switch on the lamp.' },
      notResponding: {
        says: '“… isn’t responding. Please check its network connection and power supply.”',
        points: ({ cloud }: Cloud) => `The plug, ${cloud}, or an answer that came too late.`,
      },
      unresponsive: {
        says: '“Device is unresponsive” or “Server is unresponsive” in the app',
        points: 'This skill: its delivery, its check of Alexa’s access, or its data.',
      },
      malfunctioning: {
        says: '“… is malfunctioning” or “Sorry, something went wrong”',
        points: 'An answer of this skill.',
      },
      unsupported: {
        says: '“… doesn’t support that”',
        points:
          'A group with other devices in it, or an old description of the lamp in Alexa. Say: discover my devices.',
      },
      notFound: {
        says: '“I couldn’t find a device named …”',
        points: 'The name, or the link of Alexa with this skill.',
      },
      several: {
        says: '“A few things share the name …”',
        points: 'Two devices with one name: perhaps the skill of the maker is enabled as well.',
      },
      expired: {
        says: '“The link between accounts has expired” on the page of the skill',
        points: 'The link of Alexa with this skill.',
      },
    },
  },
  share: {
    title: 'Send this to my helper',
    what: 'No password, address or account number is in this text. You can paste it anywhere.',
    copy: 'Copy or send',
    copied: 'Copied.',
    heading: ({ moment }: { readonly moment: string }) => `How my lamps are, ${moment}`,
    /** A helper has not seen the page. */
    from: ({ skill }: Skill) =>
      `From the page “How are my lamps?” of the Alexa skill ${skill}. “This page” means that page.`,
    /** In place of the name of a lamp. */
    lamp: ({ number }: { readonly number: number }) => `Lamp ${number}`,
  },
  history: {
    title: 'Changes in the last seven days',
    needSignIn: ({ cloud }: Cloud) => `Sign in to ${cloud} to see what the lamps did.`,
    none: 'No change was noted.',
    bound: 'The latest changes of each lamp, at most 100. Changes while nobody could watch may be missing.',
    by: {
      plug: 'by the button of the plug',
      'our-write': ({ cloud }: Cloud) => `over ${cloud}: Alexa, or an app`,
      'other-write': ({ cloud }: Cloud) => `over ${cloud}: probably a schedule, an app or another service`,
      unknown: 'by whom is not known',
      read: 'seen later; by whom is not known',
      page: 'by “Blink the lamp” on this page',
    },
    gone: 'Lost its connection',
    back: 'Connected again',
    night: ({ cloud }: Cloud) =>
      `A lamp that switches by itself: look at its schedules in the ${cloud} app, and at Routines and Hunches in the Alexa app.`,
  },
  link: {
    /** What a notice says about the page. */
    offer: 'How your lamps are now, and what to do:',
    tooOld: {
      title: 'This link is too old',
      text: ({ cloud }: Cloud) =>
        `A link in a message works for seven days. Sign in to ${cloud} to see how your lamps are.`,
    },
    noLink: {
      title: 'This link does not work',
      text: ({ cloud }: Cloud) =>
        `Something of the link is missing, or it is no link of ours. Sign in to ${cloud} to see how your lamps are.`,
    },
    formTooOld: {
      title: 'This page is too old',
      text: 'It works for half an hour after the sign-in. Please sign in again.',
    },
    otherBrowser: {
      title: 'This page was opened elsewhere',
      text: 'Please sign in in this browser. If you see this again, your browser does not accept the cookie of this page.',
    },
    malformed: { title: 'This page cannot be shown', text: 'Please start again.' },
    tooMany: {
      title: 'Please wait a moment',
      text: 'This page was opened many times just now. Please look again in a minute.',
    },
    healthOnly: 'Whoever has this link sees this page, and can switch nothing.',
  },
};

export type LampTexts = typeof lamps;
