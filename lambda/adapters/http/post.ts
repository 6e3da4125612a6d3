import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios from 'axios';
import { limitOf } from './limit.ts';

export interface Answer {
  readonly status: number;
  /** Read as text: what it means is for the caller to check. */
  readonly text: string;
}

export interface Posted {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/**
 * Why there was no answer. `reset`: the connection broke before one; `stale`: the same, on a connection kept from earlier, which the
 * other side had most likely closed while this function was frozen; `refused`: nobody listens.
 */
export type NoAnswerReason = 'reset' | 'stale' | 'refused' | 'time-out' | 'given-up' | 'other';

/** No HTTP answer came. Says nothing of what was sent: bodies and headers hold tokens. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  readonly reason: NoAnswerReason;
  constructor(reason: NoAnswerReason, code: string | undefined) {
    super(`no answer: ${reason}${code ? ` (${code})` : ''}`);
    this.reason = reason;
  }
}

/** Answers of both services are a few kilobytes; more is not theirs. */
const LONGEST_ANSWER_BYTES = 256 * 1024;

/**
 * A way to post over connections that are kept. Whatever status comes is an answer.
 * @param timeoutMs for the whole exchange, from the connection to the last byte
 * @returns a function that throws NoAnswer
 */
export function createPost(timeoutMs: number): (posted: Posted) => Promise<Answer> {
  const agents = { httpAgent: new HttpAgent({ keepAlive: true }), httpsAgent: new HttpsAgent({ keepAlive: true }) };
  const client = axios.create({
    ...agents,
    method: 'POST',
    proxy: false,
    maxRedirects: 0,
    maxContentLength: LONGEST_ANSWER_BYTES,
    responseType: 'text',
    transformRequest: [],
    transformResponse: [],
    validateStatus: () => true,
  });
  return async ({ url, body, headers, signal }) => {
    const limit = limitOf(timeoutMs, signal);
    try {
      const answer = await client.request<unknown>({ url, data: body, headers: { ...headers }, signal: limit.signal });
      return { status: answer.status, text: String(answer.data) };
    } catch (error) {
      const noAnswer = toNoAnswer(error, signal, limit.signal);
      if (noAnswer.reason === 'stale') dropIdle(agents);
      throw noAnswer;
    } finally {
      limit.end();
    }
  };
}

/** An AxiosError carries the request, tokens and all, so it never becomes a `cause`: only its code goes on. */
function toNoAnswer(error: unknown, caller: AbortSignal, limit: AbortSignal): NoAnswer {
  if (caller.aborted) return new NoAnswer('given-up', undefined);
  if (limit.aborted) return new NoAnswer('time-out', undefined);
  if (!axios.isAxiosError(error)) throw error;
  const { code } = error;
  if (code === 'ECONNREFUSED') return new NoAnswer('refused', code);
  if (code !== 'ECONNRESET' && code !== 'EPIPE') return new NoAnswer('other', code);
  const { reusedSocket } = (error.request ?? {}) as { reusedSocket?: boolean };
  return new NoAnswer(reusedSocket ? 'stale' : 'reset', code);
}

/** Where one kept connection was closed unnoticed, so were the others; the next request opens its own. */
function dropIdle({ httpAgent, httpsAgent }: { httpAgent: HttpAgent; httpsAgent: HttpsAgent }): void {
  for (const agent of [httpAgent, httpsAgent]) {
    for (const socket of Object.values(agent.freeSockets).flat()) socket?.destroy();
  }
}
