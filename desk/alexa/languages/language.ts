/** What a sentence asks for, before its words are looked at. */
export type Intent = 'on' | 'off' | 'set' | 'half' | 'full' | 'low' | 'up' | 'down' | 'ask' | 'discover';

/** How one says things to a lamp in one language. Sentences come in small letters, without the wake word. */
export interface Language {
  /** In the order in which they are tried. Groups: `name` of the lamp and the `place` where it is, `number`; without `number`, "up" is one step. */
  readonly patterns: readonly { readonly says: RegExp; readonly intent: Intent }[];
  /** Sentences without a verb ("lamp 30"). They are tried last, as they would fit into sentences of other languages. */
  readonly bare: Language['patterns'];
  /** What makes a sentence polite and says nothing else; each is taken out at its place. */
  readonly politeness: readonly RegExp[];
  /** Numbers 0..100 in words. */
  readonly numbers: ReadonlyMap<string, number>;
}

/** What stands before a number in a sentence without a verb, in any language. */
export const TO = '(?:to|at|auf|à|sur|al|a)';

const EXCEPT = '(?<except> (?:except|except for|but|außer) .+)?';

const PLACE = '(?<place> (?:in|im|inside) .+)';

/** `W` in a pattern says where a lamp is, after the verb; `B` is what a sentence excepts after its verb, `N` a number in digits or words with or without "percent", `X` the name of a lamp. */
export function patternsOf(
  percent: string,
  numbers: Language['numbers'],
  sources: readonly (readonly [Intent, string])[],
) {
  const words = [...numbers.keys()].sort((a, b) => b.length - a.length).join('|');
  const number = String.raw`(?<number>\d+|${words})(?: ?(?:%|${percent}))?`;
  return sources.map(([intent, source]) => ({
    intent,
    says: new RegExp(
      `^(?:${source.replaceAll(/\bN\b/g, number).replaceAll(/\bX\b/g, '(?<name>.+?)').replaceAll(/\bB\b/g, EXCEPT).replaceAll(/\bW\b/g, PLACE)})$`,
      'u',
    ),
  }));
}

/** The numbers from 0 to 100 by the word for each. */
export const numbersBy = (...spellings: ((value: number) => string)[]): Map<string, number> =>
  new Map(
    Array.from({ length: 101 }, (_, value) => value).flatMap((value) =>
      spellings.map((spell): [string, number] => [spell(value), value]),
    ),
  );
