import { afterEach, describe, expect, test } from '@jest/globals';
import type { SQSEvent } from 'aws-lambda';
import { createFifoQueue, type FifoQueue, type FifoQueueOptions } from '../../../desk/queue/fifo-queue.ts';
import type { StateMessage } from '../../../lambda/ports/report-queue.ts';
import { testClock } from '../../support/clock.ts';
import { stateIn } from '../../support/sqs-event.ts';

const clock = testClock();
const opened: FifoQueue[] = [];

afterEach(() => Promise.all(opened.splice(0).map((queue) => queue.close())));

function open(worker: FifoQueueOptions['worker'], options: Partial<FifoQueueOptions> = {}): FifoQueue {
  const queue = createFifoQueue({ clock, worker, ...options });
  opened.push(queue);
  return queue;
}

const sample = (deviceId: string, level: number): StateMessage => ({
  kind: 'state',
  accountId: 'account-1',
  deviceId,
  power: 'ON',
  level,
  connected: true,
  at: '2026-03-01T12:00:00.000Z',
  cause: 'PHYSICAL_INTERACTION',
});
const levelsIn = ({ Records }: SQSEvent) => Records.map(({ body }) => stateIn(body).level);
const device = ({ Records }: SQSEvent) => stateIn(Records[0]?.body ?? '').deviceId;
const failing = ({ Records }: SQSEvent, ...levels: number[]) => ({
  batchItemFailures: Records.filter(({ body }) => levels.includes(stateIn(body).level)).map(({ messageId }) => ({
    itemIdentifier: messageId,
  })),
});

/** Advances the clock after every failed batch, so that the queue delivers it again at once. */
const redeliverAtOnce = (queue: FifoQueue, ms = 30_000) =>
  queue.onExchange(({ failed }) => {
    if (failed.length > 0) setImmediate(() => clock.advance(ms));
  });

/** A promise and the function that resolves it. A worker waits for the promise until the test opens the gate. */
function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

test('the oldest message says since when reports wait', async () => {
  const queue = open(async () => undefined);
  expect(queue.oldestSentAt).toBeUndefined();
  queue.pause();
  const at = clock.now();
  await queue.send([sample('1', 10)]);
  clock.advance(60_000);
  await queue.send([sample('2', 20)]);
  expect(Math.abs((queue.oldestSentAt?.getTime() ?? 0) - at.getTime())).toBeLessThan(1_000);
  queue.resume();
  await queue.idle();
  expect(queue.oldestSentAt).toBeUndefined();
});

test('a record has the fields that Lambda passes to a function', async () => {
  const events: SQSEvent[] = [];
  const queue = open(async (event) => void events.push(event));
  const sentAt = clock.now().getTime();
  await queue.send([sample('a', 30)]);
  await queue.idle();
  expect(events).toEqual([
    {
      Records: [
        {
          messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
          receiptHandle: expect.stringMatching(/^[0-9a-f-]{36}$/),
          body: expect.stringContaining('"level":30'),
          attributes: {
            ApproximateReceiveCount: '1',
            ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
            SentTimestamp: expect.stringMatching(/^\d{13}$/),
            SenderId: expect.any(String),
            SequenceNumber: '00000000000000000001',
            MessageGroupId: 'account-1/a',
            MessageDeduplicationId: expect.stringMatching(/^[0-9a-f]{64}$/),
          },
          messageAttributes: {},
          md5OfBody: expect.stringMatching(/^[0-9a-f]{32}$/),
          eventSource: 'aws:sqs',
          eventSourceARN: expect.stringMatching(/\.fifo$/),
          awsRegion: 'us-east-1',
        },
      ],
    },
  ]);
  const attributes = events[0]?.Records[0]?.attributes;
  expect(Math.abs(Number(attributes?.SentTimestamp) - sentAt)).toBeLessThan(1_000);
});

describe('order', () => {
  test('a group is delivered in order and in batches', async () => {
    const batches: number[][] = [];
    const queue = open(async (event) => void batches.push(levelsIn(event)), { batchSize: 2 });
    await queue.send([1, 2, 3, 4, 5].map((level) => sample('a', level)));
    expect(queue.depth).toBe(5);
    await queue.idle();
    expect(batches).toEqual([[1, 2], [3, 4], [5]]);
    expect(queue.depth).toBe(0);
  });

  test('a slow group does not delay other groups', async () => {
    const slow = gate();
    const seen: string[] = [];
    const queue = open(async (event) => {
      if (device(event) === 'slow') await slow.opened;
      seen.push(...levelsIn(event).map((level) => `${device(event)}${level}`));
    });
    const others = new Promise<void>((resolve) => queue.onExchange(() => resolve()));
    await queue.send([sample('slow', 1), sample('quick', 1)]);
    await others;
    await queue.send([sample('slow', 2)]);
    expect(seen).toEqual(['quick1']);
    slow.open();
    await queue.idle();
    expect(seen).toEqual(['quick1', 'slow1', 'slow2']);
  });

  test('a group delivers its failed message before the next one', async () => {
    const batches: number[][] = [];
    const queue = open(
      async (event) => {
        batches.push(levelsIn(event));
        return batches.length === 1 ? failing(event, 1) : undefined;
      },
      { batchSize: 1 },
    );
    redeliverAtOnce(queue);
    await queue.send([sample('a', 1), sample('a', 2)]);
    await queue.idle();
    expect(batches).toEqual([[1], [1], [2]]);
  });
});

