import type { Budget, Row } from './measure.ts';
import { sharesText } from './profile.ts';

const HEAD = ['what', 'ours', 'bare axios', 'nothing', 'ratio', 'budget', 'holds?', 'aim', 'reached?'];

/** The rows as a table in plain text. */
export function toTable(rows: readonly Row[]): string {
  const lines = [HEAD, ...rows.map(cells)];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const isText = (column: number) => column === 0 || column >= 5;
  const print = (line: readonly string[]) =>
    line
      .map((cell, column) => (isText(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  const [head = [], ...body] = lines;
  return [print(head), print(widths.map((width) => '-'.repeat(width))), ...body.map(print)].join('\n');
}

/** How many budgets hold and aims are reached, and which budgets do not hold or are too noisy to tell. */
export function verdict(rows: readonly Row[]): string {
  const judged = rows.flatMap(({ what, budget }) => (budget ? { what, ...budget } : []));
  const noisy = judged.filter((one) => one.noisy);
  const broken = judged.filter((one) => !(one.noisy || one.holds));
  const aims = rows.flatMap(({ aim }) => aim ?? []);
  const reached = aims.filter((one) => one.holds && !one.noisy);
  const names = (some: readonly { readonly what: string }[]) => some.map(({ what }) => what).join('; ');
  return [
    `${judged.length - broken.length - noisy.length} of ${judged.length} budgets hold.`,
    ...(aims.length > 0 ? [`${reached.length} of ${aims.length} aims are reached.`] : []),
    ...(broken.length > 0 ? [`Exceeded: ${names(broken)}.`] : []),
    ...(noisy.length > 0 ? [`Too noisy to tell, run again on a quiet machine: ${names(noisy)}.`] : []),
  ].join(' ');
}

/** For each aim that is not reached: what the time goes to instead. Nothing where all are reached. */
export function reasons(rows: readonly Row[]): string {
  const missed = rows.filter(({ aim }) => aim && (aim.noisy || !aim.holds));
  const lines = missed.map(
    ({ what, ratio = Number.NaN, aim, shares = [] }) =>
      `- ${what}: ${ratio.toFixed(2)} x, aim ${aim?.text}.${shares.length > 0 ? ` ${sharesText(shares)}.` : ''}`,
  );
  return lines.length === 0 ? '' : [REASONS, ...lines].join('\n');
}

const REASONS = `Aims that are not reached for certain, and what our processor time goes to by a profile of this run (what Node does for a
part counts for the part):`;

/** A warning where others were at work before the bench was. @param load processes that ran or waited for a processor, in the minute before */
export const busyNote = (load: number, processors: number): string =>
  load <= processors / 2
    ? ''
    : `Other processes were at work when this began (load ${load.toFixed(1)} on ${processors} processors). Times, and ratios of times, tell little then, also
where the turns agree. Processor time, calls and sizes count.`;

function cells({ what, unit, ours, bare, nothing, ratio, budget, aim }: Row): string[] {
  const said = (one?: Budget) => (one ? (one.noisy ? 'noisy' : one.holds ? 'yes' : 'NO') : '');
  return [
    unit ? `${what}, ${unit}` : what,
    ...[ours, bare, nothing].map(toFigure),
    ratio === undefined ? '' : `${ratio.toFixed(2)} x`,
    budget?.text ?? '',
    said(budget),
    aim?.text ?? '',
    said(aim),
  ];
}

/** Three significant digits, at most two decimals. */
function toFigure(value: number | undefined): string {
  if (value === undefined) return '';
  if (Number.isInteger(value)) return String(value);
  const size = Math.abs(value);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
}
