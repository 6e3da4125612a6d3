import type { BucketService } from './aws-buckets.ts';
import type { SecretService } from './aws-secrets.ts';
import { HeldStacks, type StandInStack } from './held-stacks.ts';
import { importOf, summaryOf } from './import.ts';
import type { Answered } from './loopback.ts';
import { type Evaluated, evaluateStack, type Made, ValidationError } from './stack.ts';
import { describe, escaped, member, members, xml } from './stack-xml.ts';

export interface StackService {
  answer(form: URLSearchParams, awsRegion: string): Answered;
  /** The existing stacks of the skill, which ask-cli makes. */
  standing(): StandInStack[];
  /** The existing stacks with what lasts. */
  states(): StandInStack[];
  /** The existing stacks with addresses of one's own. */
  addresses(): StandInStack[];
  /** The existing mail stacks. */
  mails(): StandInStack[];
  /** Resources that their stack has let go of and that no stack has taken over. */
  readonly kept: readonly Made[];
  /** The next new stack with this resource fails there and is rolled back. */
  failNext(resource: string, reason: string): void;
  /** Every resource of a type, in a stack or in none. */
  made(type: string): readonly Made[];
  /** Puts a resource there that no stack has made. */
  add(one: Made): void;
  /** The addresses that are subscribed to a topic. */
  subscriptions(topicArn: string): string[];
  /** From now on it can import no resources of this type. */
  cannotImport(type: string): void;
  /** Number of creates, updates and imports. */
  readonly changes: number;
  /** Every parameter value that was sent. */
  readonly sent: readonly string[];
}

