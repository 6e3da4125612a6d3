import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { MOST_TEMPLATE_BYTES, sentTemplate } from '../../infra/deploy/template.ts';
import { regionOf, toConfig } from '../../lambda/adapters/environment/environment.ts';
import { metricsOf } from '../../lambda/adapters/json-log/metrics.ts';
import type { LogFields } from '../../lambda/ports/log.ts';
import { DUE_INDEX } from '../../lambda/ports/table-schema.ts';
import { RUN_SIZES } from '../../lambda/watch/run-sizes.ts';
import { evaluateStack } from '../stand-ins/stack.ts';
import {
  at,
  evaluate,
  type Fields,
  isFields,
  namesIn,
  namesInStack,
  resourcesOf,
  template,
  templateText,
  toTemplate,
  type Value,
  within,
} from './template.ts';

const root = resolve(import.meta.dirname, '../..');
/** About seven alarms. */
const ROOM_BYTES = 5_000;
/** What the state stack hands over. */
const SAMPLE_ARNS: Readonly<Record<string, string>> = {
  TableArn: 'arn:aws:dynamodb:us-east-1:000000000000:table/stack-Table-1A',
  SecretArn: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:Secret-1a-AbCdEf',
};
const { Parameters, Conditions, Resources, Outputs } = template;
const userConfig = JSON.parse(readFileSync(resolve(root, 'ask-resources.json'), 'utf8')).profiles.default
  .skillInfrastructure.userConfig;

const properties = (name: string): Fields => {
  const resource = Resources[name];
  if (!resource) throw new Error(`there is no ${name}`);
  return resource.Properties;
};

const FUNCTIONS = [
  { part: 'Skill', handler: 'skill' },
  { part: 'Linking', handler: 'account-linking' },
  { part: 'Watch', handler: 'device-watch' },
  { part: 'Worker', handler: 'report-worker' },
  { part: 'Maintenance', handler: 'maintenance' },
  { part: 'Events', handler: 'device-events' },
] as const;

const handlerOf = (part: string): string =>
  String(evaluate(at(properties(`${part}Function`), 'Handler') ?? '', { LambdaHandler: userConfig.handler }));

test('these are all the functions there are', () => {
  const names = resourcesOf('AWS::Lambda::Function').map(([name]) => name);
  expect(names.sort()).toEqual(FUNCTIONS.map(({ part }) => `${part}Function`).sort());
});

// ---- what ask-cli and CloudFormation ask for

test('what is sent leaves room for some more alarms', () => {
  const bytes = Buffer.byteLength(sentTemplate(root, 'skill'));
  expect(bytes).toBeLessThanOrEqual(MOST_TEMPLATE_BYTES - ROOM_BYTES);
  expect(MOST_TEMPLATE_BYTES).toBe(51_200);
});

test('what is sent is the same template, without what only readers need', () => {
  const bare = (part: { readonly [name: string]: Fields }) =>
    Object.fromEntries(Object.entries(part).map(([name, { Description: _, ...rest }]) => [name, rest]));
  expect(toTemplate(sentTemplate(root, 'skill'))).toEqual({
    ...template,
    Parameters: bare(Parameters),
    Resources: Object.fromEntries(
      Object.entries(Resources).map(([name, resource]) => {
        if (resource.Type !== 'AWS::Lambda::Function') return [name, resource];
        const { Description: _, ...Properties } = resource.Properties;
        return [name, { ...resource, Properties }];
      }),
    ),
    Outputs: bare(Outputs),
  });
});

// ask-cli: ask-<64 characters of the skill's name>-default-skillStack-<ms>.
const LONGEST_STACK_NAME = `ask-${'L'.repeat(64)}-default-skillStack-${Date.UTC(2026, 10, 28)}`;

/** The most characters of a name that CloudFormation makes (the services' own quotas); `shortened`: CloudFormation cuts it to fit. */
const NAME_LIMITS: { readonly [type: string]: number | 'shortened' | 'has no name' | 'has a name of ours' } = {
  'AWS::CloudWatch::Alarm': 255,
  'AWS::CloudWatch::Dashboard': 255,
  'AWS::IAM::Role': 'shortened',
  'AWS::Lambda::EventInvokeConfig': 'has no name',
  'AWS::Lambda::EventSourceMapping': 'has no name',
  'AWS::Lambda::Function': 'shortened',
  'AWS::Lambda::Permission': 'has no name',
  'AWS::Lambda::Url': 'has no name',
  'AWS::Logs::LogGroup': 512,
  'AWS::Logs::MetricFilter': 512,
  // 80, and 64: not shortened, or not known to be.
  'AWS::SQS::Queue': 'has a name of ours',
  'AWS::Scheduler::Schedule': 'has a name of ours',
};

test('names that CloudFormation makes fit their limits, whatever the skill is called', () => {
  expect(LONGEST_STACK_NAME).toHaveLength(101);
  expect([...new Set(Object.values(Resources).map(({ Type }) => Type))].sort()).toEqual(
    Object.keys(NAME_LIMITS).sort(),
  );
  for (const [name, { Type, Properties }] of Object.entries(Resources)) {
    const limit = NAME_LIMITS[Type];
    if (limit === 'has a name of ours') expect(Properties.Name ?? Properties.QueueName).toBeDefined();
    // <stack>-<logical id>-<12 characters>
    else if (typeof limit === 'number') expect(`${LONGEST_STACK_NAME}-${name}-`.length + 12).toBeLessThanOrEqual(limit);
  }
});

test('names of ours fit their limits, and differ from stack to stack', () => {
  const given = Object.entries(Parameters).map(([name, { Default }]) => [
    name,
    String(Default ?? SAMPLE_ARNS[name] ?? 'x'),
  ]);
  const place = {
    stackName: LONGEST_STACK_NAME,
    awsRegion: 'us-east-1',
    stackId: `arn:aws:cloudformation:us-east-1:123456789012:stack/${LONGEST_STACK_NAME}/0f3c0000-0000-4000-8000-000000000000`,
  };
  const { resources } = evaluateStack(templateText, Object.fromEntries(given), place);
  const named = Object.values(resources).flatMap(({ properties: { Name, QueueName } }) => Name ?? QueueName ?? []);
  expect(named).toEqual([
    'dimmer-plug-reports-0f3c0000-0000-4000-8000-000000000000.fifo',
    'dimmer-plug-dead-reports-0f3c0000-0000-4000-8000-000000000000.fifo',
    'dimmer-plug-watch-0f3c0000-0000-4000-8000-000000000000',
    'dimmer-plug-maintenance-0f3c0000-0000-4000-8000-000000000000',
  ]);
  for (const name of named) expect(String(name).length).toBeLessThanOrEqual(String(name).endsWith('.fifo') ? 80 : 64);
});

