import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { strangerRefusal } from './guard.ts';

export interface LinkingServer {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the `account-linking` function on a loopback port, as a function URL would. */
export async function serveLinking(
  answer: (request: Request, remoteAddress: string) => Promise<Response>,
): Promise<LinkingServer> {
  const server = createAdaptorServer({
    fetch: (request) => {
      const refusal = strangerRefusal(Object.fromEntries(request.headers), { pages: 'own-page' });
      return refusal === undefined ? answer(request, '127.0.0.1') : new Response(refusal, { status: 403 });
    },
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      if ('closeAllConnections' in server) server.closeAllConnections();
      await closed;
    },
  };
}
