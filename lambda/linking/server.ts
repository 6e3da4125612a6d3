import { asError } from '../basics/as-error.ts';
import type { Log } from '../ports/log.ts';
import { answerAuthorize } from './authorize.ts';
import { errorResponse, jsonResponse } from './errors.ts';
import { answerMetadata } from './metadata.ts';
import { failurePage } from './pages.ts';
import type { LinkingPorts } from './ports.ts';
import { answerReauth } from './reauth.ts';
import { answerRevoke } from './revoke.ts';
import { type Arrival, isNoticesPath } from './time-limit.ts';
import { answerToken } from './token.ts';

/**
 * The authorization server that Alexa links accounts with (RFC 6749).
 * @returns a function that answers every request and never throws; `remoteAddress` is the caller's IP address, for counting sign-ins;
 *   `arrivedAt` is the moment from which the time limit counts, now by default
 */
export function createLinking(
  ports: LinkingPorts,
): (request: Request, remoteAddress: string, arrivedAt?: Date) => Promise<Response> {
  return async (request, remoteAddress, arrivedAt = ports.clock.now()) => {
    const arrival = { request, address: remoteAddress, at: arrivedAt };
    const response = await route(arrival, ports).catch((error: unknown) =>
      answerUnavailable(request, error, ports.log),
    );
    if (new URL(request.url).protocol === 'https:') {
      response.headers.set('Strict-Transport-Security', 'max-age=31536000');
    }
    return response;
  };
}

async function route(arrival: Arrival, ports: LinkingPorts): Promise<Response> {
  const { request } = arrival;
  const { pathname } = new URL(request.url);
  if (isNoticesPath(pathname)) {
    const { answerNotices } = await import('./notices.ts');
    return isOneOf(request, 'GET', 'POST') ?? (await answerNotices(arrival, ports));
  }
  switch (pathname) {
    case '/authorize':
      return isOneOf(request, 'GET', 'POST') ?? (await answerAuthorize(arrival, ports));
    case '/reauth':
      return isOneOf(request, 'GET', 'POST') ?? (await answerReauth(arrival, ports));
    case '/connections':
      return isOneOf(request, 'GET', 'POST') ?? (await showConnections(arrival, ports));
    case '/lamps':
      return isOneOf(request, 'GET', 'POST') ?? (await showLamps(arrival, ports));
    case '/alexa':
      return isOneOf(request, 'GET', 'POST') ?? (await connectAlexa(arrival, ports));
    case '/alexa/callback':
      return isOneOf(request, 'GET') ?? (await connectAlexa(arrival, ports));
    case '/token':
      return await answerToken(arrival, ports);
    case '/revoke':
      return await answerRevoke(arrival, ports);
    case '/.well-known/oauth-authorization-server':
      return isOneOf(request, 'GET') ?? answerMetadata(request, ports);
    default:
      return jsonResponse(404, { error: 'not_found' });
  }
}

/** Rare, so it is loaded when it is needed. */
async function connectAlexa(arrival: Arrival, ports: LinkingPorts): Promise<Response> {
  const { answerAlexa } = await import('./alexa.ts');
  return await answerAlexa(arrival, ports);
}

/** Rare as well. */
async function showConnections(arrival: Arrival, ports: LinkingPorts): Promise<Response> {
  const { answerConnections } = await import('./connections.ts');
  return await answerConnections(arrival, ports);
}

/** And this. */
async function showLamps(arrival: Arrival, ports: LinkingPorts): Promise<Response> {
  const { answerLamps } = await import('./lamps.ts');
  return await answerLamps(arrival, ports);
}

/** The paths that people open, and the log event of their failures. All other paths are for clients. */
const PAGES: Readonly<Record<string, string>> = {
  '/authorize': 'authorization-request-failed',
  '/reauth': 'reauth-request-failed',
  '/connections': 'connections-request-failed',
  '/lamps': 'lamps-request-failed',
  '/alexa': 'alexa-request-failed',
  '/alexa/callback': 'alexa-request-failed',
};

/** The answer when nothing works, for example when the secrets cannot be loaded: a page for people, JSON for clients, 5xx for both. */
export async function answerUnavailable(request: Request, error: unknown, log: Log): Promise<Response> {
  const { pathname } = new URL(request.url);
  const failed = isNoticesPath(pathname)
    ? 'notices-request-failed'
    : Object.hasOwn(PAGES, pathname)
      ? PAGES[pathname]
      : undefined;
  if (failed === undefined) return errorResponse(error, pathname === '/revoke' ? 'revocation' : 'token', log);
  log.error(failed, { error: asError(error) });
  return await failurePage(503, undefined);
}

/** @returns the 405 answer to any other method */
const isOneOf = (request: Request, ...methods: string[]): Response | undefined =>
  methods.includes(request.method)
    ? undefined
    : jsonResponse(405, { error: 'invalid_request' }, { Allow: methods.join(', ') });
