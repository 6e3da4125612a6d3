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
