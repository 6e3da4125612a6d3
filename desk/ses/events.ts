import type { ReceivedMail } from './mails.ts';

export type MailEvent =
  /** The receiving server says that the mailbox does not exist. */
  | 'bounce'
  /** It takes no mail at the moment. */
  | 'transient-bounce'
  /** The reader marked it as spam. */
  | 'complaint'
  | 'delivery';

/**
 * What SES publishes of a mail, in the envelope in which SNS invokes a function.
 * @see https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
 */
export function eventOf(mail: ReceivedMail, event: MailEvent, now: Date): unknown {
  const message = { ...ofEvent(mail, event, now), mail: mailOf(mail) };
  return { Records: [{ EventSource: 'aws:sns', EventVersion: '1.0', Sns: snsOf(message, now) }] };
}

const mailOf = ({ id, at, from, to, tags }: ReceivedMail) => ({
  timestamp: at.toISOString(),
  source: from,
  messageId: id,
  destination: [to],
  tags: Object.fromEntries(Object.entries(tags).map(([name, value]) => [name, [value]])),
});

const snsOf = (message: object, now: Date) => ({
  Type: 'Notification',
  MessageId: '00000000-0000-0000-0000-000000000000',
  TopicArn: 'arn:aws:sns:us-east-1:000000000000:mail-events',
  Subject: 'Amazon SES Email Event Notification',
  Message: JSON.stringify(message),
  Timestamp: now.toISOString(),
});

function ofEvent({ to }: ReceivedMail, event: MailEvent, now: Date): object {
  const timestamp = now.toISOString();
  if (event === 'delivery') return { eventType: 'Delivery', delivery: { timestamp, recipients: [to] } };
  if (event === 'complaint')
    return { eventType: 'Complaint', complaint: { timestamp, complainedRecipients: [{ emailAddress: to }] } };
  const bounceType = event === 'bounce' ? 'Permanent' : 'Transient';
  return {
    eventType: 'Bounce',
    bounce: { timestamp, bounceType, bounceSubType: 'General', bouncedRecipients: [{ emailAddress: to }] },
  };
}
