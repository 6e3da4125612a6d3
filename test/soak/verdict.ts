import type { Soaked } from './soak.ts';

/** A machine, and how many processes wanted to run on it in the last minute. */
export interface Machine {
  readonly load: number;
  readonly cores: number;
}

const PRESS_BUDGET_MS = 2_000;

/**
 * What there is to say of the time from a button to the accepted report: 2 s at p99. Where more processes want to run than there are cores,
 * a figure above it says nothing.
 */
export function judgePresses(
  p99Ms: number,
  { load, cores }: Machine,
): { readonly problem?: string; readonly note?: string } {
  if (p99Ms < PRESS_BUDGET_MS) return {};
  if (load > cores) return { note: `noisy, as ${load.toFixed(1)} processes want to run on ${cores} cores` };
  return { problem: `a report took longer than ${PRESS_BUDGET_MS / 1000} s without any failure` };
}

type Ended = Pick<Soaked, 'wrong' | 'repaired' | 'truthMs'>;

/** The last line of a run without problems: what was wrong when the failures stopped, and what repaired it. */
export function verdict({ wrong, repaired, truthMs }: Ended): string {
  const { atFirst, beforeReconcile } = wrong;
  const states = repaired.states + repaired.added + repaired.changed + repaired.gone;
  const rest = 'No grant is lost, nothing is unlinked, and Alexa reports no problem.';
  const byWatch = Math.max(0, atFirst - beforeReconcile);
  const seconds = truthMs === undefined ? '' : `, the last after ${(truthMs / 1000).toFixed(1)} s by the clock`;
  if (beforeReconcile > 0)
    return `Every tile equals its lamp, but only thanks to the daily reconcile: it repaired ${counted(beforeReconcile)}. Watcher and queue repaired ${byWatch}. ${rest}`;
  if (states > 0)
    return `Every tile equals its lamp. Watcher and queue repaired ${counted(byWatch)}${seconds}; the daily reconcile reported ${states} more that Alexa already showed. ${rest}`;
  if (byWatch > 0)
    return `Every tile equals its lamp. Watcher and queue repaired ${counted(byWatch)}${seconds}; nothing was left for the daily reconcile. ${rest}`;
  return `Every tile equals its lamp. Nothing was wrong when the failures stopped. ${rest}`;
}

const counted = (count: number): string => `${count} ${count === 1 ? 'tile or name' : 'tiles or names'}`;
