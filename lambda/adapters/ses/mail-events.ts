import * as v from 'valibot';
import { parseJson } from '../../basics/json.ts';

/** What SES says of a mail of ours that did not arrive, or that its reader called spam. */
export interface MailFailed {
  readonly accountId: string;
  readonly addressId: string;
  readonly kind: 'bounced' | 'complained';
  readonly email: string;
  /** When the mail was sent. */
  readonly sentAt: Date;
}

/** The part of an SNS invocation that we read (Lambda developer guide, Amazon SNS). */
const SnsEvent = v.object({
  Records: v.array(v.object({ EventSource: v.literal('aws:sns'), Sns: v.object({ Message: v.string() }) })),
});

const tag = v.pipe(
  v.strictTuple([v.pipe(v.string(), v.maxLength(256))]),
  v.transform(([value]) => value),
);
const recipients = v.array(v.object({ emailAddress: v.string() }));
const Message = v.variant('eventType', [
  v.object({
    eventType: v.literal('Bounce'),
    bounce: v.object({ bounceType: v.string(), bouncedRecipients: recipients }),
    mail: mailSchema(),
  }),
  v.object({
    eventType: v.literal('Complaint'),
    complaint: v.object({ complainedRecipients: recipients }),
    mail: mailSchema(),
  }),
]);

function mailSchema() {
  return v.object({
    timestamp: v.pipe(v.string(), v.isoTimestamp()),
    tags: v.object({ account: tag, address: tag }),
  });
}

/** Whether an event comes from SNS, whatever it says. */
export const isSnsEvent = (event: unknown): boolean =>
  v.is(v.object({ Records: v.array(v.looseObject({ EventSource: v.literal('aws:sns') })) }), event);

/**
 * What an SNS event says of mails of ours. A transient bounce says nothing of the address, nor does any other kind of event.
 * @returns the failures, and how many messages cannot be read
 * @see https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
 */
export function readMailEvents(event: unknown): {
  readonly failures: readonly MailFailed[];
  readonly unreadable: number;
} {
  const parsed = v.safeParse(SnsEvent, event);
  if (!parsed.success) return { failures: [], unreadable: 1 };
  const read = parsed.output.Records.map(({ Sns }) => failuresIn(parseJson(Sns.Message)));
  return { failures: read.flatMap((one) => one ?? []), unreadable: read.filter((one) => one === undefined).length };
}

/** @returns nothing for what cannot be read */
function failuresIn(message: unknown): MailFailed[] | undefined {
  const parsed = v.safeParse(Message, message);
  if (!parsed.success) return saysNothing(message) ? [] : undefined;
  const { output } = parsed;
  const { timestamp, tags } = output.mail;
  const of = (kind: MailFailed['kind'], emails: v.InferOutput<typeof recipients>): MailFailed[] =>
    emails.map(({ emailAddress }) => ({
      accountId: Buffer.from(tags.account, 'base64url').toString('utf8'),
      addressId: tags.address,
      kind,
      email: emailAddress,
      sentAt: new Date(timestamp),
    }));
  if (output.eventType === 'Complaint') return of('complained', output.complaint.complainedRecipients);
  return output.bounce.bounceType === 'Permanent' ? of('bounced', output.bounce.bouncedRecipients) : [];
}

/** Other kinds of events, and what SES writes to a new topic to try it. */
const OTHER_EVENTS = [
  'Send',
  'Delivery',
  'Reject',
  'Open',
  'Click',
  'Rendering Failure',
  'DeliveryDelay',
  'Subscription',
];
const saysNothing = (message: unknown): boolean => v.is(v.object({ eventType: v.picklist(OTHER_EVENTS) }), message);
