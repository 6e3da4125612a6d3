import { expect, test } from '@jest/globals';
import { recipientsOf } from '../../lambda/domain/notice-audience.ts';
import type { NoticeAddress, NoticeAddressState } from '../../lambda/ports/notice-addresses.ts';

const address = (id: string, state: NoticeAddressState): NoticeAddress => ({
  ...{ id, state, email: `${id}@example.org`, language: 'en-US' },
  ...{ since: '2026-03-01T12:00:00.000Z', confirmMails: 1 },
});
const [own, helper] = [address('own', 'confirmed'), address('helper', 'confirmed')];
const others = (['pending', 'unsubscribed', 'bounced', 'complained'] as const).map((state) => address(state, state));

test.each([
  { cause: 'password-changed', when: 'no sender of mails', addresses: undefined, to: [], developer: 'message' },
  { cause: 'password-changed', when: 'no address', addresses: [], to: [], developer: 'nobody-notified' },
  { cause: 'password-changed', when: 'no confirmed address', addresses: others, to: [], developer: 'nobody-notified' },
  { cause: 'password-changed', when: 'one', addresses: [own, ...others], to: ['own'], developer: 'nothing' },
  { cause: 'plug-offline', when: 'two', addresses: [own, helper], to: ['own', 'helper'], developer: 'nothing' },
  { cause: 'alexa-let-go', when: 'one', addresses: [own], to: ['own'], developer: 'nothing' },
  { cause: 'sign-in-inconclusive', when: 'one', addresses: [own], to: [], developer: 'message' },
  { cause: 'sign-in-inconclusive', when: 'no address', addresses: [], to: [], developer: 'message' },
  { cause: 'event-refused', when: 'one', addresses: [own], to: [], developer: 'message' },
  { cause: 'messaging-client-refused', when: 'one', addresses: [own], to: [], developer: 'message' },
  { cause: 'tokens-refused', when: 'one', addresses: [own], to: [], developer: 'message' },
  { cause: 'events-not-permitted', when: 'no sender of mails', addresses: undefined, to: [], developer: 'message' },
] as const)('$cause with $when: mails to $to, the developer gets $developer', ({ cause, addresses, to, developer }) => {
  const recipients = recipientsOf(cause, addresses);
  expect([recipients.addresses.map(({ id }) => id), recipients.developer]).toEqual([to, developer]);
});
