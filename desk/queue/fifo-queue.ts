import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { SQSEvent } from 'aws-lambda';
// The emulated queue and the SQS adapter share `messages.ts`, so that both use one message format.
import { deduplicationIdOf, groupIdOf, toBody } from '../../lambda/adapters/sqs/messages.ts';
import type { Clock } from '../../lambda/ports/clock.ts';
import { StoreUnavailable } from '../../lambda/ports/errors.ts';
import type {
  ReportMessage,
  ReportQueue,
  VisibilityChange,
  VisibilityChanger,
} from '../../lambda/ports/report-queue.ts';
import {
  failuresIn,
  type MessageGroup,
  markReceived,
  type QueuedMessage,
  RecentIds,
  takeWhere,
  toRecord,
} from './queued-messages.ts';

export interface FifoQueueOptions {
  readonly clock: Clock;
  /** The function that processes the messages. It returns what a Lambda function returns: nothing, or an SQSBatchResponse. */
  readonly worker: (event: SQSEvent) => Promise<unknown>;
  /** The number of receives after which a failed message becomes a dead letter; 3 by default. */
  readonly maxReceives?: number;
  /**
   * The time that a received message stays hidden; 30 s by default. The worker must answer within it. A failed message is delivered again
   * after it, unless the worker changed the visibility of that message.
   */
  readonly visibilityMs?: number;
  /** 10 by default. */
  readonly batchSize?: number;
}

/** A receipt is valid while the worker processes the message. Each function also works without its object. */
export interface FifoQueue extends ReportQueue, VisibilityChanger {
  /** Messages that were received too often, oldest first. */
  readonly deadLetters: readonly DeadLetter[];
  purgeDeadLetters(): void;
  /** The number of messages that are waiting or that the worker is processing. */
  readonly depth: number;
  /** When the oldest of these messages was sent. */
  readonly oldestSentAt: Date | undefined;
  /** The number of batches that the worker is processing. */
  readonly inHand: number;
  /** Delivers nothing more until `resume`. The worker finishes the batches that it is processing. */
  pause(): void;
  resume(): void;
  /** Resolves when every message is processed or a dead letter. */
  idle(): Promise<void>;
  /** Calls the listener for every batch, after the worker answered. Returns a function that removes the listener. */
  onExchange(listener: (exchange: QueueExchange) => void): () => void;
  /** Delivers the next batch twice, as a queue with at-least-once delivery may. */
  repeatNext(): void;
  /** Drops the waiting messages. Resolves when the worker is processing nothing. */
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
  /** The ids of the messages that failed. */
  readonly failed: readonly string[];
  /** What the worker threw; `time-out` when it took longer than the messages stayed hidden. */
  readonly error?: unknown;
  readonly ms: number;
}

type Outcome = { readonly response: unknown } | { readonly error: unknown };

/**
 * The report queue of the desk: an SQS FIFO queue with its event source mapping, in this process. A group delivers its messages in order
 * and one batch at a time; groups do not wait for each other. A group with a failed message waits until that message is visible again.
 */
export function createFifoQueue(options: FifoQueueOptions): FifoQueue {
  return new InProcessQueue(options);
}

// The public functions are arrow functions, because callers may pass them on without the queue.
class InProcessQueue implements FifoQueue {
  readonly deadLetters: DeadLetter[] = [];
  readonly #options: Required<FifoQueueOptions>;
  readonly #groups = new Map<string, MessageGroup>();
  readonly #recentIds = new RecentIds();
  readonly #listeners = new Set<(exchange: QueueExchange) => void>();
  readonly #running = new Set<Promise<void>>();
  readonly #closing = new AbortController();
  readonly #waitingForIdle: (() => void)[] = [];
  #sequence = 0;
  #paused = false;
  #repeats = 0;
  #inHand = 0;