describe('failures', () => {
  test('only the failed messages of a batch are delivered again', async () => {
    const batches: number[][] = [];
    const counts: string[][] = [];
    const queue = open(async (event) => {
      batches.push(levelsIn(event));
      counts.push(event.Records.map(({ attributes }) => attributes.ApproximateReceiveCount));
      return batches.length === 1 ? failing(event, 2, 3) : { batchItemFailures: [] };
    });
    redeliverAtOnce(queue);
    await queue.send([1, 2, 3].map((level) => sample('a', level)));
    await queue.idle();
    expect(batches).toEqual([
      [1, 2, 3],
      [2, 3],
    ]);
    expect(counts).toEqual([
      ['1', '1', '1'],
      ['2', '2'],
    ]);
  });

  test.each([
    { when: 'throws', answer: () => Promise.reject(new Error('no')) },
    {
      when: 'throws before it awaits',
      answer: () => {
        throw new Error('no');
      },
    },
    { when: 'names an unknown id', answer: async () => ({ batchItemFailures: [{ itemIdentifier: 'x' }] }) },
    { when: 'names an empty id', answer: async () => ({ batchItemFailures: [{ itemIdentifier: '' }] }) },
    { when: 'misspells the key', answer: async () => ({ batchItemFailures: [{ messageId: 'x' }] }) },
    { when: 'returns text', answer: async () => 'fine' },
    { when: 'returns text in place of a list', answer: async () => ({ batchItemFailures: 'none' }) },
    { when: 'returns a list with null', answer: async () => ({ batchItemFailures: [null] }) },
  ])('a worker that $when fails the whole batch', async ({ answer }) => {
    const queue = open(answer, { maxReceives: 1 });
    const failures: number[] = [];
    queue.onExchange(({ failed }) => void failures.push(failed.length));
    redeliverAtOnce(queue);
    await queue.send([sample('a', 1), sample('a', 2)]);
    await queue.idle();
    expect(failures).toEqual([2]);
    expect(queue.deadLetters.map(({ body }) => stateIn(body).level)).toEqual([1, 2]);
  });

  test.each([
    { when: 'nothing', answer: undefined },
    { when: 'null', answer: null },
    { when: 'an empty object', answer: {} },
    { when: 'an empty list', answer: { batchItemFailures: [] } },
    { when: 'null in place of a list', answer: { batchItemFailures: null } },
  ])('a worker that returns $when has processed the whole batch', async ({ answer }) => {
    const queue = open(async () => answer);
    await queue.send([sample('a', 1)]);
    await queue.idle();
    expect([queue.depth, queue.deadLetters]).toEqual([0, []]);
  });

  test('a failed message stays hidden until its visibility time-out ends', async () => {
    let received = 0;
    const failedOnce = gate();
    const queue = open(async (event) => {
      received += 1;
      return received === 1 ? failing(event, 1) : undefined;
    });
    queue.onExchange(() => failedOnce.open());
    await queue.send([sample('a', 1)]);
    await failedOnce.opened;
    clock.advance(20_000);
    await new Promise((resolve) => setImmediate(resolve));
    expect([received, queue.depth]).toEqual([1, 1]);
    clock.advance(10_000);
    await queue.idle();
    expect(received).toBe(2);
  });

  test.each([
    { when: 'sooner', afterSeconds: 5, hiddenMs: 4_900, comesMs: 200 },
    { when: 'later', afterSeconds: 60, hiddenMs: 59_000, comesMs: 2_000 },
  ])(
    'a failed message is delivered again $when if the worker changed its visibility',
    async ({ afterSeconds, hiddenMs, comesMs }) => {
      const batches: number[][] = [];
      const failedOnce = gate();
      const queue = open(async (event) => {
        batches.push(levelsIn(event));
        if (batches.length > 1) return undefined;
        await queue.changeVisibility(event.Records.map(({ receiptHandle: receipt }) => ({ receipt, afterSeconds })));
        return failing(event, 1, 2);
      });
      queue.onExchange(() => failedOnce.open());
      await queue.send([sample('a', 1), sample('a', 2)]);
      await failedOnce.opened;
      clock.advance(hiddenMs);
      await new Promise((resolve) => setImmediate(resolve));
      expect(batches).toEqual([[1, 2]]);
      clock.advance(comesMs);
      await queue.idle();
      expect(batches).toEqual([
        [1, 2],
        [1, 2],
      ]);
    },
  );

  test('a receipt is valid for one delivery and not after the message is processed', async () => {
    const receipts: string[] = [];
    const queue = open(async ({ Records }) => void receipts.push(Records[0]?.receiptHandle ?? ''));
    queue.repeatNext();
    await queue.send([sample('a', 1)]);
    await queue.idle();
    expect(new Set(receipts).size).toBe(2);
    for (const receipt of [...receipts, 'unknown'])
      await expect(queue.changeVisibility([{ receipt, afterSeconds: 5 }])).rejects.toMatchObject({
        name: 'StoreUnavailable',
      });
  });

  test('a message that always fails becomes a dead letter, and the next one is delivered', async () => {
    const batches: number[][] = [];
    const queue = open(
      async (event) => {
        batches.push(levelsIn(event));
        return failing(event, 1);
      },
      { batchSize: 1, maxReceives: 3 },
    );
    redeliverAtOnce(queue);
    await queue.send([sample('a', 1), sample('a', 2)]);
    await queue.idle();
    expect(batches).toEqual([[1], [1], [1], [2]]);
    expect(queue.deadLetters).toEqual([
      {
        messageId: expect.any(String),
        groupId: 'account-1/a',
        body: expect.stringContaining('"level":1,'),
        receives: 3,
      },
    ]);
  });

  test('a worker that takes too long fails the batch, and its late answer has no effect', async () => {
    const hanging = gate();
    let received = 0;
    const errors: unknown[] = [];
    const queue = open(async (event) => {
      received += 1;
      if (received > 1) return undefined;
      setImmediate(() => clock.advance(30_000));
      await hanging.opened;
      return failing(event, 1);
    });
    queue.onExchange(({ error }) => void errors.push(error));
    await queue.send([sample('a', 1)]);
    await queue.idle();
    hanging.open();
    await new Promise((resolve) => setImmediate(resolve));
    expect([received, errors, queue.depth, queue.deadLetters]).toEqual([2, ['time-out', undefined], 0, []]);
  });
});

