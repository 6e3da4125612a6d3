import { type Language, numbersBy, patternsOf, TO } from './language.ts';

const ones =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const tens = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');

const spell =
  (between: string, hundred: string) =>
  (value: number): string => {
    if (value === 100) return hundred;
    if (value < 20) return ones[value] ?? '';
    const ten = tens[Math.floor(value / 10) - 2] ?? '';
    return value % 10 === 0 ? ten : `${ten}${between}${ones[value % 10]}`;
  };

const numbers = new Map([
  ...numbersBy(spell('-', 'a hundred'), spell(' ', 'one hundred'), spell(' ', 'hundred')),
  ...([
    ['a quarter', 25],
    ['one quarter', 25],
    ['a third', 33],
    ['one third', 33],
    ['three quarters', 75],
  ] as const),
]);
const SWITCH = '(?:turn|switch|put|power|turning|switching)';
const DOWN = '(?:dim|lower|decrease|reduce|darken|dimming|lowering)';
const UP = '(?:brighten|raise|increase|brightening)';
const BRIGHTER = '(?:a (?:bit|little) |much |even )?(?:brighter|lighter|up)';
const DARKER = '(?:a (?:bit|little) |much |even )?(?:darker|dimmer|softer|down)';
const FULL = '(?:full|max|maximum|full brightness|maximum brightness|the max|the maximum)';
const LOWEST = '(?:min|minimum|minimum brightness|the min|the minimum|the lowest|its lowest|lowest)';
const LOW = '(?: a (?:bit|little))?';
/** The beginning of a sentence that breaks off is no lamp. */
const NO_VERB = '(?!(?:turn|switch|put|power|set|make|shut)\\b)';

export const english: Language = {
  numbers,
  politeness: [
    /^(?:could|can|would|will|do) you(?: please| mind)? /,
    /^i(?:'d| would) like you to /,
    /^i want you to /,
    /^i(?:'d| would)? (?:want|like|need|love) (?:to )?/,
    /^(?:please|now|just|and|ok|okay|hey)\s+/,
    /,? (?:please|now|for me|thanks|thank you)$/,
  ],
  patterns: patternsOf('percent|per cent', numbers, [
    ['discover', '(?:discover|find|look for|search for) (?:my |new |all |the )*(?:devices|lamps|lights)'],
    ['half', `(?:set|dim|put|make|turn|bring|lower|raise) X (?:to |at )?(?:half|50 50)(?: brightness)?`],
    ['full', `(?:set|put|make|turn|bring|raise|brighten) X (?:up )?(?:to |at )?${FULL}`],
    ['full', `(?:${SWITCH}|bring|${UP}) X all the way up`],
    ['low', `(?:${SWITCH}|bring|${DOWN}) X all the way down`],
    ['low', `${DOWN} X all the way`],
    ['low', `(?:${SWITCH}|set|make|${DOWN}) X as (?:low|dim|dark) as (?:possible|it (?:goes|gets))`],
    ['full', `(?:${SWITCH}|set|make|${UP}) X as (?:high|bright) as (?:possible|it (?:goes|gets))`],
    ['full', 'all the way up'],
    ['low', 'all the way down'],
    ['low', `(?:set|put|make|bring|${SWITCH}|${DOWN}) X (?:down )?(?:to |at )?${LOWEST}`],
    ['down', `${DOWN} X by N`],
    ['up', `${UP} X by N`],
    ['down', `${SWITCH} down X by N`],
    ['down', `${SWITCH} X down (?:by )?N`],
    ['up', `${SWITCH} up X by N`],
    ['up', `${SWITCH} X up (?:by )?N`],
    ['set', `${SWITCH} on X (?:to|at) N`],
    ['set', `${SWITCH} X on (?:to|at) N`],
    [
      'set',
      `(?:set|dim|brighten|turn|lower|raise|put|make|bring|change|adjust|reduce|increase)(?: (?:up|down))? X (?:up |down )?(?:to|at) N`,
    ],
    ['set', `(?:set|put|make|change|turn|dim|brighten|lower|raise)(?: it| this| up| down)? (?:to|at) N`],
    ['down', `(?:${DOWN}|(?:turn|bring)(?: it)? down) by N`],
    ['up', `(?:${UP}|(?:turn|bring)(?: it)? up) by N`],
    ['set', 'make X N'],
    ['on', `${SWITCH} on X`],
    ['off', `(?:${SWITCH} off|shut off|kill|cut) X`],
    ['off', `${SWITCH} out X`],
    ['on', `${SWITCH} X (?:back )?on(?:B)`],
    ['on', `${SWITCH} X (?:back )?on(?:W)`],
    ['off', `(?:${SWITCH}|shut) X (?:back )?(?:off|out)(?:B)`],
    ['off', `(?:${SWITCH}|shut) X (?:back )?(?:off|out)(?:W)`],
    ['on', 'light up X'],
    ['up', `(?:turn|make|bring|put) X${LOW} ${BRIGHTER}${LOW}`],
    ['down', `(?:turn|make|bring|put) X${LOW} ${DARKER}${LOW}`],
    ['up', '(?:turn|bring) up X'],
    ['down', '(?:turn|bring) down X'],
    ['up', '(?:turn|bring) (?:it )?up'],
    ['down', '(?:turn|bring) (?:it )?down'],
    ['down', `${DOWN} X${LOW}`],
    ['up', `${UP} X${LOW}`],
    ['up', `${UP}`],
    ['down', `${DOWN}`],
    ['up', '(?:a (?:bit|little) )?(?:brighter|lighter|more light)'],
    ['down', '(?:a (?:bit|little) )?(?:darker|dimmer|softer|less light)'],
    ['ask', '(?:is|are) X (?:on|off|lit|dimmed)'],
    ['ask', "(?:how bright is|how bright are|how is|what is|what's|what is the state of) X"],
    ['half', 'half(?: brightness)?'],
    ['half', 'X (?:to |at )?half(?: brightness)?'],
    ['full', `${FULL}`],
    ['low', `${LOWEST}`],
    ['on', 'on with X'],
    ['off', 'off with X'],
  ]),
  bare: patternsOf('percent|per cent', numbers, [
    ['set', `(?:${TO} )?N`],
    ['set', `${NO_VERB}X (?:${TO} )?N`],
    ['full', `${NO_VERB}X (?:to |at )?${FULL}`],
    ['low', `${NO_VERB}X (?:to |at )?${LOWEST}`],
    ['on', `${NO_VERB}X on(?:B)`],
    ['on', `${NO_VERB}X on(?:W)`],
    ['off', `${NO_VERB}X (?:off|out)(?:B)`],
    ['off', `${NO_VERB}X (?:off|out)(?:W)`],
    ['up', `${NO_VERB}X (?:brighter|lighter|up)`],
    ['down', `${NO_VERB}X (?:darker|dimmer|softer|down)`],
  ]),
};
