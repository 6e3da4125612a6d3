import type * as v from 'valibot';
import type { Account } from '../ports/account-store.ts';
import { codePage, type FormOptions, type SignInWords, signInPage } from './pages.ts';
import type { LinkingPorts, PagePorts } from './ports.ts';
import type { Problem, ProblemDetails } from './problems.ts';
import type { Parameters } from './request.ts';
import { type SignInOptions, signIn } from './sign-in.ts';
import { type Flow, openFlow, pageIdOf, type SignInForm, sealFlow, startFlow, type Waiting } from './sign-in-form.ts';

const LONGEST = { email: 254, password: 500, code: 20 } as const;

/** A kind of sign-in. All kinds share the pages; their purpose and where they lead differ. */
export interface SignInPurpose<Subject> {
  /** Part of the sealing context of the hidden field. */
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
  /** Only this account may be signed in to. */
  readonly onlyAccount?: string;
  /** Or any user of the device cloud who sees every lamp of it. */
  readonly orWhoSeesAll?: true;
  /** Only an account that has signed in here before. */
  readonly onlyKnown?: true;
  /** The masked e-mail address of the account whose sign-in link opened the page. */
  readonly linkFor?: string;
  /** Whether the box is ticked at first: the person has let us keep the password before. */
  readonly keep?: boolean;
}

export type Step =
  | { readonly kind: 'page'; readonly page: Response }
  | { readonly kind: 'signed-in'; readonly account: Account; readonly mayBeNewPassword: boolean };

/** Shows the first page. Nothing is written to the table: the page carries everything. */
export async function beginSignIn<Subject>(
  purpose: SignInPurpose<Subject>,
  subject: Subject,
  target: SignInTarget,
  request: Request,
  ports: PagePorts,
): Promise<{ readonly page: Response; readonly attempt: string }> {
  const { flow, setCookie } = startFlow(subject, request, ports);
  const form = { ...formOptions(purpose, flow, target, ports), setCookie };
  return {
    page: await signInPage(ports.reader, form, { email: '', keep: target.keep ?? false }),
    attempt: flow.attempt,
  };
}

/**
 * Opens the flow that a posted form belongs to.
 * @throws PageRefusal
 */
export const resumeSignIn = <Subject>(
  purpose: SignInPurpose<Subject>,
  form: Parameters,
  request: Request,
  ports: LinkingPorts,
): Flow<Subject> => openFlow(purpose.name, purpose.subject, form.get('form'), request, ports);

/**
 * Handles a posted form. @returns the next page, the same page with what went wrong, or the account that was signed in to
 * @throws StoreUnavailable
 */
export async function continueSignIn<Subject>(
  purpose: SignInPurpose<Subject>,
  flow: Flow<Subject>,
  target: SignInTarget,
  form: Parameters,
  address: string,
  ports: PagePorts,
): Promise<Step> {
  const show = (problem: Problem | undefined, typed: Typed, waiting?: Waiting, details: ProblemDetails = {}) =>
    showPage(purpose, flow, target, problem, typed, waiting, details, ports);
  if (ports.reader.isSwitch) return await show(undefined, { email: '', keep: target.keep ?? false }, flow.waiting);
  const posted = read(form, flow.waiting);
  if ('problem' in posted) return await show(posted.problem, posted.typed, flow.waiting);
  const { onlyAccount, orWhoSeesAll, onlyKnown, linkFor } = target;
  const options = {
    address,
    page: pageIdOf(flow),
    ...(onlyAccount !== undefined && { onlyAccount }),
    ...(onlyAccount !== undefined && orWhoSeesAll && { asOther: asOther(onlyAccount, ports) }),
    ...(onlyKnown && { onlyKnown }),
    ...(linkFor !== undefined && { linkFor }),
  };
  const outcome = await signIn(posted, options, ports);
  if (outcome.kind === 'signed-in') return outcome;
  const { email, password, code } = posted;
  if (outcome.kind === 'code-needed') {
    logOutcome('code-needed', flow, ports);
    return await show(undefined, posted, { email, password, since: ports.clock.now().toISOString() });
  }
  logOutcome(outcome.problem, flow, ports);
  const { problem, ...details } = outcome;
  const endsWithPassword = code === undefined || ENDS_WITH_PASSWORD.has(problem);
  return await show(problem, posted, endsWithPassword ? undefined : flow.waiting, details);
}

const asOther = (accountId: string, ports: LinkingPorts): NonNullable<SignInOptions['asOther']> => {
  return async (form, session) => {
    const { signInAsOther } = await import('./other-user.ts');
    return await signInAsOther(form, session, accountId, ports);
  };
};

/** After these the code is useless: the person begins with another account or password. */
const ENDS_WITH_PASSWORD: ReadonlySet<Problem> = new Set([
  'wrong-password',
  'other-account',
  'fewer-lamps',
  'not-connected',
]);

type Typed = Pick<SignInForm, 'email' | 'keep'>;

/** What was typed, together with the credentials that wait for their code; or what is missing. */
function read(form: Parameters, waiting: Waiting | undefined): SignInForm | { problem: Problem; typed: Typed } {
  const code = form.get('code')?.trim();
  if (waiting) {
    const credentials = { email: waiting.email, password: waiting.password, keep: false };
    if (!code || code.length > LONGEST.code) return { problem: 'code-missing', typed: credentials };
    return { ...credentials, code };
  }
  const email = (form.get('email') ?? '').trim().slice(0, LONGEST.email);
  const password = form.get('password') ?? '';
  const typed = { email, keep: form.get('keep') === 'yes' };
  if (form.bytes('code') && !password) return { problem: 'code-too-late', typed: { email: '', keep: false } };
  if (!email.includes('@') || password === '' || password.length > LONGEST.password)
    return { problem: 'incomplete', typed };
  return { ...typed, password };
}

async function showPage<Subject>(
  purpose: SignInPurpose<Subject>,
  { waiting: _, ...flow }: Flow<Subject>,
  target: SignInTarget,
  problem: Problem | undefined,
  { email, keep }: Typed,
  waiting: Waiting | undefined,
  details: ProblemDetails,
  ports: PagePorts,
): Promise<Step> {
  const next = waiting ? { ...flow, waiting } : flow;
  const form = formOptions(purpose, next, target, ports);
  const page = waiting
    ? codePage(ports.reader, form, problem, details)
    : signInPage(ports.reader, form, { email, keep }, problem, details);
  return { kind: 'page', page: await page };
}

const formOptions = <Subject>(
  { name, words, action }: SignInPurpose<Subject>,
  flow: Flow<Subject>,
  { formAction }: SignInTarget,
  ports: LinkingPorts,
): FormOptions => ({
  words,
  cloudName: ports.cloudName,
  sessionDays: ports.sessionDays,
  action,
  sealed: sealFlow(name, flow, ports),
  attempt: flow.attempt,
  formAction,
  now: ports.clock.now(),
});

const logOutcome = (outcome: string, { attempt }: Flow<unknown>, { log }: LinkingPorts): void =>
  log.warn('sign-in-not-completed', { attempt, outcome });
