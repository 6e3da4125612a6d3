import { addressesPage, confirmPage, questionPage } from '../../lambda/linking/address-pages.ts';
import { connectionsPage } from '../../lambda/linking/connection-pages.ts';
import { signInPage } from '../../lambda/linking/pages.ts';
import type { Reader } from '../../lambda/linking/reader.ts';
import { reauthWords } from '../../lambda/linking/reauth-pages.ts';
import { datesOf } from '../../lambda/texts/dates.ts';
import type { Language } from '../../lambda/texts/languages.ts';
import { textsOf } from '../../lambda/texts/texts.ts';
import { reader } from '../domain/marked-texts.ts';
import { pagesIn } from '../domain/shown-texts.ts';

export interface Picture {
  readonly title: string;
  readonly html: string;
}

/** As long as an address may be, without a place to break it. */
const LONG_ADDRESS = `${'w'.repeat(64)}@${'w'.repeat(60)}.${'w'.repeat(60)}.example`;
const LONG_NAME = 'W'.repeat(40);
const FORM = { action: '/', field: 'form', sealed: 'dps.sealed', attempt: '123456', formAction: [] };

/** Every page in one language, each once. */
export async function galleryOf(language: Language): Promise<readonly Picture[]> {
  const by = { ...reader(await textsOf(language)), dates: datesOf(language) };
  const pages = [
    ...pagesIn({ session: 'good', alexa: 'good', grant: 'good' }, { state: 'used' }, by),
    ...pagesIn(
      { session: 'bad', alexa: 'gone', grant: 'gone' },
      { state: 'gone', reason: 'ended-for-safety', since: '2026-02-28T09:30:00.000Z' },
      by,
    ),
    ...longPages({ ...by, about: { ...by.about, operator: 'W'.repeat(60) } }),
  ];
  const whole = await Promise.all(pages.map(async (page) => await (await page).text()));
  return [...new Set(whole)].map((html) => ({ html, title: /<title>([^<]*)<\/title>/.exec(html)?.[1] ?? '' }));
}

/** With names and addresses as long as they may be. */
function longPages(by: Reader): Promise<Response>[] {
  const since = '2026-03-01T12:00:00.000Z';
  const address = {
    id: '1',
    email: LONG_ADDRESS,
    language: 'en-US',
    state: 'bounced',
    since,
    confirmMails: 1,
  } as const;
  const account = { maskedEmail: `w…w@${'w'.repeat(75)}` };
  const signIn = {
    ...{ words: reauthWords(by.texts, account.maskedEmail, LONG_NAME), cloudName: LONG_NAME, sessionDays: 60 },
    ...{ action: '/', sealed: 'dps', attempt: '123456', formAction: [], now: new Date(since) },
  };
  return [
    signInPage(by, signIn, { email: LONG_ADDRESS, keep: true }, 'other-account'),
    questionPage(by, FORM, { own: LONG_ADDRESS, helper: LONG_ADDRESS }, 'malformed'),
    addressesPage(by, FORM, account, [address], { typed: LONG_ADDRESS, problem: 'malformed' }),
    confirmPage(by, account.maskedEmail, account.maskedEmail, '/'),
    connectionsPage(by, FORM, account, [{ id: '1', state: 'live', since, isSuperseded: true }], {
      cloudName: LONG_NAME,
    }),
  ];
}
