import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { turnOn } from '../support/setup.ts';
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
    expect(page.text).not.toMatch(/amzn1|ada\.lovelace|canary/);
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
