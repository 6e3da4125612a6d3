import { pluralOf } from '../plural.ts';

const plural = pluralOf('en');

type Cloud = { readonly cloud: string };
type End = Cloud & { readonly days: number; readonly day: string };

/** The pages of every sign-in. */
export const signIn = {
  /** The sign-in that links an account. */
  link: {
    title: 'Connect your lamps to Alexa',
    why: ({ cloud }: Cloud) =>
      `Your dimmers and plugs are in your ${cloud} account, the one you use in the ${cloud} app. Sign in with it, so that Alexa can switch and dim them for you. This is not your Amazon account.`,
    submit: 'Sign in and connect',
    cancel: 'Do not connect',
  },
  submit: 'Sign in',
  email: ({ cloud }: Cloud) => `E-mail address of your ${cloud} account`,
  password: 'Password',
  forgotPassword: ({ cloud }: Cloud) => `Forgot your ${cloud} password?`,
  keepBox: 'Keep my lamp connected',
  keep: ({ cloud }: Cloud) =>
    `Recommended. If you tick this, we keep your password, encrypted, and use it only to stay signed in to ${cloud}.`,
  keepNot: 'If not, we do not keep it.',
  keepOther: 'If another person who uses this account has ticked this, we keep the password for them.',
  endKnown: ({ cloud, days, day }: End) =>
    `${cloud} then usually ends our access after ${days} days, and you will have to sign in again around ${day}.`,
  endUnknown: ({ cloud }: Cloud) => `When ${cloud} ends our access, you will have to sign in again.`,
  whatIsKept:
    'We also keep your e-mail address in a shortened form, which of your lamps Alexa may switch, and how bright they are. You can end this at any time: disable the skill in the Alexa app. We delete your password when nobody is connected with this account any more.',
  signInEnds: ({ days }: { readonly days: number }) => `The sign-in ends by itself within ${days} days.`,
  code: {
    title: 'One more step',
    why: ({ cloud }: Cloud) =>
      `Your ${cloud} account also needs a code. ${cloud} has just sent you one, or your code app shows it.`,
    label: 'Code',
    noPassword:
      'Only you can get such a code, so we cannot sign in for you later. That is why we do not keep your password, even if you ticked the box.',
    endKnown: ({ cloud, days, day }: End) =>
      `${cloud} usually ends our access after ${days} days: around ${day} you will have to sign in again.`,
    /** The cure. `box` is the box on the page before. */
    secondUser: ({ cloud, box }: Cloud & { readonly box: string }) =>
      `You can avoid that: invite a second user without two-step sign-in to your residence, if ${cloud} lets you. Sign in here with that user, and tick "${box}". Lamps, groups and routines stay as they are.`,
  },
  waitMinutes: ({ minutes }: { readonly minutes: number }) =>
    plural(minutes, { one: 'Please try again in one minute.', other: `Please try again in ${minutes} minutes.` }),
  /** Why a posted form did not lead on. */
  problems: {
    incomplete: 'Please fill in both your e-mail address and your password.',
    'wrong-password': ({ cloud }: Cloud) =>
      `${cloud} does not know this e-mail address with this password. Check both; capitals matter in the password.`,
    'code-missing': 'Please fill in the code.',
    'wrong-code': ({ cloud }: Cloud) => `${cloud} did not accept that code. Use the newest one you were sent.`,
    'code-too-late': 'The code took too long. Please start again with your password.',
    'other-account': ({ cloud }: Cloud) =>
      `This is another ${cloud} account than the one your lamps are in. Sign in with that one.`,
    'fewer-lamps': ({ cloud, lamps }: Cloud & { readonly lamps: string }) =>
      `This ${cloud} user does not see every lamp of the account. It sees: ${lamps}. Invite it to every residence in the ${cloud} app, or sign in with the account that your lamps are in.`,
    'not-connected': ({ cloud }: Cloud) =>
      `This ${cloud} account is not connected with this skill, so there are no messages about it. Link it in the Alexa app first.`,
    locked: ({ cloud }: Cloud) =>
      `${cloud} has locked this account for a while. That usually happens after too many failed sign-ins. Wait an hour before you try again. If the ${cloud} app works for you then, this page will work too.`,
    'too-many-attempts': ({ cloud }: Cloud) =>
      `There were too many attempts in a short time. This page waits, so that ${cloud} does not lock the account.`,
    'cloud-busy': ({ cloud }: Cloud) =>
      `${cloud} is too busy to answer. This has nothing to do with your account or your password. Please try again in a few minutes.`,
    'cloud-down': ({ cloud }: Cloud) =>
      `${cloud} does not answer at the moment. This has nothing to do with your account or your password. Please try again in a few minutes.`,
  },
};

export type SignInTexts = typeof signIn;
