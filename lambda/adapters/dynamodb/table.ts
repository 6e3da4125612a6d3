import { randomUUID } from 'node:crypto';
import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { StoreUnavailable } from '../../ports/errors.ts';
import { DUE_INDEX } from '../../ports/table-schema.ts';

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** A row as it came: nobody has looked at it yet. */
export type Row = Key & Readonly<Record<string, unknown>>;

/** A row's own attributes; `undefined` ones are not written. */
export type Fields = Readonly<Record<string, unknown>>;

/** What must hold of the row for a write to happen. */
export type Condition =
  | 'absent'
  | 'present'
  | { readonly equals: Readonly<Record<string, string | number>> }
  /** Each of these attributes (ISO 8601, UTC) is absent, or not after this one; and the row is there, if it must be. */
  | { readonly notAfter: Readonly<Record<string, string>>; readonly present?: true };

/** Our one table. Every read is consistent, but for the index. @throws StoreUnavailable from every method */
export interface Table {
  get(key: Key): Promise<Row | undefined>;
  /**
   * The rows with these keys, those that are there, in any order, and the keys that were left unread: BatchGetItem gives back what is
   * too much for one answer, or for a partition at the moment.
   * @param keys from 1 to 100, none of them twice
   */
  getAll(keys: readonly Key[]): Promise<{ readonly rows: Row[]; readonly unprocessed: Key[] }>;
  /** Every row of the partition whose sort key begins so. */
  query(pk: string, prefix: string): Promise<Row[]>;
  /** The keys of every row in one shard of the index, or of those due by then; it may lag behind by a moment. */
  queryIndex(shard: string, dueBy?: Date): Promise<Row[]>;
  /**
   * Writes the whole row.
   * @param signal ends the call when it aborts; no attempt begins after that
   * @returns false when the condition did not hold
   */
  put(key: Key, fields: Fields, condition: Condition, signal?: AbortSignal): Promise<boolean>;
  /**
   * Sets these attributes, removes those that are `undefined`, leaves the others, and counts `version` up; creates the row if need be.
   * @returns the row as it stands now; nothing when the condition did not hold
   */
  update(key: Key, fields: Fields, condition?: Condition): Promise<Row | undefined>;
  /** Deletes the row if the condition holds. */
  remove(key: Key, condition: Condition): Promise<void>;
}

export interface TableOptions {
  readonly tableName: string;
  /** Where the table is, if not where the SDK finds it. On this machine it is an emulator's, and takes made-up credentials. */
  readonly endpoint?: string;
  readonly region?: string;
  /** Of one attempt; there are two of them. 2,000 by default, so that both and an answer fit into Alexa's 8 s. */
  readonly timeoutMs?: number;
}

const ATTEMPTS = 2;
const CONNECT_MS = 1_000;
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);
const MADE_UP = { accessKeyId: 'emulated', secretAccessKey: 'emulated' };

