/** Versions as device clouds write them: `1.7.1; CP 1.13` of a DW3HL. A version is free text, so many pairs cannot be compared. */

/** One part: what it is of, and its numbers. */
type Part = readonly [label: string, numbers: readonly number[]];

const PART = /^([A-Za-z ]*?) *(\d+(?:\.\d+)*)$/;

function partsOf(version: string): readonly Part[] | undefined {
  const parts = version.split(';').map((text): Part | undefined => {
    const [, label = '', numbers] = PART.exec(text.trim()) ?? [];
    return numbers === undefined ? undefined : [label, numbers.split('.').map(Number)];
  });
  return parts.every((part) => part !== undefined) ? parts : undefined;
}

/** Whether one version is surely newer than the other: both have the same parts, and the first that differ have a higher number. */
export function isNewer(one: string, other: string): boolean {
  const [left, right] = [partsOf(one), partsOf(other)];
  if (!left || !right || left.map(([label]) => label).join() !== right.map(([label]) => label).join()) return false;
  for (const [index, [, numbers]] of left.entries()) {
    const order = compare(numbers, right[index]?.[1] ?? []);
    if (order !== 0) return order > 0;
  }
  return false;
}

function compare(one: readonly number[], other: readonly number[]): number {
  for (let index = 0; index < Math.max(one.length, other.length); index++) {
    const difference = (one[index] ?? 0) - (other[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The newest of them that is surely newer than this one. */
export const newerThan = (version: string, others: readonly string[]): string | undefined =>
  others.reduce<string | undefined>((newest, one) => (isNewer(one, newest ?? version) ? one : newest), undefined);
