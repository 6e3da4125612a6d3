import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildAll } from './bundles.ts';
import { measureCalls } from './calls.ts';
import { type CheckContext, type Effort, openCheckContext } from './check-context.ts';
import type { Row } from './measure.ts';
import { measurePassthrough } from './passthrough.ts';
import { measureReports } from './reports.ts';
import { COUNTED, costsText } from './scale/costs.ts';
import { measureScale } from './scale/scale.ts';
import { measureWatchers } from './scale/sockets.ts';
import { measureStart } from './start.ts';
import { busyNote, reasons, toTable, verdict } from './table.ts';
import { measureToken } from './token.ts';
import { measureWarm } from './warm.ts';

const HELP = `Measures the built functions beside two small handlers: one does nothing, one makes a single bare axios call to the same
emulated cloud. They take turns in one run, so that a busy machine slows all of them.

usage: npm run bench -- [options] [part ...]

  part      one of: start, warm, calls, reports, token, passthrough, watchers; all of them by default

  --scale   instead of the parts: thousands of accounts, sockets, throughput, and the cost per month
  --quick   fewer turns, about half a minute: for a first look; more figures are noisy
  --json    prints the figures as JSON
  --help    this text
`;

const FULL: Effort = { starts: 11, warm: 300, cpu: 2_000, soak: 2_000, batches: 60, sockets: 800 };
const QUICK: Effort = { starts: 3, warm: 60, cpu: 1_000, soak: 1_000, batches: 20, sockets: 100 };

type Measure = (context: CheckContext) => Promise<Row[]>;

/** What is measured. For another function add a file, and a line here. */
const PARTS: Readonly<Record<string, Measure>> = {
  start: measureStart,
  warm: measureWarm,
  calls: measureCalls,
  reports: measureReports,
  token: measureToken,
  passthrough: measurePassthrough,
  watchers: measureWatchers,
};

const NOTES = `Times and CPU are medians; a ratio is the median of the ratios turn by turn. Each handler runs in a process of its own, the
emulators in others; the device cloud and the gateway are HTTPS servers 30 ms away that take 20 ms to answer, or none where it
says "at once". "noisy": the turns differ so much that the budget may hold or not; run it again on a quiet machine, without --quick.
Table and emulators share this machine's processors with the report worker, which lowers its throughput: the bare posts have no table, and a
batch of ten reports waits for one read and ten writes of it. Secrets come from SECRETS_JSON: a call to Secrets Manager, once per cold
start, is not in these figures.

A start could be shorter with V8's code cache in the zip: loading the bundle took a third less here (22 ms to 15 ms). We ship none: a cache
serves one build of V8 only, Lambda changes its Node by itself, and a refused cache costs a read. A cache that a function keeps in /tmp is
gone with each cold start.`;

/** @returns the exit code: budgets are printed, not enforced, so only what could not be measured counts */
async function main(): Promise<number> {
  const options = readOptions();
  if (typeof options === 'string') {
    console.error(`${options}\n\n${HELP}`);
    return 2;
  }
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  if (options.scale) {
    const { rows, costs } = await inFolder(async (folder) => await measureScale(await buildAll(folder), folder));
    console.log(options.json ? JSON.stringify({ node: process.version, rows, costs }, null, 2) : report(rows, costs));
    return 0;
  }
  const rows: Row[] = [];
  const missing: string[] = [];
  const [load = 0] = loadavg();
  const context = await openCheckContext(options.quick ? QUICK : FULL);
  try {
    for (const [part, measure] of options.parts) {
      console.error(`measuring: ${part}`);
      try {
        rows.push(...(await measure(context)));
      } catch (error) {
        missing.push(`${part}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  } finally {
    await context.close();
  }
  const notes = [NOTES, costsText(COUNTED), busyNote(load, availableParallelism())].filter(Boolean).join('\n\n');
  console.log(options.json ? JSON.stringify({ node: process.version, rows, missing }, null, 2) : report(rows, notes));
  for (const one of missing) console.error(`could not be measured: ${one}`);
  return missing.length === 0 ? 0 : 1;
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'bench-')));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface Options {
  readonly parts: readonly (readonly [name: string, measure: Measure])[];
  readonly quick: boolean;
  readonly json: boolean;
  readonly scale: boolean;
  readonly help: boolean;
}

/** @returns a sentence when the options are wrong */
function readOptions(): Options | string {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        quick: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        scale: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const unknown = positionals.find((name) => !Object.hasOwn(PARTS, name));
    if (unknown !== undefined) return `There is no part "${unknown}".`;
    const parts = Object.entries(PARTS).filter(([name]) => positionals.length === 0 || positionals.includes(name));
    return { ...values, parts };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function report(rows: readonly Row[], notes: string): string {
  return [
    '',
    toTable(rows),
    '',
    ...[reasons(rows), notes, verdict(rows)].filter(Boolean).join('\n\n').split('\n'),
  ].join('\n');
}

process.exitCode = await main();
