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
    holds: (one, other) => one.code === 'F5' && other.id === 'table-away',
  },
  {
    why: 'reports wait because Amazon takes none',
    holds: (one, other) =>
      one.code === 'B3' && ['lwa-down', 'lwa-refuses-client', 'gateway-throttles', 'gateway-down'].includes(other.id),
  },
];

const firstOf = (one: Row, other: Row): Row =>
  one.byPreflight || EXCEPTIONS.some(({ holds }) => holds(one, other)) || (!one.dark && other.dark) ? other : one;

const order = (code: string) => 'SFB'.indexOf(code[0] ?? '') * 100 + Number(code.slice(1));
const found = ROWS.filter(({ code, heals }) => code !== undefined && !heals).sort(
  (one, other) => order(one.code ?? '') - order(other.code ?? ''),
);
/** One fault for each hop: where somebody has to do something for a fault to show, the others of its hop are left to the test of single faults. */
const isFirst = (row: Row, index: number) => found.findIndex(({ code }) => code === row.code) === index;
const paired = found.filter((row, index) => isFirst(row, index) || (row.act === undefined && !row.byPreflight));
const isCheap = ({ act, byPreflight }: Row) => act === undefined && !byPreflight;
/** A hop that only shows once somebody did something is paired with those before the table: what is done needs a table to be noted. */
const isPaired = (one: Row, other: Row) =>
  (isCheap(one) && isCheap(other)) ||
  ([one, other].every((row) => isFirst(row, found.indexOf(row))) && order(one.code ?? '') < order('F6'));
const pairs = paired.flatMap((one, index) =>
  paired
    .slice(index + 1)
    .filter((other) => !isOne(one, other) && isPaired(one, other))
    .map((other) => ({ one, other, name: `${one.id} and ${other.id}`, first: firstOf(one, other) })),
);

const problems = () => practice.desk.state().problems.filter((one) => !one.includes('no answer'));

describe(`${pairs.length} pairs`, () => {
  let before: readonly string[] = [];
  beforeEach(() => {
    before = problems();
  });
  afterEach(() => expect(problems()).toEqual(before)); // nothing of this was wrong in the eyes of Alexa

  test.each(pairs)('$name: $first.code', async ({ one, other, first }) => {
    const { withFaults, examine } = practice;
    await withFaults([one, other], async () => {
      const report = await examine();
      expect(`${namedCode(report)}: ${report.says}`).toMatch(new RegExp(`^${first.code}: `));
      expect(report.says).toMatch(first.says ?? /never/);
      expect(report.who).toBe(first.who);
    });
  });
});
