import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { addressUrl } from '../../lambda/domain/address-links.ts';
import { Visitor } from '../support/visitor.ts';
import { type AddressDesk, signIn, startAddressDesk, stepsOf } from './addresses-support.ts';
import { authorizationQuery, EMAIL, PASSWORD } from './support.ts';

const DAY = 24 * 3_600_000;
const HELPER = 'helper@example.net';

let at: AddressDesk;
let visitor: Visitor;
beforeEach(async () => {
  at = await startAddressDesk();
  visitor = new Visitor();
});
afterEach(() => at.close());

const { open, accountId, states, answered, confirmed, linkOf } = stepsOf(() => ({ at, visitor }));

describe('what somebody else can do', () => {
  beforeEach(async () => {
    await answered(EMAIL, HELPER);
    await confirmed(EMAIL);
  });

  test('with a forwarded mail: stop the messages to its own address, and see nothing unmasked', async () => {
    const stranger = new Visitor();
    const page = await stranger.open(await linkOf('page'));
    expect(page.words).toContain('Messages about the account m…y@example.org go to m…y@example.org.');
    expect(page.html).not.toMatch(/mary@|helper/);
    const signIn = await stranger.press(page, 'Sign in to see and change all addresses');
    expect(signIn.words).toContain('Password');
    expect(signIn.html).not.toMatch(/mary@|helper/);
    expect(await states()).toEqual([`${EMAIL} confirmed`, `${HELPER} pending`]);
  });

  test('with a link of one kind: nothing of another kind', async () => {
    const kinds = ['confirm', 'unsubscribe', 'page'] as const;
    const tokens = await Promise.all(
      kinds.map(async (kind) => new URL(await linkOf(kind)).searchParams.get('t') ?? ''),
    );
    const paths = ['/notices/confirm', '/notices/unsubscribe', '/notices'];
    const statuses = await Promise.all(
      paths.flatMap((path, index) =>
        tokens.flatMap(async (token, kind) => (index === kind ? 'own' : (await open(`${path}?t=${token}`)).status)),
      ),
    );
    expect(statuses).toEqual(['own', 400, 400, 400, 'own', 400, 400, 400, 'own']);
  });

  test('a confirm link without an end does not work', async () => {
    const [, helper] = await at.addressBook.read(accountId());
    const endless = { accountId: accountId(), addressId: helper?.id ?? '' };
    expect((await visitor.open(addressUrl('confirm', endless, at.desk.url, at.sealer))).status).toBe(410);
  });

  test('with an own account: neither see nor change the addresses of this one', async () => {
    at.desk.myLeviton.addAccount({ email: 'eve@example.org', password: 'eves-own' });
    const eve = new Visitor();
    const page = await eve.open((await linkOf('page')).replace('/notices?', '/notices/sign-in?'));
    const refused = await signIn(eve, page, { email: 'eve@example.org', password: 'eves-own' });
    expect(refused.words).toContain('This is another My Leviton account');
    const unknown = await signIn(eve, await open('/notices/sign-in', eve), {
      email: 'eve@example.org',
      password: 'eves-own',
    });
    expect(unknown.words).toContain('is not connected with this skill');
    expect(unknown.html).not.toMatch(/helper/);
  });

  test.each(['remove', 'ask', 'add', 'save'])('without a sign-in: no %s', async (action) => {
    const [first] = await at.addressBook.read(accountId());
    const body = new URLSearchParams({ form: 'dps.k1.forged', action, id: first?.id ?? '', email: 'eve@example.org' });
    const answer = await visitor.open(`${at.desk.url}/notices/addresses`, { method: 'POST', body });
    expect([answer.status, await states()]).toEqual([400, [`${EMAIL} confirmed`, `${HELPER} pending`]]);
  });

  test('a signed-in page in another browser: nothing', async () => {
    const page = await signIn(visitor, await open('/notices/sign-in'));
    const thief = await new Visitor().press(page, 'Remove');
    expect([thief.status, (await states()).length]).toEqual([400, 2]);
  });
});

