import { EventEmitter } from 'node:events';
import type { IncomingHttpHeaders, RequestListener } from 'node:http';
import dynalite from 'dynalite';

export interface Request {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: string;
}

export type Engine = (request: Request) => Promise<Answer>;

/**
 * DynamoDB in memory, behind its wire protocol but without a socket of its own: dynalite rethrows a broken connection where nobody can
 * catch it, so it is given whole requests only, and answers into the void when the client has gone.
 */
export function createEngine(): Engine {
  const [listener] = dynalite({ createTableMs: 0 }).listeners('request') as RequestListener[];
  if (!listener) throw new Error('dynalite has no request listener');
  return ({ method, url, headers, body }) =>
    new Promise((resolve) => {
      const request = Object.assign(new EventEmitter(), { method, url, headers });
      const answered: Record<string, string | number> = {};
      const response = {
        statusCode: 200,
        setHeader(name: string, value: string | number) {
          answered[name] = value;
        },
        end(text = '') {
          resolve({ status: response.statusCode, headers: answered, body: text });
        },
      };
      listener(request as never, response as never);
      request.emit('data', Buffer.from(body));
      request.emit('end');
    });
}

/** One operation of our own, e.g. `CreateTable`. */
export async function operate(engine: Engine, operation: string, input: object): Promise<Record<string, unknown>> {
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': `DynamoDB_20120810.${operation}`,
    'x-amz-date': '20260101T000000Z',
    authorization: 'AWS4-HMAC-SHA256 Credential=desk, SignedHeaders=host, Signature=desk',
  };
  const answer = await engine({ method: 'POST', url: '/', headers, body: JSON.stringify(input) });
  if (answer.status !== 200) throw new Error(`${operation}: ${answer.status} ${answer.body}`);
  return JSON.parse(answer.body);
}
