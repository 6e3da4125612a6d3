import { StoreUnavailable } from '../ports/errors.ts';

/** More writers than these at the same row at once are an attack or a bug. */
const MOST_ATTEMPTS = 25;

export interface RowChange<Row, Next, Written> {
  /** The row as it is now; `undefined` for one that does not exist yet. */
  readonly read: () => Promise<Row>;
  /** What the row becomes; `undefined` where nothing is to be written. It is called once per attempt. */
  readonly next: (row: Row) => Next | undefined | Promise<Next | undefined>;
  /** Writes under the condition that the row is as it was read; `undefined` or `false` when another writer was first. */
  readonly write: (row: Row, next: Next) => Promise<Written | undefined | false>;
  /** The row, where the caller has just read it: saves the first read. */
  readonly known?: Row;
}

/**
 * Reads a row, changes it, and writes it on the condition that nobody else has written meanwhile; else it starts again.
 * @returns what `write` returned, or `undefined` when `next` wanted no write
 * @throws StoreUnavailable after 25 attempts that lost against other writers, and whatever the three functions throw
 */
export async function changeRow<Row, Next, Written>(
  change: RowChange<Row, Next, Written>,
): Promise<Written | undefined> {
  let row = 'known' in change ? (change.known as Row) : await change.read();
  for (let attempt = 1; ; attempt++) {
    const next = await change.next(row);
    if (next === undefined) return undefined;
    const written = await change.write(row, next);
    if (written !== undefined && written !== false) return written;
    if (attempt === MOST_ATTEMPTS)
      throw new StoreUnavailable(`${MOST_ATTEMPTS} writes in a row lost against other writers`);
    row = await change.read();
  }
}
