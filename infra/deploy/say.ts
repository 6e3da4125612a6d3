/** What came of a step. `note` is for what is merely said. */
export type Mark = 'done' | 'changed' | 'unchanged' | 'note';

export type Say = (mark: Mark, text: string) => void;

/** One plain line each, the mark in front. */
export const sayTo =
  (print: (line: string) => void): Say =>
  (mark, text) =>
    print(`${(mark === 'note' ? '' : mark).padEnd(9)}  ${text}`);
