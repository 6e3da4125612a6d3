import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';

// `npm start`, as the command line sees it.
const start = (...args: string[]): ChildProcess =>
  spawn(process.execPath, ['desk/run.mjs', 'desk/main.ts', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
const ended = (run: ChildProcess): Promise<number | null> => new Promise((resolve) => run.once('exit', resolve));
const bundlesOf = ({ pid }: ChildProcess): string[] =>
  existsSync('desk/dist') ? readdirSync('desk/dist').filter((name) => name.includes(`.${pid}.`)) : [];
const textOf = async (stream: NodeJS.ReadableStream | null): Promise<string> => {
  let text = '';
  for await (const chunk of stream ?? []) text += chunk;
  return text;
};

test('a port that is taken is one sentence and exit code 1, and nothing is left', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const run = start('--port', String(port));
  const [code, output, errors] = await Promise.all([ended(run), textOf(run.stdout), textOf(run.stderr)]);
  expect({ code, output, errors }).toEqual({
    code: 1,
    output: '',
    errors: `Port ${port} is taken. Choose another one with --port, or none for a free one.\n`,
  });
  expect(bundlesOf(run)).toEqual([]);
  other.close();
});

test.each([{ plugs: '0' }, { plugs: '51' }, { plugs: 'many' }])('--plugs $plugs is refused', async ({ plugs }) => {
  const run = start('--plugs', plugs);
  const [code, errors] = await Promise.all([ended(run), textOf(run.stderr)]);
  expect(code).toBe(2);
  expect(errors).toMatch(/^--plugs takes a number from 1 to 50\.\n/);
});

test.each([
  { when: 'while it is bundled', isTime: (run: ChildProcess) => run.pid !== undefined },
  { when: 'while the desk starts', isTime: (run: ChildProcess) => bundlesOf(run).length > 0 },
])('Ctrl-C $when leaves no bundle', async ({ isTime }) => {
  const run = start();
  const end = ended(run);
  while (!isTime(run)) await new Promise((resolve) => setTimeout(resolve, 5));
  run.kill('SIGINT');
  await end;
  expect(bundlesOf(run)).toEqual([]);
});
