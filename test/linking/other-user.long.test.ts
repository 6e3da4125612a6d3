import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { kindsOf, linkIn, reauthWith, toldPeople } from '../support/reauth.ts';
import { EMAIL, openSetup, PASSWORD, type TestSetup, turnOn } from '../support/setup.ts';
import { Visitor } from '../support/visitor.ts';

const CODE = '860317';
const GUEST = { email: 'guest@example.org', password: 'canary-guest-password-Rt5', keep: true };
const DAY = 24 * 3_600_000;

let setup: TestSetup;
beforeEach(async () => {
  setup = await openSetup();
});
afterEach(() => setup.system.close());

const id = () => String(setup.account.userId);
const answered = async (): Promise<string> => {
  const { name, errorType } = await setup.customer.send(turnOn(setup.endpointId));
  return errorType ?? name;
};
const row = async () => {
  const account = await setup.system.ports.accounts.get(id());
  if (!account) throw new Error('there is no account');
  return account;
};
const kinds = () => kindsOf(toldPeople(setup.system.notices));

/** Somebody switches two-step sign-in on, the session ends, and a notice goes out. */
async function breakByCode(): Promise<void> {
  const { myLeviton } = setup.system;
  myLeviton.setTwoFactorCode(EMAIL, CODE);
  myLeviton.revokeSessions(EMAIL);
  expect(await answered()).toBe('BRIDGE_UNREACHABLE');
  expect(kinds()).toEqual(['notice code-needed']);
}
/** A user without a residence of their own. */
function addGuest(invited: readonly number[]): void {
  const { myLeviton } = setup.system;
  myLeviton.addAccount({ email: GUEST.email, password: GUEST.password, residences: [] });
  for (const residence of invited) myLeviton.invite(GUEST.email, residence);
}
const signInAs = (typed: typeof GUEST) => reauthWith(setup.system.notices[0], typed);

test('a guest who sees every lamp: the account goes on with that user, under its own id, and is renewed without anybody', async () => {
  await breakByCode();
  expect(setup.system.notices[0]?.text).toContain('invite a second My Leviton user without two-step sign-in');
  addGuest([setup.residence]);
  const before = await setup.system.ports.links.ofAccount(id());
  const devices = await setup.system.ports.devices.list(id());
  const words = await signInAs(GUEST);
  expect(words).toContain('From now on it uses the user that you have just signed in with');
  expect(kinds()).toEqual(['notice code-needed', 'all-clear code-needed']);
  expect(await answered()).toBe('Response');
  expect(await row()).toMatchObject({
    state: 'healthy',
    maskedEmail: 'g…t@example.org',
    credentials: { email: GUEST.email },
  });
  expect(await setup.system.ports.links.ofAccount(id())).toEqual(before);
  expect((await setup.system.ports.devices.list(id())).map(({ device }) => device.id)).toEqual(
    devices.map(({ device }) => device.id),
  );
  const endpoints = await setup.customer.discover();
  expect(endpoints.map((endpoint) => endpoint.id)).toEqual([setup.endpointId]);
  await setup.system.maintainAccounts();
  setup.clock.advance(50 * DAY);
  await setup.system.maintainAccounts();
  setup.clock.advance(15 * DAY);
  expect(await answered()).toBe('Response');
  expect(kinds()).toHaveLength(2);
});

test('such a guest is shown nothing else of the account: neither connections, nor addresses, nor the way to connect an Alexa', async () => {
  await breakByCode();
  addGuest([setup.residence]);
  const link = linkIn(setup.system.notices[0] ?? { text: '' });
  const visitor = new Visitor();
  await visitor.open(link);
  const { html } = await visitor.act('sign-in', { email: GUEST.email, password: GUEST.password, keep: 'yes' });
  expect(html).toContain('Done');
  expect(html).not.toContain('<form');
  expect(html).not.toContain('href');
});

test('one who sees some of the lamps is refused, and reads no name of another; nothing changes', async () => {
  const { myLeviton } = setup.system;
  const other = myLeviton.addAccount({ email: 'other@example.org', password: 'x', residences: [{ name: 'Cabin' }] });
  const cabin = other.residenceIds[0] ?? 0;
  myLeviton.invite(EMAIL, cabin);
  myLeviton.addSwitch(cabin, { name: 'Secret cellar' });
  await setup.customer.discover();
  await breakByCode();
  addGuest([setup.residence]);
  const before = await row();
  const words = await signInAs(GUEST);
  expect(words).toContain('does not see every lamp of the account. It sees: Bedroom lamp.');
  expect(words).not.toContain('Secret cellar');
  expect(await row()).toEqual(before);
  expect(await answered()).toBe('BRIDGE_UNREACHABLE');
  myLeviton.invite(GUEST.email, cabin);
  expect(await signInAs(GUEST)).toContain('From now on it uses the user that you have just signed in with');
  expect(await answered()).toBe('Response');
});

test.each([
  { when: 'a stranger with lamps of their own', lamps: true },
  { when: 'a user who sees no lamp', lamps: false },
])('$when is refused, and reads no name; the session that they brought is ended', async ({ lamps }) => {
  await breakByCode();
  const { myLeviton } = setup.system;
  const { residenceIds } = myLeviton.addAccount({ email: GUEST.email, password: GUEST.password });
  if (lamps) myLeviton.addSwitch(residenceIds[0] ?? 0, { name: 'Mine' });
  const logouts: string[] = [];
  myLeviton.onExchange(({ request }) => {
    if (/logout/i.test(request.path)) logouts.push(request.path);
  });
  const words = await signInAs(GUEST);
  expect(words).toContain('This is another My Leviton account than the one your lamps are in.');
  expect(words).not.toContain('Bedroom lamp');
  expect(logouts).toHaveLength(1);
  expect((await row()).state).toBe('needs-reauth');
});

test('an account without any lamp is moved to nobody', async () => {
  for (const record of await setup.system.ports.devices.list(id()))
    await setup.system.ports.devices.remove(id(), record);
  await breakByCode();
  addGuest([setup.residence]);
  expect(await signInAs(GUEST)).toContain('This is another My Leviton account');
});

test('My Leviton stops answering before the lamps are listed: nothing changes, and the link works later', async () => {
  await breakByCode();
  addGuest([setup.residence]);
  const end = setup.system.myLeviton.inject({ kind: 'html', status: 503, path: /residentialPermissions/i });
  expect(await signInAs(GUEST)).toContain('does not answer at the moment');
  expect((await row()).state).toBe('needs-reauth');
  end();
  expect(await signInAs(GUEST)).toContain('Done');
});

test("the owner signs in to see who is connected: the guest's session goes on", async () => {
  await breakByCode();
  addGuest([setup.residence]);
  await signInAs(GUEST);
  const moved = await row();
  const visitor = new Visitor();
  await visitor.open(new URL('/connections', linkIn(setup.system.notices[0] ?? { text: '' })).href);
  await visitor.act('sign-in', { email: EMAIL, password: PASSWORD });
  const page = await visitor.act('sign-in', { code: CODE });
  expect(page.words).toContain('One Alexa connection may use the account');
  expect(await row()).toMatchObject({ session: moved.session, credentials: moved.credentials });
  expect(await answered()).toBe('Response');
});

test('the owner links in the Alexa app: the account goes back to the owner', async () => {
  await breakByCode();
  addGuest([setup.residence]);
  await signInAs(GUEST);
  await setup.system.link({ email: EMAIL, password: PASSWORD, code: CODE });
  expect((await row()).session.accountId).toBe(id());
});
