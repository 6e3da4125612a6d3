import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as v from 'valibot';
import { parseJson } from '../../lambda/basics/json.ts';
import { readMetric } from '../deploy/aws/metrics.ts';
import { readEvents, type Source } from '../logs/read.ts';
import type { AwsAccess } from './stack-settings.ts';
import type { Counted, Stack, Traffic } from './target.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const DAYS_BEFORE = 7;

/** What AWS has counted of the stacks. What it does not let us read is absent: no look at a hop fails because of that. */
export async function readCounted(
  stacks: readonly Stack[],
  access: AwsAccess,
  now: Date,
  linkingLog?: Source,
): Promise<Counted> {
  const [traffic, queue, signIns] = await Promise.all([
    Promise.all(stacks.map((stack) => ifAllowed(() => trafficOf(stack, access, now)))),
    ifAllowed(() => queueOf(stacks[0], access, now)),
    ifAllowed(() => signInsOf(linkingLog, access, now)),
  ]);
  const isWhole = traffic.every((one) => one !== undefined);
  return {
    ...(isWhole && { traffic: traffic.filter((one) => one !== undefined) }),
    ...(queue && { queue }),
    ...(signIns && { signIns }),
  };
}

async function ifAllowed<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch {
    return undefined;
  }
}

/** Invocations of the skill function: in the last hour, and in the same hour of the days before. */
async function trafficOf(
  { awsRegion, functions }: Stack,
  { query }: AwsAccess,
  now: Date,
): Promise<Traffic | undefined> {
  const name = functions.skill?.arn.split(':').at(-1);
  if (name === undefined) return undefined;
  const dimension = ['FunctionName', name] as const;
  const metric = { namespace: 'AWS/Lambda', name: 'Invocations', dimension, statistic: 'Sum' } as const;
  const inHourBefore = async (until: Date) => {
    const since = new Date(until.getTime() - HOUR_MS);
    const points = await readMetric(metric, { since, until, seconds: 60 }, awsRegion, query);
    return points.reduce((sum, { value }) => sum + value, 0);
  };
  const moments = Array.from({ length: DAYS_BEFORE }, (_, day) => new Date(now.getTime() - (day + 1) * DAY_MS));
  const [lastHour, ...before] = await Promise.all([now, ...moments].map(inHourBefore));
  return { awsRegion, lastHour: lastHour ?? 0, usual: medianOf(before) };
}

const medianOf = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;

const Redrive = v.object({ deadLetterTargetArn: v.string() });

/** How long the oldest report has waited, and how many have failed for good. */
async function queueOf(home: Stack | undefined, { query, clientOptions }: AwsAccess, now: Date) {
  const url = home?.functions.skill?.environment.REPORT_QUEUE_URL;
  if (!home || !url) return undefined;
  const { awsRegion } = home;
  const dimension = ['QueueName', url.split('/').at(-1) ?? ''] as const;
  const name = 'ApproximateAgeOfOldestMessage';
  const metric = { namespace: 'AWS/SQS', name, dimension, statistic: 'Maximum' } as const;
  // CloudWatch has the value of a minute some minutes later.
  const period = { since: new Date(now.getTime() - 15 * MINUTE_MS), until: now, seconds: 60 };
  // AWS_ENDPOINT_URL counts more than where a queue says that it is.
  const client = new SQSClient({ ...clientOptions(awsRegion), useQueueUrlAsEndpoint: false });
  try {
    const [ages, dead] = await Promise.all([readMetric(metric, period, awsRegion, query), deadOf(url, client)]);
    return { oldestSeconds: ages.at(-1)?.value ?? 0, dead };
  } finally {
    client.destroy();
  }
}

/** What may follow a page that was shown, beside a code. */
const FOLLOWS = ['sign-in-not-completed', 'sign-in-cancelled', 'authorization-request-refused'];

/** Pages that were shown and codes that were issued, by the log of account linking. A page belongs to one attempt, as does what follows it. */
async function signInsOf(log: Source | undefined, { clientOptions }: AwsAccess, now: Date) {
  if (!log) return undefined;
  const since = new Date(now.getTime() - DAY_MS);
  const { lines, cut } = await readEvents(log, ['sign-in-shown', 'signed-in', ...FOLLOWS], since, clientOptions);
  const attemptsOf = (events: readonly string[]) =>
    lines.filter(({ event }) => events.includes(event)).map(({ fields }) => String(fields.attempt));
  const codes = attemptsOf(['signed-in']);
  if (cut && codes.length === 0) return undefined;
  const answered = new Set([...codes, ...attemptsOf(FOLLOWS)]);
  const shown = lines.filter(({ event, fields }) => event === 'sign-in-shown' && fields.browser === true);
  const unanswered = new Set(shown.map(({ fields }) => String(fields.attempt)).filter((one) => !answered.has(one)));
  return { unanswered: unanswered.size, codes: codes.length };
}

/** The messages in the queue of dead letters. */
async function deadOf(url: string, client: SQSClient): Promise<number> {
  const { Attributes = {} } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['RedrivePolicy'] }),
  );
  const { deadLetterTargetArn } = v.parse(Redrive, parseJson(Attributes.RedrivePolicy ?? ''));
  const { QueueUrl } = await client.send(
    new GetQueueUrlCommand({ QueueName: deadLetterTargetArn.split(':').at(-1) ?? '' }),
  );
  const { Attributes: counted = {} } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
  );
  return v.parse(v.pipe(v.string(), v.transform(Number), v.finite()), counted.ApproximateNumberOfMessages);
}
