import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { linkTo, type ReceivedMail, rendered } from '../../desk/ses/mails.ts';
import { reauthWith } from '../support/reauth.ts';
import { seedLink } from '../support/seed.ts';
import { EMAIL, openSetup, PASSWORD, type TestSetup, turnOn } from '../support/setup.ts';

let setup: TestSetup;
beforeEach(async () => {
  setup = await openSetup({ mail: true });
});
afterEach(() => setup.system.close());

const book = () => {
  const { addressBook } = setup.system.ports;
  if (!addressBook) throw new Error('no sender of mails is configured');
  return addressBook;
};
const mails = () => setup.system.ses.mails;
const withoutConfirmations = (): readonly ReceivedMail[] =>
  mails().filter(({ text }) => !text.includes('/notices/confirm'));
const to = (email: string) => withoutConfirmations().filter((mail) => mail.to === email);
const accountId = () => String(setup.account.userId);

/** Somebody adds an address to an account, and its reader confirms it. */
async function confirm(id: string, email: string): Promise<void> {
  await book().add({ id, maskedEmail: `masked of ${id}` }, email, 'en-US');
  const mail = mails().findLast((one) => one.to === email);
  const answer = await fetch(linkTo('/notices/confirm', mail ?? { text: '' }), { method: 'POST' });
  if (!answer.ok) throw new Error(await answer.text());
}
const raise = (id = accountId()) =>
  setup.system.ports.notices.raise({ accountId: id, cause: 'password-changed', maskedEmail: `m…y@${id}.example` });
const clear = (id = accountId()) => setup.system.ports.notices.clear(id, ['password-changed']);

test('three accounts: nobody gets a message or a link of another account', async () => {
  const people = [
    { email: EMAIL, password: PASSWORD, mail: 'ada@ada.example' },
    { email: 'bob@example.org', password: 'bobs-password', mail: 'bob@bob.example' },
    { email: 'cleo@example.org', password: 'cleos-password', mail: 'cleo@cleo.example' },
  ];
  const { myLeviton, ports } = setup.system;
  const accounts: {
    readonly id: string;
    readonly mail: string;
    readonly customer: TestSetup['customer'];
    lamp: string;
  }[] = [];
  for (const { email, password, mail } of people) {
    const isFirst = email === EMAIL;
    const account = isFirst ? setup.account : myLeviton.addAccount({ email, password });
    const lamp = isFirst
      ? setup.lamp
      : myLeviton.addSwitch(account.residenceIds[0] ?? 0, { name: `Lamp of ${mail}` }).id;
    const { customer } = isFirst ? setup : await seedLink(setup.system, { email, password, keep: true });
    if (!isFirst) await customer.discover();
    await confirm(String(account.userId), mail);
    accounts.push({ id: String(account.userId), mail, customer, lamp: String(lamp) });
  }
  for (const { email } of people) myLeviton.changePassword(email, 'another-one');
  for (const { customer, lamp } of accounts) await customer.send(turnOn(lamp));

  expect(
    withoutConfirmations()
      .map((mail) => mail.to)
      .sort(),
  ).toEqual(people.map(({ mail }) => mail).sort());
  expect(setup.system.notices).toEqual([]);
  for (const { id, mail } of accounts) {
    const [only] = to(mail);
    if (!only) throw new Error('no mail');
    const others = accounts.filter((other) => other.id !== id);
    for (const other of others) expect(rendered(only)).not.toContain(other.mail);
    // The link is of this account: the sign-in of another account does not pass.
    expect((await ports.accounts.get(id))?.state).toBe('needs-reauth');
    const own = people.find((one) => one.mail === mail);
    const stranger = people.find((one) => one.mail !== mail);
    expect(await reauthWith(only, { email: stranger?.email ?? '', password: 'another-one' })).toContain(
      'another My Leviton account',
    );
    expect(await reauthWith(only, { email: own?.email ?? '', password: 'another-one', keep: true })).toContain('Done.');
    expect((await ports.accounts.get(id))?.state).toBe('healthy');
    expect(to(mail).map(({ subject }) => subject)).toEqual([
      'Lamps and Alexa: My Leviton does not take the password',
      'Lamps and Alexa: a problem is solved',
    ]);
  }
  expect(withoutConfirmations()).toHaveLength(6);
});

