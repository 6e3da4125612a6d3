import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { ReceivedMail } from '../../desk/ses/mails.ts';
import { aMoment } from '../support/clock.ts';
import { seedLink } from '../support/seed.ts';
import { EMAIL, openSetup, PASSWORD, type TestSetup, until } from '../support/setup.ts';
import { axeFindings } from './axe.ts';
import { overflowOf } from './check-pages.ts';
import { PHONE, WIDE } from './drive.ts';

/** Somebody with an account, a browser in a language, and what they must read there. */
interface Person {
  readonly locale: string;
  readonly tag: string;
  readonly account: { readonly email: string; readonly password: string };
  readonly mail: string;
  readonly confirming: string;
  readonly confirmed: string;
  readonly outage: string;
  readonly solved: string;
  readonly stopped: string;
  readonly lamps: string;
}

const PEOPLE: readonly Person[] = [
  {
    ...{ locale: 'en-US', tag: 'en-US', account: { email: EMAIL, password: PASSWORD }, mail: 'ada@ada.example' },
    confirming: 'Lamps and Alexa: please confirm this address',
    confirmed: 'Confirmed',
    outage: 'Lamps and Alexa: My Leviton does not serve this skill',
    solved: 'Lamps and Alexa: a problem is solved',
    stopped: 'No more messages',
    lamps: 'How are my lamps?',
  },
  {
    ...{ locale: 'es-MX', tag: 'es-419', account: { email: 'luz@example.org', password: 'la-de-luz-1' } },
    mail: 'luz@luz.example',
    confirming: 'Lámparas y Alexa: confirme esta dirección',
    confirmed: 'Confirmada',
    outage: 'Lámparas y Alexa: My Leviton no atiende a esta skill',
    solved: 'Lámparas y Alexa: un problema se solucionó',
    stopped: 'No más mensajes',
    lamps: '¿Cómo están mis lámparas?',
  },
  {
    ...{ locale: 'fr-CA', tag: 'fr-CA', account: { email: 'zoe@example.org', password: 'celui-de-zoe-1' } },
    mail: 'zoe@zoe.example',
    confirming: 'Lampes et Alexa : confirmez cette adresse',
    confirmed: 'Adresse confirmée',
    outage: 'Lampes et Alexa : My Leviton ne sert pas cette skill',
    solved: 'Lampes et Alexa : un problème est réglé',
    stopped: 'Plus de messages',
    lamps: 'Comment vont mes lampes?',
  },
];

export interface LanguageOptions {
  readonly screenshots?: string;
  readonly onStep: (step: string) => void;
}

const MINUTE_MS = 60_000;
const DOWN = { kind: 'html', status: 503 } as const;

/**
 * Three people with three accounts and three languages, each in a browser of their own: they sign in, give an address and confirm it from
 * the mail; an outage of the device cloud is one mail for each, and its end another; then they stop the mails, and the next outage sends none.
 * @throws AssertionError, or Playwright's TimeoutError with what it waited for
 */
export async function driveLanguages(browser: Browser, options: LanguageOptions): Promise<void> {
  const { onStep } = options;
  const setup = await openSetup({ granted: true, watch: true, mail: true });
  const contexts: BrowserContext[] = [];
  try {
    for (const person of PEOPLE) {
      await openAccount(setup, person);
      const context = await browser.newContext({ locale: person.locale, viewport: PHONE });
      context.setDefaultTimeout(20_000);
      contexts.push(context);
      await giveAddress(await context.newPage(), person, setup, options);
    }
    onStep('three people sign in, give an address and confirm it, each in their own language');

    await pass(setup, 10);
    const first = await outage(setup, 20);
    for (const person of PEOPLE) assertMails(first, person, [person.outage, person.solved]);
    onStep('an outage is one mail for each, its end another, and nobody gets one of another account');

    for (const [at, person] of PEOPLE.entries()) {
      const page = await contexts[at]?.newPage();
      if (page) await stopMails(page, person, setup, options);
    }
    assert.deepEqual(
      (await outage(setup, 20)).map(({ to }) => to),
      [],
      'whoever has stopped the mails gets none',
    );
    onStep('each stops the mails, on the page or with the button of the mail program, and gets no other');
  } finally {
    for (const context of contexts) await context.close();
    await setup.system.close();
  }
}

const origin = ({ system }: TestSetup): string => system.environment.PUBLIC_URLS?.split(',')[0] ?? '';

async function openAccount({ system }: TestSetup, { account: { email, password } }: Person): Promise<void> {
  if (email === EMAIL) return;
  const account = system.myLeviton.addAccount({ email, password });
  system.myLeviton.addSwitch(account.residenceIds[0] ?? 0, { name: `Lamp of ${email.split('@')[0]}` });
  const { customer } = await seedLink(system, { email, password, keep: true });
  await customer.acceptGrant();
  await customer.discover();
}

