import { Agent, request } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type EmbeddedTable, startEmbeddedTable, type TableFault } from '../../../desk/table/embedded-table.ts';

const KEY = { pk: { S: 'account#1' }, sk: { S: 'session' } };

let table: EmbeddedTable;
let agent: Agent;
beforeEach(async () => {
  table = await startEmbeddedTable();
  agent = new Agent({ keepAlive: true });
});
afterEach(async () => {
  agent.destroy();
  await table.close();
});

interface Answered {
  readonly status: number | undefined;
  readonly body: unknown;
}

/** One call of DynamoDB's low-level API, on a connection that stays open. */
function call(operation: string, input: object): Promise<Answered> {
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': `DynamoDB_20120810.${operation}`,
    'x-amz-date': '20260101T000000Z',
    authorization: 'AWS4-HMAC-SHA256 Credential=a/20260101/x/dynamodb/aws4_request, SignedHeaders=host, Signature=b',
  };
  return new Promise((resolve, reject) => {
    const sent = request(table.url, { method: 'POST', headers, agent }, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      resolve({ status: response.statusCode, body: JSON.parse(Buffer.concat(chunks).toString()) });
    });
    sent.on('error', reject).end(JSON.stringify({ TableName: table.tableName, ...input }));
  });
}

const put = (item: object = KEY) => call('PutItem', { Item: item });
const get = () => call('GetItem', { Key: KEY });

test('is ready for use, keeps rows, and counts requests by operation', async () => {
  expect(await put()).toEqual({ status: 200, body: {} });
  expect(await get()).toEqual({ status: 200, body: { Item: KEY } });
  expect(await call('DescribeTable', {})).toMatchObject({ body: { Table: { TableStatus: 'ACTIVE' } } });
  expect(table.counts).toEqual({ requests: 3, byOperation: { PutItem: 1, GetItem: 1, DescribeTable: 1 } });
  table.resetCounts();
  await get();
  expect(table.counts).toEqual({ requests: 1, byOperation: { GetItem: 1 } });
});

test('tables in one process share nothing', async () => {
  const other = await startEmbeddedTable({ tableName: 'another-table' });
  await put();
  expect(other.tableName).toBe('another-table');
  expect(await other.scan()).toEqual([]);
  await other.close();
});

test('scan gives every row of every page, whatever fails, and is not counted', async () => {
  const filler = { S: 'x'.repeat(300_000) }; // a page of a scan holds 1 MB
  for (const n of ['1', '2', '3', '4', '5']) await put({ ...KEY, sk: { S: n }, filler });
  table.resetCounts();
  table.fail('error');
  const rows = await table.scan();
  expect(rows.map((row) => row.sk)).toEqual([{ S: '1' }, { S: '2' }, { S: '3' }, { S: '4' }, { S: '5' }]);
  expect(table.counts.requests).toBe(0);
});

describe('failures', () => {
  test.each<{ how: TableFault; write: number; read: number; item: object | undefined }>([
    { how: 'read-only', write: 400, read: 200, item: KEY },
    { how: 'error', write: 500, read: 500, item: undefined },
    { how: 'empty', write: 200, read: 200, item: undefined },
  ])('$how: a write is answered $write, a read $read', async ({ how, write, read, item }) => {
    await put();
    const recover = table.fail(how);
    expect((await put({ ...KEY, more: { S: 'x' } })).status).toBe(write);
    const answered = await get();
    expect(answered.status).toBe(read);
    expect((answered.body as { Item?: object }).Item).toEqual(item);
    recover();
    expect((await put()).status).toBe(200);
    expect((await get()).body).toEqual({ Item: KEY });
  });

  test('empty: a query finds nothing either', async () => {
    await put();
    table.fail('empty');
    const query = { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': KEY.pk } };
    expect((await call('Query', query)).body).toEqual({ Items: [], Count: 0, ScannedCount: 0 });
  });

  test('empty: nor does a read of several rows', async () => {
    await put();
    table.fail('empty');
    const batch = { RequestItems: { [table.tableName]: { Keys: [KEY] } } };
    expect((await call('BatchGetItem', batch)).body).toEqual({ Responses: {}, UnprocessedKeys: {} });
  });

  test('refused: cuts connections that are open, takes no new ones, and is back at the same address', async () => {
    await put();
    const recover = table.fail('refused');
    await expect(get()).rejects.toThrow();
    await expect(get()).rejects.toThrow();
    expect(table.counts.byOperation.GetItem).toBeUndefined();
    recover();
    expect((await get()).body).toEqual({ Item: KEY });
  });

  test('lost-answer: the write is done, the caller cannot know', async () => {
    table.fail('lost-answer', 1);
    await expect(put()).rejects.toThrow('socket hang up');
    expect((await get()).body).toEqual({ Item: KEY });
  });

  test('a fault with a count ends after it', async () => {
    table.fail('error', 2);
    expect([(await get()).status, (await get()).status, (await get()).status]).toEqual([500, 500, 200]);
  });

  test('slow: the write is done at once, its answer hangs, and closing does not wait for it', async () => {
    table.fail('slow');
    const answer = put();
    answer.catch(() => undefined);
    while ((await table.scan()).length === 0) await new Promise(setImmediate);
    const unanswered = Symbol('unanswered');
    expect(await Promise.race([answer, new Promise((resolve) => setImmediate(resolve, unanswered))])).toBe(unanswered);
    await table.close();
    await expect(answer).rejects.toThrow('socket hang up');
    table = await startEmbeddedTable();
  });
});

test('queries and scans leave nothing open in the engine, whether they end early or not', async () => {
  for (const n of ['1', '2', '3']) await put({ ...KEY, sk: { S: n } });
  const query = { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': KEY.pk } };
  for (let round = 0; round < 20; round++) {
    expect(await call('Query', query)).toMatchObject({ body: { Count: 3 } });
    expect(await call('Query', { ...query, Limit: 1 })).toMatchObject({ body: { Count: 1 } });
    expect(await call('Scan', {})).toMatchObject({ body: { Count: 3 } });
    expect(await call('Scan', { Limit: 2 })).toMatchObject({ body: { Count: 2 } });
    await call('ListTables', {});
  }
  for (let turns = 0; turns < 10 && table.openIterators > 0; turns++) await new Promise(setImmediate);
  expect(table.openIterators).toBe(0);
});
