/** The soak run: `npm run soak`. */
import { parseArgs } from 'node:util';
import { percentile } from '../bench/measure.ts';
import { type Soaked, type SoakOptions, soak } from './soak.ts';
import { judgePresses, verdict } from './verdict.ts';

const HELP = `Sends random changes from all sources through the shipped functions, with random failures at every hop. After the failures,
every tile of Alexa must equal its lamp within two minutes, without the daily reconcile. The last line says what repaired what was wrong.
A sign-in at the device cloud that is held back, after some that gave no session, is named: until then nobody can reach these lamps.

usage: npm run soak -- [options]

  --seconds N   duration of the changes; 120 by default
  --seed N      decides who does what in which order; random by default
  --accounts N  number of accounts; 6 by default
  --help        this text
`;

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
  const { problem } = judgePresses(percentile(soaked.presses, 0.99), soaked.machine);
  const problems = [...soaked.problems, ...(problem ? [problem] : [])];
  console.log(summary(soaked));
  if (soaked.historyOfLeft.length > 0) console.log(`\n${soaked.historyOfLeft.join('\n')}`);
  if (problems.length === 0) {
    console.log(`\n${verdict(soaked)}`);
    // Right in the end, and too late anyway.
    return soaked.wrong.beforeReconcile > 0 || soaked.late.length > 0 ? 1 : 0;
  }
  console.error(`\nFailed (seed ${options.seed}):\n${problems.map((problem) => `- ${problem}`).join('\n')}`);
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
    if (seconds < 5 || accounts < 1) return 'Use at least 5 seconds and one account.';
    return { seconds, seed, accounts };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function summary({
  changes,
  faults,
  log,
  reports,
  presses,
  machine,
  wrong,
  late,
  leftForReconcile,
  repaired,
  ...rest
}: Soaked): string {
  const { truthMs, clockMovedMs, deadLetters } = rest;
  const { note } = judgePresses(percentile(presses, 0.99), machine);
  const ms = (share: number) => `${Math.round(percentile(presses, share))} ms`;
  const { states, added, changed, gone } = repaired;
  const rows: readonly (readonly [string, string])[] = [
    [
      'button to accepted report',
      `${presses.length} presses, without failures: ${ms(0.5)} p50, ${ms(0.99)} p99, ${ms(1)} worst${note ? `; ${note}` : ''}`,
    ],
    ['changes', `${changes.total}: ${changes}`],
    ['failures', `${faults.total}: ${faults}`],
    ['clock moved forward', `${(clockMovedMs / 3_600_000).toFixed(1)} h`],
    ['reports accepted', `${reports.accepted}, ${reports.repeats} of them repeats`],
    ['samples', `${log.deliveries}`],
    ['dropped or retried', `${log.drops}`],
    ['errors logged', `${log.errors}`],
    ['dead letters', `${deadLetters}`],
    [
      'wrong when the failures stopped',
      `${wrong.atFirst} tiles and names; ${wrong.beforeReconcile} before the reconcile`,
    ],
    ...rest.heldBack.map((text) => ['sign-in held back', text] as const),
    ...late.map((text) => ['wrong after two minutes', text] as const),
    ...leftForReconcile.map((text) => ['left for the reconcile', text] as const),
    ['repaired by the reconcile', `${states} states, ${added} added, ${changed} changed, ${gone} gone`],
    ['until every tile was right', truthMs === undefined ? 'never' : `${(truthMs / 1000).toFixed(1)} s by the clock`],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return ['', ...rows.map(([name, text]) => `${name.padEnd(width)}  ${text}`)].join('\n');
}

process.exitCode = await main();
