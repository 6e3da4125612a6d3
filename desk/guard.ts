import type { IncomingHttpHeaders, RequestListener } from 'node:http';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Who may use a server of the desk, besides programs on this machine. */
export interface GuardOptions {
  /** `own-page`: a page that this server itself delivered. `none`: no web page at all. */
  readonly pages: 'own-page' | 'none';
  /** Origins that a program of ours sends on purpose, as the device cloud expects them. */
  readonly origins?: readonly string[];
}

/**
 * Why a server on loopback must not answer a request; undefined if it may. Any web page can send requests to 127.0.0.1:
 * a foreign Host means that a web site has pointed its name there (DNS rebinding), an Origin that a page is asking.
 * Sec-Fetch-Site (Fetch Metadata) tells the same where the browser sends no Origin.
 */
export function strangerRefusal(headers: IncomingHttpHeaders, { pages, origins = [] }: GuardOptions) {
  const host = (headers.host ?? '').toLowerCase();
  if (!LOOPBACK.has(host.replace(/:\d+$/, ''))) return 'This desk answers on 127.0.0.1 and localhost only.';
  const origin = headers.origin?.toLowerCase();
  const site = headers['sec-fetch-site'];
  const ownPage = pages === 'own-page';
  if (origin !== undefined && !origins.includes(origin)) {
    // A page without a referrer posts its forms with the origin `null`; only the browser itself can say that they are its own.
    const own = origin === `http://${host}` || (origin === 'null' && site === 'same-origin');
    if (!ownPage || !own) return 'This desk takes requests from its own page only.';
  }
  if (!ownPage && site !== undefined && site !== 'none') return 'This server takes no requests of web pages.';
  return undefined;
}

const guarded =
  (options: GuardOptions) =>
  (listener: RequestListener): RequestListener =>
  (request, response) => {
    const refusal = strangerRefusal(request.headers, options);
    if (refusal === undefined) return listener(request, response);
    response.writeHead(403, { 'content-type': 'text/plain; charset=utf-8' }).end(refusal);
  };

/** Puts the guard before a server that no web page may use: strangers get 403 and one sentence. */
export const forPrograms = guarded({ pages: 'none' });

/** The same before a server that shows pages to a person's browser. */
export const forOwnPages = guarded({ pages: 'own-page' });
