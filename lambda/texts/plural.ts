import { type Language, TAGS } from './languages.ts';

/** The forms of one message. Spanish and French also have a form for millions, which no count here reaches. */
export interface Forms {
  readonly one: string;
  readonly other: string;
}

/** Picks the form for a count by the rule of the language (`Intl.PluralRules`): French has `one` for 0 as well. */
export function pluralOf(language: Language): (count: number, forms: Forms) => string {
  const rules = new Intl.PluralRules(TAGS[language]);
  return (count, { one, other }) => (rules.select(count) === 'one' ? one : other);
}
