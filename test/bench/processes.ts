import { type ChildProcess, fork, spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { First, Held, Question, Run } from './child.ts';
import type { Distance, Question as DistanceQuestion, Traffic } from './distance.ts';
import { ask } from './messages.ts';
import type { Profile } from './profile.ts';

/** The bundle of a handler and the environment it runs in. */
export interface Measured {
  readonly bundle: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** A process that holds one handler, and stays. What the handler logs goes nowhere, as cheaply as Lambda takes it. */
export interface Instance {
  run(events: readonly unknown[]): Promise<Run>;
  /** A run under V8's profiler: what its time goes to, and not how much it is. */
  profile(events: readonly unknown[]): Promise<Profile>;
  held(): Promise<Held>;
  close(): void;
}

export function startInstance(child: string, { bundle, environment }: Measured): Instance {
  const held = fork(child, [bundle], {
    env: environment,
    execArgv: ['--expose-gc', '--no-warnings'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return {
    run: (events) => ask<Run>(held, { ask: 'run', events } satisfies Question),
    profile: async (events) =>
      (await ask<{ profile: Profile }>(held, { ask: 'profile', events } satisfies Question)).profile,
    held: () => ask<Held>(held, { ask: 'held' } satisfies Question),
    close: () => disconnect(held),
  };
}

/** Starts a process for one event. @returns its own account, and the time from the start to the answer as seen from here */
export async function answerOnce(
  child: string,
  { bundle, environment }: Measured,
  eventFile: string,
  nodeOptions: readonly string[] = [],
): Promise<First & { readonly ms: number }> {
  const began = performance.now();
  const once = spawn(process.execPath, [...nodeOptions, child, bundle, eventFile], {
    env: environment,
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  });
  const pipe = once.stdio[3] as NodeJS.ReadableStream;
  const answered = new Promise<number>((resolve) => pipe.once('data', () => resolve(performance.now() - began)));
  const written = await buffer(pipe);
  if (written.length === 0) throw new Error(`${bundle} did not answer its first event`);
  return { ...(JSON.parse(written.toString()) as First), ms: await answered };
}

/** Such starts under V8's profiler. @param folder an empty one, for the files that Node writes at the end of a process */
export async function profileStarts(
  times: number,
  child: string,
  measured: Measured,
  eventFile: string,
  folder: string,
): Promise<Profile[]> {
  const options = ['--cpu-prof', '--cpu-prof-interval=100', `--cpu-prof-dir=${folder}`];
  for (let n = 0; n < times; n++) await answerOnce(child, measured, eventFile, options);
  const files = await readdir(folder);
  return await Promise.all(
    files.map(async (file) => JSON.parse(await readFile(join(folder, file), 'utf8')) as Profile),
  );
}

/** Emulators on loopback, made to look like servers some way off. */
export interface Far {
  /** In the order of the target ports. */
  readonly ports: readonly number[];
  move(to: Distance): Promise<void>;
  /** Since the last look. */
  traffic(): Promise<Traffic>;
  close(): void;
}

export async function startFar(script: string, args: readonly string[]): Promise<Far> {
  const child = fork(script, [...args], { env: {}, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const question = <T>(one: DistanceQuestion) => ask<T>(child, one);
  const { ports } = await question<{ ports: number[] }>({ ask: 'ports' });
  return {
    ports,
    move: async (to) => {
      await question({ ask: 'move', to });
    },
    traffic: () => question<Traffic>({ ask: 'traffic' }),
    close: () => disconnect(child),
  };
}

const disconnect = (child: ChildProcess): void => {
  if (child.connected) child.disconnect();
};
