import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { asError } from '../../lambda/basics/as-error.ts';
import type { Clock } from '../../lambda/ports/clock.ts';
import { forOwnPages } from '../guard.ts';
import { listenOnLoopback } from '../loopback.ts';
import { type AmazonAccount, createAccount, type PendingAuthorization } from './account.ts';
import type { LinkingSettings } from './token-endpoint.ts';

export interface LinkingOptions {
  readonly clock: Clock;
  /** The console's settings at this moment; they count for new links only. */
  readonly settings: () => LinkingSettings;
}

/** Alexa as an OAuth client, and the page that browsers come back to. */
export interface AlexaLinking {
  /** The redirect URI to register. */
  readonly redirectUri: string;
  addAccount(options: AccountOptions): AmazonAccount;
  close(): Promise<void>;
}

export interface AccountOptions {
  /** Called once Alexa holds tokens of a new link, before the browser goes on. @throws an Error with one sentence: the link fails */
  readonly onLinked: () => Promise<void>;
  /** Where the browser goes in the end; an answer in plain text if there is nowhere. */
  readonly returnTo?: () => string | undefined;
}

const CALLBACK = '/api/skill/link/M0DESK';
/** Starts the part of Alexa that links accounts, on a loopback port. */
export async function startLinking({ clock, settings }: LinkingOptions): Promise<AlexaLinking> {
  /** By `state`. */
  const asked = new Map<string, PendingAuthorization>();
  const begins: (() => string)[] = [];

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', base);
    if (request.method !== 'GET') return end(response, 405, 'Only GET here.');
    const begin = begins[Number(/^\/link\/(\d+)$/.exec(url.pathname)?.[1] ?? Number.NaN)];
    if (begin) return end(response, 302, '', begin());
    if (url.pathname !== CALLBACK) return end(response, 404, 'There is nothing here.');
    const state = url.searchParams.get('state') ?? '';
    const begun = asked.get(state);
    asked.delete(state);
    if (!begun) return end(response, 400, 'This answer belongs to no request of mine.');
    try {
      await begun.complete(url, begun);
    } catch (error) {
      return end(response, 400, asError(error).message);
    }
    // No redirect: browsers would hold it against the `form-action` of the page that the form was on.
    const next = begun.returnTo?.();
    if (next) response.setHeader('Refresh', `0; url=${next}`);
    return end(response, 200, 'The skill is linked.');
  }

  const server = createServer(
    forOwnPages((request, response) => {
      serve(request, response).catch(() => response.destroy());
    }),
  );
  const loopback = await listenOnLoopback(server);
  const base = loopback.url;
  const redirectUri = base + CALLBACK;

  return {
    redirectUri,
    addAccount({ onLinked, returnTo }) {
      const account = createAccount(clock, settings, redirectUri, `${base}/link/${begins.length}`, onLinked);
      begins.push(() => {
        const state = randomBytes(150).toString('base64url'); // Alexa's are several hundred characters long
        const verifier = randomBytes(32).toString('base64url');
        const current = settings();
        asked.set(state, { settings: current, verifier, complete: account.complete, returnTo });
        return authorizationRequest(current, state, verifier, redirectUri);
      });
      return account;
    },
    close: loopback.close,
  };
}

/** RFC 6749 section 4.1.1, with PKCE as Alexa does it (RFC 7636, S256). */
function authorizationRequest(to: LinkingSettings, state: string, verifier: string, redirectUri: string): string {
  const url = new URL(to.authorizationUrl);
  url.search = new URLSearchParams({
    client_id: to.clientId,
    response_type: 'code',
    state,
    scope: to.scope,
    redirect_uri: redirectUri,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }).toString();
  return url.href;
}

function end(response: ServerResponse, status: number, sentence: string, location?: string): void {
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
    ...(location && { Location: location }),
  });
  response.end(sentence);
}
