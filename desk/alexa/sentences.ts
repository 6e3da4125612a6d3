import { english } from './languages/english.ts';
import { french } from './languages/french.ts';
import { german } from './languages/german.ts';
import { italian } from './languages/italian.ts';
import { japanese } from './languages/japanese.ts';
import type { Intent, Language } from './languages/language.ts';
import { spanish } from './languages/spanish.ts';

/**
 * What a person asks for, before anybody knows whether there is such a device. `name` is as spoken, in small letters; empty
 * where the sentence names no lamp ("turn up").
 */
export type Wish =
  | { readonly kind: 'power'; readonly name: string; readonly on: boolean }
  | { readonly kind: 'set'; readonly name: string; readonly percent: number }
  | { readonly kind: 'adjust'; readonly name: string; readonly delta: number }
  | { readonly kind: 'ask'; readonly name: string }
  | { readonly kind: 'discover' };

/** "Dim" and "brighten" without a number: Amazon's test plans use 25; what Alexa takes is nowhere written. */
const STEP = 25;

/** Those of the skill's listing. No sentence of one means something else in another, so nobody has to choose. */
const LANGUAGES: readonly Language[] = [english, german, french, spanish, italian, japanese];

const WAKE_WORD = /^(?:(?:hey|hallo|ok|okay) )?(?:alexa|アレクサ)[\s,、:!]*/u;

/** Understands one sentence; undefined when it is none of those that one says to a lamp. */
export function understand(sentence: string): Wish | undefined {
  const words = plain(sentence).replace(WAKE_WORD, '');
  for (const part of ['patterns', 'bare'] as const) {
    for (const language of LANGUAGES) {
      const wish = wishBy(language[part], language, politely(words, language));
      if (wish) return wish;
    }
  }
  return undefined;
}

function wishBy(patterns: Language['patterns'], { numbers }: Language, words: string): Wish | undefined {
  for (const { says, intent } of patterns) {
    const match = says.exec(words);
    if (!match) continue;
    const { name = '', place = '', number, except = '' } = match.groups ?? {};
    const value = number === undefined ? undefined : /^\d+$/.test(number) ? Number(number) : numbers.get(number);
    // A sentence that breaks off after an article names no lamp.
    if (ONLY_ARTICLE.test(name)) continue;
    return toWish(intent, lampIn(name) + place + except, value);
  }
  return undefined;
}

/** A sentence without what only makes it polite, at its beginning and its end, and more than once. */
function politely(sentence: string, language: Language): string {
  const shorter = language.politeness.reduce((text, words) => text.replace(words, ''), sentence).trim();
  return shorter === sentence ? sentence : politely(shorter, language);
}

function toWish(intent: Intent, name: string, value: number | undefined): Wish | undefined {
  switch (intent) {
    case 'on':
      return { kind: 'power', name, on: true };
    case 'off':
      return { kind: 'power', name, on: false };
    case 'set':
      return value === undefined ? undefined : { kind: 'set', name, percent: value };
    case 'half':
      return { kind: 'set', name, percent: 50 };
    case 'full':
      return { kind: 'set', name, percent: 100 };
    case 'low':
      return { kind: 'set', name, percent: 1 };
    case 'up':
      return { kind: 'adjust', name, delta: value ?? STEP };
    case 'down':
      return { kind: 'adjust', name, delta: -(value ?? STEP) };
    case 'ask':
      return { kind: 'ask', name };
    case 'discover':
      return { kind: 'discover' };
  }
}

const ARTICLE =
  /^(?:(?:the|my|a|an|our|der|die|das|den|dem|mein|meine|meinen|unsere|le|la|les|ma|mon|mes|el|los|las|mi|mis|il|lo|gli|i) |l')/;
const BRIGHTNESS = [
  /^(?:(?:the|my|die|la|el) )?(?:brightness|helligkeit|luminosité|brillo|luminosità)$/,
  /^(?:(?:the|my) )?brightness of /,
  /(?:'s)? brightness$/,
  /^(?:die )?helligkeit (?:der|des|von|vom) /,
  /^(?:la )?luminosité (?:de la |de l'|du |des |de )/,
  /^(?:el )?brillo (?:de la |del |de los |de las |de )/,
  /^(?:la )?luminosità (?:della |del |dello |dell'|delle |dei |di )/,
];

const ONLY_ARTICLE = /^(?:the|my|der|die|das|den|le|la|les|el|los|las|il|lo)$/;

const lampIn = (name: string): string =>
  BRIGHTNESS.reduce((text, words) => text.replace(words, ''), name.trim())
    .replace(ARTICLE, '')
    .trim();

/** A device's name as it is compared: small letters, no article, no punctuation. */
export const spokenName = (name: string) =>
  plain(name)
    .replace(ARTICLE, '')
    .replaceAll(/[^\p{L}\p{M}\p{N} ]/gu, '');

const plain = (text: string) =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[’‘ʼ´`]/g, "'")
    .replaceAll(/\s+/g, ' ')
    .replace(/[ .!?。]+$/, '')
    .replace(/^[¡¿ ]+/, '')
    .trim();
