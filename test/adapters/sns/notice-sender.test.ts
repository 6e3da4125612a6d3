import { afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createTopicSender } from '../../../lambda/adapters/sns/notice-sender.ts';
import { StoreUnavailable } from '../../../lambda/ports/errors.ts';
import type { NoticeMessage } from '../../../lambda/ports/notice-sender.ts';
import { type Reply, reset, ScriptedServer } from '../http/scripted-server.ts';

const TOPIC = 'arn:aws:sns:us-east-1:000000000000:notices';

let sns: ScriptedServer;

beforeAll(() => {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'desk', AWS_SECRET_ACCESS_KEY: 'desk' });
});

beforeEach(async () => {
  sns = new ScriptedServer();
  sns.script = [taking];
  await sns.listen();
});

afterEach(() => sns.close());

const xml =
  (status: number, body: string): Reply =>
  (response) =>
    response.writeHead(status, { 'Content-Type': 'text/xml' }).end(body);
const taking = xml(
  200,
  `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>m-1</MessageId></PublishResult><ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></PublishResponse>`,
);
const refusing = (code: string, status: number) =>
  xml(
    status,
    `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error><RequestId>r-1</RequestId></ErrorResponse>`,
  );

const sender = () => createTopicSender({ topicArn: TOPIC, region: 'us-east-1', endpoint: sns.url });
const message = (fields: Partial<NoticeMessage> = {}): NoticeMessage => ({
  accountId: '402118',
  cause: 'locked',
  kind: 'notice',
  subject: 'Lamps and Alexa: locked',
  text: 'Please sign in: https://link.example.org/reauth?t=dps.k1.canary',
  ...fields,
});
const published = (request = 0) => new URLSearchParams(sns.received[request]?.body);

test('a notice is one message of the topic', async () => {
  await sender().send(message());
  expect(sns.received).toHaveLength(1);
  const form = published();
  expect(form.get('Action')).toBe('Publish');
  expect(form.get('TopicArn')).toBe(TOPIC);
  expect(form.get('Subject')).toBe('Lamps and Alexa: locked');
  expect(form.get('Message')).toBe('Please sign in: https://link.example.org/reauth?t=dps.k1.canary');
  expect([...form.values()]).toEqual(expect.arrayContaining(['402118', 'locked', 'notice']));
});

test('a subject is one short line of ASCII', async () => {
  await sender().send(message({ subject: `m…y\r\nhas “new” news ${'x'.repeat(200)}` }));
  const subject = published().get('Subject') ?? '';
  expect(subject).toMatch(/^m\.\.\.y has new {2}news x+$|^m\.\.\.y has {2}new {2}news x+$/);
  expect(subject).toHaveLength(99);
});

test('what fails at first is tried once more', async () => {
  sns.script = [reset, taking];
  await sender().send(message());
  expect(sns.received).toHaveLength(2);
});

test.each([
  { when: 'the topic is gone', reply: refusing('NotFound', 404), tries: 1 },
  { when: 'we may not', reply: refusing('AuthorizationError', 403), tries: 1 },
  { when: 'SNS is down', reply: refusing('InternalError', 500), tries: 2 },
  { when: 'the connection is cut', reply: reset, tries: 2 },
])('$when: StoreUnavailable that shows nothing of the message', async ({ reply, tries }) => {
  sns.script = [reply];
  const error = await sender()
    .send(message())
    .catch((thrown) => thrown);
  expect(error).toBeInstanceOf(StoreUnavailable);
  expect(sns.received).toHaveLength(tries);
  expect(`${error.stack} ${error.cause?.stack} ${JSON.stringify(error.cause)}`).not.toContain('canary');
});
