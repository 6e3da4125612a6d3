import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import type { DeskClock } from '../../desk/clock.ts';
import { type Answered, type Asked, json, serveLoopback } from './loopback.ts';

// The authorization and token endpoints of a maker's server, as the kinds of server answer there. Whoever opens the authorization address
// is signed in.

/** How a kind of server answers; by default as RFC 6749 says it. */
export interface ServerStyle {
  /** Of the issuer: `/realms/acme`. */
  readonly path?: string;
  readonly wrongSecret?: readonly [status: number, error: string];
  readonly unknownToken?: readonly [status: number, error: string];
  /** The refresh token in the answer to a refresh. */
  readonly onRefresh?: 'none' | 'same' | 'new';
  /** For how long a refresh token works once a new one was made; always by default. */
  readonly graceMs?: number;
  readonly accessTokens?: 'jwt' | 'opaque';
  readonly expiresIn?: unknown;
  /** Further fields of each token answer. */
  readonly more?: object;
  readonly discovery?: 'openid' | 'oauth' | 'none';
  readonly introspection?: boolean;
  /** What a refresh does to the access tokens before it. */
  readonly endsOlder?: boolean;
  /** Whether a new link ends the one before it. */
  readonly oneLink?: boolean;
  /** The token address that it names, if not its own. */
  readonly named?: string;
  /** Which redirect addresses it takes: those of Alexa by default, compared exactly; `late`: it says so only after the sign-in. */
  readonly redirects?: 'one' | 'beginnings' | 'late';
  /** What it makes of PKCE, which it keeps by default. */
  readonly pkce?: 'ignored' | 'without-verifier' | 'downgrade' | 'required';
  /** Whether a code works again. */
  readonly replays?: boolean;
  /** The scopes in its answers: those asked for by default, `none`: it says nothing of them. */
  readonly scopes?: 'none' | 'fewer' | 'any';
  /** Its published keys: the one that signs by default. */
  readonly keys?: 'unnamed' | 'other' | 'same-name' | 'page';
  /** What the token endpoint does to a request, before anything else. */
  readonly front?: (asked: Asked, form: URLSearchParams) => Answered | undefined;
}

interface Code {
  readonly redirectUri: string;
  readonly challenge: string | null;
  readonly scope: string;
}

interface Granted {
  readonly link: number;
  readonly scope: string;
  replacedAt?: number;
}

export interface MakersServer {
  readonly issuer: string;
  readonly authorizationUrl: string;
  readonly tokenUrl: string;
  readonly redirectUri: string;
  signIn(authorizationUrl: string): Promise<URL>;
  close(): Promise<void>;
}

export const CLIENT = { id: 'alexa', secret: 'canary-secret-of-the-client' } as const;

