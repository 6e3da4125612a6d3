import { EventEmitter } from 'node:events';
import type { IncomingHttpHeaders, RequestListener } from 'node:http';
import dynalite from 'dynalite';
import database, { type Iterator, type Store } from 'dynalite/db/index.js';

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

export interface Engine {
  (request: Request): Promise<Answer>;
  /** Iterators of its database that are open: each holds buffers. Zero when no query or scan is at work. */
  readonly openIterators: number;
}

/**
 * DynamoDB in memory, behind its wire protocol but without a socket of its own: dynalite rethrows a broken connection where nobody can
 * catch it, so it is given whole requests only, and answers into the void when the client has gone.
 */
export function createEngine(): Engine {
  const { listener, store } = openDynalite();
  const open = closeIterators(store);
  const answer = ({ method, url, headers, body }: Request) =>
    new Promise<Answer>((resolve) => {
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
  return Object.defineProperty(answer, 'openIterators', { get: () => open.size }) as Engine;
}

/** A dynalite and its store. It shows the store to nobody, so we look on while it makes one. */
function openDynalite(): { listener: RequestListener; store: Store } {
  const { create } = database;
  let store: Store | undefined;
  database.create = (options) => {
    store = create(options);
    return store;
  };
  try {
    const [listener] = dynalite({ createTableMs: 0 }).listeners('request') as RequestListener[];
    if (!listener || !store) throw new Error('dynalite has no request listener, or no store');
    return { listener, store };
  } finally {
    database.create = create;
  }
}

/**
 * Lets the streams of a store close their iterators. dynalite 4.0.0 calls `return()` when a stream ends, which the iterators of
 * abstract-level do not have: every query and scan would leave one open for good.
 * @returns the iterators that are open
 */
function closeIterators({ db }: Store): ReadonlySet<Iterator> {
  const open = new Set<Iterator>();
  const closing = (make: (options?: object) => Iterator) => (options?: object) => {
    const iterator = make(options);
    open.add(iterator);
    iterator.return = async () => {
      open.delete(iterator);
      await iterator.close();
    };
    return iterator;
  };
  db.values = closing(db.values.bind(db));
  db.keys = closing(db.keys.bind(db));
  return open;
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
