import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { RunningDesk } from '../../desk/desk.ts';
import { lampsUrlOf } from '../../desk/link-state.ts';
import { EMULATED_ACCOUNT } from '../../desk/places.ts';
import { LAMPS_LINK_MS, sealLampsLink } from '../../lambda/domain/lamps-link.ts';
import { PHONE, WIDE } from './drive.ts';

export interface LampsDriveOptions {
  readonly screenshots?: string;
  readonly onStep?: (step: string) => void;
}

/** A question that somebody before a dark lamp asks, what is really wrong, and how the page leads to it. */
interface Walk {
  readonly question: string;
  /** Breaks something at the desk. @returns what mends it */
  readonly breaks: (desk: RunningDesk) => Promise<() => Promise<unknown>>;
  /** Whoever has only the link of the notice finds it; else after a sign-in. */
  readonly by: 'link' | 'sign-in';
  /** What the person does on the page, and sees at home. */
  readonly steps?: (page: Page, desk: RunningDesk) => Promise<void>;
  /** The sentence that names the cause. */
  readonly says: RegExp;
  readonly part: 'alexa' | 'skill' | 'cloud' | 'plug' | 'lamp' | 'reports';
}

const nothing = async () => undefined;
const lampsOf = (desk: RunningDesk) => desk.state().lamps.filter(({ place }) => place === desk.state().lamps[0]?.place);
const unplugged = (all: boolean) => async (desk: RunningDesk) => {
  const lamps = lampsOf(desk).slice(0, all ? undefined : 1);
  for (const { id } of lamps) await desk.unplug({ lamp: id, unplugged: true });
  return async () => {
    for (const { id } of lamps) await desk.unplug({ lamp: id, unplugged: false });
  };
};
const fault = (id: string) => async (desk: RunningDesk) => {
  await desk.fault({ id, on: true });
  return () => desk.fault({ id, on: false });
};
const sees = (choices: readonly string[]) => async (page: Page) => {
  await page.getByText('What do you see?').click();
  for (const choice of choices) await page.getByLabel(choice, { exact: true }).check();
  await page.getByRole('button', { name: 'Check with these answers' }).click();
};
const first = (desk: RunningDesk): string => lampsOf(desk)[0]?.name ?? '';

/** In the words of the first question: the bulb, the switch, its Wi-Fi, the router's 2.4 GHz, broadband, Alexa, the clouds, the app. */
const WALKS: readonly Walk[] = [
  {
    question: 'the bulb, or the switch on the lamp itself?',
    breaks: async () => nothing,
    by: 'sign-in',
    steps: async (page, desk) => {
      await page.getByText('Blink the lamp', { exact: true }).click();
      await page.getByLabel('I am at the lamp, and it may blink now.').check();
      await page.getByRole('button', { name: `Blink “${first(desk)}”` }).click();
      await page.getByRole('button', { name: 'No, I saw nothing' }).click();
    },
    says: /^The plug did what it was told, at \d+%, and you did not see the lamp react\./,
    part: 'lamp',
  },
  {
    question: 'the plug: has it power?',
    breaks: unplugged(false),
    by: 'link',
    steps: sees(['It is off']),
    says: /has no power: its light is off\.$/,
    part: 'plug',
  },
  {
    question: 'its Wi-Fi?',
    breaks: unplugged(false),
    by: 'link',
    steps: sees(['It blinks']),
    says: /has power and no Wi-Fi: its light blinks\.$/,
    part: 'plug',
  },
  {
    question: "the router's 2.4 GHz?",
    breaks: unplugged(true),
    by: 'link',
    steps: sees(['Yes, they do']),
    says: /^None of the plugs is connected, and other things at home reach the internet\.$/,
    part: 'plug',
  },
  {
    question: 'broadband?',
    breaks: unplugged(true),
    by: 'link',
    steps: sees(['No, nothing does']),
    says: /^None of the plugs is connected, and nothing else at home reaches the internet\.$/,
    part: 'plug',
  },
  {
    question: 'Alexa: does it hear me?',
    breaks: async () => nothing,
    by: 'sign-in',
    steps: async (page, desk) => {
      await page.getByText('Does Alexa reach this skill?').click();
      await page.getByRole('button', { name: 'I am tapping the tile in the Alexa app now' }).click();
      await page.getByRole('button', { name: 'I have tapped it' }).waitFor();
      const lamp = lampsOf(desk)[0];
      await desk.say({ sentence: `turn ${lamp?.plug.power === 'ON' ? 'off' : 'on'} ${first(desk)}` });
      await page.getByRole('button', { name: 'I have tapped it' }).click();
      await page.getByRole('button', { name: 'No, only the tile works' }).click();
    },
    says: /^Your tap in the Alexa app arrived here, and your sentence did not\.$/,
    part: 'alexa',
  },
  {
    question: 'the account in the Alexa app?',
    breaks: async () => nothing,
    by: 'link',
    steps: sees(['Enable to Use']),
    says: /^The skill is not enabled in the Alexa app\.$/,
    part: 'alexa',
  },
  {
    question: "the cloud of the plug's maker?",
    breaks: fault('device-cloud-down'),
    by: 'link',
    says: /^My Leviton does not work for this skill at the moment\.$/,
    part: 'cloud',
  },
  {
    question: 'this skill?',
    breaks: fault('table-away'),
    by: 'link',
    says: /^The database of this skill does not answer\.$/,
    part: 'skill',
  },
  {
    question: 'the app?',
    breaks: async (desk) => {
      await untilReported(desk);
      return nothing;
    },
    by: 'link',
    steps: sees(['No, something else']),
    says: /^Alexa has accepted the right state, and its app shows another one\.$/,
    part: 'reports',
  },
  {
    question: 'the password at the maker?',
    breaks: async (desk) => {
      await desk.control({ id: 'change-password' });
      await desk.say({ sentence: `turn on ${first(desk)}` });
      return nothing;
    },
    by: 'link',
    says: /^My Leviton (did not accept the password that this skill had kept|has ended the sign-in of this skill, and no password is kept)\.$/,
    part: 'cloud',
  },
];

