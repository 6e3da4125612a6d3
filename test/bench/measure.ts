/** The three that are measured side by side, in the order of their turns. */
export const PARTIES = ['ours', 'bare', 'nothing'] as const;
export type Party = (typeof PARTIES)[number];
export type Sides<T> = { readonly ours: T; readonly bare: T; readonly nothing?: T };

/** Nearest rank: the smallest value that `share` (0..1) of all values do not exceed. @throws on no values */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new Error('nothing was measured');
  return value;
}

/** The middle value, or the mean of the two in the middle. @throws on no values */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(half) - 1], sorted[Math.floor(half)]];
  if (low === undefined || high === undefined) throw new Error('nothing was measured');
  return (low + high) / 2;
}

/**
 * How many times as much ours takes, turn by turn, and the median of that: what the machine does to one of a pair it mostly does to the
 * other as well.
 */
export function ratioOfPairs({ ours, bare }: Sides<readonly number[]>): number {
  if (ours.length !== bare.length) throw new Error('not measured in pairs');
  return median(ours.map((value, turn) => value / (bare[turn] ?? Number.NaN)));
}

/** Of each one's measurements one figure. */
export const figures = <T>(taken: Readonly<Record<Party, readonly T[]>>, figure: (one: T) => number) => ({
  ours: taken.ours.map(figure),
  bare: taken.bare.map(figure),
  nothing: taken.nothing.map(figure),
});

/** One line of the report. A figure that was not taken, or means nothing for one of the three, is absent. */
export interface Row {
  readonly what: string;
  readonly unit: string;
  readonly ours: number;
  readonly bare?: number;
  readonly nothing?: number;
  readonly ratio?: number;
  /** Absent: told only. */
  readonly budget?: Budget;
}

export interface Budget {
  readonly text: string;
  readonly holds: boolean;
}

export const budget = (text: string, holds: boolean): Budget => ({ text, holds });

/** A budget for a ratio. */
export const atMost = (limit: number) => (ratio: number) => budget(`at most ${limit} x`, ratio <= limit);

/** A row of medians, with the ratio of the pairs. */
export const rowOf = (
  what: string,
  unit: string,
  sides: Sides<readonly number[]>,
  judge?: (ratio: number) => Budget,
): Row => {
  const ratio = ratioOfPairs(sides);
  return {
    what,
    unit,
    ours: median(sides.ours),
    bare: median(sides.bare),
    ...(sides.nothing && { nothing: median(sides.nothing) }),
    ratio,
    ...(judge && { budget: judge(ratio) }),
  };
};
