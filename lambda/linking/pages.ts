import { html, raw } from 'hono/html';
import { sha256 } from './hash.ts';
import type { RefusalKind } from './page-refusal.ts';
import type { SignInTrouble } from './sign-in.ts';
import { STYLE } from './style.ts';

type Html = ReturnType<typeof html>;

/** My Leviton's sessions last so long (5,184,000 s, github.com/gtxaspec/aioleviton); each one says its own end when it begins. */
const USUAL_SESSION_DAYS = 60;

/** What a sign-in is for, in words of the person who is asked to. */
export interface SignInWords {
  readonly title: string;
  /** Why we ask. */
  readonly why: string;
  readonly submit: string;
  /** Absent where there is nothing to cancel. */
  readonly cancel?: string;
}

interface PageOptions {
  readonly title: string;
  readonly body: Html;
  readonly status?: number;
  readonly attempt?: string | undefined;
  /** Where a form of the page may lead besides here: browsers also hold the redirects that follow against this list. */
  readonly formAction?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** The headers of whatever a browser gets. */
export const BROWSER_HEADERS = {
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
} as const;

const STYLE_SOURCE = `'sha256-${sha256(STYLE).toString('base64')}'`;

/** A whole page of ours, with the headers that it needs. */
export async function page({
  title,
  body,
  status = 200,
  attempt,
  formAction = [],
  headers,
}: PageOptions): Promise<Response> {
  const whole = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${body}
</main>
${attempt === undefined ? '' : html`<footer>Attempt ${attempt}. If you need help, mention this number.</footer>`}
</body>
</html>
`;
  const policy = [
    "default-src 'none'",
    `style-src ${STYLE_SOURCE}`,
    `form-action ${["'self'", ...formAction].join(' ')}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ];
  return new Response(whole.toString(), {
    status,
    headers: {
      ...BROWSER_HEADERS,
      'Content-Type': 'text/html;charset=UTF-8',
      'Content-Security-Policy': policy.join('; '),
      ...headers,
    },
  });
}

/** What a page of a sign-in needs beside its own fields. */
export interface FormOptions {
  readonly words: SignInWords;
  /** Where the form posts to. */
  readonly action: string;
  /** The sealed hidden field. */
  readonly sealed: string;
  readonly attempt: string;
  readonly formAction: readonly string[];
  readonly now: Date;
  readonly setCookie?: string;
}

export type Trouble = SignInTrouble | 'incomplete' | 'code-missing' | 'too-many-codes' | 'code-too-late';

/**
 * Each refusal in its own words, and its status. What a person can put right in the page is a 200: an embedded web view might show a page of
 * its own in place of an error.
 */
const TROUBLES: Readonly<
  Record<Trouble, { readonly text: string; readonly status: number; readonly waitSeconds?: number }>
> = {
  incomplete: { text: 'Please fill in both your e-mail address and your password.', status: 200 },
  'wrong-password': {
    text: 'My Leviton does not know this e-mail address with this password. Check both; capitals matter in the password.',
    status: 200,
  },
  'code-missing': { text: 'Please fill in the code.', status: 200 },
  'wrong-code': { text: 'My Leviton did not accept that code. Use the newest one you were sent.', status: 200 },
  'too-many-codes': { text: 'That was one wrong code too many. Please start anew, with your password.', status: 200 },
  'code-too-late': { text: 'The code took too long. Please start anew, with your password.', status: 200 },
  'other-account': {
    text: 'This is another My Leviton account than the one your lamps are in. Sign in with that one.',
    status: 200,
  },
  locked: {
    text: 'My Leviton has locked this account for a while, after too many attempts or for reasons of its own. Wait an hour before you try again; if the My Leviton app works for you then, so will this page.',
    status: 429,
    waitSeconds: 3600,
  },
  'too-many-attempts': {
    text: 'Those were too many attempts in a short time. To keep My Leviton from locking the account, this page takes a pause.',
    status: 429,
  },
  'cloud-busy': {
    text: 'My Leviton is too busy to answer. Nothing is wrong with your account or your password. Please try again in a few minutes.',
    status: 503,
    waitSeconds: 300,
  },
  'cloud-down': {
    text: 'My Leviton does not answer at the moment. Nothing is wrong with your account or your password. Please try again in a few minutes.',
    status: 503,
    waitSeconds: 60,
  },
};

interface Told {
  readonly alert: Html | '';
  readonly status: number;
  readonly headers: Record<string, string>;
}

function tell(
  trouble: Trouble | undefined,
  retryAfterSeconds: number | undefined,
  setCookie: string | undefined,
): Told {
  const cookie = setCookie === undefined ? {} : { 'Set-Cookie': setCookie };
  if (!trouble) return { alert: '', status: 200, headers: cookie };
  const { text, status, waitSeconds } = TROUBLES[trouble];
  const wait = retryAfterSeconds ?? waitSeconds;
  const more = retryAfterSeconds === undefined ? '' : ` Please try again in ${inWords(retryAfterSeconds)}.`;
  return {
    alert: html`<p role="alert" id="trouble">${text}${more}</p>`,
    status,
    headers: { ...cookie, ...(wait === undefined ? {} : { 'Retry-After': String(wait) }) },
  };
}

function inWords(seconds: number): string {
  const minutes = Math.ceil(seconds / 60);
  return minutes === 1 ? 'one minute' : `${minutes} minutes`;
}

