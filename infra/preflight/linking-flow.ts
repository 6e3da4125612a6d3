import { createHash, randomBytes } from 'node:crypto';
import { type Answer, ask, askForToken } from './http.ts';
import type { AccountLinking, Target } from './target.ts';

// OAuth as Alexa does it (RFC 6749 section 4.1, RFC 7636), with a person at the browser.

/** A link that was made for the checks and is ended afterwards. */
export interface Link {
  readonly accessToken: string;
  /** The answer to the code. */
  readonly answer: Answer;
  /** The latest refresh token. */
  standing(): string;
  /** With the latest token, or another one. */
  refresh(refreshToken?: string): Promise<Answer>;
  /** Asks the server to forget it. */
  end(): Promise<void>;
}

const MOST_PAGES = 6;

export function authorizationUrl(
  to: AccountLinking,
  redirectUri: string,
  more: Readonly<Record<string, string>> = {},
): string {
  const url = new URL(to.authorizationUrl);
  url.search = new URLSearchParams({
    client_id: to.clientId,
    response_type: 'code',
    state: randomBytes(150).toString('base64url'), // Alexa's are several hundred characters long
    scope: to.scopes.join(' '),
    redirect_uri: redirectUri,
    ...more,
  }).toString();
  return url.href;
}

/**
 * Links an account.
 * @throws an Error with one sentence that says where the linking flow ended
 */
export async function playLinkingFlow(target: Target): Promise<Link> {
  const linking = await target.accountLinking();
  const [redirectUri] = target.redirectUris;
  if (!redirectUri || !target.account) throw new Error('there is no account to link');
  const state = randomBytes(150).toString('base64url');
  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const pkce = { state, code_challenge: challenge, code_challenge_method: 'S256' };
  const back = await signIn(target, authorizationUrl(linking, redirectUri, pkce), redirectUri);
  if (back.searchParams.get('state') !== state) throw new Error('the state did not come back as it was sent');
  const code = back.searchParams.get('code');
  if (!code) throw new Error(`no code came back; error: ${back.searchParams.get('error') ?? 'none'}`);
  const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier };
  const answer = await askForToken(target, form);
  const { access_token: accessToken, refresh_token: refreshToken, token_type: type } = answer.json ?? {};
  if (answer.status !== 200) throw new Error(`the code was answered with ${inShort(answer)}`);
  if (typeof accessToken !== 'string' || typeof refreshToken !== 'string')
    throw new Error('the answer to the code lacks access_token or refresh_token');
  if (String(type).toLowerCase() !== 'bearer') throw new Error('the answer to the code has no token_type Bearer');
  let standing = refreshToken;
  return {
    accessToken,
    answer,
    standing: () => standing,
    refresh: async (token = standing) => {
      const refreshed = await askForToken(target, { grant_type: 'refresh_token', refresh_token: token });
      const next = refreshed.json?.refresh_token;
      if (refreshed.status === 200 && typeof next === 'string') standing = next;
      return refreshed;
    },
    end: async () => {
      await askForToken(target, { token: standing }, { path: '/revoke' });
    },
  };
}

/** Signs in as a person with a browser, up to the redirect to Alexa. */
async function signIn(target: Target, startUrl: string, redirectUri: string): Promise<URL> {
  const cookies = new Map<string, string>();
  let url = startUrl;
  let body: URLSearchParams | undefined;
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const headers = { Cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
    const page = await ask(target, url, { headers, ...(body && { method: 'POST', body }) });
    for (const cookie of page.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      cookies.set(name, value);
    }
    const location = page.headers.get('location');
    if (location?.startsWith(redirectUri)) return new URL(location);
    if (location) throw new Error('the sign-in page redirects to another address than the redirect URI');
    const form = /name="form" value="([^"]*)"/.exec(page.text)?.[1];
    if (form === undefined) throw new Error(`the sign-in page has no form: ${inShort(page)}`);
    if (body) throw new Error(`the sign-in page did not accept the account: ${alertOf(page.text)}`);
    const { email = '', password = '' } = target.account ?? {};
    // Keep the password: if this account is linked already, it would otherwise lose its stored one.
    body = new URLSearchParams({ form, action: 'sign-in', email, password, keep: 'yes' });
    url = new URL(/<form[^>]* action="([^"]*)"/.exec(page.text)?.[1]?.replaceAll('&amp;', '&') ?? '', url).href;
  }
  throw new Error(`the sign-in did not finish after ${MOST_PAGES} pages`);
}

const alertOf = (page: string): string => /role="alert"[^>]*>([^<]*)</.exec(page)?.[1] ?? 'it asks for more';

/** Status and error code of an answer; neither is secret. */
export function inShort({ status, type, json }: Answer): string {
  const error = json?.error;
  return `${status} ${typeof error === 'string' ? error.slice(0, 60) : type}`;
}
