import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import * as v from 'valibot';
import { asError } from '../../lambda/basics/as-error.ts';
import { parseJson } from '../../lambda/basics/json.ts';
import type { Clock } from '../../lambda/ports/clock.ts';
import { forOwnPages } from '../guard.ts';
import { listenOnLoopback } from '../loopback.ts';
import type { LinkingCode } from './contract.ts';

/** What the developer console knows of a skill's account linking. A link keeps the settings that it was made with. */
export interface LinkingSettings {
  readonly authorizationUrl: string;
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string;
}

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

/** One request to the token endpoint. Tokens are in it: mask before showing. */
export interface TokenExchange {
  readonly grantType: 'authorization_code' | 'refresh_token';
  readonly at: Date;
  readonly sent: Readonly<Record<string, string>>;
  readonly answered: unknown;
  /** HTTP status; 0 when no answer came within 4.5 s, or it was lost. */
  readonly status: number;
  readonly ms: number;
}

/** One Amazon account's link with the skill, as Alexa keeps it. */
export interface AmazonAccount {
  /** Opens the skill's sign-in page in a browser: a fresh authorization request at each visit. */
  readonly startUrl: string;
  readonly linked: boolean;
  readonly linkedAt: Date | undefined;
  /** Refreshes since the link was made, and those that were answered with 4xx. */
  readonly refreshes: number;
  readonly refused: number;
  /** The access token; refreshed first if it has ended. @throws an Error with one sentence */
  accessToken(): Promise<string>;
  /** Refreshes now, as often at once as is said. @returns the statuses */
  refresh(atOnce?: number): Promise<number[]>;
  /** The answer to the next refresh gets lost on its way. */
  loseNextAnswer(): void;
  /** Forgets the tokens. */
  unlink(): void;
  /** Exchanges a code that came through the Skill Enablement API. @returns the status of the token endpoint, 0 for no answer */
  linkWith(code: LinkingCode): Promise<number>;
  onExchange(listener: (exchange: TokenExchange) => void): () => void;
}

const CALLBACK = '/api/skill/link/M0DESK';
/** Amazon: requirements for account linking. */
const PATIENCE_MS = 4_500;

const TokenAnswer = v.object({
  access_token: v.pipe(v.string(), v.minLength(1)),
  refresh_token: v.optional(v.pipe(v.string(), v.minLength(1))),
  token_type: v.pipe(v.string(), v.toLowerCase(), v.literal('bearer')),
  expires_in: v.pipe(v.number(), v.integer(), v.minValue(360)),
});

interface Link {
  readonly settings: LinkingSettings;
  accessToken: string;
  refreshToken: string;
  endsAt: number;
}

/** An authorization request that is still out. */
interface Asked {
  readonly settings: LinkingSettings;
  readonly verifier: string;
  readonly complete: (url: URL, asked: Asked) => Promise<void>;
  readonly returnTo: AccountOptions['returnTo'];
}

