import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { StoreUnavailable } from '../../ports/errors.ts';
import type { NoticeSender } from '../../ports/notice-sender.ts';

export interface TopicOptions {
  readonly topicArn: string;
  readonly region?: string;
  /** Where SNS is, if not where the SDK finds it. */
  readonly endpoint?: string;
}

const ATTEMPTS = 2;
const REQUEST_MS = 2_000;
/** SNS takes fewer than 100 characters (API reference, Publish). */
const LONGEST_SUBJECT = 99;

/** Notices as messages of an SNS topic, which passes them on as mail or text message to whoever subscribed. */
export function createTopicSender({ topicArn, region, endpoint }: TopicOptions): NoticeSender {
  const client = new SNSClient({
    ...(region && { region }),
    ...(endpoint && { endpoint }),
    maxAttempts: ATTEMPTS,
    requestHandler: {
      connectionTimeout: 1_000,
      requestTimeout: REQUEST_MS,
      throwOnRequestTimeout: true, // else the SDK merely warns
    },
  });
  return {
    async send({ accountId, cause, kind, subject, text }) {
      const attribute = (value: string) => ({ DataType: 'String', StringValue: value });
      const command = new PublishCommand({
        TopicArn: topicArn,
        Subject: toSubject(subject),
        Message: text,
        // Subscribers may filter by them, e.g. so that the developer's causes reach the developer alone.
        MessageAttributes: { account: attribute(accountId), cause: attribute(cause), kind: attribute(kind) },
      });
      try {
        await client.send(command, { abortSignal: AbortSignal.timeout(ATTEMPTS * REQUEST_MS + 500) });
      } catch (error) {
        // Not as it is: an error of the SDK may hold the request, and that a sign-in link.
        const reason = error instanceof Error ? error.name : 'no error';
        throw new StoreUnavailable('the notice topic did not take a message', { cause: new Error(reason) });
      }
    },
  };
}

/** One line of ASCII: a mail's subject with other letters arrives garbled with some of SNS's protocols. */
const toSubject = (text: string): string =>
  text
    .replaceAll('…', '...')
    .replaceAll(/[^\x20-\x7e]+/g, ' ')
    .slice(0, LONGEST_SUBJECT);
