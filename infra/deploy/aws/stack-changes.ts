import { setTimeout as sleep } from 'node:timers/promises';
import { toFailure } from '../failures.ts';
import { AwsRefusal, type QueryClient } from './query.ts';
import { causeIn, newestEvents, toLine } from './stack-events.ts';
import { type Stack, toStack } from './stacks.ts';
import { first, membersAt, textAt } from './xml.ts';

// Changes of stacks that we make ourselves. The skill's stack is changed by ask-cli.

/** A stack as it should become. */
export interface StackRequest {
  readonly name: string;
  readonly awsRegion: string;
  readonly template: string;
  readonly parameters?: Readonly<Record<string, string>>;
  /** Parameters that stay as they are in the stack. One that is in neither list would get its default. */
  readonly unchanged?: readonly string[];
}

/** A resource that exists and becomes part of a stack. */
export interface ImportedResource {
  readonly logicalId: string;
  readonly type: string;
  /** The property by which CloudFormation knows such a resource, and its value. */
  readonly identifier: readonly [property: string, value: string];
}

export type OnStatus = (status: string) => void;

export interface StackChanges {
  /** A stack by its name or id; nothing where there is none. */
  find(name: string, awsRegion: string): Promise<Stack | undefined>;
  /** Creates a stack that cannot be deleted before somebody ends its protection. @param policy which of its resources may be replaced */
  create(request: StackRequest, policy: string, onStatus: OnStatus): Promise<void>;
  /** @returns whether there was something to change */
  update(request: StackRequest, onStatus: OnStatus): Promise<boolean>;
  /** Makes a stack of resources that exist and are in no other stack. The template has nothing else, and no outputs. */
  import(request: StackRequest, resources: readonly ImportedResource[], onStatus: OnStatus): Promise<void>;
  /** By which property CloudFormation would know each resource of a template; a resource that it cannot import is not among them. */
  identifiers(template: string, awsRegion: string): Promise<ReadonlyMap<string, string>>;
  /** Sets policy and termination protection. */
  protect(name: string, awsRegion: string, policy: string): Promise<void>;
  unprotect(name: string, awsRegion: string): Promise<void>;
  /** The text as it was sent. */
  template(name: string, awsRegion: string): Promise<string>;
  /** Why the newest change of a stack failed, in the words in which ask-cli prints an event; nothing where none failed. */
  cause(stack: Stack): Promise<string | undefined>;
  /** Waits until no change is in progress. @returns the stack; nothing if it is gone */
  whenStable(name: string, awsRegion: string, onStatus: OnStatus): Promise<Stack | undefined>;
}

/** A first look soon, since stacks without functions are quick; later ones less often. */
const FIRST_WAIT_MS = 300;
const LONGEST_WAIT_MS = 5_000;

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Operations.html */
export function createStackChanges(query: QueryClient): StackChanges {
  const cloudFormation = (awsRegion: string, action: string, parameters: Record<string, string>) =>
    query('cloudformation', awsRegion, action, parameters);

  async function find(name: string, awsRegion: string): Promise<Stack | undefined> {
    try {
      const answer = await cloudFormation(awsRegion, 'DescribeStacks', { StackName: name });
      const [member] = membersAt(answer, 'DescribeStacksResponse', 'DescribeStacksResult', 'Stacks');
      const stack = member === undefined ? undefined : toStack(member, awsRegion);
      return stack?.status === 'DELETE_COMPLETE' ? undefined : stack;
    } catch (error) {
      if (error instanceof AwsRefusal && error.message.includes('does not exist')) return undefined;
      throw error;
    }
  }

  async function whenStable(name: string, awsRegion: string, onStatus: OnStatus): Promise<Stack | undefined> {
    let last = '';
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 1.5, LONGEST_WAIT_MS)) {
      const stack = await find(name, awsRegion);
      const status = stack?.status ?? '';
      if (status !== last) onStatus(status);
      last = status;
      // A stack waits in REVIEW for somebody to execute its change set.
      if (!status.endsWith('_IN_PROGRESS') || status === 'REVIEW_IN_PROGRESS') return stack;
      await sleep(waitMs);
    }
  }

  async function cause({ id, awsRegion }: Stack): Promise<string | undefined> {
    const found = causeIn(await newestEvents(id, awsRegion, query));
    return found && toLine(found);
  }

  /** @throws Failure with what AWS says of the oldest failure */
  async function succeeded(name: string, awsRegion: string, onStatus: OnStatus): Promise<void> {
    const stack = await whenStable(name, awsRegion, onStatus);
    if (stack && /^(?:CREATE|UPDATE|IMPORT)_COMPLETE$/.test(stack.status)) return;
    const reason = stack && (await cause(stack));
    throw toFailure(reason ?? `stack status: ${stack?.status ?? 'DELETE_COMPLETE'}`, `Changing the stack ${name}`);
  }

  return {
    find,
    cause,
    whenStable,
    async create(request, policy, onStatus) {
      await cloudFormation(request.awsRegion, 'CreateStack', {
        ...asked(request),
        StackPolicyBody: policy,
        EnableTerminationProtection: 'true',
      });
      await succeeded(request.name, request.awsRegion, onStatus);
    },
    async update(request, onStatus) {
      try {
        await cloudFormation(request.awsRegion, 'UpdateStack', asked(request));
      } catch (error) {
        if (error instanceof AwsRefusal && error.message.includes('No updates are to be performed')) return false;
        throw error;
      }
      await succeeded(request.name, request.awsRegion, onStatus);
      return true;
    },
    async import(request, resources, onStatus) {
      const { name, awsRegion } = request;
      // Of another name each time: what an interrupted run prepared is not used, and goes with the first import that succeeds.
      const changeSet = { StackName: name, ChangeSetName: `import-${Date.now()}` };
      await cloudFormation(awsRegion, 'CreateChangeSet', {
        ...asked(request),
        ...changeSet,
        ChangeSetType: 'IMPORT',
        ...resourcesAsked(resources),
      });
      await changeSetMade(cloudFormation, awsRegion, changeSet);
      await cloudFormation(awsRegion, 'ExecuteChangeSet', changeSet);
      await succeeded(name, awsRegion, onStatus);
    },
    async identifiers(template, awsRegion) {
      const answer = await cloudFormation(awsRegion, 'GetTemplateSummary', { TemplateBody: template });
      return identifiersIn(answer);
    },
    async protect(name, awsRegion, policy) {
      await cloudFormation(awsRegion, 'SetStackPolicy', { StackName: name, StackPolicyBody: policy });
      await cloudFormation(awsRegion, 'UpdateTerminationProtection', {
        StackName: name,
        EnableTerminationProtection: 'true',
      });
    },
    async unprotect(name, awsRegion) {
      await cloudFormation(awsRegion, 'UpdateTerminationProtection', {
        StackName: name,
        EnableTerminationProtection: 'false',
      });
    },
    async template(name, awsRegion) {
      const answer = await cloudFormation(awsRegion, 'GetTemplate', { StackName: name, TemplateStage: 'Original' });
      return textAt(answer, 'GetTemplateResponse', 'GetTemplateResult', 'TemplateBody') ?? '';
    },
  };
}

