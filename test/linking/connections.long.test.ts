import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { linkIn } from '../support/reauth.ts';
import { EMAIL, turnOn } from '../support/setup.ts';
import { Visitor } from '../support/visitor.ts';
import { DAY, KEEP, MINUTE, openSharedAccount, type SharedAccount } from './connections-support.ts';

let at: SharedAccount;
beforeEach(async () => {
  at = await openSharedAccount();
});
afterEach(() => at.system.close());

const said = async () => (await at.customer.send(turnOn(at.endpointId))).name;

describe('after a sign-in', () => {
  test('the connections are listed with their days, and nothing names a person', async () => {
    at.clock.advance(2 * DAY);
    await at.partner.account.accessToken();
    const page = await at.signedIn();
    expect(page.words).toContain('2 Alexa connections may use the account a…e@example.org.');
    expect(page.words).toContain(
      'Connected since Sunday, March 1, 2026 (12:00 UTC). When Alexa last used it is not known.',
    );
    expect(page.words).toContain(
      'Connected since Monday, March 2, 2026 (12:00 UTC). Alexa last used it on Wednesday, March 4, 2026 (UTC).',
    );
    expect(page.html).not.toMatch(/amzn1|ada\.lovelace|canary/);
    expect(page.headers.get('cache-control')).toBe('no-store');
  });

  test("disconnect the others: a former partner's Alexa is cut off at once, and the owner's goes on", async () => {
    const old = await at.partner.account.accessToken();
    const own = await at.amazonAccount.accessToken();
    expect(await at.withToken(old)).toBe('Response');
    const page = await at.owner.press(await at.signedIn({ keep: 'yes' }), KEEP);
    expect(page.words).toContain('One connection was ended. Its access has stopped.');
    expect(page.words).toContain('One Alexa connection may use the account');
    at.clock.advance(MINUTE);
    expect(await at.withToken(old)).toBe('INVALID_AUTHORIZATION_CREDENTIAL');
    expect(await at.withToken(own)).toBe('Response');
    expect(await said()).toBe('Response');
    at.clock.advance(2 * 60 * MINUTE);
    await expect(at.partner.account.accessToken()).rejects.toThrow();
    expect(await said()).toBe('Response');
    expect([await at.states(), await at.grants()]).toEqual([['live', 'ended'], 1]);
    expect(at.logged('connections-ended')).toHaveLength(1);
  });

  test('where no password is kept, access tokens from before the sign-in are cut off, and the page promises no more', async () => {
    const account = await at.system.ports.accounts.get(at.accountId);
    if (!account) throw new Error('no account');
    const { credentials: _, ...rest } = account;
    await at.system.ports.accounts.put(rest);
    const old = await at.partner.account.accessToken();
    const own = await at.amazonAccount.accessToken();
    const page = await at.owner.press(await at.signedIn({ keep: '' }), KEEP);
    expect(page.words).toContain('One connection was ended. Its access may last for up to 65 minutes.');
    expect(await at.withToken(old)).toBe('INVALID_AUTHORIZATION_CREDENTIAL');
    expect(await at.withToken(own)).toBe('Response');
  });

  test('one is disconnected by its own button, then the last one, and the password goes', async () => {
    let page = await at.owner.press(await at.signedIn(), 'Disconnect');
    expect(await at.states()).toEqual(['ended', 'live']);
    page = await at.owner.press(page, 'Disconnect');
    expect(await at.states()).toEqual(['ended', 'ended']);
    expect(page.words).toContain('The account a…e@example.org has no connection with Alexa.');
    expect((await at.system.ports.accounts.get(at.accountId))?.credentials).toBeUndefined();
    expect(await at.grants()).toBe(0);
  });

  test('erase everything asks once more, says what stays, and leaves nothing but ended links', async () => {
    const old = await at.partner.account.accessToken();
    await at.system.ports.noticeAddresses.create({
      accountId: at.accountId,
      maskedEmail: 'a…e@example.org',
      addresses: [],
    });
    await at.system.ports.notices.raise({
      accountId: at.accountId,
      cause: 'devices-missing',
      maskedEmail: 'a…e@example.org',
    });
    const asked = await at.owner.press(await at.signedIn({ keep: 'yes' }), 'Erase everything');
    expect(asked.words).toContain('Backups of the database keep what was deleted for up to 35 days.');
    expect(await at.states()).toEqual(['live', 'live']);
    const page = await at.owner.press(asked, 'Erase everything now');
    expect(page.words).toContain('Their access has stopped.');
    expect(await at.states()).toEqual(['ended', 'ended']);
    expect(await at.system.ports.accounts.get(at.accountId)).toBeUndefined();
    expect(await at.system.ports.devices.list(at.accountId)).toEqual([]);
    expect(await at.system.ports.noticeStore.list(at.accountId)).toEqual([]);
    expect(await at.system.ports.noticeAddresses.get(at.accountId)).toBeUndefined();
    expect(await at.grants()).toBe(0);
    expect(await at.withToken(old)).toBe('INVALID_AUTHORIZATION_CREDENTIAL');
    at.clock.advance(2 * 60 * MINUTE);
    await expect(at.partner.account.accessToken()).rejects.toThrow();
    expect(at.logged('account-erased')).toHaveLength(1);
    expect(at.lines.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  });

  test('go back erases nothing', async () => {
    const asked = await at.owner.press(await at.signedIn(), 'Erase everything');
    expect((await at.owner.press(asked, 'Go back')).words).toContain('2 Alexa connections may use');
    expect(await at.states()).toEqual(['live', 'live']);
  });
});

describe('a sign-in after the password was changed', () => {
  const NEW_PASSWORD = 'canary-new-password-1';
  beforeEach(async () => {
    at.system.myLeviton.changePassword(EMAIL, NEW_PASSWORD);
  });
  const typed = { email: EMAIL, password: NEW_PASSWORD, keep: 'yes' };

  test('the sign-in-again page shows who is connected, and ends it in the same step', async () => {
    expect(await said()).toBe('ErrorResponse');
    const link = linkIn(at.system.notices.at(-1) ?? { text: '' });
    const done = await at.owner.press(await at.owner.open(link), 'Sign in', typed);
    expect(done.words).toContain('Who is connected A new password does not end a connection.');
    expect(done.words).toContain('2 Alexa connections may use the account a…e@example.org.');
    expect(await at.partner.customer.send(turnOn(at.endpointId))).toMatchObject({ name: 'Response' });
    const old = await at.partner.account.accessToken();
    expect((await new Visitor().press(done, KEEP)).words).toContain('This page was opened elsewhere');
    expect((await at.owner.press(done, KEEP)).words).toContain('One connection was ended. Its access has stopped.');
    expect(await at.withToken(old)).toBe('INVALID_AUTHORIZATION_CREDENTIAL');
    expect(await said()).toBe('Response');
    expect(await at.states()).toEqual(['live', 'ended']);
  });

  const linking = async (by = at.owner) => {
    const started = await by.open(at.system.addAccount().account.startUrl);
    return await by.press(await by.open(started.headers.get('location') ?? ''), 'Sign in and connect', typed);
  };

  test('linking asks about the others before Alexa gets its code, and ends them', async () => {
    const page = await linking();
    expect(page.words).toContain('2 other Alexa connections may use the account a…e@example.org.');
    expect(await at.states()).toEqual(['live', 'live']);
    expect((await new Visitor().press(page, 'Disconnect them and continue')).status).toBe(400);
    const answer = await at.owner.press(page, 'Disconnect them and continue');
    expect([answer.status, answer.headers.get('location')?.includes('code=')]).toEqual([303, true]);
    expect(await at.states()).toEqual(['ended', 'ended', 'pending']);
    expect((await at.system.ports.accounts.get(at.accountId))?.credentials?.password).toBe(NEW_PASSWORD);
    await at.owner.open(answer.headers.get('location') ?? '');
    expect(await at.states()).toEqual(['ended', 'ended', 'live']);
  });

  test('linking goes on with the others kept; and with the same password it does not ask', async () => {
    const answer = await at.owner.press(await linking(), 'Keep them and continue');
    await at.owner.open(answer.headers.get('location') ?? '');
    expect(await at.states()).toEqual(['live', 'live', 'live']);
    expect((await linking(new Visitor())).status).toBe(303);
  });
});
