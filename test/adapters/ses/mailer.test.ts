import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createMailer } from '../../../lambda/adapters/ses/mailer.ts';
import { StoreUnavailable } from '../../../lambda/ports/errors.ts';
import type { Mail } from '../../../lambda/ports/mailer.ts';
import { html, json, type Reply, reset, ScriptedServer } from '../http/scripted-server.ts';

let ses: ScriptedServer;
beforeEach(async () => {
  ses = new ScriptedServer();
  ses.script = [json(200, { MessageId: 'm-1' })];
  await ses.listen();
});
afterEach(() => ses.close());

const refusing =
  (status: number, errorType: string): Reply =>
  (response) =>
    response
      .writeHead(status, { 'Content-Type': 'application/json', 'x-amzn-ErrorType': errorType })
      .end('{"message":"no"}');
const mailer = (configurationSet?: string) =>
  createMailer({
    from: 'Lamps <lamps@example.org>',
    region: 'us-east-1',
    endpoint: ses.url,
    ...(configurationSet && { configurationSet }),
  });
const mail = (fields: Partial<Mail> = {}): Mail => ({
  to: 'canary@example.org',
  subject: 'Une lampe est débranchée',
  text: 'Veuillez vérifier la prise.\nhttps://link.example.org/reauth?t=dps.k1.canary',
  language: 'fr-CA',
  unsubscribeUrl: 'https://link.example.org/notices/unsubscribe?t=dps.k1.off',
  accountId: 'account #1',
  addressId: 'a-1',
  ...fields,
});

test('a mail is one SendEmail: plain UTF-8, one recipient, one-click unsubscribing, tags that name the address', async () => {
  await mailer('notices').send(mail());
  expect(ses.received.map(({ path }) => path)).toEqual(['/v2/email/outbound-emails']);
  expect(JSON.parse(ses.received[0]?.body ?? '')).toEqual({
    FromEmailAddress: 'Lamps <lamps@example.org>',
    ConfigurationSetName: 'notices',
    Destination: { ToAddresses: ['canary@example.org'] },
    Content: {
      Simple: {
        Subject: { Data: 'Une lampe est débranchée', Charset: 'UTF-8' },
        Body: {
          Text: {
            Data: 'Veuillez vérifier la prise.\nhttps://link.example.org/reauth?t=dps.k1.canary',
            Charset: 'UTF-8',
          },
        },
        Headers: [
          { Name: 'List-Unsubscribe', Value: '<https://link.example.org/notices/unsubscribe?t=dps.k1.off>' },
          { Name: 'List-Unsubscribe-Post', Value: 'List-Unsubscribe=One-Click' },
          { Name: 'Auto-Submitted', Value: 'auto-generated' },
          { Name: 'Content-Language', Value: 'fr-CA' },
        ],
      },
    },
    EmailTags: [
      { Name: 'account', Value: 'YWNjb3VudCAjMQ' },
      { Name: 'address', Value: 'a-1' },
    ],
  });
});

test('a subject is one line', async () => {
  await mailer().send(mail({ subject: 'one\r\nBcc: eve@example.org' }));
  expect(JSON.parse(ses.received[0]?.body ?? '')).toMatchObject({
    Content: { Simple: { Subject: { Data: 'one Bcc: eve@example.org' } } },
  });
});

test.each([
  { when: 'the sender is not verified', reply: refusing(400, 'MessageRejected'), tries: 1 },
  { when: 'we may not send', reply: refusing(403, 'AccessDeniedException'), tries: 1 },
  { when: 'the account is paused', reply: refusing(400, 'SendingPausedException'), tries: 1 },
  { when: 'it is too much at once', reply: refusing(429, 'TooManyRequestsException'), tries: 3 },
  { when: 'SES is down', reply: refusing(500, 'InternalFailure'), tries: 3 },
  { when: 'a proxy answers in HTML', reply: html(502, '<h1>Bad gateway</h1>'), tries: 3 },
  { when: 'the connection is cut', reply: reset, tries: 3 },
])('$when: StoreUnavailable that shows nothing of the mail', async ({ reply, tries }) => {
  ses.script = [reply];
  const error = await mailer()
    .send(mail())
    .catch((thrown) => thrown);
  expect(error).toBeInstanceOf(StoreUnavailable);
  expect(ses.received).toHaveLength(tries);
  expect(`${error.stack} ${error.cause?.stack} ${JSON.stringify(error.cause)}`).not.toContain('canary');
});
