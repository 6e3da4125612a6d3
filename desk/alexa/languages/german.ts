import { type Language, numbersBy, patternsOf, TO } from './language.ts';

const ones =
  'null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn'.split(
    ' ',
  );
const tens = 'zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig'.split(' ');

const spell =
  (hundred: string) =>
  (value: number): string => {
    if (value === 100) return hundred;
    if (value < 20) return ones[value] ?? '';
    const ten = tens[Math.floor(value / 10) - 2] ?? '';
    const one = value % 10 === 1 ? 'ein' : ones[value % 10];
    return value % 10 === 0 ? ten : `${one}und${ten}`;
  };

const numbers = numbersBy(spell('hundert'), spell('einhundert'), (value) =>
  value === 1 ? 'ein' : spell('hundert')(value),
);
const SWITCH = '(?:schalte?|mache?|dreh(?:e)?|knips(?:e)?)';
const SET = '(?:stelle?|setze?|dimme?|mache?|schalte?|dreh(?:e)?|regle?)';
const A_BIT = '(?:etwas |ein bisschen |ein wenig )?';

export const german: Language = {
  numbers,
  politeness: [
    /^(?:kannst|könntest|würdest) du (?:mir )?(?:bitte )?/u,
    /^(?:bitte|und|jetzt|mal)\s+/,
    /\s(?:bitte|mal|doch)(?=\s|$)/g,
  ],
  patterns: patternsOf('prozent', numbers, [
    ['discover', '(?:suche?|finde) (?:nach )?(?:meine |neue[n]? |alle )*(?:geräte[n]?|lampen)'],
    ['half', `(?:${SET} )?X auf (?:die )?(?:hälfte|halb)(?: (?:stellen|setzen|dimmen|drehen))?`],
    ['full', `(?:${SET} )?X auf (?:maximum|voll|volle helligkeit|das maximum)(?: (?:stellen|setzen))?`],
    ['low', `(?:${SET} )?X auf (?:minimum|das minimum|die niedrigste stufe)(?: (?:stellen|setzen|dimmen))?`],
    ['low', `(?:${SWITCH}|stelle?) X ganz (?:runter|herunter|dunkel)`],
    ['full', `(?:${SWITCH}|stelle?) X ganz (?:hoch|auf|hell)`],
    ['down', '(?:dimme?|verringere?|reduziere?|senke?) X um N'],
    ['up', '(?:erhöhe?|steigere?) X um N'],
    ['up', `(?:${SWITCH} )?X um N heller(?: machen)?`],
    ['down', `(?:${SWITCH} )?X um N dunkler(?: machen)?`],
    ['set', `${SET} X auf N`],
    ['set', 'X auf N (?:stellen|setzen|dimmen|schalten|drehen|machen)'],
    ['up', `(?:mache? )?${A_BIT}heller`],
    ['down', `(?:mache? )?${A_BIT}dunkler`],
    ['up', `(?:gib (?:mir|uns) |mache? )?${A_BIT}mehr licht`],
    ['down', `(?:mache? )?${A_BIT}weniger licht`],
    ['half', `${SET} X halb so hell`],
    ['up', `(?:${SWITCH}|stelle?) X ${A_BIT}(?:heller|hoch|auf)`],
    ['down', `(?:${SWITCH}|stelle?) X ${A_BIT}(?:dunkler|runter|herunter)`],
    ['on', `${SWITCH} X (?:wieder )?(?:ein|an)(?:B)`],
    ['on', `${SWITCH} X (?:wieder )?(?:ein|an)(?:W)`],
    ['off', `${SWITCH} X (?:wieder )?aus(?:B)`],
    ['off', `${SWITCH} X (?:wieder )?aus(?:W)`],
    ['on', 'X (?:wieder )?(?:ein|an)(?:schalten|machen)'],
    ['off', 'X (?:wieder )?aus(?:schalten|machen)'],
    ['up', `X ${A_BIT}heller(?: (?:machen|stellen))?`],
    ['down', `X ${A_BIT}dunkler(?: (?:machen|stellen))?`],
    ['down', 'dimme? X'],
    ['ask', '(?:ist|sind) X (?:an|ein|aus|eingeschaltet|ausgeschaltet|angeschaltet)'],
    ['ask', 'wie hell (?:ist|sind) X'],
    ['half', 'halb|halbe helligkeit|auf (?:die )?hälfte'],
    ['full', 'volle helligkeit|ganz hell'],
    ['low', 'ganz dunkel'],
  ]),
  bare: patternsOf('prozent', numbers, [
    ['set', `(?:${TO} )?N`],
    ['set', `X (?:${TO} )?N`],
    ['half', 'X halb'],
    ['on', 'X (?:ein|an)(?:B)'],
    ['on', 'X (?:ein|an)(?:W)'],
    ['off', 'X aus(?:B)'],
    ['off', 'X aus(?:W)'],
  ]),
};
