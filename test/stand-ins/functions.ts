import { fork } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { LambdaFunctionURLEvent } from 'aws-lambda';
import type { Answered, Asked } from './loopback.ts';
import { unzip } from './zip.ts';

export interface RunningFunction {
  invoke(event: unknown): Promise<unknown>;
  /** Ends its process and waits for that. */
  stop(): Promise<void>;
}

const PATIENCE_MS = 110_000;

/** Unpacks a code zip as Lambda does. */
export function unpack(archive: Buffer, folder: string): string[] {
  const files = unzip(archive);
  for (const [path, content] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return [...files.keys()];
}

/** Starts a function in a process of its own, with nothing but its own environment variables. @param root the project's folder */
export async function startFunction(
  root: string,
  folder: string,
  handler: string,
  environment: Readonly<Record<string, string>>,
): Promise<RunningFunction> {
  const child = fork(join(root, 'test', 'stand-ins', 'function-process.mjs'), [folder, handler], {
    env: { ...environment },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: [],
  });
  const waiting = new Map<number, (message: { result?: unknown; error?: string }) => void>();
  let count = 0;
  await new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('exit', () => reject(new Error(`${handler} cannot be loaded`)));
  });
  child.on('message', (message: { id: number; result?: unknown; error?: string }) =>
    waiting.get(message.id)?.(message),
  );
  return {
    invoke(event) {
      const id = count++;
      child.send({ id, event });
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`${handler} does not answer`)), PATIENCE_MS);
        waiting.set(id, ({ result, error }) => {
          clearTimeout(timer);
          if (error === undefined) resolve(result);
          else reject(new Error(error));
        });
      });
    },
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      await ended;
    },
  };
}

/** The event that a function URL makes from a request. @see https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html */
export function toUrlEvent({ method, url, headers, body }: Asked, domainName: string): LambdaFunctionURLEvent {
  const { cookie, ...others } = headers;
  const query = url.search.slice(1);
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: url.pathname,
    rawQueryString: query,
    ...(cookie && { cookies: cookie.split('; ') }),
    headers: Object.fromEntries(
      Object.entries({ ...others, host: domainName }).map(([name, value]) => [name, String(value)]),
    ),
    requestContext: {
      accountId: 'anonymous',
      apiId: domainName.split('.')[0] ?? '',
      domainName,
      domainPrefix: domainName.split('.')[0] ?? '',
      http: { method, path: url.pathname, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'stand-in' },
      requestId: 'stand-in',
      routeKey: '$default',
      stage: '$default',
      time: new Date().toISOString(),
      timeEpoch: Date.now(),
    },
    body: body.toString('base64'),
    isBase64Encoded: true,
  };
}

/** The response that a function URL makes from the function's result. */
export function fromUrlResult(result: unknown): Answered & { readonly cookies: readonly string[] } {
  const {
    statusCode,
    headers = {},
    cookies = [],
    body = '',
  } = result as {
    statusCode: number;
    headers?: Record<string, string>;
    cookies?: string[];
    body?: string;
  };
  return { status: statusCode, headers, cookies, body };
}
