import { expect, test } from '@jest/globals';
import { en } from '../../lambda/texts/en.ts';
import { es } from '../../lambda/texts/es.ts';
import { fr } from '../../lambda/texts/fr.ts';
import { fill, fillings, leavesOf, namesIn, shownIn } from './catalogue.ts';

const english = leavesOf(en);
const others = [
  { language: 'es', leaves: leavesOf(es) },
  { language: 'fr', leaves: leavesOf(fr) },
];
const every = [{ language: 'en', leaves: english }, ...others];

const kinds = (leaves: ReturnType<typeof leavesOf>) => [...leaves].map(([key, leaf]) => `${key}: ${typeof leaf}`);

test.each(others)('$language has the same keys as English, of the same kinds', ({ leaves }) => {
  expect(kinds(leaves).sort()).toEqual(kinds(english).sort());
});

/** The texts of one key with each filling, in English and in another language. Where English cannot do without a value, that is left out. */
function* pairs(leaves: ReturnType<typeof leavesOf>) {
  for (const [key, leaf] of english) {
    const other = leaves.get(key);
    if (other === undefined) continue;
    for (const values of fillings(namesIn(leaf))) {
      const text = fill(leaf, values);
      if (!text.includes('undefined')) yield { key, text, translated: fill(other, values) };
    }
  }
}

test.each(others)('$language names the same values in each text as English', ({ leaves }) => {
  const different = [...pairs(leaves)].filter(
    ({ text, translated }) => shownIn(text).join() !== shownIn(translated).join(),
  );
  expect(different).toEqual([]);
});

/** Names, and words that two languages share. */
const SAME_IN_ENGLISH: ReadonlySet<string> = new Set([]);

test.each(others)('$language has no English text left', ({ leaves }) => {
  const left = [...pairs(leaves)].filter(
    ({ key, text, translated }) => text === translated && !SAME_IN_ENGLISH.has(key),
  );
  expect(left.map(({ key }) => key)).toEqual([]);
});

/** The longest text of each place; the first whose keys match counts. `My Leviton` and the longest day are filled in. */
const PLACES: readonly { readonly place: string; readonly keys: RegExp; readonly longest: number }[] = [
  // Amazon SNS takes 99 characters.
  { place: 'the subject of a mail with a day in it', keys: /\bsession-ends\.subject$/, longest: 99 },
  // RFC 5322 section 2.1.1 advises 78 characters a line.
  { place: 'the subject of a mail', keys: /\.subject\w*$/, longest: 78 },
  { place: 'a paragraph', keys: /./, longest: 480 },
];
const longestAt = (key: string): number => PLACES.find(({ keys }) => keys.test(key))?.longest ?? 0;
const LONGEST_VALUES: Readonly<Record<string, string>> = {
  cloud: 'My Leviton',
  account: 'm…y@example.org',
  mattersBy: 'miércoles, 30 de septiembre de 2026',
};
const withLongestValues = (text: string): string =>
  text.replaceAll(/‹(\w+)›/g, (_, name: string) => LONGEST_VALUES[name] ?? 'x'.repeat(20));

test.each(every)('no text of $language is longer than its place, and each has one', ({ language, leaves }) => {
  const tooLong = [...leaves].flatMap(([key, leaf]) => {
    const most = longestAt(key);
    const texts = fillings(namesIn(leaf)).map((values) => withLongestValues(fill(leaf, values)));
    return texts
      .filter((text) => text.length > most)
      .map((text) => `${language} ${key} (${text.length} > ${most}): ${text}`);
  });
  expect(tooLong).toEqual([]);
});

test.each(every)('every text of $language is one line without stray spaces', ({ leaves }) => {
  const odd = [...leaves].filter(([, leaf]) => /^\s|\s$|\s{2}|\n/.test(fill(leaf, fillings(namesIn(leaf))[0] ?? {})));
  expect(odd.map(([key]) => key)).toEqual([]);
});

test('Spanish opens its questions, and French has typographic apostrophes', () => {
  const texts = (leaves: ReturnType<typeof leavesOf>) =>
    [...leaves].map(([key, leaf]) => [key, fill(leaf, fillings(namesIn(leaf))[0] ?? {})] as const);
  expect(texts(leavesOf(es)).filter(([, text]) => text.includes('?') !== text.includes('¿'))).toEqual([]);
  expect(texts(leavesOf(fr)).filter(([, text]) => text.includes("'"))).toEqual([]);
  // In Canada no space stands before these (Office québécois de la langue française).
  expect(texts(leavesOf(fr)).filter(([, text]) => /\s[?!;]/.test(text))).toEqual([]);
});
