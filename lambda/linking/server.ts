import { asError } from '../basics/as-error.ts';
import { answerAuthorize } from './authorize.ts';
import { errorResponse, jsonResponse } from './errors.ts';
import { answerMetadata } from './metadata.ts';
import { failurePage } from './pages.ts';
import type { LinkingPorts, PagePorts } from './ports.ts';
import { keepLanguage, readerOf } from './reader.ts';
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
    const response = await route(arrival, ports).catch((error: unknown) => answerUnavailable(request, error, ports));
    if (new URL(request.url).protocol === 'https:') {
      response.headers.set('Strict-Transport-Security', 'max-age=31536000');
    }
    return response;
  };
}

async function route(arrival: Arrival, ports: LinkingPorts): Promise<Response> {
  const { request } = arrival;
  const { pathname } = new URL(request.url);
  const page = pageAt(pathname);
  if (page) return isOneOf(request, ...page.methods) ?? (await show(page, arrival, ports));
  switch (pathname) {
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

/** What people open. All other paths are for clients. */
interface PagePath {
  readonly methods: readonly string[];
  /** The log event of its failures. */
  readonly failed: string;
  readonly answer: (arrival: Arrival, ports: PagePorts) => Promise<Response>;
}

/** In the language of the reader, which the browser keeps if it was chosen on a page. */
async function show({ answer }: PagePath, arrival: Arrival, ports: LinkingPorts): Promise<Response> {
  const { request } = arrival;
  const reader = await readerOf(request, ports.about);
  return keepLanguage(request, await answer(arrival, { ...ports, reader }));
}

const BOTH = ['GET', 'POST'] as const;
const alexaPage: Omit<PagePath, 'methods'> = {
  failed: 'alexa-request-failed',
  answer: async (...args) => (await import('./alexa.ts')).answerAlexa(...args),
};
const noticesPage: PagePath = {
  methods: BOTH,
  failed: 'notices-request-failed',
  answer: async (...args) => (await import('./notices.ts')).answerNotices(...args),
};

/** Rare pages are loaded when they are needed. */
const PAGES: Readonly<Record<string, PagePath>> = {
  '/': { methods: ['GET'], failed: 'home-request-failed', answer: (_, ports) => showHome(ports) },
  '/authorize': { methods: BOTH, failed: 'authorization-request-failed', answer: answerAuthorize },
  '/reauth': { methods: BOTH, failed: 'reauth-request-failed', answer: answerReauth },
  '/connections': {
    methods: BOTH,
    failed: 'connections-request-failed',
    answer: async (...args) => (await import('./connections.ts')).answerConnections(...args),
  },
  '/lamps': {
    methods: BOTH,
    failed: 'lamps-request-failed',
    answer: async (...args) => (await import('./lamps.ts')).answerLamps(...args),
  },
  '/alexa': { methods: BOTH, ...alexaPage },
  '/alexa/callback': { methods: ['GET'], ...alexaPage },
};

function pageAt(pathname: string): PagePath | undefined {
  if (isNoticesPath(pathname)) return noticesPage;
  return Object.hasOwn(PAGES, pathname) ? PAGES[pathname] : undefined;
}

async function showHome({ reader, cloudName, addressBook }: PagePorts): Promise<Response> {
  const { homePage } = await import('./home-page.ts');
  return await homePage(reader, cloudName, addressBook !== undefined);
}

/** The answer when nothing works, for example when the secrets cannot be loaded: a page for people, JSON for clients, 5xx for both. */
export async function answerUnavailable(
  request: Request,
  error: unknown,
  { log, about }: Pick<LinkingPorts, 'log' | 'about'>,
): Promise<Response> {
  const { pathname } = new URL(request.url);
  const page = pageAt(pathname);
  if (!page) return errorResponse(error, pathname === '/revoke' ? 'revocation' : 'token', log);
  log.error(page.failed, { error: asError(error) });
  return await failurePage(await readerOf(request, about), 503, undefined);
}

/** @returns the 405 answer to any other method */
const isOneOf = (request: Request, ...methods: string[]): Response | undefined =>
  methods.includes(request.method)
    ? undefined
    : jsonResponse(405, { error: 'invalid_request' }, { Allow: methods.join(', ') });
