import { personSignedIn } from '../domain/account-state.ts';
import { withDeadline } from '../domain/deadline.ts';
import { isLinked } from '../domain/links.ts';
import type { Account } from '../ports/account-store.ts';
import type { CloudSession, Credentials } from '../ports/device-cloud.ts';
import { CloudRateLimited, isCloudUnreachable, RowUnreadable, SignInRefused } from '../ports/errors.ts';
import type { Allowance } from '../ports/throttle.ts';
import { sha256 } from './hash.ts';
import type { LinkingPorts } from './ports.ts';

/** A person waits, so this is longer than for Alexa. */
const DEVICE_CLOUD_MS = 10_000;
const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** What a person typed and ticked. */
export interface SignInForm extends Credentials {
  /** Whether we may keep the credentials, so that the session can be renewed without the person. */
  readonly keep: boolean;
  /** The two-factor code, once the device cloud has asked for one. */
  readonly code?: string;
}

export type SignInProblem =
  | 'wrong-password'
  | 'wrong-code'
  | 'locked'
  | 'too-many-attempts'
  | 'cloud-busy'
  | 'cloud-down'
  | 'other-account';

export type SignInOutcome =
  | { readonly kind: 'signed-in'; readonly account: Account }
  | { readonly kind: 'code-needed' }
  | { readonly kind: 'refused'; readonly problem: SignInProblem; readonly retryAfterSeconds?: number };

export interface SignInOptions {
  /** Where the request came from. */
  readonly address: string;
  /** Only this account may be signed in to; absent for any account. */
  readonly onlyAccount?: string;
}

type SignInPorts = Pick<LinkingPorts, 'cloud' | 'accounts' | 'links' | 'throttle' | 'clock' | 'log'>;

/**
 * Signs a person in to the device cloud and stores their account: a new one, or the existing one with its new session. Other links of the
 * account stay.
 * @throws StoreUnavailable also when attempts cannot be counted: then no password is tried
 */
export async function signIn(form: SignInForm, options: SignInOptions, ports: SignInPorts): Promise<SignInOutcome> {
  const taken = await ports.throttle.take(allowances(form, options.address), ports.clock.now());
  if (!taken.taken) {
    return { kind: 'refused', problem: 'too-many-attempts', retryAfterSeconds: taken.retryAfterSeconds };
  }
  const answer = await askDeviceCloud(form, ports);
  if (!FAILURES.has(answer.kind)) await taken.giveBack();
  switch (answer.kind) {
    case 'session':
      if (options.onlyAccount !== undefined && answer.session.accountId !== options.onlyAccount) {
        return { kind: 'refused', problem: 'other-account' };
      }
      return { kind: 'signed-in', account: await keepAccount(form, answer.session, ports) };
    case 'code-needed':
      return form.code === undefined ? { kind: 'code-needed' } : { kind: 'refused', problem: 'wrong-code' };
    case 'wrong-password':
      // With a code in hand the password was not counted as a guess above.
      if (form.code !== undefined)
        await ports.throttle.take(passwordAllowances(form, options.address), ports.clock.now());
      return { kind: 'refused', problem: 'wrong-password' };
    default:
      return { kind: 'refused', problem: answer.kind };
  }
}

type Answer =
  | { readonly kind: 'session'; readonly session: CloudSession }
  | { readonly kind: 'wrong-password' | 'wrong-code' | 'code-needed' | 'locked' | 'cloud-busy' | 'cloud-down' };

/** What counts as a guess. */
const FAILURES: ReadonlySet<Answer['kind']> = new Set(['wrong-password', 'wrong-code', 'locked']);

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
      return { kind: error instanceof CloudRateLimited ? 'cloud-busy' : 'cloud-down' };
    }
    throw error;
  }
}

/**
 * Passwords tried for one account. How many My Leviton allows before it locks an account is not known, nor for how long; five would be
 * usual. So these few hold within any half hour, whatever the address; they run out sooner for strangers than the real lock would.
 */
const passwordAllowances = ({ email }: SignInForm, address: string): Allowance[] => [
  { key: keyOf('password', account(email), network(address)), limit: 3, windowSeconds: 15 * MINUTE },
  { key: keyOf('password', account(email)), limit: 4, windowSeconds: 30 * MINUTE },
];

/** Codes tried for one account, whatever the address: only somebody with its password gets so far. */
const codeAllowance = ({ email }: SignInForm): Allowance => ({
  key: keyOf('code', account(email)),
  limit: 10,
  windowSeconds: 30 * MINUTE,
});

const allowances = (form: SignInForm, address: string): Allowance[] => [
  ...(form.code === undefined ? passwordAllowances(form, address) : [codeAllowance(form)]),
  { key: keyOf('attempt', account(form.email), network(address)), limit: 10, windowSeconds: 15 * MINUTE },
  { key: keyOf('attempt', network(address)), limit: 50, windowSeconds: HOUR },
  { key: 'attempt', limit: 200, windowSeconds: 15 * MINUTE },
];

/** Hashed, so that the table shows no e-mail address. */
const keyOf = (...parts: string[]): string => sha256(parts.join('\n')).toString('base64url');

/** The device cloud ignores the case of e-mail addresses. */
const account = (email: string): string => email.trim().toLowerCase();

/** An IPv6 customer commands a /64 of addresses, so that counts as one. */
function network(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (!plain.includes(':')) return plain;
  const [head = '', tail = ''] = plain.toLowerCase().split('::');
  const left = head.split(':').filter(Boolean);
  const right = tail.split(':').filter(Boolean);
  const zeros = plain.includes('::') ? Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0') : [];
  return [...left, ...zeros, ...right].slice(0, 4).join(':');
}

async function keepAccount(form: SignInForm, session: CloudSession, ports: SignInPorts): Promise<Account> {
  const standing = await standingAccount(session.accountId, ports);
  const credentials = await toKeep(form, standing, ports);
  return await ports.accounts.put(
    personSignedIn(standing, {
      id: session.accountId,
      maskedEmail: maskEmail(form.email),
      session,
      asksForCode: form.code !== undefined,
      ...(credentials && { credentials }),
    }),
  );
}

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
  const same = kept && account(kept.email) === account(email) && kept.password === password;
  return same && (await isLinked(standing.id, links, clock.now())) ? kept : undefined;
}

/** The form of an e-mail address in logs and notices: `mary@example.org` -> `m…y@example.org`. */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@');
  const [first = '', ...rest] = [...email.slice(0, at)];
  const last = rest.length > 1 ? rest.at(-1) : '';
  return `${rest.length > 0 ? first : ''}…${last}${email.slice(at)}`;
}
