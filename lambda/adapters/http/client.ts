import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios, { type GenericAbortSignal } from 'axios';
import { nodeAdapter } from './node-adapter.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

/** Any status is an answer. */
export interface HttpAnswer {
  readonly status: number;
  /** The body as text, for the caller to check. A body that cannot be decompressed is taken as it is. */
  readonly text: string;
  /** `Retry-After` as it came (RFC 9110 section 10.2.3), where it did. */
  readonly retryAfter?: string;
}

/**
 * Why there was no answer. `not-connected`: no connection was made, so nothing was sent; `stale`: a connection kept from earlier broke,
 * which the other side had most likely closed while this function was frozen; `reset`: a new connection broke before the answer;
 * `cut-off`: the answer began and did not end; `time-out`: the client's own limit; `given-up`: the caller's signal.
 */
export type NoAnswerReason = 'not-connected' | 'stale' | 'reset' | 'cut-off' | 'time-out' | 'given-up' | 'other';

/** No HTTP answer came. Says nothing of what was sent: bodies and headers hold tokens. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  readonly reason: NoAnswerReason;
  /** Node's or axios's own word for it. */
  readonly code: string | undefined;
  constructor(reason: NoAnswerReason, code?: string) {
    super(`no answer: ${reason}${code ? ` (${code})` : ''}`);
    this.reason = reason;
    this.code = code;
  }
}

export interface HttpClient {
  /** @throws NoAnswer, in `answer` */
  start(request: HttpRequest): { readonly answer: Promise<HttpAnswer>; cancel(): void };
  /** Whether a connection is kept that the next request would use. */
  hasKept(): boolean;
  /** Closes kept connections that serve no request, so that the next request opens its own. */
  dropKept(): void;
}

export interface HttpClientOptions {
  /** For the whole exchange, from the connection to the last byte. The caller's signal may end it earlier. */
  readonly timeoutMs: number;
  readonly longestAnswerBytes: number;
}

/** A connection that was idle for longer is not used again: many servers and gateways close it at this age, some in silence. */
const KEPT_FOR_MS = 60_000;

/**
 * Most connections to one host. A Lambda function has 1,024 file descriptors, of which `device-watch` needs up to 800 for its push channels;
 * a connection that cannot be made for want of one would look like an outage of the other side.
 */
const MOST_CONNECTIONS = 96;

/** The client for all calls to the outside. It keeps its connections, so make one for the life of the process. */
export function createHttpClient({ timeoutMs, longestAnswerBytes }: HttpClientOptions): HttpClient {
  const kind = { keepAlive: true, maxSockets: MOST_CONNECTIONS };
  const agents = { httpAgent: new HttpAgent(kind), httpsAgent: new HttpsAgent(kind) };
  const client = axios.create({
    ...agents,
    adapter: nodeAdapter,
    maxContentLength: longestAnswerBytes,
    transformRequest: [],
    transformResponse: [],
  });
  let lastUsedMs = Date.now();
  const kept = () =>
    [agents.httpAgent, agents.httpsAgent].flatMap(({ freeSockets }) => Object.values(freeSockets).flat());
  const dropKept = () => {
    for (const socket of kept()) socket?.destroy();
  };

  async function exchange({ signal, body, headers, ...target }: HttpRequest, limit: Limit): Promise<HttpAnswer> {
    if (Date.now() - lastUsedMs > KEPT_FOR_MS) dropKept();
    try {
      const answer = await client.request<Buffer>({
        ...target,
        headers: { 'Accept-Encoding': 'gzip', ...headers },
        ...(body !== undefined && { data: body }),
        signal: limit,
      });
      const encoding = String(answer.headers['content-encoding'] ?? '');
      const retryAfter = answer.headers['retry-after'];
      const text = await toText(answer.data, encoding, longestAnswerBytes);
      return { status: answer.status, text, ...(retryAfter && { retryAfter: String(retryAfter) }) };
    } catch (error) {
      const noAnswer = toNoAnswer(error, signal, limit);
      if (noAnswer.reason !== 'not-connected' && noAnswer.reason !== 'given-up') dropKept();
      throw noAnswer;
    } finally {
      lastUsedMs = Date.now();
      limit.end();
    }
  }

  return {
    start(request) {
      const limit = new Limit(timeoutMs, request.signal);
      return { answer: exchange(request, limit), cancel: limit.cancel };
    },
    hasKept: () => kept().length > 0 && Date.now() - lastUsedMs <= KEPT_FOR_MS,
    dropKept,
  };
}

async function toText(body: Buffer, header: string, maxOutputLength: number): Promise<string> {
  // The names know no capitals, and `identity` says nothing (RFC 9110, section 8.4.1).
  const encoding = header.toLowerCase().replaceAll(/\bidentity\b|[\s,]/g, '');
  if (!/^(br|(x-)?(gzip|deflate))$/.test(encoding)) return body.toString();
  const { brotliDecompressSync, unzipSync } = await import('node:zlib'); // loading it takes a tenth of a start
  try {
    return (encoding === 'br' ? brotliDecompressSync : unzipSync)(body, { maxOutputLength }).toString();
  } catch {
    return body.toString(); // the header may be wrong about a body that is not compressed
  }
}

/**
 * Aborts with the caller's signal, and after `timeoutMs`. axios's own `timeout` starts again with every byte; this one does not. It is a
 * signal with one listener, as axios takes it: Node's own costs every request several times as much. A class, since axios copies plain objects.
 */
class Limit implements GenericAbortSignal {
  aborted = false;
  isTimeUp = false;
  #onAbort: (() => void) | undefined;
  readonly #caller: AbortSignal;
  readonly #timer: NodeJS.Timeout;

  constructor(timeoutMs: number, caller: AbortSignal) {
    this.#caller = caller;
    this.#timer = setTimeout(() => {
      this.isTimeUp = true;
      this.cancel();
    }, timeoutMs);
    caller.addEventListener('abort', this.cancel);
    if (caller.aborted) this.cancel();
  }

  readonly cancel = (): void => {
    if (this.aborted) return;
    this.aborted = true;
    this.#onAbort?.();
  };

  end(): void {
    clearTimeout(this.#timer);
    this.#caller.removeEventListener('abort', this.cancel);
  }

  addEventListener(_: 'abort', listener: () => void): void {
    this.#onAbort = listener;
  }

  removeEventListener(): void {
    this.#onAbort = undefined;
  }
}

/** What Node says when no connection came about. Certificates are checked before anything is sent. */
const NOT_CONNECTED =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ERR_TLS_.*|CERT_.*|UNABLE_TO_.*|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN)$/;

/** An AxiosError carries the request, tokens and all, so it never becomes a `cause`: only its code goes on. */
function toNoAnswer(error: unknown, caller: AbortSignal, limit: Limit): NoAnswer {
  if (caller.aborted) return new NoAnswer('given-up');
  if (limit.isTimeUp) return new NoAnswer('time-out', 'ETIMEDOUT');
  if (limit.aborted) return new NoAnswer('given-up');
  if (!axios.isAxiosError(error)) throw error;
  const { code = '' } = error;
  if (NOT_CONNECTED.test(code)) return new NoAnswer('not-connected', code);
  if (code === 'ERR_BAD_RESPONSE') return new NoAnswer('cut-off', code);
  if (code !== 'ECONNRESET' && code !== 'EPIPE') return new NoAnswer('other', code);
  const { reusedSocket } = (error.request ?? {}) as { reusedSocket?: boolean };
  return new NoAnswer(reusedSocket ? 'stale' : 'reset', code);
}
