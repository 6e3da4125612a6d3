import { createServer } from 'node:net';
import { stdin, stdout } from 'node:process';
import { parseArgs } from 'node:util';
import { createLog } from '../lambda/adapters/json-log/log.ts';
import { systemClock } from '../lambda/adapters/system/clock.ts';
import { asError } from '../lambda/basics/as-error.ts';
import { startConsole } from './console/server.ts';
import { type DeskOptions, type RunningDesk, startDesk } from './desk.ts';
import { lampsUrlOf } from './link-state.ts';
import { EMULATED_ACCOUNT } from './places.ts';
import { ask, askSecretly } from './prompt.ts';

const HELP = `The desk: the skill's own functions, an emulated Alexa, an emulated device cloud and a page to try them on.

usage: npm start -- [options]

  --port N            port of the page on 127.0.0.1; a free one by default
  --plugs N           lamps of the first account, 1 to 50; 2 by default
  --cloud my-leviton  the real device cloud, with your own account: asks for your mail address and password,
                      keeps both in memory only, and switches your real plugs
  --maker             an emulated cloud of a maker's own in place of the emulated My Leviton, and the maker's own
                      sign-in server (oidc-provider) in place of the skill's
  --bridge            with --maker: the skill's own sign-in server anyway
  --mail              the skill writes to people: an emulated Amazon SES shows the mails
  --log               prints what the functions log
  --help              this text
`;

async function main(): Promise<number> {
  const options = readOptions();
  if (typeof options === 'string') {
    console.error(`${options}\n\n${HELP}`);
    return 2;
  }
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  const log = createLog(options.log ? 'info' : 'silent', systemClock);
  if (await isTaken(options.port)) {
    console.error(`Port ${options.port} is taken. Choose another one with --port, or none for a free one.`);
    return 1;
  }
  const desk = options.real
    ? await startReal(log)
    : await startDesk({ log, plugs: options.plugs, maker: options.maker, mail: options.mail });
  if (!desk) return 1;
  try {
    return await serve(desk, options);
  } finally {
    await desk.close();
  }
}

/** Serves the page until somebody stops it. */
async function serve(desk: RunningDesk, options: Options): Promise<number> {
  const page = await startConsole({ desk, port: options.port });
  desk.pageIsAt(page.url);
  console.log(`The desk is at ${page.url}`);
  if (!options.real) {
    const { deviceCloud } = desk.system;
    console.log(
      `The emulated device cloud is at ${deviceCloud.url} (${EMULATED_ACCOUNT.email}, ${EMULATED_ACCOUNT.password}).`,
    );
  }
  console.log(`How the lamps are, as a person sees it: ${lampsUrlOf(desk.system)}`);
  if (options.mail) console.log(`The mails to people are at ${desk.system.ses.url}`);
  console.log('Ctrl-C stops it.');
  await stopped();
  await page.close();
  return 0;
}

interface Options {
  readonly port: number;
  readonly plugs: number;
  readonly real: boolean;
  readonly maker: DeskOptions['maker'];
  readonly mail: boolean;
  readonly log: boolean;
  readonly help: boolean;
}

/** @returns a sentence when the options are wrong */
function readOptions(): Options | string {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: 'string', default: '0' },
        plugs: { type: 'string', default: '2' },
        cloud: { type: 'string', default: 'emulated' },
        maker: { type: 'boolean', default: false },
        bridge: { type: 'boolean', default: false },
        mail: { type: 'boolean', default: false },
        log: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 0 || port > 65_535) return `--port takes a number from 0 to 65535.`;
    const plugs = Number(values.plugs);
    if (!Number.isInteger(plugs) || plugs < 1 || plugs > 50) return '--plugs takes a number from 1 to 50.';
    if (values.cloud !== 'emulated' && values.cloud !== 'my-leviton') return '--cloud takes emulated or my-leviton.';
    const real = values.cloud === 'my-leviton';
    const { mail, log, help } = values;
    const maker = values.maker ? (values.bridge ? 'bridge' : 'sign-in-server') : undefined;
    if (values.bridge && !maker) return '--bridge belongs to --maker.';
    if (real && maker) return '--maker is an emulated cloud: leave out --cloud my-leviton.';
    return { port, plugs, real, maker, mail, log, help };
  } catch (error) {
    return asError(error).message;
  }
}

/** Signs in to the real device cloud, once: what it refuses is said, and the account is not locked by another try. */
async function startReal(log: DeskOptions['log']): Promise<RunningDesk | undefined> {
  if (!stdin.isTTY || !stdout.isTTY) {
    console.error('--cloud my-leviton asks for your password, so it needs a terminal.');
    return undefined;
  }
  console.log('Your My Leviton account. What you type stays in the memory of this program.');
  const email = await ask('Mail address: ');
  const password = await askSecretly('Password: ');
  const code = () => ask('Your account asks for a code, which Leviton has just sent you: ');
  return await startDesk({ log, real: { email, password, code } });
}

/** Whether another program has the port. Asked first: starting a desk and signing in takes seconds. */
const isTaken = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(true));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(false)));
  });

/** Fulfilled on Ctrl-C, or when the program that started this one asks it to end. */
const stopped = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });

try {
  process.exitCode = await main();
} catch (error) {
  console.error(asError(error).message);
  process.exitCode = 1;
}
