import { randomUUID } from 'node:crypto';
import { toTemplate } from '../infra/template.ts';
import type { BucketService } from './aws-buckets.ts';
import type { SecretService } from './aws-secrets.ts';
import { importOf, summaryOf } from './import.ts';
import type { Answered } from './loopback.ts';
import { ACCOUNT, checked, type Evaluated, evaluateStack, generated, type Made, ValidationError } from './stack.ts';
import { describe, escaped, event, member, members, xml } from './stack-xml.ts';

export interface StandInStack extends Evaluated {
  readonly id: string;
  readonly name: string;
  readonly awsRegion: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly status: string;
  readonly isProtected: boolean;
  readonly policy: string;
}

export interface StackService {
  answer(form: URLSearchParams, awsRegion: string): Answered;
  /** The existing stacks of the skill, which ask-cli makes. */
  standing(): StandInStack[];
  /** The existing stacks with what lasts. */
  states(): StandInStack[];
  /** Resources that their stack has let go of and that no stack has taken over. */
  readonly kept: readonly Made[];
  /** The next new stack with this resource fails there and is rolled back. */
  failNext(resource: string, reason: string): void;
  /** The addresses that are subscribed to a topic. */
  subscriptions(topicArn: string): string[];
  /** From now on it can import no resources of this type. */
  cannotImport(type: string): void;
  /** Number of creates, updates and imports. */
  readonly changes: number;
  /** Every parameter value that was sent. */
  readonly sent: readonly string[];
}

interface Standing {
  stack: StandInStack;
  /** The next statuses, one per request. */
  next: string[];
  /** Newest first. */
  events: string[];
  template: string;
  readonly changeSets: Map<string, ChangeSet>;
}

interface ChangeSet {
  readonly template: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly imported: Readonly<Record<string, Made>>;
  /** Why it cannot be executed. */
  readonly reason: string | undefined;
}

const FIFO_NAME =
  'The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.';

