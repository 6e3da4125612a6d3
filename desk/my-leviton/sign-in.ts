import { type Person, SESSION_TTL_SECONDS } from './accounts.ts';
import { type Answer, empty, failure, json } from './answers.ts';
import type { Call, PersonCall } from './rest-call.ts';

export function login({ cloud, fields, query }: Call): Answer {
  const { email, password, code, rememberMe } = fields;
  if (typeof email !== 'string' || email === '') {
    return failure(400, 'username or email is required', 'USERNAME_EMAIL_REQUIRED');
  }
  const codeText = typeof code === 'string' || typeof code === 'number' ? String(code) : undefined;
  const remembers = rememberMe === true || rememberMe === 'true';
  const login = cloud.accounts.login(email, typeof password === 'string' ? password : '', codeText, remembers);
  if ('refused' in login) return refusals[login.refused]();
  const { session } = login;
  return json(200, {
    id: session.id,
    ttl: SESSION_TTL_SECONDS,
    created: session.created.toISOString(),
    userId: session.person.userId,
    scopes: null,
    rememberMe: session.rememberMe,
    ...(query.get('include') === 'user' && { user: userOf(session.person) }),
  });
}

const TWO_FACTOR = 'Insufficient Data: Person uses two factor authentication. Requires code.';

/** Texts as independent clients match them; the status is what counts. */
const refusals = {
  'wrong-password': () => failure(401, 'Login Failed', 'LOGIN_FAILED', 'LoginFailureError'),
  locked: () => failure(403, 'Too many failed attempts'),
  'code-needed': () => failure(406, TWO_FACTOR, TWO_FACTOR.replaceAll(' ', '')),
  'wrong-code': () => failure(408, 'Error: Invalid code'),
} as const;

export function logout({ session }: PersonCall): Answer {
  session.ended = true;
  return empty(204);
}

export const userOf = ({ userId, email }: Person) => {
  const name = email.split('@')[0] ?? '';
  return { id: userId, email, firstName: name.charAt(0).toUpperCase() + name.slice(1), lastName: 'Example' };
};