describe('after a sign-in', () => {
  const signedIn = async () => await signIn(visitor, await open('/notices/sign-in'));

  test('the page leads to the connections of the account', async () => {
    await answered();
    expect((await signedIn()).html).toContain('<a href="/connections">');
    expect((await open('/connections')).status).toBe(200);
  });

  test('all addresses are shown with their states, and can be removed, added and asked once more', async () => {
    await answered(EMAIL, HELPER);
    await confirmed(EMAIL);
    let page = await signedIn();
    expect(page.words).toContain(`${EMAIL} Messages come here. It was confirmed on Sunday, March 1, 2026`);
    expect(page.words).toContain(`${HELPER} Not confirmed.`);
    page = await visitor.press(page, 'Send the mail once more');
    expect(page.words).toContain('We have sent the mail.');
    page = await visitor.press(page, 'Send the mail once more');
    expect(page.html).not.toContain('Send the mail once more');
    expect(at.ses.mails.map(({ to }) => to)).toEqual([EMAIL, HELPER, HELPER, HELPER]);
    page = await visitor.press(page, 'Add', { email: 'aunt@example.org' });
    expect(page.words).toContain('as many as an account can have');
    page = await visitor.press(page, 'Remove');
    expect(await states()).toEqual([`${HELPER} pending`, 'aunt@example.org pending']);
    expect(page.words).toContain('At the moment nobody gets messages about this account.');
  });

  test.each([
    { email: 'aunt', says: 'is not an e-mail address' },
    { email: '"><script>@example.org', says: 'is not an e-mail address' },
    { email: EMAIL.toUpperCase(), says: 'in the list already' },
  ])('$email is not added: $says', async ({ email, says }) => {
    await answered();
    const page = await visitor.press(await signedIn(), 'Add', { email });
    expect(page.words).toContain(says);
    expect(page.html).not.toContain('<script');
    expect(await states()).toEqual([`${EMAIL} pending`]);
  });

  test('whoever stopped the messages is asked before any more come, and at most three times a day', async () => {
    await answered();
    await confirmed(EMAIL);
    const off = await linkOf('unsubscribe');
    let page = await signedIn();
    for (let round = 0; round < 4; round++) {
      await new Visitor().open(off, { method: 'POST' });
      page = await visitor.press(await signedIn(), 'Write here again');
    }
    expect(page.words).toContain('Several such mails were sent lately.');
    expect(at.ses.mails).toHaveLength(3);
    expect(await states()).toEqual([`${EMAIL} pending`]);
  });

  test('many accounts cannot flood one stranger', async () => {
    for (let account = 0; account < 6; account++)
      await at.addressBook.add(
        { id: `account-${account}`, maskedEmail: 'e…e@example.org' },
        'stranger@example.net',
        'en-US',
      );
    expect(at.ses.mails).toHaveLength(3);
    expect(at.logged('confirm-mail-throttled')).toHaveLength(3);
  });

  test('the language of the browser is kept with the address', async () => {
    visitor = new Visitor('fr-CA,fr;q=0.9,en;q=0.5');
    const page = await open(`/authorize?${authorizationQuery()}`);
    const asked = await visitor.press(page, 'Se connecter et associer', { email: EMAIL, password: PASSWORD });
    await visitor.press(asked, 'Continuer', { own: EMAIL });
    expect((await at.addressBook.read(accountId())).map(({ language }) => language)).toEqual(['fr-CA']);
  });
});

describe('the button for a new sign-in link', () => {
  test.each([
    { when: 'an address is confirmed', confirms: true, says: 'A new link is on its way' },
    { when: 'no address is confirmed', confirms: false, says: 'Nobody gets messages about this account' },
  ])('$when: $says', async ({ confirms, says }) => {
    await answered();
    if (confirms) await confirmed(EMAIL);
    const account = await at.desk.stores.accounts.get(accountId());
    if (!account) throw new Error('there is no account');
    const since = at.desk.clock.now().toISOString();
    await at.desk.stores.accounts.replace(account, { ...account, state: 'needs-reauth', reason: 'locked', since });
    await at.desk.raise({ accountId: accountId(), cause: 'locked' });
    const link = /https:\/\/link\.example\.org(\S+)/.exec(at.desk.notices[0]?.text ?? '')?.[1] ?? '';
    at.desk.clock.advance(8 * DAY);
    const page = await visitor.press(await open(link), 'Send me a new link');
    expect(page.words).toContain(says);
  });
});

describe('requests that are none', () => {
  test.each([
    { path: '/notices/confirm', status: 400 },
    { path: '/notices/confirm?t=', status: 400 },
    { path: '/notices/confirm?t=dps.k1.AAAA', status: 400 },
    { path: '/notices/confirm?t=a&t=b', status: 400 },
    { path: '/notices/unsubscribe?t=%00', status: 400 },
    { path: `/notices?t=${'x'.repeat(5000)}`, status: 400 },
    { path: '/notices/__proto__', status: 400 },
    { path: '/notices/nowhere', status: 400 },
    { path: '/notices', status: 303 },
    { path: '/notices/addresses', status: 303 },
  ])('GET $path: $status', async ({ path, status }) => {
    expect((await open(path)).status).toBe(status);
  });

  test.each([
    { body: '', type: 'application/json' },
    { body: 'x'.repeat(20_000), type: 'application/x-www-form-urlencoded' },
    { body: 'form=a&form=b', type: 'application/x-www-form-urlencoded' },
    { body: 'action=remove', type: 'application/x-www-form-urlencoded' },
  ])('a posted $type that is no form of ours: 400', async ({ body, type }) => {
    for (const path of ['/notices/addresses', '/notices/sign-in'])
      expect(
        (await visitor.open(at.desk.url + path, { method: 'POST', body, headers: { 'Content-Type': type } })).status,
      ).toBe(400);
  });

  test('other methods: 405', async () => {
    expect((await visitor.open(`${at.desk.url}/notices/unsubscribe?t=x`, { method: 'PUT' })).status).toBe(405);
  });

  test('where no sender of mails is configured, the pages say so', async () => {
    at.desk.change({ addressBook: undefined });
    const page = await open('/notices/sign-in');
    expect([page.status, page.words]).toEqual([404, expect.stringContaining('This skill cannot write to you')]);
  });

  test('the table fails: 503, and nothing of the error on the page', async () => {
    await answered();
    const link = await linkOf('page');
    at.desk.table.fail('refused');
    const page = await visitor.open(link);
    expect(page.status).toBe(503);
    expect(page.words).toContain('Please try again later');
  });
});
