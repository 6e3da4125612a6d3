type Named = { readonly account: string; readonly address: string };
type Since = { readonly since: string };

/** The pages about where to write. `account` and `address` are masked. */
export const addresses = {
  question: 'Where shall we write if a lamp stops working?',
  signInWhy: ({ cloud }: { readonly cloud: string }) =>
    `Sign in with your ${cloud} account, the one you use in the ${cloud} app. Then you see which addresses get messages about it, and can change them. This page changes nothing in the Alexa app.`,
  oneMore: 'You are signed in. One more question, then you are back in the Alexa app.',
  own: 'Your e-mail address',
  helper: 'Somebody who helps you (optional)',
  continue: 'Continue',
  skip: 'Continue without messages',
  save: 'Save',
  howRare:
    'We write when something does not work or will soon stop working, and when it works again. Each address first gets a mail with a button; no other message comes there before somebody has pressed it. You can stop the messages at any time. We keep addresses encrypted, and delete them when you remove them, or 90 days after the last connection with Alexa has ended.',
  malformed: 'One of these is not an e-mail address that we can write to. Please check the spelling.',
  about: ({ account }: { readonly account: string }) => `Messages about the account ${account}.`,
  nobody: 'At the moment nobody gets messages about this account.',
  states: {
    pending: 'Not confirmed. Whoever reads it has to press the button in the mail that we send there.',
    confirmed: ({ since }: Since) => `Messages come here. It was confirmed on ${since}.`,
    unsubscribed: ({ since }: Since) =>
      `No messages come here. Somebody stopped them on ${since}, with a link in a message.`,
    bounced: ({ since }: Since) => `No messages come here. A mail came back on ${since}. Please check the spelling.`,
    complained: ({ since }: Since) =>
      `No messages come here. On ${since} a message was marked as spam there, so we write no more to this address.`,
  },
  /** The name of the language stands in that language. */
  writtenIn: ({ language }: { readonly language: string }) => `Language of the messages: ${language}`,
  writeInThis: 'Write in English',
  askPending: 'Send the mail once more',
  askUnsubscribed: 'Write here again',
  askBounced: 'Try once more',
  remove: 'Remove',
  full: 'These are as many as an account can have. Remove one to add another.',
  add: 'Add an address: yours, or of somebody who helps you',
  addButton: 'Add',
  toConnections: 'See the connections of this account with Alexa, and end one',
  alreadyThere: 'This address is in the list already.',
  removeFirst: 'Remove an address before you add another.',
  asked: {
    sent: 'We have sent the mail. Whoever reads it there has to press its button.',
    'not-sent': 'The mail is not sent yet. We try again within an hour or two.',
    'too-many': 'Several such mails were sent lately. Please look for them, or try again tomorrow.',
    'not-there': 'Nothing was changed.',
  },
  /** What a link in a mail shows. */
  one: {
    title: 'Messages about your lamps',
    on: ({ account, address }: Named) => `Messages about the account ${account} go to ${address}.`,
    off: ({ account, address }: Named) => `No messages about the account ${account} go to ${address} at the moment.`,
    stop: 'Stop messages to this address',
    signIn: 'Sign in to see and change all addresses',
  },
  confirm: {
    title: 'Confirm this address',
    ask: ({ account, address }: Named) =>
      `Do you want messages about the lamps of the account ${account} at ${address}?`,
    yes: 'Yes, write to this address',
    unknownAccount: 'If you do not know this account, close this page.',
    doneTitle: 'Confirmed',
    done: ({ account, address }: Named) =>
      `Messages about the account ${account} go to ${address}. You can close this page.`,
  },
  unsubscribe: {
    title: 'Stop messages',
    ask: ({ account, address }: Named) =>
      `Do you want no more messages about the account ${account} at ${address}? Then nobody tells you there when a lamp stops working.`,
    doneTitle: 'No more messages',
    done: 'No more messages go to this address. You can close this page.',
  },
  refusals: {
    'no-link': {
      title: 'This link is not complete',
      text: 'Please open the link from the message again, or copy all of it. Nothing was changed.',
    },
    'not-there': {
      title: 'This address gets no messages',
      text: 'It was removed, or the messages to it were stopped. Whoever can sign in to the account can add it again.',
    },
    'too-old': {
      title: 'This link is too old',
      text: 'It works for 24 hours only. Whoever can sign in to the account can have another mail sent. Nothing was changed.',
    },
    'form-too-old': { title: 'This page was open for too long', text: 'Please sign in again. Nothing was changed.' },
    'other-browser': {
      title: 'This page was opened elsewhere',
      text: 'Please sign in again. If you see this page again, your browser does not accept cookies; it must accept the one of this page. Nothing was changed.',
    },
    malformed: { title: 'This page cannot be shown', text: 'Please sign in again. Nothing was changed.' },
    nobody: {
      title: 'Nobody gets messages about this account',
      text: 'No address of this account is confirmed, so a new link can be sent to nobody. Sign in here instead. Then you can add an address, too.',
    },
    'no-mail': {
      title: 'This skill cannot write to you',
      text: 'Whoever runs this skill has not set up a sender of mails. So messages about your lamps go to them, and not to you.',
    },
  },
};

export type AddressTexts = typeof addresses;
