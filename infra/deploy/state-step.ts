import type { AlexaRegion } from '../../lambda/ports/grant-store.ts';
import type { ImportedResource, StackRequest } from './aws/stack-form.ts';
import type { Stack } from './aws/stacks.ts';
import type { DeployContext } from './context.ts';
import { Failure } from './failure.ts';
import { toFailure } from './failures.ts';
import { AWS_REGION, type Regions } from './regions.ts';
import { type JsonFields, sentTemplate, toJson } from './template.ts';

// The state stack of each region: what must outlast the functions. Earlier versions had all of it in the skill's stack. From there it moves in
// three steps, each of which leaves everything working: it is marked as to be kept, the skill's stack lets go of it, the state stack takes it.

/** Where a region's functions find what lasts: the parameters of the skill's stack by these names. */
export interface StateValues {
  readonly TableArn: string;
  readonly SecretArn: string;
  readonly NoticeTopicArn: string;
  readonly AlarmTopicArn: string;
}

/** Addresses of a deployment that are parameters of the state stack. */
export const STATE_PARAMETERS = ['NoticeEmail', 'AlarmEmail'] as const;
export type Addresses = Readonly<Record<(typeof STATE_PARAMETERS)[number], string>>;

/** What AWS would delete or replace only after somebody has changed this policy. */
export const STATE_POLICY = JSON.stringify({
  Statement: [
    { Effect: 'Allow', Principal: '*', Action: 'Update:*', Resource: '*' },
    {
      Effect: 'Deny',
      Principal: '*',
      Action: ['Update:Replace', 'Update:Delete'],
      Resource: ['Table', 'Secret', 'NoticeTopic', 'AlarmTopic'].map((name) => `LogicalResourceId/${name}`),
    },
  ],
});

/** What moves, and which of the values says where it is. */
const MOVING = {
  Table: 'TableArn',
  Secret: 'SecretArn',
  NoticeTopic: 'NoticeTopicArn',
  AlarmTopic: 'AlarmTopicArn',
} as const;
/** Stays with its topic. The state stack subscribes the same address again, and SNS answers with the existing subscription. */
const SUBSCRIPTIONS = ['NoticeSubscription', 'AlarmSubscription'];

/** Always the same for the same skill, so that an interrupted creation is found again. At most 128 characters (CreateStack). */
export const stateStackName = (skillId: string): string =>
  `dimmer-plugs-${skillId
    .split('.')
    .at(-1)
    ?.replaceAll(/[^A-Za-z0-9-]/g, '')}`;

/** The state stacks that exist, whatever became of them. */
export async function findStates(
  { aws }: DeployContext,
  skillId: string,
): Promise<Readonly<Partial<Record<AlexaRegion, Stack>>>> {
  const name = stateStackName(skillId);
  const entries = await Promise.all(
    Object.entries(AWS_REGION).map(
      async ([region, awsRegion]) => [region, await aws.changes.find(name, awsRegion)] as const,
    ),
  );
  return Object.fromEntries(entries.filter(([, stack]) => stack !== undefined));
}

export interface StatePlan {
  readonly skillId: string;
  readonly region: AlexaRegion;
  readonly regions: Regions;
  readonly addresses: Addresses;
  /** The skill's stack in this region. */
  readonly runtime: Stack | undefined;
}

/**
 * Creates or updates the state stack of a region, before the functions are deployed. What is still in the skill's stack is prepared to leave it.
 * @throws Failure, before anything is changed where CloudFormation could not finish the move
 */
export async function ensureState(context: DeployContext, plan: StatePlan): Promise<StateValues> {
  const { aws, say } = context;
  const { runtime } = plan;
  const request = requestFor(context, plan);
  const state = await standing(context, request);
  if (state) {
    const values = valuesIn(state, plan);
    if (runtime && values.TableArn !== context.options.otherTable) checkSame(values, usedBy(runtime));
    return values;
  }
  if (runtime && isSingle(runtime)) return await prepareMove(context, plan, runtime);
  // Only between two steps of a move, or when somebody has deleted the state stack: what was in it was kept.
  if (runtime) return await takeOver(context, plan, usedBy(runtime));
  await aws.changes.create(request, STATE_POLICY, showing(context));
  say('done', `state stack in ${request.awsRegion}: ${contentOf(plan)}`);
  return valuesIn(await existing(context, request), plan);
}

/** Finishes a move out of the skill's stack, once that has let go. Otherwise there is nothing to do. */
export async function finishState(context: DeployContext, plan: StatePlan): Promise<void> {
  const { runtime } = plan;
  if (runtime && isSingle(runtime)) await takeOver(context, plan, usedBy(runtime));
}