/** AWS CloudFormation: its checks before a change, the resources of a stack, its statuses, and imports. */
export function createStackService(secrets: SecretService, buckets: BucketService): StackService {
  const held = new HeldStacks(secrets, buckets);
  const made = (wanted: string) =>
    [...[...held.stacks.values()].flatMap(({ stack }) => Object.values(stack.resources)), ...held.kept].filter(
      ({ type }) => type === wanted,
    );
  return {
    kept: held.kept,
    sent: held.sent,
    get changes() {
      return held.changes;
    },
    standing: () => held.living().filter(({ parameters }) => 'SkillId' in parameters),
    states: () => held.living().filter(({ parameters }) => 'Part' in parameters),
    addresses: () => held.living().filter(({ parameters }) => 'Domains' in parameters),
    mails: () => held.living().filter(({ parameters }) => 'IdentityArn' in parameters),
    made,
    add: (one) => void held.kept.push(one),
    subscriptions(topicArn) {
      const found = made('AWS::SNS::Subscription').filter(({ properties }) => properties.TopicArn === topicArn);
      return [...new Set(found.map(({ properties }) => String(properties.Endpoint)))];
    },
    cannotImport(type) {
      held.notImportable = type;
    },
    failNext(resource, reason) {
      held.failure = { resource, reason };
    },
    answer(form, awsRegion) {
      const name = form.get('Action') ?? '';
      try {
        const result = actions[name]?.(held, form, awsRegion);
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

const actions: Readonly<Record<string, (held: HeldStacks, form: URLSearchParams, awsRegion: string) => string>> = {
  CreateStack(held, form, awsRegion) {
    const { template, parameters } = held.read(form);
    const name = form.get('StackName') ?? '';
    if (held.lookUp(name, awsRegion))
      throw Object.assign(new ValidationError(`Stack [${name}] already exists`), { name: 'AlreadyExistsException' });
    const standing = held.newStanding(form, awsRegion, 'CREATE_IN_PROGRESS');
    standing.stack = { ...standing.stack, parameters };
    standing.template = template;
    held.applyChange(standing, evaluateStack(template, parameters, placeOf(standing.stack)), 'CREATE');
    return `<StackId>${standing.stack.id}</StackId>`;
  },
  UpdateStack(held, form, awsRegion) {
    const standing = held.find(form, awsRegion);
    const { stack } = standing;
    if (!stack.status.endsWith('_COMPLETE') || stack.status === 'ROLLBACK_COMPLETE') {
      throw new ValidationError(`Stack:${stack.id} is in ${stack.status} state and can not be updated.`);
    }
    const { template, parameters } = held.read(form, stack.parameters);
    const evaluated = evaluateStack(template, parameters, placeOf(stack), stack.resources);
    if (shown(stack) === shown(evaluated)) throw new ValidationError('No updates are to be performed.');
    standing.stack = { ...stack, parameters, status: 'UPDATE_IN_PROGRESS' };
    standing.template = template;
    held.applyChange(standing, evaluated, 'UPDATE');
    return `<StackId>${stack.id}</StackId>`;
  },
  CreateChangeSet(held, form, awsRegion) {
    const name = form.get('StackName') ?? '';
    const { template, parameters } = held.read(form);
    const owners = [...held.stacks.values()].flatMap(({ stack }) => Object.values(stack.resources));
    const already = held.lookUp(name, awsRegion);
    const standing = already ?? held.newStanding(form, awsRegion, 'REVIEW_IN_PROGRESS');
    const changeSet = importOf(template, members(form, 'ResourcesToImport'), held.kept, owners);
    standing.changeSets.set(form.get('ChangeSetName') ?? '', { template, parameters, ...changeSet });
    return `<StackId>${standing.stack.id}</StackId>`;
  },
  DescribeChangeSet(held, form, awsRegion) {
    const changeSet = held.find(form, awsRegion).changeSets.get(form.get('ChangeSetName') ?? '');
    if (!changeSet) throw new ValidationError('ChangeSet does not exist');
    const { reason } = changeSet;
    return reason === undefined
      ? '<Status>CREATE_COMPLETE</Status>'
      : `<Status>FAILED</Status><StatusReason>${escaped(reason)}</StatusReason>`;
  },
  ExecuteChangeSet(held, form, awsRegion) {
    const standing = held.find(form, awsRegion);
    const changeSet = standing.changeSets.get(form.get('ChangeSetName') ?? '');
    if (!changeSet || changeSet.reason !== undefined) throw new ValidationError('ChangeSet cannot be executed');
    const { template, parameters, imported } = changeSet;
    standing.stack = { ...standing.stack, parameters, status: 'IMPORT_IN_PROGRESS' };
    standing.template = template;
    held.applyChange(standing, evaluateStack(template, parameters, placeOf(standing.stack), imported), 'IMPORT');
    const taken = new Set(Object.values(imported).map(({ id }) => id));
    held.kept.splice(0, held.kept.length, ...held.kept.filter(({ id }) => !taken.has(id)));
    standing.changeSets.clear();
    return '';
  },
  GetTemplateSummary: (held, form) => summaryOf(form.get('TemplateBody') ?? '', held.notImportable),
  GetTemplate: (held, form, awsRegion) =>
    `<TemplateBody>${escaped(held.find(form, awsRegion).template)}</TemplateBody>`,
  SetStackPolicy(held, form, awsRegion) {
    const standing = held.find(form, awsRegion);
    standing.stack = { ...standing.stack, policy: form.get('StackPolicyBody') ?? '' };
    return '';
  },
  UpdateTerminationProtection(held, form, awsRegion) {
    const standing = held.find(form, awsRegion);
    standing.stack = { ...standing.stack, isProtected: form.get('EnableTerminationProtection') === 'true' };
    return `<StackId>${standing.stack.id}</StackId>`;
  },
  DescribeStacks(held, form, awsRegion) {
    const name = form.get('StackName');
    const all = [...held.stacks.values()].filter(
      ({ stack }) => stack.awsRegion === awsRegion && stack.status !== 'DELETE_COMPLETE',
    );
    const asked = name === null ? all : [held.find(form, awsRegion)];
    for (const standing of asked)
      standing.stack = { ...standing.stack, status: standing.next.shift() ?? standing.stack.status };
    return `<Stacks>${asked.map(({ stack }) => member(describe(stack))).join('')}</Stacks>`;
  },
  ListStackResources(held, form, awsRegion) {
    const all = Object.entries(held.find(form, awsRegion).stack.resources);
    // In pages of 40, less than AWS's 100, so that a page is not all.
    const from = Number(form.get('NextToken') ?? 0);
    const page = all.slice(from, from + 40);
    const next = from + 40 < all.length ? `<NextToken>${from + 40}</NextToken>` : '';
    return `<StackResourceSummaries>${page.map(listed).join('')}</StackResourceSummaries>${next}`;
  },
  DescribeStackEvents: (held, form, awsRegion) =>
    `<StackEvents>${held.find(form, awsRegion).events.map(member).join('')}</StackEvents>`,
  DeleteStack(held, form, awsRegion) {
    const standing = held.find(form, awsRegion);
    const { name, isProtected, resources } = standing.stack;
    if (isProtected)
      throw new ValidationError(`Stack [${name}] cannot be deleted while TerminationProtection is enabled`);
    for (const one of Object.values(resources)) held.letGo(one);
    standing.stack = { ...standing.stack, status: 'DELETE_IN_PROGRESS', resources: {} };
    standing.next = ['DELETE_COMPLETE'];
    return '';
  },
};

const listed = ([logical, { id, type }]: readonly [string, Made]): string =>
  member(
    `<LogicalResourceId>${logical}</LogicalResourceId><PhysicalResourceId>${escaped(id)}</PhysicalResourceId><ResourceType>${type}</ResourceType><ResourceStatus>CREATE_COMPLETE</ResourceStatus>`,
  );

const placeOf = ({ name, awsRegion, id }: StandInStack) => ({ stackName: name, awsRegion, stackId: id });

/** What counts as a change: not the policies, which AWS takes only together with another change. */
const shown = ({ resources, outputs }: Evaluated): string =>
  JSON.stringify([
    Object.entries(resources).map(([name, { type, properties, metadata }]) => [name, type, properties, metadata]),
    outputs,
  ]);
