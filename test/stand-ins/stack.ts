import { createHash, randomBytes } from 'node:crypto';
import { createIntrinsics, NO_VALUE, UnknownFunction } from '../infra/intrinsics.ts';
import { type Fields, isFields, type Resource, type Template, toTemplate, type Value } from '../infra/template.ts';

export const ACCOUNT = '123456789012';

/** A resource of a stack, with all properties resolved. */
export interface Made {
  readonly type: string;
  /** The value of `Ref`. */
  readonly id: string;
  readonly arn: string;
  readonly properties: Fields;
  readonly metadata: Fields;
  /** Whether it stays when its stack lets go of it. */
  readonly retained: boolean;
}

export interface Evaluated {
  readonly resources: Readonly<Record<string, Made>>;
  readonly outputs: Readonly<Record<string, string>>;
}

/** CloudFormation rejects the request. */
export class ValidationError extends Error {
  override readonly name = 'ValidationError';
}

/** Checks parameters as CloudFormation does before a change. @returns all of them, with defaults */
export function checked(text: string, given: Readonly<Record<string, string>>): Record<string, string> {
  const { Parameters: declared } = toTemplate(text);
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(declared, name));
  if (unknown.length > 0) throw new ValidationError(`Parameters: [${unknown.join(', ')}] do not exist in the template`);
  const all: Record<string, string> = {};
  const missing: string[] = [];
  for (const [name, { Default, AllowedPattern, AllowedValues }] of Object.entries(declared)) {
    const value = given[name] ?? (Default === undefined ? undefined : String(Default));
    if (value === undefined) missing.push(name);
    const fits = typeof AllowedPattern !== 'string' || new RegExp(`^(?:${AllowedPattern})$`).test(value ?? '');
    const among = !Array.isArray(AllowedValues) || AllowedValues.map(String).includes(value ?? '');
    if (!(fits && among)) throw new ValidationError(`Parameter ${name} failed to satisfy constraint`);
    all[name] = value ?? '';
  }
  if (missing.length > 0) throw new ValidationError(`Parameters: [${missing.join(', ')}] must have values`);
  return all;
}

/**
 * The resources of a stack with this template, as far as deploying and starting the functions need them: names and ARNs of the right
 * shape, no behaviour.
 */
export function evaluateStack(
  text: string,
  parameters: Readonly<Record<string, string>>,
  place: { readonly stackName: string; readonly awsRegion: string; readonly stackId?: string },
  known: Readonly<Record<string, Named>> = {},
): Evaluated {
  const template = toTemplate(text);
  const names = (logical: string, type: string, at: Place) => known[logical] ?? newNames(logical, type, at);
  const resolve = createResolver(template, parameters, place, names);
  const resources = Object.fromEntries(
    Object.entries(template.Resources)
      .filter(([, { Condition }]) => Condition === undefined || resolve({ Condition }) === true)
      .map(([name, resource]) => [name, made(resource, resolve, names(name, resource.Type, place))]),
  );
  const outputs = Object.fromEntries(
    Object.entries(template.Outputs)
      .filter(([, { Condition }]) => Condition === undefined || resolve({ Condition }) === true)
      .map(([name, { Value = null }]) => [name, String(resolve(Value))]),
  );
  return { resources, outputs };
}

type Place = Parameters<typeof evaluateStack>[2];

function made(resource: Resource, resolve: (value: Value) => Value, named: Named): Made {
  const { Type: type, Properties, DeletionPolicy = '', Metadata: metadata = {} } = resource;
  const retained = DeletionPolicy.startsWith('Retain');
  const properties = resolve(Properties) as Fields;
  const { QueueName } = properties;
  return {
    type,
    ...(typeof QueueName === 'string' ? queueCalled(QueueName, named) : named),
    properties,
    metadata,
    retained,
  };
}

export interface Named {
  readonly id: string;
  readonly arn: string;
}

/** A queue with a name of our own. */
const queueCalled = (name: string, { id, arn }: Named): Named => ({
  id: id.replace(/[^/]+$/, name),
  arn: arn.replace(/[^:]+$/, name),
});

