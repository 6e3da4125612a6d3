import { parseJson } from '../../basics/json.ts';
import type { Clock } from '../../ports/clock.ts';
import { CloudRateLimited, CloudUnreachable } from '../../ports/errors.ts';
import { abortError } from '../http/abort-error.ts';
import { createHttpClient, type HttpAnswer, type HttpClient, NoAnswer } from '../http/client.ts';
import { hedgedRead } from '../http/hedged-read.ts';
import { sendWithRetry } from '../http/retry.ts';

export interface Request {
  readonly method: 'GET' | 'PUT' | 'POST';
  /** Below the base address, starting with a slash; no secrets, since errors name it. */
  readonly path: string;
  readonly token?: string;
  readonly body?: object;
  /**
   * Whether the request may be sent again after the cloud may have seen it. All reads and writes here may; a sign-in may not, as it
   * spends the two-factor code and counts towards the lock of the account.
   */
  readonly repeatable: boolean;
  readonly signal: AbortSignal;
}

/** An answer of the device cloud itself, not of a gateway before it. `body` is undefined when it is no JSON. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly body: unknown;
  /** Nobody knows whether a write was taken: a gateway answered it. */
  readonly isUnknown?: true;
}

/** @throws CloudUnreachable, CloudRateLimited; DeadlineExceeded where that is the signal's reason */
export type Send = (request: Request) => Promise<Answer>;

/** How long after a gateway's error the second attempt follows. */
const GATEWAY_PAUSE_MS = 800;
/** The gateway has waited long enough for the cloud (RFC 9110, section 15.6.5). */
const GATEWAY_TIMEOUT = 504;
const GATEWAY_ERRORS = [502, 503, GATEWAY_TIMEOUT];
/** After this silence a read is asked for once more, where the kept connection itself may be dead. */
const SILENCE_MS = 3_000;
/** An ordinary account's list of devices takes about 50 KB. */
const LONGEST_ANSWER_BYTES = 8 * 1024 * 1024;

export interface HttpOptions {
  /** Base address, such as `https://my.leviton.com/api`. */
  readonly url: string;
  readonly clock: Clock;
  /** The longest wait for one answer. A caller with less time ends it by its signal. */
  readonly timeoutMs: number;
}

/**
 * One client for all calls, so that warm functions reuse their connection. A request is repeated once when its connection broke (kept
 * connections are closed silently, the most reported problem with this cloud) and once after a gateway's 502, 503 or 504. It is not
 * repeated for being slow: a write that is on its way must not be overtaken by itself. For the same reason a write is not repeated that a
 * gateway answered 504, or with HTML in place of success: the caller reads whether it was saved.
 */
export function createHttp({ url, clock, timeoutMs }: HttpOptions): Send {
  const client = createHttpClient({ timeoutMs, longestAnswerBytes: LONGEST_ANSWER_BYTES });
  const silenceMs = Math.min(SILENCE_MS, timeoutMs / 2);
  return async (request) => {
    const answer = await exchange(client, url, request, silenceMs);
    const isRepeated = request.repeatable && GATEWAY_ERRORS.includes(answer.status) && !isUnknownWrite(request, answer);
    if (!isRepeated) return toAnswer(request, answer);
    await gatewayPause(clock, request.signal);
    return toAnswer(request, await exchange(client, url, request, silenceMs));
  };
}

/** Whether a write was answered by a gateway alone, as the cloud was too slow or for reasons of its own: it may be saved anyway. */
const isUnknownWrite = ({ method }: Request, { status, text }: HttpAnswer): boolean =>
  method === 'PUT' && (status === GATEWAY_TIMEOUT || (status >= 200 && status < 300 && isHtml(text)));

/** HTML comes from the gateway before the cloud or from a captive network, whatever its status: it says nothing about us. */
const isHtml = (text: string): boolean => /^\s*</.test(text);

/** The pause before the second attempt after a gateway's error. @throws what the signal ends it with */
export const gatewayPause = (clock: Clock, signal: AbortSignal): Promise<void> =>
  clock.wait(GATEWAY_PAUSE_MS, signal).catch(() => Promise.reject(abortError(signal)));

async function exchange(client: HttpClient, url: string, request: Request, silenceMs: number): Promise<HttpAnswer> {
  const { method, path, token, body, signal } = request;
  if (signal.aborted) throw abortError(signal, false);
  // The token goes bare, without "Bearer".
  const headers = {
    Accept: 'application/json, text/plain, */*',
    ...(token !== undefined && { Authorization: token }),
    ...(body && { 'Content-Type': 'application/json' }),
  };
  const wire = { method, url: url + path, headers, signal, ...(body && { body: JSON.stringify(body) }) };
  // On a kept connection that breaks nobody knows whether it arrived, and sent twice it counts twice towards the lock of the account.
  if (!request.repeatable) client.dropKept();
  try {
    if (method === 'GET' && client.hasKept()) return await hedgedRead(client, wire, silenceMs);
    return await sendWithRetry(client, wire, request.repeatable);
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    if (signal.aborted) throw abortError(signal);
    throw new CloudUnreachable(`${about(request)}: ${error.code ?? error.reason}`, {
      sent: error.reason !== 'not-connected',
    });
  }
}

function toAnswer(request: Request, answer: HttpAnswer): Answer {
  const { status, text } = answer;
  if (isUnknownWrite(request, answer)) return { status, text: '', body: undefined, isUnknown: true };
  if (status === 429) throw new CloudRateLimited(`${about(request)}: 429`);
  const html = isHtml(text);
  if (status >= 500 || html)
    throw new CloudUnreachable(`${about(request)}: ${status}${html ? ' with HTML' : ''}`, { answer: 'server-error' });
  return { status, text, body: parseJson(text) };
}

export const about = ({ method, path }: Pick<Request, 'method' | 'path'>): string => `${method} ${path}`;
