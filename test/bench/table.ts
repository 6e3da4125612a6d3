import type { Row } from './measure.ts';

const HEAD = ['what', 'ours', 'bare axios', 'nothing', 'ratio', 'budget', 'holds?'];

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

function cells({ what, unit, ours, bare, nothing, ratio, budget }: Row): string[] {
  const holds = budget ? (budget.holds ? 'yes' : 'NO') : '';
  return [
    unit ? `${what}, ${unit}` : what,
    ...[ours, bare, nothing].map(toFigure),
    ratio === undefined ? '' : `${ratio.toFixed(2)} x`,
    budget?.text ?? '',
    holds,
  ];
}

/** Three digits that count, and never more than two behind the point. */
function toFigure(value: number | undefined): string {
  if (value === undefined) return '';
  if (Number.isInteger(value)) return String(value);
  const size = Math.abs(value);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
}
