import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DeskClock } from '../../desk/clock.ts';
import { startLocalSystem } from '../../desk/local-system.ts';
import { createLog } from '../../lambda/adapters/json-log/log.ts';
import { asError } from '../../lambda/basics/as-error.ts';
import { createAsk } from '../deploy/ask.ts';
import { findProfile } from '../deploy/ask-profile.ts';
import { knownSkill } from '../deploy/ask-states.ts';
import { Failure } from '../deploy/failure.ts';
import { findAsk } from '../deploy/find-ask.ts';
import { AWS_REGION, toRegions } from '../deploy/regions.ts';
import { profileIn, readResources } from '../deploy/resources.ts';
import { run } from '../deploy/run.ts';
import { TEMPLATES } from '../deploy/template.ts';
import { printable, printableJson } from '../printable.ts';
import { openAws } from './aws-access.ts';
import { openDeployed } from './deployed.ts';
import { startLocal } from './local.ts';
import { runMakerAudit } from './maker/command.ts';
import { summary, toLines } from './print.ts';
import { preflight } from './run.ts';
import type { Target } from './target.ts';
import { readTemplate } from './template.ts';

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

const root = process.cwd();

function readOptions() {
  const flag = { type: 'boolean', default: false } as const;
  const text = { type: 'string' } as const;
  return parseArgs({
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
  }).values;
}

type Options = ReturnType<typeof readOptions>;

async function main(): Promise<number> {
  const args = process.argv.slice(2);
  if (args.includes('--maker')) return await runMakerAudit(args, new DeskClock());
  let options: Options;
  try {
    options = readOptions();
  } catch (error) {
    console.error(`${asError(error).message}\n\n${HELP}`);
    return 2;
  }
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  const say = options.json ? () => {} : (line: string) => console.log(line);
  const { target, close } = await open(options);
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

interface Opened {
  readonly target: Target;
  close(): Promise<void>;
}

async function open(options: Options): Promise<Opened> {
  const { publish, stack } = options;
  if (options.local) return await openLocal(options);
  const asked = options['skill-id'] ?? (process.env.ASK_SKILL_ID || undefined);
  const profile = tried(() => findProfile(options.profile, process.env));
  // With a named skill or profile, say why it cannot be checked instead of checking this folder.
  if (profile instanceof Failure) {
    if (asked !== undefined || options.profile !== undefined) throw profile;
    return await openLocal(options);
  }
  const skillId = asked ?? knownSkill(root, profile.name);
  if (!skillId) return await openLocal(options);
  const found = await findAsk(root, run);
  if (!found) throw new Failure('ask-cli is not installed.', 'Run npm run deploy, which installs it.');
  const ask = createAsk({ command: found.command, root, profile: profile.name, show: () => {} }, run);
  const { PREFLIGHT_EMAIL: email, PREFLIGHT_PASSWORD: password } = process.env;
  const target = openDeployed({
    skillId,
    profile,
    aws: openAws(profile.aws),
    ask,
    publish,
    ...(stack !== undefined && { stack }),
    ...(email && password && { account: { email, password } }),
  });
  return { target, close: async () => {} };
}

function tried<T>(find: () => T): T | Failure {
  try {
    return find();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

async function openLocal({ publish, profile = 'default', region }: Options): Promise<Opened> {
  const readText = (path: string) => readFileSync(join(root, path), 'utf8');
  const { code, skillInfrastructure } = profileIn(readResources(readText('ask-resources.json')), profile);
  const { home, further } = toRegions(region === undefined ? Object.keys(code) : [region]);
  const clock = new DeskClock();
  const system = await startLocalSystem({ clock, log: createLog('silent', clock), watch: false });
  const account = { email: 'preflight@example.org', password: 'any-password' };
  const { residenceIds } = system.myLeviton.addAccount(account);
  system.myLeviton.addSwitch(residenceIds[0] ?? 0, { name: 'Lamp' });
  const target = await startLocal({
    system,
    account,
    publish,
    template: readTemplate(...Object.values(TEMPLATES).map(readText)),
    skillJson: JSON.parse(readText('skill-package/skill.json')) as object,
    awsRegions: [home, ...further].map((one) => AWS_REGION[one]),
    subscriptions: skillInfrastructure.userConfig.skillEvents.subscriptions,
  });
  const close = async () => {
    await target.close();
    await system.close();
  };
  return { target, close };
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  console.error(`${printable(error.message)}\n${printable(error.remedy)}`);
  process.exitCode = 1;
}
