import type { CloudSession } from '../../ports/device-cloud.ts';
import { CloudUnreachable, DeviceNotFound, SessionRejected } from '../../ports/errors.ts';
import { type Login, toLogin } from './credential.ts';
import { type Answer, bodyOf, type Send } from './http.ts';

/** What the cloud says to one call: a body, or that this token may not, or that there is no such thing. */
export type Said = { readonly body: unknown } | { readonly refused: true } | { readonly missing: true };

/** One signed-in account's calls. */
export interface Account {
  /** @throws CloudUnreachable, CloudRateLimited */
  get(path: string): Promise<Said>;
  /** @throws CloudUnreachable, CloudRateLimited */
  put(path: string, body: object): Promise<Said>;
  /** The rows that say what the person may use. The session is bad if and only if this call is refused. @throws SessionRejected */
  permissions(): Promise<unknown>;
}

/** @throws SessionRejected when the session holds no credential of My Leviton */
export function createAccount(send: Send, session: CloudSession, signal: AbortSignal): Account {
  const { id: token, userId }: Login = toLogin(session);
  const call = async (method: 'GET' | 'PUT', path: string, body?: object): Promise<Said> => {
    const request = { method, path, token, repeatable: true, signal, ...(body && { body }) };
    return toSaid(request, await send(request));
  };
  const get = (path: string) => call('GET', path);
  return {
    get,
    put: (path, body) => call('PUT', path, body),
    async permissions() {
      const said = await get(`/Person/${encodeURIComponent(userId)}/residentialPermissions`);
      if ('refused' in said) throw new SessionRejected('My Leviton no longer takes this session');
      if ('missing' in said) throw new CloudUnreachable('My Leviton does not find the account');
      return said.body;
    },
  };
}

/** A 401 or 403 may be about the token or about the thing asked for; only the status is reliable, the texts have varied. */
function toSaid(request: { method: 'GET' | 'PUT'; path: string }, answer: Answer): Said {
  if (answer.status === 401 || answer.status === 403) return { refused: true };
  if (answer.status === 404) return { missing: true };
  return { body: bodyOf(request, answer) };
}

/**
 * The body of an answer about one device. Somebody else's device is refused just as everything is with a dead token, so one more call
 * tells which it was.
 * @throws DeviceNotFound, SessionRejected, CloudUnreachable, CloudRateLimited
 */
export async function deviceBody(account: Account, deviceId: string, said: Said): Promise<unknown> {
  if ('body' in said) return said.body;
  if ('refused' in said) await account.permissions();
  throw new DeviceNotFound(`device ${deviceId} is not one of this account`);
}
