import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { listenOnLoopback } from '../../../desk/loopback.ts';
import { toMessage } from '../../../lambda/adapters/sqs/messages.ts';
import type { ReportQueue } from '../../../lambda/ports/report-queue.ts';

interface Entry {
  readonly Id: string;
  readonly MessageBody: string;
}

/** SQS's SendMessageBatch on loopback, in front of a queue of this process: for functions that run in another. */
export async function openQueueDoor(queue: ReportQueue) {
  const server = createServer((request, response) => {
    const take = async () => {
      const { Entries = [] } = JSON.parse(await text(request)) as { Entries?: Entry[] };
      await queue.send(Entries.map(({ MessageBody }) => toMessage(MessageBody)));
      const Successful = Entries.map(({ Id, MessageBody }) => ({
        Id,
        MessageId: Id,
        MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex'),
      }));
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify({ Successful, Failed: [] }));
    };
    take().catch(() => response.destroy());
  });
  const loopback = await listenOnLoopback(server);
  return {
    queueUrl: `${loopback.url}/000000000000/reports.fifo`,
    close: loopback.close,
  };
}
