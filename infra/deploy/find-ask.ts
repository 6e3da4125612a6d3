import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from './failure.ts';
import type { Run } from './run.ts';

/** The newest version, of February 2024; this project was tested with it. */
export const ASK_CLI_VERSION = '2.30.7';

/**
 * What is installed: ask-cli and its 500 packages, each by its hash. Without the lockfile npm takes antlr4ts 0.5.0-dev, with which no command
 * starts.
 */
const LOCKED = join('infra', 'ask-cli');

export const askFolder = (root: string): string => join(root, 'node_modules', '.cache', 'ask-cli');

const askIn = (folder: string): string => join(folder, 'node_modules', '.bin', 'ask');

/**
 * Finds a working ask-cli: one on the path, or the one that is installed beside the project's own packages.
 * @returns its command, or nothing
 */
export async function findAsk(root: string, run: Run): Promise<{ command: string; version: string } | undefined> {
  for (const command of ['ask', askIn(askFolder(root))]) {
    if (command !== 'ask' && !existsSync(command)) continue;
    const ran = await run(command, ['--version']).catch(() => undefined);
    const version = /^\s*(2\.\d+\.\d+)\s*$/m.exec(ran?.stdout ?? '')?.[1];
    if (ran?.code === 0 && version) return { command, version };
  }
  return undefined;
}

/** The environment without what AWS and Amazon would take as a credential. */
export const withoutCredentials = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(?:AWS|ASK|PREFLIGHT)_/.test(name)));

/** Installs it (206 MB) beside the project's packages. Its own install scripts do not run: it works without. @returns its command */
export async function installAsk(root: string, run: Run): Promise<string> {
  const folder = askFolder(root);
  cpSync(join(root, LOCKED), folder, { recursive: true });
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-save', '--loglevel=error'];
  const { code, output } = await run('npm', args, { cwd: folder, env: withoutCredentials(process.env) });
  if (code === 0) return askIn(folder);
  throw new Failure(
    `ask-cli could not be installed: ${output.trim().split('\n')[0] ?? ''}`,
    'Check that npm can reach its registry, and run this command again.',
  );
}
