import { html, raw } from 'hono/html';
import { type Language, TAGS } from '../texts/languages.ts';
import { sha256 } from './hash.ts';
import type { RefusalKind } from './page-refusal.ts';
import { PROBLEMS, type Problem } from './problems.ts';
import { STYLE } from './style.ts';

export type Html = ReturnType<typeof html>;

/** The texts that say what a sign-in is for. */
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
  /** Where a form of the page may lead besides this server. Browsers check the redirects that follow against this list too. */
  readonly formAction?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly language?: Language;
  /** What this page adds to the style sheet, and its script, if it has one. */
  readonly extraStyle?: string;
  readonly script?: string;
}

/** Headers of every answer to a browser. */
export const BROWSER_HEADERS = {
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
} as const;

/** 303: the browser follows with a GET and does not send a password on (RFC 9700 section 4.12). */
export const redirect = (location: string): Response =>
  new Response(null, { status: 303, headers: { ...BROWSER_HEADERS, Location: location } });

const sourceOf = (text: string): string => `'sha256-${sha256(text).toString('base64')}'`;

/** A complete page with its headers. */
export async function page({
  title,
  body,
  status = 200,
  attempt,
  formAction = [],
  headers,
  language = 'en',
  extraStyle = '',
  script,
}: PageOptions): Promise<Response> {
  const style = STYLE + extraStyle;
  const whole = await html`<!doctype html>
<html lang="${TAGS[language]}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${raw(style)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${body}
</main>
${attempt === undefined ? '' : html`<footer>Attempt ${attempt}. If you need help, mention this number.</footer>`}
${script === undefined ? '' : html`<script>${raw(script)}</script>`}
</body>
</html>
`;
  const policy = [
    "default-src 'none'",
    `style-src ${sourceOf(style)}`,
    ...(script === undefined ? [] : [`script-src ${sourceOf(script)}`]),
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

/** What a page of a sign-in needs besides its own fields. */
export interface FormOptions {
  readonly words: SignInWords;
  /** What texts call the device cloud. */
  readonly cloudName: string;
  /** After how many days it usually ends a session, where that is known. The real end is known only after the sign-in. */
  readonly sessionDays: number | undefined;
  /** Path that the form posts to. */
  readonly action: string;
  /** The sealed hidden field. */
  readonly sealed: string;
  readonly attempt: string;
  readonly formAction: readonly string[];
  readonly now: Date;
  readonly setCookie?: string;
}

interface ProblemView {
  readonly alert: Html | '';
  readonly status: number;
  readonly headers: Record<string, string>;
}

function viewOf(problem: Problem | undefined, retryAfterSeconds: number | undefined, form: FormOptions): ProblemView {
  const cookie = form.setCookie === undefined ? {} : { 'Set-Cookie': form.setCookie };
  if (!problem) return { alert: '', status: 200, headers: cookie };
  const { text, status, waitSeconds } = PROBLEMS[problem];
  const wait = retryAfterSeconds ?? waitSeconds;
  const more = retryAfterSeconds === undefined ? '' : ` Please try again in ${inWords(retryAfterSeconds)}.`;
  return {
    alert: html`<p role="alert" id="problem">${text(form.cloudName)}${more}</p>`,
    status,
    headers: { ...cookie, ...(wait === undefined ? {} : { 'Retry-After': String(wait) }) },
  };
}

function inWords(seconds: number): string {
  const minutes = Math.ceil(seconds / 60);
  return minutes === 1 ? 'one minute' : `${minutes} minutes`;
}

/** The page that asks for e-mail address and password. It never shows a typed password. */
export function signInPage(
  form: FormOptions,
  typed: { readonly email: string; readonly keep: boolean },
  problem?: Problem,
  retryAfterSeconds?: number,
): Promise<Response> {
  const { words, attempt, formAction, cloudName } = form;
  const { alert, status, headers } = viewOf(problem, retryAfterSeconds, form);
  const body = html`<p>${words.why}</p>
${alert}
<form method="post" action="${form.action}">
<input type="hidden" name="form" value="${form.sealed}">
<label for="email">E-mail address of your ${cloudName} account</label>
<input id="email" name="email" type="email" value="${typed.email}" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="254" required>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" maxlength="500" required>
<label class="keep" for="keep"><input id="keep" name="keep" type="checkbox" value="yes"${typed.keep ? raw(' checked') : ''}>
<span><b>Keep my lamp connected</b>
Recommended. If you tick this, we keep your password, encrypted, and use it only to stay signed in to ${cloudName}.
If not, we do not keep it. ${endWithoutPassword(form)}
If another person who uses this account has ticked this, we keep the password for them.</span></label>
<button type="submit" name="action" value="sign-in">${words.submit}</button>
${words.cancel === undefined ? '' : html`<button class="plain" type="submit" name="action" value="cancel" formnovalidate>${words.cancel}</button>`}
</form>
<small>We also keep your e-mail address in a shortened form, which of your lamps Alexa may switch, and how bright they are. You can end this at any time: disable the skill in the Alexa app. We delete your password when nobody is connected with this account any more.${form.sessionDays === undefined ? '' : ` The sign-in ends by itself within ${form.sessionDays} days.`}</small>`;
  return page({ title: words.title, body, status, attempt, formAction, headers });
}

/** The page that asks for the code of a two-factor account. */
export function codePage(form: FormOptions, problem?: Problem, retryAfterSeconds?: number): Promise<Response> {
  const { words, attempt, formAction, cloudName } = form;
  const { alert, status, headers } = viewOf(problem, retryAfterSeconds, form);
  const body = html`<p>Your ${cloudName} account also needs a code. ${cloudName} has just sent you one, or your code app shows it.</p>
${alert}
<form method="post" action="${form.action}">
<input type="hidden" name="form" value="${form.sealed}">
<label for="code">Code</label>
<input id="code" name="code" type="text" inputmode="numeric" autocomplete="one-time-code" maxlength="20" autofocus required>
<small>Only you can get such a code, so we cannot sign in for you later. That is why we do not keep your password, even if you ticked the box. ${endWithCode(form)}</small>
<button type="submit" name="action" value="sign-in">${words.submit}</button>
${words.cancel === undefined ? '' : html`<button class="plain" type="submit" name="action" value="cancel" formnovalidate>${words.cancel}</button>`}
</form>`;
  return page({ title: 'One more step', body, status, attempt, formAction, headers });
}

type AccessEnd = Pick<FormOptions, 'cloudName' | 'sessionDays' | 'now'>;

const endWithoutPassword = ({ cloudName, sessionDays, now }: AccessEnd): string =>
  sessionDays === undefined
    ? `When ${cloudName} ends our access, you will have to sign in again.`
    : `${cloudName} then usually ends our access after ${sessionDays} days, and you will have to sign in again around ${dayAfter(sessionDays, now)}.`;

const endWithCode = ({ cloudName, sessionDays, now }: AccessEnd): string =>
  sessionDays === undefined
    ? `When ${cloudName} ends our access, you will have to sign in again.`
    : `${cloudName} usually ends our access after ${sessionDays} days: around ${dayAfter(sessionDays, now)} you will have to sign in again.`;

const dayAfter = (days: number, now: Date): string =>
  new Intl.DateTimeFormat('en-US', { dateStyle: 'long', timeZone: 'UTC' }).format(now.getTime() + days * 86_400_000);

const REFUSALS: Readonly<Record<RefusalKind, { readonly title: string; readonly text: string }>> = {
  'too-old': {
    title: 'This page is too old',
    text: 'Please start again in the Alexa app: open the skill and choose to link your account. Nothing was changed.',
  },
  'other-browser': {
    title: 'This page was opened elsewhere',
    text: 'Please start again in the Alexa app: open the skill and choose to link your account. If you see this page again, your browser does not accept cookies; it must accept the one of this page. Nothing was changed.',
  },
  'unknown-client': {
    title: 'This is not a link from Alexa',
    text: 'Please start in the Alexa app: open the skill and choose to link your account. If you came from there, the skill is not set up correctly: its client id is not known here.',
  },
  'retired-client': {
    title: 'This way to link is closed',
    text: 'This server still serves existing links of this kind, but makes no new ones. Please start again in the Alexa app.',
  },
  'unknown-redirect': {
    title: 'This is not a link from Alexa',
    text: 'Please start in the Alexa app: open the skill and choose to link your account. If you came from there, the skill is not set up correctly: its redirect URI is not known here.',
  },
  malformed: {
    title: 'This page cannot be shown',
    text: 'The Alexa app does not send such a request. Please start again there: open the skill and choose to link your account.',
  },
};

/** The page for a request that cannot continue. */
export function refusalPage(kind: RefusalKind, status: number, attempt: string | undefined): Promise<Response> {
  const { title, text } = REFUSALS[kind];
  return page({ title, body: html`<p role="alert">${text}</p>`, status, attempt });
}

/** The page for a failure of our own. */
export function failurePage(status: 500 | 503, attempt: string | undefined): Promise<Response> {
  const text =
    'Something on our side does not work at the moment. This has nothing to do with your account or your password, and your lamps were not changed. Please go back and try again in a few minutes.';
  const headers = { 'Retry-After': '60' };
  return page({ title: 'Please try again later', body: html`<p role="alert">${text}</p>`, status, attempt, headers });
}
