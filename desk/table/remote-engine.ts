import { randomBytes } from 'node:crypto';
import type { Answer, Engine, Request } from './engine.ts';

/** What says nothing of the answer itself. */
const OF_THE_CONNECTION = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'content-encoding',
]);

/**
 * A DynamoDB that runs elsewhere on this machine, such as Amazon's DynamoDB Local. It keeps a database of its own for each access key and
 * region, so each engine has a key of its own and sees no other's tables.
 * @param url where it listens
 */
export function createRemoteEngine(url: string): Engine {
  const accessKey = `TEST${randomBytes(8).toString('hex').toUpperCase()}`;
  const answer = async ({ method, headers, body }: Request): Promise<Answer> => {
    const response = await fetch(url, {
      method,
      headers: {
        'content-type': headers['content-type'] ?? 'application/x-amz-json-1.0',
        'x-amz-target': String(headers['x-amz-target'] ?? ''),
        'x-amz-date': String(headers['x-amz-date'] ?? '20260101T000000Z'),
        authorization: `AWS4-HMAC-SHA256 Credential=${accessKey}/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=test`,
      },
      body,
    });
    const answered = [...response.headers].filter(([name]) => !OF_THE_CONNECTION.has(name));
    return { status: response.status, headers: Object.fromEntries(answered), body: await response.text() };
  };
  return Object.assign(answer, { openIterators: 0 });
}