describe('delivery as in SQS', () => {
  test('the queue drops an equal message within five minutes', async () => {
    const batches: number[][] = [];
    const queue = open(async (event) => void batches.push(levelsIn(event)));
    await queue.send([sample('a', 1), sample('a', 1)]);
    await queue.idle();
    await queue.send([sample('a', 1)]);
    await queue.idle();
    clock.advance(5 * 60_000);
    await queue.send([sample('a', 1)]);
    await queue.idle();
    expect(batches).toEqual([[1], [1]]);
  });

  test('repeatNext delivers one batch twice', async () => {
    const batches: string[][] = [];
    const queue = open(
      async ({ Records }) => void batches.push(Records.map(({ attributes }) => attributes.ApproximateReceiveCount)),
    );
    queue.repeatNext();
    await queue.send([sample('a', 1)]);
    await queue.idle();
    await queue.send([sample('a', 2)]);
    await queue.idle();
    expect(batches).toEqual([['1'], ['2'], ['1']]);
  });
});

describe('control and observation', () => {
  test('a paused queue delivers nothing until it resumes', async () => {
    const batches: number[][] = [];
    const queue = open(async (event) => void batches.push(levelsIn(event)));
    queue.pause();
    await queue.send([sample('a', 1), sample('b', 2)]);
    await new Promise((resolve) => setImmediate(resolve));
    expect([batches, queue.depth]).toEqual([[], 2]);
    queue.resume();
    await queue.idle();
    expect(batches).toEqual([[1], [2]]);
  });

  test('an exchange holds the delivered messages and the ids that failed', async () => {
    const queue = open(async (event) => failing(event, 2), { maxReceives: 1 });
    const exchanges: unknown[] = [];
    const stop = queue.onExchange(({ event, failed }) => {
      exchanges.push({
        levels: levelsIn(event),
        failed: failed.map((id) => event.Records.findIndex((r) => r.messageId === id)),
      });
    });
    redeliverAtOnce(queue);
    await queue.send([sample('a', 1), sample('a', 2)]);
    await queue.idle();
    stop();
    await queue.send([sample('a', 3)]);
    await queue.idle();
    expect(exchanges).toEqual([{ levels: [1, 2], failed: [1] }]);
  });

  test('the functions of a queue work without their object', async () => {
    const batches: number[][] = [];
    const { send, pause, resume, idle } = open(async (event) => void batches.push(levelsIn(event)));
    pause();
    await send([sample('a', 1)]);
    resume();
    await idle();
    expect(batches).toEqual([[1]]);
  });

  test('an empty queue is idle', async () => {
    await expect(open(async () => undefined).idle()).resolves.toBeUndefined();
  });

  test('a closed queue rejects new messages and drops failed ones', async () => {
    const queue = open(async (event) => failing(event, 1));
    const handed = new Promise<void>((resolve) => queue.onExchange(() => resolve()));
    await queue.send([sample('a', 1)]);
    await handed;
    const idle = queue.idle();
    await queue.close();
    await idle;
    expect(queue.depth).toBe(0);
    await expect(queue.send([sample('a', 2)])).rejects.toMatchObject({ name: 'StoreUnavailable' });
  });
});
