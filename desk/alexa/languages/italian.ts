import { type Language, numbersBy, patternsOf, TO } from './language.ts';

const ones =
  'zero uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici diciassette diciotto diciannove'.split(
    ' ',
  );
const tens = 'venti trenta quaranta cinquanta sessanta settanta ottanta novanta'.split(' ');

function spell(value: number): string {
  if (value === 100) return 'cento';
  if (value < 20) return ones[value] ?? '';
  const ten = tens[Math.floor(value / 10) - 2] ?? '';
  const one = ones[value % 10] ?? '';
  if (value % 10 === 0) return ten;
  // A vowel goes before another one: ventuno, trentotto.
  return /^[uo]/.test(one) ? ten.slice(0, -1) + one : ten + (one === 'tre' ? 'tré' : one);
}

const numbers = numbersBy(spell, (value) => spell(value).replace('tré', 'tre'));
const SET = '(?:imposta|impostare|metti|mettere|regola|porta|abbassa|alza)';

export const italian: Language = {
  numbers,
  politeness: [/^(?:puoi|potresti|può) /u, /^per favore,? /, /,? (?:per favore|per piacere|adesso|ora|grazie)$/],
  patterns: patternsOf('per cento|percento', numbers, [
    ['discover', '(?:cerca|trova|scopri) (?:i miei |i |nuovi )*dispositivi'],
    ['half', `${SET} X (?:a metà|alla metà)`],
    ['full', `${SET} X al massimo`],
    ['low', `${SET} X al minimo`],
    ['down', '(?:abbassa|riduci|diminuisci) X (?:del|di) N'],
    ['up', '(?:alza|aumenta) X (?:del|di) N'],
    ['set', `${SET} X (?:al|allo|all'|a|su) ?N`],
    ['on', '(?:accendi|accendere) X'],
    ['off', '(?:spegni|spegnere) X'],
    ['up', '(?:alza|aumenta|alzare|aumentare) X'],
    ['down', '(?:abbassa|riduci|diminuisci|abbassare) X'],
    ['up', '(?:alza|aumenta|(?:un po. )?più (?:luce|forte|luminoso|luminosa))'],
    ['down', '(?:abbassa|(?:un po. )?meno (?:luce|forte|luminoso|luminosa))'],
    ['ask', '(?:è|sono) (?:acces[oaei]|spent[oaei]) X'],
    ['ask', 'X (?:è|sono) (?:acces[oaei]|spent[oaei])'],
    ['half', '(?:a )?metà'],
    ['half', 'X a metà'],
    ['full', 'al massimo'],
    ['low', 'al minimo'],
    ['on', 'X acces[oaei]'],
    ['off', 'X spent[oaei]'],
  ]),
  bare: patternsOf('per cento|percento', numbers, [
    ['set', `(?:${TO} )?N`],
    ['set', `X (?:${TO} )?N`],
  ]),
};
