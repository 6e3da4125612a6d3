import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { axeFindings } from './axe.ts';

export interface DriveOptions {
  /** The lamp to work with, by its name on the page; a dimmable one. */
  readonly lamp?: string;
  /** Saves pictures of the page in this folder, in both colour schemes, wide and narrow. */
  readonly screenshots?: string;
  /** Called after each step that held. */
  readonly onStep?: (step: string) => void;
  /** How long anything may take. */
  readonly patienceMs?: number;
}

export const WIDE = { width: 1280, height: 900 };
export const PHONE = { width: 390, height: 844 };
const TILE_FOLLOWS_WITHIN_MS = 2_000;
/** Alexa itself gives up after 8 s. */
const ANSWER_WITHIN_MS = 10_000;
/** A jump of the clock wakes everything that has waited for that time. */
const CONTROL_WITHIN_MS = 60_000;
/** What is found by a directive is notified at once; what is not, by the next routine look. */
const NOTICE_WITHIN_MS = 3_000;

/**
 * What a token, a code or a password in clear looks like: Amazon's prefixes, a JWT, a long run of letters and digits as the device
 * cloud's tokens are, and a field of a secret's name with a long value. `SKILL_DISABLED_EXCEPTION` is a `code` too, and none of these.
 */
const SECRET_LIKE = [
  /\bAt(?:za|zr|na|c)\|[\w-]{4,}/i,
  /amzn1\.oa2-cs\./,
  /\beyJ[\w-]{10,}\.[\w-]{10,}/,
  /\b(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z0-9]{40,}\b/,
  /"(?:token|code|password|secret|access_?[Tt]oken|refresh_?[Tt]oken|client_?[Ss]ecret|[Aa]uthorization)"\s*:\s*"(?![A-Z_]+")[\w|.+/=-]{16,}"/,
];

/**
 * Uses the page as a person would, and says what does not hold. Speaks of nothing but what is on the page, so that it drives any desk
 * with one dimmable lamp and the faults "Device cloud down" and "Login with Amazon down" or the like. Where the page offers "1 day later",
 * the desk's clock is a day ahead afterwards; where it offers "Change the password", the account's password is another one afterwards.
 * @throws AssertionError, or Playwright's TimeoutError with what it waited for
 */
export async function drivePage(url: string, browser: Browser, options: DriveOptions = {}): Promise<void> {
  const { onStep = () => {}, patienceMs = 10_000 } = options;
  const context = await browser.newContext({ viewport: WIDE, colorScheme: 'dark' });
  context.setDefaultTimeout(patienceMs);
  try {
    const page = await context.newPage();
    const complaints = listenForComplaints(page, url);
    await page.goto(url);
    const desk = await openDesk(page, options.lamp);

    for (const [step, run] of Object.entries(STEPS)) {
      await run(desk);
      onStep(step);
    }
    await askAxe(page);
    onStep('axe-core finds nothing on the page of the desk, in both colour schemes, wide and narrow');
    if (options.screenshots) await takePictures(page, options.screenshots);
    const notified = await hearOfChangedPassword(desk, options.screenshots);
    if (notified) onStep('a changed password reaches the helper, with a sign-in link');

    assert.deepEqual(complaints, [], 'the browser has nothing to complain about');
    onStep('no error in the browser, and no request to anywhere else');
  } finally {
    await context.close();
  }
}

/**
 * Sees that the page says so when the desk goes away, and goes on by itself when it is back.
 * @param desk stops the desk's server, and starts it again at the same address
 */
export async function driveLostConnection(
  url: string,
  browser: Browser,
  desk: { stop(): Promise<void>; start(): Promise<void> },
): Promise<void> {
  const page = await browser.newPage({ viewport: WIDE });
  try {
    await page.goto(url);
    await page.getByRole('article').first().waitFor();
    await desk.stop();
    await page.getByRole('alert').filter({ hasText: 'The connection to the desk is lost' }).waitFor();
    await page
      .getByRole('button', { name: /^turn on/ })
      .first()
      .click();
    await page.getByRole('alert').filter({ hasText: 'The desk does not answer' }).waitFor();
    await desk.start();
    await page.locator('[data-connection="live"]').waitFor();
    await page.locator('#connection-lost').waitFor({ state: 'detached' });
  } finally {
    await page.close();
  }
}

