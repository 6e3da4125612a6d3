import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stack } from './aws/stacks.ts';
import type { DeployContext } from './context.ts';
import type { Existing } from './existing.ts';
import { Failure } from './failure.ts';
import { nameIn, readManifest, type SkillManifest, withoutEndpoints } from './manifest.ts';
import { checkMail } from './options.ts';
import { AWS_REGION, type Regions } from './regions.ts';
import { profileIn, type Resources, readResources } from './resources.ts';
import { putBackAltered, readText, toText } from './working-files.ts';

export const RESOURCES = 'ask-resources.json';
export const MANIFEST = join('skill-package', 'skill.json');

/** What is to be deployed, as it stands in the project's files. */
export interface DeployPlan {
  readonly resources: Resources;
  readonly manifest: SkillManifest;
  readonly subscriptions: readonly string[];
  readonly regions: Regions;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Reads the files, once they are as they were before a run that was killed. */
export function readFiles({
  root,
  profile,
  say,
}: DeployContext): Pick<DeployPlan, 'resources' | 'manifest' | 'subscriptions'> {
  for (const path of putBackAltered(root)) say('done', `put ${path} back, which a stopped run had altered`);
  const resources = readResources(readText(root, RESOURCES));
  const { userConfig } = profileIn(resources, profile.name).skillInfrastructure;
  const { subscriptions } = userConfig.skillEvents;
  const found = readManifest(JSON.parse(readText(root, MANIFEST)));
  const manifest = withoutEndpoints(found, subscriptions);
  if (toText(manifest) !== toText(found)) {
    writeFileSync(join(root, MANIFEST), toText(manifest));
    say('done', `took the endpoints out of ${MANIFEST}: they are one account's, and are put in while ask-cli runs`);
  }
  return { resources, subscriptions, manifest };
}

/** The template's parameters that are one deployment's own: from the command line, the files, the stack as it stands, or a person. */
export async function parametersOf(
  { options, question, profile }: DeployContext,
  resources: Resources,
  home: Stack | undefined,
) {
  const inFile = profileIn(resources, profile.name).skillInfrastructure.userConfig.cfn.parameters;
  const standing = (name: string) => String(inFile[name] ?? home?.parameters[name] ?? '');
  let notices = options.notices ?? standing('NoticeEmail');
  if (!home && notices === '' && options.notices === undefined && question && !options.yes) {
    notices = (await question('Whom shall notices and alarms go to? (an e-mail address; empty: nobody) ')).trim();
    if (notices !== '') checkMail(notices);
  }
  const alarms = options.alarms ?? (standing('AlarmEmail') || (home ? '' : notices));
  return { NoticeEmail: notices, AlarmEmail: alarms, PublicUrls: options.publicUrls ?? standing('PublicUrls') };
}

/** Says what it will do, and asks whether it shall. @throws Failure when it shall not */
export async function confirm(
  { say, question, options, profile }: DeployContext,
  plan: DeployPlan,
  { skillId, stacks }: Existing,
): Promise<void> {
  const { regions, parameters, manifest } = plan;
  say('note', `${nameIn(manifest)}: ${skillId ?? 'a new skill'}, vendor ${profile.vendorId}`);
  for (const region of [regions.home, ...regions.further]) {
    const part = region === regions.home ? 'everything' : 'the skill function';
    say('note', `${AWS_REGION[region]}: ${part}, ${stacks[region] ? 'in the stack that is there' : 'in a new stack'}`);
  }
  say('note', `notices go to ${parameters.NoticeEmail || 'nobody'}, alarms to ${parameters.AlarmEmail || 'nobody'}`);
  if (!question || options.yes) return;
  const answer = (await question('Go on? [Y/n] ')).trim().toLowerCase();
  if (!['', 'y', 'yes'].includes(answer))
    throw new Failure('Nothing was deployed.', 'Run npm run deploy again when it suits you.');
}
