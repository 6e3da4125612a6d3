import type { Share } from './profile.ts';

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
 * The ratio of ours to bare in each turn, and the median of these: a slow moment of the machine mostly slows both of a pair.
 */
export const ratioOfPairs = (sides: Sides<readonly number[]>): number => median(ratiosOfPairs(sides));

function ratiosOfPairs({ ours, bare }: Sides<readonly number[]>): number[] {
  if (ours.length !== bare.length) throw new Error('not measured in pairs');
  return ours.map((value, turn) => value / (bare[turn] ?? Number.NaN));
}

/** One figure of each measurement. */
export const figures = <T>(taken: Readonly<Record<Party, readonly T[]>>, figure: (one: T) => number) => ({
  ours: taken.ours.map(figure),
  bare: taken.bare.map(figure),
  nothing: taken.nothing.map(figure),
});

/** One line of the report. A figure that was not measured, or has no meaning for one of the three, is absent. */
export interface Row {
  readonly what: string;
  readonly unit: string;
  readonly ours: number;
  readonly bare?: number;
  readonly nothing?: number;
  readonly ratio?: number;
  /** Absent where the figure has no limit. */
  readonly budget?: Budget;
  /** What the budget is to become. */
  readonly aim?: Budget;
  /** What the processor time of ours goes to, for figures that have an aim. */
  readonly shares?: readonly Share[];
}

export interface Budget {
  readonly text: string;
  readonly holds: boolean;
  /** The turns differ so much that the median could as well be on the other side of the limit. */
  readonly noisy?: true;
}

export const budget = (text: string, holds: boolean): Budget => ({ text, holds });

/** Of 100 such intervals about 95 contain the true median (a normal approximation of the sign test). */
const DEVIATIONS = 0.98;

/** Where the true median of such values probably lies: with up to seven values between the lowest and the highest. @throws on no values */
export function medianRange(values: readonly number[]): readonly [low: number, high: number] {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = Math.max(0, Math.floor(sorted.length / 2 - DEVIATIONS * Math.sqrt(sorted.length)));
  const [low, high] = [sorted[rank], sorted[sorted.length - 1 - rank]];
  if (low === undefined || high === undefined) throw new Error('nothing was measured');
  return [low, high];
}

/**
 * Judges a figure that was measured in turns, and says when the turns differ too much to tell.
 * @param values the figure of each turn
 * @param figure the figure of all turns; their median by default
 */
export function judgeTurns(
  values: readonly number[],
  judge: (value: number) => Budget,
  figure = median(values),
): Budget {
  const [low, high] = medianRange(values);
  const judged = judge(figure);
  return judge(low).holds === judge(high).holds ? judged : { ...judged, noisy: true };
}

/** A budget for a ratio. */
export const atMost = (limit: number) => (ratio: number) => budget(`at most ${limit} x`, ratio <= limit);
export const atLeast = (limit: number) => (ratio: number) => budget(`at least ${limit} x`, ratio >= limit);

/** A row of medians, with the ratio of the pairs. */
export const rowOf = (
  what: string,
  unit: string,
  sides: Sides<readonly number[]>,
  judge?: (ratio: number) => Budget,
  aim?: (ratio: number) => Budget,
): Row => {
  const ratio = ratioOfPairs(sides);
  return {
    what,
    unit,
    ours: median(sides.ours),
    bare: median(sides.bare),
    ...(sides.nothing && { nothing: median(sides.nothing) }),
    ratio,
    ...(judge && { budget: judgeTurns(ratiosOfPairs(sides), judge) }),
    ...(aim && { aim: judgeTurns(ratiosOfPairs(sides), aim) }),
  };
};
