import * as v from 'valibot';
import { parse, type ScalarTag } from 'yaml';
import type { FunctionName, FunctionSettings, Permission, QueueSettings, Stack, TableSettings } from './target.ts';

/** The functions' names in infra/skill-stack.yaml. */
export const LOGICAL_ID: Readonly<Record<FunctionName, string>> = {
  skill: 'SkillFunction',
  'account-linking': 'LinkingFunction',
  'device-watch': 'WatchFunction',
  'report-worker': 'WorkerFunction',
  maintenance: 'MaintenanceFunction',
};

const Resource = v.object({ Type: v.string(), Properties: v.optional(v.record(v.string(), v.unknown()), {}) });
const Template = v.object({ Resources: v.record(v.string(), Resource) });
export type Template = v.InferOutput<typeof Template>;

const Numbers = v.object({
  Parameters: v.optional(v.record(v.string(), v.object({ Default: v.optional(v.unknown()) })), {}),
});

/** `!Ref A` becomes `A`, or the number that the parameter A is by default; other tags are passed over, as nothing here looks at what they make. */
function refIn(text: string): ScalarTag {
  const { Parameters } = v.parse(Numbers, parse(text, { logLevel: 'error' }));
  const numberOf = (name: string): unknown => {
    const { Default } = Parameters[name] ?? {};
    return typeof Default === 'number' ? Default : name;
  };
  return { tag: '!Ref', resolve: numberOf };
}

/** The resources of several stacks as if they were of one. @throws when a text is no template */
export function readTemplate(...texts: readonly string[]): Template {
  const all = texts.map((text) => v.parse(Template, parse(text, { customTags: [refIn(text)], logLevel: 'error' })));
  return { Resources: Object.assign({}, ...all.map(({ Resources }) => Resources)) as Template['Resources'] };
}

const Lambda = v.object({
  Timeout: v.number(),
  MemorySize: v.number(),
  Environment: v.optional(v.object({ Variables: v.record(v.string(), v.unknown()) }), { Variables: {} }),
});
const LambdaPermission = v.object({
  Principal: v.string(),
  Action: v.string(),
  FunctionName: v.string(),
  EventSourceToken: v.optional(v.string()),
});
const Table = v.object({
  KeySchema: v.array(v.object({ AttributeName: v.string() })),
  GlobalSecondaryIndexes: v.optional(v.array(v.object({ IndexName: v.string() })), []),
  PointInTimeRecoverySpecification: v.optional(v.object({ PointInTimeRecoveryEnabled: v.boolean() })),
  SSESpecification: v.optional(v.object({ SSEEnabled: v.boolean() })),
  TimeToLiveSpecification: v.optional(v.object({ AttributeName: v.string(), Enabled: v.boolean() })),
  DeletionProtectionEnabled: v.optional(v.boolean(), false),
});
const Queue = v.object({
  FifoQueue: v.optional(v.boolean(), false),
  VisibilityTimeout: v.optional(v.number(), 30),
  RedrivePolicy: v.optional(v.unknown()),
});

export interface Place {
  readonly awsRegion: string;
  readonly isHome: boolean;
  readonly skillId: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** The stack that the template would make. @throws an Error of Valibot's when a resource lacks what is looked at */
export function toStack({ Resources }: Template, { awsRegion, isHome, skillId, environment }: Place): Stack {
  const names = (Object.keys(LOGICAL_ID) as FunctionName[]).filter((name) => isHome || name === 'skill');
  const functions = names.flatMap((name): [FunctionName, FunctionSettings][] => {
    const resource = Resources[LOGICAL_ID[name]];
    if (!resource) return [];
    const { Timeout: timeoutSeconds, MemorySize: memoryMb, Environment } = v.parse(Lambda, resource.Properties);
    const own = ofTheSkill(Environment.Variables, skillId);
    const arn = `arn:aws:lambda:${awsRegion}:000000000000:function:${name}`;
    return [[name, { arn, timeoutSeconds, memoryMb, environment: { ...environment, ...own } }]];
  });
  const permissions = Object.values(Resources)
    .filter(({ Type }) => Type === 'AWS::Lambda::Permission')
    .map(({ Properties }) => v.parse(LambdaPermission, Properties))
    .filter(({ FunctionName }) => FunctionName.startsWith(LOGICAL_ID.skill))
    .map(({ Principal, Action, EventSourceToken: token }): Permission => {
      const eventSourceToken = token === 'SkillId' ? skillId : token;
      return { principal: Principal, action: Action, ...(eventSourceToken && { eventSourceToken }) };
    });
  const { Table: table, ReportQueue: queue } = Resources;
  return {
    awsRegion,
    functions: Object.fromEntries(functions),
    permissions,
    ...(isHome && table && { table: toTable(table.Properties) }),
    ...(isHome && queue && { queue: toQueue(queue.Properties) }),
  };
}

/** The variables that are the same in every deployment of a skill. */
const ofTheSkill = (variables: Readonly<Record<string, unknown>>, skillId: string): Record<string, string> => ({
  ...(variables.SKILL_ID === 'SkillId' && { SKILL_ID: skillId }),
  ...(variables.SKILL_STAGE === 'SkillStage' && { SKILL_STAGE: 'development' }),
});

function toTable(properties: unknown): TableSettings {
  const table = v.parse(Table, properties);
  const ttl = table.TimeToLiveSpecification;
  return {
    keys: table.KeySchema.map(({ AttributeName }) => AttributeName),
    indexes: table.GlobalSecondaryIndexes.map(({ IndexName }) => IndexName),
    recovery: table.PointInTimeRecoverySpecification?.PointInTimeRecoveryEnabled ?? false,
    encryption: table.SSESpecification?.SSEEnabled ?? false,
    ttlAttribute: ttl?.Enabled ? ttl.AttributeName : undefined,
    protection: table.DeletionProtectionEnabled,
  };
}

function toQueue(properties: unknown): QueueSettings {
  const { FifoQueue: fifo, VisibilityTimeout: visibilitySeconds, RedrivePolicy } = v.parse(Queue, properties);
  return { fifo, visibilitySeconds, deadLetters: RedrivePolicy !== undefined };
}
