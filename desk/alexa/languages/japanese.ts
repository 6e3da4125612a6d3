import { type Language, numbersBy, patternsOf } from './language.ts';

const digits = '〇一二三四五六七八九';

function spell(value: number): string {
  if (value === 100) return '百';
  if (value < 10) return digits[value] ?? '';
  const ten = Math.floor(value / 10);
  return `${ten === 1 ? '' : digits[ten]}十${value % 10 === 0 ? '' : digits[value % 10]}`;
}

const numbers = numbersBy(spell, (value) => (value === 0 ? 'ゼロ' : spell(value)));
const OBJECT = '(?:の明るさ|の電気)?[をはの]?';
const A_BIT = '(?:少し|もう少し|ちょっと|もっと)?';
const DO = '(?:して|する|してください|に)';

/** `\bX\b` needs a boundary on both sides, which a regular expression sees only beside ASCII letters: hence the brackets. */
export const japanese: Language = {
  numbers,
  politeness: [/(?:ください|下さい|ちょうだい|くれる|もらえる|お願い)$/u],
  patterns: patternsOf('パーセント|%', numbers, [
    ['discover', '(?:新しい)?(?:デバイス|機器)を(?:探して|検出して|見つけて)'],
    ['half', `(?:X)${OBJECT}半分に${DO}?`],
    ['full', `(?:X)${OBJECT}(?:最大|全開|一番明るく)(?:に)?${DO}?`],
    ['low', `(?:X)${OBJECT}(?:最小|一番暗く)(?:に)?${DO}?`],
    ['up', `(?:X)${OBJECT}(?:N)(?:だけ)?(?:明るく|上げ)(?:して|て|する)`],
    ['down', `(?:X)${OBJECT}(?:N)(?:だけ)?(?:暗く|下げ)(?:して|て|する)`],
    ['set', `(?:X)${OBJECT}(?:N)に(?:して|する|設定して|調光して)?`],
    ['on', `(?:X)${OBJECT}(?:つけて|付けて|点けて|オンにして|オン)`],
    ['off', `(?:X)${OBJECT}(?:消して|けして|オフにして|オフ)`],
    ['up', `(?:X)${OBJECT}${A_BIT}(?:明るくして|明るく|上げて)`],
    ['down', `(?:X)${OBJECT}${A_BIT}(?:暗くして|暗く|下げて)`],
    ['ask', '(?:X)(?:は|が)?(?:ついてる|ついている|ついてますか|ついていますか|消えてる)'],
    ['half', '半分(?:に(?:して)?)?'],
    ['set', '(?:N)(?:に(?:して)?)?'],
    ['on', 'つけて|付けて'],
    ['off', '消して|けして'],
    ['up', `${A_BIT}(?:明るくして|明るく)`],
    ['down', `${A_BIT}(?:暗くして|暗く)`],
  ]),
  bare: patternsOf('パーセント|%', numbers, []),
};