async function signIn(page: Page, { account }: Person): Promise<void> {
  await page.locator('#email').fill(account.email);
  await page.locator('#password').fill(account.password);
  await page.locator('button[value="sign-in"]').click();
}

async function giveAddress(page: Page, person: Person, setup: TestSetup, options: LanguageOptions): Promise<void> {
  await page.goto(`${origin(setup)}/notices/sign-in`);
  await look(page, person, options, 'sign-in');
  await signIn(page, person);
  await page.locator('#email').fill(person.mail);
  await page.locator('button[value="add"]').click();
  await page.locator('.addresses').waitFor();
  await look(page, person, options, 'addresses');
  await openMail(page, person, person.confirming, '/notices/confirm', setup, options);
  await look(page, person, options, 'confirm');
  await page.locator('main form button').click();
  await titled(page, person.confirmed);
  await page.goto(`${origin(setup)}/lamps`);
  await signIn(page, person);
  await page.locator('.chain').waitFor();
  assert.equal(await page.locator('h1').textContent(), person.lamps);
  await look(page, person, options, 'lamps');
  await page.close();
}

/** Opens a link of the newest mail with this subject to a person, as its reader sees it in the stand-in for Amazon SES. */
async function openMail(
  page: Page,
  person: Person,
  subject: string,
  path: string,
  { system }: TestSetup,
  options: LanguageOptions,
): Promise<void> {
  await until(() => system.ses.mails.some((mail) => mail.to === person.mail && mail.subject === subject), subject);
  await page.goto(system.ses.url);
  const mail = page
    .locator('article')
    .filter({ hasText: `To ${person.mail}` })
    .filter({ hasText: subject })
    .first();
  await mail.waitFor();
  if (options.screenshots) {
    const name = `mail-${path.split('/').at(-1)}-${person.tag}.png`;
    await mail.screenshot({ path: join(options.screenshots, name) });
  }
  assert.deepEqual(await axeFindings(page), [], 'the page that shows the mails');
  assert.equal(await mail.locator('pre').getAttribute('lang'), person.tag);
  await mail.locator(`a[href*="${path}"]`).first().click();
}

const titled = (page: Page, title: string): Promise<void> => page.locator('h1').filter({ hasText: title }).waitFor();

/** The page is in the language of the person, axe-core finds nothing, and it is not too wide. */
async function look(page: Page, { tag }: Person, { screenshots }: LanguageOptions, name: string): Promise<void> {
  assert.equal(await page.locator('html').getAttribute('lang'), tag, name);
  for (const viewport of [WIDE, PHONE]) {
    await page.setViewportSize(viewport);
    assert.deepEqual(await axeFindings(page), [], `${name} in ${tag} at ${viewport.width} px`);
    const path = screenshots && join(screenshots, `${name}-${tag}-${viewport.width}.png`);
    if (path) await page.screenshot({ path, animations: 'disabled', fullPage: viewport === WIDE });
    assert.deepEqual(await overflowOf(page), [], `${name} in ${tag} at ${viewport.width} px`);
  }
}

/** Lets minutes pass, with a run of maintenance every hour. */
async function pass({ clock, system }: TestSetup, minutes: number): Promise<void> {
  for (let passed = 0; passed < minutes * MINUTE_MS; passed += 5_000) {
    await aMoment();
    clock.advance(5_000);
  }
  await aMoment();
  await system.maintainAccounts();
}

/** The device cloud answers nobody for so long. @returns the mails that came of it */
async function outage(setup: TestSetup, minutes: number): Promise<readonly ReceivedMail[]> {
  const { ses, myLeviton } = setup.system;
  const before = ses.mails.length;
  const end = myLeviton.inject(DOWN);
  await pass(setup, minutes);
  end();
  await pass(setup, 10);
  return ses.mails.slice(before);
}

function assertMails(mails: readonly ReceivedMail[], { mail, tag }: Person, subjects: readonly string[]): void {
  const own = mails.filter(({ to }) => to === mail);
  assert.deepEqual(
    own.map(({ subject }) => subject),
    subjects,
  );
  for (const { text, headers } of own) {
    assert.equal(headers['content-language'], tag);
    for (const other of PEOPLE.filter((one) => one.mail !== mail))
      assert.ok(!text.includes(other.mail) && !text.includes(other.account.email), 'a mail names its own account only');
  }
}

/** The person who reads Spanish uses the button of the mail program, the others the page that the mail names. */
async function stopMails(page: Page, person: Person, setup: TestSetup, options: LanguageOptions): Promise<void> {
  if (person.tag === 'es-419') {
    await page.goto(setup.system.ses.url);
    const mail = page
      .locator('article')
      .filter({ hasText: `To ${person.mail}` })
      .first();
    await mail.getByRole('button').click();
  } else {
    await openMail(page, person, person.solved, '/notices?t=', setup, options);
    await look(page, person, options, 'address');
    await page.locator('main form button').first().click();
  }
  await titled(page, person.stopped);
  await page.close();
}