/** The shapes of names and ARNs (Service Authorization Reference). The same for the same stack, as on AWS. */
function newNames(logical: string, type: string, { stackName, awsRegion }: Place): Named {
  const mark = createHash('sha256').update(`${stackName} ${logical}`).digest('hex').slice(0, 12).toUpperCase();
  const whole = `${stackName}-${logical}-${mark}`;
  // Functions and roles take 64 characters; CloudFormation cuts the stack's part.
  const name = ['AWS::Lambda::Function', 'AWS::IAM::Role'].includes(type) ? whole.slice(-64) : whole;
  const arn = (service: string, rest: string, region = awsRegion) => `arn:aws:${service}:${region}:${ACCOUNT}:${rest}`;
  switch (type) {
    case 'AWS::Lambda::Function':
      return { id: name, arn: arn('lambda', `function:${name}`) };
    case 'AWS::DynamoDB::Table':
      return { id: name, arn: arn('dynamodb', `table/${name}`) };
    case 'AWS::SecretsManager::Secret': {
      const secret = arn('secretsmanager', `secret:${name}-${mark.slice(0, 6)}`);
      return { id: secret, arn: secret };
    }
    case 'AWS::SNS::Topic':
      return { id: arn('sns', name), arn: arn('sns', name) };
    case 'AWS::SQS::Queue':
      return {
        id: `https://sqs.${awsRegion}.amazonaws.com/${ACCOUNT}/${whole}.fifo`,
        arn: arn('sqs', `${whole}.fifo`),
      };
    case 'AWS::IAM::Role':
      return { id: name, arn: arn('iam', `role/${name}`, '') };
    case 'AWS::Logs::LogGroup':
      return { id: name, arn: arn('logs', `log-group:${name}:*`) };
    default:
      return { id: name, arn: arn('other', name) };
  }
}

function createResolver(
  template: Template,
  parameters: Readonly<Record<string, string>>,
  place: Place,
  names: (logical: string, type: string, place: Place) => Named,
) {
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::Region': place.awsRegion,
    'AWS::AccountId': ACCOUNT,
    'AWS::StackName': place.stackName,
    'AWS::StackId':
      place.stackId ?? `arn:aws:cloudformation:${place.awsRegion}:${ACCOUNT}:stack/${place.stackName}/stand-in`,
    'AWS::Partition': 'aws',
    'AWS::NoValue': NO_VALUE,
  };
  const namedAs = (name: string): Named => {
    const { Type, Properties } = template.Resources[name] ?? fail(name);
    const named = names(name, Type, place);
    const { QueueName = null } = Properties;
    return QueueName === null ? named : queueCalled(String(resolve(QueueName)), named);
  };
  const ref = (name: string): string => parameters[name] ?? pseudo[name] ?? namedAs(name).id;
  const attribute = (name: string, of: string): string => {
    const { id, arn } = namedAs(name);
    if (of === 'QueueName') return arn.split(':').at(-1) ?? '';
    if (of === 'FunctionUrl')
      return `https://${id
        .toLowerCase()
        .replaceAll(/[^a-z0-9]/g, '')
        .slice(-32)}.lambda-url.${place.awsRegion}.on.aws/`;
    return of === 'Arn' ? arn : id;
  };
  const resolve = createIntrinsics({ ref, attribute, condition: (name) => template.Conditions[name] });
  return (value: Value): Value => {
    try {
      return resolve(value);
    } catch (error) {
      throw error instanceof UnknownFunction ? new ValidationError(error.message) : error;
    }
  };
}

function fail(name: string): never {
  throw new ValidationError(`Template error: unresolved ${name}`);
}

/** The text that Secrets Manager generates for `GenerateSecretString`; nothing without it. */
export function generated({ GenerateSecretString: how = null }: Fields): string | undefined {
  if (!isFields(how)) return undefined;
  const { SecretStringTemplate, GenerateStringKey, PasswordLength } = how;
  const text = randomBytes(Number(PasswordLength)).toString('hex').slice(0, Number(PasswordLength));
  return JSON.stringify({ ...JSON.parse(String(SecretStringTemplate)), [String(GenerateStringKey)]: text });
}
