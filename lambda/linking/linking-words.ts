import type { Texts } from '../texts/texts.ts';
import type { SignInWords } from './pages.ts';

/** The texts of the sign-in page that links an account. */
export const linkingWords = ({ signIn: { link } }: Texts, cloud: string): SignInWords => ({
  title: link.title,
  why: link.why({ cloud }),
  submit: link.submit,
  cancel: link.cancel,
});