/**
 * Disables the skill, and links it again as a person does: from the page to the sign-in page, and back.
 * @param account the account at the device cloud, as it is to be typed
 * @throws AssertionError, or Playwright's TimeoutError with what it waited for
 */
export async function driveLinking(
  url: string,
  browser: Browser,
  account: { readonly email: string; readonly password: string; readonly code?: string },
  { lamp, patienceMs = 10_000 }: Pick<DriveOptions, 'lamp' | 'patienceMs'> = {},
): Promise<void> {
  const context = await browser.newContext({ viewport: WIDE });
  context.setDefaultTimeout(patienceMs);
  try {
    const page = await context.newPage();
    await page.goto(url);
    const link = page.getByRole('region', { name: 'The link' });
    await says(link.getByTestId('link-state'), 'Linked');
    await pressControl(page, 'Disable the skill');
    await says(link.getByTestId('link-state'), 'Not linked');

    await link.getByRole('link', { name: 'Link the skill' }).click();
    await page.getByLabel('E-mail address of your My Leviton account').fill(account.email);
    await page.getByLabel('Password', { exact: true }).fill(account.password);
    await page.getByLabel(/Keep my lamp connected/).check();
    await page.locator('button[value="sign-in"]').click();
    if (account.code !== undefined) {
      await page.getByLabel('Code', { exact: true }).fill(account.code);
      await page.locator('button[value="sign-in"]').click();
    }

    await page.waitForURL((address) => address.origin === new URL(url).origin);
    await says(link.getByTestId('link-state'), 'Linked');
    const desk = await openDesk(page, lamp);
    await sayAndHear(desk, `set ${desk.name.toLowerCase()} to 50 percent`, true);
    await says(desk.lampWords, 'On · 50%');
    await says(desk.tileWords, 'On · 50%');
    await says(desk.verdict, /is right/);
  } finally {
    await context.close();
  }
}

export interface OpenDesk {
  readonly page: Page;
  readonly name: string;
  readonly card: Locator;
  readonly lampWords: Locator;
  readonly tileWords: Locator;
  readonly verdict: Locator;
  readonly button: Locator;
  readonly unplug: Locator;
  readonly conversation: Locator;
}

export async function openDesk(page: Page, wanted: string | undefined): Promise<OpenDesk> {
  const cards = page.getByRole('article');
  await cards.first().waitFor();
  const card = wanted ? page.getByRole('article', { name: wanted }) : cards.first();
  const name = (await card.getByRole('heading').first().textContent()) ?? '';
  const discover = card.getByRole('button', { name: 'Look for devices' });
  if (await discover.isVisible()) await discover.click();
  const tileWords = card.getByTestId('tile-words');
  await tileWords.waitFor();
  return {
    page,
    name,
    card,
    lampWords: card.getByTestId('lamp-words'),
    tileWords,
    verdict: card.getByTestId('verdict'),
    button: card.getByRole('button', { name: `Button on the plug of ${name}` }),
    unplug: card.getByRole('switch', { name: `Unplug ${name}` }),
    conversation: page.getByRole('log', { name: 'Conversation' }),
  };
}

