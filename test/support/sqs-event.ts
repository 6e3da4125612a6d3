import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { groupIdOf, toBody } from '../../lambda/adapters/sqs/messages.ts';
import type { ReportMessage } from '../../lambda/ports/report-queue.ts';

/** A batch as SQS hands it to the worker. */
export const toEvent = (messages: readonly ReportMessage[]): SQSEvent => ({ Records: messages.map(toRecord) });

/** What the worker reads of a record; each device is a message group. */
function toRecord(message: ReportMessage, index: number): SQSRecord {
  return {
    messageId: String(index),
    receiptHandle: '',
    body: toBody(message),
    attributes: {
      ApproximateReceiveCount: '1',
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
