import { startConsole } from '../../desk/console/server.ts';
import { type RunningDesk, startDesk } from '../../desk/desk.ts';
import { EMULATED_ACCOUNT } from '../../desk/places.ts';
import { createLog } from '../../lambda/adapters/json-log/log.ts';
import { systemClock } from '../../lambda/adapters/system/clock.ts';
import { launchBrowser } from './browser.ts';
import { checkPages } from './check-pages.ts';
import { driveLinking, driveLostConnection, drivePage } from './drive.ts';
import { driveLamps, timeLamps } from './drive-lamps.ts';
import { driveLanguages } from './drive-languages.ts';
import { driveRepair } from './drive-repair.ts';

// Drives the real desk's page in headless Chromium, as a person would. An argument names a folder for screenshots.
const screenshots = process.argv[2];
const pictures = screenshots === undefined ? {} : { screenshots };
const onStep = (step: string) => console.log(`  ${step}`);
const browser = await launchBrowser();
try {
  await onDesk((url) => drivePage(url, browser, { onStep, ...pictures }));
  await onDesk((url) => driveLinking(url, browser, EMULATED_ACCOUNT));
  onStep('the skill can be disabled and linked again, through the sign-in page and back');
  await onDesk((url) => driveRepair(url, browser, { account: EMULATED_ACCOUNT, onStep, ...pictures }));
  await onDesk((_url, _served, desk) => timeLamps(desk, browser, { onStep }));
  await onDesk((_url, _served, desk) => driveLamps(desk, browser, { onStep, ...pictures }));
  await checkPages(browser, onStep);
  await driveLanguages(browser, { onStep, ...pictures });
  await onDesk((url, served) => driveLostConnection(url, browser, served));
  onStep('a lost connection is said, and comes back by itself');
} finally {
  await browser.close();
}

interface Served {
  stop(): Promise<void>;
  /** Again, at the same address. */
  start(): Promise<void>;
}

async function onDesk(drive: (url: string, served: Served, desk: RunningDesk) => Promise<void>): Promise<void> {
  const desk = await startDesk({ log: createLog('silent', systemClock), reportDelayMs: 300 });
  let page = await startConsole({ desk });
  const { url } = page;
  desk.pageIsAt(url);
  try {
    const served = {
      stop: () => page.close(),
      start: async () => {
        page = await startConsole({ desk, port: Number(new URL(url).port) });
      },
    };
    await drive(url, served, desk);
  } finally {
    await page.close();
    await desk.close();
  }
}
