import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { MailEvent } from '../../desk/ses/events.ts';
import type { ReceivedMail } from '../../desk/ses/mails.ts';
import { readMailEvents } from '../../lambda/adapters/ses/mail-events.ts';
import { openSetup, type TestSetup } from '../support/setup.ts';

const HELPER = 'Helper@example.net';

let setup: TestSetup;
let accounts = 0;
beforeAll(async () => {
  setup = await openSetup({ mail: true });
});
beforeEach(() => {
  accounts++;
  setup.lines.length = 0;
});
afterAll(() => setup.system.close());

/** Each test has an account of its own. */
const accountId = () => `account-${accounts}`;
const HELPER_OF = () => `helper-of-${accounts}@example.net`;
const book = () => {
  const { addressBook } = setup.system.ports;
  if (!addressBook) throw new Error('no sender of mails is configured');
  return addressBook;
};
const lastMail = (): ReceivedMail => {
  const mail = setup.system.ses.mails.at(-1);
  if (!mail) throw new Error('there is no mail');
  return mail;
};
const state = async () => (await book().read(accountId()))[0]?.state;
const confirmHelper = async () => {
  await book().add({ id: accountId(), maskedEmail: 'm' }, HELPER_OF(), 'en-US');
  const [{ id = '' } = {}] = await book().read(accountId());
  const expiresAt = new Date(setup.clock.now().getTime() + 1_000).toISOString();
  await book().confirm({ accountId: accountId(), addressId: id, expiresAt }, 'en-US');
};
const notice = () => setup.system.ports.notices.raise({ accountId: accountId(), cause: 'locked' });
const says = (event: MailEvent, mail = lastMail()) => setup.system.mailEvent(setup.system.ses.eventOf(mail, event));
const logged = (event: string) => setup.lines.filter((line) => line.includes(`"event":"${event}"`)).length;

test.each([
  { event: 'bounce', becomes: 'bounced' },
  { event: 'transient-bounce', becomes: 'confirmed' },
  { event: 'complaint', becomes: 'complained' },
  { event: 'delivery', becomes: 'confirmed' },
] as const)('a $event: the address is $becomes', async ({ event, becomes }) => {
  await confirmHelper();
  setup.clock.advance(3_600_000);
  await notice();
  await says(event);
  expect(await state()).toBe(becomes);
});

test('an address whose mail came back gets nothing more, and the developer is told that nobody is told', async () => {
  await confirmHelper();
  setup.clock.advance(3_600_000);
  await notice();
  await says('bounce');
  const before = setup.system.ses.mails.length;
  await setup.system.ports.notices.clear(accountId(), ['locked']);
  await setup.system.ports.notices.raise({ accountId: accountId(), cause: 'code-needed' });
  expect(setup.system.ses.mails).toHaveLength(before);
  const told = setup.system.notices.filter((one) => one.accountId === accountId());
  expect(told.map(({ subject }) => subject)).toEqual([
    'Lamps and Alexa: nobody was notified (developer)',
    'Lamps and Alexa: nobody was notified (developer)',
  ]);
});

test('a bounce of a mail from before the address was confirmed once more says nothing of it', async () => {
  await confirmHelper();
  const old = lastMail();
  const [{ id = '' } = {}] = await book().read(accountId());
  setup.clock.advance(3_600_000);
  await says('bounce', { ...old, at: setup.clock.now() });
  setup.clock.advance(3_600_000);
  await book().askConfirmMail(accountId(), id);
  await says('bounce', old);
  expect(await state()).toBe('pending');
  expect(logged('mail-event-ignored')).toBe(1);
});

test.each([
  { when: 'another recipient', change: { to: 'other@example.net' } },
  { when: 'another address', change: { tags: { account: '', address: 'nobody' } } },
  { when: 'an account that is not there', change: { tags: { account: 'bm9ib2R5', address: 'nobody' } } },
])('an event about $when changes nothing', async ({ change }) => {
  await confirmHelper();
  await says('complaint', { ...lastMail(), ...change });
  expect(await state()).toBe('confirmed');
  expect(logged('mail-event-ignored')).toBe(1);
});

test('the table fails: the event fails, and Lambda brings it once more', async () => {
  await confirmHelper();
  const heal = setup.system.table.fail('refused');
  await expect(says('complaint')).rejects.toThrow();
  heal();
  await says('complaint');
  expect(await state()).toBe('complained');
});

const sns = (Message: unknown) => ({ Records: [{ EventSource: 'aws:sns', Sns: { Message } }] });
const event = (fields: object) =>
  sns(
    JSON.stringify({
      eventType: 'Complaint',
      complaint: { complainedRecipients: [{ emailAddress: HELPER }] },
      mail: { timestamp: '2026-03-01T12:00:00.000Z', tags: { account: ['MQ'], address: ['a'] } },
      ...fields,
    }),
  );

test('a complaint as it should be', () => {
  expect(readMailEvents(event({}))).toEqual({
    failures: [
      {
        accountId: '1',
        addressId: 'a',
        kind: 'complained',
        email: HELPER,
        sentAt: new Date('2026-03-01T12:00:00.000Z'),
      },
    ],
    unreadable: 0,
  });
});

test.each([
  { when: 'nothing', event: undefined },
  { when: 'a number', event: 1 },
  { when: 'no records', event: {} },
  { when: 'records that are none', event: { Records: [null] } },
  { when: 'a record of another service', event: { Records: [{ EventSource: 'aws:sqs', Sns: { Message: '{}' } }] } },
  { when: 'no message', event: sns(undefined) },
  { when: 'an empty message', event: sns('') },
  { when: 'HTML', event: sns('<html></html>') },
  { when: 'a text, as SES sends one to a new topic', event: sns('Successfully validated SNS topic') },
  { when: 'an empty object', event: sns('{}') },
  { when: 'an unknown type of event', event: event({ eventType: '__proto__' }) },
  { when: 'no mail', event: event({ mail: undefined }) },
  { when: 'no tags', event: event({ mail: { timestamp: '2026-03-01T12:00:00.000Z' } }) },
  {
    when: 'two values of a tag',
    event: event({ mail: { timestamp: '2026-03-01T12:00:00.000Z', tags: { account: ['MQ', 'Mg'], address: ['a'] } } }),
  },
  {
    when: 'a time that is none',
    event: event({ mail: { timestamp: 'now', tags: { account: ['MQ'], address: ['a'] } } }),
  },
  { when: 'recipients that are none', event: event({ complaint: { complainedRecipients: 'all' } }) },
])('an event with $when is not readable, and changes nothing', ({ event }) => {
  expect(readMailEvents(event)).toEqual({ failures: [], unreadable: 1 });
});
