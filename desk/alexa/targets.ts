import { spokenName } from './sentences.ts';

/** Which lamps a sentence is about. */
export type Targets<Lamp> =
  | {
      readonly kind: 'lamps';
      readonly lamps: readonly Lamp[] /** Whether they were named one by one. */;
      readonly named: boolean;
    }
  | { readonly kind: 'unknown'; readonly name: string }
  | { readonly kind: 'ambiguous'; readonly name: string };

interface Named {
  readonly id: string;
  readonly name: string;
}

const LAMPS = 'lights?|lamps?|lampen|lichter|lampes|lumières|luces|lámparas|luci|lampade';
const ALL = new RegExp(
  `^(?:all|everything|everyone|both|alles?|beide|tout|toutes|todo|todas|tutto|tutte|全部|すべて|全て|みんな)(?: (?:of )?(?:the |my |die |les |las |le |meine )?(?:${LAMPS}))?$|^(?:every (?:light|lamp)|lights|lamps|lampen|lichter|lampes|lumières|luces|lámparas|luci|lampade|them|(?:全部|すべて|全て)の(?:電気|ライト|ランプ|明かり))$`,
  'u',
);
/** One lamp that is not named. */
const THAT =
  /^(?:|it|this|that|one|(?:this |that )?(?:light|lamp)|licht|lampe|es|sie|lumière|luz|lámpara|luce|lampada|電気|ライト|ランプ|明かり|それ)$/u;
const EXCEPT = /^(.+?) (?:except|but|except for|but not|außer|sauf|excepto|menos|tranne) (.+)$/u;
const AND = /,\s*(?:and )?| and | und | et | y | e |と/u;
/** Words that say where or what a lamp is, and that its name need not have. */
const FILLER = new Set(
  'all the my a in on of at by lamp light lights lamps room das die der im in am licht lampe la le les l de du des dans lumière el del luz lámpara il della del nel luce lampada'.split(
    ' ',
  ),
);

/**
 * The lamps that a name means, as spoken. In this order: a lamp of just this name; all of them; all but some; several names; the
 * lamp of the last sentence for "it" and for no name at all, else all; the one lamp that has every word of the name in its own.
 * @param last the lamps of the last sentence
 */
export function targetsOf<Lamp extends Named>(
  spoken: string,
  lamps: readonly Lamp[],
  last: readonly string[],
): Targets<Lamp> {
  const name = spokenName(spoken);
  const exact = lamps.filter((lamp) => spokenName(lamp.name) === name);
  if (exact.length === 1) return { kind: 'lamps', lamps: exact, named: true };
  if (exact.length > 1) return { kind: 'ambiguous', name: spoken };
  if (ALL.test(name)) return { kind: 'lamps', lamps, named: false };
  return (
    exceptSome(spoken, lamps, last) ??
    several(spoken, lamps, last) ??
    unnamed(name, lamps, last) ??
    byWords(spoken, lamps)
  );
}

function exceptSome<Lamp extends Named>(spoken: string, lamps: readonly Lamp[], last: readonly string[]) {
  const [, whole, part] = EXCEPT.exec(spoken) ?? [];
  if (whole === undefined || part === undefined || !ALL.test(spokenName(whole))) return undefined;
  const excepted = targetsOf(part, lamps, last);
  if (excepted.kind !== 'lamps') return excepted;
  return { kind: 'lamps', lamps: lamps.filter((lamp) => !excepted.lamps.includes(lamp)), named: false } as const;
}

function several<Lamp extends Named>(
  spoken: string,
  lamps: readonly Lamp[],
  last: readonly string[],
): Targets<Lamp> | undefined {
  const names = spoken.split(AND).filter((part) => part.trim() !== '');
  if (names.length < 2) return undefined;
  const parts = names.map((part) => targetsOf(part, lamps, last));
  const wrong = parts.find((part) => part.kind !== 'lamps');
  if (wrong) return wrong;
  const all = parts.flatMap((part) => (part.kind === 'lamps' ? part.lamps : []));
  return { kind: 'lamps', lamps: [...new Set(all)], named: true };
}

function unnamed<Lamp extends Named>(
  name: string,
  lamps: readonly Lamp[],
  last: readonly string[],
): Targets<Lamp> | undefined {
  if (!THAT.test(name)) return undefined;
  const before = lamps.filter(({ id }) => last.includes(id));
  return { kind: 'lamps', lamps: before.length > 0 ? before : lamps, named: before.length === 1 };
}

/** Says that all lamps of a place are meant. */
const PLURAL =
  /^(?:all (?:of )?)?(?:the |my |alle |die )?(?:lights|lamps|lampen|lichter|lampes|lumières|luces|lámparas|luci|lampade) /u;

function byWords<Lamp extends Named>(spoken: string, lamps: readonly Lamp[]): Targets<Lamp> {
  const words = spokenName(spoken)
    .split(' ')
    .filter((word) => !FILLER.has(word));
  const having = lamps.filter((lamp) => words.every((word) => spokenName(lamp.name).split(' ').includes(word)));
  if (words.length === 0 || having.length === 0) return { kind: 'unknown', name: spoken };
  if (PLURAL.test(spokenName(spoken))) return { kind: 'lamps', lamps: having, named: having.length === 1 };
  return having.length === 1 ? { kind: 'lamps', lamps: having, named: true } : { kind: 'ambiguous', name: spoken };
}