const STEPS: Readonly<Record<string, (desk: OpenDesk) => Promise<void>>> = {
  'the first view invites to say something': async ({ page }) => {
    await says(page.getByTestId('invitation'), /Choose a sentence below/);
    await page.getByRole('list', { name: 'Examples' }).getByRole('button').first().waitFor();
  },

  'a typed sentence outlives a reload': async ({ page }) => {
    const line = page.getByLabel('What would you say?');
    await line.fill('half a sentence');
    await page.reload();
    await page.getByRole('article').first().waitFor();
    assert.equal(await line.inputValue(), 'half a sentence');
    await line.fill('');
  },

  'a sentence sets the lamp, and the tile says the same': async (desk) => {
    await sayAndHear(desk, `set ${desk.name.toLowerCase()} to 30 percent`, true);
    await says(desk.lampWords, 'On · 30%');
    await says(desk.tileWords, 'On · 30%');
    await says(desk.verdict, /is right/);
  },

  "the tile follows the plug's button in less than two seconds": async (desk) => {
    await inTime(async () => [
      await press(desk, () => desk.button.click(), 'Off'),
      await press(desk, () => desk.button.click(), 'On · 30%'),
    ]);
  },

  'the keyboard alone reaches and works everything': async (desk) => {
    await desk.page.locator('body').click({ position: { x: 2, y: 2 } });
    await tabTo(desk.page, desk.button);
    const key = (name: string, words: string) => press(desk, () => desk.page.keyboard.press(name), words);
    await inTime(async () => [
      await key('Enter', 'Off'),
      await key('Space', 'On · 30%'),
      await key('ArrowUp', 'On · 35%'),
      await key('ArrowDown', 'On · 30%'),
    ]);
    await tabTo(desk.page, desk.unplug);
    const line = desk.page.getByLabel('What would you say?');
    await tabTo(desk.page, line);
    await hear(desk, async () => {
      await desk.page.keyboard.type(`brighten ${desk.name.toLowerCase()} by 10`);
      await desk.page.keyboard.press('Enter');
    });
    await says(desk.lampWords, 'On · 40%');
    await tabTo(desk.page, linkOf(desk.page));
    const control = controlsOf(desk.page).getByRole('button').first();
    if (await control.isVisible()) await tabTo(desk.page, control);
    await tabTo(desk.page, desk.page.getByRole('region', { name: 'Break something' }).getByRole('switch').first());
    await tabTo(desk.page, desk.page.locator('details.message summary').first());
    await says(desk.tileWords, 'On · 40%');
  },

  'an example is one click': async (desk) => {
    const examples = desk.page.getByRole('list', { name: 'Examples' });
    await hear(desk, () =>
      examples
        .getByRole('button', { name: /^turn off/ })
        .first()
        .click(),
    );
    await says(desk.lampWords, 'Off');
    await says(desk.tileWords, 'Off');
  },

  'an unplugged plug is a red hop, an unreachable tile, and an answer that says so': async (desk) => {
    await desk.unplug.click();
    await says(desk.lampWords, 'Not connected');
    await sayAndHear(desk, `turn on ${desk.name.toLowerCase()}`, false);
    await desk.page.locator('.station[data-failed="true"]').first().waitFor();
    await desk.page.getByRole('list', { name: 'What is wrong' }).getByRole('listitem').first().waitFor();
    await says(desk.tileWords, /unresponsive/);
    await desk.page.locator('.doctor-line[data-doctor-line="broken"]').waitFor();
    await desk.unplug.click();
    await sayAndHear(desk, `set ${desk.name.toLowerCase()} to 30 percent`, true);
    await says(desk.lampWords, 'On · 30%');
    await says(desk.tileWords, 'On · 30%');
    await nothingBroken(desk);
  },

  'a device cloud that is down is a red hop, and all is well once it is back': async (desk) => {
    await unfold(desk.page.getByRole('region', { name: 'Break something' }).locator('details.fold'));
    const fault = desk.page.getByRole('switch', { name: /device cloud down/i });
    await fault.click();
    await attribute(fault, 'aria-checked', 'true');
    await sayAndHear(desk, `set ${desk.name.toLowerCase()} to 70 percent`, false);
    await desk.page.locator('.station[data-hop="device-cloud"][data-failed="true"]').waitFor();
    await desk.page.locator('details.message[data-bad="true"]').first().waitFor();
    await inViewBesideFaults(desk);
    await fault.click();
    await attribute(fault, 'aria-checked', 'false');
    await sayAndHear(desk, `set ${desk.name.toLowerCase()} to 45 percent`, true);
    await says(desk.tileWords, 'On · 45%');
    await nothingBroken(desk);
  },

  "what the maker's app and a schedule do reaches the tile": async ({ card, name, lampWords, tileWords, verdict }) => {
    await unfold(card.locator('details.others'));
    const app = card.getByRole('slider', { name: "Maker's app" });
    if (!(await app.isVisible())) return;
    await app.fill('55');
    await says(lampWords, 'On · 55%');
    await says(tileWords, 'On · 55%');
    await card
      .getByRole('group', { name: `Schedule, ${name}` })
      .getByRole('button', { name: 'Off' })
      .click();
    await says(lampWords, 'Off');
    await says(tileWords, 'Off');
    await says(verdict, /is right/);
  },

  'the link is shown, with the way to link anew': async ({ page }) => {
    const link = page.getByRole('region', { name: 'The link' });
    await says(link.getByTestId('link-state'), 'Linked');
    await says(link.locator('dl div').filter({ hasText: "Alexa's token" }).locator('dd'), /refreshed/);
    assert.deepEqual(await link.locator('[data-bad="true"]').allInnerTexts(), [], 'nothing is wrong with the link');
    assert.match(
      (await linkOf(page).getAttribute('href')) ?? '',
      /^https?:\/\/[^/]+\//,
      'the way to link anew leads somewhere',
    );
  },

  'a day later the page shows the date, and the lamp still obeys': async (desk) => {
    const { page } = desk;
    if (!(await controlsOf(page).getByRole('button', { name: '1 day later' }).isVisible())) return;
    await pressControl(page, '1 day later');
    const date = (await page.getByTestId('desk-date').locator('strong').textContent()) ?? '';
    assert.ok(Date.parse(date) > Date.now(), `the desk's date is ahead, and it says "${date}"`);
    await sayAndHear(desk, `set ${desk.name.toLowerCase()} to 65 percent`, true);
    await says(desk.tileWords, 'On · 65%');
    await nothingBroken(desk);
  },

  'messages unfold, and nothing in them looks like a secret': async ({ page }) => {
    const summaries = page.locator('details.message:not([open]) > summary');
    const count = await summaries.count();
    assert.ok(count > 5, `there are messages to unfold, and not ${count}`);
    // From the last on, as each that unfolds leaves the list of the folded.
    for (let index = count - 1; index >= 0; index--) await summaries.nth(index).click();
    await page.locator('details.message[open] pre').first().waitFor();
    const text = await page.evaluate(() => {
      const copy = document.documentElement.cloneNode(true) as HTMLElement;
      // A signed address is there to be followed.
      for (const link of copy.querySelectorAll('a')) link.removeAttribute('href');
      return copy.outerHTML;
    });
    const words = await page.evaluate(() => document.body.textContent);
    for (const pattern of SECRET_LIKE) {
      for (const where of [text, words]) {
        // What matched is a secret, so the failure names the pattern only.
        assert.ok(!pattern.test(where), `the page shows something like ${pattern}`);
      }
    }
  },

  'Alexa has found nothing wrong with our messages': async ({ page }) => {
    assert.deepEqual(await page.locator('#problems li').allInnerTexts(), []);
  },

  "a phone's width needs no sideways scrolling, and its targets are large enough": async ({ page, button }) => {
    await page.setViewportSize(PHONE);
    const { scroll, client } = await page.evaluate(() => ({
      scroll: document.documentElement.scrollWidth,
      client: document.documentElement.clientWidth,
    }));
    assert.ok(scroll <= client, `the page is ${scroll} px wide on a screen of ${client} px`);
    const box = await button.boundingBox();
    assert.ok(box && box.width >= 44 && box.height >= 44, "the plug's button is at least 44 px wide and high");
    await page.setViewportSize(WIDE);
  },
};