type Call = (awsRegion: string, action: string, parameters: Record<string, string>) => ReturnType<QueryClient>;

interface ChangeSetName extends Record<string, string> {
  StackName: string;
  ChangeSetName: string;
}

/** Waits until AWS has prepared a change set. @throws Failure with AWS's reason */
async function changeSetMade(call: Call, awsRegion: string, changeSet: ChangeSetName): Promise<void> {
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 1.5, LONGEST_WAIT_MS)) {
    const answer = await call(awsRegion, 'DescribeChangeSet', changeSet);
    const result = first(answer, 'DescribeChangeSetResponse', 'DescribeChangeSetResult');
    const status = textAt(result, 'Status') ?? '';
    if (status === 'CREATE_COMPLETE') return;
    if (status === 'FAILED')
      throw toFailure(textAt(result, 'StatusReason') ?? '', `Importing into the stack ${changeSet.StackName}`);
    await sleep(waitMs);
  }
}

/** By logical id: the property that identifies a resource of this type. */
function identifiersIn(answer: Awaited<ReturnType<QueryClient>>): ReadonlyMap<string, string> {
  const path = ['GetTemplateSummaryResponse', 'GetTemplateSummaryResult', 'ResourceIdentifierSummaries'] as const;
  const found = new Map<string, string>();
  for (const summary of membersAt(answer, ...path)) {
    const [property] = membersAt(summary, 'ResourceIdentifiers');
    for (const logicalId of membersAt(summary, 'LogicalResourceIds')) found.set(String(logicalId), String(property));
  }
  return found;
}

/** The skill's stack has roles with generated names; for others the word changes nothing. */
const CAPABILITY = 'CAPABILITY_IAM';

function asked({ name, template, parameters = {}, unchanged = [] }: StackRequest): Record<string, string> {
  const given = [
    ...Object.entries(parameters).map(([key, value]) => [key, 'ParameterValue', value] as const),
    ...unchanged.map((key) => [key, 'UsePreviousValue', 'true'] as const),
  ];
  return {
    StackName: name,
    TemplateBody: template,
    'Capabilities.member.1': CAPABILITY,
    ...Object.fromEntries(
      given.flatMap(([key, kind, value], index) => [
        [`Parameters.member.${index + 1}.ParameterKey`, key],
        [`Parameters.member.${index + 1}.${kind}`, value],
      ]),
    ),
  };
}

const resourcesAsked = (resources: readonly ImportedResource[]): Record<string, string> =>
  Object.fromEntries(
    resources.flatMap(({ logicalId, type, identifier: [property, value] }, index) => {
      const place = `ResourcesToImport.member.${index + 1}`;
      return [
        [`${place}.ResourceType`, type],
        [`${place}.LogicalResourceId`, logicalId],
        [`${place}.ResourceIdentifier.entry.1.key`, property],
        [`${place}.ResourceIdentifier.entry.1.value`, value],
      ];
    }),
  );
