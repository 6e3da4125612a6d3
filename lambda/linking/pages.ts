import { html, raw } from 'hono/html';
import { alertOf, type Html, page, refusal, type SealedForm } from './page.ts';
import type { RefusalKind } from './page-refusal.ts';
import { INVALID_FIELDS, PROBLEMS, type Problem, type ProblemDetails, problemText } from './problems.ts';
import type { Reader } from './reader.ts';

/** The texts that say what a sign-in is for. */
export interface SignInWords {
  readonly title: string;
  /** Why we ask. */
  readonly why: string;
  readonly submit: string;
  /** Absent where there is nothing to cancel. */
  readonly cancel?: string;
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

function viewOf(
  reader: Reader,
  problem: Problem | undefined,
  { retryAfterSeconds, lamps }: ProblemDetails,
  form: FormOptions,
): ProblemView {
  const cookie = form.setCookie === undefined ? {} : { 'Set-Cookie': form.setCookie };
  if (!problem) return { alert: '', status: 200, headers: cookie };
  const { status, waitSeconds } = PROBLEMS[problem];
  const wait = retryAfterSeconds ?? waitSeconds;
  const { signIn } = reader.texts;
  const text = problemText(problem, reader.texts, form.cloudName, lamps);
  const whole =
    retryAfterSeconds === undefined
      ? text
      : `${text} ${signIn.waitMinutes({ minutes: Math.ceil(retryAfterSeconds / 60) })}`;
  return {
    alert: alertOf(whole),
    status,
    headers: { ...cookie, ...(wait === undefined ? {} : { 'Retry-After': String(wait) }) },
  };
}

const formOf = ({ action, sealed }: FormOptions): SealedForm => ({ action, field: 'form', sealed });

/** Names the fields that are wrong, for those who hear the page. */
const invalid = (field: 'email' | 'password' | 'code', problem: Problem | undefined, typedEmail = '@') => {
  const isEmailMissing = problem === 'incomplete' && !typedEmail.includes('@');
  const fields = problem === undefined ? [] : isEmailMissing ? ['email'] : INVALID_FIELDS[problem];
  return fields.includes(field) ? raw(' aria-invalid="true" aria-describedby="problem"') : '';
};

const cancelButton = ({ cancel }: SignInWords): Html | '' =>
  cancel === undefined
    ? ''
    : html`<button class="plain" type="submit" name="action" value="cancel" formnovalidate>${cancel}</button>`;

/** The page that asks for e-mail address and password. It never shows a typed password. */
export function signInPage(
  reader: Reader,
  form: FormOptions,
  typed: { readonly email: string; readonly keep: boolean },
  problem?: Problem,
  details: ProblemDetails = {},
): Promise<Response> {
  const { words, attempt, formAction, cloudName: cloud, sessionDays: days } = form;
  const { signIn } = reader.texts;
  const { passwordHelpUrl } = reader.about;
  const { alert, status, headers } = viewOf(reader, problem, details, form);
  // Whoever has made a mistake has read why we ask, and looks for the fields.
  const why = html`<p>${words.why}</p>`;
  const body = html`${problem === undefined ? why : alert}
<form method="post" action="${form.action}">
<input type="hidden" name="form" value="${form.sealed}">
<label for="email">${signIn.email({ cloud })}</label>
<input id="email" name="email" type="email" value="${typed.email}" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="254" required${invalid('email', problem, typed.email)}>
<label for="password">${signIn.password}</label>
<input id="password" name="password" type="password" autocomplete="current-password" maxlength="500" required${invalid('password', problem, typed.email)}>
${passwordHelpUrl === undefined ? '' : html`<p class="help"><a href="${passwordHelpUrl}">${signIn.forgotPassword({ cloud })}</a></p>`}
<label class="keep" for="keep"><input id="keep" name="keep" type="checkbox" value="yes"${typed.keep ? raw(' checked') : ''} aria-describedby="without">
<span><b>${signIn.keepBox}</b>
${signIn.keep({ cloud })}</span></label>
<button type="submit" name="action" value="sign-in">${words.submit}</button>
${cancelButton(words)}
</form>
${problem === undefined ? '' : why}
<small id="without">${signIn.keepNot} ${days === undefined ? signIn.endUnknown({ cloud }) : signIn.endKnown({ cloud, days, day: dayAfter(days, reader, form.now) })} ${signIn.keepOther}</small>
<small>${signIn.whatIsKept} ${days === undefined ? '' : signIn.signInEnds({ days })}</small>
${form.action === '/connections' ? '' : html`<p><a href="/connections">${reader.texts.addresses.toConnections}</a></p>`}`;
  const languageSwitch = { by: 'form', form: formOf(form) } as const;
  const isProblem = problem !== undefined;
  return page(reader, { title: words.title, body, languageSwitch, isProblem, status, attempt, formAction, headers });
}

/** The page that asks for the code of a two-factor account. */
export function codePage(
  reader: Reader,
  form: FormOptions,
  problem?: Problem,
  details: ProblemDetails = {},
): Promise<Response> {
  const { words, attempt, formAction, cloudName: cloud, sessionDays: days } = form;
  const { signIn } = reader.texts;
  const { alert, status, headers } = viewOf(reader, problem, details, form);
  const end =
    days === undefined
      ? signIn.endUnknown({ cloud })
      : signIn.code.endKnown({ cloud, days, day: dayAfter(days, reader, form.now) });
  const body = html`<p>${signIn.code.why({ cloud })}</p>
${alert}
<form method="post" action="${form.action}">
<input type="hidden" name="form" value="${form.sealed}">
<label for="code">${signIn.code.label}</label>
<input id="code" name="code" type="text" inputmode="numeric" autocomplete="one-time-code" maxlength="20"${problem === undefined ? raw(' autofocus') : ''} required${invalid('code', problem)}>
<button type="submit" name="action" value="sign-in">${words.submit}</button>
${cancelButton(words)}
</form>
<small>${signIn.code.noPassword} ${end}</small>
<small>${signIn.code.secondUser({ cloud, box: signIn.keepBox })}</small>`;
  const languageSwitch = { by: 'form', form: formOf(form) } as const;
  const isProblem = problem !== undefined;
  return page(reader, {
    title: signIn.code.title,
    body,
    languageSwitch,
    isProblem,
    status,
    attempt,
    formAction,
    headers,
  });
}

const dayAfter = (days: number, { dates }: Reader, now: Date): string =>
  dates.date(new Date(now.getTime() + days * 86_400_000));

/** The page for a request that cannot continue. */
export const refusalPage = (
  reader: Reader,
  kind: RefusalKind,
  status: number,
  attempt: string | undefined,
): Promise<Response> => refusal(reader, ({ pages }) => pages.refusals[kind], { status, attempt });

/** The page for a failure of our own. */
export const failurePage = (reader: Reader, status: 500 | 503, attempt: string | undefined): Promise<Response> =>
  refusal(reader, ({ pages }) => pages.failure, { status, attempt, headers: { 'Retry-After': '60' } });
