import type { AlexaRegion } from '../../lambda/ports/grant-store.ts';
import { forget, knownSkill, knownStack, remember } from './ask-states.ts';
import type { Stack } from './aws/stacks.ts';
import type { DeployContext } from './context.ts';
import { Failure } from './failure.ts';
import { toFailure } from './failures.ts';
import { nameIn, type SkillManifest } from './manifest.ts';
import { AWS_REGION, askName, type Regions } from './regions.ts';
import { findStates } from './state-step.ts';

/** What exists of an earlier deployment. */
export interface Existing {
  readonly skillId?: string;
  /** The skill's stacks, which ask-cli changes. */
  readonly stacks: Readonly<Partial<Record<AlexaRegion, Stack>>>;
  /** The stacks with what lasts, which we change. */
  readonly states: Readonly<Partial<Record<AlexaRegion, Stack>>>;
}

/** Finds the skill and its stacks, whether or not this checkout knows of them. @throws Failure where a person must decide */
export async function findExisting(context: DeployContext, manifest: SkillManifest): Promise<Existing> {
  const skillId = await findSkill(context, manifest);
  if (skillId === undefined) return { stacks: {}, states: {} };
  const [stacks, states] = await Promise.all([findStacks(context, skillId), findStates(context, skillId)]);
  return { skillId, stacks, states };
}

/**
 * Another AWS account has another table: with it, Alexa would keep links that nobody knows.
 * @throws Failure when the skill runs elsewhere and nobody has asked to move it
 */
export async function checkAccount({ ask, aws, options }: DeployContext, { skillId }: Existing): Promise<void> {
  if (skillId === undefined) return;
  const { endpoint, regions = {} } = (await ask.manifest(skillId)).manifest.apis.smartHome ?? {};
  const arns = [endpoint, ...Object.values(regions).map((region) => region.endpoint)].flatMap((one) => one?.uri ?? []);
  const account = await aws.account('us-east-1');
  const other = arns.map((arn) => arn.split(':')[4]).find((one) => one !== account && one !== options.fromAccount);
  if (other === undefined) return;
  throw new Failure(
    `The skill runs in the AWS account ${other}, and these keys are of ${account}, which has none of its links. Nothing was changed.`,
    `Use keys of ${other}. To take the skill over and lose its links, add --from-account ${other}.`,
  );
}

async function findSkill(
  { root, options, profile, ask, say }: DeployContext,
  manifest: SkillManifest,
): Promise<string | undefined> {
  if (options.makesNew) {
    forget(root, profile.name);
    return undefined;
  }
  const known = options.skillId ?? knownSkill(root, profile.name);
  if (known !== undefined) {
    if ((await ask.manifestStatus(known)) !== undefined) return known;
    throw toFailure('RESOURCE_NOT_FOUND', 'Asking for the skill');
  }
  const name = nameIn(manifest);
  const namesakes = (await ask.skills()).filter(({ names }) => names.includes(name));
  const [one] = namesakes;
  if (!one) return undefined;
  if (namesakes.length > 1) {
    throw new Failure(
      `You have ${namesakes.length} skills called ${name}, and this checkout knows none of them.`,
      `Choose one with ${namesakes.map(({ skillId }) => `--skill-id ${skillId}`).join(' or ')}, or create another with --new.`,
    );
  }
  // Without asking: a second skill with the same name is usually a mistake.
  say('note', `a skill with this name exists: ${one.skillId}. It will be updated (use --new to create another)`);
  return one.skillId;
}

async function findStacks(context: DeployContext, skillId: string): Promise<Existing['stacks']> {
  const entries = await Promise.all(
    Object.entries(AWS_REGION).map(async ([region, awsRegion]) => {
      const stacks = await context.aws.stacks(skillId, awsRegion);
      return [region, await existingStack(stacks, context)] as const;
    }),
  );
  return Object.fromEntries(entries.filter(([, stack]) => stack !== undefined));
}

/** The existing stack. Deletes the rest of a failed first deploy: ask-cli does not know it and would create another. */
async function existingStack(
  stacks: readonly Stack[],
  { aws, root, profile, say }: DeployContext,
): Promise<Stack | undefined> {
  const standing: Stack[] = [];
  for (const stack of stacks) {
    if (stack.status === 'ROLLBACK_COMPLETE') {
      await aws.deleteStack(stack, () => undefined);
      say('done', `deleted the rest of a failed first deploy in ${stack.awsRegion}`);
    } else if (stack.status.endsWith('_COMPLETE')) standing.push(stack);
    else throw toFailure(`is in ${stack.status} state and can not be updated`, 'Looking at the stack');
  }
  if (standing.length < 2) return standing[0];
  const known = new Set(['default', 'NA', 'EU', 'FE'].map((region) => knownStack(root, profile.name, region)));
  const one = standing.find(({ id }) => known.has(id));
  if (one) return one;
  throw new Failure(
    `There are ${standing.length} stacks for this skill in ${standing[0]?.awsRegion}, and this checkout knows none of them.`,
    'In the CloudFormation console, delete the one whose table has no accounts. Then run npm run deploy again.',
  );
}

/** The regions to deploy to: those asked for, else those with stacks, else North America. */
export function regionsFor(
  wanted: Regions | undefined,
  { stacks, states }: Pick<Existing, 'stacks' | 'states'>,
): Regions {
  const there = Object.keys(stacks) as AlexaRegion[];
  const withTable = (Object.keys(states) as AlexaRegion[]).find((region) => states[region]?.outputs.TableArn);
  const home = there.find((region) => stacks[region]?.outputs.TableName) ?? withTable;
  if (home === undefined) return wanted ?? { home: 'NA', further: [] };
  if (wanted && wanted.home !== home) {
    throw new Failure(
      `The home region is ${home}; the linked accounts are stored there.`,
      `Name it first: --region ${[home, ...[wanted.home, ...wanted.further].filter((one) => one !== home)].join()}.`,
    );
  }
  const further = there.filter((region) => region !== home);
  return { home, further: [...new Set([...further, ...(wanted?.further ?? [])])] };
}

/** Makes ask-cli update these stacks instead of creating others. @returns whether they were new to it */
export function adopt(root: string, profile: string, { skillId, stacks }: Existing, regions: Regions): boolean {
  if (skillId === undefined) return false;
  const named = Object.entries(stacks).map(([region, stack]) => [askName(region as AlexaRegion, regions), stack]);
  return remember(root, profile, skillId, Object.fromEntries(named));
}
