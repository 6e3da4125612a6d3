import type { Texts } from './en.ts';
import type { Language } from './languages.ts';

export type { Texts };

/** Each language is a file of its own, which is loaded when somebody needs it. No directive does. */
const LOADERS: Readonly<Record<Language, () => Promise<Texts>>> = {
  en: async () => (await import('./en.ts')).en,
  es: async () => (await import('./es.ts')).es,
  fr: async () => (await import('./fr.ts')).fr,
};

/** All texts for people in one language. */
export const textsOf = (language: Language): Promise<Texts> => LOADERS[language]();
