import { randomUUID } from 'node:crypto';
import type { BucketService } from './aws-buckets.ts';
import type { SecretService } from './aws-secrets.ts';
import type { Answered } from './loopback.ts';
import { ACCOUNT, checked, type Evaluated, evaluateStack, generated, type Made, ValidationError } from './stack.ts';

export interface StandInStack extends Evaluated {
  readonly id: string;
  readonly name: string;
  readonly awsRegion: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly status: string;
}

export interface StackService {
  answer(form: URLSearchParams, awsRegion: string): Answered;
  /** The existing stacks. */
  standing(): StandInStack[];
  /** Resources that were kept when their stack was deleted. */
  readonly kept: readonly Made[];
  /** The next new stack fails at this resource and is rolled back. */
  failNext(resource: string, reason: string): void;
  /** Number of creates and updates. */
  readonly changes: number;
  /** Every parameter value that was sent. */
  readonly sent: readonly string[];
}

interface Standing {
  stack: StandInStack;
  /** The next statuses, one per request. */
  next: string[];
  events: string[];
  template: string;
}

/** AWS CloudFormation: its checks before a change, the resources of a stack, and its statuses. */
export function createStackService(secrets: SecretService, buckets: BucketService): StackService {
  const stacks = new Map<string, Standing>();
  const kept: Made[] = [];
  const sent: string[] = [];
  let failure: { resource: string; reason: string } | undefined;
  let changes = 0;

  const find = (name: string | null): Standing => {
    const found = [...stacks.values()].find(
      ({ stack }) => stack.id === name || (stack.name === name && stack.status !== 'DELETE_COMPLETE'),
    );
    if (!found) throw new ValidationError(`Stack with id ${name} does not exist`);
    return found;
  };

  /** @returns template and parameters of the request */
  function read(form: URLSearchParams) {
    const template = form.get('TemplateBody') ?? '';
    if (Buffer.byteLength(template) > 51_200)
      throw new ValidationError('1 validation error: TemplateBody length must be at most 51200');
    const given = Object.fromEntries(
      members(form, 'Parameters').map(({ ParameterKey = '', ParameterValue = '' }) => [ParameterKey, ParameterValue]),
    );
    sent.push(...Object.values(given));
    const capabilities = [...form].filter(([name]) => name.startsWith('Capabilities.')).map(([, value]) => value);
    const named = /RoleName:/.test(template) ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM';
    if (!capabilities.includes(named))
      throw Object.assign(new ValidationError(`Requires capabilities : [${named}]`), {
        name: 'InsufficientCapabilitiesException',
      });
    const parameters = checked(template, given);
    const { CodeBucket = '', CodeKey = '', CodeVersion = '' } = parameters;
    if (!buckets.object(CodeBucket, CodeKey, CodeVersion)) throw new ValidationError('the code is not in S3');
    return { template, parameters };
  }

  function applyResources(standing: Standing, evaluated: Evaluated): void {
    for (const [name, one] of Object.entries(evaluated.resources)) {
      const before = standing.stack.resources[name];
      if (one.type === 'AWS::SecretsManager::Secret' && !before) secrets.create(one.id, generated(one.properties));
    }
    standing.stack = { ...standing.stack, ...evaluated };
  }

  const actions: Readonly<Record<string, (form: URLSearchParams, awsRegion: string) => string>> = {
    CreateStack(form, awsRegion) {
      const { template, parameters } = read(form);
      const name = form.get('StackName') ?? '';
      const id = `arn:aws:cloudformation:${awsRegion}:${ACCOUNT}:stack/${name}/${randomUUID()}`;
      const stack = { id, name, awsRegion, parameters, status: 'CREATE_IN_PROGRESS', resources: {}, outputs: {} };
      const standing: Standing = { stack, next: ['CREATE_COMPLETE'], events: [], template };
      if (failure) {
        standing.next = ['ROLLBACK_IN_PROGRESS', 'ROLLBACK_COMPLETE'];
        standing.events = [
          event('ROLLBACK_COMPLETE', name, 'AWS::CloudFormation::Stack', ''),
          event('CREATE_FAILED', failure.resource, 'AWS::Lambda::EventSourceMapping', failure.reason),
        ];
        failure = undefined;
      } else applyResources(standing, evaluateStack(template, parameters, { stackName: name, awsRegion }));
      stacks.set(id, standing);
      changes += 1;
      return `<StackId>${id}</StackId>`;
    },
    UpdateStack(form, awsRegion) {
      const standing = find(form.get('StackName'));
      const { stack } = standing;
      if (!stack.status.endsWith('_COMPLETE') || stack.status === 'ROLLBACK_COMPLETE') {
        throw new ValidationError(`Stack:${stack.id} is in ${stack.status} state and can not be updated.`);
      }
      const { template, parameters } = read(form);
      const evaluated = evaluateStack(template, parameters, { stackName: stack.name, awsRegion });
      if (standing.template === template && JSON.stringify(stack.resources) === JSON.stringify(evaluated.resources)) {
        throw new ValidationError('No updates are to be performed.');
      }
      standing.stack = { ...stack, parameters, status: 'UPDATE_IN_PROGRESS' };
      standing.next = ['UPDATE_COMPLETE'];
      standing.template = template;
      applyResources(standing, evaluated);
      changes += 1;
      return `<StackId>${stack.id}</StackId>`;
    },
    DescribeStacks(form, awsRegion) {
      const name = form.get('StackName');
      const all = [...stacks.values()].filter(
        ({ stack }) => stack.awsRegion === awsRegion && stack.status !== 'DELETE_COMPLETE',
      );
      const asked = name === null ? all : [find(name)];
      for (const standing of asked)
        standing.stack = { ...standing.stack, status: standing.next.shift() ?? standing.stack.status };
      return `<Stacks>${asked.map(({ stack }) => member(describe(stack))).join('')}</Stacks>`;
    },
    DescribeStackEvents: (form) =>
      `<StackEvents>${find(form.get('StackName')).events.map(member).join('')}</StackEvents>`,
    DeleteStack(form) {
      const standing = find(form.get('StackName'));
      for (const one of Object.values(standing.stack.resources)) {
        if (one.retained) kept.push(one);
        else if (one.type === 'AWS::SecretsManager::Secret') secrets.delete(one.id);
      }
      standing.stack = { ...standing.stack, status: 'DELETE_IN_PROGRESS', resources: {} };
      standing.next = ['DELETE_COMPLETE'];
      return '';
    },
  };

  return {
    kept,
    sent,
    get changes() {
      return changes;
    },
    standing: () =>
      [...stacks.values()].map(({ stack }) => stack).filter(({ status }) => /^(?:CREATE|UPDATE)_/.test(status)),
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

function describe({ id, name, status, parameters, outputs }: StandInStack): string {
  const pairs = (kind: string, values: Readonly<Record<string, string>>) =>
    Object.entries(values)
      .map(([key, value]) => member(`<${kind}Key>${key}</${kind}Key><${kind}Value>${escaped(value)}</${kind}Value>`))
      .join('');
  const shown = status.endsWith('_COMPLETE') && !status.startsWith('ROLLBACK') ? outputs : {};
  return [
    `<StackId>${id}</StackId><StackName>${name}</StackName><StackStatus>${status}</StackStatus>`,
    `<CreationTime>2026-01-01T00:00:00.000Z</CreationTime>`,
    `<Parameters>${pairs('Parameter', parameters)}</Parameters><Outputs>${pairs('Output', shown)}</Outputs>`,
  ].join('');
}

const event = (status: string, resource: string, type: string, reason: string): string =>
  `<EventId>${randomUUID()}</EventId><LogicalResourceId>${resource}</LogicalResourceId><ResourceType>${type}</ResourceType><ResourceStatus>${status}</ResourceStatus><ResourceStatusReason>${escaped(reason)}</ResourceStatusReason>`;

/** `Parameters.member.1.ParameterKey=...` and so on, in a list. */
function members(form: URLSearchParams, list: string): Record<string, string>[] {
  const found: Record<string, string>[] = [];
  for (const [path, value] of form) {
    const [, index, field] = new RegExp(`^${list}\\.member\\.(\\d+)\\.(\\w+)$`).exec(path) ?? [];
    if (index === undefined || field === undefined) continue;
    found[Number(index) - 1] = { ...found[Number(index) - 1], [field]: value };
  }
  return found;
}

const member = (inner: string): string => `<member>${inner}</member>`;
const xml = (status: number, body: string): Answered => ({ status, headers: { 'content-type': 'text/xml' }, body });
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
