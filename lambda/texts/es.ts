import type { Texts } from './en.ts';
import { addresses } from './es/addresses.ts';
import { alexa } from './es/alexa.ts';
import { alexaPage } from './es/alexa-page.ts';
import { connections } from './es/connections.ts';
import { lamps } from './es/lamps.ts';
import { mails } from './es/mails.ts';
import { notices } from './es/notices.ts';
import { pages } from './es/pages.ts';
import { reauth } from './es/reauth.ts';
import { signIn } from './es/sign-in.ts';

/** Latin American Spanish, with `usted`. */
export const es: Texts = {
  language: 'es',
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
