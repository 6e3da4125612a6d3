import { createAdaptorServer } from '@hono/node-server';
import { strangerRefusal } from './guard.ts';
import { type Loopback, listenOnLoopback } from './loopback.ts';

/** Serves the `account-linking` function on a loopback port, as a function URL would. */
export async function serveLinking(
  answer: (request: Request, remoteAddress: string) => Promise<Response>,
): Promise<Loopback> {
  const server = createAdaptorServer({
    fetch: (request) => {
      const refusal = strangerRefusal(Object.fromEntries(request.headers), { pages: 'own-page' });
      return refusal === undefined ? answer(request, '127.0.0.1') : new Response(refusal, { status: 403 });
    },
  });
  return await listenOnLoopback(server);
}
