import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { linkTo, rendered } from '../../desk/ses/mails.ts';
import { withFastClock } from '../support/clock.ts';
import { type Visited, Visitor } from '../support/visitor.ts';
import { type AddressDesk, startAddressDesk, stepsOf } from './addresses-support.ts';
import { authorizationQuery, EMAIL, locationOf } from './support.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const HELPER = 'helper@example.net';

let at: AddressDesk;
let visitor: Visitor;
beforeEach(async () => {
  at = await startAddressDesk();
  visitor = new Visitor();
});
afterEach(() => at.close());

const { open, accountId, states, mailTo, asked, answered, confirmed } = stepsOf(() => ({ at, visitor }));
const isSentToAlexa = (page: Visited): boolean => page.status === 303 && locationOf(page).searchParams.has('code');

describe('the question after a sign-in', () => {
  test('is asked once, prefilled with the address just used, and Alexa gets its code with the answer', async () => {
    const page = await asked();
    expect(page.words).toContain('Where shall we write if a lamp stops working?');
    expect(page.html).toContain(`name="own" type="email" value="${EMAIL}"`);
    const answer = await visitor.press(page, 'Continue', { own: EMAIL, helper: HELPER });
    expect(isSentToAlexa(answer)).toBe(true);
    expect(locationOf(answer).searchParams.get('state')).toBe('st4te');
    expect(await states()).toEqual([`${EMAIL} pending`, `${HELPER} pending`]);
    expect(at.ses.mails.map(({ to }) => to)).toEqual([EMAIL, HELPER]);
    expect(isSentToAlexa(await asked(new Visitor()))).toBe(true);
  });

  test('may be skipped, which stores and sends nothing', async () => {
    expect(isSentToAlexa(await visitor.press(await asked(), 'Continue without messages', { own: EMAIL }))).toBe(true);
    expect(at.ses.mails).toEqual([]);
    expect(at.logged('notice-address-added')).toEqual([]);
  });

  test('an empty answer is none', async () => {
    expect(isSentToAlexa(await answered('', ''))).toBe(true);
    expect(at.ses.mails).toEqual([]);
  });

  test('an address that is none is asked for once more, and can still be skipped', async () => {
    const page = await visitor.press(await asked(), 'Continue', { own: 'mary@example', helper: '' });
    expect(page.words).toContain('is not an e-mail address that we can write to');
    expect(page.html).toMatch(
      /id="own"[^>]* value="mary@example"[^>]* aria-invalid="true" aria-describedby="problem">/,
    );
    expect(page.html).not.toMatch(/id="helper"[^>]* aria-invalid/);
    expect(isSentToAlexa(await visitor.press(page, 'Continue without messages'))).toBe(true);
  });

  test('is not asked where no sender of mails is configured', async () => {
    at.desk.change({ addressBook: undefined });
    expect(isSentToAlexa(await asked())).toBe(true);
  });

  test('is left out where the table does not answer in time, and linking goes on', async () => {
    at.desk.change({ addressBook: { ...at.addressBook, read: () => new Promise(() => undefined) } });
    expect(isSentToAlexa(await withFastClock(at.desk.clock, () => asked()))).toBe(true);
    expect(at.logged('addresses-not-asked')).toHaveLength(1);
  });

  test.each([
    { when: 'the table fails', add: () => Promise.reject(new Error('no table')) },
    { when: 'the table does not answer', add: () => new Promise<never>(() => undefined) },
  ])('$when while the answer is saved: Alexa gets its code all the same', async ({ add }) => {
    const page = await asked();
    at.desk.change({ addressBook: { ...at.addressBook, add } });
    const answer = withFastClock(at.desk.clock, () => visitor.press(page, 'Continue', { own: EMAIL }));
    expect(isSentToAlexa(await answer)).toBe(true);
    expect(at.logged('addresses-not-saved')).toHaveLength(1);
  });

  test('SES refuses the mail: Alexa gets its code, and the mail goes out with a later maintenance', async () => {
    const accept = at.ses.refuse();
    expect(isSentToAlexa(await answered())).toBe(true);
    expect(at.logged('confirm-mail-not-sent')).toHaveLength(1);
    accept();
    await at.addressBook.sendUnsent(new AbortController().signal);
    expect(at.ses.mails).toEqual([]);
    at.desk.clock.advance(HOUR);
    await at.addressBook.sendUnsent(new AbortController().signal);
    await at.addressBook.sendUnsent(new AbortController().signal);
    expect(at.ses.mails.map(({ to }) => to)).toEqual([EMAIL]);
  });

  test('works in the browser of the sign-in only, and for half an hour', async () => {
    const page = await asked();
    const thief = await new Visitor().press(page, 'Continue', { own: 'thief@example.org' });
    expect(thief.status).toBe(400);
    at.desk.clock.advance(31 * MINUTE);
    expect((await visitor.press(page, 'Continue')).words).toContain('This page is too old');
    expect(at.ses.mails).toEqual([]);
  });

  test('the form of another page does not pass for it', async () => {
    const signIn = await open(`/authorize?${authorizationQuery()}`);
    const hidden = /name="form" value="([^"]*)"/.exec(signIn.html)?.[1] ?? '';
    const forged = {
      ...signIn,
      html: `<form method="post" action="/authorize"><input name="question" value="${hidden}"><button name="action" value="skip">Go</button></form>`,
    };
    expect((await visitor.press(forged, 'Go')).status).toBe(400);
  });
});

