/** @throws an Error that shows the first answer which is not called so: what was measured then was something else */
export function mustAll(name: 'Response' | 'StateReport', answers: readonly unknown[]): void {
  const other = answers.find((answer) => nameOf(answer) !== name);
  if (other !== undefined) throw new Error(`no ${name}: ${JSON.stringify(other).slice(0, 300)}`);
}

const nameOf = (answer: unknown): string | undefined =>
  (answer as { event?: { header?: { name?: string } } } | null)?.event?.header?.name;
