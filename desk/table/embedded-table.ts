import { setMaxListeners } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { tableSchema } from '../../lambda/ports/table-schema.ts';
import { forPrograms } from '../guard.ts';
import { listenOnLoopback } from '../loopback.ts';
import { type Answer, createEngine, type Engine, operate } from './engine.ts';
import { createRemoteEngine } from './remote-engine.ts';

/**
 * How the table fails:
 * - `refused`: every connection is cut, open ones too
 * - `read-only`: writes are denied, as by a wrong policy
 * - `error`: every call is answered 500
 * - `slow`: every call is carried out at once and answered 6 s later
 * - `empty`: reads find nothing, as in a wrong table
 * - `lost-answer`: the call is carried out, and the connection cut before its answer
 */
export type TableFault = 'refused' | 'read-only' | 'error' | 'slow' | 'empty' | 'lost-answer';

export interface TableRequest {
  /** `GetItem` */
  readonly operation: string;
  readonly body: string;
}

export interface EmbeddedTable {
  readonly url: string;
  readonly tableName: string;
  /** Whether another engine than dynalite is behind it. */
  readonly isRemote: boolean;
  /** Requests since the start or the last `resetCounts()`, also by operation (`GetItem`, ...). */
  readonly counts: { requests: number; byOperation: Record<string, number> };
  resetCounts(): void;
  /**
   * Injects a failure; the returned function takes it away.
   * @param times the fault ends after this many requests to which it applies (for `refused`: connections made)
   * @param which the requests to which it applies; all by default
   */
  fail(how: TableFault, times?: number, which?: (request: TableRequest) => boolean): () => void;
  /** Takes a row out, as if it had been lost. The returned function puts it back, unless there is another in its place. */
  loseRow(key: { readonly pk: string; readonly sk: string }): Promise<() => void>;
  /** Iterators that the engine holds open: zero while no query or scan is at work. */
  readonly openIterators: number;
  /** Every row as DynamoDB writes it (`{ pk: { S: '...' } }`), whatever failure is injected. Not counted. */
  scan(): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

interface Injected {
  readonly how: TableFault;
  left: number;
  readonly which: (request: TableRequest) => boolean;
}

const LATE_MS = 6_000;
const WRITES = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'TransactWriteItems']);
/** What reads answer that find nothing. */
const NOTHING: Readonly<Record<string, object>> = {
  GetItem: {},
  BatchGetItem: { Responses: {}, UnprocessedKeys: {} },
  Query: { Items: [], Count: 0, ScannedCount: 0 },
  Scan: { Items: [], Count: 0, ScannedCount: 0 },
};

/**
 * Starts a DynamoDB in memory on loopback, with the skill's one table in it. It takes any credentials and region. With the environment
 * variable `TABLE_ENGINE_URL` the DynamoDB is the one that listens there, such as Amazon's DynamoDB Local.
 */
