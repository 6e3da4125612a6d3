import { randomBytes } from 'node:crypto';
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
  /** What the token endpoint does to a request, before anything else. */
  readonly front?: (asked: Asked, form: URLSearchParams) => Answered | undefined;
}

interface Granted {
  readonly link: number;
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
  const codes = new Set<string>();
  const refreshTokens = new Map<string, Granted>();
  const accessTokens = new Map<string, Granted>();
  let links = 0;
  const server = await serveLoopback((asked) => {
    const { url, body } = asked;
    const form = new URLSearchParams(body.toString());
    if (url.pathname === `${path}/authorize`) return authorize(url);
    if (url.pathname === `${path}/token`) return style.front?.(asked, form) ?? token(asked, form);
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
    ...(style.introspection && { introspection_endpoint: `${issuer}/introspect` }),
  });
  const redirectUri = 'https://layla.amazon.com/api/skill/link/M0';

  function authorize({ searchParams: asked }: URL): Answered {
    const code = randomBytes(8).toString('hex');
    codes.add(code);
    const back = new URL(asked.get('redirect_uri') ?? '');
    back.search = new URLSearchParams({ code, state: asked.get('state') ?? '' }).toString();
    return { status: 302, headers: { location: back.href } };
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
    const grant =
      form.get('grant_type') === 'refresh_token'
        ? refreshed(form.get('refresh_token') ?? '')
        : linked(form.get('code') ?? '');
    return grant ?? refusal(style.unknownToken ?? [400, 'invalid_grant']);
  }

  function linked(code: string): Answered | undefined {
    if (!codes.delete(code)) return undefined;
    links += 1;
    if (style.oneLink) refreshTokens.clear();
    return answerWith({ link: links }, 'new');
  }

  function refreshed(sent: string): Answered | undefined {
    const found = refreshTokens.get(sent);
    const now = clock.now().getTime();
    if (!found) return undefined;
    if (found.replacedAt !== undefined && now - found.replacedAt > (style.graceMs ?? Number.POSITIVE_INFINITY)) {
      for (const [one, { link }] of refreshTokens) if (link === found.link) refreshTokens.delete(one);
      return undefined;
    }
    if (style.endsOlder) for (const [one, { link }] of accessTokens) if (link === found.link) accessTokens.delete(one);
    const { onRefresh = 'none' } = style;
    if (onRefresh === 'new') found.replacedAt ??= now;
    return answerWith({ link: found.link }, onRefresh, sent);
  }

  function answerWith(granted: Granted, which: 'none' | 'same' | 'new', sent?: string): Answered {
    const random = () => randomBytes(8).toString('hex');
    const jwt = `${base64({ alg: 'RS256' })}.${base64({ sub: 'ada', jti: random() })}.signature`;
    const accessToken = style.accessTokens === 'opaque' ? random() : jwt;
    accessTokens.set(accessToken, granted);
    const refreshToken = which === 'new' ? random() : which === 'same' ? sent : undefined;
    if (which === 'new' && refreshToken) refreshTokens.set(refreshToken, { link: granted.link });
    return json(200, {
      access_token: accessToken,
      token_type: 'Bearer',
      expires_in: 'expiresIn' in style ? style.expiresIn : 3600,
      ...(refreshToken && { refresh_token: refreshToken }),
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

const base64 = (content: object): string => Buffer.from(JSON.stringify(content)).toString('base64url');
const refusal = ([status, error]: readonly [number, string]): Answered =>
  json(status, { error, error_description: 'canary-words' });
