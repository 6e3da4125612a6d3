import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const repository = resolve(import.meta.dirname, '../..');

export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder with a `lambda/` of its own, made of the real build and the sources of one test. */
export interface Workshop {
  readonly folder: string;
  /** Runs the build as npm does. */
  build(): Promise<Run>;
  /** Runs CommonJS code in the folder, and answers with what it printed as JSON. */
  evaluate(code: string): Promise<unknown>;
  remove(): Promise<void>;
}

/**
 * @param sources by their path below `lambda/`
 * @param at where `lambda/` lies: `.ask` is where ask-cli copies it
 */
export async function openWorkshop(sources: Record<string, string>, at: '.' | '.ask' = '.'): Promise<Workshop> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'build-')));
  const lambda = join(folder, at, 'lambda');
  await symlink(join(repository, 'node_modules'), join(folder, 'node_modules'));
  await cp(join(repository, 'lambda/build.mjs'), join(lambda, 'build.mjs'));
  await cp(join(repository, 'lambda/build'), join(lambda, 'build'), { recursive: true });
  await cp(join(repository, 'lambda/ports/errors.ts'), join(lambda, 'ports/errors.ts'));
  for (const [path, source] of Object.entries(sources)) {
    await mkdir(dirname(join(lambda, path)), { recursive: true });
    await writeFile(join(lambda, path), source);
  }
  return {
    folder,
    build: () => node([join(lambda, 'build.mjs')], folder),
    evaluate: async (code) => {
      const { stdout, stderr } = await node(['-e', code], folder);
      if (stdout === '') throw new Error(stderr);
      return JSON.parse(stdout);
    },
    remove: () => rm(folder, { recursive: true }),
  };
}

export async function node(args: readonly string[], cwd: string): Promise<Run> {
  try {
    const { stdout, stderr } = await run(process.execPath, args, { cwd, timeout: 110_000 });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as Partial<Run>;
    return { code: Number(code ?? -1), stdout, stderr };
  }
}
