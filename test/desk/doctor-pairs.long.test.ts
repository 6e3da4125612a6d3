import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ROWS } from './doctor-rows.ts';
import { namedCode, openPractice, type Practice, type Row } from './doctor-support.ts';

// Two faults at once: the doctor names the one that darkens the lamp first.
let practice: Practice;
beforeAll(async () => {
  practice = await openPractice();
  await practice.healthy();
});
afterAll(() => practice.desk.close());

/** Faults that change the same thing, so that the two are one. */
const SAME: readonly ReadonlySet<string>[] = [
  new Set(['plug-unplugged', 'plug-without-wifi', 'router-replaced', 'broadband-down']),
];
const isOne = (one: Row, other: Row) =>
  one.code === other.code || SAME.some((same) => same.has(one.id) && same.has(other.id));

/** Where the order of the chain does not say which is named. */
const EXCEPTIONS: readonly {
  readonly why: string;
  readonly holds: (one: Row, other: Row) => boolean;
}[] = [
  {
    why: 'what Alexa cannot deliver, no tap shows',
    holds: (one, other) => one.id === 'alexa-mishears' && other.code === 'F4',
  },
  {
    why: 'the refusal is noted in the table, which nobody can read',
    holds: (one, other) => (one.code === 'F5' || one.unlinks === true) && other.id === 'table-away',
  },
  {
    why: 'reports wait because Amazon takes none',
    holds: (one, other) => one.code === 'B3' && ['lwa-down', 'lwa-refuses-client'].includes(other.id),
  },
];

const firstOf = (one: Row, other: Row): Row =>
  one.byPreflight || EXCEPTIONS.some(({ holds }) => holds(one, other)) || (!one.dark && other.dark) ? other : one;

const order = (code: string) => 'SFB'.indexOf(code[0] ?? '') * 100 + Number(code.slice(1));
const found = ROWS.filter(({ code, heals }) => code !== undefined && !heals).sort(
  (one, other) => order(one.code ?? '') - order(other.code ?? ''),
);
const isFirst = (row: Row) => found.find(({ code }) => code === row.code) === row;
/** Paired with the first fault of each hop only, as each needs a new link or a refusal to be forgotten, or is one more setting of the console. */
const isCostly = ({ code, act, unlinks, byPreflight }: Row) =>
  unlinks === true || byPreflight === true || (code === 'B5' && act !== undefined);
const isCommon = (row: Row) => isFirst(row) || !isCostly(row);
/** A report that fails for good is tried for half an hour: it is paired with the first fault of each hop near it. */
const isNear = (row: Row) => isFirst(row) && order(row.code ?? '') >= order('F7');
const isPairedWith = (row: Row, other: Row) =>
  row.act === 'press-until-dead' ? isNear(other) : isFirst(other) || (isCommon(row) && isCommon(other));
const isPaired = (one: Row, other: Row) => !isOne(one, other) && isPairedWith(one, other) && isPairedWith(other, one);

/** What is done for one fault is done while the other does not keep it back. */
function inTurn(one: Row, other: Row): readonly Row[] {
  // An Alexa that has dropped the link sends nothing more; without the sealing key no refresh is refused.
  const isLast = other.act === undefined || other.unlinks || (one.unlinks && other.code === 'F5');
  return isLast ? [one, other] : [other, one];
}

/** Each new link is one more that reports go to, so what ends links comes last. */
const endsLink = ({ one, other }: { readonly one: Row; readonly other: Row }) => one.unlinks || other.unlinks;
const all = found.flatMap((one, index) =>
  found
    .slice(index + 1)
    .filter((other) => isPaired(one, other))
    .map((other) => ({ one, other, name: `${one.id} and ${other.id}`, first: firstOf(one, other) })),
);
const pairs = [...all.filter((pair) => !endsLink(pair)), ...all.filter(endsLink)];

const problems = () => practice.desk.state().problems.filter((one) => !one.includes('no answer'));

describe(`${pairs.length} pairs`, () => {
  let before: readonly string[] = [];
  beforeEach(() => {
    before = problems();
  });
  afterEach(() => expect(problems()).toEqual(before)); // nothing of this was wrong in the eyes of Alexa

  test.each(pairs)('$name: $first.code', async ({ one, other, first }) => {
    const { withFaults, examine } = practice;
    await withFaults(inTurn(one, other), async () => {
      const report = await examine();
      expect(`${namedCode(report)}: ${report.says}`).toMatch(new RegExp(`^${first.code}: `));
      expect(report.says).toMatch(first.says ?? /never/);
      expect(report.who).toBe(first.who);
    });
  });
});