/** Makes the state stack again, of other values. What was in it before is kept, in no stack. */
export async function replaceState(context: DeployContext, plan: StatePlan, values: StateValues): Promise<void> {
  const { aws } = context;
  const { name, awsRegion } = requestFor(context, plan);
  const state = await aws.changes.whenStable(name, awsRegion, () => undefined);
  if (state && !/^(?:REVIEW_IN_PROGRESS|IMPORT_ROLLBACK_COMPLETE)$/.test(state.status)) {
    await aws.changes.unprotect(name, awsRegion);
    await aws.deleteStack(state, () => undefined);
  }
  await takeOver(context, plan, values);
}

/** Whether the skill's stack is of a version that had everything in one stack. */
const isSingle = ({ parameters }: Stack): boolean => parameters.AlarmTopicArn === undefined;

const valuesOf = (from: Readonly<Record<string, string>>): StateValues => ({
  TableArn: from.TableArn ?? '',
  SecretArn: from.SecretArn ?? '',
  NoticeTopicArn: from.NoticeTopicArn ?? '',
  AlarmTopicArn: from.AlarmTopicArn ?? '',
});

/** What the functions of the skill's stack use. In a single stack a further region names the home region's table and entry in its parameter Home. */
function usedBy(runtime: Stack): StateValues {
  const { outputs, parameters } = runtime;
  if (!isSingle(runtime)) return valuesOf(parameters);
  const [TableArn = '', SecretArn = ''] = (outputs.Home ?? parameters.Home ?? '').split(',');
  const { NoticeTopicArn = '', AlarmTopicArn = '' } = outputs;
  return { TableArn, SecretArn, NoticeTopicArn, AlarmTopicArn };
}

/** The state stack with its protection and its newest template. @returns nothing where it has yet to be made, or to take something over */
async function standing(context: DeployContext, request: StackRequest): Promise<Stack | undefined> {
  const { aws, say } = context;
  const { name, awsRegion } = request;
  const state = await aws.changes.whenStable(name, awsRegion, () => undefined);
  if (!state || /^(?:REVIEW_IN_PROGRESS|IMPORT_ROLLBACK_COMPLETE)$/.test(state.status)) return undefined;
  if (/^(?:ROLLBACK_COMPLETE|ROLLBACK_FAILED|CREATE_FAILED|DELETE_FAILED)$/.test(state.status)) {
    // It never was complete, so nothing depends on it.
    await aws.changes.unprotect(name, awsRegion);
    await aws.deleteStack(state, () => undefined);
    say('done', `deleted the rest of a state stack in ${awsRegion} that could not be made`);
    return undefined;
  }
  if (!state.status.endsWith('_COMPLETE'))
    throw toFailure(`is in ${state.status} state and can not be updated`, 'Looking at the state stack');
  if (!state.isProtected) await aws.changes.protect(name, awsRegion, STATE_POLICY);
  const changed = await aws.changes.update(request, showing(context));
  say(changed ? 'changed' : 'unchanged', `state stack in ${awsRegion}`);
  return changed ? await existing(context, request) : state;
}

async function existing({ aws }: DeployContext, { name, awsRegion }: StackRequest): Promise<Stack> {
  const state = await aws.changes.find(name, awsRegion);
  if (state) return state;
  throw new Failure(`The state stack in ${awsRegion} has gone while it was deployed.`, 'Run npm run deploy again.');
}

/** First step of a move: the skill's stack keeps what it will let go of. */
async function prepareMove(context: DeployContext, plan: StatePlan, runtime: Stack): Promise<StateValues> {
  const { aws, say } = context;
  const { awsRegion, id } = runtime;
  const values = usedBy(runtime);
  await importedResources(context, plan, values);
  const template = toJson(await aws.changes.template(id, awsRegion));
  // Among the parameters is the version of the code.
  const unchanged = Object.keys(template.Parameters as JsonFields);
  await aws.changes.update(
    { name: id, awsRegion, template: JSON.stringify(withKept(template)), unchanged },
    showing(context),
  );
  say('done', `marked what lasts in ${awsRegion} as to be kept; it moves to a stack of its own`);
  return values;
}

/** Last step of a move: the state stack takes what is in no stack. */
async function takeOver(context: DeployContext, plan: StatePlan, values: StateValues): Promise<StateValues> {
  const { aws, say } = context;
  const request = requestFor(context, plan);
  const resources = await importedResources(context, plan, values);
  await aws.changes.import(
    { ...request, template: importTemplate(request.template, resources) },
    resources,
    showing(context),
  );
  await aws.changes.protect(request.name, request.awsRegion, STATE_POLICY);
  await aws.changes.update(request, showing(context));
  say('done', `state stack in ${request.awsRegion}: took over ${contentOf(plan)}`);
  return valuesIn(await existing(context, request), plan);
}

