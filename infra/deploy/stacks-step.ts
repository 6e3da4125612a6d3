import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { AlexaRegion } from '../../lambda/ports/grant-store.ts';
import { knownSkill } from './ask-states.ts';
import type { Stack } from './aws/stacks.ts';
import { fingerprintOf } from './checks.ts';
import type { DeployContext } from './context.ts';
import type { Existing } from './existing.ts';
import { Failure } from './failure.ts';
import { toFailure } from './failures.ts';
import { withEndpoints } from './manifest.ts';
import { type DeployPlan, MANIFEST, RESOURCES } from './plan.ts';
import { isDeployed } from './record.ts';
import { AWS_REGION, askName, type Regions } from './regions.ts';
import { type Deployment, type Resources, SENT_TEMPLATE, withDeployment } from './resources.ts';
import type { StateValues } from './state-step.ts';
import { sentTemplate } from './template.ts';
import { wrongInManifest } from './verify.ts';
import { toText, withAltered } from './working-files.ts';

/** The stacks by ask-cli's names of their regions, and the home region's. */
export interface Stacks {
  readonly byName: Readonly<Record<string, Stack>>;
  readonly home?: Stack;
}

/** What is deployed, and where its functions find what lasts, by region. */
export interface StacksPlan extends DeployPlan {
  readonly values: Readonly<Partial<Record<AlexaRegion, StateValues>>>;
}

/** Creates the skill by itself: the stacks are named and protected by its id. @returns its id */
export async function createSkill(context: DeployContext, plan: DeployPlan): Promise<string> {
  const { root, ask, profile, say } = context;
  await withAltered(root, { [MANIFEST]: toText(plan.manifest) }, () => ask.deploy('skill-metadata'));
  const skillId = knownSkill(root, profile.name);
  if (skillId === undefined)
    throw new Failure('ask-cli created no skill and gave no reason.', 'Run the command again with --verbose.');
  say('done', `created the skill ${skillId}`);
  return skillId;
}

/** Runs `ask deploy`, unless nothing has changed since the last deployment. */
export async function ensureStacks(
  context: DeployContext,
  plan: StacksPlan,
  { skillId, stacks }: Existing,
): Promise<Stacks> {
  const { say } = context;
  const before = inOrder(stacks, plan.regions);
  if (skillId !== undefined && (await isUpToDate(context, plan, before, skillId))) {
    say('unchanged', 'skill package, code and stack');
    return before;
  }
  let after = await askDeploy(context, plan, before);
  // Further regions need the home region's outputs.
  if (plan.regions.further.length > 0 && !before.home?.outputs.HomeQueue) after = await askDeploy(context, plan, after);
  say(before.home ? 'changed' : 'done', 'skill package, code and stack');
  return after;
}

async function isUpToDate(context: DeployContext, plan: StacksPlan, stacks: Stacks, skillId: string): Promise<boolean> {
  const { root, profile, ask, options } = context;
  const all = Object.values(stacks.byName);
  if (options.force || !isDeployed(root, profile.name, fingerprintIn(context, plan, stacks), all)) return false;
  const status = await ask.manifestStatus(skillId);
  const manifest = await ask.manifest(skillId);
  const { subscriptions } = plan;
  return wrongInManifest({ status, manifest, stacks: stacks.byName, subscriptions }).length === 0;
}

/** The same as long as nothing has changed of what is deployed. */
export const fingerprintIn = (context: DeployContext, plan: StacksPlan, stacks: Stacks): string =>
  fingerprintOf(context.root, [toText(resourcesFor(context, plan, stacks)), toText(plan.manifest)]);

async function askDeploy(context: DeployContext, plan: StacksPlan, before: Stacks): Promise<Stacks> {
  const { root, ask, aws, profile } = context;
  // With the endpoints from the start: an import without them would leave Alexa without a function until the next import.
  const arns = Object.fromEntries(
    Object.entries(before.byName).map(([name, stack]) => [name, outputOf(stack, 'SkillEndpoint')]),
  );
  const manifest = withEndpoints(plan.manifest, arns, plan.subscriptions);
  const altered = {
    [RESOURCES]: toText(resourcesFor(context, plan, before)),
    [MANIFEST]: toText(manifest),
  };
  mkdirSync(join(root, dirname(SENT_TEMPLATE)), { recursive: true });
  writeFileSync(join(root, SENT_TEMPLATE), sentTemplate(root, 'skill'));
  await withAltered(root, altered, () => ask.deploy()).catch(async (failure: unknown) => {
    throw (await causeOf(context, plan, failure)) ?? failure;
  });
  const skillId = knownSkill(root, profile.name);
  if (skillId === undefined)
    throw new Failure('ask-cli created no skill and gave no reason.', 'Run the command again with --verbose.');
  const { home, further } = plan.regions;
  const found = await Promise.all(
    [home, ...further].map(async (region) => {
      const stacks = await aws.stacks(skillId, AWS_REGION[region]);
      return [
        region,
        stacks.find(({ status }) => status.endsWith('_COMPLETE') && status !== 'ROLLBACK_COMPLETE'),
      ] as const;
    }),
  );
  return inOrder(Object.fromEntries(found), plan.regions);
}

