import { readdirSync, readFileSync, writeSync } from 'node:fs';
import { answerAll } from './messages.ts';
import type { Profile } from './profile.ts';

/*
 * A process that holds one handler, as Lambda does:
 * - `node child.js BUNDLE EVENT.json` answers one event, writes what that took to descriptor 3 and ends. Nothing is loaded before that
 *   Node would not load by itself.
 * - `node --expose-gc child.js BUNDLE` under an IPC channel answers as many as it is asked to.
 */

type Handler = (event: unknown) => Promise<unknown>;

/** What the first answer took. */
export interface First {
  /** Processor time of the whole process, from its start. */
  readonly cpuMs: number;
  readonly rssBytes: number;
  /** Every file of the function that was loaded. */
  readonly files: readonly string[];
  readonly answer: unknown;
}

/** What a run of events took. */
export interface Run {
  readonly ms: readonly number[];
  readonly cpuMs: number;
  readonly answers: readonly unknown[];
}

export interface Held {
  readonly rssBytes: number;
  /** After the garbage was collected. */
  readonly heapBytes: number;
  readonly descriptors: number;
}

export type Question =
  | { readonly ask: 'run'; readonly events: readonly unknown[] }
  | { readonly ask: 'profile'; readonly events: readonly unknown[] }
  | { readonly ask: 'held' };

const [bundle = '', eventFile] = process.argv.slice(2);
const load = (): Handler => (require(bundle) as { handler: Handler }).handler;
const cpuMs = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1000;

async function answerFirst(file: string): Promise<void> {
  const answer = await load()(JSON.parse(readFileSync(file, 'utf8')));
  const first: First = {
    cpuMs: cpuMs(process.cpuUsage()),
    rssBytes: process.memoryUsage.rss(),
    files: Object.keys(require.cache).filter((path) => path !== __filename),
    answer,
  };
  writeSync(3, JSON.stringify(first));
  process.exit();
}

async function run(handler: Handler, events: readonly unknown[]): Promise<Run> {
  const ms: number[] = [];
  const answers: unknown[] = [];
  const before = process.cpuUsage();
  for (const event of events) {
    const began = performance.now();
    answers.push(await handler(event));
    ms.push(performance.now() - began);
  }
  return { ms, cpuMs: cpuMs(process.cpuUsage(before)), answers };
}

const BETWEEN_SAMPLES_US = 200;

/** A run under V8's profiler, which makes it slower. */
async function profile(handler: Handler, events: readonly unknown[]): Promise<{ readonly profile: Profile }> {
  const { Session } = await import('node:inspector/promises');
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: BETWEEN_SAMPLES_US });
  await session.post('Profiler.start');
  await run(handler, events);
  const result = await session.post('Profiler.stop');
  session.disconnect();
  return result;
}

function held(): Held {
  global.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  return { rssBytes: rss, heapBytes: heapUsed, descriptors: readdirSync('/dev/fd').length };
}

if (eventFile === undefined) {
  const handler = load();
  answerAll<Question>((question) => {
    if (question.ask === 'held') return held();
    return question.ask === 'run' ? run(handler, question.events) : profile(handler, question.events);
  });
} else {
  void answerFirst(eventFile);
}
