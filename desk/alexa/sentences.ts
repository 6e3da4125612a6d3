/** What a person asks for, before anybody knows whether there is such a device. `name` is as spoken, in small letters. */
export type Wish =
  | { readonly kind: 'power'; readonly name: string; readonly on: boolean }
  | { readonly kind: 'set'; readonly name: string; readonly percent: number }
  | { readonly kind: 'adjust'; readonly name: string; readonly delta: number }
  | { readonly kind: 'ask'; readonly name: string }
  | { readonly kind: 'discover' };

/** "Dim" and "brighten" without a number: Amazon's test plans use 25; what Alexa takes is nowhere written. */
const STEP = 25;

const NUMBER = String.raw`(?<number>\d+|[a-z]+(?:[ -](?!per)[a-z]+)?)(?: ?%| percent| per cent)?`;
const NAME = '(?<name>.+?)';

type Groups = Readonly<Record<string, string | undefined>>;

/** In the order in which they are tried: a sentence with a number before the same sentence without. */
const patterns: readonly { readonly says: RegExp; readonly wish: (groups: Groups) => Wish | undefined }[] = [
  {
    says: /^(?:discover|find|look for|search for) (?:my |new |all |the )*devices$/,
    wish: () => ({ kind: 'discover' }),
  },
  { says: pattern(`(?:turn|switch) (?<power>on|off) ${NAME}`), wish: powerWish },
  { says: pattern(`(?:turn|switch) ${NAME} (?<power>on|off)`), wish: powerWish },
  { says: pattern(`(?:dim|lower|decrease) ${NAME} by ${NUMBER}`), wish: (groups) => adjustWish(groups, -1) },
  { says: pattern(`(?:brighten|raise|increase) ${NAME} by ${NUMBER}`), wish: (groups) => adjustWish(groups, 1) },
  { says: pattern(`(?:set|dim|brighten|turn|lower|raise) ${NAME} to ${NUMBER}`), wish: setWish },
  { says: pattern(`(?:dim|lower) ${NAME}`), wish: ({ name = '' }) => ({ kind: 'adjust', name, delta: -STEP }) },
  { says: pattern(`(?:brighten|raise) ${NAME}`), wish: ({ name = '' }) => ({ kind: 'adjust', name, delta: STEP }) },
  { says: pattern(`is ${NAME} (?:on|off|lit|dimmed)`), wish: ({ name = '' }) => ({ kind: 'ask', name }) },
  {
    says: pattern(`(?:how bright is|how is|what is|what's) ${NAME}`),
    wish: ({ name = '' }) => ({ kind: 'ask', name }),
  },
];

function pattern(source: string): RegExp {
  return new RegExp(`^${source}$`);
}

/** Understands one sentence; undefined when it is none of those that one says to a lamp. */
export function understand(sentence: string): Wish | undefined {
  const words = plain(sentence)
    .replace(/^(?:hey )?alexa[ ,]+/, '')
    .replace(/^please /, '')
    .replace(/,? please$/, '');
  for (const { says, wish } of patterns) {
    const groups = says.exec(words)?.groups ?? (says.test(words) ? {} : undefined);
    const understood = groups && wish(groups);
    if (understood) return tidy(understood);
  }
  return undefined;
}

/** A device's name as it is compared: small letters, no article, no punctuation. */
export const spokenName = (name: string) =>
  plain(name)
    .replaceAll(/[^\p{L}\p{M}\p{N} ]/gu, '')
    .replace(/^(?:the|my|a|an) /, '');

const plain = (text: string) =>
  text
    .toLowerCase()
    .replaceAll('’', "'")
    .replaceAll(/\s+/g, ' ')
    .replace(/[ .!?]+$/, '')
    .trim();

function tidy(wish: Wish): Wish | undefined {
  if (wish.kind === 'discover') return wish;
  const name = wish.name
    .replace(/^(?:the |my )?brightness of /, '')
    .replace(/(?:'s)? brightness$/, '')
    .replace(/^(?:the|my)(?: |$)/, '');
  return name === '' ? undefined : { ...wish, name };
}

function powerWish({ name = '', power }: Groups): Wish {
  return { kind: 'power', name, on: power === 'on' };
}

function setWish({ name = '', number = '' }: Groups): Wish | undefined {
  const percent = toNumber(number);
  return percent === undefined ? undefined : { kind: 'set', name, percent };
}

function adjustWish({ name = '', number = '' }: Groups, sign: 1 | -1): Wish | undefined {
  const points = toNumber(number);
  return points === undefined ? undefined : { kind: 'adjust', name, delta: sign * points };
}

const ones =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const tens = ['twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];

/** `30`, `thirty`, `thirty-five`, `a hundred`. */
function toNumber(text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text);
  if (['hundred', 'a hundred', 'one hundred'].includes(text)) return 100;
  if (ones.includes(text)) return ones.indexOf(text);
  const [ten = '', one] = text.split(/[ -]/);
  if (!tens.includes(ten)) return undefined;
  const base = 20 + 10 * tens.indexOf(ten);
  if (one === undefined) return base;
  return ones.indexOf(one) >= 1 && ones.indexOf(one) <= 9 ? base + ones.indexOf(one) : undefined;
}
