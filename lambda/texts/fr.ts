import type { Texts } from './en.ts';
import { alexa } from './fr/alexa.ts';
import { mails } from './fr/mails.ts';
import { notices } from './fr/notices.ts';
import { signIn } from './fr/sign-in.ts';

/** Canadian French, with `vous`. */
export const fr: Texts = { language: 'fr', alexa, mails, notices, signIn };