export async function startEmbeddedTable(options: { tableName?: string; port?: number } = {}): Promise<EmbeddedTable> {
  const { tableName = 'dimmer-plug-skill', port = 0 } = options;
  const { TABLE_ENGINE_URL: engineUrl } = process.env;
  const engine = engineUrl ? createRemoteEngine(engineUrl) : createEngine();
  await createTable(engine, tableName);

  const counts: EmbeddedTable['counts'] = { requests: 0, byOperation: {} };
  const faults = new Set<Injected>();
  const closing = new AbortController();
  setMaxListeners(0, closing.signal); // every late answer listens to it

  const listener: RequestListener = (request, response) => {
    answer(request, response).catch(() => request.socket.destroy());
  };
  const server = createServer({ keepAliveTimeout: 60_000 }, forPrograms(listener));
  server.on('connection', (socket) => {
    if (strikes('refused')) socket.destroy();
  });

  /** Whether a fault of this kind is to be applied now; counts it off. */
  function strikes(how: TableFault, request: TableRequest = { operation: '', body: '' }): boolean {
    const fault = [...faults].find((candidate) => candidate.how === how && candidate.which(request));
    if (!fault) return false;
    fault.left -= 1;
    if (fault.left <= 0) faults.delete(fault);
    return true;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'POST', url = '/', headers } = request;
    const operation = String(headers['x-amz-target'] ?? '').split('.')[1] ?? method;
    counts.requests += 1;
    counts.byOperation[operation] = (counts.byOperation[operation] ?? 0) + 1;
    const body = await textOf(request);
    const answered = failure({ operation, body }) ?? (await engine({ method, url, headers, body }));
    if (strikes('slow', { operation, body })) await sleep(LATE_MS, undefined, { signal: closing.signal });
    if (strikes('lost-answer', { operation, body })) request.socket.destroy();
    else response.writeHead(answered.status, answered.headers).end(answered.body);
  }

  function failure(request: TableRequest): Answer | undefined {
    const { operation } = request;
    if (strikes('error', request))
      return refusal(500, 'com.amazonaws.dynamodb.v20120810#InternalServerError', 'Internal server error');
    if (WRITES.has(operation) && strikes('read-only', request)) {
      const message = `not authorized to perform: dynamodb:${operation} on resource: ${tableName}`;
      return refusal(400, 'com.amazon.coral.service#AccessDeniedException', message);
    }
    const nothing = NOTHING[operation];
    if (nothing && strikes('empty', request)) return json(200, nothing);
    return undefined;
  }

  const loopback = await listenOnLoopback(server, port);

  return {
    url: loopback.url,
    tableName,
    isRemote: engineUrl !== undefined,
    counts,
    resetCounts() {
      counts.requests = 0;
      counts.byOperation = {};
    },
    fail(how, times = Number.POSITIVE_INFINITY, which = () => true) {
      const fault: Injected = { how, left: times, which };
      faults.add(fault);
      // The port stays ours meanwhile, so that nobody else can take it: a connection is made and cut at once.
      if (how === 'refused') server.closeAllConnections();
      return () => {
        faults.delete(fault);
      };
    },
    async loseRow({ pk, sk }) {
      const Key = { pk: { S: pk }, sk: { S: sk } };
      const taken = await operate(engine, 'DeleteItem', { TableName: tableName, Key, ReturnValues: 'ALL_OLD' });
      return () => {
        const put = { TableName: tableName, Item: taken.Attributes, ConditionExpression: 'attribute_not_exists(pk)' };
        if (taken.Attributes) void operate(engine, 'PutItem', put).catch(() => undefined);
      };
    },
    get openIterators() {
      return engine.openIterators;
    },
    scan: () => scan(engine, tableName),
    async close() {
      closing.abort();
      await loopback.close();
    },
  };
}

/** The request's body, without the cost of an iterator: a thousand requests a second pass here. */
const textOf = (request: IncomingMessage): Promise<string> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => resolve(Buffer.concat(chunks).toString()));
    request.on('error', reject);
  });

async function createTable(engine: Engine, tableName: string): Promise<void> {
  await operate(engine, 'CreateTable', { TableName: tableName, ...tableSchema });
  for (;;) {
    const { Table } = await operate(engine, 'DescribeTable', { TableName: tableName });
    if ((Table as { TableStatus: string }).TableStatus === 'ACTIVE') return;
    await sleep(1);
  }
}

async function scan(engine: Engine, tableName: string): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  let from: unknown;
  do {
    const start = from ? { ExclusiveStartKey: from } : {};
    const page = await operate(engine, 'Scan', { TableName: tableName, ConsistentRead: true, ...start });
    rows.push(...(page.Items as Record<string, unknown>[]));
    from = page.LastEvaluatedKey;
  } while (from);
  return rows;
}

const refusal = (status: number, type: string, message: string): Answer => json(status, { __type: type, message });

const json = (status: number, content: object): Answer => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.0' },
  body: JSON.stringify(content),
});
