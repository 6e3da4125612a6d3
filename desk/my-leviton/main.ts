/** The emulated My Leviton cloud by itself: `npm run my-leviton`. */
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { DeskClock } from '../clock.ts';
import { type Console, commandHelp, describe, runCommand, toNumber } from './commands.ts';
import type { EmulatedMyLeviton, IotSwitch } from './contract.ts';
import { startMyLeviton } from './emulator.ts';

const EMAIL = 'lamp@example.org';
const PASSWORD = 'bedroom-lamp';

const help = `An emulated My Leviton cloud on this machine, with one account, a dimmer and an on/off plug.

usage: npm run my-leviton -- [options]

  --port N               port on 127.0.0.1; a free one by default
  --email ADDRESS        the account's mail address; ${EMAIL} by default
  --password TEXT        its password; ${PASSWORD} by default
  --two-factor-code TEXT sign-ins need this code; none by default
  --report-delay-ms N    from a write to the device's own report; 1200 by default
  --latency-ms N         added to every answer; 0 by default
  --help                 this text

While it runs it takes these commands, one a line:

${commandHelp}
  help                  lists them`;

interface Options {
  readonly port: number;
  readonly email: string;
  readonly password: string | undefined;
  readonly twoFactorCode: string | undefined;
  readonly reportDelayMs: number;
  readonly latencyMs: number;
}

/** Something that the person at the keyboard can put right. */
class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** @returns nothing when help was asked for */
function readOptions(args: readonly string[]): Options | undefined {
  const { values } = parse(args);
  if (values.help) return undefined;
  const email = values.email ?? EMAIL;
  if (!/^[^\s@"]+@[^\s@"]+$/.test(email)) throw new UsageError(`--email must be a mail address, not "${email}".`);
  if (values.password === '') throw new UsageError('--password must not be empty.');
  if (values['two-factor-code'] === '') throw new UsageError('--two-factor-code must not be empty.');
  return {
    port: whole('--port', values.port ?? '0', 65_535),
    email,
    password: values.password,
    twoFactorCode: values['two-factor-code'],
    reportDelayMs: whole('--report-delay-ms', values['report-delay-ms'] ?? '1200', 600_000),
    latencyMs: whole('--latency-ms', values['latency-ms'] ?? '0', 600_000),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: 'string' },
        email: { type: 'string' },
        password: { type: 'string' },
        'two-factor-code': { type: 'string' },
        'report-delay-ms': { type: 'string' },
        'latency-ms': { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UsageError(`${error.message.split(/[.\n]/)[0]}. --help lists the options.`, { cause: error });
  }
}

function whole(flag: string, text: string, most: number): number {
  const value = toNumber(text);
  if (value === undefined || value > most) {
    throw new UsageError(`${flag} must be a whole number from 0 to ${most}, not "${text}".`);
  }
  return value;
}

async function start(options: Options): Promise<EmulatedMyLeviton> {
  try {
    return await startMyLeviton({ clock: new DeskClock(), ...options });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    const why = code === 'EADDRINUSE' ? 'is in use' : 'is not for every user';
    throw new UsageError(`Port ${options.port} ${why}: choose another, or leave --port out for a free one.`, {
      cause: error,
    });
  }
}

async function run(options: Options): Promise<void> {
  const cloud = await start(options);
  const { email, password = PASSWORD, twoFactorCode } = options;
  const { residenceIds } = cloud.addAccount({ email, password, ...(twoFactorCode !== undefined && { twoFactorCode }) });
  const residence = residenceIds[0] ?? 0;
  const switches = [
    cloud.addSwitch(residence, { name: 'Bedroom lamp' }),
    cloud.addSwitch(residence, { name: 'Fan heater', model: 'D215P', canSetLevel: false, version: '2.5.1' }),
  ];
  listenToPerson(cloud, switches);
  introduce(cloud, switches, options);
}

/** Takes commands, tells what happens, and stops when asked. */
function listenToPerson(cloud: EmulatedMyLeviton, switches: readonly IotSwitch[]): void {
  const input = createInterface({ input: process.stdin });
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    input.close();
    process.stdin.destroy();
    await cloud.close();
  };
  const at: Console = { cloud, switchIds: switches.map(({ id }) => id), quit: () => void stop() };
  let answering = false;
  input.on('line', (line) => {
    if (stopping) return;
    answering = true;
    const said = runCommand(line, at);
    answering = false;
    if (said) console.log(said);
  });
  // Without a person at a keyboard there may be no input at all, and that is no reason to stop.
  input.on('close', () => process.stdin.isTTY && void stop());
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop());
  cloud.onExchange(({ channel, request, response }) => {
    if (channel === 'rest' && response.status === 200 && request.method === 'PUT') {
      console.log(`${request.method} ${request.path} ${JSON.stringify(request.body)}`);
    }
  });
  cloud.onDevice((id) => answering || console.log(describe(id, at)));
}

/** A password or code that was chosen stays with whoever chose it: neither is printed. */
function introduce(cloud: EmulatedMyLeviton, switches: readonly IotSwitch[], options: Options): void {
  const { email, password, twoFactorCode } = options;
  console.log(`REST       ${cloud.url}`);
  console.log(`socket     ${cloud.socketUrl}`);
  console.log(`account    ${email}, password ${password === undefined ? PASSWORD : 'as given'}`);
  for (const { id, name, model, canSetLevel } of switches) {
    console.log(`device     ${id}  ${name} (${model}, ${canSetLevel ? 'dimmer' : 'on/off'})`);
  }
  const login = {
    email,
    password: password === undefined ? PASSWORD : 'PASSWORD',
    ...(twoFactorCode !== undefined && { code: 'CODE' }),
  };
  const quoted = `'${JSON.stringify(login).replaceAll("'", "'\\''")}'`;
  console.log(`try        curl -H 'content-type: application/json' -d ${quoted} ${cloud.url}/Person/login`);
  console.log('commands   "help" lists them, "quit" or Ctrl-C stops');
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options) await run(options);
  else console.log(help);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
