import { SKILL_NAME } from '../domain/alexa-texts.ts';
import { type Dates, datesOf } from '../texts/dates.ts';
import { type Language, negotiate, TAGS, toLanguage } from '../texts/languages.ts';
import { type Texts, textsOf } from '../texts/texts.ts';

/** What every page says of the skill. */
export interface About {
  /** Who runs the skill; absent where nobody has set it. */
  readonly operator: string | undefined;
  readonly privacyUrl: string | undefined;
  /** Where the device cloud helps a person who has forgotten the password; absent where that is not known. */
  readonly passwordHelpUrl: string | undefined;
}

/** Who reads a page, and what every page needs besides its own content. */
export interface Reader {
  readonly texts: Texts;
  readonly dates: Dates;
  readonly about: About & { readonly skill: string };
  /** Path and query of the request, without the language. */
  readonly address: string;
  /** A POST that wants nothing but the same page in another language. */
  readonly isSwitch: boolean;
}

/** Of the query: the language that somebody has chosen on a page. Of the cookie: the same, for the pages that follow. */
const LANGUAGE = 'language';
const COOKIE_SECONDS = 365 * 24 * 3_600;

/** Takes the chosen language out of a query, and leaves all else as it is, byte for byte. */
const withoutLanguage = (search: string): string => {
  const kept = search
    .slice(1)
    .split('&')
    .filter((pair) => pair !== '' && pair !== LANGUAGE && !pair.startsWith(`${LANGUAGE}=`));
  return kept.length === 0 ? '' : `?${kept.join('&')}`;
};

const chosenIn = (url: URL): Language | undefined => toLanguage(url.searchParams.get(LANGUAGE) ?? undefined);

function keptIn(request: Request): Language | undefined {
  const pairs = (request.headers.get('cookie') ?? '').split(';').map((pair) => pair.trim().split('='));
  return toLanguage(pairs.find(([name]) => name === LANGUAGE)?.[1]);
}

/** The language of a page: the chosen one, else what the browser asks for (RFC 9110 section 12.5.4). */
export const languageOf = (request: Request): Language =>
  chosenIn(new URL(request.url)) ?? keptIn(request) ?? negotiate(request.headers.get('accept-language'));

export async function readerOf(request: Request, about: About): Promise<Reader> {
  const url = new URL(request.url);
  const texts = await textsOf(languageOf(request));
  return {
    texts,
    dates: datesOf(texts.language),
    about: { ...about, skill: SKILL_NAME },
    address: url.pathname + withoutLanguage(url.search),
    isSwitch: request.method === 'POST' && chosenIn(url) !== undefined,
  };
}

/** The tag under which the language of a page is stored with an address. */
export const tagOf = ({ texts }: Reader): string => TAGS[texts.language];

/** The same address in another language. */
export const inLanguage = (address: string, language: Language): string =>
  `${address}${address.includes('?') ? '&' : '?'}${LANGUAGE}=${language}`;

/** Has the browser keep a language that was chosen on a page. It is no secret, and says nothing of a person but this. */
export function keepLanguage(request: Request, response: Response): Response {
  const url = new URL(request.url);
  const language = chosenIn(url);
  if (!language) return response;
  const secure = url.protocol === 'https:' ? '; Secure' : '';
  const cookie = `${LANGUAGE}=${language}; Path=/; Max-Age=${COOKIE_SECONDS}; HttpOnly; SameSite=Lax${secure}`;
  response.headers.append('Set-Cookie', cookie);
  return response;
}
