import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { groupIdOf, toBody, toMessage } from '../../lambda/adapters/sqs/messages.ts';
import type { ReportMessage, StateMessage } from '../../lambda/ports/report-queue.ts';

/** A batch as SQS hands it to the worker. @param receives how often each message has come; once where nothing is said */
export const toEvent = (messages: readonly ReportMessage[], receives: readonly number[] = []): SQSEvent => ({
  Records: messages.map((message, index) => toRecord(message, index, receives[index] ?? 1)),
});

/** What the worker reads of a record; each device is a message group. */
function toRecord(message: ReportMessage, index: number, receives: number): SQSRecord {
  return {
    messageId: String(index),
    receiptHandle: `receipt-${index}`,
    body: toBody(message),
    attributes: {
      ApproximateReceiveCount: String(receives),
      ApproximateFirstReceiveTimestamp: '',
      SentTimestamp: '',
      SenderId: '',
      MessageGroupId: groupIdOf(message),
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: '',
    awsRegion: 'us-east-1',
  };
}

/** The state in a message's body. @throws when it is another message */
export function stateIn(body: string): StateMessage {
  const message = toMessage(body);
  if (message.kind !== 'state') throw new Error(`a message of kind ${message.kind}`);
  return message;
}
