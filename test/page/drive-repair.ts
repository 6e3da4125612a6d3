import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { openDesk, PHONE, pressControl, sayAndHear, says, unfold, WIDE } from './drive.ts';

export interface RepairOptions {
  /** The account at the device cloud, as it is to be typed. */
  readonly account: { readonly email: string; readonly password: string };
  /** Saves pictures of each page of the way in this folder, wide and narrow. */
  readonly screenshots?: string;
  readonly onStep?: (step: string) => void;
  readonly patienceMs?: number;
}

/** Days within which the helper hears of a permission that is gone. */
const MOST_DAYS = 3;

/**
 * Lets Alexa go of its link, and restores the link from the helper's mail: the page of ours, Amazon's consent page, and back. Then once more by
 * a ready link that a second browser opens. The emulated Alexa app has no part in it.
 * @throws AssertionError, or Playwright's TimeoutError with what it waited for
 */
export async function driveRepair(url: string, browser: Browser, options: RepairOptions): Promise<void> {
  const { onStep = () => {}, patienceMs = 10_000 } = options;
  const helper = await newContext(browser, patienceMs);
  const elsewhere = await newContext(browser, patienceMs);
  try {
    const page = await helper.newPage();
    await page.goto(url);
    await loseAlexa(page);
    const mail = await mailWithin(page, MOST_DAYS);
    await takePicture(page, options, 'repair-desk', mail);
    onStep('Alexa has let go, and the helper gets a message with a link');

    const repair = await openMail(helper, mail);
    await walk(repair, options);
    await worksAgain(page);
    onStep('the mail leads over our page and Amazon to a lamp that obeys');

    await loseAlexa(page);
    const second = await openMail(helper, await mailWithin(page, MOST_DAYS));
    await walkByReadyLink(second, elsewhere, options);
    await worksAgain(page);
    await mails(page).filter({ hasText: 'somebody has connected an Alexa' }).waitFor();
    onStep('a ready link does so in a second browser, and the helper hears that it was used');
  } finally {
    await helper.close();
    await elsewhere.close();
  }
}

async function newContext(browser: Browser, patienceMs: number): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: WIDE, colorScheme: 'dark' });
  context.setDefaultTimeout(patienceMs);
  return context;
}

const mails = (page: Page): Locator =>
  page.getByRole('region', { name: 'Messages to the helper' }).locator('details.notice');

const linkCard = (page: Page): Locator => page.getByRole('region', { name: 'The link' });

/** Alexa forgets its tokens, and Amazon takes the permission to report back: the second is what the skill can notice. */
async function loseAlexa(page: Page): Promise<void> {
  await says(linkCard(page).getByTestId('link-state'), 'Linked');
  await pressControl(page, 'Alexa lets go of the link');
  await pressControl(page, 'Revoke the grant');
  await says(linkCard(page).getByTestId('link-state'), 'Not linked');
  const desk = await openDesk(page, undefined);
  await desk.page.getByLabel('What would you say?').fill(`turn on ${desk.name.toLowerCase()}`);
  await desk.page.getByRole('button', { name: 'Say it' }).click();
  await desk.conversation.locator('.answer').filter({ hasText: 'no longer linked' }).last().waitFor();
}

/** Lets days pass until the newest message is a problem with a link to our page. */
async function mailWithin(page: Page, days: number): Promise<Locator> {
  const newest = mails(page).first();
  const problem = newest.and(page.locator('[data-well="false"]'));
  for (let day = 0; day < days && (await problem.count()) === 0; day++) await pressControl(page, '1 day later');
  await unfold(problem);
  const words = (await problem.locator('.notice-text').first().textContent()) ?? '';
  assert.doesNotMatch(words, /link (is|works) fine|voice works/i, 'the message does not say that the link is good');
  return problem;
}

async function openMail(context: BrowserContext, mail: Locator): Promise<Page> {
  const [page] = await Promise.all([
    context.waitForEvent('page'),
    mail.getByRole('link', { name: 'Open the link to connect Alexa' }).click(),
  ]);
  await page.getByRole('heading', { level: 1 }).waitFor();
  return page;
}

async function signIn(page: Page, { account, ...options }: RepairOptions): Promise<void> {
  await takePicture(page, options, 'repair-sign-in');
  await page.getByLabel('E-mail address of your My Leviton account').fill(account.email);
  await page.getByLabel('Password', { exact: true }).fill(account.password);
  await page.locator('button[value="sign-in"]').click();
  await page.getByRole('button', { name: 'Login with Amazon' }).waitFor();
}

/** From the button of ours to Amazon's consent page, and back to ours. */
async function allow(page: Page, options: Pick<RepairOptions, 'screenshots'>): Promise<void> {
  await takePicture(page, options, 'repair-before-amazon');
  await page.getByRole('button', { name: 'Login with Amazon' }).click();
  await page.getByRole('button', { name: 'Allow', exact: true }).waitFor();
  await takePicture(page, options, 'repair-amazon');
  await page.getByRole('button', { name: 'Allow', exact: true }).click();
  await says(page.getByRole('heading', { level: 1 }), 'Done');
  await takePicture(page, options, 'repair-done');
  await page.reload();
  await says(page.getByRole('heading', { level: 1 }), 'Done');
}

async function walk(page: Page, options: RepairOptions): Promise<void> {
  await signIn(page, options);
  await allow(page, options);
  await page.close();
}

/** The helper signs in and makes a link; somebody else, who knows no password, opens it. */
async function walkByReadyLink(page: Page, elsewhere: BrowserContext, options: RepairOptions): Promise<void> {
  await signIn(page, { account: options.account });
  await page.getByRole('button', { name: 'Make a link to send' }).click();
  const ready = page.getByRole('link', { name: /\/alexa\?r=/ });
  const address = (await ready.getAttribute('href')) ?? '';
  await takePicture(page, options, 'repair-ready-link');
  const other = await elsewhere.newPage();
  await other.goto(address);
  await allow(other, {});
  await other.goto(address);
  assert.equal(
    (await other.getByLabel('Password').count()) + (await other.getByRole('button').count()),
    0,
    'a ready link works once',
  );
  await page.close();
}

async function worksAgain(page: Page): Promise<void> {
  await page.bringToFront();
  await says(linkCard(page).getByTestId('link-state'), 'Linked');
  const desk = await openDesk(page, undefined);
  await sayAndHear(desk, `set ${desk.name.toLowerCase()} to 40 percent`, true);
  await says(desk.lampWords, 'On · 40%');
  await says(desk.tileWords, 'On · 40%');
  await sayAndHear(desk, `turn off ${desk.name.toLowerCase()}`, true);
  await says(desk.tileWords, 'Off');
}

async function takePicture(
  page: Page,
  { screenshots }: Pick<RepairOptions, 'screenshots'>,
  name: string,
  element?: Locator,
): Promise<void> {
  if (screenshots === undefined) return;
  for (const viewport of [PHONE, WIDE]) {
    await page.setViewportSize(viewport);
    const path = join(screenshots, `${name}-${viewport.width}.png`);
    await element?.scrollIntoViewIfNeeded();
    await page.screenshot({ path, animations: 'disabled', fullPage: element === undefined });
    const sideways = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    assert.ok(sideways <= 0, `${name} is ${sideways} px too wide at ${viewport.width} px`);
  }
}
