import type { Socket } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { strangerRefusal } from './guard.ts';
import { type Loopback, listenOnLoopback } from './loopback.ts';

export interface HideableServer extends Loopback {
  /** Cuts the connections that are open. */
  cut(): void;
}

/**
 * Serves the `account-linking` function on a loopback port, as a function URL would.
 * @param isHidden whether nobody gets a connection
 */
export async function serveLinking(
  answer: (request: Request, remoteAddress: string) => Promise<Response>,
  isHidden: () => boolean = () => false,
): Promise<HideableServer> {
  const server = createAdaptorServer({
    fetch: (request) => {
      const refusal = strangerRefusal(Object.fromEntries(request.headers), { pages: 'own-page' });
      return refusal === undefined ? answer(request, '127.0.0.1') : new Response(refusal, { status: 403 });
    },
  });
  server.on('connection', (socket: Socket) => {
    if (isHidden()) socket.destroy();
  });
  return {
    ...(await listenOnLoopback(server)),
    cut: () => 'closeAllConnections' in server && server.closeAllConnections(),
  };
}
