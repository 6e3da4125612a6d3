import { createHash, randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
// The body of a message is what the two sides agree on, so it is spelled once, beside the queue that ships.
import { deduplicationIdOf, groupIdOf, toBody } from '../../lambda/adapters/sqs/messages.ts';
import type { Clock } from '../../lambda/ports/clock.ts';
import { StoreUnavailable } from '../../lambda/ports/errors.ts';
import type { ReportQueue, VisibilityChange, VisibilityChanger } from '../../lambda/ports/report-queue.ts';

export interface FifoQueueOptions {
  readonly clock: Clock;
  /** The function behind the queue. Its answer is read as Lambda reads it: nothing, or an SQSBatchResponse. */
  readonly worker: (event: SQSEvent) => Promise<unknown>;
  /** How often a message is received before it becomes a dead letter; 3 by default. */
  readonly maxReceives?: number;
  /**
   * How long a received message stays hidden: the worker's time, and the pause before a failed one comes again unless the worker said
   * otherwise of it. 30 s by default.
   */
  readonly visibilityMs?: number;
  /** 10 by default. */
  readonly batchSize?: number;
}

/** Receipts are good while the worker has the message in its hands. */
export interface FifoQueue extends ReportQueue, VisibilityChanger {
  /** Messages that were received too often, oldest first. */
  readonly deadLetters: readonly DeadLetter[];
  /** Messages not yet dealt with, those in the worker's hands included. */
  readonly depth: number;
  /** Batches in the worker's hands. */
  readonly inHand: number;
  /** Hands out nothing more until `resume`; what is in the worker's hands goes on. */
  pause(): void;
  resume(): void;
  /** Resolves when every message is done with or a dead letter. */
  idle(): Promise<void>;
  /** Calls back for every batch, after the worker answered. Returns a function that stops it. */
  onExchange(listener: (exchange: QueueExchange) => void): () => void;
  /** Delivers the next batch twice, as a queue with at-least-once delivery may. */
  repeatNext(): void;
  /** Drops what is waiting; resolves when the worker has nothing in its hands. */
  close(): Promise<void>;
}

export interface DeadLetter {
  readonly messageId: string;
  readonly groupId: string;
  readonly body: string;
  readonly receives: number;
}

export interface QueueExchange {
  readonly at: Date;
  readonly event: SQSEvent;
  /** The ids of the messages that will come again. */
  readonly failed: readonly string[];
  /** What the worker threw; `time-out` when it took longer than the messages stayed hidden. */
  readonly error?: unknown;
  readonly ms: number;
}

interface Message {
  readonly messageId: string;
  readonly body: string;
  readonly deduplicationId: string;
  readonly sequenceNumber: string;
  readonly sentAt: Date;
  firstReceivedAt?: Date;
  /** Of the reading that goes on; nobody has it in hand without one. */
  receipt?: string | undefined;
  visibleAt: number;
  receives: number;
}

interface Group {
  readonly id: string;
  readonly waiting: Message[];
  busy: boolean;
}

type Outcome = { readonly response: unknown } | { readonly error: unknown };

/** How long SQS remembers a deduplication id. */
const DEDUPLICATION_MS = 5 * 60_000;

/**
 * The report queue of the desk: an SQS FIFO queue with its event source mapping, in this process. Within a group messages are handed
 * out in order and one batch at a time; groups do not wait for each other. A group whose message failed waits until that one is
 * visible again, or has become a dead letter.
 */
export function createFifoQueue(options: FifoQueueOptions): FifoQueue {
  const { clock, worker, maxReceives = 3, visibilityMs = 30_000, batchSize = 10 } = options;
  const groups = new Map<string, Group>();
  const deadLetters: DeadLetter[] = [];
  const seen = new Map<string, Date>();
  const listeners = new Set<(exchange: QueueExchange) => void>();
  const running = new Set<Promise<void>>();
  const closing = new AbortController();
  setMaxListeners(0, closing.signal); // every group whose message failed listens to it
  let waitingForIdle: (() => void)[] = [];
  let sequence = 0;
  let paused = false;
  let repeats = 0;
  let inHand = 0;

  const depth = () => [...groups.values()].reduce((sum, { waiting }) => sum + waiting.length, 0);

  function pump(): void {
    if (!paused && !closing.signal.aborted) {
      for (const group of groups.values()) if (!group.busy && group.waiting.length > 0) start(group);
    }
    if (depth() > 0 || running.size > 0) return;
    for (const resolve of waitingForIdle.splice(0)) resolve();
  }

  function start(group: Group): void {
    group.busy = true;
    const run = deliver(group).finally(() => {
      group.busy = false;
      running.delete(run);
      if (group.waiting.length === 0) groups.delete(group.id);
      pump();
    });
    running.add(run);
  }

  async function deliver(group: Group): Promise<void> {
    await Promise.resolve(); // the sender finishes sending first
    moveToDeadLetters(group);
    const batch = group.waiting.slice(0, batchSize);
    if (batch.length === 0 || closing.signal.aborted) return;
    let failed = await hand(batch, group);
    if (repeats > 0) {
      repeats -= 1;
      failed = await hand(batch, group);
    }
    const done = new Set(batch.filter(({ messageId }) => !failed.includes(messageId)));
    group.waiting.splice(0, Infinity, ...group.waiting.filter((message) => !done.has(message)));
    if (group.waiting.length > 0) await until(Math.max(...group.waiting.map(({ visibleAt }) => visibleAt)));
  }

  /** Hands a batch to the worker and answers with the ids that failed. */
  async function hand(batch: readonly Message[], group: Group): Promise<readonly string[]> {
    const at = clock.now();
    for (const message of batch) {
      message.receives += 1;
      message.firstReceivedAt ??= at;
      message.receipt = randomUUID();
      message.visibleAt = at.getTime() + visibilityMs;
    }
    const event = { Records: batch.map((message) => toRecord(message, group)) };
    const outcome = await answerInTime(event);
    for (const message of batch) message.receipt = undefined;
    const ids = batch.map(({ messageId }) => messageId);
    const failed = 'error' in outcome ? ids : failuresIn(outcome.response, ids);
    const ms = clock.now().getTime() - at.getTime();
    const exchange = { at, event, failed, ms, ...('error' in outcome && { error: outcome.error }) };
    for (const listener of listeners) listener(exchange);
    return failed;
  }

  async function answerInTime(event: SQSEvent): Promise<Outcome> {
    const answered = new AbortController();
    const tooLate = clock.wait(visibilityMs, answered.signal).then(
      () => ({ error: 'time-out' }),
      () => ({ error: 'time-out' }), // the worker was first, and this is read by nobody
    );
    inHand += 1;
    try {
      return await Promise.race([call(worker, event), tooLate]);
    } finally {
      inHand -= 1;
      answered.abort();
    }
  }

  async function until(moment: number): Promise<void> {
    const waitMs = moment - clock.now().getTime();
    if (waitMs > 0) await clock.wait(waitMs, closing.signal).catch(() => undefined);
  }

  function moveToDeadLetters(group: Group): void {
    const dead = group.waiting.filter(({ receives }) => receives >= maxReceives);
    for (const message of dead) {
      const { messageId, body, receives } = message;
      group.waiting.splice(group.waiting.indexOf(message), 1);
      deadLetters.push({ messageId, groupId: group.id, body, receives });
    }
  }

  /** Whether a message with this id was sent within the last five minutes; remembers this one. */
  function isRepeated(deduplicationId: string, now: Date): boolean {
    for (const [id, at] of seen) if (now.getTime() - at.getTime() >= DEDUPLICATION_MS) seen.delete(id);
    if (seen.has(deduplicationId)) return true;
    seen.set(deduplicationId, now);
    return false;
  }

  function accept(body: string, groupId: string): void {
    const sentAt = clock.now();
    const deduplicationId = deduplicationIdOf(body);
    if (isRepeated(deduplicationId, sentAt)) return;
    sequence += 1;
    const sequenceNumber = String(sequence).padStart(20, '0');
    const group = groups.get(groupId) ?? { id: groupId, waiting: [], busy: false };
    group.waiting.push({
      messageId: randomUUID(),
      body,
      deduplicationId,
      sequenceNumber,
      sentAt,
      receives: 0,
      visibleAt: 0,
    });
    groups.set(groupId, group);
  }

  function hide({ receipt, afterSeconds }: VisibilityChange): void {
    const held = [...groups.values()].flatMap(({ waiting }) => waiting).find((message) => message.receipt === receipt);
    if (!held) throw new StoreUnavailable('the report queue has handed out no message with this receipt');
    held.visibleAt = clock.now().getTime() + afterSeconds * 1_000;
  }

  return {
    deadLetters,
    get depth() {
      return depth();
    },
    get inHand() {
      return inHand;
    },
    send: async (messages) => {
      if (closing.signal.aborted) throw new StoreUnavailable('the report queue is closed');
      for (const message of messages) accept(toBody(message), groupIdOf(message));
      pump();
    },
    changeVisibility: async (messages) => {
      for (const message of messages) hide(message);
    },
    pause: () => {
      paused = true;
    },
    resume: () => {
      paused = false;
      pump();
    },
    idle: () =>
      new Promise((resolve) => {
        waitingForIdle = [...waitingForIdle, resolve];
        pump();
      }),
    onExchange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    repeatNext: () => {
      repeats += 1;
    },
    close: async () => {
      closing.abort();
      await Promise.all(running);
      groups.clear();
      pump();
    },
  };
}

/** A worker may throw before its first await as well. */
async function call(worker: FifoQueueOptions['worker'], event: SQSEvent): Promise<Outcome> {
  try {
    return { response: await worker(event) };
  } catch (error) {
    return { error };
  }
}

/**
 * Which messages of a batch failed. An answer that Lambda cannot read, or that names a message which is not of the batch, fails the
 * whole batch (AWS Lambda developer guide, "Implementing partial batch responses").
 */
function failuresIn(response: unknown, ids: readonly string[]): readonly string[] {
  if (response === undefined || response === null) return [];
  if (typeof response !== 'object') return ids;
  const failures = (response as { batchItemFailures?: unknown }).batchItemFailures ?? [];
  if (!Array.isArray(failures)) return ids;
  const named = failures.map((failure: { itemIdentifier?: unknown } | null) => failure?.itemIdentifier);
  return named.every((id): id is string => typeof id === 'string' && ids.includes(id)) ? named : ids;
}

function toRecord(message: Message, { id }: Group): SQSRecord {
  return {
    messageId: message.messageId,
    receiptHandle: message.receipt ?? '',
    body: message.body,
    attributes: {
      ApproximateReceiveCount: String(message.receives),
      ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt?.getTime()),
      SentTimestamp: String(message.sentAt.getTime()),
      SenderId: 'AROADESK:device-watch',
      SequenceNumber: message.sequenceNumber,
      MessageGroupId: id,
      MessageDeduplicationId: message.deduplicationId,
    },
    messageAttributes: {},
    md5OfBody: createHash('md5').update(message.body).digest('hex'),
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:reports.fifo',
    awsRegion: 'us-east-1',
  };
}
