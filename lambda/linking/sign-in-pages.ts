import type * as v from 'valibot';
import type { Account } from '../ports/account-store.ts';
import { codePage, type FormOptions, type SignInWords, signInPage, type Trouble } from './pages.ts';
import type { LinkingPorts } from './ports.ts';
import type { Parameters } from './request.ts';
import { type SignInForm, signIn } from './sign-in.ts';
import { type Flow, openFlow, sealFlow, startFlow, type Waiting } from './sign-in-form.ts';

/** Somebody who has guessed so often starts anew. */
const MOST_CODES = 5;
const LONGEST = { email: 254, password: 500, code: 20 } as const;

/** A kind of sign-in: its pages are the same for all, what they are for and where they lead is not. */
export interface SignInPurpose<Subject> {
  /** Keeps the hidden fields of one kind apart from those of another. */
  readonly name: string;
  /** What the hidden field carries along. */
  readonly subject: v.GenericSchema<unknown, Subject>;
  readonly words: SignInWords;
  /** Path that the form posts to. */
  readonly action: string;
}

/** What depends on the subject. */
export interface SignInTarget {
  /** Where the browser goes in the end, for `form-action`. */
  readonly formAction: readonly string[];
  /** The one account whose account will do. */
  readonly onlyAccount?: string;
  /** Whether the box comes ticked: the person has let us keep the password before. */
  readonly keep?: boolean;
}

export type Step =
  | { readonly kind: 'page'; readonly page: Response }
  | { readonly kind: 'signed-in'; readonly account: Account };

/** Shows the first page. Nothing is written: all that is to be known of the visit is in the page. */
export async function beginSignIn<Subject>(
  purpose: SignInPurpose<Subject>,
  subject: Subject,
  target: SignInTarget,
  request: Request,
  ports: LinkingPorts,
): Promise<{ readonly page: Response; readonly attempt: string }> {
  const { flow, setCookie } = startFlow(subject, request, ports);
  const form = { ...formOptions(purpose, flow, target, ports), setCookie };
  return { page: await signInPage(form, { email: '', keep: target.keep ?? false }), attempt: flow.attempt };
}

/**
 * Whose form was posted, and what for.
 * @throws PageRefusal
 */
export const resumeSignIn = <Subject>(
  purpose: SignInPurpose<Subject>,
  form: Parameters,
  request: Request,
  ports: LinkingPorts,
): Flow<Subject> => openFlow(purpose.name, purpose.subject, form.get('form'), request, ports);

/**
 * Takes what was posted one step on: to the next page, to the same one with a word on what went wrong, or to the end.
 * @throws StoreUnavailable
 */
export async function continueSignIn<Subject>(
  purpose: SignInPurpose<Subject>,
  flow: Flow<Subject>,
  target: SignInTarget,
  form: Parameters,
  address: string,
  ports: LinkingPorts,
): Promise<Step> {
  const show = (trouble: Trouble | undefined, typed: Typed, waiting?: Waiting, retryAfterSeconds?: number) =>
    showPage(purpose, flow, target, trouble, typed, waiting, retryAfterSeconds, ports);
  const posted = read(form, flow.waiting);
  if ('trouble' in posted) return await show(posted.trouble, posted.typed, flow.waiting);
  const options = { address, ...(target.onlyAccount === undefined ? {} : { onlyAccount: target.onlyAccount }) };
  const outcome = await signIn(posted, options, ports);
  if (outcome.kind === 'signed-in') return outcome;
  const { email, password, code } = posted;
  if (outcome.kind === 'code-needed') {
    note('code-needed', flow, ports);
    return await show(undefined, posted, { email, password, wrongCodes: 0, since: ports.clock.now().toISOString() });
  }
  note(outcome.trouble, flow, ports);
  const { trouble, retryAfterSeconds } = outcome;
  if (code === undefined || !flow.waiting) return await show(trouble, posted, undefined, retryAfterSeconds);
  if (trouble === 'wrong-password' || trouble === 'other-account') return await show(trouble, posted);
  const wrongCodes = flow.waiting.wrongCodes + (trouble === 'wrong-code' ? 1 : 0);
  if (wrongCodes >= MOST_CODES) return await show('too-many-codes', posted);
  return await show(trouble, posted, { ...flow.waiting, wrongCodes }, retryAfterSeconds);
}

type Typed = Pick<SignInForm, 'email' | 'keep'>;

/** What was typed, together with what waits for its code; or what is missing. */
function read(form: Parameters, waiting: Waiting | undefined): SignInForm | { trouble: Trouble; typed: Typed } {
  const code = form.get('code')?.trim();
  if (waiting) {
    const credentials = { email: waiting.email, password: waiting.password, keep: false };
    if (!code || code.length > LONGEST.code) return { trouble: 'code-missing', typed: credentials };
    return { ...credentials, code };
  }
  const email = (form.get('email') ?? '').trim().slice(0, LONGEST.email);
  const password = form.get('password') ?? '';
  const typed = { email, keep: form.get('keep') === 'yes' };
  if (form.bytes('code') && !password) return { trouble: 'code-too-late', typed: { email: '', keep: false } };
  if (!email.includes('@') || password === '' || password.length > LONGEST.password)
    return { trouble: 'incomplete', typed };
  return { ...typed, password };
}

async function showPage<Subject>(
  purpose: SignInPurpose<Subject>,
  { waiting: _, ...flow }: Flow<Subject>,
  target: SignInTarget,
  trouble: Trouble | undefined,
  { email, keep }: Typed,
  waiting: Waiting | undefined,
  retryAfterSeconds: number | undefined,
  ports: LinkingPorts,
): Promise<Step> {
  const next = waiting ? { ...flow, waiting } : flow;
  const form = formOptions(purpose, next, target, ports);
  const page = waiting
    ? codePage(form, trouble, retryAfterSeconds)
    : signInPage(form, { email, keep }, trouble, retryAfterSeconds);
  return { kind: 'page', page: await page };
}

const formOptions = <Subject>(
  { name, words, action }: SignInPurpose<Subject>,
  flow: Flow<Subject>,
  { formAction }: SignInTarget,
  ports: LinkingPorts,
): FormOptions => ({
  words,
  action,
  sealed: sealFlow(name, flow, ports),
  attempt: flow.attempt,
  formAction,
  now: ports.clock.now(),
});

const note = (outcome: string, { attempt }: Flow<unknown>, { log }: LinkingPorts): void =>
  log.warn('sign-in', { attempt, outcome });
