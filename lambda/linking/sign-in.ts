import { personSignedIn } from '../domain/account-state.ts';
import { withDeadline } from '../domain/deadline.ts';
import { isLinked } from '../domain/links.ts';
import { pageCounters } from '../domain/sign-in-limits.ts';
import type { Account } from '../ports/account-store.ts';
import type { CloudSession, Credentials } from '../ports/device-cloud.ts';
import {
  CloudRateLimited,
  CloudUnreachable,
  isCloudUnreachable,
  RowUnreadable,
  SignInRefused,
} from '../ports/errors.ts';
import { maskEmail } from './mask-email.ts';
import type { OtherUser } from './other-user.ts';
import type { LinkingPorts } from './ports.ts';
import type { SignInForm } from './sign-in-form.ts';

/** A person waits, so this is longer than for Alexa. */
const DEVICE_CLOUD_MS = 10_000;

export type SignInProblem =
  | 'wrong-password'
  | 'wrong-code'
  | 'locked'
  | 'too-many-attempts'
  | 'cloud-busy'
  | 'cloud-down'
  | 'other-account'
  | 'fewer-lamps'
  | 'not-connected';

export type SignInOutcome =
  | { readonly kind: 'signed-in'; readonly account: Account; readonly mayBeNewPassword: boolean }
  | { readonly kind: 'code-needed' }
  | {
      readonly kind: 'refused';
      readonly problem: SignInProblem;
      readonly retryAfterSeconds?: number;
      /** Of `fewer-lamps`: the lamps that this user sees. */
      readonly lamps?: readonly string[];
    };

export interface SignInOptions {
  /** Where the request came from. */
  readonly address: string;
  /** Only this account may be signed in to; absent for any account. */
  readonly onlyAccount?: string;
  /** What becomes of a sign-in with another user of the device cloud than `onlyAccount`; absent where it is refused. */
  readonly asOther?: (form: SignInForm, session: CloudSession) => Promise<OtherUser>;
  /** Only an account that has signed in here before; absent for any account. */
  readonly onlyKnown?: true;
  /** Names the sealed page that the form came from. */
  readonly page?: string;
  /** The masked e-mail address of the account whose sign-in link opened the page. */
  readonly linkFor?: string;
}

type SignInPorts = Pick<LinkingPorts, 'cloud' | 'accounts' | 'links' | 'throttle' | 'clock' | 'log'>;

/**
 * Signs a person in to the device cloud and stores their account: a new one, or the existing one with its new session. Other links of the
 * account stay.
 * @throws StoreUnavailable also when attempts cannot be counted: then no password is tried
 */
export async function signIn(form: SignInForm, options: SignInOptions, ports: SignInPorts): Promise<SignInOutcome> {
  const taken = await ports.throttle.take(countersOf(form, options), ports.clock.now());
  if (!taken.taken) {
    const { full: counter, retryAfterSeconds } = taken;
    // When everyone is refused, somebody must look at it now.
    ports.log[counter === 'everyone' ? 'error' : 'warn']('page-sign-in-throttled', { counter, retryAfterSeconds });
    return { kind: 'refused', problem: 'too-many-attempts', retryAfterSeconds };
  }
  const answer = await askDeviceCloud(form, ports);
  const isGuess = !NO_GUESS.has(answer.kind) || (answer.kind === 'code-needed' && form.code !== undefined);
  if (!isGuess) await taken.giveBack();
  switch (answer.kind) {
    case 'session':
      if (options.onlyAccount !== undefined && answer.session.accountId !== options.onlyAccount) {
        return await asOther(form, answer.session, options);
      }
      if (options.onlyKnown && !(await isKnown(answer.session.accountId, ports))) {
        return { kind: 'refused', problem: 'not-connected' };
      }
      return { kind: 'signed-in', ...(await keepAccount(form, answer.session, options, ports)) };
    case 'code-needed':
      return form.code === undefined ? { kind: 'code-needed' } : { kind: 'refused', problem: 'wrong-code' };
    case 'not-sent':
      return { kind: 'refused', problem: 'cloud-down' };
    default:
      return { kind: 'refused', problem: answer.kind };
  }
}

/** Where only the row of an account was lost, Alexa still has a link: a sign-in makes the row again, and the link goes on. */
const isKnown = async (accountId: string, { accounts, links }: SignInPorts): Promise<boolean> =>
  (await accounts.get(accountId)) !== undefined ||
  (await links.ofAccount(accountId)).some(({ state }) => state === 'live');

const OTHER = { stranger: 'other-account', 'cloud-down': 'cloud-down' } as const;