/** Lamp, tile, line and what is broken are on the screen beside the faults and beside the happenings, wide and on a phone. */
async function inViewBesideFaults({ page, name }: OpenDesk): Promise<void> {
  for (const viewport of [WIDE, PHONE]) {
    await page.setViewportSize(viewport);
    for (const region of ['Break something', 'Let something happen']) {
      const title = page.getByRole('region', { name: region }).getByRole('heading').first();
      if (!(await title.isVisible())) continue;
      await title.evaluate((own) => own.scrollIntoView({ block: 'start' }));
      for (const [what, element] of [
        ['the title', title],
        ['the lamp', page.getByRole('list', { name: 'Lamps and tiles' }).getByRole('link', { name }).first()],
        ['what is broken', page.getByRole('list', { name: 'What is wrong' }).getByRole('listitem').first()],
        ['the line to talk', page.getByLabel('What would you say?')],
      ] as const) {
        const box = await element.boundingBox();
        const inView = box && box.x >= 0 && box.y >= -1 && box.y + Math.min(box.height, 24) <= viewport.height;
        assert.ok(inView, `${what} is in view beside "${region}" at ${viewport.width} px`);
      }
    }
  }
  await page.setViewportSize(WIDE);
  const card = await page.getByRole('region', { name: 'Messages to the helper' }).textContent();
  assert.ok(!card?.includes('everything works'), 'the card of the helper does not say that everything works');
}