describe('the confirming mail', () => {
  test('goes to one person, says who, why and until when, and has a one-click off switch', async () => {
    await answered(EMAIL, HELPER);
    const mail = mailTo(HELPER);
    expect(mail.from).toBe('Lamps <lamps@skill.example.org>');
    expect(mail.subject).toBe('Lamps and Alexa: please confirm this address');
    expect(mail.text).toContain('m…y@example.org');
    expect(mail.text).toContain('The link works for 24 hours');
    expect(rendered(mail)).not.toContain(EMAIL);
    expect(mail.headers['list-unsubscribe']).toMatch(
      /^<http:\/\/127\.0\.0\.1:\d+\/notices\/unsubscribe\?t=dps\.k1\.[\w-]+>$/,
    );
    expect(mail.headers['list-unsubscribe-post']).toBe('List-Unsubscribe=One-Click');
    expect(mail.headers['auto-submitted']).toBe('auto-generated');
    expect(mail.headers['content-language']).toBe('en-US');
  });

  test('to open its link changes nothing, however often; its button confirms', async () => {
    await answered();
    const link = linkTo('/notices/confirm', mailTo(EMAIL));
    for (let scan = 0; scan < 3; scan++) await new Visitor().open(link);
    expect(await states()).toEqual([`${EMAIL} pending`]);
    const page = await new Visitor().open(link);
    expect(page.words).toContain(
      'Do you want messages about the lamps of the account m…y@example.org at m…y@example.org?',
    );
    expect((await confirmed(EMAIL)).words).toContain(
      'Messages about the account m…y@example.org go to m…y@example.org.',
    );
    expect(await states()).toEqual([`${EMAIL} confirmed`]);
    expect((await new Visitor().open(link)).words).toContain('Confirmed');
  });

  test('its link works for a day', async () => {
    await answered();
    const link = linkTo('/notices/confirm', mailTo(EMAIL));
    const page = await visitor.open(link);
    at.desk.clock.advance(DAY);
    expect((await visitor.open(link)).words).toContain('This link is too old');
    expect((await visitor.press(page, 'Yes, write to this address')).status).toBe(410);
    expect(await states()).toEqual([`${EMAIL} pending`]);
  });

  test('confirms its own address only, and none that was removed', async () => {
    await answered(EMAIL, HELPER);
    await confirmed(HELPER);
    expect(await states()).toEqual([`${EMAIL} pending`, `${HELPER} confirmed`]);
    const [own] = await at.addressBook.read(accountId());
    const link = linkTo('/notices/confirm', mailTo(EMAIL));
    await at.addressBook.remove(accountId(), own?.id ?? '');
    expect((await visitor.open(link)).status).toBe(410);
  });
});

describe('unsubscribing', () => {
  beforeEach(async () => {
    await answered();
    await confirmed(EMAIL);
  });
  const link = () => /<(.*)>/.exec(mailTo(EMAIL).headers['list-unsubscribe'] ?? '')?.[1] ?? '';

  test.each([
    {
      as: 'a form',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: 'List-Unsubscribe=One-Click',
    },
    {
      as: 'a multipart form',
      headers: { 'Content-Type': 'multipart/form-data; boundary=x' },
      body: '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n',
    },
    { as: 'nothing', headers: {}, body: '' },
  ])('one POST without cookies, with $as, is enough', async ({ headers, body }) => {
    const answer = await new Visitor().open(link(), { method: 'POST', headers, body });
    expect([answer.status, await states()]).toEqual([200, [`${EMAIL} unsubscribed`]]);
    expect(at.ses.mails).toHaveLength(1);
  });

  test('to open its link changes nothing; its button stops the messages, also long after', async () => {
    at.desk.clock.advance(400 * DAY);
    const page = await visitor.open(link());
    expect(await states()).toEqual([`${EMAIL} confirmed`]);
    expect((await visitor.press(page, 'Stop messages to this address')).words).toContain(
      'No more messages go to this address',
    );
    expect(await states()).toEqual([`${EMAIL} unsubscribed`]);
    expect((await visitor.open(link(), { method: 'POST' })).status).toBe(200);
  });

  test('the link in a confirming mail stops that mail, too', async () => {
    await at.addressBook.add({ id: accountId(), maskedEmail: 'm…y@example.org' }, HELPER, 'en-US');
    const [, url = ''] = /<(.*)>/.exec(mailTo(HELPER).headers['list-unsubscribe'] ?? '') ?? [];
    await new Visitor().open(url, { method: 'POST' });
    expect(await states()).toEqual([`${EMAIL} confirmed`, `${HELPER} unsubscribed`]);
  });
});
