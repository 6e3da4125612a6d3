import { startConsole } from '../../desk/console/server.ts';
import { startDesk } from '../../desk/desk.ts';
import { createLog } from '../../lambda/adapters/json-log/log.ts';
import { systemClock } from '../../lambda/adapters/system/clock.ts';
import { launchBrowser } from './browser.ts';
import { drivePage } from './drive.ts';

// Drives the real desk's page in headless Chromium, as a person would. An argument names a folder for screenshots.
const desk = await startDesk({ log: createLog('silent', systemClock), reportDelayMs: 300 });
const page = await startConsole({ desk });
try {
  const browser = await launchBrowser();
  try {
    const screenshots = process.argv[2];
    await drivePage(page.url, browser, {
      onStep: (step: string) => console.log(`  ${step}`),
      ...(screenshots !== undefined && { screenshots }),
    });
  } finally {
    await browser.close();
  }
} finally {
  await page.close();
  await desk.close();
}