const controlsOf = (page: Page): Locator => page.getByRole('region', { name: 'Let something happen' });

const linkOf = (page: Page): Locator =>
  page.getByRole('region', { name: 'The link' }).getByRole('link', { name: /^Link (the skill|again)$/ });

/** Presses a control's button, and waits until what it does has happened. */
export async function pressControl(page: Page, name: string): Promise<void> {
  const controls = controlsOf(page);
  await controls.getByRole('button', { name, exact: true }).click();
  const status = controls.getByRole('status').filter({ hasText: name });
  await status
    .and(page.locator('[data-progress="done"], [data-progress="failed"]'))
    .waitFor({ timeout: CONTROL_WITHIN_MS });
  await says(status, `“${name}” has happened.`);
}

/** Unfolds what is folded. */
export async function unfold(folds: Locator): Promise<void> {
  for (const fold of await folds.all()) {
    if ((await fold.getAttribute('open')) === null) await fold.locator('summary').first().click();
  }
}

/**
 * Changes the password at the device cloud and reads the notice that the helper then gets, now or with the next day's look.
 * @returns whether the page offers it
 */
async function hearOfChangedPassword(desk: OpenDesk, pictures: string | undefined): Promise<boolean> {
  const { page } = desk;
  const later = controlsOf(page).getByRole('button', { name: '1 day later' });
  if (!(await controlsOf(page).getByRole('button', { name: 'Change the password' }).isVisible())) return false;
  const notice = page
    .getByRole('region', { name: 'Messages to the helper' })
    .locator('details.notice[data-well="false"]')
    .first();
  const before = await notice.count();
  assert.equal(before, 0, 'the helper hears of no problem as long as there is none');
  await pressControl(page, 'Change the password');
  await hear(desk, async () => {
    await page.getByLabel('What would you say?').fill(`turn on ${desk.name.toLowerCase()}`);
    await page.getByRole('button', { name: 'Say it' }).click();
  });
  const soon = await notice.waitFor({ timeout: NOTICE_WITHIN_MS }).then(
    () => true,
    () => false,
  );
  if (!soon && (await later.isVisible())) await pressControl(page, '1 day later');
  await notice.waitFor();
  await unfold(notice);
  await says(notice.locator('strong'), /\w{3}/);
  await says(notice.locator('.notice-text').first(), /\w{3}/);
  const way = notice.getByRole('link', { name: 'Open the sign-in link' });
  assert.match((await way.getAttribute('href')) ?? '', /^https?:\/\//, 'the notice leads to a page');
  if (pictures !== undefined) {
    await page.getByRole('region', { name: 'From voice to lamp, and back' }).scrollIntoViewIfNeeded();
    await page.screenshot({ path: join(pictures, 'page-notice-1280.png'), animations: 'disabled', fullPage: true });
  }
  return true;
}

/** Says something and waits for the answer to it. */
async function hear({ page, conversation }: OpenDesk, speak: () => Promise<void>): Promise<Locator> {
  const newest = conversation.locator('.turn[data-turn]').last();
  const idOf = async () => ((await newest.count()) > 0 ? newest.getAttribute('data-turn') : null);
  const before = await idOf();
  await speak();
  const until = Date.now() + ANSWER_WITHIN_MS;
  while ((await idOf()) === before) {
    assert.ok(Date.now() < until, 'what was said is answered');
    await page.waitForTimeout(20);
  }
  return newest;
}

export async function sayAndHear(desk: OpenDesk, sentence: string, ok: boolean): Promise<void> {
  const turn = await hear(desk, async () => {
    await desk.page.getByLabel('What would you say?').fill(sentence);
    await desk.page.getByRole('button', { name: 'Say it' }).click();
  });
  const answer = (await turn.locator('.answer').textContent()) ?? '';
  assert.equal(
    await turn.getAttribute('data-outcome'),
    ok ? 'done' : 'failed',
    `"${sentence}" was answered "${answer}"`,
  );
  if (!ok) assert.match(answer, /respond/i);
}

/**
 * Presses after which everything is as before. The tile follows each of them within two seconds; a busy machine gets three tries at that, as
 * a wait that is built in would be there in each.
 */
async function inTime(presses: () => Promise<readonly number[]>): Promise<void> {
  const slowest: number[] = [];
  while (slowest.length < 3) {
    const ms = Math.max(...(await presses()));
    if (ms < TILE_FOLLOWS_WITHIN_MS) return;
    slowest.push(ms);
  }
  assert.fail(`the tile took ${slowest.join(', ')} ms to follow`);
}

/** Does something to the plug, and waits until lamp and tile both say so. @returns milliseconds until then */
async function press(desk: OpenDesk, touch: () => Promise<void>, words: string): Promise<number> {
  const from = Date.now();
  await touch();
  await says(desk.lampWords, words);
  await says(desk.tileWords, words);
  await says(desk.verdict, /is right/);
  return Date.now() - from;
}

async function nothingBroken({ page }: OpenDesk): Promise<void> {
  await page.locator('.station[data-failed="true"]').first().waitFor({ state: 'detached' });
}

/** Waits until an element says this. */
export async function says(element: Locator, words: string | RegExp): Promise<void> {
  const exactly = typeof words === 'string' ? new RegExp(`^\\s*${words}\\s*$`) : words;
  try {
    await element.filter({ hasText: exactly }).waitFor();
  } catch (cause) {
    const instead = await element.textContent().catch(() => 'nothing');
    throw new assert.AssertionError({ message: `waited for ${exactly}, and it says "${instead}": ${cause}` });
  }
}

async function attribute(element: Locator, name: string, value: string): Promise<void> {
  await element.and(element.page().locator(`[${name}="${value}"]`)).waitFor();
}

/** Presses Tab until an element has the focus, and sees that one can see it. */
async function tabTo(page: Page, element: Locator): Promise<void> {
  for (let presses = 0; presses < 200; presses++) {
    await page.keyboard.press('Tab');
    if (!(await element.evaluate((own) => own === document.activeElement))) continue;
    const outline = await element.evaluate((own) => getComputedStyle(own).outlineStyle);
    assert.notEqual(outline, 'none', 'what has the focus shows it');
    return;
  }
  assert.fail('Tab does not reach it');
}

/** Collects what the browser's console would show in red, and requests that leave the desk. */
function listenForComplaints(page: Page, url: string): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    if (!request.url().startsWith(url)) complaints.push(`a request to ${new URL(request.url()).host}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()} for ${new URL(response.url()).pathname}`);
  });
  return complaints;
}

async function askAxe(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const viewport of [PHONE, WIDE]) {
      await page.setViewportSize(viewport);
      assert.deepEqual(await axeFindings(page), [], `axe-core, ${colorScheme} at ${viewport.width} px`);
    }
  }
}

async function takePictures(page: Page, folder: string): Promise<void> {
  // Back to the top, with all folded again.
  await page.reload();
  await page.getByRole('article').first().waitFor();
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const viewport of [WIDE, PHONE]) {
      await page.setViewportSize(viewport);
      await page.screenshot({
        path: join(folder, `page-${colorScheme}-${viewport.width}.png`),
        animations: 'disabled',
      });
    }
  }
  await page.setViewportSize(WIDE);
  await page.emulateMedia({ colorScheme: 'dark' });
}
