import { createHash } from 'node:crypto';
import { afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createReportQueue } from '../../../lambda/adapters/sqs/queue.ts';
import type { StateMessage } from '../../../lambda/ports/report-queue.ts';
import { stateIn } from '../../support/sqs-event.ts';
import { json, type Reply, reset, ScriptedServer } from '../http/scripted-server.ts';

interface Entry {
  readonly Id: string;
  readonly MessageBody: string;
  readonly MessageGroupId: string;
  readonly MessageDeduplicationId: string;
}

let sqs: ScriptedServer;

beforeAll(() => {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'desk', AWS_SECRET_ACCESS_KEY: 'desk' });
});

beforeEach(async () => {
  sqs = new ScriptedServer();
  sqs.script = [taking()];
  await sqs.listen();
});

afterEach(() => sqs.close());

const queue = () => createReportQueue({ queueUrl: `${sqs.url}/000000000000/reports.fifo`, region: 'us-east-1' });
const entriesOf = (request: number): Entry[] => JSON.parse(sqs.received[request]?.body ?? '{}').Entries;
const devicesIn = (request: number) => entriesOf(request).map(({ MessageBody }) => stateIn(MessageBody).deviceId);

/** SQS's answer to SendMessageBatch: everything is taken, but for these devices. */
function taking({ not = [] }: { not?: string[] } = {}): Reply {
  return (response) => {
    const entries = entriesOf(sqs.received.length - 1);
    const isRefused = ({ MessageBody }: Entry) => not.includes(stateIn(MessageBody).deviceId);
    json(200, {
      Successful: entries
        .filter((entry) => !isRefused(entry))
        .map(({ Id, MessageBody }) => {
          return {
            Id,
            MessageId: `message-${Id}`,
            MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex'),
          };
        }),
      Failed: entries.filter(isRefused).map(({ Id }) => ({ Id, Code: 'InternalError', SenderFault: false })),
    })(response);
  };
}

const sample = (deviceId: string, level = 30): StateMessage => ({
  kind: 'state',
  accountId: 'account-1',
  deviceId,
  power: 'ON',
  level,
  connected: true,
  at: '2026-03-01T12:00:00.000Z',
  cause: 'PHYSICAL_INTERACTION',
});

test('a sample is one message of its device’s group', async () => {
  await queue().send([sample('1613723')]);
  expect(sqs.received).toHaveLength(1);
  expect(sqs.received[0]?.headers['x-amz-target']).toBe('AmazonSQS.SendMessageBatch');
  expect(JSON.parse(sqs.received[0]?.body ?? '{}').QueueUrl).toBe(`${sqs.url}/000000000000/reports.fifo`);
  expect(entriesOf(0)).toEqual([
    {
      Id: '0',
      MessageBody:
        '{"kind":"state","accountId":"account-1","deviceId":"1613723","power":"ON","level":30,"connected":true,' +
        '"at":"2026-03-01T12:00:00.000Z","cause":"PHYSICAL_INTERACTION"}',
      MessageGroupId: 'account-1/1613723',
      MessageDeduplicationId: expect.stringMatching(/^[0-9a-f]{64}$/),
    },
  ]);
});

test('nothing to send is no call', async () => {
  await queue().send([]);
  expect(sqs.received).toEqual([]);
});

test('eleven devices are two calls', async () => {
  await queue().send(Array.from({ length: 11 }, (_, i) => sample(`d${i}`)));
  expect(devicesIn(0)).toEqual(['d0', 'd1', 'd2', 'd3', 'd4', 'd5', 'd6', 'd7', 'd8', 'd9']);
  expect(devicesIn(1)).toEqual(['d10']);
});

test('samples of one device go one after the other', async () => {
  await queue().send([sample('a', 10), sample('b', 10), sample('a', 20), sample('a', 30)]);
  expect([devicesIn(0), devicesIn(1), devicesIn(2)]).toEqual([['a', 'b'], ['a'], ['a']]);
  expect([1, 2].map((i) => stateIn(entriesOf(i)[0]?.MessageBody ?? '').level)).toEqual([20, 30]);
});

test('what SQS did not take is sent again, and nothing else', async () => {
  sqs.script = [taking({ not: ['b'] }), taking()];
  await queue().send([sample('a'), sample('b'), sample('c')]);
  expect([devicesIn(0), devicesIn(1)]).toEqual([['a', 'b', 'c'], ['b']]);
  expect(entriesOf(1)[0]?.MessageDeduplicationId).toBe(entriesOf(0)[1]?.MessageDeduplicationId);
});

test('what SQS refuses twice is an error, and what comes later waits', async () => {
  sqs.script = [taking({ not: ['b'] })];
  await expect(queue().send([sample('a'), sample('b'), sample('a', 40)])).rejects.toMatchObject({
    name: 'StoreUnavailable',
    cause: { message: 'SQS did not take 1 messages: InternalError' },
  });
  expect(sqs.received).toHaveLength(2);
});

test.each([
  {
    when: 'there is no such queue',
    reply: json(400, { __type: 'com.amazonaws.sqs#QueueDoesNotExist', message: 'no such queue' }),
    calls: 1,
  },
  { when: 'access is denied', reply: json(403, { __type: 'AccessDeniedException' }), calls: 1 },
  { when: 'SQS is down', reply: json(503, { __type: 'ServiceUnavailable' }), calls: 2 },
  { when: 'the connection breaks', reply: reset, calls: 2 },
])('$when', async ({ reply, calls }) => {
  sqs.script = [reply];
  await expect(queue().send([sample('a')])).rejects.toMatchObject({ name: 'StoreUnavailable' });
  expect(sqs.received).toHaveLength(calls);
});

test('messages that are to come again are one call, each with its own time', async () => {
  sqs.script = [json(200, { Successful: [{ Id: '0' }, { Id: '1' }], Failed: [] })];
  await queue().changeVisibility([
    { receipt: 'receipt-a', afterSeconds: 5 },
    { receipt: 'receipt-b', afterSeconds: 300 },
  ]);
  expect(sqs.received).toHaveLength(1);
  expect(sqs.received[0]?.headers['x-amz-target']).toBe('AmazonSQS.ChangeMessageVisibilityBatch');
  expect(JSON.parse(sqs.received[0]?.body ?? '{}')).toEqual({
    QueueUrl: `${sqs.url}/000000000000/reports.fifo`,
    Entries: [
      { Id: '0', ReceiptHandle: 'receipt-a', VisibilityTimeout: 5 },
      { Id: '1', ReceiptHandle: 'receipt-b', VisibilityTimeout: 300 },
    ],
  });
});

test('eleven that are to come again are two calls', async () => {
  sqs.script = [json(200, { Successful: [], Failed: [] })];
  await queue().changeVisibility(Array.from({ length: 11 }, (_, i) => ({ receipt: `receipt-${i}`, afterSeconds: 5 })));
  expect([entriesOf(0).length, entriesOf(1).length]).toEqual([10, 1]);
});

test.each([
  {
    when: 'a receipt is an old one',
    reply: json(200, { Successful: [], Failed: [{ Id: '0', Code: 'ReceiptHandleIsInvalid', SenderFault: true }] }),
  },
  { when: 'access is denied', reply: json(403, { __type: 'AccessDeniedException' }) },
  { when: 'the connection breaks', reply: reset },
])('a message cannot be brought again sooner: $when', async ({ reply }) => {
  sqs.script = [reply];
  const repeated = queue().changeVisibility([{ receipt: 'receipt-a', afterSeconds: 5 }]);
  await expect(repeated).rejects.toMatchObject({ name: 'StoreUnavailable' });
});
