import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { linkTo } from '../../desk/ses/mails.ts';
import { Visitor } from '../support/visitor.ts';
import { atAmazon, type LostAlexa, openLostAlexa, signedIn } from './alexa-support.ts';

let setup: LostAlexa;
beforeEach(async () => {
  const lost = await openLostAlexa({ mail: true });
  const { addressBook, noticeAddresses, notices } = lost.system.ports;
  // Somebody gets the mail, and removes the address later.
  await addressBook?.add({ id: lost.accountId, maskedEmail: 'a…e@example.org' }, 'ada@example.org', 'en-US');
  const [address] = (await addressBook?.read(lost.accountId)) ?? [];
  const addressId = address?.id ?? '';
  const expiresAt = new Date(lost.clock.now().getTime() + 1_000).toISOString();
  await addressBook?.confirm({ accountId: lost.accountId, addressId, expiresAt }, 'en-US');
  await notices.repeatFor(lost.accountId, addressId);
  const mail = lost.system.ses.mails.at(-1);
  if (!mail) throw new Error('no mail was sent');
  await noticeAddresses.drop(lost.accountId);
  setup = { ...lost, mailLink: linkTo('/alexa', mail) };
});
afterEach(() => setup.system.close());

const QUESTION = 'Where shall we write if a lamp stops working?';

test('whoever has signed in and connected Alexa is asked where to write, where nobody gets messages', async () => {
  const visitor = await atAmazon(setup);
  const { words } = await visitor.consent({ account: setup.customer.id });
  expect(words).toContain(QUESTION);
  const { status } = await visitor.act('save', { own: 'ada@example.org' });
  expect(status).toBe(200);
  expect(
    (await setup.system.ports.addressBook?.read(setup.accountId))?.map(({ email, state }) => [email, state]),
  ).toEqual([['ada@example.org', 'pending']]);
});

test('whoever came with a ready link has not signed in to the account, and is not asked', async () => {
  const { html } = await (await signedIn(setup)).act('ready');
  const person = new Visitor();
  await person.open(/<a href="([^"]*)"/.exec(html)?.[1] ?? '');
  await person.act('connect');
  const page = await person.consent({ account: setup.customer.id });
  expect(page.title).toBe('Done');
  expect(page.words).not.toContain(QUESTION);
});
