import { createServer, type IncomingHttpHeaders } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { type Loopback, listenOnLoopback } from '../../desk/loopback.ts';

export type { Loopback };

export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Answered {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** An HTTP server on a free loopback port. An error of `answer` becomes a 500 with its message. */
export async function serveLoopback(answer: (asked: Asked) => Promise<Answered> | Answered): Promise<Loopback> {
  const server = createServer((request, response) => {
    const { method = 'GET', headers } = request;
    const respond = async () => {
      const asked = { method, headers, url: new URL(request.url ?? '/', base), body: await buffer(request) };
      const { status, headers: sent = {}, body = '' } = await answer(asked);
      response
        .writeHead(status, { ...sent, 'content-length': Buffer.byteLength(body) })
        .end(method === 'HEAD' ? '' : body);
    };
    respond().catch((error: Error) => {
      response.writeHead(500, { 'content-type': 'text/plain' }).end(error.stack);
    });
  });
  const loopback = await listenOnLoopback(server);
  const base = loopback.url;
  return loopback;
}

export const json = (status: number, content: object, headers: Readonly<Record<string, string>> = {}): Answered => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(content),
});
