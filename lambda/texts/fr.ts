import type { Texts } from './en.ts';
import { alexa } from './fr/alexa.ts';
import { lamps } from './fr/lamps.ts';
import { mails } from './fr/mails.ts';
import { notices } from './fr/notices.ts';
import { signIn } from './fr/sign-in.ts';

/** Canadian French, with `vous`. */
export const fr: Texts = { language: 'fr', alexa, lamps, mails, notices, signIn };