/** Starts the part of Alexa that links accounts, on a loopback port. */
export async function startLinking({ clock, settings }: LinkingOptions): Promise<AlexaLinking> {
  /** By `state`. */
  const asked = new Map<string, Asked>();
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

/** Posts to the skill's token endpoint as Alexa does. With `lost` the answer does not arrive; `noted` gets each exchange. */
function tokenEndpoint(clock: Clock, noted: (exchange: TokenExchange) => void) {
  return async (to: LinkingSettings, form: Readonly<Record<string, string>>, lost: boolean) => {
    const at = clock.now();
    const giveUp = new AbortController();
    const finished = new AbortController();
    clock.wait(PATIENCE_MS, finished.signal).then(
      () => giveUp.abort(),
      () => undefined,
    );
    let status = 0;
    let answered: unknown;
    try {
      const response = await fetch(to.tokenUrl, {
        method: 'POST',
        redirect: 'error',
        signal: giveUp.signal,
        headers: {
          'Content-Type': 'application/x-www-form-urlencoded;charset=UTF-8',
          Authorization: `Basic ${Buffer.from(`${to.clientId}:${to.clientSecret}`).toString('base64')}`,
        },
        body: new URLSearchParams(form).toString(),
      });
      const text = await response.text();
      if (!lost) [status, answered] = [response.status, parseJson(text) ?? text];
    } catch {
      // No answer; Alexa does not know whether the request was acted on.
    } finally {
      finished.abort();
    }
    const ms = clock.now().getTime() - at.getTime();
    const grantType = form.grant_type === 'refresh_token' ? 'refresh_token' : 'authorization_code';
    noted({ grantType, at, sent: form, answered, status, ms });
    return { status, answered };
  };
}

/** The link after a token answer; Alexa keeps its refresh token where the answer has none. @throws an Error when it has no tokens */
function toLink(answered: unknown, standing: Pick<Link, 'settings'> & { refreshToken?: string }, now: Date): Link {
  const tokens = v.parse(TokenAnswer, answered);
  const refreshToken = tokens.refresh_token ?? standing.refreshToken;
  if (refreshToken === undefined) throw new Error('there is no refresh token in the answer');
  const endsAt = now.getTime() + tokens.expires_in * 1000;
  return { settings: standing.settings, accessToken: tokens.access_token, refreshToken, endsAt };
}

function createAccount(
  clock: Clock,
  settings: LinkingOptions['settings'],
  redirectUri: string,
  startUrl: string,
  onLinked: () => Promise<void>,
): AmazonAccount & Pick<Asked, 'complete'> {
  const listeners = new Set<(exchange: TokenExchange) => void>();
  let link: Link | undefined;
  let linkedAt: Date | undefined;
  let refreshes = 0;
  let refused = 0;
  let lose = false;

  const post = tokenEndpoint(clock, (exchange) => {
    for (const listener of listeners) listener(exchange);
  });

  async function refreshOnce(): Promise<number> {
    const standing = link;
    if (!standing) throw new Error('The skill is not linked.');
    const lost = lose;
    lose = false;
    refreshes += 1;
    const form = { grant_type: 'refresh_token', refresh_token: standing.refreshToken };
    const { status, answered } = await post(standing.settings, form, lost);
    if (status === 200 && link) link = toLink(answered, standing, clock.now());
    // Amazon takes these for a deliberate revocation, or at least does not say that it does not.
    if (status >= 400 && status < 500) {
      refused += 1;
      link = undefined;
    }
    return status;
  }

  async function complete(url: URL, begun: Asked): Promise<void> {
    const error = url.searchParams.get('error');
    if (error)
      throw new Error(
        error === 'access_denied' ? 'The skill was not linked: you said no.' : `The skill says ${error}.`,
      );
    const form = {
      grant_type: 'authorization_code',
      code: url.searchParams.get('code') ?? '',
      redirect_uri: redirectUri,
      code_verifier: begun.verifier,
    };
    const status = await exchange(begun.settings, form);
    if (status !== 200) throw new Error('We were unable to link the skill at this time.');
    await onLinked();
  }

  /** Makes the link with the tokens of a code. @throws an Error when a 200 has no tokens in it */
  async function exchange(to: LinkingSettings, form: Readonly<Record<string, string>>): Promise<number> {
    const { status, answered } = await post(to, form, false);
    if (status !== 200) return status;
    link = toLink(answered, { settings: to }, clock.now());
    linkedAt = clock.now();
    refreshes = 0;
    refused = 0;
    return status;
  }

  return {
    startUrl,
    complete,
    get linked() {
      return link !== undefined;
    },
    get linkedAt() {
      return linkedAt;
    },
    get refreshes() {
      return refreshes;
    },
    get refused() {
      return refused;
    },
    async accessToken() {
      if (!link) throw new Error('The skill is not linked.');
      if (link.endsAt <= clock.now().getTime()) await refreshOnce();
      // Of a refresh that failed for a passing reason Alexa knows no more than that the old token has ended.
      if (!link || link.endsAt <= clock.now().getTime()) throw new Error('The sign-in server gave no access token.');
      return link.accessToken;
    },
    refresh: (atOnce = 1) => Promise.all(Array.from({ length: atOnce }, refreshOnce)),
    loseNextAnswer() {
      lose = true;
    },
    unlink() {
      link = undefined;
    },
    linkWith({ code, redirectUri: from, verifier }) {
      const pkce = verifier === undefined ? {} : { code_verifier: verifier };
      return exchange(settings(), { grant_type: 'authorization_code', code, redirect_uri: from, ...pkce });
    },
    onExchange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function end(response: ServerResponse, status: number, sentence: string, location?: string): void {
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
    ...(location && { Location: location }),
  });
  response.end(sentence);
}