test.each(['SkillId', 'LambdaRuntime', 'LambdaHandler', 'CodeBucket', 'CodeKey', 'CodeVersion'])(
  'ask-cli sends %s, so it is declared and has no default',
  (name) => {
    expect(Object.keys(Parameters[name] ?? {}).sort()).toEqual(['Description', 'Type']);
  },
);

test('ask-cli is not moved to send the messaging credentials as parameters', () => {
  // It is, by both words anywhere in the text.
  const words = ['SkillClientId', 'SkillClientSecret'];
  expect(words.every((word) => templateText.includes(word))).toBe(false);
});

test('every name that is used is declared', () => {
  const declared = new Set([
    ...Object.keys(Parameters),
    ...Object.keys(Resources),
    'AWS::Region',
    'AWS::AccountId',
    'AWS::StackName',
    'AWS::StackId',
    'AWS::NoValue',
    'Id', // of a Fn::Sub with values of its own
  ]);
  const used = namesIn([Conditions, Outputs, ...Object.values(Resources).map((one) => one.Properties)]);
  expect(used.filter((name) => !declared.has(name))).toEqual([]);
  const unused = Object.keys(Parameters).filter((name) => !used.includes(name));
  expect(unused).toEqual([]);
});

test('every condition that is used is declared', () => {
  const used = [
    ...within([Conditions, Outputs, ...Object.values(Resources).map(({ Properties }) => Properties)]),
  ].flatMap((value) => (isFields(value) ? [value.Condition, at(value['Fn::If'], 0)] : []));
  const conditions = [...used, ...Object.values(Resources).map(({ Condition }) => Condition)];
  const names = conditions.filter((name) => typeof name === 'string');
  expect(names.length).toBeGreaterThan(0);
  expect(names.filter((name) => !(name in Conditions))).toEqual([]);
});

test('ask-cli finds what it and the scripts around it look for among the outputs', () => {
  expect(Object.keys(Outputs).sort()).toEqual([
    'DeadQueueUrl',
    'EventsLogGroup',
    'EventsUrl',
    'HomeQueue',
    'LinkingFunctionArn',
    'LinkingUrl',
    'LogGroups',
    'QueueUrl',
    'SecretArn',
    'SkillEndpoint',
    'TableName',
  ]);
  expect(Outputs.SkillEndpoint?.Value).toEqual({ 'Fn::GetAtt': ['SkillFunction', 'Arn'] });
  expect(Outputs.SkillEndpoint?.Condition).toBeUndefined();
});

// ---- the functions

test.each(FUNCTIONS)('$handler is there, from the one zip of this deploy', ({ part, handler }) => {
  const { Code, Architectures, Runtime } = properties(`${part}Function`);
  expect(handlerOf(part)).toBe(`${handler}.handler`);
  expect(existsSync(resolve(root, `lambda/handlers/${handler}.ts`))).toBe(true);
  expect(Code).toEqual({
    S3Bucket: { Ref: 'CodeBucket' },
    S3Key: { Ref: 'CodeKey' },
    S3ObjectVersion: { Ref: 'CodeVersion' },
  });
  expect(Architectures).toEqual(['arm64']);
  expect(Runtime).toEqual({ Ref: 'LambdaRuntime' });
});

test('the runtime is one that AWS keeps until 2028', () => {
  expect(userConfig.runtime).toBe('nodejs24.x');
});

test.each(FUNCTIONS)('$handler writes to a log of its own, which is forgotten in time', ({ part }) => {
  expect(properties(`${part}Function`).LoggingConfig).toEqual({ LogGroup: { Ref: `${part}Logs` } });
  expect(properties(`${part}Logs`)).toEqual({ RetentionInDays: { Ref: 'LogDays' } });
  expect(Parameters.LogDays?.Default).toBe(30);
});

test.each([
  // Alexa waits 8 s, and our own deadline is 7.
  { part: 'Skill', atLeast: 8, atMost: 10, memory: 256 },
  // /alexa/callback may wait 27 s for Amazon; an HTTP API waits 30.
  { part: 'Linking', atLeast: 28, atMost: 30, memory: 256 },
  { part: 'Watch', atLeast: 900, atMost: 900, memory: 128 },
  // three messages of one device, 15 s each, and 2.5 s of rest
  { part: 'Worker', atLeast: 48, atMost: 60, memory: 128 },
  { part: 'Maintenance', atLeast: 300, atMost: 900, memory: 128 },
  { part: 'Events', atLeast: 10, atMost: 60, memory: 128 },
])('$part has $atLeast to $atMost s, and at least $memory MB', ({ part, atLeast, atMost, memory }) => {
  const { Timeout, MemorySize } = properties(`${part}Function`);
  expect(Timeout).toBeGreaterThanOrEqual(atLeast);
  expect(Timeout).toBeLessThanOrEqual(atMost);
  expect(Number(evaluate(MemorySize ?? null, { WatchMemory: '128' }))).toBeGreaterThanOrEqual(memory);
});

test('device-watch is as large as the sizes of its runs, and small where nothing is said', () => {
  expect(properties('WatchFunction').MemorySize).toEqual({ Ref: 'WatchMemory' });
  expect(Parameters.WatchMemory).toMatchObject({ Default: 128, MinValue: 128 });
  expect(Object.values(RUN_SIZES).map(({ megabytes }) => megabytes)).toEqual([128, 160]);
});

test('a run of device-watch ends itself with time to spare', () => {
  const { WATCH_RUN_SECONDS } = toConfig({ TABLE_NAME: 'table', SECRETS_ID: 'secrets' });
  expect(properties('WatchFunction').Timeout).toBeGreaterThanOrEqual(WATCH_RUN_SECONDS + 30);
});

test('a message is not read a second time while the first reading lasts', () => {
  const worker = Number(properties('WorkerFunction').Timeout);
  expect(properties('ReportQueue').VisibilityTimeout).toBeGreaterThanOrEqual(6 * worker);
});

