/** The languages of pages, notices and mails: those of the markets in which the listing offers the skill (`skill-package/skill.json`). */
export const LANGUAGES = ['en', 'es', 'fr'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The language of whoever asks for none that we have, and of messages to the developer. */
export const DEFAULT_LANGUAGE: Language = 'en';

/** As HTML, mails and `Intl` name them (BCP 47): US English, Latin American Spanish, Canadian French. */
export const TAGS: Readonly<Record<Language, string>> = { en: 'en-US', es: 'es-419', fr: 'fr-CA' };

/** What a language calls itself. */
export const OWN_NAMES: Readonly<Record<Language, string>> = { en: 'English', es: 'Español', fr: 'Français' };

/** @returns the language of a tag such as `es-MX`; nothing for one that we do not have */
export function toLanguage(tag: string | undefined): Language | undefined {
  const [primary = ''] = (tag ?? '').toLowerCase().split('-');
  return LANGUAGES.find((language) => language === primary);
}

/** More than a browser sends; what follows is not read. */
const LONGEST_HEADER = 1_000;
/** `es-MX;q=0.8` or `*` (RFC 9110 sections 12.4.2 and 12.5.4). */
const RANGE = /^(\*|[a-z]{1,8}(?:-[a-z0-9]{1,8})*)(?:\s*;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?$/i;

/**
 * The language that fits an `Accept-Language` header best (RFC 9110 section 12.5.4): by weight, then in the order of the header. A region
 * does not matter, as each language exists once. An element that is malformed counts as absent.
 */
export function negotiate(header: string | null): Language {
  const ranges = (header ?? '')
    .slice(0, LONGEST_HEADER)
    .split(',')
    .flatMap((element) => {
      const [, range, weight = '1'] = RANGE.exec(element.trim()) ?? [];
      return range === undefined ? [] : [{ range, weight: Number(weight) }];
    });
  const refused = new Set(ranges.filter(({ weight }) => weight === 0).map(({ range }) => range.toLowerCase()));
  const offered = LANGUAGES.filter((language) => !refused.has(language));
  const wanted = ranges.filter(({ weight }) => weight > 0).sort((one, other) => other.weight - one.weight);
  for (const { range } of wanted) {
    const language = range === '*' ? offered[0] : toLanguage(range);
    if (language && offered.includes(language)) return language;
  }
  return DEFAULT_LANGUAGE;
}
