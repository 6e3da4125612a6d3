import { SendMessageBatchCommand, type SendMessageBatchRequestEntry, SQSClient } from '@aws-sdk/client-sqs';
import { StoreUnavailable } from '../../ports/errors.ts';
import type { ReportQueue, Sample } from '../../ports/report-queue.ts';
import { deduplicationIdOf, groupIdOf, toBody } from './messages.ts';

export interface ReportQueueOptions {
  /** Of a FIFO queue; it also says where SQS is. */
  readonly queueUrl: string;
  readonly region?: string;
}

/** SQS takes ten messages in one call. */
const BATCH = 10;

/** The report queue on SQS. It holds state of lamps and no secrets, so SDK errors go on as `cause`. */
export function createReportQueue({ queueUrl, region }: ReportQueueOptions): ReportQueue {
  const client = new SQSClient({
    ...(region && { region }),
    endpoint: new URL(queueUrl).origin,
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
  });

  /** Answers with the entries that SQS did not take. */
  const attempt = async (entries: SendMessageBatchRequestEntry[]) => {
    const answer = await client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }));
    const failed = new Map((answer.Failed ?? []).map(({ Id, Code }) => [Id, Code]));
    return { entries: entries.filter(({ Id }) => failed.has(Id)), codes: [...failed.values()] };
  };

  return {
    send: async (samples) => {
      for (const batch of inBatches(samples)) {
        try {
          const first = await attempt(batch.map(toEntry));
          if (first.entries.length === 0) continue;
          const second = await attempt(first.entries);
          if (second.entries.length === 0) continue;
          throw new Error(`SQS did not take ${second.entries.length} messages: ${second.codes.join(', ')}`);
        } catch (error) {
          throw new StoreUnavailable('the report queue did not take all samples', { cause: error });
        }
      }
    },
  };
}

/** A batch holds one sample of a device: a part that fails is sent again, and must not come after a later one of its device. */
function inBatches(samples: readonly Sample[]): Sample[][] {
  const batches: Sample[][] = [];
  let groups = new Set<string>();
  for (const sample of samples) {
    const group = groupIdOf(sample);
    const open = batches.at(-1);
    if (open && open.length < BATCH && !groups.has(group)) open.push(sample);
    else {
      batches.push([sample]);
      groups = new Set();
    }
    groups.add(group);
  }
  return batches;
}

function toEntry(sample: Sample, index: number): SendMessageBatchRequestEntry {
  const body = toBody(sample);
  return {
    Id: String(index),
    MessageBody: body,
    MessageGroupId: groupIdOf(sample),
    MessageDeduplicationId: deduplicationIdOf(body),
  };
}