// ---- environment

/** A good value of each variable that the template sets. */
const SAMPLES: { readonly [name: string]: string } = {
  TABLE_NAME: 'table',
  SECRETS_ID: 'secrets',
  REPORT_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/000000000000/reports.fifo',
  NOTICE_TOPIC_ARN: 'arn:aws:sns:us-east-1:000000000000:notices',
  NOTICE_FROM: 'Lamps <lamps@example.org>',
  NOTICE_CONFIGURATION_SET: 'dimmer-plugs-1-mail',
  OPERATOR_NAME: 'Jane Doe',
  PRIVACY_URL: 'https://lamps.example/privacy',
  PUBLIC_URLS: 'https://links.example/',
  DEVICE_CLOUD: 'https://cloud.acme.example/alexa/v1',
  DEVICE_CLOUD_NAME: 'Acme Home',
  LINK_MODE: 'passthrough',
  BRIGHTNESS_WHILE_OFF: 'last',
  SKILL_ID: 'amzn1.ask.skill.1',
  SKILL_STAGE: 'live',
  ALEXA_SILENCE_QUESTION: 'on',
  LINK_CANARY: 'on',
  LOG_LEVEL: 'warn',
};

const environmentOf = (part: string): Fields => at(properties(`${part}Function`), 'Environment', 'Variables') as Fields;

test.each(FUNCTIONS)('$handler knows every variable that it is given', ({ part }) => {
  const config = toConfig(SAMPLES);
  // NODE_OPTIONS is Node's own.
  for (const name of Object.keys(environmentOf(part)).filter((one) => one !== 'NODE_OPTIONS')) {
    expect(Object.keys(SAMPLES)).toContain(name);
    expect(Object.keys(config)).toContain(name);
  }
});

/** For whoever raises notices. */
const NOTICES = ['NOTICE_TOPIC_ARN', 'NOTICE_FROM', 'NOTICE_CONFIGURATION_SET'];

test.each([
  {
    part: 'Skill',
    needs: [...NOTICES, 'PUBLIC_URLS', 'REPORT_QUEUE_URL', 'BRIGHTNESS_WHILE_OFF', 'SKILL_ID', 'LINK_MODE'],
  },
  {
    part: 'Linking',
    needs: [...NOTICES, 'PUBLIC_URLS', 'SKILL_ID', 'SKILL_STAGE', 'OPERATOR_NAME', 'PRIVACY_URL'],
  },
  {
    part: 'Watch',
    needs: [...NOTICES, 'PUBLIC_URLS', 'REPORT_QUEUE_URL', 'SKILL_ID'],
  },
  {
    part: 'Worker',
    needs: [...NOTICES, 'PUBLIC_URLS', 'REPORT_QUEUE_URL', 'BRIGHTNESS_WHILE_OFF', 'SKILL_ID'],
  },
  {
    part: 'Maintenance',
    needs: [...NOTICES, 'PUBLIC_URLS', 'REPORT_QUEUE_URL', 'SKILL_ID', 'SKILL_STAGE', 'LINK_MODE'],
  },
  { part: 'Events', needs: ['REPORT_QUEUE_URL', 'LINK_MODE'] },
])('$part is given what it needs', ({ part, needs }) => {
  expect(Object.keys(environmentOf(part))).toEqual(
    expect.arrayContaining([...needs, 'TABLE_NAME', 'SECRETS_ID', 'LOG_LEVEL']),
  );
});

test.each(FUNCTIONS.filter(({ part }) => part !== 'Events'))(
  '$handler knows which device cloud it calls',
  ({ part }) => {
    expect(environmentOf(part)).toMatchObject({
      DEVICE_CLOUD: { Ref: 'DeviceCloud' },
      DEVICE_CLOUD_NAME: { Ref: 'DeviceCloudName' },
    });
  },
);

test('no secret is in an environment variable, nor in an output', () => {
  for (const { part } of FUNCTIONS) {
    expect(Object.keys(environmentOf(part))).not.toContain('SECRETS_JSON');
    for (const name of namesIn(environmentOf(part))) expect(Parameters[name]?.NoEcho).toBeUndefined();
  }
  expect(templateText).not.toContain('{{resolve:');
  expect(at(Outputs.SecretArn ?? null, 'Value')).toEqual({ Ref: 'SecretArn' });
});

// ---- what each may do

const TABLE_READ_WRITE = ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:UpdateItem'];
const LOGS = ['logs:CreateLogStream', 'logs:PutLogEvents'];
const SECRET = 'secretsmanager:GetSecretValue';

const statementsOf = (role: string): Fields[] =>
  (properties(role).Policies as readonly Fields[]).flatMap(
    (policy) => at(policy, 'PolicyDocument', 'Statement') as readonly Fields[],
  );
const all = (value: Value | undefined): readonly Value[] => (Array.isArray(value) ? value : [value ?? null]);