/** AWS CloudFormation: its checks before a change, the resources of a stack, its statuses, and imports. */
export function createStackService(secrets: SecretService, buckets: BucketService): StackService {
  const stacks = new Map<string, Standing>();
  const kept: Made[] = [];
  const sent: string[] = [];
  let failure: { resource: string; reason: string } | undefined;
  let changes = 0;
  let notImportable = '';

  /** By id, also when it is deleted; or by name. */
  const lookUp = (name: string, awsRegion: string): Standing | undefined =>
    [...stacks.values()].find(
      ({ stack }) =>
        stack.awsRegion === awsRegion &&
        (stack.id === name || (stack.name === name && stack.status !== 'DELETE_COMPLETE')),
    );
  const find = (form: URLSearchParams, awsRegion: string): Standing => {
    const name = form.get('StackName') ?? '';
    const found = lookUp(name, awsRegion);
    if (!found) throw new ValidationError(`Stack with id ${name} does not exist`);
    return found;
  };

  /** @returns template and parameters of the request */
  function read(form: URLSearchParams, previous: Readonly<Record<string, string>> = {}) {
    const template = form.get('TemplateBody') ?? '';
    if (Buffer.byteLength(template) > 51_200)
      throw new ValidationError('1 validation error: TemplateBody length must be at most 51200');
    const given = Object.fromEntries(
      members(form, 'Parameters').map(({ ParameterKey = '', ParameterValue, UsePreviousValue }) => [
        ParameterKey,
        UsePreviousValue === 'true' ? (previous[ParameterKey] ?? '') : (ParameterValue ?? ''),
      ]),
    );
    sent.push(...Object.values(given));
    const { Resources } = toTemplate(template);
    const roles = Object.values(Resources).filter(({ Type }) => Type === 'AWS::IAM::Role');
    const capabilities = [...form].filter(([name]) => name.startsWith('Capabilities.')).map(([, value]) => value);
    const needed = roles.some(({ Properties }) => 'RoleName' in Properties) ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM';
    if (roles.length > 0 && !capabilities.includes(needed))
      throw Object.assign(new ValidationError(`Requires capabilities : [${needed}]`), {
        name: 'InsufficientCapabilitiesException',
      });
    const parameters = checked(template, given);
    const { CodeBucket, CodeKey = '', CodeVersion = '' } = parameters;
    if (CodeBucket !== undefined && !buckets.object(CodeBucket, CodeKey, CodeVersion))
      throw new ValidationError('the code is not in S3');
    return { template, parameters };
  }

  /** Ends a change, well or by its first failure. */
  function applyChange(standing: Standing, evaluated: Evaluated, change: 'CREATE' | 'UPDATE' | 'IMPORT'): void {
    const { resources: before, name } = standing.stack;
    const gone = Object.entries(before).filter(([logical]) => !(logical in evaluated.resources));
    const failed = failureOf(standing, evaluated, change, gone);
    standing.events = [event(`${change}_IN_PROGRESS`, name, 'AWS::CloudFormation::Stack', 'User Initiated')];
    if (failed) {
      const rollback = change === 'CREATE' ? 'ROLLBACK' : `${change}_ROLLBACK`;
      standing.next = [`${rollback}_IN_PROGRESS`, `${rollback}_COMPLETE`];
      standing.events.unshift(
        event(`${rollback}_COMPLETE`, name, 'AWS::CloudFormation::Stack', ''),
        // What is stopped because of a failure is listed after it, and so before it here.
        event(`${change}_FAILED`, 'WatchFunction', 'AWS::Lambda::Function', 'Resource creation cancelled'),
        event(`${change}_FAILED`, failed.resource, failed.type, failed.reason),
      );
      return;
    }
    for (const [logical, one] of Object.entries(evaluated.resources)) {
      if (one.type === 'AWS::SecretsManager::Secret') applySecret(one, before[logical], change);
    }
    for (const [, one] of gone) letGo(one);
    standing.next = [`${change}_COMPLETE`];
    standing.stack = { ...standing.stack, ...evaluated };
    changes += 1;
  }

  /** An import sets the properties of the template, as an update does: an entry with a text to generate would get another one. */
  function applySecret(one: Made, before: Made | undefined, change: string): void {
    const text = generated(one.properties);
    const same =
      JSON.stringify(before?.properties.GenerateSecretString) === JSON.stringify(one.properties.GenerateSecretString);
    if (change !== 'IMPORT' && !before) secrets.create(one.id, text);
    else if (text !== undefined && !same) secrets.write(one.id, text);
  }

  function letGo(one: Made): void {
    if (one.retained) kept.push(one);
    else if (one.type === 'AWS::SecretsManager::Secret') secrets.delete(one.id);
  }

  function failureOf(
    { stack }: Standing,
    { resources }: Evaluated,
    change: string,
    gone: readonly (readonly [string, Made])[],
  ): { resource: string; type: string; reason: string } | undefined {
    if (failure && change === 'CREATE' && failure.resource in resources) {
      const { resource, reason } = failure;
      failure = undefined;
      return { resource, type: resources[resource]?.type ?? '', reason };
    }
    const long = Object.entries(resources).find(
      ([, { type, id }]) => type === 'AWS::SQS::Queue' && (id.split('/').at(-1)?.length ?? 0) > 80,
    );
    if (long) return { resource: long[0], type: long[1].type, reason: FIFO_NAME };
    const denied = gone.find(([name]) => stack.policy.includes(`LogicalResourceId/${name}"`));
    const reason = `Action denied by stack policy: Statement [#2] does not allow [Update:Delete] for resource [LogicalResourceId/${denied?.[0]}]`;
    return denied && { resource: denied[0], type: denied[1].type, reason };
  }

  const actions: Readonly<Record<string, (form: URLSearchParams, awsRegion: string) => string>> = {
    CreateStack(form, awsRegion) {
      const { template, parameters } = read(form);
      const name = form.get('StackName') ?? '';
      if (lookUp(name, awsRegion))
        throw Object.assign(new ValidationError(`Stack [${name}] already exists`), { name: 'AlreadyExistsException' });
      const standing = newStanding(form, awsRegion, 'CREATE_IN_PROGRESS');
      standing.stack = { ...standing.stack, parameters };
      standing.template = template;
      applyChange(standing, evaluateStack(template, parameters, placeOf(standing.stack)), 'CREATE');
      return `<StackId>${standing.stack.id}</StackId>`;
    },
    UpdateStack(form, awsRegion) {
      const standing = find(form, awsRegion);
      const { stack } = standing;
      if (!stack.status.endsWith('_COMPLETE') || stack.status === 'ROLLBACK_COMPLETE') {
        throw new ValidationError(`Stack:${stack.id} is in ${stack.status} state and can not be updated.`);
      }
      const { template, parameters } = read(form, stack.parameters);
      const evaluated = evaluateStack(template, parameters, placeOf(stack), stack.resources);
      if (shown(stack) === shown(evaluated)) throw new ValidationError('No updates are to be performed.');
      standing.stack = { ...stack, parameters, status: 'UPDATE_IN_PROGRESS' };
      standing.template = template;
      applyChange(standing, evaluated, 'UPDATE');
      return `<StackId>${stack.id}</StackId>`;
    },
    CreateChangeSet(form, awsRegion) {
      const name = form.get('StackName') ?? '';
      const { template, parameters } = read(form);
      const owners = [...stacks.values()].flatMap(({ stack }) => Object.values(stack.resources));
      const already = lookUp(name, awsRegion);
      const standing = already ?? newStanding(form, awsRegion, 'REVIEW_IN_PROGRESS');
      const changeSet = importOf(template, members(form, 'ResourcesToImport'), kept, owners);
      standing.changeSets.set(form.get('ChangeSetName') ?? '', { template, parameters, ...changeSet });
      return `<StackId>${standing.stack.id}</StackId>`;
    },
    DescribeChangeSet(form, awsRegion) {
      const changeSet = find(form, awsRegion).changeSets.get(form.get('ChangeSetName') ?? '');
      if (!changeSet) throw new ValidationError('ChangeSet does not exist');
      const { reason } = changeSet;
      return reason === undefined
        ? '<Status>CREATE_COMPLETE</Status>'
        : `<Status>FAILED</Status><StatusReason>${escaped(reason)}</StatusReason>`;
    },
    ExecuteChangeSet(form, awsRegion) {
      const standing = find(form, awsRegion);
      const changeSet = standing.changeSets.get(form.get('ChangeSetName') ?? '');
      if (!changeSet || changeSet.reason !== undefined) throw new ValidationError('ChangeSet cannot be executed');
      const { template, parameters, imported } = changeSet;
      standing.stack = { ...standing.stack, parameters, status: 'IMPORT_IN_PROGRESS' };
      standing.template = template;
      applyChange(standing, evaluateStack(template, parameters, placeOf(standing.stack), imported), 'IMPORT');
      const taken = new Set(Object.values(imported).map(({ id }) => id));
      kept.splice(0, kept.length, ...kept.filter(({ id }) => !taken.has(id)));
      standing.changeSets.clear();
      return '';
    },
    GetTemplateSummary: (form) => summaryOf(form.get('TemplateBody') ?? '', notImportable),
    GetTemplate: (form, awsRegion) => `<TemplateBody>${escaped(find(form, awsRegion).template)}</TemplateBody>`,
    SetStackPolicy(form, awsRegion) {
      const standing = find(form, awsRegion);
      standing.stack = { ...standing.stack, policy: form.get('StackPolicyBody') ?? '' };
      return '';
    },
    UpdateTerminationProtection(form, awsRegion) {
      const standing = find(form, awsRegion);
      standing.stack = { ...standing.stack, isProtected: form.get('EnableTerminationProtection') === 'true' };
      return `<StackId>${standing.stack.id}</StackId>`;
    },
    DescribeStacks(form, awsRegion) {
      const name = form.get('StackName');
      const all = [...stacks.values()].filter(
        ({ stack }) => stack.awsRegion === awsRegion && stack.status !== 'DELETE_COMPLETE',
      );
      const asked = name === null ? all : [find(form, awsRegion)];
      for (const standing of asked)
        standing.stack = { ...standing.stack, status: standing.next.shift() ?? standing.stack.status };
      return `<Stacks>${asked.map(({ stack }) => member(describe(stack))).join('')}</Stacks>`;
    },
    DescribeStackEvents: (form, awsRegion) =>
      `<StackEvents>${find(form, awsRegion).events.map(member).join('')}</StackEvents>`,
    DeleteStack(form, awsRegion) {
      const standing = find(form, awsRegion);
      const { name, isProtected, resources } = standing.stack;
      if (isProtected)
        throw new ValidationError(`Stack [${name}] cannot be deleted while TerminationProtection is enabled`);
      for (const one of Object.values(resources)) letGo(one);
      standing.stack = { ...standing.stack, status: 'DELETE_IN_PROGRESS', resources: {} };
      standing.next = ['DELETE_COMPLETE'];
      return '';
    },
  };

  function newStanding(form: URLSearchParams, awsRegion: string, status: string): Standing {
    const name = form.get('StackName') ?? '';
    const id = `arn:aws:cloudformation:${awsRegion}:${ACCOUNT}:stack/${name}/${randomUUID()}`;
    const isProtected = form.get('EnableTerminationProtection') === 'true';
    const policy = form.get('StackPolicyBody') ?? '';
    const stack = { id, name, awsRegion, parameters: {}, status, resources: {}, outputs: {}, isProtected, policy };
    const standing: Standing = { stack, next: [], events: [], template: '', changeSets: new Map() };
    stacks.set(id, standing);
    return standing;
  }

  const living = () =>
    [...stacks.values()].map(({ stack }) => stack).filter(({ status }) => /^(?:CREATE|UPDATE|IMPORT)_/.test(status));
  return {
    kept,
    sent,
    get changes() {
      return changes;
    },
    standing: () => living().filter(({ parameters }) => 'SkillId' in parameters),
    states: () => living().filter(({ parameters }) => 'Part' in parameters),
    subscriptions(topicArn) {
      const all = [...[...stacks.values()].flatMap(({ stack }) => Object.values(stack.resources)), ...kept];
      const found = all.filter(
        ({ type, properties }) => type === 'AWS::SNS::Subscription' && properties.TopicArn === topicArn,
      );
      return [...new Set(found.map(({ properties }) => String(properties.Endpoint)))];
    },
    cannotImport(type) {
      notImportable = type;
    },
    failNext(resource, reason) {
      failure = { resource, reason };
    },
    answer(form, awsRegion) {
      const name = form.get('Action') ?? '';
      try {
        const result = actions[name]?.(form, awsRegion);
        if (result === undefined) throw new ValidationError(`the stand-in does not know ${name}`);
        return xml(200, `<${name}Response><${name}Result>${result}</${name}Result></${name}Response>`);
      } catch (error) {
        if (!(error instanceof ValidationError)) throw error;
        const { name: code, message } = error;
        return xml(
          400,
          `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${escaped(message)}</Message></Error></ErrorResponse>`,
        );
      }
    },
  };
}

const placeOf = ({ name, awsRegion, id }: StandInStack) => ({ stackName: name, awsRegion, stackId: id });

/** What counts as a change: not the policies, which AWS takes only together with another change. */
const shown = ({ resources, outputs }: Evaluated): string =>
  JSON.stringify([
    Object.entries(resources).map(([name, { type, properties, metadata }]) => [name, type, properties, metadata]),
    outputs,
  ]);
