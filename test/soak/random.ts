/** Random numbers of a seed: the same seed gives the same numbers in the same order. */
export interface Random {
  /** 0..1, 1 excluded. */
  next(): number;
  /** A whole number, both ends included. */
  between(least: number, most: number): number;
  chance(share: number): boolean;
  /** @throws on no choices */
  pick<T>(choices: readonly T[]): T;
}

/** @param stream separates users of one seed, so that they do not affect each other */
export function createRandom(seed: number, stream: number): Random {
  let state = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(stream + 1, 0x85ebca6b)) >>> 0;
  // Mulberry32 (Tommy Ettinger, public domain).
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  return {
    next,
    between,
    chance: (share) => next() < share,
    pick: (choices) => {
      if (choices.length === 0) throw new RangeError('nothing to choose from');
      return choices[between(0, choices.length - 1)] as (typeof choices)[number];
    },
  };
}
