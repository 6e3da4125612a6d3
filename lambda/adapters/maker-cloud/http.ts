import { parseJson } from '../../basics/json.ts';
import type { Clock } from '../../ports/clock.ts';
import { CloudRateLimited, CloudUnreachable } from '../../ports/errors.ts';
import { abortError } from '../http/abort-error.ts';
import { createHttpClient, type HttpAnswer, type HttpClient, NoAnswer } from '../http/client.ts';
import { hedgedRead } from '../http/hedged-read.ts';
import { sendWithRetry } from '../http/retry.ts';
import { CODES, type ProblemCode } from './problems.ts';
import { type RateLimits, rateLimits, retryAfterMs } from './rate-limits.ts';

export interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the base address, starting with a slash; no secrets, since errors name it. */
  readonly path: string;
  readonly accessToken?: string;
  /** With a token of our own client: the account that is read. */
  readonly onBehalfOf?: string;
  readonly body?: object;
  /** Makes a repeated change harmless. */
  readonly idempotencyKey?: string;
  readonly signal: AbortSignal;
}

/** An answer of the cloud itself. `body` is undefined when it is no JSON, `code` when it is no problem of the contract. */
export interface Answer {
  readonly status: number;
  readonly isSuccess: boolean;
  readonly body: unknown;
  readonly code: ProblemCode | undefined;
}

/** @throws CloudUnreachable, CloudRateLimited; DeadlineExceeded where that is the signal's reason */
export type Send = (call: Call) => Promise<Answer>;

export interface HttpOptions {
  /** Base address, without a slash at its end. */
  readonly url: string;
  readonly clock: Clock;
  /** The longest wait for one answer. A caller with less time ends it by its signal. */
  readonly timeoutMs: number;
}

/** A `Retry-After` up to this is waited for, so that a short limit costs a command some time and not its effect. */
const SHORT_WAIT_MS = 2_000;
const GATEWAY_PAUSE_MS = 800;
const GATEWAY_ERRORS = [502, 503, 504];
/** After this silence a read is asked for once more, where the kept connection itself may be dead. */
const SILENCE_MS = 3_000;
const LONGEST_ANSWER_BYTES = 4 * 1024 * 1024;

/**
 * One client for all calls. A call is repeated once when its connection broke, after a gateway's 502, 503 or 504, and after a 429 with a
 * short `Retry-After`; a sign-in never is. No call is sent before a `Retry-After` of its session has passed.
 */
export function createHttp({ url, clock, timeoutMs }: HttpOptions): Send {
  const client = createHttpClient({ timeoutMs, longestAnswerBytes: LONGEST_ANSWER_BYTES });
  const limits = rateLimits(clock);
  const silenceMs = Math.min(SILENCE_MS, timeoutMs / 2);
  const pause = (ms: number, { signal }: Call) =>
    clock.wait(ms, signal).catch(() => Promise.reject(abortError(signal, false)));
  const exchangeInTime = async (call: Call) => {
    await welcome(call, limits, pause);
    const answer = await exchange(client, url, call, silenceMs);
    const session = sessionOf(call);
    if (answer.status === 429 && session !== undefined) limits.note(session, answer.retryAfter);
    return answer;
  };
  return async (call) => {
    const first = await exchangeInTime(call);
    if (!isRepeatable(call)) return toAnswer(call, first);
    const askedMs = first.status === 429 ? retryAfterMs(first.retryAfter, clock.now()) : undefined;
    const isBusy = askedMs !== undefined && askedMs <= SHORT_WAIT_MS;
    if (!isBusy && !GATEWAY_ERRORS.includes(first.status)) return toAnswer(call, first);
    if (!isBusy) await pause(GATEWAY_PAUSE_MS, call);
    return toAnswer(call, await exchangeInTime(call));
  };
}

/** What a rate limit is of: one account's busy device must not stop the reads of all. */
const sessionOf = ({ accessToken, onBehalfOf }: Call): string | undefined => onBehalfOf ?? accessToken;

/** A sign-in spends the code and counts towards the lock of the account. */
const isRepeatable = ({ method }: Call): boolean => method !== 'POST';

/** @throws CloudRateLimited when the session's `Retry-After` is too long to wait for */
async function welcome(
  call: Call,
  limits: RateLimits,
  pause: (ms: number, call: Call) => Promise<void>,
): Promise<void> {
  const session = sessionOf(call);
  const waitMs = session === undefined ? 0 : limits.waitMs(session);
  if (waitMs > SHORT_WAIT_MS) throw new CloudRateLimited(`${about(call)}: not sent before its Retry-After`);
  if (waitMs > 0) await pause(waitMs, call);
}

async function exchange(client: HttpClient, url: string, call: Call, silenceMs: number): Promise<HttpAnswer> {
  const { method, path, accessToken, onBehalfOf, body, idempotencyKey, signal } = call;
  if (signal.aborted) throw abortError(signal, false);
  const headers = {
    Accept: 'application/json, application/problem+json',
    ...(accessToken !== undefined && { Authorization: `Bearer ${accessToken}` }),
    ...(onBehalfOf !== undefined && { 'X-Account-Id': onBehalfOf }),
    ...(body && { 'Content-Type': 'application/json' }),
    ...(idempotencyKey !== undefined && { 'Idempotency-Key': idempotencyKey }),
  };
  const wire = { method, url: url + path, headers, signal, ...(body && { body: JSON.stringify(body) }) };
  // On a kept connection that breaks nobody knows whether it arrived, and sent twice it counts twice towards the lock of the account.
  if (!isRepeatable(call)) client.dropKept();
  try {
    if (method === 'GET' && client.hasKept()) return await hedgedRead(client, wire, silenceMs);
    return await sendWithRetry(client, wire, isRepeatable(call));
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    if (signal.aborted) throw abortError(signal);
    throw new CloudUnreachable(`${about(call)}: ${error.code ?? error.reason}`, {
      sent: error.reason !== 'not-connected',
    });
  }
}

/** A 5xx says nothing about session or device, whatever its body says. */
function toAnswer(call: Call, { status, text }: HttpAnswer): Answer {
  if (status === 429) throw new CloudRateLimited(`${about(call)}: 429`);
  if (status >= 500) throw new CloudUnreachable(`${about(call)}: ${status}`, { answer: 'server-error' });
  const body = parseJson(text);
  const isSuccess = status >= 200 && status < 300;
  return { status, isSuccess, body, code: isSuccess ? undefined : codeOf(body) };
}

function codeOf(body: unknown): ProblemCode | undefined {
  if (typeof body !== 'object' || body === null || !('code' in body)) return undefined;
  return CODES.find((code) => code === body.code);
}

export const about = ({ method, path }: Pick<Call, 'method' | 'path'>): string => `${method} ${path}`;