test.each([
  {
    role: 'SkillRole',
    may: [...LOGS, SECRET, ...TABLE_READ_WRITE, 'dynamodb:DeleteItem', 'sqs:SendMessage', 'sns:Publish'],
  },
  { role: 'LinkingRole', may: [...LOGS, SECRET, ...TABLE_READ_WRITE, 'dynamodb:DeleteItem', 'sns:Publish'] },
  {
    role: 'WatchRole',
    may: [...LOGS, SECRET, ...TABLE_READ_WRITE, 'dynamodb:Query', 'sqs:SendMessage', 'sns:Publish'],
  },
  {
    role: 'WorkerRole',
    may: [
      ...LOGS,
      SECRET,
      'dynamodb:GetItem',
      'dynamodb:BatchGetItem',
      'dynamodb:Query',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
      'dynamodb:DeleteItem',
      'sqs:ReceiveMessage',
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
      'sqs:SendMessage',
      'sqs:ChangeMessageVisibility',
      'sns:Publish',
    ],
  },
  {
    role: 'MaintenanceRole',
    may: [
      ...[...LOGS, SECRET, 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      ...['dynamodb:DeleteItem', 'dynamodb:Query', 'sqs:SendMessage', 'sns:Publish'],
    ],
  },
  {
    role: 'EventsRole',
    may: [...LOGS, SECRET, 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'sqs:SendMessage'],
  },
  { role: 'ScheduleRole', may: ['lambda:InvokeFunction'] },
])('$role may do so much and no more', ({ role, may }) => {
  const statements = statementsOf(role);
  expect(statements.flatMap(({ Action }) => all(Action))).toEqual(may);
  expect(statements.map(({ Effect }) => Effect)).toEqual(statements.map(() => 'Allow'));
  expect(properties(role).ManagedPolicyArns).toBeUndefined();
});

test('these are all the roles there are, and policies are nowhere else', () => {
  const names = resourcesOf('AWS::IAM::Role').map(([name]) => name);
  expect(names.sort()).toEqual([...FUNCTIONS.map(({ part }) => `${part}Role`), 'ScheduleRole'].sort());
  expect(resourcesOf('AWS::IAM::Policy')).toEqual([]);
  expect(resourcesOf('AWS::IAM::ManagedPolicy')).toEqual([]);
  for (const { part } of FUNCTIONS)
    expect(properties(`${part}Function`).Role).toEqual({ 'Fn::GetAtt': [`${part}Role`, 'Arn'] });
});

test('no policy speaks of all resources or all actions: each resource is one of the stack or a parameter', () => {
  for (const [role] of resourcesOf('AWS::IAM::Role')) {
    for (const { Action, Resource } of statementsOf(role)) {
      for (const action of all(Action)) expect(action).toMatch(/^[a-z]+:[A-Za-z]+$/);
      for (const resource of all(Resource)) {
        expect(isFields(resource)).toBe(true);
        expect(namesIn(resource).length).toBeGreaterThan(0);
        for (const inner of within(resource)) if (typeof inner === 'string') expect(inner).not.toContain('*');
      }
    }
  }
});

test('a role reads nobody else’s log, and its index is the table’s own', () => {
  for (const { part } of FUNCTIONS) {
    const [logs] = statementsOf(`${part}Role`);
    expect(logs?.Resource).toEqual({ 'Fn::GetAtt': [`${part}Logs`, 'Arn'] });
  }
  for (const role of ['WatchRole', 'MaintenanceRole']) {
    const resources = statementsOf(role).map(({ Resource }) => Resource);
    expect(resources).toContainEqual({ 'Fn::Sub': `\${TableArn}/index/${DUE_INDEX}` });
  }
});

const permissionsFor = (part: string): Fields[] =>
  resourcesOf('AWS::Lambda::Permission')
    .map(([, permission]) => permission.Properties)
    .filter(({ FunctionName }) => namesIn(FunctionName ?? null).includes(`${part}Function`));

test('only Alexa may invoke the skill function, and only for this skill', () => {
  const common = { Action: 'lambda:InvokeFunction', FunctionName: { 'Fn::GetAtt': ['SkillFunction', 'Arn'] } };
  expect(permissionsFor('Skill')).toEqual([
    { ...common, Principal: 'alexa-connectedhome.amazon.com', EventSourceToken: { Ref: 'SkillId' } },
    { ...common, Principal: 'alexa-appkit.amazon.com', EventSourceToken: { Ref: 'SkillId' } },
  ]);
});

test.each(['Linking', 'Events'])(
  'everybody may call %s over its URL, by both permissions, and not otherwise',
  (part) => {
    const common = { FunctionName: { 'Fn::GetAtt': [`${part}Function`, 'Arn'] }, Principal: '*' };
    expect(permissionsFor(part)).toEqual([
      { ...common, Action: 'lambda:InvokeFunctionUrl', FunctionUrlAuthType: 'NONE' },
      { ...common, Action: 'lambda:InvokeFunction', InvokedViaFunctionUrl: true },
    ]);
  },
);

test.each(['Watch', 'Worker', 'Maintenance'])('nobody from outside may invoke %s', (part) => {
  expect(permissionsFor(part)).toEqual([]);
});

test.each([
  { name: 'WatchSchedule', part: 'Watch', rate: 'rate(1 minute)' },
  { name: 'MaintenanceSchedule', part: 'Maintenance', rate: 'cron(20 * * * ? *)' },
])('$name: $rate', ({ name, part, rate }) => {
  const { ScheduleExpression, Target, State } = properties(name);
  expect(ScheduleExpression).toBe(rate);
  expect(State ?? 'ENABLED').toBe('ENABLED');
  expect(at(Target, 'Arn')).toEqual({ 'Fn::GetAtt': [`${part}Function`, 'Arn'] });
  expect(at(Target, 'RoleArn')).toEqual({ 'Fn::GetAtt': ['ScheduleRole', 'Arn'] });
  const [statement] = statementsOf('ScheduleRole');
  expect(evaluate(statement?.Resource ?? null, {})).toContainEqual(`<${part}Function.Arn>`);
});

test('each run of the keeper lies within one hour of UTC, whose accounts it reads', () => {
  const { ScheduleExpression, ScheduleExpressionTimezone, FlexibleTimeWindow } = properties('MaintenanceSchedule');
  const [, minute = ''] = /^cron\((\d+) \* \* \* \? \*\)$/.exec(String(ScheduleExpression)) ?? [];
  const windowMinutes = Number(at(FlexibleTimeWindow, 'MaximumWindowInMinutes'));
  const runMinutes = Number(properties('MaintenanceFunction').Timeout) / 60;
  expect(minute).not.toBe('');
  expect(Number(minute) + windowMinutes + runMinutes).toBeLessThan(60);
  expect(ScheduleExpressionTimezone ?? 'UTC').toBe('UTC');
});

// ---- what is kept

test('queues are encrypted, queues are FIFO, and a report that keeps failing goes to the dead letters', () => {
  for (const name of ['ReportQueue', 'DeadReports']) {
    expect(properties(name)).toMatchObject({ FifoQueue: true, SqsManagedSseEnabled: true });
  }
  expect(resourcesOf('AWS::SQS::Queue').map(([name]) => name)).toEqual(['ReportQueue', 'DeadReports']);
  expect(properties('ReportQueue').RedrivePolicy).toEqual({
    deadLetterTargetArn: { 'Fn::GetAtt': ['DeadReports', 'Arn'] },
    maxReceiveCount: 50,
  });
});

test('only the failed part of a batch is retried, and workers leave executions for directives', () => {
  expect(properties('WorkerQueue')).toMatchObject({
    EventSourceArn: { 'Fn::GetAtt': ['ReportQueue', 'Arn'] },
    FunctionName: { Ref: 'WorkerFunction' },
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    ScalingConfig: { MaximumConcurrency: { Ref: 'ReportConcurrency' } },
  });
  expect(Parameters.ReportConcurrency).toMatchObject({ Default: 5, MinValue: 2 });
});

test.each([
  { part: 'SkillFunction', parameter: 'SkillReserved' },
  { part: 'LinkingFunction', parameter: 'LinkingReserved' },
  { part: 'EventsFunction', parameter: 'EventsReserved' },
])('$part reserves no execution in a new account, and as many as $parameter says', ({ part, parameter }) => {
  const reserved = properties(part).ReservedConcurrentExecutions ?? null;
  expect(evaluate(reserved, {})).toBe('<AWS::NoValue>');
  expect(evaluate(reserved, { [parameter]: '20' })).toBe('20');
});

test('the stand-in for CloudFormation makes a stack of the whole template', () => {
  const place = { stackName: 'lamps', awsRegion: 'us-east-1' };
  const given = Object.entries(Parameters).map(
    ([name, { Default }]) => [name, String(Default ?? SAMPLE_ARNS[name] ?? 'x')] as const,
  );
  const parameters = Object.fromEntries(given);
  const { resources } = evaluateStack(templateText, parameters, place);
  expect(Object.keys(resources)).toContain('SkillFunction');
  expect(resources.SkillFunction?.properties).not.toHaveProperty('ReservedConcurrentExecutions');
  const reserving = evaluateStack(templateText, { ...parameters, SkillReserved: '20' }, place).resources;
  expect(reserving.SkillFunction?.properties.ReservedConcurrentExecutions).toBe('20');
});

// ---- alarms

const alarms = resourcesOf('AWS::CloudWatch::Alarm');
const alarmsOn = (metric: string, name: string): string[] =>
  alarms
    .filter(
      ([, { Properties }]) => Properties.MetricName === metric && namesIn(Properties.Dimensions ?? []).includes(name),
    )
    .map(([alarm]) => alarm);

test.each(alarms)('%s names its hop and what to do, and reports its end too', (_, { Properties }) => {
  const { AlarmDescription, AlarmActions, OKActions, TreatMissingData } = Properties;
  expect(AlarmDescription).toMatch(/^Hop: .{5,}\. .*Do: .{10,}\.$/s);
  expect(String(AlarmDescription).length).toBeLessThanOrEqual(1024);
  expect(AlarmDescription).not.toMatch(/[a-z]- [a-z]/); // a word that was cut at the end of a line
  expect(AlarmActions).toEqual([{ Ref: 'AlarmTopicArn' }]);
  expect(OKActions).toEqual([{ Ref: 'AlarmTopicArn' }]);
  expect(TreatMissingData).toMatch(/^(notBreaching|breaching)$/);
});

test.each([
  { alarm: 'LinkingSlow', says: '16 s of at most 29 s', limit: () => properties('LinkingFunction').Timeout, is: 29 },
  { alarm: 'WorkerSlow', says: '40 s of at most 50 s', limit: () => properties('WorkerFunction').Timeout, is: 50 },
  { alarm: 'WorkerErrors', says: 'longer than 50 s', limit: () => properties('WorkerFunction').Timeout, is: 50 },
  { alarm: 'EventsSlow', says: '24 s of at most 30 s', limit: () => properties('EventsFunction').Timeout, is: 30 },
  {
    alarm: 'MaintenanceSlow',
    says: '12 of at most 15 minutes',
    limit: () => properties('MaintenanceFunction').Timeout,
    is: 900,
  },
  {
    alarm: 'DeadReportsFound',
    says: 'failed 50 times',
    limit: () => at(properties('ReportQueue'), 'RedrivePolicy', 'maxReceiveCount'),
    is: 50,
  },
])('$alarm names the limit that is set: $says', ({ alarm, says, limit, is }) => {
  expect(properties(alarm).AlarmDescription).toContain(says);
  expect(limit()).toBe(is);
});

test.each(['Watch', 'Maintenance'])(
  'errors of %s are seen although Lambda counts them at the start of a run of 15 minutes',
  (part) => {
    const { Period, EvaluationPeriods, DatapointsToAlarm } = properties(`${part}Errors`);
    expect(Number(Period) * Number(EvaluationPeriods)).toBeGreaterThan(Number(properties(`${part}Function`).Timeout));
    expect(DatapointsToAlarm).toBe(1);
  },
);

test.each(['DirectivesFailing', 'MostDirectivesFailing'])(
  '%s returns one number, of this stack’s function',
  (alarm) => {
    const terms = properties(alarm).Metrics as readonly Fields[];
    expect(terms.filter(({ ReturnData }) => ReturnData !== false).map(({ Id }) => Id)).toEqual(['share']);
    for (const { MetricStat } of terms) if (MetricStat) expect(namesIn(MetricStat)).toEqual(['SkillFunction']);
  },
);

/** So many of one kind: what the log line of the directive says. */
const times = (count: number, outcome: string, generalFailure?: 0 | 1): LogFields[] =>
  Array.from({ length: count }, () => ({ outcome, ms: 40, ...(generalFailure !== undefined && { generalFailure }) }));
const answered = (count: number) => times(count, 'Response', 0);
const cloudDown = (count: number) => times(count, 'BRIDGE_UNREACHABLE', 1);
const needsSignIn = (count: number) => times(count, 'BRIDGE_UNREACHABLE');
const internal = (count: number) => times(count, 'INTERNAL_ERROR', 1);

interface Period {
  readonly when: string;
  readonly lines: readonly LogFields[];
  /** Runs that end without a line: crashes and time-outs. */
  readonly crashed?: number;
  readonly skillEvents?: number;
  readonly alarms: boolean;
}

test.each<Period>([
  { when: 'nobody speaks', lines: [], alarms: false },
  { when: 'the only one at night fails', lines: internal(1), alarms: false },
  { when: 'the only two at night fail', lines: internal(2), alarms: false },
  { when: 'three at night fail', lines: internal(3), alarms: true },
  { when: 'the only three at night run out of time', lines: [], crashed: 3, alarms: true },
  { when: '99 of 10,000 fail', lines: [...answered(9_901), ...internal(99)], alarms: false },
  { when: '100 of 10,000 fail', lines: [...answered(9_900), ...internal(100)], alarms: true },
  { when: '3 of 300 run out of time', lines: answered(297), crashed: 3, alarms: true },
  { when: '3 of 301 run out of time', lines: answered(298), crashed: 3, alarms: false },
  {
    when: '3 of 300 fail in some way, beside 1,000 skill events',
    lines: [...answered(297), ...internal(2)],
    crashed: 1,
    skillEvents: 1_000,
    alarms: true,
  },
  { when: 'the device cloud is down', lines: cloudDown(1_000), alarms: false },
  { when: 'one account needs a sign-in', lines: needsSignIn(50), alarms: false },
])('an hour in which $when: DirectivesFailing: $alarms', (period) => {
  expect(isInAlarm('DirectivesFailing', period)).toBe(period.alarms);
});

test.each<Period>([
  { when: 'nobody speaks', lines: [], alarms: false },
  { when: 'only skill events come', lines: [], skillEvents: 20, alarms: false },
  { when: 'few speak at night, and the device cloud is down', lines: cloudDown(4), alarms: false },
  { when: 'five speak, and the device cloud is down', lines: cloudDown(5), alarms: true },
  { when: 'one account needs a sign-in, and is used again and again', lines: needsSignIn(50), alarms: false },
  {
    when: 'one account needs a sign-in, another one is well',
    lines: [...needsSignIn(50), ...answered(1)],
    alarms: false,
  },
  { when: 'one plug is offline', lines: times(50, 'ENDPOINT_UNREACHABLE'), alarms: false },
  { when: 'one link was ended', lines: times(50, 'INVALID_AUTHORIZATION_CREDENTIAL'), alarms: false },
  { when: 'half fail', lines: [...answered(50), ...cloudDown(50)], alarms: false },
  { when: 'more than half fail', lines: [...answered(49), ...cloudDown(51)], alarms: true },
  {
    when: 'more than half fail, beside one account that needs a sign-in',
    lines: [...answered(49), ...cloudDown(51), ...needsSignIn(100)],
    alarms: true,
  },
  { when: 'most fail for many reasons', lines: [...answered(4), ...cloudDown(3), ...internal(3)], alarms: true },
])('15 minutes in which $when: MostDirectivesFailing: $alarms', (period) => {
  expect(isInAlarm('MostDirectivesFailing', period)).toBe(period.alarms);
});

/** Whether CloudWatch would fire: metrics are taken out of the lines, and the alarm's expressions are calculated. */
function isInAlarm(alarm: string, period: Period): boolean {
  const { Metrics, Threshold, ComparisonOperator, TreatMissingData } = properties(alarm);
  const known = new Map<string, number | undefined>();
  const terms = Metrics as readonly Fields[];
  for (const { Id, MetricStat } of terms) if (MetricStat) known.set(String(Id), statisticOf(MetricStat, period));
  // Those that others need come last.
  for (const { Id, Expression } of [...terms].reverse())
    if (Expression) known.set(String(Id), calculated(String(Expression), known));
  const share = known.get('share');
  if (share === undefined) return TreatMissingData === 'breaching';
  return ComparisonOperator === 'GreaterThanThreshold' ? share > Number(Threshold) : share >= Number(Threshold);
}

/** @returns nothing where no value was published */
function statisticOf(metricStat: Value, { lines, crashed = 0, skillEvents = 0 }: Period): number | undefined {
  const { Namespace, MetricName, Dimensions } = at(metricStat, 'Metric') as Fields;
  if (Namespace === 'AWS/Lambda') {
    const runs = lines.length + crashed + skillEvents;
    return runs === 0 ? undefined : { Errors: crashed, Invocations: runs }[String(MetricName)];
  }
  const wanted = Object.fromEntries((Dimensions as readonly Fields[]).map(({ Name, Value: value }) => [Name, value]));
  const values = lines.flatMap((fields) => {
    const made = metricsOf('directive', fields, 'the function', new Date(0)) as Fields;
    const isOf = (at(made, '_aws', 'CloudWatchMetrics') as readonly Fields[]).some(
      (set) =>
        String(at(set, 'Dimensions', 0)) === Object.keys(wanted).join() &&
        (set.Metrics as readonly Fields[]).some(({ Name }) => Name === MetricName),
    );
    const { result = made.result } = wanted;
    return isOf && result === made.result ? [Number(made[String(MetricName)])] : [];
  });
  if (values.length === 0) return undefined;
  const sum = values.reduce((total, value) => total + value, 0);
  const statistics: Readonly<Record<string, number>> = {
    Sum: sum,
    SampleCount: values.length,
    Average: sum / values.length,
  };
  return statistics[String(at(metricStat, 'Stat'))];
}

/** CloudWatch's metric math, as far as the alarms use it: what lacks a value has none, except for FILL. */
function calculated(expression: string, known: ReadonlyMap<string, number | undefined>): number | undefined {
  const ids = [...known.keys()];
  const math = {
    FILL: (value: number, otherwise: number) => (Number.isNaN(value) ? otherwise : value),
    IF: (condition: boolean, yes: number, no: number) => (condition ? yes : no),
  };
  const body = new Function('FILL', 'IF', ...ids, `return ${expression};`) as (...values: unknown[]) => number;
  const value = body(math.FILL, math.IF, ...ids.map((id) => known.get(id) ?? Number.NaN));
  return Number.isNaN(value) ? undefined : value;
}

test('the age of reports has an alarm of its own, and not only the queue', () => {
  expect(properties('ReportsLate')).toMatchObject({
    Namespace: 'DimmerPlugSkill',
    MetricName: 'ReportAge',
    Dimensions: [{ Name: 'function', Value: { Ref: 'WorkerFunction' } }],
    ExtendedStatistic: 'p90',
    Threshold: 60_000,
  });
});

test.each(FUNCTIONS)('$handler has an alarm for errors', ({ part }) => {
  expect(alarmsOn('Errors', `${part}Function`)).toEqual([`${part}Errors`]);
  expect(properties(`${part}Errors`)).toMatchObject({ Statistic: 'Sum', Threshold: 1 });
});

test.each([
  { part: 'Skill', ms: 5_000 },
  { part: 'Linking', ms: 16_000 },
  { part: 'Worker', ms: 40_000 },
  { part: 'Maintenance', ms: 720_000 },
  { part: 'Events', ms: 24_000 },
])('$part has an alarm for runs of $ms ms, before its time-out', ({ part, ms }) => {
  expect(alarmsOn('Duration', `${part}Function`)).toEqual([`${part}Slow`]);
  expect(properties(`${part}Slow`).Threshold).toBe(ms);
  expect(ms).toBeLessThan(Number(properties(`${part}Function`).Timeout) * 1000);
});

test.each(['Watch', 'Maintenance'])('%s has an alarm for not being run at all', (part) => {
  expect(alarmsOn('Invocations', `${part}Function`)).toEqual([`${part}Silent`]);
  expect(properties(`${part}Silent`)).toMatchObject({
    ComparisonOperator: 'LessThanThreshold',
    TreatMissingData: 'breaching',
  });
});

test('one alarm covers throttles of all functions, since they share one limit', () => {
  const { Namespace, MetricName, Dimensions } = properties('FunctionsThrottled');
  expect({ Namespace, MetricName, Dimensions }).toEqual({
    Namespace: 'AWS/Lambda',
    MetricName: 'Throttles',
    Dimensions: undefined,
  });
  for (const { part } of FUNCTIONS) {
    const reserved = evaluate(properties(`${part}Function`).ReservedConcurrentExecutions ?? '<AWS::NoValue>', {});
    expect(reserved).toBe('<AWS::NoValue>');
  }
});

test('each queue has an alarm', () => {
  expect(alarmsOn('ApproximateAgeOfOldestMessage', 'ReportQueue')).toEqual(['ReportQueueOld']);
  expect(alarmsOn('ApproximateNumberOfMessagesVisible', 'DeadReports')).toEqual(['DeadReportsFound']);
});

test('lines of level error are counted in every log, and accounts that need a person where they come about', () => {
  const filters = resourcesOf('AWS::Logs::MetricFilter').map(([, { Properties }]) => ({
    logs: namesIn(Properties.LogGroupName ?? null),
    pattern: Properties.FilterPattern,
    metric: at(Properties, 'MetricTransformations', 0, 'MetricName'),
  }));
  const errors = filters.filter(({ metric }) => metric === 'ErrorLines');
  expect(errors.flatMap(({ logs }) => logs).sort()).toEqual(FUNCTIONS.map(({ part }) => `${part}Logs`).sort());
  for (const { pattern } of errors) expect(pattern).toBe('{ $.level = "error" && $.event != "account-needs-reauth" }');
  const persons = filters.filter(({ metric }) => metric === 'AccountsNeedingReauth');
  expect(persons.flatMap(({ logs }) => logs).sort()).toEqual(['MaintenanceLogs', 'SkillLogs', 'WatchLogs']);
  for (const { pattern } of persons) expect(pattern).toBe('{ $.event = "account-needs-reauth" }');
  expect(properties('ErrorLinesFound').MetricName).toBe('ErrorLines');
  expect(properties('AccountsNeedReauth').MetricName).toBe('AccountsNeedingReauth');
});

test('sign-ins that our pages refuse have a metric and an alarm', () => {
  const { FilterPattern, LogGroupName } = properties('LinkingThrottledLines');
  expect({ FilterPattern, logs: namesIn(LogGroupName ?? null) }).toEqual({
    FilterPattern: '{ $.event = "page-sign-in-throttled" }',
    logs: ['LinkingLogs'],
  });
  expect(properties('PageSignInsThrottled')).toMatchObject({
    MetricName: 'PageSignInsThrottled',
    Statistic: 'Sum',
    Period: 900,
    Threshold: 5,
  });
});

test('sign-ins at the ceiling of all together have an alarm at the first', () => {
  expect(properties('LinkingCeilingLines').FilterPattern).toBe(
    '{ $.event = "page-sign-in-throttled" && $.counter = "everyone" }',
  );
  expect(properties('SignInsAtCeiling')).toMatchObject({
    MetricName: 'SignInsAtCeiling',
    Statistic: 'Sum',
    Threshold: 1,
  });
});

test('a search of the dashboard names the functions of its own stack', () => {
  const body = String(at(properties('Dashboard'), 'DashboardBody', 'Fn::Sub'));
  const searches = [...body.matchAll(/SEARCH\('([^']+)'/g)].map(([, search = '']) => search);
  expect(searches).toHaveLength(2);
  for (const search of searches) expect(search).toMatch(/function=\\"\$\{\w+Function\}\\"/);
});

test('the dashboard is JSON, and shows every alarm of a home region', () => {
  const body = String(at(properties('Dashboard'), 'DashboardBody', 'Fn::Sub'));
  const [first, ...others] = JSON.parse(body).widgets;
  const shown = first.properties.alarms.map((arn: string) => /^\$\{(\w+)\.Arn\}$/.exec(arn)?.[1]);
  const here = namesInStack({});
  expect(shown.sort()).toEqual(
    alarms
      .map(([name]) => name)
      .filter((name) => here.includes(name))
      .sort(),
  );
  expect(others.length).toBeGreaterThan(4);
});

test('the dashboard asks for metrics that the log lines make, by their names and dimensions', () => {
  const body = String(at(properties('Dashboard'), 'DashboardBody', 'Fn::Sub'));
  const asked = [...body.matchAll(/DimmerPlugSkill,(function(?:,result)?)\} MetricName=\\"(\w+)\\"/g)].map((found) =>
    found.slice(1),
  );
  const named = [...body.matchAll(/"DimmerPlugSkill","(\w+)","(\w+)"/g)].map(([, name, dimension]) => [
    dimension,
    name,
  ]);
  expect([...asked, ...named]).toEqual([
    ['function,result', 'Directives'],
    ['function,result', 'Renewals'],
    ['function', 'ReportAge'],
  ]);
  const now = new Date(0);
  const fields = { outcome: 'reported', ageMs: 1 };
  const made = ['directive', 'session-renewed', 'report'].flatMap((event) => {
    const { _aws } = metricsOf(event, fields, 'f', now) as {
      _aws: { CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string }[] }[] };
    };
    return _aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
      Metrics.map(({ Name }) => `${Namespace} ${Dimensions.map((names) => names.join(','))} ${Name}`),
    );
  });
  for (const [dimensions, name] of [...asked, ...named])
    expect(made).toContain(`DimmerPlugSkill ${dimensions} ${name}`);
});

