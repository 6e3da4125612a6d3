import { spawn } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';
import { undoing } from './undo.ts';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  /** Both streams, in order of arrival. */
  readonly output: string;
  /** Whether it was stopped because it said nothing any more. */
  readonly silent?: boolean;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Called with each line of either stream. If it returns true, the command is stopped. */
  readonly onLine?: (line: string) => boolean | undefined;
  /** After so long without a line the command is stopped. */
  readonly silenceMs?: number;
}

export type Run = (command: string, args: readonly string[], options?: RunOptions) => Promise<Ran>;

/** Runs a command without input. Returns also when it fails. @throws only when it cannot be started */
export const run: Run = async (command, args, { cwd, env, onLine, silenceMs } = {}) => {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...(cwd && { cwd }), ...(env && { env }) });
  const parts = { stdout: '', output: '', silent: false };
  const silence = silenceMs === undefined ? undefined : setTimeout(stopSilent, silenceMs);
  function stopSilent(): void {
    parts.silent = true;
    child.kill();
  }
  const listen = (stream: NodeJS.ReadableStream, name: 'stdout' | 'stderr') => {
    const decoder = new StringDecoder('utf8');
    let begun = '';
    stream.on('data', (chunk: Buffer) => {
      silence?.refresh();
      const text = decoder.write(chunk);
      if (name === 'stdout') parts.stdout += text;
      parts.output += text;
      const lines = (begun + text).split(/\r?\n|\r/);
      begun = lines.pop() ?? '';
      for (const line of lines) if (onLine?.(line)) child.kill();
    });
    stream.on('end', () => {
      if (begun !== '') onLine?.(begun);
    });
  };
  listen(child.stdout, 'stdout');
  listen(child.stderr, 'stderr');
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
  const code = await undoing(
    () => {
      child.kill();
    },
    () => ended,
  ).finally(() => clearTimeout(silence));
  return { code, ...parts };
};
