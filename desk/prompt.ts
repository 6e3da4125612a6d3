import { stdin, stdout } from 'node:process';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** Asks a question at the terminal. */
export const ask = (question: string): Promise<string> => answerTo(question, stdout);

/** The same, and shows nothing of what is typed. */
export async function askSecretly(question: string): Promise<string> {
  const nothing = new Writable({ write: (_chunk, _encoding, done) => done() });
  try {
    return await answerTo(question, nothing);
  } finally {
    stdout.write('\n');
  }
}

async function answerTo(question: string, output: NodeJS.WritableStream): Promise<string> {
  const lines = createInterface({ input: stdin, output, terminal: true });
  lines.once('SIGINT', () => process.exit(130));
  // Only now does the terminal itself no longer show what is typed.
  if (output !== stdout) stdout.write(question);
  try {
    return (await lines.question(output === stdout ? question : '')).trim();
  } finally {
    lines.close();
  }
}
