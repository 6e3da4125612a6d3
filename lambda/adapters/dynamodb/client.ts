import { setImmediate as turn } from 'node:timers/promises';
import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, type PutCommand } from '@aws-sdk/lib-dynamodb';
import { StoreUnavailable } from '../../ports/errors.ts';

export interface TableOptions {
  readonly tableName: string;
  /** Where the table is, if not where the SDK finds it. On this machine it is an emulator's, and takes made-up credentials. */
  readonly endpoint?: string;
  readonly region?: string;
  /** The limit of one attempt; there are two attempts. 2,000 by default, so that both and an answer fit into Alexa's 8 s. */
  readonly timeoutMs?: number;
}

const ATTEMPTS = 2;
const CONNECT_MS = 1_000;
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);
const MADE_UP = { accessKeyId: 'emulated', secretAccessKey: 'emulated' };

/**
 * Steps of the SDK that cost a call a fifth of its processor time. The logger would copy every row that goes in or out for a log that nobody
 * keeps. DynamoDB calls no function, so that it needs no trace id against circles of functions. The user agent is for AWS's statistics.
 */
const NOT_NEEDED = ['loggerMiddleware', 'recursionDetectionMiddleware', 'getUserAgentMiddleware'];

/** The SDK's client of the table. */
export interface TableClient {
  readonly tableName: string;
  /** Makes one call, and ends it with all of its attempts when its time is up. @param signal ends the call earlier */
  send<T>(
    call: (documents: DynamoDBDocumentClient, options: CallOptions) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T>;
  /**
   * Builds and signs a call ahead.
   * @returns sends it, within a few minutes, as its signature gets old. A call that is not sent leaves nothing behind
   */
  prepare<T>(
    command: HeldCommand,
    call: (documents: DynamoDBDocumentClient, options: CallOptions) => Promise<T>,
  ): () => Promise<T>;
}

interface CallOptions {
  readonly abortSignal: AbortSignal;
}

/** A command of lib-dynamodb. */
interface HeldCommand {
  readonly middlewareStack: Pick<PutCommand['middlewareStack'], 'add'>;
}

export function createTableClient({ tableName, timeoutMs = 2_000, ...place }: TableOptions): TableClient {
  const documents = documentClient(place, timeoutMs);
  // An answer that has begun is no longer under the handler's time-out. The pause between attempts is within the same budget.
  const limitMs = ATTEMPTS * timeoutMs + 500;
  async function within<T>(limit: AbortController, answer: Promise<T>): Promise<T> {
    const timer = setTimeout(() => limit.abort(), limitMs).unref(); // `AbortSignal.timeout` costs four times as much
    try {
      return await answer;
    } finally {
      clearTimeout(timer);
    }
  }
  return {
    tableName,
    async send(call, signal) {
      const limit = new AbortController();
      const abortSignal = signal ? AbortSignal.any([limit.signal, signal]) : limit.signal;
      return await within(limit, call(documents, { abortSignal }));
    },
    prepare(command, call) {
      const limit = new AbortController();
      let open: () => void = () => undefined;
      const opened = new Promise<void>((resolve) => {
        open = resolve;
      });
      // Behind the signature, before the connection. A second attempt finds it open. lib-dynamodb adds all steps twice, which needs `override`.
      command.middlewareStack.add(
        (next) => async (args) => {
          await opened;
          return await next(args);
        },
        { step: 'deserialize', priority: 'low', name: 'heldMiddleware', override: true },
      );
      const answer = turn().then(() => call(documents, { abortSignal: limit.signal }));
      answer.catch(() => undefined); // whoever sends it gets the error
      return () => {
        open();
        return within(limit, answer);
      };
    },
  };
}

function documentClient({ endpoint, region }: Pick<TableOptions, 'endpoint' | 'region'>, timeoutMs: number) {
  const client = new DynamoDBClient({
    ...(endpoint && { endpoint }),
    ...(endpoint && LOOPBACK.has(new URL(endpoint).hostname) && { credentials: MADE_UP }),
    ...((region || endpoint) && { region: region ?? 'us-east-1' }),
    maxAttempts: ATTEMPTS,
    requestHandler: {
      connectionTimeout: Math.min(CONNECT_MS, timeoutMs),
      requestTimeout: timeoutMs,
      throwOnRequestTimeout: true, // else the SDK merely warns
    },
  });
  for (const name of NOT_NEEDED) client.middlewareStack.remove(name);
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}

/** @throws StoreUnavailable for whatever the call throws */
export async function available<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    throw new StoreUnavailable('the table did not answer as it should', { cause });
  }
}

/** The answer, or the exception of a condition that did not hold. @throws StoreUnavailable for all else */
export async function unlessConditionFails<T>(answer: Promise<T>): Promise<T | ConditionalCheckFailedException> {
  return await available(
    answer.catch((error: unknown) => {
      if (error instanceof ConditionalCheckFailedException) return error;
      throw error;
    }),
  );
}
