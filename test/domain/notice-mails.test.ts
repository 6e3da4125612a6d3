import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { linkTo, type ReceivedMail, rendered } from '../../desk/ses/mails.ts';
import { compose } from '../../lambda/handlers/compose.ts';
import { reauthWith } from '../support/reauth.ts';
import { seedLink } from '../support/seed.ts';
import { EMAIL, openSetup, PASSWORD, type TestSetup, turnOn } from '../support/setup.ts';

let setup: TestSetup;
let tests = 0;
/** What there was before the test. */
let before = { mails: 0, notices: 0 };
beforeAll(async () => {
  setup = await openSetup({ mail: true });
});
beforeEach(() => {
  tests++;
  before = { mails: setup.system.ses.mails.length, notices: setup.system.notices.length };
});
afterAll(() => setup.system.close());

const book = () => {
  const { addressBook } = setup.system.ports;
  if (!addressBook) throw new Error('no sender of mails is configured');
  return addressBook;
};
const mails = () => setup.system.ses.mails.slice(before.mails);
/** What the developer got. */
const told = () => setup.system.notices.slice(before.notices);
const withoutConfirmations = (): readonly ReceivedMail[] =>
  mails().filter(({ text }) => !text.includes('/notices/confirm'));
const to = (email: string) => withoutConfirmations().filter((mail) => mail.to === email);
/** Each test has an account of its own, and addresses of its own: three confirming mails a day go to one. */
const accountId = () => `account-${tests}`;
const at = (name: string) => `${name}@of-${tests}.example`;

/** Somebody adds an address to an account, and its reader confirms it. */
async function confirm(id: string, email: string, language = 'en-US'): Promise<void> {
  await book().add({ id, maskedEmail: `masked of ${id}` }, email, language);
  const addressId = (await book().read(id)).find((one) => one.email === email)?.id ?? '';
  const expiresAt = new Date(setup.clock.now().getTime() + 1_000).toISOString();
  expect(await book().confirm({ accountId: id, addressId, expiresAt }, language)).toBe('confirmed');
  await setup.system.ports.notices.repeatFor(id, addressId);
}
const raise = (id = accountId()) =>
  setup.system.ports.notices.raise({ accountId: id, cause: 'password-changed', maskedEmail: `m…y@${id}.example` });
const clear = (id = accountId()) => setup.system.ports.notices.clear(id, ['password-changed']);

test.each([
  { where: 'the environment of account-linking', environment: { OPERATOR_NAME: 'Ada Lovelace' }, entry: {} },
  { where: 'the secret entry, which every function reads', environment: {}, entry: { operator: 'Ada Lovelace' } },
])('who runs the skill, from $where: the last line of both kinds of mails', async ({ environment, entry }) => {
  const { system, clock } = setup;
  const SECRETS_JSON = JSON.stringify({ ...system.secrets, ...entry });
  const named = compose({ ...system.environment, ...environment, SECRETS_JSON }, { clock, log: system.ports.log });
  await confirm(accountId(), at('ada'));
  await named.addressBook?.add({ id: accountId(), maskedEmail: 'm' }, at('bob'), 'fr-CA');
  await named.notices.raise({ accountId: accountId(), cause: 'password-changed', maskedEmail: 'm…y@example.org' });
  const lines = mails().map(({ to: reader, text }) => [reader, text.trimEnd().split('\n').at(-1)]);
  expect(lines.slice(1)).toEqual([
    [at('bob'), 'La skill Alexa Dimmer Plug Bridge est gérée par Ada Lovelace.'],
    [at('ada'), 'The Alexa skill Dimmer Plug Bridge is run by Ada Lovelace.'],
  ]);
});

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
  expect(told()).toEqual([]);
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

test.each([
  {
    language: 'es-MX',
    tag: 'es-419',
    confirming: 'Lámparas y Alexa: confirme esta dirección',
    subjects: ['Lámparas y Alexa: My Leviton no acepta la contraseña', 'Lámparas y Alexa: un problema se solucionó'],
    says: ['Inicie sesión una vez en My Leviton en esta página:', 'Puede detenerlos o cambiarlos en esta página:'],
  },
  {
    language: 'fr-CA',
    tag: 'fr-CA',
    confirming: 'Lampes et Alexa : confirmez cette adresse',
    subjects: ['Lampes et Alexa : My Leviton n’accepte pas le mot de passe', 'Lampes et Alexa : un problème est réglé'],
    says: ['Connectez-vous une fois à My Leviton sur cette page :', 'les arrêter ou les modifier sur cette page :'],
  },
  {
    language: 'pt-BR',
    tag: 'en-US',
    confirming: 'Lamps and Alexa: please confirm this address',
    subjects: ['Lamps and Alexa: My Leviton does not take the password', 'Lamps and Alexa: a problem is solved'],
    says: ['Please sign in to My Leviton once on this page:', 'Stop or change them on this page:'],
  },
])('an address of $language gets its mails in $tag', async ({ language, tag, confirming, subjects, says }) => {
  await confirm(accountId(), at('reader'), language);
  await raise();
  await clear();
  expect(mails().map((mail) => mail.subject)).toEqual([confirming, ...subjects]);
  expect(mails().map(({ headers }) => headers['content-language'])).toEqual([tag, tag, tag]);
  for (const words of says) expect(mails()[1]?.text).toContain(words);
});

