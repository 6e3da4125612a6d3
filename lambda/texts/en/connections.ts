import { pluralOf } from '../plural.ts';

const plural = pluralOf('en');

type Account = { readonly account: string };
type Cloud = { readonly cloud: string };
type Count = { readonly count: number };

/** The pages about who is connected. `account` is masked. */
export const connections = {
  title: 'Who is connected',
  signInWhy: ({ cloud }: Cloud) =>
    `Sign in with your ${cloud} account, the one you use in the ${cloud} app. Then you see which Alexa connections may use it, and can end them. This page changes nothing in the Alexa app.`,
  connectedSince: ({ since }: { readonly since: string }) => `Connected since ${since}.`,
  begun: ({ since }: { readonly since: string }) => `Begun on ${since}, and not finished.`,
  useUnknown: 'When Alexa last used it is not known.',
  lastUsed: ({ day }: { readonly day: string }) => `Alexa last used it on ${day} (UTC).`,
  superseded: 'The same Amazon account has made a newer connection.',
  disconnect: 'Disconnect',
  keepOnly: 'Keep this one, disconnect all others',
  none: ({ account }: Account) => `The account ${account} has no connection with Alexa.`,
  some: ({ count, account }: Count & Account) =>
    plural(count, {
      one: `One Alexa connection may use the account ${account}.`,
      other: `${count} Alexa connections may use the account ${account}.`,
    }),
  unknownWhose:
    'Whose Amazon account a connection belongs to is not known here. A person who links again may have an older connection as well.',
  nothingEnded: 'Nothing was changed: there is no such connection any more.',
  endedNow: ({ count }: Count) =>
    plural(count, {
      one: 'One connection was ended. Its access has stopped.',
      other: `${count} connections were ended. Their access has stopped.`,
    }),
  endedLater: ({ count }: Count) =>
    plural(count, {
      one: 'One connection was ended. Its access may last for up to 65 minutes.',
      other: `${count} connections were ended. Their access may last for up to 65 minutes.`,
    }),
  changePassword: ({ cloud }: Cloud) =>
    `Does somebody else know the password of this account? Then change it in the ${cloud} app first. Whoever knows it can connect again.`,
  changedMeanwhile: 'The connections have changed meanwhile. Please look at the list once more. Nothing was erased.',
  /** Of the pages that follow a sign-in with a password that may be new. */
  stays: 'A new password does not end a connection. If one is not yours, disconnect it here.',
  others: {
    title: 'Who else is connected',
    some: ({ count, account }: Count & Account) =>
      plural(count, {
        one: `One other Alexa connection may use the account ${account}.`,
        other: `${count} other Alexa connections may use the account ${account}.`,
      }),
    end: ({ count }: Count) =>
      plural(count, { one: 'Disconnect it and continue', other: 'Disconnect them and continue' }),
    keep: ({ count }: Count) => plural(count, { one: 'Keep it and continue', other: 'Keep them and continue' }),
  },
  erase: {
    title: 'Erase everything',
    what: 'This ends every connection, and deletes what this skill keeps about the account. It is also deleted by itself, 90 days after the last connection has ended.',
    button: 'Erase everything',
    askTitle: 'Erase everything?',
    ask: ({ account }: Account) => `This ends every Alexa connection of the account ${account}. It cannot be undone.`,
    deleted: ({ cloud }: Cloud) =>
      `These are deleted: the password, the sign-in to ${cloud}, the e-mail addresses for messages, the permissions to report to Alexa, the list of lamps, and the messages.`,
    now: 'Erase everything now',
    back: 'Go back',
    stays: ({ cloud }: Cloud) =>
      `What stays: when each connection was made, last used and ended, and the number that ${cloud} gives the account. Alexa learns from it that a connection has ended. A fingerprint of the number that Amazon gives each Amazon account for this skill stays as well.`,
    backups:
      'Backups of the database keep what was deleted for up to 35 days. Log lines name the account by its number, and some by its shortened e-mail address, usually for 30 days. Messages that were sent stay where they went.',
    appMayShow: 'The Alexa app may go on showing the lamps. You can remove them there.',
    doneTitle: 'Erased',
    doneNow:
      'Every connection was ended, and what this skill kept about the account was deleted. Their access has stopped.',
    doneLater: ({ cloud }: Cloud) =>
      `Every connection was ended, and what this skill kept about the account was deleted. ${cloud} has not confirmed the end of our sign-in, so their access may last for up to 65 minutes.`,
    doneBackups: 'Backups of the database keep it for up to 35 days. You can close this page.',
  },
  signIn: 'Sign in',
  refusals: {
    'form-too-old': { title: 'This page was open for too long', text: 'Please sign in again. Nothing was changed.' },
    'other-browser': {
      title: 'This page was opened elsewhere',
      text: 'Please sign in again. If you see this page again, your browser does not accept cookies; it must accept the one of this page. Nothing was changed.',
    },
    malformed: { title: 'This page cannot be shown', text: 'Please sign in again. Nothing was changed.' },
  },
};

export type ConnectionTexts = typeof connections;
