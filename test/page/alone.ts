// The page by itself, on a desk that only pretends: `node desk/run.mjs test/page/alone.ts [port]` to look at it,
// with `drive [folder for pictures]` to put it through the page test.
import { startConsole } from '../../desk/console/server.ts';
import { launchBrowser } from './browser.ts';
import { driveLostConnection, drivePage } from './drive.ts';
import { createFakeDesk } from './fake-desk.ts';

const [mode, folder] = process.argv.slice(2);
const desk = createFakeDesk({ lamps: mode === 'drive' ? 1 : 2 });
let served = await startConsole({ desk, port: mode === 'drive' ? 0 : Number(mode ?? 0) });
const { url } = served;

if (mode === 'drive') {
  const browser = await launchBrowser();
  const onStep = (step: string) => console.log(`ok  ${step}`);
  try {
    await drivePage(url, browser, { onStep, ...(folder ? { screenshots: folder } : {}) });
    await driveLostConnection(url, browser, {
      stop: () => served.close(),
      start: async () => {
        served = await startConsole({ desk, port: Number(new URL(url).port) });
      },
    });
    onStep('a lost connection is said, and comes back by itself');
  } finally {
    await browser.close();
    await served.close();
    desk.close();
  }
} else {
  await desk.discover({});
  console.log(url);
}
