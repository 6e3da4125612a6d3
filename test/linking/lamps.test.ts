import { afterEach, expect, test } from '@jest/globals';
import { Visitor } from '../support/visitor.ts';
import { chainIn, type LampsSetup, openLamps, verdictIn } from './lamps-support.ts';

let at: LampsSetup;
afterEach(() => at.system.close());

test('the link of a notice shows the chain, one sentence and one remedy, and neither light nor history nor buttons', async () => {
  at = await openLamps();
  const page = await at.person.open(await at.link());
  expect(page.status).toBe(200);
  expect(chainIn(page)).toEqual({
    alexa: 'ok',
    skill: 'ok',
    cloud: 'ok',
    plug: 'ok',
    lamp: 'unknown',
    reports: 'broken',
  });
  expect(page.words).toContain('How are my lamps?');
  expect(page.words).toContain('Bedroom lamp Connected');
  expect(page.words).toContain('Alexa Works Called this skill, or used its link to it, in the last day.');
  expect(page.words).not.toContain('Changes in the last seven days');
  expect(page.html).not.toContain('value="blink ');
  expect(page.html).not.toMatch(/ada\.lovelace|canary|amzn1/);
});

test('a plug without a connection: the sentence, whom it is for, and what to do', async () => {
  at = await openLamps();
  at.system.myLeviton.addSwitch(at.residence, { name: 'Desk lamp' });
  at.system.myLeviton.unplug(at.lamp);
  const page = await new Visitor('fr-CA').open(await at.link());
  expect(verdictIn(page)).toBe(
    'La prise de « Bedroom lamp » n’est pas connectée à My Leviton. Une autre prise du compte est connectée.',
  );
  expect(page.html).toContain('<html lang="fr-CA">');
  expect(chainIn(page)).toMatchObject({ cloud: 'ok', plug: 'broken' });
});

test('a notice for people has the link, and one that the developer gets as well has none', async () => {
  at = await openLamps();
  const { notices } = at.system.ports;
  const about = { accountId: at.accountId, maskedEmail: 'a…e@example.org' };
  await notices.raise({ ...about, cause: 'devices-missing' });
  const { text = '' } = at.system.notices.at(-1) ?? {};
  const link = /http\S+\/lamps\?t=\S+/.exec(text)?.[0] ?? '';
  expect(text).toContain(`How your lamps are now, and what to do:\n\n${link}`);
  expect(verdictIn(await new Visitor().open(link))).not.toBe('');
  await notices.raise({ ...about, cause: 'sign-in-inconclusive' });
  expect(at.system.notices.at(-1)?.text).not.toContain('/lamps');
});

test('the table is away: the page says so, and claims nothing of the lamps', async () => {
  at = await openLamps();
  const link = await at.link();
  const recover = at.system.table.fail('error');
  const page = await at.person.open(link);
  recover();
  expect([page.status, verdictIn(page)]).toEqual([200, 'The database of this skill does not answer.']);
  expect(page.words).toContain('Your lamps Could not be checked just now');
});

test('the remedy is a sign-in: its button stands below the sentence, until somebody has signed in', async () => {
  at = await openLamps();
  const { myLeviton, ports } = at.system;
  const account = await ports.accounts.get(at.accountId);
  if (!account) throw new Error('no account');
  myLeviton.revokeSessions();
  const since = at.clock.now().toISOString();
  await ports.accounts.put({ ...account, state: 'needs-reauth', reason: 'password-changed', since });
  const page = await at.person.open(await at.link());
  expect(verdictIn(page)).toBe('My Leviton did not accept the password that this skill had kept.');
  const button = /<section class="verdict".*<a class="button" href="\/lamps">Sign in to My Leviton<\/a>\s*<\/section>/s;
  expect(page.html).toMatch(button);
  const signedIn = await at.signedIn();
  expect(chainIn(signedIn)).toMatchObject({ cloud: 'ok' });
  expect(signedIn.html).not.toMatch(button);
});

test('the row of the account was lost: a sign-in makes it anew, and the link of Alexa goes on', async () => {
  at = await openLamps();
  await at.system.table.loseRow({ pk: `account#${at.accountId}`, sk: 'session' });
  const page = await at.person.open(await at.link());
  expect(verdictIn(page)).toBe('This skill has no sign-in to My Leviton for this account.');
  expect(page.words).toContain('Sign in to My Leviton once on this page.');
  await at.signedIn();
  expect(await at.system.ports.accounts.get(at.accountId)).toMatchObject({ state: 'healthy' });
  expect(verdictIn(await at.person.open(await at.link()))).not.toContain('no sign-in');
});

test('an account without a row and without a link stays unknown', async () => {
  at = await openLamps();
  const { links, accounts } = at.system.ports;
  for (const link of await links.ofAccount(at.accountId))
    await links.replace(link, { ...link, state: 'ended', endedBecause: 'revoked', endedAt: link.createdAt });
  await at.system.table.loseRow({ pk: `account#${at.accountId}`, sk: 'session' });
  expect((await at.signedIn()).words).toContain('not connected');
  expect(await accounts.get(at.accountId)).toBeUndefined();
});

test('a lamp does not blink before the box is ticked, and the box stays in view', async () => {
  at = await openLamps();
  const page = await at.person.press(await at.signedIn(), 'Blink “Bedroom lamp”', { consent: 'no' });
  expect(page.words).toContain('Please tick the box first: the lamp blinks only if you want it.');
  expect(page.html).toContain('<details open><summary>Blink the lamp</summary>');
  expect(at.writes).toEqual([]);
});
