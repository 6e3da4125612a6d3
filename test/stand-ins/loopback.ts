import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

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

export interface Loopback {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  close(): Promise<void>;
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
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: base,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

export const json = (status: number, content: object, headers: Readonly<Record<string, string>> = {}): Answered => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(content),
});