test('each confirmed address gets a mail of its own, with its own off switch; the others get nothing', async () => {
  await confirm(accountId(), 'own@example.org');
  await confirm(accountId(), 'helper@example.org');
  await book().add({ id: accountId(), maskedEmail: 'm' }, 'pending@example.org', 'en-US');
  await raise();
  expect(withoutConfirmations().map((mail) => mail.to)).toEqual(['own@example.org', 'helper@example.org']);
  const offs = withoutConfirmations().map(({ headers }) => headers['list-unsubscribe']);
  expect(new Set(offs).size).toBe(2);
  for (const { text } of withoutConfirmations()) {
    expect(text).toContain('You get this message because this address was confirmed');
    expect((await fetch(linkTo('/notices', { text }))).status).toBe(200);
  }
  await fetch(/<(.*)>/.exec(offs[0] ?? '')?.[1] ?? '', { method: 'POST' });
  await clear();
  expect(
    withoutConfirmations()
      .slice(2)
      .map((mail) => mail.to),
  ).toEqual(['helper@example.org']);
});

test('one address that SES refuses does not keep the message from another, and gets it later, alone', async () => {
  await confirm(accountId(), 'own@example.org');
  await confirm(accountId(), 'helper@example.org');
  const accept = setup.system.ses.refuse('own@example.org');
  await raise();
  expect(withoutConfirmations().map((mail) => mail.to)).toEqual(['helper@example.org']);
  accept();
  setup.clock.advance(3_600_000);
  await setup.system.maintainAccounts();
  const notices = withoutConfirmations().filter(({ subject }) => subject.endsWith('does not take the password'));
  expect(notices.map((mail) => mail.to)).toEqual(['helper@example.org', 'own@example.org']);
});

test('a message that only one address got is followed by word that the problem is solved', async () => {
  await confirm(accountId(), 'own@example.org');
  await confirm(accountId(), 'helper@example.org');
  const accept = setup.system.ses.refuse('own@example.org');
  await raise();
  accept();
  await clear();
  expect(to('helper@example.org').map(({ subject }) => subject)).toEqual([
    'Lamps and Alexa: My Leviton does not take the password',
    'Lamps and Alexa: a problem is solved',
  ]);
});

test('where no address is confirmed, the developer is told that nobody is told, without the link of the account', async () => {
  await book().add({ id: accountId(), maskedEmail: 'm' }, 'pending@example.org', 'en-US');
  await raise();
  expect(withoutConfirmations()).toEqual([]);
  const [told] = setup.system.notices;
  expect(told?.subject).toBe('Lamps and Alexa: nobody was told (developer)');
  expect(told?.text).toContain('The notice password-changed of the account');
  expect(told?.text).not.toContain('http');
});

test('whoever confirms an address hears at once of what does not work, and nobody hears of it twice', async () => {
  await confirm(accountId(), 'own@example.org');
  await raise();
  await confirm(accountId(), 'helper@example.org');
  expect(withoutConfirmations().map((mail) => mail.to)).toEqual(['own@example.org', 'helper@example.org']);
  expect(to('helper@example.org')[0]?.text).toContain('/reauth?t=');
  expect(setup.system.notices).toEqual([]);
  await fetch(linkTo('/notices', to('helper@example.org')[0] ?? { text: '' }));
  await clear();
  await confirm(accountId(), 'aunt@example.org');
  expect(to('aunt@example.org')).toEqual([]);
});

test('what nobody could be told is told to the first address that is confirmed', async () => {
  await raise();
  expect(setup.system.notices).toHaveLength(1);
  await confirm(accountId(), 'own@example.org');
  expect(to('own@example.org').map(({ subject }) => subject)).toEqual([
    'Lamps and Alexa: My Leviton does not take the password',
  ]);
  expect(setup.system.notices).toHaveLength(1);
});

test('what only the developer can fix goes to the developer alone', async () => {
  await confirm(accountId(), 'own@example.org');
  await setup.system.ports.notices.raise({ accountId: accountId(), cause: 'event-refused', subject: 'Lamp' });
  expect(withoutConfirmations()).toEqual([]);
  expect(setup.system.notices.map(({ cause }) => cause)).toEqual(['event-refused']);
});

test('no address, link or mail stands in the log', async () => {
  await confirm(accountId(), 'canary-address@example.org');
  await raise();
  expect(setup.lines.join('\n')).not.toMatch(/canary-address|t=dps\.[\w-]+\.[\w-]+/);
});

test('the developer gets a digest each week, from the second week on', async () => {
  const digests = () => setup.system.notices.filter(({ kind }) => kind === 'digest');
  await setup.system.maintainAccounts();
  expect(digests()).toEqual([]);
  setup.clock.advance(7 * 24 * 3_600_000);
  await setup.system.maintainAccounts();
  await setup.system.maintainAccounts();
  expect(digests().map(({ text }) => text.split('\n').slice(0, 2))).toEqual([
    ['Accounts: 1.', 'Accounts with no confirmed address, so that nobody of them can be told: 1.'],
  ]);
});
