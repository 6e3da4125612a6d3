import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../../../../lambda/ports/clock.ts';
import { type Answer, ask } from '../../http.ts';
import { inShort } from '../../linking-flow.ts';
import type { MakerServer } from '../server.ts';

// An OAuth client that does what Alexa does (RFC 6749 section 4.1), and shows what came back as it came. Client libraries refuse an
// answer that is not as it should be, and those are the ones to look at here.

/** What the linking flow needs beside the server. */
export interface FlowPorts {
  readonly clock: Clock;
  readonly clientSecret: string;
  /** How Alexa signs in at the token endpoint, as set at Amazon. */
  readonly clientAuthentication: 'basic' | 'body';
  readonly redirectUri: string;
  /** Whether Alexa sends a code challenge, as the PKCE switch at Amazon is set; off by default there. */
  readonly pkce?: boolean;
  /**
   * Has a person sign in at an address, always with the same account.
   * @param why what the link is for, in a few words
   * @returns the address that the browser was sent back to. @throws an Error with one sentence
   */
  signIn(authorizationUrl: string, why: string): Promise<URL>;
  /** An address of the maker's API that takes an access token: then it is asked whether an old one still works. */
  readonly apiUrl?: string;
  /** Lets time pass, where that is possible: then lives are waited for. */
  passTime?(ms: number): void;
  /** Whom to trust beside the known authorities. */
  readonly ca?: string;
}

/** A link, made for one probe. */
export interface Link {
  /** The answer to the code. */
  readonly answer: Answer;
  readonly accessToken: string;
  /** The first refresh token. */
  readonly refreshToken: string;
}

/** A link cannot be made. The message is one sentence. */
export class LinkNotMade extends Error {
  override readonly name: string = 'LinkNotMade';
}

/** The code was exchanged, and no refresh token came. */
export class NoRefreshToken extends LinkNotMade {
  override readonly name = 'NoRefreshToken';
  readonly answer: Answer;
  constructor(answer: Answer) {
    super('the answer to the code has no refresh token');
    this.answer = answer;
  }
}

export interface FlowClient {
  /** @throws LinkNotMade */
  link(why: string): Promise<Link>;
  /** @throws an Error with one sentence when there is no answer */
  refresh(refreshToken: string, more?: { readonly clientSecret?: string; readonly scope?: string }): Promise<Answer>;
  /** Has a person sign in. @param more fields of the authorization request. @returns the code. @throws LinkNotMade */
  authorize(why: string, more?: Readonly<Record<string, string>>): Promise<string>;
  /** Sends a code. @param more fields of the token request. @throws an Error with one sentence when there is no answer */
  exchange(code: string, more?: Readonly<Record<string, string>>): Promise<Answer>;
  /** RFC 7662, as this client. */
  introspect(url: string, token: string, hint: 'access_token' | 'refresh_token'): Promise<Answer>;
  /** How long each answer of the token endpoint took. */
  readonly times: readonly number[];
}

/** After 429 (too many requests). */
const MOST_WAITS = 3;
const WAIT_SECONDS = 2;
const MOST_SECONDS = 60;

export function createFlowClient(server: MakerServer, ports: FlowPorts): FlowClient {
  const times: number[] = [];
  const post = async (url: string, form: Readonly<Record<string, string>>, secret = ports.clientSecret) => {
    const isBasic = ports.clientAuthentication === 'basic';
    const basic = Buffer.from(`${server.clientId}:${secret}`).toString('base64');
    const body = { ...form, ...(!isBasic && { client_id: server.clientId, client_secret: secret }) };
    return await ask(ports, url, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/x-www-form-urlencoded;charset=UTF-8',
        ...(isBasic && { Authorization: `Basic ${basic}` }),
      },
      body: new URLSearchParams(body).toString(),
    });
  };
  const askForToken = async (form: Readonly<Record<string, string>>, secret?: string) => {
    const answer = await post(server.tokenUrl, form, secret);
    times.push(answer.ms);
    return answer;
  };
  const refresh = async (
    token: string,
    more: { readonly clientSecret?: string; readonly scope?: string } = {},
    left = MOST_WAITS,
  ): Promise<Answer> => {
    const { clientSecret, scope } = more;
    const form = { grant_type: 'refresh_token', refresh_token: token, ...(scope && { scope }) };
    const answer = await askForToken(form, clientSecret);
    if (answer.status !== 429 || left === 0) return answer;
    // The audit asks more often than one home does: Okta takes four requests a second of one user.
    const seconds = Number(answer.headers.get('retry-after') ?? WAIT_SECONDS) || WAIT_SECONDS;
    await ports.clock.wait(Math.min(seconds, MOST_SECONDS) * 1000);
    return await refresh(token, more, left - 1);
  };
  const authorize = (why: string, more: Readonly<Record<string, string>> = {}) => codeFor(server, ports, why, more);
  const exchange = (code: string, more: Readonly<Record<string, string>> = {}) =>
    askForToken({ grant_type: 'authorization_code', code, redirect_uri: ports.redirectUri, ...more });
  return {
    times,
    refresh: (token, more) => refresh(token, more),
    authorize,
    exchange,
    introspect: (url, token, hint) => post(url, { token, token_type_hint: hint }),
    async link(why) {
      const { asked, proof } = ports.pkce ? newChallenge() : { asked: {}, proof: {} };
      return toLink(await exchange(await authorize(why, asked), proof));
    },
  };
}

