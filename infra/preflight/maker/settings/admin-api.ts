import type * as v from 'valibot';
import { safeParse } from 'valibot';
import { parseJson } from '../../../../lambda/basics/json.ts';
import type { Clock } from '../../../../lambda/ports/clock.ts';

/**
 * The settings of a server cannot be read. The sentence names what was asked for and what is missing, and never holds a credential or
 * a part of an answer.
 */
export class SettingsUnreadable extends Error {
  override readonly name = 'SettingsUnreadable';
  /** What a token endpoint called it (RFC 6749 section 5.2, RFC 9449); only words of the standards. */
  readonly oauthError?: OAuthError;
  constructor(message: string, oauthError?: OAuthError) {
    super(message);
    if (oauthError) this.oauthError = oauthError;
  }
}

const OAUTH_ERRORS = [
  'invalid_client',
  'invalid_request',
  'invalid_scope',
  'unauthorized_client',
  'invalid_dpop_proof',
] as const;
export type OAuthError = (typeof OAUTH_ERRORS)[number];

/** One read-only request to the API with which a server shows its settings. */
export interface AdminRequest {
  readonly url: string;
  readonly method?: 'GET' | 'POST';
  readonly body?: string;
  /** Holds the credential. */
  readonly headers: Readonly<Record<string, string>>;
  /** What is asked for, in words: "the settings of the client". */
  readonly what: string;
  /** The permission that it takes, as the console of the server calls it. */
  readonly permission: string;
}

export interface AdminAnswer<T> {
  readonly body: T;
  readonly headers: Headers;
}

export interface AdminApi {
  /** @throws SettingsUnreadable */
  read<T extends v.GenericSchema>(request: AdminRequest, schema: T): Promise<AdminAnswer<v.InferOutput<T>>>;
}

const TIMEOUT_MS = 20_000;
const MOST_ATTEMPTS = 4;
const LONGEST_WAIT_MS = 60_000;

/** Any of the settings APIs over plain HTTP. Waits where the server says that there were too many requests. */
export function createAdminApi(clock: Clock): AdminApi {
  async function attempt(request: AdminRequest, left: number): Promise<{ text: string; headers: Headers }> {
    const { url, method = 'GET', headers, body, what } = request;
    const { origin } = new URL(url);
    if (!isPrivate(url) && (headers.Authorization !== undefined || body !== undefined))
      throw new SettingsUnreadable(`${origin} is not an HTTPS address, so no credential is sent there`);
    const response = await fetch(url, {
      method,
      headers: { Accept: 'application/json', ...headers },
      redirect: 'manual', // a redirect would carry the credential elsewhere
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body !== undefined && { body }),
    }).catch(() => {
      throw new SettingsUnreadable(`${origin} does not answer when asked for ${what}`);
    });
    const text = await response.text().catch(() => '');
    if (response.ok) return { text, headers: response.headers };
    if (!isThrottled(response.status, text)) throw refusal(request, response.status, text);
    if (left <= 1) throw new SettingsUnreadable(`${origin} has had too many requests; run the audit again later`);
    await clock.wait(waitOf(response.headers, clock.now()));
    return await attempt(request, left - 1);
  }
  return {
    async read(request, schema) {
      const { text, headers } = await attempt(request, MOST_ATTEMPTS);
      const parsed = safeParse(schema, parseJson(text));
      if (parsed.success) return { body: parsed.output, headers };
      throw new SettingsUnreadable(
        `${new URL(request.url).origin} answers with ${kindOfText(text)} when asked for ${request.what}`,
      );
    },
  };
}

/** Over HTTPS, or on this machine. */
const isPrivate = (url: string): boolean => /^https:|^http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])[:/]/.test(url);

/** Cognito says with status 400 that it was asked too often (API reference, common errors). */
const isThrottled = (status: number, text: string): boolean =>
  status === 429 || status === 503 || /^(TooManyRequests|Throttling|LimitExceeded)/.test(errorNameIn(text));

/** The name of an error of AWS's JSON protocol, else an empty text. */
function errorNameIn(text: string): string {
  const body = parseJson(text);
  const type = typeof body === 'object' && body !== null && '__type' in body ? body.__type : undefined;
  return typeof type === 'string' ? (type.split('#').at(-1) ?? '') : '';
}

function refusal({ url, what, permission }: AdminRequest, status: number, text: string): SettingsUnreadable {
  const { origin } = new URL(url);
  const name = errorNameIn(text);
  if (status === 403 || /AccessDenied|NotAuthorized/.test(name))
    return new SettingsUnreadable(`the credential may not read ${what}: it lacks ${permission}`);
  if (
    status === 401 ||
    /UnrecognizedClient|InvalidSignature|ExpiredToken|InvalidClientTokenId|IncompleteSignature/.test(name)
  )
    return new SettingsUnreadable(`${origin} does not accept the credential when asked for ${what}`);
  if (status === 404 || name === 'ResourceNotFoundException')
    return new SettingsUnreadable(`${origin} does not know ${what}`);
  return new SettingsUnreadable(`${origin} answers ${status} when asked for ${what}`, oauthErrorIn(text));
}

function oauthErrorIn(text: string): OAuthError | undefined {
  const body = parseJson(text);
  const error = typeof body === 'object' && body !== null && 'error' in body ? body.error : undefined;
  return OAUTH_ERRORS.find((known) => known === error);
}

/** `Retry-After` in seconds (RFC 9110), or the moment of Auth0 (`x-ratelimit-reset`) and Okta (`x-rate-limit-reset`) in seconds since 1970. */
function waitOf(headers: Headers, now: Date): number {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  const reset = Number(headers.get('x-ratelimit-reset') ?? headers.get('x-rate-limit-reset') ?? Number.NaN);
  const asked = Number.isFinite(seconds) ? seconds * 1000 : reset * 1000 - now.getTime();
  return Number.isFinite(asked) ? Math.min(Math.max(asked, 1000), LONGEST_WAIT_MS) : 1000;
}

function kindOfText(text: string): string {
  if (text.trim() === '') return 'an empty body';
  if (/^\s*</.test(text)) return 'a page instead of JSON';
  return parseJson(text) === undefined ? 'something else than JSON' : 'JSON of another form';
}

/**
 * The next page, where there is one.
 * @throws SettingsUnreadable where it leads to another server, which must not get the credential
 */
export function nextPage(next: string | undefined, current: string): string | undefined {
  if (!next) return undefined;
  const url = URL.canParse(next, current) ? new URL(next, current) : undefined;
  if (url?.origin === new URL(current).origin) return url.href;
  throw new SettingsUnreadable(`${new URL(current).origin} sends the reader to another server for the rest of a list`);
}
