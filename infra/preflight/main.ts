import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DeskClock } from '../../desk/clock.ts';
import { startLocalSystem } from '../../desk/local-system.ts';
import { createLog } from '../../lambda/adapters/json-log/log.ts';
import { createAsk } from '../deploy/ask.ts';
import { findProfile } from '../deploy/ask-profile.ts';
import { knownSkill } from '../deploy/ask-states.ts';
import { Failure } from '../deploy/failure.ts';
import { findAsk } from '../deploy/find-ask.ts';
import { AWS_REGION, toRegions } from '../deploy/regions.ts';
import { profileIn, readResources } from '../deploy/resources.ts';
import { run } from '../deploy/run.ts';
import { printable, printableJson } from '../printable.ts';
import { openAws } from './aws-access.ts';
import { openDeployed } from './deployed.ts';
import { startLocal } from './local.ts';
import { summary, toLines } from './print.ts';
import { preflight } from './run.ts';
import type { Target } from './target.ts';
import { readTemplate } from './template.ts';

const HELP = `npm run preflight [-- OPTIONS]     looks at everything between Alexa and the device cloud, and names what is wrong

  --local          the functions of this folder on this machine, and the stack as its template has it; before a deploy
  --profile NAME   ask-cli's profile whose skill is looked at
  --skill-id ID    the skill, where this checkout does not know it (also ASK_SKILL_ID)
  --stack NAME     the stack, where the skill has several in one region
  --region NA,EU   with --local: the regions, that of the account first; as in ask-resources.json by default
  --publish        insists on what must be replaced before the skill is submitted
  --json           for machines

Without --local and with nothing deployed from here it is as with --local.
PREFLIGHT_EMAIL and PREFLIGHT_PASSWORD are an account at the device cloud: with them an account is linked as Alexa does it,
looked at, and unlinked again. If it is an account's own account, that account's password is kept as before.

The exit code is 0 when nothing has failed, 1 when something has, 2 when the options are wrong.
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
  let options: Options;
  try {
    options = readOptions();
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${HELP}`);
    return 2;
  }
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  const say = options.json ? () => {} : (line: string) => console.log(line);
  const { target, close } = await open(options);
  try {
    say(`Looking at ${target.title}.\n`);
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
  // Who has named a skill wants it to be looked at, and must hear why that is not possible.
  if (profile instanceof Failure) {
    if (asked !== undefined || options.profile !== undefined) throw profile;
    return await openLocal(options);
  }
  const skillId = asked ?? knownSkill(root, profile.name);
  if (!skillId) return await openLocal(options);
  const found = await findAsk(root, run);
  if (!found) throw new Failure('There is no ask-cli on this machine.', 'Run npm run deploy, which brings it.');
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
    template: readTemplate(readText('infra/skill-stack.yaml')),
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
