import { createServer } from 'node:http';
import { createInterface } from 'node:readline/promises';
import type { Readable } from 'node:stream';
import { listenOnLoopback } from '../../../desk/loopback.ts';
import { LinkNotMade } from './flow/client.ts';

// A person signs in with a browser. The browser comes back to this machine, or the person pastes where it went.

export interface Person {
  signIn(authorizationUrl: string, why: string): Promise<URL>;
  close(): Promise<void>;
}

export interface PersonOptions {
  readonly redirectUri: string;
  /** How many sign-ins there will be. */
  readonly of: number;
  readonly say: (line: string) => void;
  readonly input: Readable;
}

/** Whether the redirect leads to this machine: then nobody needs to paste anything. */
const isLoopback = ({ protocol, hostname }: URL): boolean =>
  protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);

const DONE = '<!doctype html><title>Signed in</title><p>Signed in. Go back to the terminal.</p>';

/** Ways back wait in line: a browser may be faster than the question. */
export async function askPerson({ redirectUri, of, say, input }: PersonOptions): Promise<Person> {
  const back = new URL(redirectUri);
  let arrived: (url: URL) => void = () => {};
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', back.origin);
    if (url.pathname !== back.pathname) return response.writeHead(404).end();
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' }).end(DONE);
    arrived(url);
  });
  const loopback = isLoopback(back) ? await listenOnLoopback(server, Number(back.port || 80)) : undefined;
  const lines = createInterface({ input });
  const gone = new Promise<never>((_, reject) =>
    lines.once('close', () => reject(new LinkNotMade('nobody has signed in'))),
  );
  gone.catch(() => {}); // nobody may be waiting when the input ends
  let count = 0;
  return {
    async signIn(authorizationUrl, why) {
      count += 1;
      const pasted = new Promise<URL>((resolve) => {
        const take = (line: string) => {
          const url = URL.canParse(line.trim()) ? new URL(line.trim()) : undefined;
          if (url && url.origin === back.origin && url.pathname === back.pathname) resolve(url);
          else if (line.trim() !== '') say(`That is no address that begins with ${redirectUri}. Paste it whole:`);
        };
        lines.on('line', take);
        arrived = resolve;
      });
      say(
        `\nSign-in ${count} of ${of}: ${why}.\nOpen this address and sign in, always with the same account:\n${authorizationUrl}`,
      );
      say(
        loopback
          ? 'Elsewhere than on this machine? Paste the address that the browser ends at:'
          : 'Paste the address that the browser ends at:',
      );
      try {
        return await Promise.race(loopback ? [pasted] : [pasted, gone]);
      } finally {
        lines.removeAllListeners('line');
        arrived = () => {};
      }
    },
    async close() {
      lines.close();
      await loopback?.close();
    },
  };
}