// ---- several regions

const HOME = {
  table: 'arn:aws:dynamodb:us-east-1:000000000000:table/stack-Table-1A',
  secret: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:Secret-1a-AbCdEf',
  queue: 'arn:aws:sqs:us-east-1:000000000000:stack-ReportQueue-1A.fifo',
  queueUrl: 'https://sqs.us-east-1.amazonaws.com/000000000000/stack-ReportQueue-1A.fifo',
};
const FURTHER = {
  TableArn: HOME.table,
  SecretArn: HOME.secret,
  NoticeTopicArn: 'arn:aws:sns:eu-west-1:000000000000:notices',
  AlarmTopicArn: 'arn:aws:sns:eu-west-1:000000000000:alarms',
  HomeQueue: `${HOME.queue},${HOME.queueUrl}`,
  PublicUrls: 'https://links.example',
};

test('a home region has it all but the door for events, which is opened by a parameter', () => {
  const events = Object.keys(Resources).filter((name) => name.startsWith('Events'));
  expect(events.length).toBeGreaterThan(5);
  expect(namesInStack({})).toEqual(Object.keys(Resources).filter((name) => !events.includes(name)));
  expect(namesInStack({ DeviceEvents: 'on' })).toEqual(Object.keys(Resources));
});

test('a further region has the skill, and nothing that could be at odds with the home region', () => {
  expect(namesInStack({ ...FURTHER, DeviceEvents: 'on' })).toEqual([
    'SkillLogs',
    'SkillRole',
    'SkillFunction',
    'SkillMayBeInvokedBySmartHome',
    'SkillMayBeInvokedBySkillEvents',
    'SkillErrors',
    'SkillSlow',
    'DirectivesFailing',
    'MostDirectivesFailing',
    'FunctionsThrottled',
    'SkillErrorLines',
    'SkillReauthLines',
    'ErrorLinesFound',
    'AccountsNeedReauth',
  ]);
});

