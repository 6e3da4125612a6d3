import { AwsRefusal, type QueryClient } from './query.ts';
import { type ImportedResource, importForm, type StackRequest, stackForm } from './stack-form.ts';
import { createStackProgress, type OnStatus, type StackProgress } from './stack-progress.ts';
import { type ResourceOfStack, resourcesOf } from './stack-resources.ts';
import type { Stack } from './stacks.ts';
import { membersAt, textAt } from './xml.ts';

// Changes of stacks that we make ourselves. The skill's stack is changed by ask-cli.

/** The first three come from StackProgress. */
export interface StackChanges extends Pick<StackProgress, 'find' | 'cause' | 'whenStable'> {
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
  /** Every resource of a stack that is there. */
  resources(stack: Stack): Promise<ResourceOfStack[]>;
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Operations.html */
export function createStackChanges(query: QueryClient): StackChanges {
  const cloudFormation = (awsRegion: string, action: string, parameters: Record<string, string>) =>
    query('cloudformation', awsRegion, action, parameters);
  const { find, cause, whenStable, succeeded, changeSetMade } = createStackProgress(query);

  return {
    find,
    cause,
    whenStable,
    resources: (stack) => resourcesOf(stack, query),
    async create(request, policy, onStatus) {
      await cloudFormation(request.awsRegion, 'CreateStack', {
        ...stackForm(request),
        StackPolicyBody: policy,
        EnableTerminationProtection: 'true',
      });
      await succeeded(request.name, request.awsRegion, onStatus);
    },
    async update(request, onStatus) {
      try {
        await cloudFormation(request.awsRegion, 'UpdateStack', stackForm(request));
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
        ...stackForm(request),
        ...changeSet,
        ChangeSetType: 'IMPORT',
        ...importForm(resources),
      });
      await changeSetMade(awsRegion, changeSet);
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
