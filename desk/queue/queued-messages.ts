import { createHash, randomUUID } from 'node:crypto';
import type { SQSRecord } from 'aws-lambda';

/** A message from its sending until the worker has processed it or it is a dead letter. */
export interface QueuedMessage {
  readonly messageId: string;
  readonly body: string;
  readonly deduplicationId: string;
  readonly sequenceNumber: string;
  readonly sentAt: Date;
  firstReceivedAt?: Date;
  /** The receipt handle of the current delivery; undefined while the worker is not processing the message. */
  receipt?: string | undefined;
  visibleAt: number;
  receives: number;
}

/** The messages of one message group, oldest first. */
export interface MessageGroup {
  readonly id: string;
  readonly waiting: QueuedMessage[];
  /** A delivery is under way, or the group waits until a failed message is visible again. */
  busy: boolean;
}

/** SQS remembers a deduplication id for five minutes. */
const DEDUPLICATION_MS = 5 * 60_000;

/** The deduplication ids that the queue accepted lately. */
export class RecentIds {
  readonly #acceptedAt = new Map<string, Date>();

  /** Remembers the id. Returns false if the queue accepted the same id within the last five minutes. */
  add(deduplicationId: string, now: Date): boolean {
    for (const [id, at] of this.#acceptedAt) {
      if (now.getTime() - at.getTime() >= DEDUPLICATION_MS) this.#acceptedAt.delete(id);
    }
    if (this.#acceptedAt.has(deduplicationId)) return false;
    this.#acceptedAt.set(deduplicationId, now);
    return true;
  }
}

/** Counts a receive, issues a new receipt and hides the message. */
export function markReceived(message: QueuedMessage, at: Date, visibilityMs: number): void {
  message.receives += 1;
  message.firstReceivedAt ??= at;
  message.receipt = randomUUID();
  message.visibleAt = at.getTime() + visibilityMs;
}

/** Removes and returns the messages that match; the others keep their order. */
export function takeWhere({ waiting }: MessageGroup, matches: (message: QueuedMessage) => boolean): QueuedMessage[] {
  const taken = waiting.filter(matches);
  waiting.splice(0, Infinity, ...waiting.filter((message) => !taken.includes(message)));
  return taken;
}

/**
 * The ids of a batch that failed. The whole batch fails if Lambda cannot read the response, or if the response names a message outside
 * the batch (AWS Lambda developer guide, "Implementing partial batch responses").
 */
export function failuresIn(response: unknown, ids: readonly string[]): readonly string[] {
  if (response === undefined || response === null) return [];
  if (typeof response !== 'object') return ids;
  const failures = (response as { batchItemFailures?: unknown }).batchItemFailures ?? [];
  if (!Array.isArray(failures)) return ids;
  const named = failures.map((failure: { itemIdentifier?: unknown } | null) => failure?.itemIdentifier);
  return named.every((id): id is string => typeof id === 'string' && ids.includes(id)) ? named : ids;
}

/** The record as Lambda's event source mapping passes it to the worker. */
export function toRecord(message: QueuedMessage, groupId: string): SQSRecord {
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
      MessageGroupId: groupId,
      MessageDeduplicationId: message.deduplicationId,
    },
    messageAttributes: {},
    md5OfBody: createHash('md5').update(message.body).digest('hex'),
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:reports.fifo',
    awsRegion: 'us-east-1',
  };
}