test('two readers of one account get one notice in two languages', async () => {
  await confirm(accountId(), at('own'), 'es-US');
  await confirm(accountId(), at('helper'), 'en-US');
  await raise();
  expect(to(at('own')).map(({ subject }) => subject)).toEqual(['Lámparas y Alexa: My Leviton no acepta la contraseña']);
  expect(to(at('helper')).map(({ subject }) => subject)).toEqual([
    'Lamps and Alexa: My Leviton does not take the password',
  ]);
});

test('each confirmed address gets a mail of its own, with its own off switch; the others get nothing', async () => {
  await confirm(accountId(), at('own'));
  await confirm(accountId(), at('helper'));
  await book().add({ id: accountId(), maskedEmail: 'm' }, at('pending'), 'en-US');
  await raise();
  expect(withoutConfirmations().map((mail) => mail.to)).toEqual([at('own'), at('helper')]);
  const offs = withoutConfirmations().map(({ headers }) => headers['list-unsubscribe']);
  expect(new Set(offs).size).toBe(2);
  for (const { text } of withoutConfirmations()) {
    expect(text).toContain('You get this message because this address was confirmed');
    expect(linkTo('/notices', { text })).toContain('/notices?t=');
  }
  await fetch(/<(.*)>/.exec(offs[0] ?? '')?.[1] ?? '', { method: 'POST' });
  await clear();
  expect(
    withoutConfirmations()
      .slice(2)
      .map((mail) => mail.to),
  ).toEqual([at('helper')]);
});

test('one address that SES refuses does not keep the message from another, and gets it later, alone', async () => {
  await confirm(accountId(), at('own'));
  await confirm(accountId(), at('helper'));
  const accept = setup.system.ses.refuse(at('own'));
  await raise();
  expect(withoutConfirmations().map((mail) => mail.to)).toEqual([at('helper')]);
  accept();
  setup.clock.advance(3_600_000);
  await setup.system.maintainAccounts();
  const notices = withoutConfirmations().filter(({ subject }) => subject.endsWith('does not take the password'));
  expect(notices.map((mail) => mail.to)).toEqual([at('helper'), at('own')]);
});

test('a message that only one address got is followed by word that the problem is solved', async () => {
  await confirm(accountId(), at('own'));
  await confirm(accountId(), at('helper'));
  const accept = setup.system.ses.refuse(at('own'));
  await raise();
  accept();
  await clear();
  expect(to(at('helper')).map(({ subject }) => subject)).toEqual([
    'Lamps and Alexa: My Leviton does not take the password',
    'Lamps and Alexa: a problem is solved',
  ]);
});

test('where no address is confirmed, the developer is told that nobody is told, without the link of the account', async () => {
  await book().add({ id: accountId(), maskedEmail: 'm' }, at('pending'), 'en-US');
  await raise();
  expect(withoutConfirmations()).toEqual([]);
  const [only] = told();
  expect(only?.subject).toBe('Lamps and Alexa: nobody was notified (developer)');
  expect(only?.text).toContain('The notice password-changed of the account');
  expect(only?.text).not.toContain('http');
});

test('whoever confirms an address hears at once of what does not work, and nobody hears of it twice', async () => {
  await confirm(accountId(), at('own'));
  await raise();
  await confirm(accountId(), at('helper'));
  expect(withoutConfirmations().map((mail) => mail.to)).toEqual([at('own'), at('helper')]);
  expect(to(at('helper'))[0]?.text).toContain('/reauth?t=');
  expect(told()).toEqual([]);
  await clear();
  await confirm(accountId(), at('aunt'));
  expect(to(at('aunt'))).toEqual([]);
});

test('what nobody could be told is told to the first address that is confirmed', async () => {
  await raise();
  expect(told()).toHaveLength(1);
  await confirm(accountId(), at('own'));
  expect(to(at('own')).map(({ subject }) => subject)).toEqual([
    'Lamps and Alexa: My Leviton does not take the password',
  ]);
  expect(told()).toHaveLength(1);
});

test('what only the developer can fix goes to the developer alone', async () => {
  await confirm(accountId(), at('own'));
  await setup.system.ports.notices.raise({ accountId: accountId(), cause: 'event-refused', subject: 'Lamp' });
  expect(withoutConfirmations()).toEqual([]);
  expect(told().map(({ cause }) => cause)).toEqual(['event-refused']);
});

test('no address, link or mail stands in the log', async () => {
  await confirm(accountId(), 'canary-address@example.org');
  await raise();
  expect(setup.lines.join('\n')).not.toMatch(/canary-address|t=dps\.[\w-]+\.[\w-]+/);
});

test('the developer gets a digest each week, from the second week on', async () => {
  const digests = () => told().filter(({ cause }) => cause === 'weekly-digest');
  await setup.system.maintainAccounts();
  expect(digests()).toEqual([]);
  setup.clock.advance(7 * 24 * 3_600_000);
  await setup.system.maintainAccounts();
  await setup.system.maintainAccounts();
  expect(digests().map(({ text }) => text.split('\n').slice(0, 2))).toEqual([
    ['Accounts: 3.', 'Accounts with no confirmed address, which cannot be notified: 0.'],
  ]);
});
