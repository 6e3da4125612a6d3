import type { MiddlewareHandler } from 'hono';
import { strangerRefusal } from '../guard.ts';

/** Only this desk's own page may drive the desk: see `strangerRefusal`. A link from elsewhere may still open the page. */
export const refuseStrangers: MiddlewareHandler = async (context, next) => {
  const headers = Object.fromEntries(context.req.raw.headers);
  const refusal = strangerRefusal(headers, { pages: 'own-page' });
  if (refusal !== undefined) return context.json({ error: refusal }, 403);
  const site = headers['sec-fetch-site'];
  const asking = context.req.path.startsWith('/api/') || context.req.path === '/events';
  if (asking && site !== undefined && site !== 'same-origin' && site !== 'none') {
    return context.json({ error: 'This desk takes requests from its own page only.' }, 403);
  }
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
