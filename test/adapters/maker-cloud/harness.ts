import { once } from 'node:events';
import { createServer } from 'node:http';
import { listenOnLoopback } from '../../../desk/loopback.ts';
import type { MakerFault } from '../../../desk/maker/contract.ts';
import { parseJson } from '../../../lambda/basics/json.ts';
import type { Clock } from '../../../lambda/ports/clock.ts';
import { readSigned } from '../../../lambda/watch/signed-request.ts';
import type { BadAnswer, PushedChange } from '../device-cloud-contract.ts';
import { problemsOf } from './openapi.ts';

export const CREDENTIALS = { email: 'ada@example.org', password: 'correct horse battery' };
export const STRANGER = { email: 'eve@example.org', password: 'another' };
export const EVENTS_KEY = 'canary-key-of-the-events-of-a-maker-cloud';

export const BAD: Readonly<Record<BadAnswer, MakerFault>> = {
  'gateway-page': { kind: 'html', status: 502 },
  page: { kind: 'html', status: 200 },
  nothing: { kind: 'body', body: '' },
  'no-json': { kind: 'body', body: '{"id":"plug-1","po' },
  null: { kind: 'body', body: 'null' },
  'another-thing': { kind: 'body', body: '{"id":"plug-0","power":"OFF"}' },
  'server-error': { kind: 'problem', status: 500, code: 'unavailable' },
};

export interface Receiver {
  readonly url: string;
  readonly changes: readonly PushedChange[];
  /** What of the received is not as the contract has it. */
  readonly problems: readonly string[];
  close(): Promise<void>;
}

/** Takes signed events as `device-events` does, and keeps them. */
export async function startReceiver(clock: Clock): Promise<Receiver> {
  const changes: PushedChange[] = [];
  const problems: string[] = [];
  const key = { current: async () => EVENTS_KEY, newer: async () => EVENTS_KEY };
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    await once(incoming, 'end');
    const headers = new Headers();
    for (const name of ['x-timestamp', 'x-signature']) headers.set(name, String(incoming.headers[name]));
    const request = new Request('https://skill.example/', { method: 'POST', headers, body: Buffer.concat(chunks) });
    try {
      const { body } = await readSigned(request, key, clock);
      problems.push(...problemsOf('DeviceEvents', parseJson(body)));
      const { events } = JSON.parse(body) as { events: PushedChange[] };
      changes.push(...events);
      response.writeHead(200).end(JSON.stringify({ accepted: events.length, passed: [] }));
    } catch (error) {
      problems.push(String(error));
      response.writeHead(401).end();
    }
  });
  const { url, close } = await listenOnLoopback(server);
  return { url, changes, problems, close };
}