/** ask-cli names the newest failure of a stack, which is often a mere cancellation. @returns the oldest real one, where there is one */
async function causeOf(
  { root, aws, profile }: DeployContext,
  { regions }: DeployPlan,
  failure: unknown,
): Promise<Failure | undefined> {
  const skillId = knownSkill(root, profile.name);
  const isOfStack = failure instanceof Failure && /^AWS (?:could not|Lambda)|^The stack is stuck/.test(failure.message);
  if (!isOfStack || skillId === undefined) return undefined;
  for (const region of [regions.home, ...regions.further]) {
    const stacks = await aws.stacks(skillId, AWS_REGION[region]);
    for (const stack of stacks.filter(({ status }) => /ROLLBACK|FAILED/.test(status))) {
      const cause = await aws.changes.cause(stack);
      if (cause) return toFailure(cause, 'Changing the stack');
    }
  }
  return undefined;
}

function resourcesFor(
  { profile }: DeployContext,
  { resources, regions, parameters, values }: StacksPlan,
  { home }: Stacks,
): Resources {
  const HomeQueue = home?.outputs.HomeQueue;
  const shared = (region: AlexaRegion) => ({ ...values[regions.home], ...topicsIn(values[region]) });
  const furtherOf = (region: AlexaRegion) => ({
    ...shared(region),
    ...parameters,
    HomeQueue: HomeQueue ?? '',
    PublicUrls: parameters.PublicUrls || originOf(home),
  });
  const deployment: Deployment = {
    profile: profile.name,
    regions,
    parameters: { ...shared(regions.home), ...parameters },
    ...(HomeQueue && { further: Object.fromEntries(regions.further.map((region) => [region, furtherOf(region)])) }),
  };
  return withDeployment(resources, deployment);
}

/** Topics are used in their own region only: alarms can reach no other. */
const topicsIn = (values: StateValues | undefined) =>
  values && { NoticeTopicArn: values.NoticeTopicArn, AlarmTopicArn: values.AlarmTopicArn };

/** The stacks by Alexa's names of their regions. */
export const byRegion = ({ byName }: Stacks, regions: Regions): Existing['stacks'] =>
  Object.fromEntries(
    [regions.home, ...regions.further].flatMap((region) => {
      const stack = byName[askName(region, regions)];
      return stack ? [[region, stack]] : [];
    }),
  );

function inOrder(stacks: Existing['stacks'], regions: Regions): Stacks {
  const there = (Object.entries(stacks) as [AlexaRegion, Stack | undefined][]).flatMap(([region, stack]) =>
    stack ? [[askName(region, regions), stack] as const] : [],
  );
  const home = stacks[regions.home];
  return { byName: Object.fromEntries(there), ...(home && { home }) };
}

/** The addresses of account linking: those of one's own domain, the preferred one first, else the function URL. */
export function originsOf(home: Stack | undefined): readonly [string, ...string[]] {
  const named = (home?.parameters.PublicUrls ?? '').split(',').filter((url) => url.trim() !== '');
  const [first = outputOf(home, 'LinkingUrl'), ...more] = named;
  return [new URL(first).origin, ...more.map((url) => new URL(url).origin)];
}

/** The address at which Alexa links accounts. */
export const originOf = (home: Stack | undefined): string => originsOf(home)[0];

/** @throws Failure when it is not there */
export function outputOf(stack: Stack | undefined, name: string): string {
  const value = stack?.outputs[name];
  if (value) return value;
  throw new Failure(
    `The stack has no output ${name}.`,
    'Restore it in infra/skill-stack.yaml, and run npm run deploy -- --force.',
  );
}
