import { printable } from '../printable.ts';

/** The result of a step. `note` marks plain information. */
export type Mark = 'done' | 'changed' | 'unchanged' | 'note';

export type Say = (mark: Mark, text: string) => void;

/** One line per step, with the mark in front. */
export const sayTo =
  (print: (line: string) => void): Say =>
  (mark, text) =>
    print(`${(mark === 'note' ? '' : mark).padEnd(9)}  ${printable(text)}`);