/** Waits until Alexa was sent the state of every lamp: before, the page rightly does not blame the app. */
async function untilReported(desk: RunningDesk): Promise<void> {
  const { devices } = desk.system.ports;
  const account = await accountOf(desk);
  const isReported = async () =>
    (await devices.list(account)).every(({ lastState, views }) =>
      Object.values(views).every(
        ({ lastReported }) => lastReported?.power === lastState?.power && lastReported?.level === lastState?.level,
      ),
    );
  while (!(await isReported())) await new Promise((resolve) => setTimeout(resolve, 100));
}

/** Of a person before a dark lamp. */
const MOST_MS = 60_000;
/** Beyond it the page asks the device cloud no more for a while. */
const BETWEEN_WALKS_MS = 6 * 60_000;

/**
 * Breaks each part of the chain in turn, and finds the cause on the page alone. What a walk takes is printed; a minute is what it may take.
 * @throws AssertionError, or Playwright's TimeoutError with what it waited for
 */
export async function driveLamps(desk: RunningDesk, browser: Browser, options: LampsDriveOptions = {}): Promise<void> {
  const { onStep = () => {} } = options;
  const account = await accountOf(desk);
  for (const walk of WALKS) {
    const repair = await walk.breaks(desk);
    const began = Date.now();
    await onPage(browser, async (page) => {
      await (walk.by === 'link' ? page.goto(await linkOf(desk, account)) : signIn(page, desk));
      await walk.steps?.(page, desk);
      const sentence = page.locator('.verdict .what').filter({ hasText: walk.says });
      await sentence.waitFor();
      await page.locator(`[data-part="${walk.part}"][data-state="broken"]`).waitFor();
      const remedy = (await page.locator('.verdict .remedy').textContent()) ?? '';
      assert.ok(remedy.length > 20, `there is a remedy: ${remedy}`);
      await takePictures(page, options, walk.part);
    });
    const ms = Date.now() - began;
    assert.ok(ms < MOST_MS, `"${walk.question}" has its answer within a minute`);
    onStep(`lamps: ${walk.question} ${(ms / 1000).toFixed(1)} s`);
    await repair();
    await desk.advance(BETWEEN_WALKS_MS);
  }
}

/** How long the page with all its probes takes, which is printed and not judged: a busy machine is slow. */
export async function timeLamps(
  desk: RunningDesk,
  browser: Browser,
  { onStep = () => {} }: LampsDriveOptions = {},
): Promise<void> {
  const { myLeviton } = desk.system;
  const account = await accountOf(desk);
  for (const { what, kind, goal } of [
    { what: 'with the device cloud 100 ms away', kind: { kind: 'latency', ms: 100 }, goal: 5 },
    { what: 'with the device cloud silent', kind: { kind: 'hang' }, goal: 8 },
  ] as const) {
    const recover = myLeviton.inject(kind);
    const link = await linkOf(desk, account);
    await onPage(browser, async (page) => {
      const began = Date.now();
      await page.goto(link);
      await page.locator('.verdict').waitFor();
      onStep(
        `lamps: the page with all probes, ${what}: ${((Date.now() - began) / 1000).toFixed(1)} s (goal: under ${goal} s)`,
      );
    });
    recover();
    await desk.advance(BETWEEN_WALKS_MS);
  }
}

async function onPage(browser: Browser, drive: (page: Page) => Promise<void>): Promise<void> {
  const context = await browser.newContext({ viewport: PHONE, locale: 'en-US' });
  context.setDefaultTimeout(30_000);
  const complaints: string[] = [];
  try {
    const page = await context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    await drive(page);
    assert.deepEqual(complaints, [], 'the browser has nothing to complain about');
  } finally {
    await context.close();
  }
}

/** The account of the first lamp. */
async function accountOf({ system, state }: RunningDesk): Promise<string> {
  const lamp = state().lamps[0]?.id;
  for (const id of await system.ports.accounts.list())
    if ((await system.ports.devices.list(id)).some(({ device }) => device.id === lamp)) return id;
  throw new Error('the desk has no account with a lamp');
}

/** The link that a notice of now would have. */
async function linkOf(desk: RunningDesk, id: string): Promise<string> {
  const { system } = desk;
  const expiresAt = new Date(system.clock.now().getTime() + LAMPS_LINK_MS);
  return `${lampsUrlOf(system)}?t=${encodeURIComponent(sealLampsLink(id, expiresAt, await system.ports.sealer()))}`;
}

async function signIn(page: Page, desk: RunningDesk): Promise<void> {
  await page.goto(lampsUrlOf(desk.system));
  await page.getByLabel('E-mail address of your My Leviton account').fill(EMULATED_ACCOUNT.email);
  await page.getByLabel('Password', { exact: true }).fill(EMULATED_ACCOUNT.password);
  await page.locator('button[value="sign-in"]').click();
  await page.locator('.verdict').waitFor();
}

/** At each width the page needs no sideways scrolling. */
async function takePictures(page: Page, { screenshots }: LampsDriveOptions, part: string): Promise<void> {
  for (const size of [{ width: 320, height: 640 }, PHONE, WIDE]) {
    await page.setViewportSize(size);
    const tooWide = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    assert.ok(tooWide <= 0, `the page is ${tooWide} px wider than a screen of ${size.width} px`);
    if (screenshots !== undefined)
      await page.screenshot({ path: join(screenshots, `lamps-${part}-${size.width}.png`), fullPage: true });
  }
}