export async function startMakersServer(clock: DeskClock, style: ServerStyle = {}): Promise<MakersServer> {
  const { path = '', discovery = 'openid' } = style;
  const codes = new Map<string, Code>();
  const keys = [newKey(), newKey()] as const;
  const refreshTokens = new Map<string, Granted>();
  const accessTokens = new Map<string, Granted>();
  let links = 0;
  const server = await serveLoopback((asked) => {
    const { url, body } = asked;
    const form = new URLSearchParams(body.toString());
    if (url.pathname === `${path}/authorize`) return authorize(url);
    if (url.pathname === `${path}/token`) return style.front?.(asked, form) ?? token(asked, form);
    if (url.pathname === `${path}/jwks`) return published();
    if (url.pathname === `${path}/introspect`) return json(200, { active: accessTokens.has(form.get('token') ?? '') });
    const place = {
      openid: `${path}/.well-known/openid-configuration`,
      oauth: `/.well-known/oauth-authorization-server${path}`,
      none: '',
    };
    return url.pathname === place[discovery]
      ? json(200, document())
      : { status: 404, headers: { 'content-type': 'text/html' }, body: '<h1>Not found</h1>' };
  });
  const issuer = `${server.url}${path}`;
  const document = () => ({
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: style.named ?? `${issuer}/token`,
    ...(style.keys !== 'unnamed' && { jwks_uri: `${issuer}/jwks` }),
    ...(style.pkce !== 'ignored' && { code_challenge_methods_supported: ['S256'] }),
    ...(style.introspection && { introspection_endpoint: `${issuer}/introspect` }),
  });
  const redirectUri = 'https://layla.amazon.com/api/skill/link/M0';
  const redirectUris = style.redirects === 'one' ? [redirectUri] : ALEXA_REDIRECTS;

  function published(): Answered {
    if (style.keys === 'page') return { status: 503, headers: { 'content-type': 'text/html' }, body: '<h1>Later</h1>' };
    const [own, other] = keys;
    const jwk = (style.keys === 'other' || style.keys === 'same-name' ? other : own).publicKey.export({
      format: 'jwk',
    });
    return json(200, {
      keys: [{ ...jwk, kid: style.keys === 'other' ? 'another' : KEY_ID, use: 'sig', alg: 'ES256' }],
    });
  }

  function takes(uri: string): boolean {
    if (style.redirects === 'late' || redirectUris.includes(uri)) return true;
    return style.redirects === 'beginnings' && redirectUris.some((one) => uri.startsWith(one));
  }

  function authorize({ searchParams: asked }: URL): Answered {
    const uri = asked.get('redirect_uri') ?? '';
    const challenge = asked.get('code_challenge');
    const isLoopback = uri.startsWith('http://127.0.0.1');
    if (!takes(uri) && !(isLoopback && uri.endsWith('/callback')))
      return { status: 400, headers: { 'content-type': 'text/html' }, body: '<h1>Wrong redirect address</h1>' };
    const back = new URL(uri);
    const lacks = style.pkce === 'required' && challenge === null;
    const code = randomBytes(8).toString('hex');
    codes.set(code, { redirectUri: uri, challenge, scope: asked.get('scope') ?? '' });
    const answer = lacks ? { error: 'invalid_request' } : { code };
    back.search = new URLSearchParams({ ...answer, state: asked.get('state') ?? '' }).toString();
    return { status: 302, headers: { location: back.href } };
  }

  /** RFC 7636 section 4.6. */
  function keepsPkce({ challenge }: Code, verifier: string | null): boolean {
    if (style.pkce === 'ignored') return true;
    if (challenge === null) return verifier === null || style.pkce === 'downgrade';
    if (verifier === null) return style.pkce === 'without-verifier';
    return createHash('sha256').update(verifier).digest('base64url') === challenge;
  }

  function token({ headers }: Asked, form: URLSearchParams): Answered {
    const [id, secret] = Buffer.from((headers.authorization ?? '').slice(6), 'base64')
      .toString()
      .split(':');
    const given = headers.authorization
      ? { id, secret }
      : { id: form.get('client_id'), secret: form.get('client_secret') };
    if (given.id !== CLIENT.id || given.secret !== CLIENT.secret)
      return refusal(style.wrongSecret ?? [401, 'invalid_client']);
    if (form.get('grant_type') !== 'refresh_token') return linked(form) ?? refusal([400, 'invalid_grant']);
    const grant = refreshed(form.get('refresh_token') ?? '', form.get('scope'));
    return grant ?? refusal(style.unknownToken ?? [400, 'invalid_grant']);
  }

  function linked(form: URLSearchParams): Answered | undefined {
    const code = form.get('code') ?? '';
    const found = codes.get(code);
    if (!style.replays) codes.delete(code);
    const isRight =
      found && form.get('redirect_uri') === found.redirectUri && keepsPkce(found, form.get('code_verifier'));
    if (!isRight) return undefined;
    links += 1;
    if (style.oneLink) refreshTokens.clear();
    return answerWith({ link: links, scope: found.scope }, 'new');
  }

  function refreshed(sent: string, scope: string | null): Answered | undefined {
    const found = refreshTokens.get(sent);
    const now = clock.now().getTime();
    if (!found) return undefined;
    if (found.replacedAt !== undefined && now - found.replacedAt > (style.graceMs ?? Number.POSITIVE_INFINITY)) {
      for (const [one, { link }] of refreshTokens) if (link === found.link) refreshTokens.delete(one);
      return undefined;
    }
    if (style.endsOlder) for (const [one, { link }] of accessTokens) if (link === found.link) accessTokens.delete(one);
    const { onRefresh = 'none' } = style;
    const wider = scope?.split(' ').some((one) => !found.scope.split(' ').includes(one));
    if (wider && style.scopes !== 'any') return json(400, { error: 'invalid_scope' });
    if (onRefresh === 'new') found.replacedAt ??= now;
    return answerWith({ link: found.link, scope: scope ?? found.scope }, onRefresh, sent);
  }

  function answerWith(granted: Granted, which: 'none' | 'same' | 'new', sent?: string): Answered {
    const random = () => randomBytes(8).toString('hex');
    const jwt = signed(
      { sub: 'ada', jti: random(), exp: Math.floor(clock.now().getTime() / 1000) + 3600 },
      keys[0].privateKey,
    );
    const accessToken = style.accessTokens === 'opaque' ? random() : jwt;
    accessTokens.set(accessToken, granted);
    const refreshToken = which === 'new' ? random() : which === 'same' ? sent : undefined;
    if (which === 'new' && refreshToken) refreshTokens.set(refreshToken, { link: granted.link, scope: granted.scope });
    return json(200, {
      access_token: accessToken,
      token_type: 'Bearer',
      expires_in: 'expiresIn' in style ? style.expiresIn : 3600,
      ...(refreshToken && { refresh_token: refreshToken }),
      ...(style.scopes !== 'none' && { scope: style.scopes === 'fewer' ? 'openid' : granted.scope }),
      ...style.more,
    });
  }

  return {
    issuer,
    authorizationUrl: `${issuer}/authorize`,
    tokenUrl: `${issuer}/token`,
    redirectUri,
    async signIn(url) {
      const response = await fetch(url, { redirect: 'manual' });
      return new URL(response.headers.get('location') ?? '');
    },
    close: () => server.close(),
  };
}

export const ALEXA_REDIRECTS = ['pitangui.amazon.com', 'layla.amazon.com', 'alexa.amazon.co.jp'].map(
  (host) => `https://${host}/api/skill/link/M0`,
);
const KEY_ID = 'key-of-the-maker';
const newKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** A JWT of ES256 (RFC 7515). */
function signed(claims: object, key: KeyObject): string {
  const content = `${base64({ alg: 'ES256', kid: KEY_ID })}.${base64(claims)}`;
  return `${content}.${sign('sha256', Buffer.from(content), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

const base64 = (content: object): string => Buffer.from(JSON.stringify(content)).toString('base64url');
const refusal = ([status, error]: readonly [number, string]): Answered =>
  json(status, { error, error_description: 'canary-words' });
