import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

// What the code says, as far as README repeats it: read from the sources, so that README cannot be out of date.

export const ROOT = resolve(import.meta.dirname, '../..');
export const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

export const sourcesIn = (folder: string): readonly { readonly path: string; readonly text: string }[] =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1))
    .map((path) => ({ path, text: read(path) }));

const EVENT = /'([a-z]+(?:-[a-z]+)*)'/;
const CALL = /\blog(?:\.(?:info|warn|error)|\[[^\]]+\])\(\s*([^,)]+)/g;
/** Functions that log what they are called with. */
const WRAPPED = /\blogged\(\s*'([a-z-]+)'/g;
/** Where a name of an event is looked up in a table of constants: the names are those in the file. */
const TABLES = ['lambda/linking/errors.ts', 'lambda/linking/server.ts'];
const IN_TABLE = /'([a-z]+(?:-[a-z]+)*-(?:failed|refused))'/g;

/** Every log event of the functions, and the calls whose event is not known from the text. */
export function logEvents(): { readonly events: ReadonlySet<string>; readonly unknown: readonly string[] } {
  const events = new Set<string>();
  const unknown: string[] = [];
  for (const { path, text } of sourcesIn('lambda')) {
    for (const [, name = ''] of text.matchAll(WRAPPED)) events.add(name);
    for (const [call, event = ''] of text.matchAll(CALL)) {
      const literal = EVENT.exec(event)?.[1];
      if (literal) events.add(literal);
      else if (TABLES.includes(path)) for (const [, name = ''] of text.matchAll(IN_TABLE)) events.add(name);
      else if (!/\blogged\(event/.test(text)) unknown.push(`${path}: ${call}`);
    }
  }
  return { events, unknown };
}

/** The attributes of each kind of row, from its schema: by file in `lambda/adapters/dynamodb` and name of the schema. */
export function rowSchemas(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const { text } of sourcesIn('lambda/adapters/dynamodb')) {
    for (const [, name = '', inline = '', block = ''] of text.matchAll(
      /^const (\w+Row) = v\.object\(\{(?: (.*?) \}\);$|\n([\s\S]*?)^\}\);$)/gm,
    )) {
      const attributes = inline
        ? [...inline.matchAll(/(?:^|, )(\w+): v\./g)]
        : [...block.matchAll(/^ {2}(?:\.\.\.)?(\w+)(?::|,)/gm)];
      found.set(
        name,
        attributes.map(([, attribute = '']) => attribute).filter((attribute) => attribute !== 'version'),
      );
    }
  }
  return found;
}

/** Keys of rows, as the comments beside the stores name them: `account#ID / session`. */
export function rowKeys(): readonly string[] {
  const keys = sourcesIn('lambda/adapters/dynamodb').flatMap(({ text }) =>
    [...text.matchAll(/`((?:[a-z]+#[A-Z]+|[a-z]+) \/ [A-Za-z]+(?:#[A-Z]+)*)`/g)].map(([, key = '']) => key),
  );
  return [...new Set(keys)].sort();
}
