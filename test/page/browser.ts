import { type Browser, chromium } from 'playwright-core';

/** The machine's own Chromium; none is downloaded. */
export const launchBrowser = (executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
