import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { parseJson } from '../../lambda/basics/json.ts';
import { undoing } from './undo.ts';

/** Text of a file, by its path from the project's folder. */
export type Texts = Readonly<Record<string, string>>;

const Notes = v.record(v.string(), v.object({ original: v.string(), altered: v.string() }));

const NOTES = join('.ask', 'altered-files.json');

/**
 * Changes files while `work` runs, then restores them, whatever `work` did to them. The originals are noted in `.ask` meanwhile, so that
 * the next run can restore them after a killed one.
 */
export async function withAltered<T>(root: string, altered: Texts, work: () => Promise<T>): Promise<T> {
  const originals: Texts = Object.fromEntries(Object.keys(altered).map((path) => [path, readText(root, path)]));
  const notes = Object.fromEntries(
    Object.entries(altered).map(([path, text]) => [path, { original: originals[path] ?? '', altered: text }]),
  );
  mkdirSync(join(root, '.ask'), { recursive: true });
  writeFileSync(join(root, NOTES), JSON.stringify(notes));
  const putBack = () => {
    for (const [path, text] of Object.entries(originals)) writeFileSync(join(root, path), text);
    rmSync(join(root, NOTES), { force: true });
  };
  return await undoing(putBack, async () => {
    for (const [path, text] of Object.entries(altered)) writeFileSync(join(root, path), text);
    return await work();
  });
}

/** Restores files after a killed run, except those that somebody has changed since. @returns the restored paths */
export function putBackAltered(root: string): string[] {
  const notes = v.safeParse(Notes, parseJson(readIfThere(join(root, NOTES)) ?? ''));
  if (!notes.success) return [];
  const untouched = Object.entries(notes.output).filter(([path, { altered }]) => readText(root, path) === altered);
  for (const [path, { original }] of untouched) writeFileSync(join(root, path), original);
  rmSync(join(root, NOTES), { force: true });
  return untouched.map(([path]) => path);
}

export const readText = (root: string, path: string): string => readFileSync(join(root, path), 'utf8');

/** The text of a file, or nothing where there is none that we may read. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** As ask-cli writes JSON: without a newline at its end. */
export const toText = (content: unknown): string => JSON.stringify(content, null, 2);