test.each([
  { when: 'the device cloud pushes', events: 'on', watched: false },
  { when: 'the device cloud does not push', events: 'off', watched: true },
])(
  'a maker’s own server links accounts, and $when: no account-linking; device-watch: $watched',
  ({ events, watched }) => {
    const names = namesInStack({ LinkMode: 'passthrough', DeviceEvents: events });
    expect(names).toEqual(expect.arrayContaining(['SkillFunction', 'WorkerFunction', 'MaintenanceFunction']));
    const linking = ['LinkingFunction', 'LinkingUrl', 'LinkingRole', 'LinkingErrors', 'SignInsAtCeiling', 'Dashboard'];
    expect(names.filter((name) => linking.includes(name))).toEqual([]);
    const watch = ['WatchFunction', 'WatchRole', 'WatchSchedule', 'WatchSilent'];
    expect(watch.filter((name) => names.includes(name))).toEqual(watched ? watch : []);
    expect(names.includes('EventsFunction')).toBe(events === 'on');
  },
);

test('what is there refers only to what is there', () => {
  const passthrough = { LinkMode: 'passthrough' };
  for (const parameters of [{}, FURTHER, passthrough, { ...passthrough, DeviceEvents: 'on' }]) {
    const here = namesInStack(parameters);
    const outputs = Object.values(Outputs).filter(
      ({ Condition }) => Condition === undefined || evaluate({ Condition }, parameters) === true,
    );
    const values = [...here.map((name) => properties(name)), ...outputs].map((value) => evaluate(value, parameters));
    const referred = [...within(values)].flatMap((value) =>
      typeof value === 'string' ? [...value.matchAll(/<(\w+)(?:\.\w+)?>/g)].map(([, name]) => name ?? '') : [],
    );
    expect(referred.length).toBeGreaterThan(10);
    expect(referred.filter((name) => name in Resources && !here.includes(name))).toEqual([]);
  }
});

