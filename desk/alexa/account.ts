import * as v from 'valibot';
import type { Clock } from '../../lambda/ports/clock.ts';
import type { LinkingCode } from './contract.ts';
import { type LinkingSettings, type TokenExchange, tokenEndpoint } from './token-endpoint.ts';

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
export interface PendingAuthorization {
  readonly settings: LinkingSettings;
  readonly verifier: string;
  readonly complete: (url: URL, asked: PendingAuthorization) => Promise<void>;
  readonly returnTo: (() => string | undefined) | undefined;
}

/** The link after a token answer; Alexa keeps its refresh token where the answer has none. @throws an Error when it has no tokens */
function toLink(answered: unknown, standing: Pick<Link, 'settings'> & { refreshToken?: string }, now: Date): Link {
  const tokens = v.parse(TokenAnswer, answered);
  const refreshToken = tokens.refresh_token ?? standing.refreshToken;
  if (refreshToken === undefined) throw new Error('there is no refresh token in the answer');
  const endsAt = now.getTime() + tokens.expires_in * 1000;
  return { settings: standing.settings, accessToken: tokens.access_token, refreshToken, endsAt };
}

/** The code that the browser came back with. @throws an Error where the skill sent an error (RFC 6749 section 4.1.2.1) */
function codeIn({ searchParams }: URL): string {
  const error = searchParams.get('error');
  if (error === 'access_denied') throw new Error('The skill was not linked: you said no.');
  if (error) throw new Error(`The skill says ${error}.`);
  return searchParams.get('code') ?? '';
}

/** The link of one Amazon account, and its completion when the browser comes back. */
export function createAccount(
  clock: Clock,
  settings: () => LinkingSettings,
  redirectUri: string,
  startUrl: string,
  onLinked: () => Promise<void>,
): AmazonAccount & Pick<PendingAuthorization, 'complete'> {
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

  async function complete(url: URL, begun: PendingAuthorization): Promise<void> {
    const form = {
      grant_type: 'authorization_code',
      code: codeIn(url),
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
      // After a refresh that failed for a passing reason, Alexa knows only that the old token has ended.
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