async function asOther(form: SignInForm, session: CloudSession, options: SignInOptions): Promise<SignInOutcome> {
  const other = (await options.asOther?.(form, session)) ?? { kind: 'stranger' };
  if (other.kind === 'taken') return { kind: 'signed-in', account: other.account, mayBeNewPassword: false };
  if (other.kind === 'fewer-lamps') return { kind: 'refused', problem: other.kind, lamps: other.lamps };
  return { kind: 'refused', problem: OTHER[other.kind] };
}

const countersOf = ({ email }: SignInForm, { address, page = '', linkFor }: SignInOptions) =>
  pageCounters({ email, address, page, byLink: linkFor !== undefined && plain(linkFor) === maskEmail(plain(email)) });

type Answer =
  | { readonly kind: 'session'; readonly session: CloudSession }
  | {
      readonly kind:
        | 'wrong-password'
        | 'wrong-code'
        | 'code-needed'
        | 'locked'
        | 'cloud-busy'
        | 'cloud-down'
        | 'not-sent';
    };

/** Answers that surely do not count towards the device cloud's lock. A sign-in that was sent and not answered may count there. */
const NO_GUESS: ReadonlySet<Answer['kind']> = new Set(['session', 'code-needed', 'cloud-busy', 'not-sent']);

async function askDeviceCloud({ email, password, code }: SignInForm, ports: SignInPorts): Promise<Answer> {
  try {
    const session = await withDeadline(DEVICE_CLOUD_MS, ports, (signal, { cloud }) =>
      cloud.signIn({ email, password }, code, signal),
    );
    return { kind: 'session', session };
  } catch (error) {
    if (error instanceof SignInRefused) return { kind: error.reason };
    if (error instanceof CloudRateLimited || isCloudUnreachable(error)) {
      ports.log.warn('sign-in-unanswered', { error });
      if (error instanceof CloudRateLimited) return { kind: 'cloud-busy' };
      return { kind: error instanceof CloudUnreachable && !error.sent ? 'not-sent' : 'cloud-down' };
    }
    throw error;
  }
}

/** The device cloud ignores the case of e-mail addresses. */
const plain = (email: string): string => email.trim().toLowerCase();

async function keepAccount(
  form: SignInForm,
  session: CloudSession,
  options: SignInOptions,
  ports: SignInPorts,
): Promise<{ readonly account: Account; readonly mayBeNewPassword: boolean }> {
  const standing = await standingAccount(session.accountId, ports);
  const credentials = await toKeep(form, standing, ports);
  if (standing && !credentials && goesOnWithOther(standing, options)) {
    const { signOutSoon } = await import('./other-user.ts');
    await signOutSoon(session, ports);
    return { account: standing, mayBeNewPassword: false };
  }
  const account = await ports.accounts.put(
    personSignedIn(standing, {
      id: session.accountId,
      maskedEmail: maskEmail(form.email),
      session,
      asksForCode: form.code !== undefined,
      ...(credentials && { credentials }),
    }),
  );
  return { account, mayBeNewPassword: mayBeNew(form, standing) };
}

/**
 * Whether an account keeps the session of another user, which is renewed without anybody, although its own user has signed in: to see or
 * change something. Whoever links the account, or answers a notice, wants this sign-in to be used.
 */
const goesOnWithOther = (standing: Account, { onlyAccount, onlyKnown, asOther }: SignInOptions): boolean =>
  (onlyKnown || onlyAccount !== undefined) &&
  asOther === undefined &&
  standing.session.accountId !== standing.id &&
  standing.credentials !== undefined &&
  standing.state !== 'needs-reauth';

/** The account waited for a person, or another password was kept. A password that was never kept may have changed unnoticed. */
const mayBeNew = ({ password }: SignInForm, standing: Account | undefined): boolean =>
  standing !== undefined &&
  ((standing.state === 'needs-reauth' && standing.reason !== 'locked') ||
    (standing.credentials !== undefined && standing.credentials.password !== password));

/** Treats an unreadable row as missing: the sign-in creates it again. */
async function standingAccount(accountId: string, { accounts, log }: SignInPorts): Promise<Account | undefined> {
  try {
    return await accounts.get(accountId);
  } catch (error) {
    if (!(error instanceof RowUnreadable)) throw error;
    log.warn('account-recreated', { account: accountId, error });
    return undefined;
  }
}

/** The credentials that this person lets us keep; else those that another linked person let us keep, if they still work. */
async function toKeep(
  { email, password, keep, code }: SignInForm,
  standing: Account | undefined,
  { links, clock }: SignInPorts,
): Promise<Credentials | undefined> {
  // We cannot sign in to a two-factor account by ourselves, so we do not keep its password.
  if (code !== undefined) return undefined;
  if (keep) return { email, password };
  const kept = standing?.credentials;
  const same = kept && plain(kept.email) === plain(email) && kept.password === password;
  return same && (await isLinked(standing.id, links, clock.now())) ? kept : undefined;
}
