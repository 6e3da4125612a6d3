import type { Texts } from './en.ts';
import { addresses } from './fr/addresses.ts';
import { alexa } from './fr/alexa.ts';
import { alexaPage } from './fr/alexa-page.ts';
import { connections } from './fr/connections.ts';
import { lamps } from './fr/lamps.ts';
import { mails } from './fr/mails.ts';
import { notices } from './fr/notices.ts';
import { pages } from './fr/pages.ts';
import { reauth } from './fr/reauth.ts';
import { signIn } from './fr/sign-in.ts';

/** Canadian French, with `vous`. */
export const fr: Texts = {
  language: 'fr',
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
