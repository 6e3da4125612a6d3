import type { CloudSession } from '../../ports/device-cloud.ts';
import { CloudUnreachable } from '../../ports/errors.ts';
import { toLogin } from './credential.ts';
import type { Send } from './http.ts';

const PATH = '/Person/logout';
/** The token is not good any more. */
const ALREADY_ENDED = [401, 403, 404, 406];

/**
 * Ends one session; the account's other sessions go on.
 * @throws CloudUnreachable, CloudRateLimited, and SessionRejected for a session that holds no credential of My Leviton
 */
export async function signOut(session: CloudSession, signal: AbortSignal, send: Send): Promise<void> {
  const { id: token } = toLogin(session);
  const { status } = await send({ method: 'POST', path: PATH, token, repeatable: true, signal });
  const isSuccess = status >= 200 && status < 300;
  if (!isSuccess && !ALREADY_ENDED.includes(status)) throw new CloudUnreachable(`POST ${PATH}: ${status}`);
}
