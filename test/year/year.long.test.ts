import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { KINDS, measureYear, tableOf } from './year.ts';

const README = readFileSync('README.md', 'utf8');

test.each(KINDS)('400 days, %s: as README says', async (kind) => {
  const year = await measureYear(kind);
  expect(README).toContain(tableOf([year]).split('\n').at(-1));
  if (kind === 'password kept' || kind.includes('guest')) expect(year).toMatchObject({ darkDays: 0, signIns: 0 });
});
