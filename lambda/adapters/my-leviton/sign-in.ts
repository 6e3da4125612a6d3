import type { Clock } from '../../ports/clock.ts';
import type { CloudSession, Credentials } from '../../ports/device-cloud.ts';
import { CloudUnreachable, type SignInRefusal, SignInRefused } from '../../ports/errors.ts';
import { toSession } from './credential.ts';
import type { Answer, Send } from './http.ts';

const PATH = '/Person/login';

/**
 * Signs in. No Authorization header: next to a dead token the cloud refuses before it looks at the credentials.
 * @throws SignInRefused, CloudUnreachable, CloudRateLimited
 */
export async function signIn(
  { email, password }: Credentials,
  code: string | undefined,
  signal: AbortSignal,
  { send, clock }: { readonly send: Send; readonly clock: Clock },
): Promise<CloudSession> {
  const body = code === undefined ? { email, password } : { email, password, code };
  const answer = await send({ method: 'POST', path: PATH, body, repeatable: false, signal });
  const refusal = refusalOf(answer, code !== undefined);
  if (refusal) throw new SignInRefused(refusal, `My Leviton answered ${answer.status} to the sign-in`);
  const isSuccess = answer.status >= 200 && answer.status < 300;
  const session = isSuccess ? toSession(answer.body, clock.now()) : undefined;
  if (!session) throw new CloudUnreachable(`POST ${PATH}: ${answer.status} without a session`, { answered: true });
  return session;
}

/**
 * Asks for a sign-in without credentials. Stock LoopBack 3 answers 400 (`USERNAME_EMAIL_REQUIRED`); any error of a client in JSON is an
 * answer of the cloud itself.
 * @throws CloudUnreachable, CloudRateLimited
 */
export async function probeSignIn(signal: AbortSignal, send: Send): Promise<void> {
  const { status, body } = await send({ method: 'POST', path: PATH, body: {}, repeatable: false, signal });
  const isItsOwn = status >= 400 && status < 500 && typeof body === 'object' && body !== null;
  if (!isItsOwn) throw new CloudUnreachable(`POST ${PATH} without credentials: ${status}`, { answered: true });
}

const WRONG_CODE = 408;
const REFUSALS: Readonly<Record<number, SignInRefusal>> = {
  401: 'wrong-password',
  403: 'locked',
  406: 'code-needed',
  [WRONG_CODE]: 'wrong-code',
};

/**
 * By status, as texts have changed over the years. One text counts: some clients got 401 where a code was missing
 * (github.com/rwoldberg/ldata-ha).
 */
function refusalOf({ status, text }: Answer, hasCode: boolean): SignInRefusal | undefined {
  if (status === WRONG_CODE && !hasCode) return undefined; // a time-out of something in between
  if (status === 401 && /two\s*factor/i.test(text)) return 'code-needed';
  return REFUSALS[status];
}
