type Account = { readonly cloud: string; readonly account: string };

/** The page that connects Alexa again. `account` is masked. */
export const alexaPage = {
  title: 'Connect Alexa again',
  why: ({ cloud, account }: Account) =>
    `Here you can connect Alexa again with the ${cloud} account ${account}, without the Alexa app. First sign in with that account, the one you use in the ${cloud} app. This is not your Amazon account. Then Amazon asks you to allow it.`,
  steps: {
    title: 'Connect Alexa in the Alexa app',
    text: 'This page cannot connect Alexa by itself. In the Alexa app it takes a minute:',
    open: 'Open the Alexa app with the Amazon account of the Echo beside the lamp.',
    find: ({ skill }: { readonly skill: string }) =>
      `Tap More, then Skills & Games, and search for ${skill}. A skill in development is under Your Skills, then Dev.`,
    enable: 'If the skill shows Disable Skill, tap it first. Then tap Enable to Use.',
    signIn: 'Sign in on the page that opens.',
  },
  watchBox: 'Tell me when Alexa lets go',
  watch:
    "If you tick this, this skill asks Amazon once a day whether Alexa is still connected, and sends a message if not. For that we keep Amazon's permission, encrypted. The permission could also switch this skill on or off in your Alexa; we use it for the question only. It ends when you disable the skill.",
  inDevelopment:
    'This skill is in development. Amazon lets only the Amazon accounts of its developer and beta testers use it.',
  atAmazon: 'On the next page, sign in with the Amazon account of the Echo beside the lamp, and tap Allow.',
  /** Amazon's own name of the button. */
  login: 'Login with Amazon',
  consent: {
    title: 'Now allow it at Amazon',
    text: ({ cloud, account }: Account) =>
      `You are signed in to the ${cloud} account ${account}. The last step is at Amazon: it connects Alexa with this account.`,
    elsewhere: 'Is the Echo somewhere else?',
    invite:
      'You can make a link for the person who lives with it. It does only this last step, works once, and ends after 24 hours. Whoever opens it can connect their Alexa with the lamps of this account, so send it to that person only. A message tells you when it was used.',
    makeLink: 'Make a link to send',
  },
  ready: {
    title: 'Connect your Alexa',
    text: ({ cloud, account }: Account) =>
      `Somebody who has signed in to the ${cloud} account ${account} has made this link for you. With it you connect your Alexa with the lamps of that account. Please go on only if you know who sent you the link.`,
  },
  readyLink: {
    title: 'Your link to send',
    text: ({ until }: { readonly until: string }) =>
      `Copy this link and send it to the person at the Echo. It works once, until ${until}. Send it to nobody else.`,
    here: 'Connect an Alexa here instead',
  },
  connected: {
    title: 'Done',
    text: ({ cloud, account }: Account) => `Amazon has connected Alexa with the ${cloud} account ${account}.`,
    tryIt: 'Please try it now. Say:',
    /** What the person says to Alexa. */
    sayLamp: ({ lamp }: { readonly lamp: string }) => `Alexa, turn on ${lamp}.`,
    sayAny: 'Alexa, turn on the lamp.',
    watches: 'This skill asks Amazon once a day whether Alexa is still connected, and sends a message if not.',
    close: 'You can close this page.',
  },
  again: 'Try again',
  replace: 'Replace the connection',
  /** The skill was disabled for a new link, which did not come about. */
  disabled:
    'Alexa has switched this skill off in the meantime, and it may still be off. Please try again now, or enable the skill in the Alexa app.',
  /** Why Alexa is not connected, as far as it is known. */
  notConnected: {
    denied: { title: 'You said no at Amazon', text: 'Nothing was changed. If that was a mistake, try again.' },
    'amazon-unavailable': {
      title: "Amazon's sign-in does not work at the moment",
      text: 'Amazon says so itself, and nothing was changed. Please try again in some minutes.',
    },
    'request-refused': {
      title: 'Amazon does not accept this skill',
      text: 'Amazon does not accept what this skill has asked for. This is not your fault: the skill is not set up correctly, and whoever runs it must correct that. Until then, the way in the Alexa app may work:',
    },
    'consent-ended': {
      title: 'Amazon needs your permission once more',
      text: 'The permission that Amazon has just given does not hold any more. That happens when this page is opened twice, or after some minutes.',
    },
    'not-permitted': {
      title: 'Amazon does not let this Amazon account use the skill',
      text: 'Amazon refuses this skill for this Amazon account. A skill in development works only for the Amazon accounts of its developer and beta testers. If that is not the reason, the skill is not set up correctly, and whoever runs it must correct that. The way in the Alexa app may work:',
    },
    'link-refused': {
      title: 'Amazon could not connect Alexa',
      text: 'Amazon tried to connect Alexa and did not succeed. This is not your fault. You can try again, or do it in the Alexa app:',
    },
    'linked-before': {
      title: 'Amazon says that Alexa is connected already',
      text: 'Amazon says that Alexa has this skill connected already, for the Amazon account that you used. So nothing was changed. If that is the Amazon account of the Echo beside the lamp, and the lamp does not react to Alexa, you can replace that connection. It may belong to another account of lamps, which Alexa then no longer controls.',
    },
    busy: {
      title: 'Amazon is too busy',
      text: 'Amazon did not answer as it should. Please try again in some minutes.',
    },
    unknown: {
      title: 'We do not know yet',
      text: 'Amazon has not said whether Alexa is connected now. Please say something to Alexa in a minute. If she does not switch the lamp, try again.',
    },
  },
  sendLink: 'Send me a new link',
  /** Why the page cannot be used. */
  refusals: {
    'no-link': {
      title: 'This link is not complete',
      text: 'Please open the link from the message again, or copy all of it. Nothing was changed.',
    },
    used: {
      title: 'This link was used already',
      text: 'Somebody has connected Alexa with it. If the lamp does not react to Alexa, look for a newer message and use the link in it.',
    },
    closed: {
      title: 'This message is no longer open',
      text: 'So no new link was sent. If the lamp does not react to Alexa, look for a newer message, or enable the skill again in the Alexa app.',
    },
    'link-too-old': {
      title: 'This link is too old',
      text: 'A link works for a few days only. The button sends a new one, the same way as the last one.',
    },
    'ready-used': {
      title: 'This link was used already',
      text: 'Somebody has connected an Alexa with it, or is doing that just now. It works once. Ask the person who sent it for another one.',
    },
    'ready-too-old': {
      title: 'This link is too old',
      text: 'It worked for 24 hours. Ask the person who sent it for another one. Nothing was changed.',
    },
    'too-long-ago': {
      title: 'This took too long',
      text: 'For safety this page waits ten minutes at most. Please open the link that led you here again. Nothing was changed.',
    },
    'other-browser': {
      title: 'This page belongs to another browser',
      text: 'Please open the link that led you here again, and stay in one browser. If you see this page again, your browser does not accept cookies; it must accept the one of this page. Nothing was changed.',
    },
    malformed: {
      title: 'This page cannot be shown',
      text: 'Please open the link that led you here again. Nothing was changed.',
    },
    'too-many': {
      title: 'Too many attempts',
      text: 'For one account this page leads to Amazon five times an hour at most. Please try again in an hour. Nothing was changed.',
    },
  },
};

export type AlexaPageTexts = typeof alexaPage;
