import { type Language, numbersBy, patternsOf, TO } from './language.ts';

const ones =
  'zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf'.split(
    ' ',
  );
const tens = 'vingt trente quarante cinquante soixante soixante quatre-vingt quatre-vingt'.split(' ');

function spell(value: number): string {
  if (value === 100) return 'cent';
  if (value === 80) return 'quatre-vingts';
  if (value < 20) return ones[value] ?? '';
  const ten = Math.floor(value / 10);
  // 70 and 90 count on from 60 and 80.
  const rest = value - 10 * (ten === 7 || ten === 9 ? ten - 1 : ten);
  const base = tens[ten - 2] ?? '';
  if (rest === 0) return base;
  return rest === 1 || (rest === 11 && ten === 7)
    ? `${base}${ten < 8 ? ' et ' : '-'}${ones[rest]}`
    : `${base}-${ones[rest]}`;
}

const numbers = numbersBy(spell, (value) => spell(value).replaceAll('-', ' '));
const SET = '(?:mets|mettez|règle|réglez|baisse|baissez|monte|montez|augmente|diminue|passe|tamise)';
const A_BIT = '(?: un peu)?';

export const french: Language = {
  numbers,
  politeness: [
    /^(?:peux-tu|peux tu|pourrais-tu|pourrais tu|tu peux|pouvez-vous) /,
    /^est-ce que tu peux /,
    /^(?:s'il te plaît|s'il vous plaît|s'il te plait|stp),? /,
    /,? (?:s'il te plaît|s'il vous plaît|s'il te plait|stp|merci|maintenant)(?=\s|$)/g,
  ],
  patterns: patternsOf('pour cent|pourcent|pourcents', numbers, [
    [
      'discover',
      '(?:cherche|recherche|découvre|trouve) (?:mes |les |des |de nouveaux |nouveaux )*(?:appareils|lampes)',
    ],
    ['half', `${SET} X à (?:la )?moitié`],
    ['full', `${SET} X (?:à fond|au maximum|au max)`],
    ['low', `${SET} X (?:au minimum|au plus bas)`],
    ['down', '(?:baisse|baissez|baisser|diminue|diminuer|réduis|réduire|tamise) X de N'],
    ['up', '(?:augmente|augmentez|augmenter|monte|monter) X de N'],
    ['set', `(?:${SET}|mettre|régler) X (?:à|sur) N`],
    // In Canada lights are opened and closed.
    ['off', '(?:ferme|fermez|fermer) X'],
    ['on', '(?:ouvre|ouvrez|ouvrir) X'],
    ['off', '(?:éteins|éteint|éteignez|éteindre|eteins|coupe|couper) X'],
    ['on', '(?:allume|allumes|allumez|allumer|rallume) X'],
    ['off', 'X éteindre'],
    ['on', 'X allumer'],
    ['up', `rends X${A_BIT} plus (?:lumineux|lumineuse|clair|claire|fort|forte)`],
    ['down', `rends X${A_BIT} (?:moins (?:lumineux|lumineuse|fort|forte)|plus sombre)`],
    ['up', `(?:augmente|augmentez|augmenter|monte|monter) X${A_BIT}`],
    ['down', `(?:baisse|baissez|baisser|diminue|diminuer|réduis|tamise|tamiser) X${A_BIT}`],
    ['up', '(?:augmente|monte|(?:un peu )?plus (?:fort|clair|lumineux|de lumière))'],
    ['down', '(?:baisse|tamise|(?:un peu )?(?:moins (?:fort|lumineux|de lumière)|plus sombre))'],
    ['ask', 'est-ce que X est (?:allumé|allumée|éteint|éteinte)'],
    ['ask', 'X est-(?:elle|il) (?:allumé|allumée|éteint|éteinte)'],
    ['half', '(?:à (?:la )?)?moitié'],
    ['half', 'X à (?:la )?moitié'],
    ['full', 'à fond|au maximum'],
    ['low', 'au minimum'],
    ['on', 'X (?:allumé|allumée|allumées)'],
    ['off', 'X (?:éteint|éteinte|éteintes)'],
  ]),
  bare: patternsOf('pour cent|pourcent|pourcents', numbers, [
    ['set', `(?:${TO} )?N`],
    ['set', `X (?:${TO} )?N`],
  ]),
};
