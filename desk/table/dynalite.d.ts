declare module 'dynalite' {
  import type { Server } from 'node:http';

  interface Options {
    /** How long a table stays in CREATING; 500 by default. */
    readonly createTableMs?: number;
    /** Folder of the database; in memory without. */
    readonly path?: string;
  }

  /** @returns a server that has yet to listen */
  export default function dynalite(options?: Options): Server;
}

declare module 'dynalite/db/index.js' {
  /** What we know of one of its iterators: it holds buffers until it is closed. */
  export interface Iterator {
    close(): Promise<void>;
    return?: () => Promise<void>;
  }

  export interface Store {
    readonly db: { values(options?: object): Iterator; keys(options?: object): Iterator };
  }

  const db: { create(options?: object): Store };
  export default db;
}
