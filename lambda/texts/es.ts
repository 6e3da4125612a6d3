import type { Texts } from './en.ts';
import { alexa } from './es/alexa.ts';
import { lamps } from './es/lamps.ts';
import { mails } from './es/mails.ts';
import { notices } from './es/notices.ts';
import { signIn } from './es/sign-in.ts';

/** Latin American Spanish, with `usted`. */
export const es: Texts = { language: 'es', alexa, lamps, mails, notices, signIn };
