import { randomUUID } from 'node:crypto';
import { toTemplate } from '../infra/template.ts';
import type { BucketService } from './aws-buckets.ts';
import type { SecretService } from './aws-secrets.ts';
import { ACCOUNT, checked, type Evaluated, generated, type Made, ValidationError } from './stack.ts';
import { event, members } from './stack-xml.ts';

export interface StandInStack extends Evaluated {
  readonly id: string;
  readonly name: string;
  readonly awsRegion: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly status: string;
  readonly isProtected: boolean;
  readonly policy: string;
}

export interface Standing {
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

/** The property with which a template gives a resource a name of its own. An alarm of that name would even be overwritten. */
const NAME_PROPERTY: Readonly<Record<string, string>> = {
  'AWS::ApiGatewayV2::DomainName': 'DomainName',
  'AWS::CloudWatch::Alarm': 'AlarmName',
  'AWS::CloudWatch::Dashboard': 'DashboardName',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::IAM::ManagedPolicy': 'ManagedPolicyName',
  'AWS::IAM::Role': 'RoleName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::SES::ConfigurationSet': 'Name',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::Scheduler::Schedule': 'Name',
  'AWS::SecretsManager::Secret': 'Name',
};

const IS_GLOBAL = /^AWS::IAM::/;

const nameOf = ({ type, properties }: Made): string | undefined => {
  const name = properties[NAME_PROPERTY[type] ?? ''];
  return typeof name === 'string' ? name : undefined;
};

/** The stacks of an account, and what changes them. */
export class HeldStacks {
  readonly stacks = new Map<string, Standing>();
  readonly kept: Made[] = [];
  readonly sent: string[] = [];
  readonly secrets: SecretService;
  readonly buckets: BucketService;
  failure: { resource: string; reason: string } | undefined;
  changes = 0;
  notImportable = '';

  constructor(secrets: SecretService, buckets: BucketService) {
    this.secrets = secrets;
    this.buckets = buckets;
  }

  /** By id, also when it is deleted; or by name. */
  lookUp(name: string, awsRegion: string): Standing | undefined {
    return [...this.stacks.values()].find(
      ({ stack }) =>
        stack.awsRegion === awsRegion &&
        (stack.id === name || (stack.name === name && stack.status !== 'DELETE_COMPLETE')),
    );
  }

  find(form: URLSearchParams, awsRegion: string): Standing {
    const name = form.get('StackName') ?? '';
    const found = this.lookUp(name, awsRegion);
    if (!found) throw new ValidationError(`Stack with id ${name} does not exist`);
    return found;
  }

  /** @returns template and parameters of the request */
  read(form: URLSearchParams, previous: Readonly<Record<string, string>> = {}) {
    const template = form.get('TemplateBody') ?? '';
    if (Buffer.byteLength(template) > 51_200)
      throw new ValidationError('1 validation error: TemplateBody length must be at most 51200');
    const given = Object.fromEntries(
      members(form, 'Parameters').map(({ ParameterKey = '', ParameterValue, UsePreviousValue }) => [
        ParameterKey,
        UsePreviousValue === 'true' ? (previous[ParameterKey] ?? '') : (ParameterValue ?? ''),
      ]),
    );
    this.sent.push(...Object.values(given));
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
    if (CodeBucket !== undefined && !this.buckets.object(CodeBucket, CodeKey, CodeVersion))
      throw new ValidationError('the code is not in S3');
    return { template, parameters };
  }

  /** Ends a change, well or by its first failure. */
  applyChange(standing: Standing, evaluated: Evaluated, change: 'CREATE' | 'UPDATE' | 'IMPORT'): void {
    const { resources: before, name } = standing.stack;
    const gone = Object.entries(before).filter(([logical]) => !(logical in evaluated.resources));
    const failed = this.failureOf(standing, evaluated, change, gone);
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
      if (one.type === 'AWS::SecretsManager::Secret') this.applySecret(one, before[logical], change);
    }
    for (const [, one] of gone) this.letGo(one);
    standing.next = [`${change}_COMPLETE`];
    standing.stack = { ...standing.stack, ...evaluated };
    this.changes += 1;
  }

  /** An import sets the properties of the template, as an update does: an entry with a text to generate would get another one. */
  applySecret(one: Made, before: Made | undefined, change: string): void {
    const text = generated(one.properties);
    const same =
      JSON.stringify(before?.properties.GenerateSecretString) === JSON.stringify(one.properties.GenerateSecretString);
    if (change !== 'IMPORT' && !before) this.secrets.create(one.id, text);
    else if (text !== undefined && !same) this.secrets.write(one.id, text);
  }

  letGo(one: Made): void {
    if (one.retained) this.kept.push(one);
    else if (one.type === 'AWS::SecretsManager::Secret') this.secrets.delete(one.id);
  }

  failureOf(
    { stack }: Standing,
    { resources }: Evaluated,
    change: string,
    gone: readonly (readonly [string, Made])[],
  ): { resource: string; type: string; reason: string } | undefined {
    if (this.failure && change === 'CREATE' && this.failure.resource in resources) {
      const { resource, reason } = this.failure;
      this.failure = undefined;
      return { resource, type: resources[resource]?.type ?? '', reason };
    }
    const long = Object.entries(resources).find(
      ([, { type, id }]) => type === 'AWS::SQS::Queue' && (id.split('/').at(-1)?.length ?? 0) > 80,
    );
    if (long) return { resource: long[0], type: long[1].type, reason: FIFO_NAME };
    const taken = Object.entries(resources).find(([, one]) => this.isTaken(one, stack));
    if (taken) {
      const [, one] = taken;
      const reason = `Resource of type '${one.type}' with identifier '${nameOf(one)}' already exists.`;
      return { resource: taken[0], type: taken[1].type, reason };
    }
    const denied = gone.find(([name]) => stack.policy.includes(`LogicalResourceId/${name}"`));
    const reason = `Action denied by stack policy: Statement [#2] does not allow [Update:Delete] for resource [LogicalResourceId/${denied?.[0]}]`;
    return denied && { resource: denied[0], type: denied[1].type, reason };
  }

  /** A name is used once in an account and region, whichever stack has it. */
  isTaken(made: Made, { id, awsRegion }: StandInStack): boolean {
    const name = nameOf(made);
    if (name === undefined) return false;
    const others = this.living().filter(
      (one) => one.id !== id && (IS_GLOBAL.test(made.type) || one.awsRegion === awsRegion),
    );
    return others
      .flatMap(({ resources }) => Object.values(resources))
      .some((one) => one.type === made.type && nameOf(one) === name);
  }

  newStanding(form: URLSearchParams, awsRegion: string, status: string): Standing {
    const name = form.get('StackName') ?? '';
    const id = `arn:aws:cloudformation:${awsRegion}:${ACCOUNT}:stack/${name}/${randomUUID()}`;
    const isProtected = form.get('EnableTerminationProtection') === 'true';
    const policy = form.get('StackPolicyBody') ?? '';
    const stack = { id, name, awsRegion, parameters: {}, status, resources: {}, outputs: {}, isProtected, policy };
    const standing: Standing = { stack, next: [], events: [], template: '', changeSets: new Map() };
    this.stacks.set(id, standing);
    return standing;
  }

  living(): StandInStack[] {
    return [...this.stacks.values()]
      .map(({ stack }) => stack)
      .filter(({ status }) => /^(?:CREATE|UPDATE|IMPORT)_/.test(status));
  }
}
