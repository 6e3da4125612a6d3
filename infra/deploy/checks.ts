import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from './failure.ts';
import type { Run } from './run.ts';
import { MOST_TEMPLATE_BYTES, sentTemplate, TEMPLATES } from './template.ts';

/** Checks this machine before anything is deployed. @throws Failure */
export async function checkMachine(root: string, run: Run): Promise<void> {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 12)) {
    throw new Failure(`Node ${process.versions.node} is too old.`, 'Install Node 20.12 or later.');
  }
  // npm's postinstall script builds the code inside ask-cli. Without it the sources would be shipped.
  const { stdout } = await run('npm', ['config', 'get', 'ignore-scripts'], { cwd: root });
  if (stdout.trim() === 'true') {
    throw new Failure(
      'npm is set to ignore scripts, but a script builds the code.',
      'Run npm config delete ignore-scripts.',
    );
  }
  for (const name of ['skill', 'state', 'address'] as const) {
    if (Buffer.byteLength(sentTemplate(root, name)) <= MOST_TEMPLATE_BYTES) continue;
    throw new Failure(
      `The template ${TEMPLATES[name]} is longer than the 51,200 bytes that can be sent, even without comments.`,
      `Shorten ${TEMPLATES[name]}.`,
    );
  }
}

/** Builds the code. With `checks` also runs the type check and the tests of stack and manifest. @throws Failure */
export async function build(root: string, checks: boolean, run: Run): Promise<void> {
  const command = async (name: string, args: readonly string[], remedy: string) => {
    const { code, output } = await run('npm', ['run', '--silent', ...args], { cwd: root });
    if (code !== 0) throw new Failure(`${name}: ${lastLines(output)}`, remedy);
  };
  await command('The code does not build', ['build'], 'Run npm install and npm run build, and fix what they report.');
  if (!checks) return;
  await command('The types have errors', ['typecheck'], 'Run npm run typecheck, or deploy with --skip-checks.');
  const tests = ['test', '--', 'test/infra/skill-stack', 'test/skill-package'];
  await command(
    'The tests of stack or manifest fail',
    tests,
    `Run npm ${tests.join(' ')}, or deploy with --skip-checks.`,
  );
}

const lastLines = (output: string): string => output.trim().split('\n').slice(-3).join(' ').slice(0, 300);

/** A hash of everything that is deployed: equal while nothing has changed. */
export function fingerprintOf(root: string, others: readonly string[]): string {
  const hash = createHash('sha256');
  const add = (text: string | Buffer) => hash.update(`${text.length}\n`).update(text);
  for (const text of others) add(text);
  add(sentTemplate(root, 'skill'));
  for (const folder of [join('lambda', 'dist'), join('skill-package', 'assets')]) {
    for (const path of filesIn(join(root, folder))) {
      add(path.slice(root.length));
      add(readFileSync(path));
    }
  }
  return hash.digest('hex');
}

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
