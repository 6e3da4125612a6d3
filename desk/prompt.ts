import { stderr, stdin, stdout } from 'node:process';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** The input ended, so nobody can answer: Ctrl-D, or what was piped in is read. */
export class InputEnded extends Error {
  override readonly name = 'InputEnded';
}

/** Asks a question at the terminal. @throws InputEnded */
export const ask = (question: string): Promise<string> => answerTo(question, stdout);

/** The same, where stdout is for something else: neither the question nor what is typed is on it. @throws InputEnded */
export const askBeside = (question: string): Promise<string> => answerTo(question, stderr);

/** The same, and shows nothing of what is typed. @throws InputEnded */
export async function askSecretly(question: string): Promise<string> {
  const nothing = new Writable({ write: (_chunk, _encoding, done) => done() });
  try {
    return await answerTo(question, nothing);
  } finally {
    stdout.write('\n');
  }
}

async function answerTo(question: string, output: NodeJS.WritableStream): Promise<string> {
  // What is piped in is shown to nobody.
  const isShown = stdin.isTTY && output === stderr;
  const lines = createInterface({ input: stdin, output, terminal: output !== stderr || isShown });
  lines.once('SIGINT', () => process.exit(130));
  const ended = new Promise<never>((_, reject) => lines.once('close', () => reject(new InputEnded('no answer'))));
  // Only now does the terminal itself no longer show what is typed.
  const isSilent = output !== stdout && output !== stderr;
  if (isSilent) stdout.write(question);
  try {
    return (await Promise.race([lines.question(isSilent ? '' : question), ended])).trim();
  } finally {
    ended.catch(() => undefined);
    lines.close();
  }
}
