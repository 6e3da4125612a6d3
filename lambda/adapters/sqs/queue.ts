import {
  ChangeMessageVisibilityBatchCommand,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { StoreUnavailable } from '../../ports/errors.ts';
import type { ReportMessage, ReportQueue, VisibilityChange, VisibilityChanger } from '../../ports/report-queue.ts';
import { deduplicationIdOf, groupIdOf, toBody } from './messages.ts';

export interface ReportQueueOptions {
  /** The URL of a FIFO queue. It also says where SQS is. */
  readonly queueUrl: string;
  readonly region?: string;
}

/** SQS takes ten messages in one call. */
const BATCH = 10;

/** The report queue on SQS. It holds states of lamps and no secrets, so SDK errors become the `cause`. */
export function createReportQueue({ queueUrl, region }: ReportQueueOptions): ReportQueue & VisibilityChanger {
  const client = new SQSClient({
    ...(region && { region }),
    endpoint: new URL(queueUrl).origin,
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
  });

  /** @returns the entries that SQS did not take */
  const attempt = async (entries: SendMessageBatchRequestEntry[]) => {
    const answer = await client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }));
    const failed = new Map((answer.Failed ?? []).map(({ Id, Code }) => [Id, Code]));
    return { entries: entries.filter(({ Id }) => failed.has(Id)), codes: [...failed.values()] };
  };

  const setVisibility = async (messages: readonly VisibilityChange[]) => {
    const entries = messages.map(({ receipt, afterSeconds }, index) => ({
      Id: String(index),
      ReceiptHandle: receipt,
      VisibilityTimeout: afterSeconds,
    }));
    const command = new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries: entries });
    const answer = await client.send(command);
    const codes = (answer.Failed ?? []).map(({ Code }) => Code);
    if (codes.length > 0) throw new Error(`SQS did not take ${codes.length} messages: ${codes.join(', ')}`);
  };

  return {
    send: async (messages) => {
      for (const batch of inBatches(messages)) {
        try {
          const first = await attempt(batch.map(toEntry));
          if (first.entries.length === 0) continue;
          const second = await attempt(first.entries);
          if (second.entries.length === 0) continue;
          throw new Error(`SQS did not take ${second.entries.length} messages: ${second.codes.join(', ')}`);
        } catch (error) {
          throw new StoreUnavailable('the report queue did not take all messages', { cause: error });
        }
      }
    },
    changeVisibility: async (messages) => {
      try {
        for (let first = 0; first < messages.length; first += BATCH)
          await setVisibility(messages.slice(first, first + BATCH));
      } catch (error) {
        throw new StoreUnavailable('the report queue did not change when messages are delivered again', {
          cause: error,
        });
      }
    },
  };
}

/** A batch holds at most one message of a group: a message that SQS did not take is sent again, and must not overtake a later one. */
function inBatches(messages: readonly ReportMessage[]): ReportMessage[][] {
  const batches: ReportMessage[][] = [];
  let groups = new Set<string>();
  for (const message of messages) {
    const group = groupIdOf(message);
    const open = batches.at(-1);
    if (open && open.length < BATCH && !groups.has(group)) open.push(message);
    else {
      batches.push([message]);
      groups = new Set();
    }
    groups.add(group);
  }
  return batches;
}

function toEntry(message: ReportMessage, index: number): SendMessageBatchRequestEntry {
  const body = toBody(message);
  return {
    Id: String(index),
    MessageBody: body,
    MessageGroupId: groupIdOf(message),
    MessageDeduplicationId: deduplicationIdOf(body),
  };
}
