import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

export interface Started {
  readonly url: string;
  stop(): Promise<void>;
}

const LOOK_EVERY_MS = 100;

/** Starts DynamoDB Local in memory on loopback, and waits until it answers. @throws when it ends instead, with what it said */
export async function startDynamoDbLocal(folder: string): Promise<Started> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const options = [`-Djava.library.path=${join(folder, 'DynamoDBLocal_lib')}`, '-Xmx512m', '-jar', 'DynamoDBLocal.jar'];
  const args = [...options, '-inMemory', '-port', String(port), '-disableTelemetry'];
  const java = spawn('java', args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  let failure: Error | undefined;
  const hear = (text: Buffer) => {
    said += text;
  };
  const fail = (error: Error) => {
    failure ??= error;
  };
  for (const stream of [java.stdout, java.stderr]) stream.on('data', hear);
  java.once('error', fail);
  java.once('exit', (code) => fail(new Error(`DynamoDB Local ended with ${code}: ${said.slice(-2_000)}`)));
  while (!(await answers(url))) {
    if (failure) throw failure;
    await wait(LOOK_EVERY_MS);
  }
  return { url, stop: () => stop(java) };
}

/** It refuses a request without a signature, and so it answers. */
const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    async (response) => (await response.text()).includes('MissingAuthenticationToken'),
    () => false,
  );

async function stop(java: ChildProcess): Promise<void> {
  if (java.exitCode !== null || java.signalCode !== null) return;
  const ended = once(java, 'exit');
  java.kill();
  await ended;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
