import type { Texts } from '../../lambda/texts/texts.ts';

/** Values that the test hands in: a word that no language has, for each name. */
export type Values = Readonly<Record<string, unknown>>;
export type Leaf = string | ((values: Values) => unknown);

const isFunction = (value: unknown): value is (values: Values) => unknown => typeof value === 'function';

/** Every text of a catalogue by its key, such as `notices.causes.locked.what`. */
export function leavesOf(texts: Texts): ReadonlyMap<string, Leaf> {
  const leaves = new Map<string, Leaf>();
  const walk = (node: unknown, path: readonly string[]): void => {
    if (typeof node === 'string' || isFunction(node)) leaves.set(path.join('.'), node);
    else if (typeof node === 'object' && node !== null)
      for (const [key, child] of Object.entries(node)) walk(child, [...path, key]);
    else throw new Error(`${path.join('.')} is no text`);
  };
  const { language: _, ...sections } = texts;
  walk(sections, []);
  return leaves;
}

/** Which values a text names, in whatever branch. */
export function namesIn(leaf: Leaf): readonly string[] {
  if (typeof leaf === 'string') return [];
  const names = new Set<string>();
  const recorder = (missing: string | undefined) =>
    new Proxy<Values>(
      {},
      {
        get(_, name) {
          names.add(String(name));
          return name === missing ? undefined : sample(String(name));
        },
      },
    );
  leaf(recorder(undefined));
  for (const name of [...names]) leaf(recorder(name));
  return [...names].sort();
}

/** Counts are numbers, because plural forms depend on them. */
const COUNTS: ReadonlySet<string> = new Set(['count', 'minutes']);
export const sample = (name: string, count = 7): string | number => (COUNTS.has(name) ? count : `‹${name}›`);

/** Each way in which a text can be filled in: all values, each of them missing, and each count. */
export function fillings(names: readonly string[]): readonly Values[] {
  const whole = (count: number) => Object.fromEntries(names.map((name) => [name, sample(name, count)]));
  const counts = names.some((name) => COUNTS.has(name)) ? [0, 1, 2, 7] : [7];
  const missing = names.filter((name) => !COUNTS.has(name)).map((name) => ({ ...whole(7), [name]: undefined }));
  return [...counts.map(whole), ...missing];
}

export const fill = (leaf: Leaf, values: Values): string => (typeof leaf === 'string' ? leaf : String(leaf(values)));

/** The values that stand in a text. */
export const shownIn = (text: string): readonly string[] =>
  [...new Set([...text.matchAll(/‹(\w+)›/g)].map(([, name = '']) => name))].sort();
