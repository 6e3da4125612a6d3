import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { QueryClient } from '../deploy/aws/query.ts';
import type { Stack as StackState } from '../deploy/aws/stacks.ts';
import { membersAt, textAt } from '../deploy/aws/xml.ts';
import type { LambdaApi } from './lambda-api.ts';
import type {
  ConcurrencySettings,
  FunctionName,
  FunctionSettings,
  QueueSettings,
  Stack,
  TableSettings,
} from './target.ts';
import { LOGICAL_ID } from './template.ts';

// The settings of a stack as they are in AWS, whatever its template said.

export interface AwsAccess {
  readonly query: QueryClient;
  readonly lambda: LambdaApi;
  /** What every client of the SDK is made with. */
  clientOptions(awsRegion: string): { readonly region: string; readonly profile?: string };
}

/** What CloudFormation calls the stack's resources, and what AWS does. */
async function resourcesOf({ id, awsRegion }: StackState, query: QueryClient): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  let next: string | undefined;
  do {
    const page = { StackName: id, ...(next && { NextToken: next }) };
    const answer = await query('cloudformation', awsRegion, 'ListStackResources', page);
    const path = ['ListStackResourcesResponse', 'ListStackResourcesResult'] as const;
    for (const member of membersAt(answer, ...path, 'StackResourceSummaries'))
      found.set(textAt(member, 'LogicalResourceId') ?? '', textAt(member, 'PhysicalResourceId') ?? '');
    next = textAt(answer, ...path, 'NextToken') || undefined;
  } while (next);
  return found;
}

/** @throws an Error with what AWS refused */
export async function readStack(state: StackState, access: AwsAccess): Promise<Stack> {
  const { awsRegion } = state;
  const { lambda } = access;
  const names = await resourcesOf(state, access.query);
  const functions: [FunctionName, FunctionSettings][] = [];
  for (const [name, logicalId] of Object.entries(LOGICAL_ID) as [FunctionName, string][]) {
    const physical = names.get(logicalId);
    if (physical) functions.push([name, await lambda.settings(awsRegion, physical)]);
  }
  const skill = names.get(LOGICAL_ID.skill);
  const table = state.outputs.TableName;
  const queue = names.get('ReportQueue');
  const concurrency = await readConcurrency(awsRegion, names, lambda);
  return {
    awsRegion,
    functions: Object.fromEntries(functions),
    permissions: skill ? await lambda.permissions(awsRegion, skill) : [],
    ...(table && { table: await readTable(table, access.clientOptions(awsRegion)) }),
    ...(queue && { queue: await readQueue(queue, access.clientOptions(awsRegion)) }),
    ...(concurrency && { concurrency }),
  };
}

/** @returns nothing where AWS does not let us read it: this is for advice only, so no other check must fail with it */
async function readConcurrency(
  awsRegion: string,
  names: ReadonlyMap<string, string>,
  lambda: LambdaApi,
): Promise<ConcurrencySettings | undefined> {
  try {
    const reserved: Partial<Record<FunctionName, number>> = {};
    for (const [name, logicalId] of Object.entries(LOGICAL_ID) as [FunctionName, string][]) {
      const physical = names.get(logicalId);
      const count = physical === undefined ? undefined : await lambda.reservedConcurrency(awsRegion, physical);
      if (count !== undefined) reserved[name] = count;
    }
    return { ...(await lambda.accountConcurrency(awsRegion)), reserved };
  } catch {
    return undefined;
  }
}

async function readTable(name: string, options: ReturnType<AwsAccess['clientOptions']>): Promise<TableSettings> {
  const client = new DynamoDBClient(options);
  try {
    const [{ Table }, { ContinuousBackupsDescription }, { TimeToLiveDescription }] = await Promise.all([
      client.send(new DescribeTableCommand({ TableName: name })),
      client.send(new DescribeContinuousBackupsCommand({ TableName: name })),
      client.send(new DescribeTimeToLiveCommand({ TableName: name })),
    ]);
    const { PointInTimeRecoveryDescription: recovery } = ContinuousBackupsDescription ?? {};
    const isTtlOn = ['ENABLED', 'ENABLING'].includes(TimeToLiveDescription?.TimeToLiveStatus ?? '');
    return {
      keys: (Table?.KeySchema ?? []).map(({ AttributeName }) => AttributeName ?? ''),
      indexes: (Table?.GlobalSecondaryIndexes ?? []).map(({ IndexName }) => IndexName ?? ''),
      recovery: recovery?.PointInTimeRecoveryStatus === 'ENABLED',
      encryption: ['ENABLED', 'UPDATING'].includes(Table?.SSEDescription?.Status ?? ''),
      ttlAttribute: isTtlOn ? TimeToLiveDescription?.AttributeName : undefined,
      protection: Table?.DeletionProtectionEnabled ?? false,
    };
  } finally {
    client.destroy();
  }
}

async function readQueue(queueUrl: string, options: ReturnType<AwsAccess['clientOptions']>): Promise<QueueSettings> {
  // The region's endpoint knows the queue as well, and AWS_ENDPOINT_URL may name another one.
  const client = new SQSClient({ ...options, useQueueUrlAsEndpoint: false });
  try {
    const { Attributes = {} } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] }),
    );
    return {
      fifo: Attributes.FifoQueue === 'true',
      visibilitySeconds: Number(Attributes.VisibilityTimeout ?? 30),
      deadLetters: Attributes.RedrivePolicy !== undefined,
    };
  } finally {
    client.destroy();
  }
}
