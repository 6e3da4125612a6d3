import type { CloudSession } from '../../ports/device-cloud.ts';
import { CloudUnreachable, DeviceNotFound, isSkillError, SessionRejected } from '../../ports/errors.ts';
import { type Login, toLogin } from './credential.ts';
import { type Answer, about, type Send } from './http.ts';

/**
 * What the cloud says to one call. `refused`: this token may not, or may not do this; `missing`: there is no such thing; `accepted`: a
 * write was taken, and nothing readable was said about it; `unknown`: nobody knows whether a write was taken; `odd`: any other answer, by its
 * status.
 */
export type CallResult =
  | { readonly body: unknown }
  | { readonly refused: true }
  | { readonly missing: true }
  | { readonly accepted: true }
  | { readonly unknown: CloudUnreachable }
  | { readonly odd: CloudUnreachable; readonly status: number };

/** One signed-in account's calls. */
export interface Account {
  /** @throws CloudUnreachable, CloudRateLimited */
  get(path: string): Promise<CallResult>;
  /** @throws CloudUnreachable, CloudRateLimited */
  put(path: string, body: object): Promise<CallResult>;
  /**
   * The rows that say what the person may use. If this call is refused, the session is; a 404 alone says nothing about the session.
   * @param wasMissing whether the call before was answered 404, too
   * @throws SessionRejected, CloudUnreachable
   */
  permissions(wasMissing?: boolean): Promise<unknown>;
}

/** @throws SessionRejected when the session holds no credential of My Leviton */
export function createAccount(send: Send, session: CloudSession, signal: AbortSignal): Account {
  const { id: token, userId }: Login = toLogin(session);
  const call = async (method: 'GET' | 'PUT', path: string, body?: object): Promise<CallResult> => {
    const request = { method, path, token, repeatable: true, signal, ...(body && { body }) };
    return toResult(request, await send(request));
  };
  const get = (path: string) => call('GET', path);
  return {
    get,
    put: (path, body) => call('PUT', path, body),
    async permissions(wasMissing = false) {
      const person = `/Person/${encodeURIComponent(userId)}`;
      const result = await get(`${person}/residentialPermissions`);
      if ('body' in result) return result.body;
      if ('refused' in result) throw new SessionRejected('My Leviton no longer takes this session');
      const cause = 'odd' in result ? result.odd : new CloudUnreachable('My Leviton does not find the account');
      const status = 'odd' in result ? result.status : 404;
      const mayBeSession = status === 404 ? wasMissing || 'missing' in (await get(person)) : status >= 300;
      // Some clients have met 406 where a session had ended (rwoldberg/ldata-ha#98). A cloud that answers everybody so is broken.
      if (!mayBeSession || !(await answersStrangers(send, signal, status))) throw cause;
      throw new SessionRejected(`My Leviton answers ${status} to everything with this session`, { cause });
    },
  };
}

/** Whether the cloud serves a request without a token: the version, which its own app asks for every ten seconds. */
async function answersStrangers(send: Send, signal: AbortSignal, refusal: number): Promise<boolean> {
  try {
    const { status } = await send({ method: 'GET', path: '/../apiversion', repeatable: true, signal });
    return status !== refusal;
  } catch (error) {
    if (signal.aborted || !isSkillError(error)) throw error;
    return false;
  }
}

/** A 401 or 403 may be about the token or about the thing asked for; only the status is reliable, the texts have varied. */
function toResult(request: { method: 'GET' | 'PUT'; path: string }, { status, body, isUnknown }: Answer): CallResult {
  if (status === 401 || status === 403) return { refused: true };
  if (status === 404 || status === 410) return { missing: true };
  if (isUnknown) return { unknown: new CloudUnreachable(`${about(request)}: ${status}`) };
  const isSuccess = status >= 200 && status < 300;
  if (isSuccess && request.method === 'PUT') return typeof body === 'object' && body ? { body } : { accepted: true };
  if (isSuccess && body !== undefined) return { body };
  return {
    odd: new CloudUnreachable(`${about(request)}: ${status} without a readable body`, { answer: 'unreadable' }),
    status,
  };
}

/**
 * The body of an answer about one device. Somebody else's device, or one that is gone, is answered just as everything may be with a dead
 * token, so one more call tells which it was.
 * @throws DeviceNotFound, SessionRejected, CloudUnreachable, CloudRateLimited
 */
export async function deviceBody(account: Account, deviceId: string, result: CallResult): Promise<unknown> {
  if ('body' in result) return result.body;
  if ('accepted' in result) return undefined;
  if ('unknown' in result) throw result.unknown;
  await account.permissions('missing' in result);
  if ('odd' in result) throw result.odd;
  throw new DeviceNotFound(`device ${deviceId} is not one of this account`);
}