test('the skill of a further region works on the home region’s table, secrets and queue', () => {
  const environment = evaluate(environmentOf('Skill'), FURTHER) as { [name: string]: string };
  const config = toConfig({ ...environment, AWS_REGION: 'eu-west-1' });
  expect(config).toMatchObject({
    TABLE_NAME: HOME.table,
    SECRETS_ID: HOME.secret,
    REPORT_QUEUE_URL: HOME.queueUrl,
    PUBLIC_URLS: ['https://links.example'],
    ALEXA_REGION: 'EU',
  });
  for (const place of [HOME.table, HOME.secret, HOME.queueUrl]) expect(regionOf(place, 'eu-west-1')).toBe('us-east-1');
  const may = statementsOf('SkillRole').map(({ Resource }) => evaluate(Resource ?? null, FURTHER));
  expect(may).toEqual(['<SkillLogs.Arn>', HOME.secret, HOME.table, HOME.queue, FURTHER.NoticeTopicArn]);
});

test('the output HomeQueue is what the parameter HomeQueue takes', () => {
  expect(evaluate(Outputs.HomeQueue?.Value ?? null, {})).toBe('<ReportQueue.Arn>,<ReportQueue>');
  const pattern = new RegExp(`^(?:${String(Parameters.HomeQueue?.AllowedPattern)})$`);
  expect(FURTHER.HomeQueue).toMatch(pattern);
  expect('').toMatch(pattern);
  expect(HOME.queue).not.toMatch(pattern);
});

test('functions of the home region call the table by its name, as the SDK answers batches by the name that was sent', () => {
  const { TABLE_NAME } = evaluate(environmentOf('Worker'), SAMPLE_ARNS) as { [name: string]: string };
  expect(TABLE_NAME).toBe('stack-Table-1A');
  expect((evaluate(environmentOf('Skill'), SAMPLE_ARNS) as { [name: string]: string }).TABLE_NAME).toBe(
    'stack-Table-1A',
  );
});

test('links are made where the function’s URL is, unless there is a domain', () => {
  const urls = (part: string, parameters: { [name: string]: string }) =>
    evaluate(environmentOf(part).PUBLIC_URLS ?? null, parameters);
  expect(urls('Maintenance', {})).toBe('<LinkingUrl.FunctionUrl>');
  expect(urls('Linking', {})).toBe(''); // the origin that was asked: the URL is made after the function
  expect(urls('Maintenance', { PublicUrls: 'https://links.example' })).toBe('https://links.example');
  expect(urls('Linking', { PublicUrls: 'https://links.example' })).toBe('https://links.example');
});
