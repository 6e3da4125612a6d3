import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { seedLink } from '../support/seed.ts';
import { EMAIL, PASSWORD, turnOn } from '../support/setup.ts';
import { Visitor } from '../support/visitor.ts';
import { KEEP, MINUTE, openSharedAccount, type SharedAccount } from './connections-support.ts';

let at: SharedAccount;
beforeEach(async () => {
  at = await openSharedAccount();
});
afterEach(() => at.system.close());

const said = async () => (await at.customer.send(turnOn(at.endpointId))).name;

const NEW_PASSWORD = 'canary-new-password-1';

describe('what somebody else can do', () => {
  const posted = async (fields: Readonly<Record<string, string>>, by = new Visitor()) =>
    await by.open(at.url, { method: 'POST', body: new URLSearchParams(fields) });

  test.each(['end', 'ask-erase', 'erase', 'show'])('without a sign-in: no %s', async (action) => {
    const all = (await at.links()).map(({ id }) => id).join(' ');
    for (const field of ['page', 'erase', 'form']) {
      const answer = await posted({ [field]: 'dps.k1.forged', action, links: all });
      expect([answer.status, answer.words.includes('Connected since')]).toEqual([400, false]);
    }
    expect(await at.states()).toEqual(['live', 'live']);
  });

  test('with the page of a person who has signed in, in another browser: nothing', async () => {
    const page = await at.signedIn();
    for (const button of ['Disconnect', KEEP, 'Erase everything'])
      expect((await new Visitor().press(page, button)).words).toContain('This page was opened elsewhere');
    const asked = await at.owner.press(page, 'Erase everything');
    expect((await new Visitor().press(asked, 'Erase everything now')).status).toBe(400);
    expect(await at.states()).toEqual(['live', 'live']);
  });

  test('half an hour after the sign-in: nothing, however often the page was shown meanwhile', async () => {
    let page = await at.signedIn();
    for (let minutes = 0; minutes < 27; minutes += 9) {
      at.clock.advance(9 * MINUTE);
      page = await at.owner.press(await at.owner.press(page, 'Erase everything'), 'Go back');
    }
    at.clock.advance(4 * MINUTE);
    expect((await at.owner.press(page, 'Disconnect')).words).toContain('This page was open for too long');
    expect(await at.states()).toEqual(['live', 'live']);
  });

  test('with the form of another page that follows a sign-in: nothing', async () => {
    const page = await at.signedIn();
    const hidden = /name="page" value="([^"]*)"/.exec(page.html)?.[1] ?? '';
    expect((await posted({ erase: hidden, action: 'erase' }, at.owner)).status).toBe(400);
    const asked = await at.owner.press(page, 'Erase everything');
    const erase = /name="erase" value="([^"]*)"/.exec(asked.html)?.[1] ?? '';
    expect((await posted({ page: erase, action: 'end' }, at.owner)).status).toBe(400);
  });

  test('with an own account: neither see nor end the connections of this one, also by their ids', async () => {
    const eve = { email: 'eve@example.org', password: 'eves-own' };
    at.system.myLeviton.addAccount(eve);
    const thief = new Visitor();
    expect((await at.signedIn(eve, thief)).words).toContain('is not connected with this skill');
    await seedLink(at.system, { ...eve, keep: true });
    const page = await at.signedIn(eve, thief);
    expect(page.words).toContain('One Alexa connection may use the account e…e@example.org.');
    const forged = (await at.links()).map(({ id }) => id).join(' ');
    const answer = await thief.press(page, 'Disconnect', { links: forged });
    expect(answer.words).toContain('Nothing was changed: there is no such connection any more.');
    expect(await at.states()).toEqual(['live', 'live']);
  });

  test.each([
    { when: 'none', hostile: '' },
    { when: 'HTML', hostile: '<script>alert(1)</script>' },
    { when: 'very long', hostile: 'x'.repeat(20_000) },
  ])('hostile ids end nothing: $when', async ({ hostile }) => {
    const answer = await at.owner.press(await at.signedIn(), 'Disconnect', { links: hostile });
    expect([answer.status, answer.html.includes('<script>')]).toEqual([200, false]);
    expect(await at.states()).toEqual(['live', 'live']);
  });

  test('a form that is sent twice ends what it showed, and nothing that was made later', async () => {
    const page = await at.signedIn();
    await at.owner.press(page, KEEP);
    await seedLink(at.system, { email: EMAIL, password: PASSWORD, keep: true });
    expect((await at.owner.press(page, KEEP)).words).toContain('there is no such connection any more');
    expect(await at.states()).toEqual(['live', 'ended', 'live']);
  });

  test('a question to erase that was answered after another connection was made: asked to look once more', async () => {
    const asked = await at.owner.press(await at.signedIn(), 'Erase everything');
    await seedLink(at.system, { email: EMAIL, password: PASSWORD, keep: true });
    expect((await at.owner.press(asked, 'Erase everything now')).words).toContain('Nothing was erased.');
    expect(await at.states()).toEqual(['live', 'live', 'live']);
  });

  test('two at once: one ends it, both are answered, and the other connection goes on', async () => {
    const page = await at.signedIn({ keep: 'yes' });
    const answers = await Promise.all([at.owner.press(page, KEEP), at.owner.press(page, KEEP)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(await at.states()).toEqual(['live', 'ended']);
    expect(await said()).toBe('Response');
  });

  test('erased twice at once: both are answered, and nothing is left', async () => {
    const asked = await at.owner.press(await at.signedIn(), 'Erase everything');
    const answers = await Promise.all([1, 2].map(() => at.owner.press(asked, 'Erase everything now')));
    expect(answers.map(({ words }) => words.includes('what this skill kept about the account was deleted'))).toEqual([
      true,
      true,
    ]);
    expect(await at.system.ports.accounts.get(at.accountId)).toBeUndefined();
  });

  test('a changed password in the hands of the owner alone: the old one shows nothing', async () => {
    at.system.myLeviton.changePassword(EMAIL, NEW_PASSWORD);
    expect((await at.signedIn({ password: PASSWORD }, new Visitor())).words).not.toContain('Connected since');
    expect((await at.signedIn({ password: NEW_PASSWORD })).words).toContain('2 Alexa connections');
  });
});
