/** The soak run: `npm run soak`. */
import { parseArgs } from 'node:util';
import { percentile } from '../bench/measure.ts';
import { type Soaked, type SoakOptions, soak } from './soak.ts';

const HELP = `Drives random changes from all sources through the shipped functions, with random failures at every hop. When the failures
stop and each account has been reconciled once, every tile of Alexa must equal its lamp.

usage: npm run soak -- [options]

  --seconds N   how long changes are made; 120 by default
  --seed N      who does what in which order; a new one each time by default
  --accounts N     how many accounts; 6 by default
  --help        this text
`;

const PRESS_BUDGET_MS = 2_000;

async function main(): Promise<number> {
  const options = readOptions();
  if (typeof options === 'string') {
    console.error(`${options}\n\n${HELP}`);
    return 2;
  }
  if (options === undefined) {
    console.log(HELP);
    return 0;
  }
  console.log(`seed ${options.seed}, ${options.seconds} s, ${options.accounts} accounts`);
  const soaked = await soak(options);
  const late = percentile(soaked.presses, 0.99) >= PRESS_BUDGET_MS;
  const problems = [...soaked.problems, ...(late ? ['a report took too long while nothing was wrong'] : [])];
  console.log(summary(soaked));
  if (problems.length === 0) {
    console.log('\nEvery tile equals its lamp, no grant is lost, nothing is unlinked, and Alexa found nothing wrong.');
    return 0;
  }
  console.error(
    `\nThis does not hold (seed ${options.seed}):\n${problems.map((problem) => `- ${problem}`).join('\n')}`,
  );
  return 1;
}

/** @returns a sentence when the options are wrong, nothing when help was asked for */
function readOptions(): SoakOptions | string | undefined {
  try {
    const { values } = parseArgs({
      options: {
        seconds: { type: 'string', default: '120' },
        seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000)) },
        accounts: { type: 'string', default: '6' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return undefined;
    const wrong = (['seconds', 'seed', 'accounts'] as const).find((name) => !/^\d{1,9}$/.test(values[name]));
    if (wrong) return `--${wrong} must be a whole number, not "${values[wrong]}".`;
    const [seconds, seed, accounts] = [Number(values.seconds), Number(values.seed), Number(values.accounts)];
    if (seconds < 5 || accounts < 1) return 'It takes 5 seconds and one account at the least.';
    return { seconds, seed, accounts };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function summary({ changes, troubles, log, reports, presses, wrong, repaired, ...rest }: Soaked): string {
  const { truthMs, woundMs, deadLetters } = rest;
  const ms = (share: number) => `${Math.round(percentile(presses, share))} ms`;
  const { states, added, changed, gone } = repaired;
  const rows: readonly (readonly [string, string])[] = [
    [
      'button to accepted report',
      `${presses.length} presses, nothing wrong: ${ms(0.5)} p50, ${ms(0.99)} p99, ${ms(1)} worst`,
    ],
    ['changes', `${changes.total}: ${changes}`],
    ['failures', `${troubles.total}: ${troubles}`],
    ['clock wound forward', `${(woundMs / 3_600_000).toFixed(1)} h`],
    ['reports accepted', `${reports.accepted}, of them ${reports.repeats} repeats`],
    ['samples', `${log.deliveries}`],
    ['dropped or brought again', `${log.drops}`],
    ['errors logged', `${log.errors}`],
    ['dead letters', `${deadLetters}`],
    [
      'wrong when the failures stopped',
      `${wrong.atFirst} tiles and names; ${wrong.beforeReconcile} before the reconcile`,
    ],
    ['repaired by the reconcile', `${states} states, ${added} added, ${changed} changed, ${gone} gone`],
    [
      'time to truth after the failures',
      truthMs === undefined ? 'never' : `${(truthMs / 1000).toFixed(1)} s by the clock`,
    ],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return ['', ...rows.map(([name, text]) => `${name.padEnd(width)}  ${text}`)].join('\n');
}

process.exitCode = await main();
