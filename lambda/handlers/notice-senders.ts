import { type Config, regionOf } from '../adapters/environment/environment.ts';
import { createLogSender } from '../adapters/json-log/notice-sender.ts';
import type { Log } from '../ports/log.ts';

// What sends notices. Loaded with the first one.

/** Reaches the developer: the topic, or the log where there is none. */
export async function openNoticeSender({ NOTICE_TOPIC_ARN: topicArn, AWS_REGION: region }: Config, log: Log) {
  if (!topicArn) return createLogSender(log);
  const { createTopicSender } = await import('../adapters/sns/notice-sender.ts');
  return createTopicSender({ topicArn, region });
}

/** Mails go out from the home region, where the sender is verified: the region of the table. */
export async function openMailer({ NOTICE_CONFIGURATION_SET: configurationSet, ...config }: Config, from: string) {
  const { createMailer } = await import('../adapters/ses/mailer.ts');
  const endpoint = config.AWS_ENDPOINT_URL_SESV2;
  return createMailer({
    from,
    region: regionOf(config.TABLE_NAME, config.AWS_REGION),
    configurationSet,
    ...(endpoint && { endpoint }),
  });
}
