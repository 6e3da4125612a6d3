import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { KINDS, pass } from './year.ts';

const README = readFileSync('README.md', 'utf8');

/** The numbers of README's table: dark days, sign-ins, dark days if nobody answers. */
function rowOf(kind: string): readonly number[] {
  const line = README.split('\n').find((one) => one.startsWith(`| ${kind} | `)) ?? '';
  return line.split('|').slice(2, 5).map(Number);
}
/** Where nobody is asked, it is the same whether anybody answers. */
const asked = KINDS.filter((kind) => rowOf(kind)[1] !== 0);

test.each(KINDS)('400 days, %s: dark days and sign-ins as README says', async (kind) => {
  const { darkDays, signIns } = await pass(kind, true);
  expect([darkDays, signIns]).toEqual(rowOf(kind).slice(0, 2));
  if (kind === 'password kept' || kind.includes('guest')) expect([darkDays, signIns]).toEqual([0, 0]);
});

test.each(asked)('400 days, %s, and nobody answers: dark days as README says', async (kind) => {
  expect((await pass(kind, false)).darkDays).toBe(rowOf(kind)[2]);
});
