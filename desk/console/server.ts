import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { type Handler, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { parseJson } from '../../lambda/basics/json.ts';
import { listenOnLoopback } from '../loopback.ts';
import type { Desk } from '../page/protocol.ts';
import { ActionRefused, actions } from './actions.ts';
import { type Assets, loadAssets } from './assets.ts';
import { createEvents } from './events.ts';
import { refuseStrangers, secureHeaders } from './guard.ts';

const MAX_BODY_BYTES = 64 * 1024;
/** How long answers that are under way may take when the server closes. */
const CLOSING_MS = 500;

export interface ConsoleOptions {
  readonly desk: Desk;
  /** 0, the default, finds a free port. */
  readonly port?: number;
}

/**
 * Serves the desk's page on 127.0.0.1.
 * @throws when the port is taken, or the page cannot be bundled
 */
export async function startConsole({
  desk,
  port = 0,
}: ConsoleOptions): Promise<{ url: string; close(): Promise<void> }> {
  const assets = await loadAssets();
  const events = createEvents(desk);
  const closing = new AbortController();
  const app = createApp(desk, assets, (context) => events.answer(context, closing.signal));
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  const { url } = await listenOnLoopback(server, port).catch((error: unknown) => {
    events.stop();
    throw error;
  });
  return {
    url,
    close: () => {
      events.stop();
      closing.abort();
      return closeServer(server);
    },
  };
}

/** Browsers keep their connections open for later, so each is let go once it is idle. */
function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const idle = setInterval(() => server.closeIdleConnections(), 5);
    const late = setTimeout(() => server.closeAllConnections(), CLOSING_MS);
    server.close(() => {
      clearInterval(idle);
      clearTimeout(late);
      resolve();
    });
  });
}

function createApp(desk: Desk, assets: Assets, events: Handler) {
  const app = new Hono();
  app.use(secureHeaders, refuseStrangers);
  app.get('/', (context) => context.html(assets.html));
  app.get('/page.js', (context) =>
    context.body(assets.script, 200, { 'Content-Type': 'text/javascript; charset=utf-8' }),
  );
  app.get('/page.css', (context) => context.body(assets.style, 200, { 'Content-Type': 'text/css; charset=utf-8' }));
  app.get('/icon.svg', (context) => context.body(assets.icon, 200, { 'Content-Type': 'image/svg+xml' }));
  app.get('/events', events);
  app.get('/doctor', async (context) => {
    const report = await desk.doctor();
    return report ? context.json(report) : context.json({ error: 'There is no account to look at.' }, 404);
  });
  app.post(
    '/api/:action',
    bodyLimit({
      maxSize: MAX_BODY_BYTES,
      onError: (context) => context.json({ error: 'The body is larger than 64 KB.' }, 413),
    }),
    async (context) => {
      const act = actions.get(context.req.param('action'));
      if (!act) return context.json({ error: 'There is no such action.' }, 404);
      // A form of another site can post text or form fields without asking first, but not JSON.
      if (!/^application\/json\b/i.test(context.req.header('content-type') ?? '')) {
        return context.json({ error: 'The body must be application/json.' }, 415);
      }
      const body = parseJson(await context.req.text());
      if (body === undefined) return context.json({ error: 'The body is not JSON.' }, 400);
      await act(desk, body);
      return context.body(null, 204);
    },
  );
  app.all('/api/:action', (context) => context.json({ error: 'Actions are posted.' }, 405, { Allow: 'POST' }));
  app.notFound((context) => context.json({ error: 'There is nothing here.' }, 404));
  app.onError((error, context) =>
    context.json({ error: error.message }, error instanceof ActionRefused ? error.status : 500),
  );
  return app;
}
