import { randomBytes, randomInt } from 'node:crypto';
import * as v from 'valibot';
import { moment, sealedContent } from '../domain/sealed-content.ts';
import type { Credentials } from '../ports/device-cloud.ts';
import { sameSecret, sha256 } from './hash.ts';
import { PageRefusal } from './page-refusal.ts';
import type { LinkingPorts } from './ports.ts';

/** What a person typed and ticked. */
export interface SignInForm extends Credentials {
  /** Whether we may keep the credentials, so that the session can be renewed without the person. */
  readonly keep: boolean;
  /** The two-factor code, once the device cloud has asked for one. */
  readonly code?: string;
}

const MINUTE_MS = 60_000;
/** How long a page may stay open. */
const FORM_MS = 30 * MINUTE_MS;
/** How long a password waits, sealed in the page, for its code. */
const WAITING_MS = 10 * MINUTE_MS;

/** Credentials that wait for a two-factor code. The page carries them sealed: there is no account row to keep them in yet. */
const Waiting = v.object({
  email: v.string(),
  password: v.string(),
  since: moment,
});
export type Waiting = v.InferOutput<typeof Waiting>;

/**
 * What a sign-in page carries from one request to the next, sealed in a hidden field. So showing the page needs no write to the table.
 * `subject` is what the sign-in is for.
 */
export interface Flow<Subject> {
  readonly subject: Subject;
  /** Shown on the page and in the log lines, so that a person can name their attempt when they ask for help. */
  readonly attempt: string;
  readonly startedAt: string;
  /** SHA-256 of the browser's cookie: the field does not work in another browser. */
  readonly browser: string;
  readonly waiting?: Waiting;
}

/** Part of the sealing context: the hidden field of one kind of sign-in does not open as another kind. */
const contextOf = (purpose: string): string => `sign-in-form ${purpose}`;

export function sealFlow<Subject>(
  purpose: string,
  flow: Flow<Subject>,
  { sealer }: Pick<LinkingPorts, 'sealer'>,
): string {
  return sealer.seal(JSON.stringify(flow), contextOf(purpose));
}

/**
 * Opens the hidden field of a posted form.
 * @throws PageRefusal when it was not sealed by us, is too old, or is from another browser
 */
export function openFlow<Subject>(
  purpose: string,
  subject: v.GenericSchema<unknown, Subject>,
  sealed: string | undefined,
  request: Request,
  { sealer, clock }: Pick<LinkingPorts, 'sealer' | 'clock'>,
): Flow<Subject> {
  const Content = v.object({
    subject,
    attempt: v.string(),
    startedAt: moment,
    browser: v.string(),
    waiting: v.optional(Waiting),
  });
  const content = sealedContent(contextOf(purpose), Content).open(sealed ?? '', sealer);
  if (!content) throw new PageRefusal('too-old');
  const { waiting, ...flow } = content;
  const now = clock.now().getTime();
  if (now - Date.parse(flow.startedAt) > FORM_MS) throw new PageRefusal('too-old', flow.attempt);
  const cookie = browserCookie(request);
  if (!cookie || !sameSecret(fingerprint(cookie), flow.browser)) throw new PageRefusal('other-browser', flow.attempt);
  const fresh = waiting && now - Date.parse(waiting.since) <= WAITING_MS;
  return fresh ? { ...flow, waiting } : flow;
}

/** Starts a flow for the browser of this request. @returns the flow and the cookie that the browser must keep */
export function startFlow<Subject>(
  subject: Subject,
  request: Request,
  { clock }: Pick<LinkingPorts, 'clock'>,
): { readonly flow: Flow<Subject>; readonly setCookie: string } {
  // The browser's cookie is kept, so that a second tab does not break the first.
  const cookie = browserCookie(request) ?? randomBytes(32).toString('base64url');
  const flow = {
    subject,
    attempt: String(randomInt(100_000, 1_000_000)),
    startedAt: clock.now().toISOString(),
    browser: fingerprint(cookie),
  };
  const { name, secure } = cookieKind(request);
  const setCookie = `${name}=${cookie}; Path=/; Max-Age=${FORM_MS / 1000}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
  return { flow, setCookie };
}

/** Names a page, so that attempts from it are counted also when an old copy of it is posted. */
export const pageIdOf = ({ browser, startedAt, attempt }: Flow<unknown>): string =>
  `${browser} ${startedAt} ${attempt}`;

const fingerprint = (cookie: string): string => sha256(cookie).toString('base64url');

function browserCookie(request: Request): string | undefined {
  const { name } = cookieKind(request);
  const pairs = (request.headers.get('cookie') ?? '').split(';').map((pair) => pair.trim().split('='));
  return pairs.find(([key, value]) => key === name && /^[\w-]{43}$/.test(value ?? ''))?.[1];
}

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** `__Host-` stops other hosts of the domain from setting the cookie. It needs HTTPS, which a developer's machine does not have. */
function cookieKind(request: Request): { readonly name: string; readonly secure: boolean } {
  const { protocol, hostname } = new URL(request.url);
  const desk = protocol === 'http:' && LOOPBACK.has(hostname);
  return desk ? { name: 'sign-in', secure: false } : { name: '__Host-sign-in', secure: true };
}
