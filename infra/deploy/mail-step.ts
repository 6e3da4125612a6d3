import type { ResourceOfStack } from './aws/stack-resources.ts';
import type { Stack } from './aws/stacks.ts';
import type { DeployContext } from './context.ts';
import { Failure } from './failure.ts';
import { addressIn, identityProblem } from './mail-identity.ts';
import { stateStackName } from './state-step.ts';
import { sentTemplate } from './template.ts';

// The mail stack: what the functions need to write to people, while NoticeFrom is set. All of it can be made again, so it goes with the setting.

export interface MailPlan {
  readonly skillId: string;
  /** The home region. */
  readonly awsRegion: string;
  /** The sender, such as `Lamps <lamps@example.org>`; empty where nobody is written to. */
  readonly from: string;
  /** The skill's stacks of all regions. */
  readonly stacks: readonly Stack[];
  /** The configuration set that the functions name. */
  readonly set: string;
}

/** Without a policy an update may replace everything; there is nothing here that must last. */
const POLICY = JSON.stringify({
  Statement: [{ Effect: 'Allow', Principal: '*', Action: 'Update:*', Resource: '*' }],
});

/** The roles of the functions that send, by their names in the skill's template. */
const SENDING = ['SkillRole', 'LinkingRole', 'WatchRole', 'WorkerRole', 'MaintenanceRole'];

/** Under this name README once had it deployed by hand. */
const BY_HAND = 'dimmer-plug-mail';

export const mailStackName = (skillId: string): string => `${stateStackName(skillId)}-mail`;

/** The set of the mail stacks that were made before each skill had one of its own. */
const SHARED_SET = 'dimmer-plug-notices';

/**
 * The configuration set, which the functions must know before the mail stack is there. A set's name is used once in an account and region, so
 * it is that of the skill's mail stack (at most 64 characters). A standing mail stack keeps what it has: another name would replace the set.
 * @returns its name; empty where the functions write to nobody
 */
export async function configurationSet(context: DeployContext, plan: Omit<MailPlan, 'set'>): Promise<string> {
  if (plan.from === '') return '';
  const [stack] = await findMail(context, plan.skillId, plan.stacks, [plan.awsRegion]);
  if (!stack || UNUSABLE.test(stack.status)) return mailStackName(plan.skillId).slice(0, 64);
  return stack.parameters.ConfigurationSet ?? SHARED_SET;
}

/**
 * Creates, updates or deletes the mail stack, once the functions are deployed.
 * @throws Failure; an identity that is not verified is none, since it becomes so without us
 */
export async function ensureMail(context: DeployContext, plan: MailPlan): Promise<void> {
  const { say } = context;
  if (plan.from === '') {
    for (const stack of await findMail(context, plan.skillId, plan.stacks, [plan.awsRegion])) {
      await deleteMail(context, stack);
      say(
        'done',
        `deleted the mail stack in ${stack.awsRegion}: NoticeFrom is not set, so the functions send no mails`,
      );
    }
    return;
  }
  const address = addressIn(plan.from);
  const identity = await context.aws.mailIdentity(address, plan.awsRegion);
  const changed = await put(context, plan, identity.name);
  say(changed ? 'changed' : 'unchanged', `mail stack in ${plan.awsRegion}: sends as ${identity.name}`);
  const problem = identityProblem(address, identity, plan.awsRegion);
  if (problem) say('note', `${problem.says}. ${problem.remedy}`);
}

/** The mail stacks of a skill in some regions. One that was made by hand counts if its function is the skill's. */
export async function findMail(
  { aws }: Pick<DeployContext, 'aws'>,
  skillId: string,
  stacks: readonly Stack[],
  awsRegions: readonly string[],
): Promise<Stack[]> {
  const found: Stack[] = [];
  for (const awsRegion of awsRegions) {
    const own = await aws.changes.whenStable(mailStackName(skillId), awsRegion, () => undefined);
    if (own) found.push(own);
    const byHand = await aws.changes.whenStable(BY_HAND, awsRegion, () => undefined);
    if (byHand && (await isOf(aws, stacks, byHand))) found.push(byHand);
  }
  return found;
}