/** What Alexa sends with the two requests where PKCE is switched on (RFC 7636 section 4). */
export function newChallenge() {
  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  return {
    asked: { code_challenge: challenge, code_challenge_method: 'S256' },
    proof: { code_verifier: verifier },
  };
}

/** The authorization request as Alexa's app opens it. */
export function authorizationUrlOf(
  server: MakerServer,
  redirectUri: string,
  state: string,
  more: Readonly<Record<string, string>> = {},
): string {
  const url = new URL(server.authorizationUrl);
  const asked = {
    client_id: server.clientId,
    response_type: 'code',
    state,
    scope: server.scopes.join(' '),
    redirect_uri: redirectUri,
    ...more,
  };
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
  return url.href;
}

/** Alexa's are several hundred characters long. */
export const newState = (): string => randomBytes(150).toString('base64url');

const PKCE_HINT = '; if the server requires PKCE, switch PKCE on at Amazon too, and audit with --pkce';

/** A person signs in, and the browser comes back with a code. */
async function codeFor(
  server: MakerServer,
  { redirectUri, signIn, pkce }: FlowPorts,
  why: string,
  more: Readonly<Record<string, string>>,
): Promise<string> {
  const state = newState();
  const { searchParams: back } = await signIn(authorizationUrlOf(server, redirectUri, state, more), why);
  const error = back.get('error');
  if (error !== null) {
    const hint = error === 'invalid_request' && !pkce && !('code_challenge' in more) ? PKCE_HINT : '';
    throw new LinkNotMade(`the sign-in came back with the error ${error.slice(0, 60)}${hint}`);
  }
  if (back.get('state') !== state) throw new LinkNotMade('the state did not come back as it was sent');
  const code = back.get('code');
  if (code === null) throw new LinkNotMade('the sign-in came back without a code');
  return code;
}

/** @throws LinkNotMade */
function toLink(answer: Answer): Link {
  const { access_token: accessToken, refresh_token: refreshToken, token_type: type } = answer.json ?? {};
  if (answer.status !== 200) throw new LinkNotMade(`the code was answered with ${inShort(answer)}`);
  if (typeof accessToken !== 'string') throw new LinkNotMade('the answer to the code has no access token');
  if (String(type).toLowerCase() !== 'bearer') throw new LinkNotMade('the answer to the code has no token_type Bearer');
  if (typeof refreshToken !== 'string' || refreshToken === '') throw new NoRefreshToken(answer);
  return { answer, accessToken, refreshToken };
}

export const isGood = ({ status, json }: Answer): boolean => status === 200 && typeof json?.access_token === 'string';

/** The refresh token to send next: an answer without one leaves the old one in use (RFC 6749 section 6). */
export const nextToken = ({ json }: Answer, old: string): string =>
  typeof json?.refresh_token === 'string' && json.refresh_token !== '' ? json.refresh_token : old;

/** The claims of a JWT, unverified: the server says what it thinks itself. */
export function claimsOf(token: string): Readonly<Record<string, unknown>> | undefined {
  const [, payload = '', signature] = token.split('.');
  if (signature === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
    return typeof claims === 'object' && claims !== null ? { ...claims } : undefined;
  } catch {
    return undefined;
  }
}
