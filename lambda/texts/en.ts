import { alexa } from './en/alexa.ts';
import { lamps } from './en/lamps.ts';
import { mails } from './en/mails.ts';
import { notices } from './en/notices.ts';
import { signIn } from './en/sign-in.ts';
import type { Language } from './languages.ts';

/** English: it defines which texts there are. Every other language has to have the same ones, or the code does not compile. */
export const en = { language: 'en' as Language, alexa, lamps, mails, notices, signIn };

export type Texts = Readonly<typeof en>;
