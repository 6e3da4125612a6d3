type Cloud = { readonly cloud: string };

/** The page on which a person signs in to the device cloud again. */
export const reauth = {
  title: ({ cloud }: Cloud) => `Sign in to ${cloud} again`,
  why: ({ cloud, account }: Cloud & { readonly account: string }) =>
    `The connection from this skill to the ${cloud} account ${account} needs a sign-in. Sign in with that account, the one you use in the ${cloud} app, or with another user who sees all its lamps. This is not your Amazon account. This page changes nothing in the Alexa app.`,
  done: {
    title: 'Done',
    text: ({ cloud }: Cloud) => `Done. This skill is signed in to ${cloud} again. Please say something to Alexa.`,
    /** After a sign-in with another user of the device cloud than the one that was linked. */
    asOtherUser:
      'From now on it uses the user that you have just signed in with. Lamps, groups and routines in the Alexa app stay as they are. To change where messages go, or who is connected, sign in with the account that was linked first.',
    connectHere:
      'If Alexa says that your account is not linked, connect Alexa here, or open this skill in the Alexa app and link the account again.',
    connect: 'Connect Alexa again',
  },
  waiting: {
    title: 'The skill tries again by itself',
    text: ({ cloud }: Cloud) =>
      `${cloud} has ended this skill's access, and the last sign-ins have not helped. The lamps do not react to Alexa at the moment.`,
    until: ({ time }: { readonly time: string }) =>
      `This skill signs in again by itself, not before ${time}. Nobody needs to sign in here.`,
    withNext: 'This skill signs in again by itself with the next command. Nobody needs to sign in here.',
  },
  signedIn: {
    title: 'Nobody needs to sign in',
    text: ({ cloud }: Cloud) => `This skill is signed in to ${cloud}. Nobody needs to sign in here.`,
  },
  noMoreLinks: {
    title: 'No further link for now',
    text: 'Several new links have been sent lately, so this page sends no other for some days. Please use the newest one. If that does not work either, disable the skill once in the Alexa app, enable it again and sign in there.',
  },
  linkSent: {
    title: 'A new link is on its way',
    text: 'It comes the same way as the one before. Please wait a few minutes, and an hour before you ask for another.',
  },
  sendLink: 'Send me a new link',
  refusals: {
    'no-link': {
      title: 'This link is not complete',
      text: 'Please open the link from the message again, or copy all of it. Nothing was changed.',
    },
    used: {
      title: 'This link was used already',
      text: 'Somebody has signed in with it. If the lamps do not react to Alexa, look for a newer message and use the link in it.',
    },
    'too-old': {
      title: 'This link is too old',
      text: 'A link works for a few days only. The button sends a new one, the same way as the last one.',
    },
    'form-too-old': {
      title: 'This page was open for too long',
      text: 'Please open the link from the message again. Nothing was changed.',
    },
    'other-browser': {
      title: 'This page was opened elsewhere',
      text: 'Please open the link from the message again. If you see this page again, your browser does not accept cookies; it must accept the one of this page. Nothing was changed.',
    },
    malformed: {
      title: 'This page cannot be shown',
      text: 'Please open the link from the message again. Nothing was changed.',
    },
  },
};

export type ReauthTexts = typeof reauth;