/** The page that asks for e-mail and password. The password is never put back into it. */
export function signInPage(
  form: FormOptions,
  typed: { readonly email: string; readonly keep: boolean },
  trouble?: Trouble,
  retryAfterSeconds?: number,
): Promise<Response> {
  const { words, attempt, formAction } = form;
  const { alert, status, headers } = tell(trouble, retryAfterSeconds, form.setCookie);
  const body = html`<p>${words.why}</p>
${alert}
<form method="post" action="${form.action}">
<input type="hidden" name="form" value="${form.sealed}">
<label for="email">E-mail address of your My Leviton account</label>
<input id="email" name="email" type="email" value="${typed.email}" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="254" required>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" maxlength="500" required>
<label class="keep" for="keep"><input id="keep" name="keep" type="checkbox" value="yes"${typed.keep ? raw(' checked') : ''}>
<span><b>Keep my lamp connected</b>
Recommended. If you tick this, we keep your password, encrypted, and use it only to stay signed in to My Leviton.
If not, we forget it at once; My Leviton then ends our access by itself, as a rule after ${USUAL_SESSION_DAYS} days, and we will need you to sign in again around ${usualEnd(form.now)}.
If somebody else who uses this account has ticked this, we keep it for them.</span></label>
<button type="submit" name="action" value="sign-in">${words.submit}</button>
${words.cancel === undefined ? '' : html`<button class="plain" type="submit" name="action" value="cancel" formnovalidate>${words.cancel}</button>`}
</form>
<small>We also keep your e-mail address in a shortened form, which of your lamps Alexa may switch, and how bright they are. You can end this at any time by disabling the skill in the Alexa app: your password is deleted once nobody is connected with this account any more, and the sign-in ends by itself within two months.</small>`;
  return page({ title: words.title, body, status, attempt, formAction, headers });
}

/** The page that asks for the code of a two-factor account. */
export function codePage(form: FormOptions, trouble?: Trouble, retryAfterSeconds?: number): Promise<Response> {
  const { words, attempt, formAction } = form;
  const { alert, status, headers } = tell(trouble, retryAfterSeconds, form.setCookie);
  const body = html`<p>Your My Leviton account is protected by a code as well. My Leviton has just sent you one, or your code app shows it.</p>
${alert}
<form method="post" action="${form.action}">
<input type="hidden" name="form" value="${form.sealed}">
<label for="code">Code</label>
<input id="code" name="code" type="text" inputmode="numeric" autocomplete="one-time-code" maxlength="20" autofocus required>
<small>As nobody but you can get such a code, we cannot sign in for you later, and so do not keep your password, whatever you ticked. My Leviton ends our access by itself, as a rule after ${USUAL_SESSION_DAYS} days: around ${usualEnd(form.now)} we will need you to sign in again.</small>
<button type="submit" name="action" value="sign-in">${words.submit}</button>
${words.cancel === undefined ? '' : html`<button class="plain" type="submit" name="action" value="cancel" formnovalidate>${words.cancel}</button>`}
</form>`;
  return page({ title: 'One more step', body, status, attempt, formAction, headers });
}

const usualEnd = (now: Date): string =>
  new Intl.DateTimeFormat('en-US', { dateStyle: 'long', timeZone: 'UTC' }).format(
    now.getTime() + USUAL_SESSION_DAYS * 86_400_000,
  );

const REFUSALS: Readonly<Record<RefusalKind, { readonly title: string; readonly text: string }>> = {
  'too-old': {
    title: 'This page is too old',
    text: 'Please start again in the Alexa app: open the skill and choose to link your account. Nothing was changed.',
  },
  'other-browser': {
    title: 'This page was opened elsewhere',
    text: 'Please start again in the Alexa app: open the skill and choose to link your account. If you see this page again, your browser does not take cookies; it has to take the one of this page. Nothing was changed.',
  },
  'unknown-client': {
    title: 'This is not a link from Alexa',
    text: 'Please start in the Alexa app: open the skill and choose to link your account. If you came from there, the skill is not set up right: its client id is not known here.',
  },
  'retired-client': {
    title: 'This way to link is closed',
    text: 'Links that were made this way go on working, but new ones are made another way. Please start again in the Alexa app.',
  },
  'unknown-redirect': {
    title: 'This is not a link from Alexa',
    text: 'Please start in the Alexa app: open the skill and choose to link your account. If you came from there, the skill is not set up right: its redirect URI is not known here.',
  },
  malformed: {
    title: 'This page cannot be shown',
    text: 'The request was not one that the Alexa app sends. Please start again there: open the skill and choose to link your account.',
  },
};

/** The end of the road for one attempt. */
export function refusalPage(kind: RefusalKind, status: number, attempt: string | undefined): Promise<Response> {
  const { title, text } = REFUSALS[kind];
  return page({ title, body: html`<p role="alert">${text}</p>`, status, attempt });
}

/** Trouble of our own. */
export function failurePage(status: 500 | 503, attempt: string | undefined): Promise<Response> {
  const text =
    'Something on our side does not work at the moment. Nothing is wrong with your account or your password, and your lamps are not touched. Please go back and try again in a few minutes.';
  const headers = { 'Retry-After': '60' };
  return page({ title: 'Please try again later', body: html`<p role="alert">${text}</p>`, status, attempt, headers });
}
