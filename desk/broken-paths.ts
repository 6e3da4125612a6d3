import type { Hop } from './page/protocol.ts';

/** Something that does not work, for one customer or one device, for one cause. */
export interface Break {
  /** Whose way it is, where it ends, and for what: `device-cloud/PUT /IotSwitches/7`. The same path that works mends it. */
  readonly path: string;
  /** The station that is to blame. */
  readonly hop: Hop;
  /** One sentence that says what is wrong. */
  readonly sentence: string;
}

/** What is broken, each thing until a message takes the same path and arrives. */
export interface BrokenPaths {
  add(one: Break): void;
  /** @param path one that works; with a `/` at its end, all paths below it do */
  works(path: string): void;
  /** The sentences of a station, each once. */
  at(hop: Hop): readonly string[];
}

export function createBrokenPaths(): BrokenPaths {
  const broken = new Map<string, Break>();
  return {
    add: (one) => {
      broken.set(one.path, one);
    },
    works: (path) => {
      for (const key of broken.keys()) {
        if (key === path || (path.endsWith('/') && key.startsWith(path))) broken.delete(key);
      }
    },
    at: (hop) => [...new Set([...broken.values()].filter((one) => one.hop === hop).map(({ sentence }) => sentence))],
  };
}
