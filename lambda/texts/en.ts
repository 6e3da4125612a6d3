import { addresses } from './en/addresses.ts';
import { alexa } from './en/alexa.ts';
import { alexaPage } from './en/alexa-page.ts';
import { connections } from './en/connections.ts';
import { lamps } from './en/lamps.ts';
import { mails } from './en/mails.ts';
import { notices } from './en/notices.ts';
import { pages } from './en/pages.ts';
import { reauth } from './en/reauth.ts';
import { signIn } from './en/sign-in.ts';
import type { Language } from './languages.ts';

/** English: it defines which texts there are. Every other language has to have the same ones, or the code does not compile. */
export const en = {
  language: 'en' as Language,
  addresses,
  alexa,
  alexaPage,
  connections,
  lamps,
  mails,
  notices,
  pages,
  reauth,
  signIn,
};

export type Texts = Readonly<typeof en>;
