import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeskClock } from '../../desk/clock.ts';
import { type LocalSystem, startLocalSystem } from '../../desk/local-system.ts';
import { createLog } from '../../lambda/adapters/json-log/log.ts';
import { createAsk } from '../deploy/ask.ts';
import { type AskProfile, findProfile } from '../deploy/ask-profile.ts';
import { knownSkill } from '../deploy/ask-states.ts';
import { Failure } from '../deploy/failure.ts';
import { findAsk } from '../deploy/find-ask.ts';
import { AWS_REGION, toRegions } from '../deploy/regions.ts';
import { profileIn, readResources } from '../deploy/resources.ts';
import { run } from '../deploy/run.ts';
import { TEMPLATES } from '../deploy/template.ts';
import { openAws } from './aws-access.ts';
import { openDeployed } from './deployed.ts';
import { startLocal } from './local.ts';
import type { Target } from './target.ts';
import { readTemplate } from './template.ts';

const root = process.cwd();

export interface TargetOptions {
  readonly local?: boolean | undefined;
  readonly publish?: boolean | undefined;
  readonly profile?: string | undefined;
  readonly 'skill-id'?: string | undefined;
  readonly stack?: string | undefined;
  readonly region?: string | undefined;
}

export interface Opened {
  readonly target: Target;
  /** ask-cli's profile with the skill; absent for the functions of this folder. */
  readonly profile?: AskProfile;
  /** The local system that the functions of this folder run against. */
  readonly system?: LocalSystem;
  close(): Promise<void>;
}

/**
 * What the options name: what is deployed of a skill, or the functions of this folder.
 * @throws Failure
 */
export async function openTarget(options: TargetOptions): Promise<Opened> {
  const { publish = false, stack } = options;
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
  return { target, profile, close: async () => {} };
}

function tried<T>(find: () => T): T | Failure {
  try {
    return find();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

async function openLocal({ publish = false, profile = 'default', region }: TargetOptions): Promise<Opened> {
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
  return { target, system, close };
}