  constructor({ clock, worker, maxReceives = 3, visibilityMs = 30_000, batchSize = 10 }: FifoQueueOptions) {
    this.#options = { clock, worker, maxReceives, visibilityMs, batchSize };
    setMaxListeners(0, this.#closing.signal); // every group with a failed message adds a listener
  }

  get depth(): number {
    return [...this.#groups.values()].reduce((sum, { waiting }) => sum + waiting.length, 0);
  }

  get oldestSentAt(): Date | undefined {
    const waiting = [...this.#groups.values()].flatMap((group) => group.waiting.map(({ sentAt }) => sentAt));
    return waiting.sort((one, other) => one.getTime() - other.getTime())[0];
  }

  get inHand(): number {
    return this.#inHand;
  }

  readonly send = async (messages: readonly ReportMessage[]): Promise<void> => {
    if (this.#closing.signal.aborted) throw new StoreUnavailable('the report queue is closed');
    for (const message of messages) this.#accept(toBody(message), groupIdOf(message));
    this.#startGroups();
  };

  readonly changeVisibility = async (changes: readonly VisibilityChange[]): Promise<void> => {
    for (const change of changes) this.#hide(change);
  };

  readonly pause = (): void => {
    this.#paused = true;
  };

  readonly resume = (): void => {
    this.#paused = false;
    this.#startGroups();
  };

  readonly idle = (): Promise<void> =>
    new Promise((resolve) => {
      this.#waitingForIdle.push(resolve);
      this.#startGroups();
    });

  readonly onExchange = (listener: (exchange: QueueExchange) => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly purgeDeadLetters = (): void => {
    this.deadLetters.splice(0);
  };

  readonly repeatNext = (): void => {
    this.#repeats += 1;
  };

  readonly close = async (): Promise<void> => {
    this.#closing.abort();
    await Promise.all(this.#running);
    this.#groups.clear();
    this.#startGroups();
  };

  #accept(body: string, groupId: string): void {
    const sentAt = this.#options.clock.now();
    const deduplicationId = deduplicationIdOf(body);
    if (!this.#recentIds.add(deduplicationId, sentAt)) return;
    this.#sequence += 1;
    const sequenceNumber = String(this.#sequence).padStart(20, '0');
    const messageId = randomUUID();
    const group = this.#groups.get(groupId) ?? { id: groupId, waiting: [], busy: false };
    group.waiting.push({ messageId, body, deduplicationId, sequenceNumber, sentAt, receives: 0, visibleAt: 0 });
    this.#groups.set(groupId, group);
  }

  #hide({ receipt, afterSeconds }: VisibilityChange): void {
    const messages = [...this.#groups.values()].flatMap(({ waiting }) => waiting);
    const received = messages.find((message) => message.receipt === receipt);
    if (!received) throw new StoreUnavailable('the report queue has handed out no message with this receipt');
    received.visibleAt = this.#options.clock.now().getTime() + afterSeconds * 1_000;
  }

  /** Starts a delivery for every group that can have one. Resolves the calls of `idle` when nothing is left. */
  #startGroups(): void {
    if (!this.#paused && !this.#closing.signal.aborted) {
      for (const group of this.#groups.values()) if (!group.busy && group.waiting.length > 0) this.#start(group);
    }
    if (this.depth > 0 || this.#running.size > 0) return;
    for (const resolve of this.#waitingForIdle.splice(0)) resolve();
  }

  #start(group: MessageGroup): void {
    group.busy = true;
    const run = this.#deliver(group).finally(() => {
      group.busy = false;
      this.#running.delete(run);
      if (group.waiting.length === 0) this.#groups.delete(group.id);
      this.#startGroups();
    });
    this.#running.add(run);
  }

  /** Delivers one batch of the group. After a failure it waits until the messages are visible again. */
  async #deliver(group: MessageGroup): Promise<void> {
    await Promise.resolve(); // the sender finishes sending first
    this.#moveToDeadLetters(group);
    const batch = group.waiting.slice(0, this.#options.batchSize);
    if (batch.length === 0 || this.#closing.signal.aborted) return;
    let failed = await this.#process(batch, group);
    if (this.#repeats > 0) {
      this.#repeats -= 1;
      failed = await this.#process(batch, group);
    }
    takeWhere(group, (message) => batch.includes(message) && !failed.includes(message.messageId));
    if (group.waiting.length > 0) await this.#until(Math.max(...group.waiting.map(({ visibleAt }) => visibleAt)));
  }

  #moveToDeadLetters(group: MessageGroup): void {
    const dead = takeWhere(group, ({ receives }) => receives >= this.#options.maxReceives);
    for (const { messageId, body, receives } of dead) {
      this.deadLetters.push({ messageId, groupId: group.id, body, receives });
    }
  }

  /** Passes a batch to the worker. Returns the ids of the messages that failed. */
  async #process(batch: readonly QueuedMessage[], group: MessageGroup): Promise<readonly string[]> {
    const { clock, visibilityMs } = this.#options;
    const at = clock.now();
    for (const message of batch) markReceived(message, at, visibilityMs);
    const event = { Records: batch.map((message) => toRecord(message, group.id)) };
    const outcome = await this.#answerInTime(event);
    for (const message of batch) message.receipt = undefined;
    const ids = batch.map(({ messageId }) => messageId);
    const failed = 'error' in outcome ? ids : failuresIn(outcome.response, ids);
    const ms = clock.now().getTime() - at.getTime();
    const exchange = { at, event, failed, ms, ...('error' in outcome && { error: outcome.error }) };
    for (const listener of this.#listeners) listener(exchange);
    return failed;
  }

  /** The worker's answer, or a time-out when the messages have been hidden for `visibilityMs`. */
  async #answerInTime(event: SQSEvent): Promise<Outcome> {
    const { clock, worker, visibilityMs } = this.#options;
    const answered = new AbortController();
    const timeOut = clock.wait(visibilityMs, answered.signal).then(
      () => ({ error: 'time-out' }),
      () => ({ error: 'time-out' }), // the worker answered first, so nobody reads this
    );
    this.#inHand += 1;
    try {
      return await Promise.race([call(worker, event), timeOut]);
    } finally {
      this.#inHand -= 1;
      answered.abort();
    }
  }

  async #until(moment: number): Promise<void> {
    const { clock } = this.#options;
    const waitMs = moment - clock.now().getTime();
    if (waitMs > 0) await clock.wait(waitMs, this.#closing.signal).catch(() => undefined);
  }
}

/** Also catches what a worker throws before its first `await`. */
async function call(worker: FifoQueueOptions['worker'], event: SQSEvent): Promise<Outcome> {
  try {
    return { response: await worker(event) };
  } catch (error) {
    return { error };
  }
}
