import { randomUUID } from 'node:crypto';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { DUE_INDEX } from '../../ports/table-schema.ts';
import { available, createTableClient, type TableClient, type TableOptions, unlessConditionFails } from './client.ts';
import { type Condition, conditionExpression, type Expression, type Fields, updateExpression } from './expressions.ts';

export type { Condition, Fields } from './expressions.ts';

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** A row as it came: nobody has checked it yet. */
export type Row = Key & Readonly<Record<string, unknown>>;

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
   * Builds the request of such a `put` ahead, while its caller waits for something else.
   * @returns sends it. One that is not sent leaves nothing behind
   */
  preparePut(key: Key, fields: Fields, condition: Condition): () => Promise<boolean>;
  /**
   * Sets these attributes, removes those that are `undefined`, leaves the others, and counts `version` up; creates the row if need be.
   * @returns the row as it stands now; nothing when the condition did not hold
   */
  update(key: Key, fields: Fields, condition?: Condition): Promise<Row | undefined>;
  /** Deletes the row if the condition holds. */
  remove(key: Key, condition: Condition): Promise<void>;
}

export function openTable(options: TableOptions): Table {
  const client = createTableClient(options);
  return {
    get: (key) => get(client, key),
    getAll: (keys) => getAll(client, keys),
    query: (pk, prefix) =>
      pages(client, {
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': pk, ':prefix': prefix },
      }),
    queryIndex: (shard, dueBy) =>
      pages(client, {
        IndexName: DUE_INDEX,
        KeyConditionExpression: `#shard = :shard${dueBy ? ' AND #due <= :dueBy' : ''}`,
        ExpressionAttributeNames: { '#shard': 'shard', ...(dueBy && { '#due': 'due' }) },
        ExpressionAttributeValues: { ':shard': shard, ...(dueBy && { ':dueBy': dueBy.toISOString() }) },
      }),
    put: (key, fields, condition, signal) => put(client, key, fields, condition, signal),
    preparePut: (key, fields, condition) => preparePut(client, key, fields, condition),
    update: (key, fields, condition) => update(client, key, fields, condition),
    remove: (key, condition) => remove(client, key, condition),
  };
}

async function get(client: TableClient, key: Key): Promise<Row | undefined> {
  const command = new GetCommand({ TableName: client.tableName, Key: key, ConsistentRead: true });
  const { Item } = await available(client.send((documents, options) => documents.send(command, options)));
  return Item as Row | undefined;
}

async function getAll(client: TableClient, keys: readonly Key[]) {
  const { tableName } = client;
  const command = new BatchGetCommand({ RequestItems: { [tableName]: { Keys: [...keys], ConsistentRead: true } } });
  const { Responses, UnprocessedKeys } = await available(
    client.send((documents, options) => documents.send(command, options)),
  );
  return {
    rows: (Responses?.[tableName] ?? []) as Row[],
    unprocessed: (UnprocessedKeys?.[tableName]?.Keys ?? []) as Key[],
  };
}

async function pages(client: TableClient, input: Omit<QueryCommandInput, 'TableName'>): Promise<Row[]> {
  const rows: Row[] = [];
  let from: QueryCommandInput['ExclusiveStartKey'];
  do {
    const command = new QueryCommand({ TableName: client.tableName, ...input, ExclusiveStartKey: from });
    const page = await available(client.send((documents, options) => documents.send(command, options)));
    rows.push(...((page.Items ?? []) as Row[]));
    from = page.LastEvaluatedKey;
  } while (from);
  return rows;
}

async function put(client: TableClient, key: Key, fields: Fields, condition: Condition, signal?: AbortSignal) {
  const { command, isWritten } = putCommand(client, key, fields, condition);
  return await isWritten(client.send((documents, options) => documents.send(command, options), signal));
}

function preparePut(client: TableClient, key: Key, fields: Fields, condition: Condition) {
  const { command, isWritten } = putCommand(client, key, fields, condition);
  const send = client.prepare(command, (documents, options) => documents.send(command, options));
  return () => isWritten(send());
}

function putCommand(client: TableClient, key: Key, fields: Fields, condition: Condition) {
  const mark = randomUUID();
  const command = new PutCommand({
    TableName: client.tableName,
    Item: { ...fields, ...key, mark },
    ...conditionExpression(condition),
  });
  const isWritten = async (answer: Promise<unknown>): Promise<boolean> => {
    const failed = await unlessConditionFails(answer);
    return !(failed instanceof ConditionalCheckFailedException) || Boolean(await ownWrite(client, failed, key, mark));
  };
  return { command, isWritten };
}

async function update(client: TableClient, key: Key, fields: Fields, condition?: Condition): Promise<Row | undefined> {
  const mark = randomUUID();
  const { names, values, text } = updateExpression({ ...fields, mark });
  const when: Partial<Expression> = condition ? conditionExpression(condition) : {};
  const command = new UpdateCommand({
    TableName: client.tableName,
    Key: key,
    UpdateExpression: text,
    ...when,
    ExpressionAttributeNames: { ...when.ExpressionAttributeNames, ...names },
    ExpressionAttributeValues: { ...when.ExpressionAttributeValues, ...values },
    ReturnValues: 'ALL_NEW',
  });
  const result = await unlessConditionFails(client.send((documents, options) => documents.send(command, options)));
  if (result instanceof ConditionalCheckFailedException) return await ownWrite(client, result, key, mark);
  return result.Attributes as Row;
}

async function remove(client: TableClient, key: Key, condition: Condition): Promise<void> {
  const command = new DeleteCommand({ TableName: client.tableName, Key: key, ...conditionExpression(condition) });
  await unlessConditionFails(client.send((documents, options) => documents.send(command, options)));
}

/**
 * The row, if our own first attempt wrote it and its answer was lost: then the condition fails at the second attempt. Every conditional
 * write has a mark of its own, which tells the two apart. Without it a code that we spent would look like one that a thief spent.
 */
async function ownWrite(
  client: TableClient,
  error: ConditionalCheckFailedException,
  key: Key,
  mark: string,
): Promise<Row | undefined> {
  if ((error.$metadata.attempts ?? 1) === 1) return undefined;
  const current = await get(client, key);
  return current?.mark === mark ? current : undefined;
}
