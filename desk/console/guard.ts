import type { MiddlewareHandler } from 'hono';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Lets nobody but this desk's own page drive the desk. A foreign Host means that a web site has pointed its name at 127.0.0.1 (DNS
 * rebinding); a foreign Origin means that another page is asking. Sec-Fetch-Site (Fetch Metadata) says the same where Origin is absent.
 */
export const refuseStrangers: MiddlewareHandler = async (context, next) => {
  const host = context.req.header('host') ?? '';
  if (!LOOPBACK.has(host.replace(/:\d+$/, '').toLowerCase())) {
    return context.json({ error: 'This desk answers on 127.0.0.1 and localhost only.' }, 403);
  }
  const origin = context.req.header('origin');
  const site = context.req.header('sec-fetch-site');
  const asking = context.req.path.startsWith('/api/') || context.req.path === '/events';
  const foreign =
    (origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`) ||
    (asking && site !== undefined && site !== 'same-origin' && site !== 'none');
  if (foreign) return context.json({ error: 'This desk takes requests from its own page only.' }, 403);
  return next();
};

/** Nothing but our own files runs or loads, and nobody frames the page. */
export const secureHeaders: MiddlewareHandler = async (context, next) => {
  await next();
  context.header(
    'Content-Security-Policy',
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  );
  context.header('X-Content-Type-Options', 'nosniff');
  context.header('Referrer-Policy', 'no-referrer');
  context.header('Cross-Origin-Opener-Policy', 'same-origin');
  context.header('Cross-Origin-Resource-Policy', 'same-origin');
  context.header('Cache-Control', 'no-store');
};
