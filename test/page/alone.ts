// The page by itself, on a desk that only pretends: `node desk/run.mjs test/page/alone.ts [port]` to look at it,
// with `drive [folder for pictures]` to put it through the page test.
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { startConsole } from '../../desk/console/server.ts';
import { listenOnLoopback } from '../../desk/loopback.ts';
import { signInPage } from '../../lambda/linking/pages.ts';
import { launchBrowser } from './browser.ts';
import { driveLinking, driveLostConnection, drivePage } from './drive.ts';
import { createFakeDesk, type FakeDesk } from './fake-desk.ts';

const WORDS = {
  title: 'Connect your lamps to Alexa',
  why: 'Sign in to My Leviton. Alexa can then switch your lamps.',
  submit: 'Sign in and link',
};

/** The sign-in page that ships, before a desk that takes what is typed there. Comes back to the desk by itself. */
async function startSignIn(backTo: () => string, desk: () => FakeDesk): Promise<{ url: string; close(): void }> {
  const app = new Hono();
  const show = (email: string, wrong: boolean) =>
    signInPage(
      {
        words: WORDS,
        cloudName: 'My Leviton',
        action: '/',
        sealed: 'sealed',
        attempt: '1',
        formAction: [new URL(backTo()).origin],
        now: new Date(),
      },
      { email, keep: true },
      wrong ? 'wrong-password' : undefined,
    );
  app.get('/', () => show('', false));
  app.post('/', async (context) => {
    const { email, password } = await context.req.parseBody<{ email: string; password: string }>();
    return desk().signIn({ email, password }) ? context.redirect(backTo(), 303) : show(email, true);
  });
  const { url, close } = await listenOnLoopback(createAdaptorServer({ fetch: app.fetch }));
  return { url: `${url}/`, close };
}

const [mode, folder] = process.argv.slice(2);
const signIn = await startSignIn(
  () => served.url,
  () => desk,
);
const desk: FakeDesk = createFakeDesk({
  lamps: mode === 'drive' ? 1 : 3,
  accounts: mode !== 'drive',
  signInUrl: signIn.url,
});
let served = await startConsole({ desk, port: mode === 'drive' ? 0 : Number(mode ?? 0) });
const { url } = served;

if (mode === 'drive') {
  const browser = await launchBrowser();
  const onStep = (step: string) => console.log(`ok  ${step}`);
  try {
    await drivePage(url, browser, { onStep, ...(folder ? { screenshots: folder } : {}) });
    await driveLinking(url, browser, { email: 'lamp@example.org', password: 'bedroom-lamp-2' });
    onStep('a skill that was disabled is linked again, from the page and back to it');
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
    await signIn.close();
    desk.close();
  }
} else {
  await desk.discover({});
  console.log(url);
}
