import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios, { type AxiosInstance, isAxiosError } from 'axios';
import type { Clock } from '../../ports/clock.ts';
import { CloudRateLimited, CloudUnreachable, DeadlineExceeded } from '../../ports/errors.ts';
import { limitOf } from '../http/limit.ts';

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
}

/** @throws CloudUnreachable, CloudRateLimited */
export type Send = (request: Request) => Promise<Answer>;

/** How long after a gateway's error the second attempt follows. */
const GATEWAY_PAUSE_MS = 800;
const GATEWAY_ERRORS = [502, 503, 504];
/** An ordinary account's list of devices takes about 50 KB. */
const LONGEST_ANSWER = 8 * 1024 * 1024;

export interface HttpOptions {
  /** Base address, such as `https://my.leviton.com/api`. */
  readonly url: string;
  readonly clock: Clock;
  /** The longest wait for one answer. */
  readonly timeoutMs: number;
}

/**
 * One client for all calls, so that warm functions reuse their connection. A request is repeated once when its connection broke (kept
 * connections are closed silently, the most reported trouble with this cloud) and once after a gateway's 502, 503 or 504.
 */
export function createHttp({ url, clock, timeoutMs }: HttpOptions): Send {
  const agents = [new HttpAgent({ keepAlive: true }), new HttpsAgent({ keepAlive: true })] as const;
  const client = axios.create({
    adapter: 'http',
    baseURL: url,
    proxy: false,
    maxRedirects: 0,
    maxContentLength: LONGEST_ANSWER,
    httpAgent: agents[0],
    httpsAgent: agents[1],
    responseType: 'text',
    transformResponse: (text) => text,
    validateStatus: () => true,
  });
  return async (request) => {
    let connections = 0;
    let gateways = 0;
    for (;;) {
      const outcome = await attempt(client, request, timeoutMs);
      if ('broken' in outcome) {
        if (connections++ > 0 || !mayRepeat(request, outcome))
          throw new CloudUnreachable(`${about(request)}: ${outcome.broken}`);
        // What has slept in the pool as long is as dead; the next attempt must get a connection of its own.
        for (const agent of agents) for (const socket of Object.values(agent.freeSockets).flat()) socket?.destroy();
        continue;
      }
      if (!request.repeatable || !GATEWAY_ERRORS.includes(outcome.status) || gateways++ > 0)
        return toAnswer(request, outcome);
      await clock.wait(GATEWAY_PAUSE_MS, request.signal).catch(() => Promise.reject(givenUp(request.signal)));
    }
  };
}

interface Raw {
  readonly status: number;
  readonly text: string;
}

/** No answer came. `code` is Node's or axios' own word for why. */
interface Broken {
  readonly broken: string;
  /** The connection had served another request before, and so may have been dead all along. */
  readonly reused: boolean;
}

async function attempt(
  client: AxiosInstance,
  { method, path, token, body, signal }: Request,
  timeoutMs: number,
): Promise<Raw | Broken> {
  if (signal.aborted) throw givenUp(signal);
  const limit = limitOf(timeoutMs, signal);
  try {
    // The token goes bare, without "Bearer".
    const headers = token === undefined ? {} : { Authorization: token };
    const config = { method, url: path, headers, data: body, signal: limit.signal };
    const { status, data } = await client.request<unknown>(config);
    return { status, text: typeof data === 'string' ? data : '' };
  } catch (error) {
    if (signal.aborted) throw givenUp(signal);
    if (!isAxiosError(error)) throw error;
    // The error itself holds the request with its token or password, so only its code goes on.
    const code = limit.signal.aborted ? TIMED_OUT : error.code;
    return { broken: code ?? 'no answer', reused: error.request?.reusedSocket === true };
  } finally {
    limit.end();
  }
}

// What axios says for a connection that ended before the answer did: reset, closed, broken off in the body.
const CONNECTION_BROKE = ['ECONNRESET', 'EPIPE', 'ERR_BAD_RESPONSE'];
const TIMED_OUT = 'ETIMEDOUT';

/** A silence is worth a second attempt only where the connection itself may be why; else it would double the wait. */
function mayRepeat({ repeatable }: Request, { broken, reused }: Broken): boolean {
  if (CONNECTION_BROKE.includes(broken)) return repeatable || reused;
  return broken === TIMED_OUT && repeatable && reused;
}

function toAnswer(request: Request, { status, text }: Raw): Answer {
  if (status === 429) throw new CloudRateLimited(`${about(request)}: 429`);
  // HTML comes from the gateway before the cloud or from a captive network, whatever its status: it says nothing about us.
  const html = /^\s*</.test(text);
  if (status >= 500 || html) throw new CloudUnreachable(`${about(request)}: ${status}${html ? ' with HTML' : ''}`);
  return { status, text, body: parsed(text) };
}

/** The body of an answer that must have one. @throws CloudUnreachable */
export function bodyOf(request: Pick<Request, 'method' | 'path'>, { status, body }: Answer): unknown {
  if (status !== 200 || body === undefined)
    throw new CloudUnreachable(`${about(request)}: ${status} without a readable body`);
  return body;
}

/** An abort as the port's error. A deadline is one already. */
export function givenUp({ reason }: AbortSignal): CloudUnreachable | DeadlineExceeded {
  return reason instanceof CloudUnreachable || reason instanceof DeadlineExceeded
    ? reason
    : new CloudUnreachable('given up', { cause: reason });
}

const about = ({ method, path }: Pick<Request, 'method' | 'path'>): string => `${method} ${path}`;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