export function openTable({ tableName, endpoint, region, timeoutMs = 2_000 }: TableOptions): Table {
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
  // It would copy every row that goes in or out for a log that nobody keeps.
  client.middlewareStack.remove('loggerMiddleware');
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  // An answer that has begun is no longer under the handler's time-out. The pause between attempts is within the same budget.
  const options = (signal?: AbortSignal) => {
    const limit = AbortSignal.timeout(ATTEMPTS * timeoutMs + 500);
    return { abortSignal: signal ? AbortSignal.any([limit, signal]) : limit };
  };

  async function get(key: Key): Promise<Row | undefined> {
    const command = new GetCommand({ TableName: tableName, Key: key, ConsistentRead: true });
    const { Item } = await available(documents.send(command, options()));
    return Item as Row | undefined;
  }

  async function getAll(keys: readonly Key[]) {
    const command = new BatchGetCommand({ RequestItems: { [tableName]: { Keys: [...keys], ConsistentRead: true } } });
    const { Responses, UnprocessedKeys } = await available(documents.send(command, options()));
    return {
      rows: (Responses?.[tableName] ?? []) as Row[],
      unprocessed: (UnprocessedKeys?.[tableName]?.Keys ?? []) as Key[],
    };
  }

  async function pages(input: Omit<QueryCommandInput, 'TableName'>): Promise<Row[]> {
    const rows: Row[] = [];
    let from: QueryCommandInput['ExclusiveStartKey'];
    do {
      const command = new QueryCommand({ TableName: tableName, ...input, ExclusiveStartKey: from });
      const page = await available(documents.send(command, options()));
      rows.push(...((page.Items ?? []) as Row[]));
      from = page.LastEvaluatedKey;
    } while (from);
    return rows;
  }

  /**
   * A condition that fails at the second attempt may fail because of our own first one, whose answer was lost. Every conditional write
   * leaves its own mark, which tells the two apart: else a code spent by us would look like one spent by a thief.
   */
  async function oursAfterAll(
    error: ConditionalCheckFailedException,
    key: Key,
    mark: string,
  ): Promise<Row | undefined> {
    if ((error.$metadata.attempts ?? 1) === 1) return undefined;
    const standing = await get(key);
    return standing?.mark === mark ? standing : undefined;
  }

  return {
    get,
    getAll,
    query: (pk, prefix) =>
      pages({
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': pk, ':prefix': prefix },
      }),
    queryIndex: (shard, dueBy) =>
      pages({
        IndexName: DUE_INDEX,
        KeyConditionExpression: `#shard = :shard${dueBy ? ' AND #due <= :dueBy' : ''}`,
        ExpressionAttributeNames: { '#shard': 'shard', ...(dueBy && { '#due': 'due' }) },
        ExpressionAttributeValues: { ':shard': shard, ...(dueBy && { ':dueBy': dueBy.toISOString() }) },
      }),
    async put(key, fields, condition, signal) {
      const mark = randomUUID();
      const command = new PutCommand({
        TableName: tableName,
        Item: { ...fields, ...key, mark },
        ...expression(condition),
      });
      const failed = await unlessConditionFails(documents.send(command, options(signal)));
      return !(failed instanceof ConditionalCheckFailedException) || Boolean(await oursAfterAll(failed, key, mark));
    },
    async update(key, fields, condition) {
      const mark = randomUUID();
      const { names, values, text } = updateOf({ ...fields, mark });
      const when: Partial<Expression> = condition ? expression(condition) : {};
      const command = new UpdateCommand({
        TableName: tableName,
        Key: key,
        UpdateExpression: text,
        ...when,
        ExpressionAttributeNames: { ...when.ExpressionAttributeNames, ...names },
        ExpressionAttributeValues: { ...when.ExpressionAttributeValues, ...values },
        ReturnValues: 'ALL_NEW',
      });
      const result = await unlessConditionFails(documents.send(command, options()));
      if (result instanceof ConditionalCheckFailedException) return await oursAfterAll(result, key, mark);
      return result.Attributes as Row;
    },
    async remove(key, condition) {
      const command = new DeleteCommand({ TableName: tableName, Key: key, ...expression(condition) });
      await unlessConditionFails(documents.send(command, options()));
    },
  };
}

interface Expression {
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, unknown>;
}

function expression(condition: Condition): Expression {
  if (condition === 'absent' || condition === 'present') {
    const test = condition === 'absent' ? 'attribute_not_exists' : 'attribute_exists';
    return { ConditionExpression: `${test}(#pk)`, ExpressionAttributeNames: { '#pk': 'pk' } };
  }
  if ('notAfter' in condition) {
    const latest = Object.entries(condition.notAfter);
    const tests = latest.map(([name]) => `(attribute_not_exists(#${name}) OR #${name} <= :latest_${name})`);
    return {
      ConditionExpression: [...tests, ...(condition.present ? ['attribute_exists(#pk)'] : [])].join(' AND '),
      ExpressionAttributeNames: {
        ...Object.fromEntries(latest.map(([name]) => [`#${name}`, name])),
        ...(condition.present && { '#pk': 'pk' }),
      },
      ExpressionAttributeValues: Object.fromEntries(latest.map(([name, value]) => [`:latest_${name}`, value])),
    };
  }
  const expected = Object.entries(condition.equals);
  return {
    ConditionExpression: expected.map(([name]) => `#${name} = :was_${name}`).join(' AND '),
    ExpressionAttributeNames: Object.fromEntries(expected.map(([name]) => [`#${name}`, name])),
    ExpressionAttributeValues: Object.fromEntries(expected.map(([name, value]) => [`:was_${name}`, value])),
  };
}

function updateOf(fields: Fields) {
  const set = Object.entries(fields).filter(([, value]) => value !== undefined);
  const removed = Object.keys(fields).filter((name) => fields[name] === undefined);
  const sets = [...set.map(([name]) => `#${name} = :${name}`), '#version = if_not_exists(#version, :none) + :one'];
  return {
    text: `SET ${sets.join(', ')}${removed.length > 0 ? ` REMOVE ${removed.map((name) => `#${name}`).join(', ')}` : ''}`,
    names: Object.fromEntries([...Object.keys(fields), 'version'].map((name) => [`#${name}`, name])),
    values: { ...Object.fromEntries(set.map(([name, value]) => [`:${name}`, value])), ':none': 0, ':one': 1 },
  };
}

async function available<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    throw new StoreUnavailable('the table did not answer as it should', { cause });
  }
}

async function unlessConditionFails<T>(answer: Promise<T>): Promise<T | ConditionalCheckFailedException> {
  return await available(
    answer.catch((error: unknown) => {
      if (error instanceof ConditionalCheckFailedException) return error;
      throw error;
    }),
  );
}
