import type { SignInWords } from './pages.ts';

/** The texts of the sign-in page that links an account. */
export const linkingWords = (cloudName: string): SignInWords => ({
  title: 'Connect your lamps to Alexa',
  why: `Your dimmers and plugs are in your ${cloudName} account, the one you use in the ${cloudName} app. Sign in with it, so that Alexa can switch and dim them for you. This is not your Amazon account.`,
  submit: 'Sign in and connect',
  cancel: 'Do not connect',
});