/** Deletes it, and waits for that. The roles can be deleted only afterwards: its policy is attached to them. */
export async function deleteMail({ aws }: Pick<DeployContext, 'aws'>, stack: Stack): Promise<void> {
  if (stack.isProtected) await aws.changes.unprotect(stack.id, stack.awsRegion);
  await aws.deleteStack(stack, () => undefined);
}

async function isOf(aws: DeployContext['aws'], stacks: readonly Stack[], byHand: Stack): Promise<boolean> {
  for (const stack of stacks.filter(({ awsRegion }) => awsRegion === byHand.awsRegion)) {
    const arn = maintenanceArn(stack, await aws.changes.resources(stack));
    if (arn !== undefined && arn === byHand.parameters.MaintenanceArn) return true;
  }
  return false;
}

async function put(context: DeployContext, plan: MailPlan, identity: string): Promise<boolean> {
  const { aws } = context;
  const parameters = await parametersOf(context, plan, identity);
  const [stack] = await findMail(context, plan.skillId, plan.stacks, [plan.awsRegion]);
  const request = {
    name: stack ? nameOf(stack) : mailStackName(plan.skillId),
    awsRegion: plan.awsRegion,
    template: sentTemplate(context.root, 'mail'),
    parameters,
  };
  if (stack && !UNUSABLE.test(stack.status)) return await aws.changes.update(request, () => undefined);
  if (stack) await deleteMail(context, stack);
  await aws.changes.create(request, POLICY, () => undefined);
  return true;
}

/** A stack in one of these can only be deleted. */
const UNUSABLE = /^(?:ROLLBACK_COMPLETE|ROLLBACK_FAILED|CREATE_FAILED|DELETE_FAILED)$/;

/** @param identity the address or domain that SES knows @throws Failure where the skill's stack lacks the function */
async function parametersOf({ aws }: DeployContext, { stacks, awsRegion, set }: MailPlan, identity: string) {
  const roles: string[] = [];
  let MaintenanceArn: string | undefined;
  for (const stack of stacks) {
    const resources = await aws.changes.resources(stack);
    roles.push(...resources.filter(({ logicalId }) => SENDING.includes(logicalId)).map(({ id }) => id));
    if (stack.awsRegion === awsRegion) MaintenanceArn ??= maintenanceArn(stack, resources);
  }
  if (MaintenanceArn === undefined) {
    throw new Failure(
      `The skill’s stack in ${awsRegion} has no function MaintenanceFunction, so nobody would hear of mails that come back.`,
      'Restore it in infra/skill-stack.yaml, and run npm run deploy again.',
    );
  }
  const { partition, account } = placeOf(MaintenanceArn);
  // Sorted, so that the same roles are no change.
  const Roles = [...new Set(roles)].sort().join();
  const IdentityArn = `arn:${partition}:ses:${awsRegion}:${account}:identity/${identity}`;
  return { IdentityArn, MaintenanceArn, Roles, ConfigurationSet: set };
}

function maintenanceArn({ id, awsRegion }: Stack, resources: readonly ResourceOfStack[]): string | undefined {
  const found = resources.find(({ logicalId }) => logicalId === 'MaintenanceFunction');
  const { partition, account } = placeOf(id);
  return found && `arn:${partition}:lambda:${awsRegion}:${account}:function:${found.id}`;
}

/** An ARN is arn:PARTITION:SERVICE:REGION:ACCOUNT:... */
const placeOf = (arn: string) => {
  const [, partition = '', , , account = ''] = arn.split(':');
  return { partition, account };
};

const nameOf = ({ id }: Stack): string => id.split('/')[1] ?? id;