/** @throws Failure when CloudFormation cannot import one of them */
async function importedResources(
  context: DeployContext,
  plan: StatePlan,
  values: StateValues,
): Promise<ImportedResource[]> {
  const { template, awsRegion } = requestFor(context, plan);
  const names = (Object.keys(MOVING) as (keyof typeof MOVING)[]).filter((name) => isIn(name, plan));
  const types = toJson(template).Resources as Readonly<Record<string, { readonly Type: string }>>;
  const wanted = names.map((logicalId) => ({ logicalId, type: types[logicalId]?.Type ?? '' }));
  const summary = await context.aws.changes.identifiers(importTemplate(template, wanted), awsRegion);
  return wanted.map(({ logicalId, type }) => {
    const property = summary.get(logicalId);
    if (property === undefined) {
      throw new Failure(
        `CloudFormation cannot import ${type} in ${awsRegion}, so ${logicalId} cannot move to a stack of its own. Nothing was changed.`,
        'Deploy the previous version of this project until it can, and report this.',
      );
    }
    const arn = values[MOVING[logicalId as keyof typeof MOVING]];
    // A table is known by its name, everything else here by its ARN.
    return { logicalId, type, identifier: [property, property === 'TableName' ? (arn.split('/')[1] ?? '') : arn] };
  });
}

/** Only what is imported, without outputs: CloudFormation takes nothing else in an import. */
function importTemplate(text: string, resources: readonly { readonly logicalId: string }[]): string {
  const { Outputs: _, ...template } = toJson(text);
  const all = template.Resources as JsonFields;
  const kept = Object.fromEntries(resources.map(({ logicalId }) => [logicalId, all[logicalId] ?? null]));
  return JSON.stringify({ ...template, Resources: kept });
}

/**
 * The template of a single stack that keeps what moves when it lets go of it. CloudFormation takes a change of a policy only together with
 * another change of the resource, and a change of Metadata is one (UpdateStack).
 */
function withKept(template: JsonFields): JsonFields {
  const resources = Object.entries(template.Resources as Readonly<Record<string, JsonFields>>).map(
    ([name, resource]) =>
      name in MOVING || SUBSCRIPTIONS.includes(name)
        ? [
            name,
            {
              ...resource,
              DeletionPolicy: 'Retain',
              UpdateReplacePolicy: 'Retain',
              Metadata: { Moves: 'to the state stack' },
            },
          ]
        : [name, resource],
  );
  return { ...template, Resources: Object.fromEntries(resources) };
}

function valuesIn({ outputs }: Stack, plan: StatePlan): StateValues {
  const values = valuesOf(outputs);
  const missing = Object.entries(MOVING).find(([name, output]) => isIn(name, plan) && values[output] === '');
  if (!missing) return values;
  throw new Failure(
    `The state stack has no output ${missing[1]}.`,
    'Restore it in infra/state-stack.yaml, and run npm run deploy again.',
  );
}

/** Another table than the functions use now would be an empty one: every link would be lost. */
function checkSame({ TableArn, SecretArn }: StateValues, { TableArn: table, SecretArn: secret }: StateValues): void {
  if (TableArn === '' || (table === TableArn && secret === SecretArn)) return;
  throw new Failure(
    `The functions use ${table} and ${secret}, and the state stack has ${TableArn} and ${SecretArn}. Nothing was changed.`,
    'Find out which of them has the linked accounts. To use what the state stack has, delete the skill’s stack in the CloudFormation console, and run npm run deploy again.',
  );
}

function requestFor({ root }: DeployContext, { skillId, region, regions, addresses }: StatePlan): StackRequest {
  return {
    name: stateStackName(skillId),
    awsRegion: AWS_REGION[region],
    template: sentTemplate(root, 'state'),
    parameters: { Part: region === regions.home ? 'home' : 'further', ...addresses },
  };
}

const isIn = (name: string, { region, regions }: StatePlan): boolean =>
  region === regions.home || name === 'NoticeTopic' || name === 'AlarmTopic';

const contentOf = ({ region, regions }: StatePlan): string =>
  region === regions.home ? 'table, secret entry and topics' : 'topics';

const showing =
  ({ say, options }: DeployContext) =>
  (status: string): void => {
    if (options.verbose && status !== '') say('note', `stack status: ${status}`);
  };
