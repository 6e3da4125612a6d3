import { parseArgs } from 'node:util';
import { DeskClock } from '../../desk/clock.ts';
import { asError } from '../../lambda/basics/as-error.ts';
import { Failure } from '../deploy/failure.ts';
import { printableJson } from '../printable.ts';
import { runCommand, withOptions } from '../run-command.ts';
import { runMakerAudit } from './maker/command.ts';
import { linkedServer } from './maker/linked-server.ts';
import type { MakerServer } from './maker/server.ts';
import { openTarget } from './open.ts';
import { summary, toLines } from './print.ts';
import { preflight } from './run.ts';

const HELP = `npm run preflight [-- OPTIONS]     checks everything between Alexa and the device cloud, and says what is wrong and what to do

  --local          checks this folder before a deploy: its functions, on this machine, and its template
  --profile NAME   profile of ask-cli with the skill to check
  --skill-id ID    the skill, if this checkout does not know it (also ASK_SKILL_ID)
  --stack NAME     the stack, if the skill has several in one region
  --region NA,EU   with --local: the regions, home region first; default: as in ask-resources.json
  --publish        also fails on placeholders that must be replaced before the skill is submitted
  --json           output as JSON
  --maker          audits a maker's own authorization server instead; see npm run preflight -- --maker --help

If nothing was deployed from this folder, --local is assumed.
PREFLIGHT_EMAIL and PREFLIGHT_PASSWORD are a sign-in at the device cloud. With them preflight links the account as Alexa does,
checks it, and unlinks it. If that account is already linked, its stored password stays as it is.

Exit code: 0 nothing failed, 1 something failed, 2 wrong options.
`;

function readOptions(args: readonly string[]) {
  const flag = { type: 'boolean', default: false } as const;
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      local: flag,
      publish: flag,
      json: flag,
      help: flag,
      profile: text,
      'skill-id': text,
      stack: text,
      region: text,
    },
  });
  return values.help ? ('help' as const) : values;
}

/** The maker's server that Amazon is set to; nothing where nothing was deployed from this folder. */
async function deployedServer(): Promise<MakerServer | undefined> {
  const { target, profile, close } = await openTarget({});
  try {
    return profile && (await linkedServer(target));
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(`${asError(error).message}.`, 'Name the server with --issuer and --client-id.', { cause: error });
  } finally {
    await close();
  }
}

async function main(): Promise<number> {
  const args = process.argv.slice(2);
  if (args.includes('--maker')) {
    const [out, err] = [(line: string) => console.log(line), (line: string) => console.error(line)];
    return await runMakerAudit(args, {
      clock: new DeskClock(),
      environment: process.env,
      input: process.stdin,
      out,
      err,
      deployed: deployedServer,
    });
  }
  return await withOptions({ help: HELP, read: readOptions }, args, check);
}

async function check(options: Exclude<ReturnType<typeof readOptions>, 'help'>): Promise<number> {
  const say = options.json ? () => {} : (line: string) => console.log(line);
  const { target, close } = await openTarget(options);
  try {
    say(`Checking ${target.title}.\n`);
    const findings = await preflight(target, (finding) => say(toLines(finding)));
    const ok = findings.every(({ outcome }) => outcome !== 'failed');
    if (options.json) console.log(printableJson({ ok, target: target.title, findings }));
    say(`\n${summary(findings)}`);
    return ok ? 0 : 1;
  } finally {
    await close();
  }
}

await runCommand(main, { exitCode: 1 });
