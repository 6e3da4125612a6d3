/** Prints what 400 days are like for each kind of account: `npm run try:year`. It takes some minutes. */
import { KINDS, measureYear, tableOf, type Year } from './year.ts';

const years: Year[] = [];
for (const kind of KINDS) years.push(await measureYear(kind));
process.stdout.write(`${tableOf(years)}\n`);
