import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { build } from 'esbuild';

// Bundled once, as `desk/run.mjs` does it for every run, into a file that no other run writes.
const bundle = `desk/dist/my-leviton-main-${process.pid}.mjs`;
beforeAll(async () => {
  await build({
    entryPoints: ['desk/my-leviton/main.ts'],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
  });
});
afterAll(() => rm(bundle));

/** The tool as a person runs it, apart from npm. */
class Tool {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  /** The exit code, once all output has come. */
  readonly exit: Promise<unknown>;
  errors = '';

  constructor(args: readonly string[]) {
    this.#process = spawn(process.execPath, [bundle, ...args]);
    this.#process.stderr.on('data', (chunk: Buffer) => {
      this.errors += chunk.toString();
    });
    this.exit = once(this.#process, 'close').then(([code]) => code);
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  type(line: string): void {
    this.#process.stdin.write(`${line}\n`);
  }

  endInput(): void {
    this.#process.stdin.end();
  }

  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** The next line that matches; its groups. */
  async line(pattern: RegExp): Promise<string[]> {
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done) throw new Error(`no line matched ${pattern}: ${this.errors}`);
      const match = pattern.exec(value);
      if (match) return match.slice(1);
    }
  }
}

let tool: Tool | undefined;
afterEach(() => tool?.kill('SIGKILL'));

const start = (...args: string[]) => {
  tool = new Tool(args);
  return tool;
};
const post = (url: string, body: string, headers = {}) =>
  fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });

test('says where it is, answers the line to try, obeys its commands and stops', async () => {
  const run = start('--report-delay-ms', '1');
  const [url = ''] = await run.line(/^REST +(http:\S+\/api)$/);
  await run.line(/^socket +ws:\S+\/socket\/websocket$/);
  await run.line(/^account +lamp@example.org, password bedroom-lamp$/);
  const [lamp] = await run.line(/^device +(\d+) {2}Bedroom lamp \(DW3HL, dimmer\)$/);
  await run.line(/^device +\d+ {2}Fan heater \(D215P, on\/off\)$/);
  const [body = '', address = ''] = await run.line(/^try +curl .* -d '(.+)' (\S+)$/);
  const login = (await (await post(address, body)).json()) as { id: string };
  const put = { method: 'PUT', headers: { authorization: login.id, 'content-type': 'application/json' } };
  await fetch(`${url}/IotSwitches/${lamp}`, { ...put, body: '{"power":"ON","brightness":30}' });
  await run.line(/^PUT \/IotSwitches\/\d+ \{"power":"ON","brightness":30\}$/);
  await run.line(/^Bedroom lamp is on at 30 %\.$/);
  run.type(`press ${lamp} off`);
  await run.line(/^Bedroom lamp is off\.$/);
  run.type('fly');
  await run.line(/^There is no command "fly"/);
  run.type('quit');
  await run.line(/^Stopping\.$/);
  expect([await run.exit, run.errors]).toEqual([0, '']);
});

test('the end of its input is no reason to stop, a signal is; what was chosen is not printed', async () => {
  const run = start('--email', 'me@example.org', '--password', 'hush', '--two-factor-code', '246810');
  run.endInput();
  await run.line(/^account +me@example.org, password as given$/);
  const [body = '', address = ''] = await run.line(/^try +curl .* -d '(.+)' (\S+)$/);
  expect(JSON.parse(body)).toEqual({ email: 'me@example.org', password: 'PASSWORD', code: 'CODE' });
  const status = async (code?: string) =>
    (await post(address, JSON.stringify({ email: 'me@example.org', password: 'hush', code }))).status;
  expect([await status(), await status('246810')]).toEqual([406, 200]);
  run.kill('SIGTERM');
  expect(await run.exit).toBe(0);
});

test('--help tells of every option and command', async () => {
  const run = start('--help');
  for (const word of ['--port', '--email', '--password', '--two-factor-code', '--report-delay-ms', '--latency-ms']) {
    await run.line(new RegExp(`^ +${word} `));
  }
  for (const word of ['press', 'unplug', 'down, up', 'revoke', 'slow', 'quit', 'help']) {
    await run.line(new RegExp(`^ +${word} `));
  }
  expect(await run.exit).toBe(0);
});

test.each([
  { args: ['--port', 'http'], says: '--port must be a whole number from 0 to 65535, not "http".\n' },
  { args: ['--email', 'me'], says: '--email must be a mail address, not "me".\n' },
  { args: ['--speed', '3'], says: "Unknown option '--speed'. --help lists the options.\n" },
])('$args: one sentence', async ({ args, says }) => {
  const run = start(...args);
  expect([await run.exit, run.errors]).toEqual([2, says]);
});

test('a port that is taken: one sentence', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  const run = start('--port', String(port));
  expect([await run.exit, run.errors]).toEqual([
    2,
    `Port ${port} is in use: choose another, or leave --port out for a free one.\n`,
  ]);
  other.close();
});
