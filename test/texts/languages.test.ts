import { describe, expect, test } from '@jest/globals';
import { datesOf } from '../../lambda/texts/dates.ts';
import { LANGUAGES, type Language, negotiate, toLanguage } from '../../lambda/texts/languages.ts';
import { pluralOf } from '../../lambda/texts/plural.ts';
import { textsOf } from '../../lambda/texts/texts.ts';

describe('the language of Accept-Language', () => {
  test.each<{ header: string | null; language: Language }>([
    { header: null, language: 'en' },
    { header: '', language: 'en' },
    { header: 'es-MX,es;q=0.9,en;q=0.8', language: 'es' },
    { header: 'es-419', language: 'es' },
    { header: 'fr', language: 'fr' },
    { header: 'fr-CA, fr;q=0.9', language: 'fr' },
    { header: 'FR-ca', language: 'fr' },
    { header: 'de-DE,de;q=0.9,fr;q=0.5,en;q=0.3', language: 'fr' },
    { header: 'de', language: 'en' },
    { header: 'en;q=0.5, es;q=0.7', language: 'es' },
    { header: 'en;q=0.8, fr;q=0.8', language: 'en' },
    { header: 'fr;q=0.8, en;q=0.8', language: 'fr' },
    { header: 'en ; q=0.2 , es ; q=0.3', language: 'es' },
    { header: '*', language: 'en' },
    { header: 'de, *;q=0.1', language: 'en' },
    { header: 'en;q=0, *', language: 'es' },
    { header: 'fr;q=0, es;q=0', language: 'en' },
    { header: 'es;q=0, es-MX', language: 'en' },
    { header: 'es-ES;q=0, es', language: 'es' },
    { header: 'zh-Hant-TW, fr-Latn-CA-x-private;q=0.1', language: 'fr' },
    { header: 'esperanto', language: 'en' },
    { header: 'es;q=1.5, fr', language: 'fr' },
    { header: 'es;q=, fr;q=0.1', language: 'fr' },
    { header: 'es;q=-1, fr;q=0.1', language: 'fr' },
    { header: 'es;level=1, fr;q=0.1', language: 'fr' },
    { header: ',,;,;q=1,', language: 'en' },
    { header: '<script>alert(1)</script>', language: 'en' },
    { header: '../../es', language: 'en' },
    { header: '__proto__, constructor', language: 'en' },
    { header: `${'a'.repeat(100_000)}, es`, language: 'en' },
    { header: `${'x,'.repeat(100_000)}es`, language: 'en' },
    { header: 'fr\u0000, es', language: 'es' },
  ])('$header: $language', ({ header, language }) => {
    expect(negotiate(header)).toBe(language);
  });

  test.each([
    { tag: 'es-US', language: 'es' },
    { tag: 'en-CA', language: 'en' },
    { tag: 'fr-CA', language: 'fr' },
    { tag: 'de-DE', language: undefined },
    { tag: '', language: undefined },
    { tag: undefined, language: undefined },
  ])('of the tag $tag: $language', ({ tag, language }) => {
    expect(toLanguage(tag)).toBe(language);
  });
});

test.each<{ language: Language; day: string; moment: string; date: string; lastDay: string }>([
  {
    language: 'en',
    day: 'Sunday, March 1, 2026',
    moment: 'Sunday, March 1, 2026 (04:05 UTC)',
    date: 'March 1, 2026',
    lastDay: 'Saturday, February 28, 2026',
  },
  {
    language: 'es',
    day: 'domingo, 1 de marzo de 2026',
    moment: 'domingo, 1 de marzo de 2026 (04:05 UTC)',
    date: '1 de marzo de 2026',
    lastDay: 'sábado, 28 de febrero de 2026',
  },
  {
    language: 'fr',
    day: 'dimanche 1er mars 2026',
    moment: 'dimanche 1er mars 2026 (04 h 05 UTC)',
    date: '1er mars 2026',
    lastDay: 'samedi 28 février 2026',
  },
])('days and times in $language', ({ language, day, moment, date, lastDay }) => {
  const at = new Date('2026-03-01T04:05:00.000Z');
  const dates = datesOf(language);
  expect({ day: dates.day(at), moment: dates.moment(at), date: dates.date(at), lastDay: dates.lastDay(at) }).toEqual({
    day,
    moment,
    date,
    lastDay,
  });
});

test.each<{ language: Language; forms: readonly string[] }>([
  { language: 'en', forms: ['other', 'one', 'other', 'other'] },
  { language: 'es', forms: ['other', 'one', 'other', 'other'] },
  { language: 'fr', forms: ['one', 'one', 'other', 'other'] },
])('plural in $language of 0, 1, 2 and 21', ({ language, forms }) => {
  const plural = pluralOf(language);
  expect([0, 1, 2, 21].map((count) => plural(count, { one: 'one', other: 'other' }))).toEqual(forms);
});

test('each language has its own texts', async () => {
  const loaded = await Promise.all(LANGUAGES.map(textsOf));
  expect(loaded.map(({ language }) => language)).toEqual(['en', 'es', 'fr']);
});
