import { createServer } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Loopback, listenOnLoopback } from '../../desk/loopback.ts';
import { countedEvidence, ofAccount } from '../../infra/doctor/counted.ts';
import { openAws } from '../../infra/preflight/aws-access.ts';
import { readCounted } from '../../infra/preflight/counted.ts';
import type { Counted, Stack } from '../../infra/preflight/target.ts';
import { convictions, diagnose } from '../../lambda/domain/diagnosis/diagnose.ts';

// What CloudWatch and SQS have counted, and what the doctor makes of it.

const NOW = new Date('2026-03-01T12:00:00.000Z');
const at = NOW.toISOString();

/** Values by what is asked for: an age by minutes before now, invocations by days before. */
let aws: {
  readonly ages?: Readonly<Record<number, number>>;
  readonly dead?: number;
  readonly invocations?: Readonly<Record<string, readonly number[]>>;
  readonly refuses?: readonly string[];
  /** Lines of the log of account linking. */
  readonly lines?: readonly object[];
  /** Whether the log never comes to an end. */
  readonly isEndless?: true;
};
let loopback: Loopback;
const saved = { ...process.env };

beforeAll(async () => {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += String(chunk);
    });
    request.on('end', () => {
      const target = String(request.headers['x-amz-target'] ?? '')
        .split('.')
        .at(-1);
      const region = /Credential=[^/]+\/\d{8}\/([\w-]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? '';
      const { status, text } = target ? queueAnswer(target, body) : metricAnswer(new URLSearchParams(body), region);
      response.writeHead(status, { 'Content-Type': target ? 'application/x-amz-json-1.0' : 'text/xml' }).end(text);
    });
  });
  loopback = await listenOnLoopback(server);
  process.env.AWS_ENDPOINT_URL = loopback.url;
  process.env.AWS_ACCESS_KEY_ID = 'AKIDEXAMPLE';
  process.env.AWS_SECRET_ACCESS_KEY = 'canary-aws-secret';
  process.env.AWS_MAX_ATTEMPTS = '1';
});
beforeEach(() => {
  aws = {};
});
afterAll(async () => {
  process.env = saved;
  await loopback.close();
});

function metricAnswer(asked: URLSearchParams, region: string) {
  const name = asked.get('MetricName') ?? '';
  if (aws.refuses?.includes(name))
    return { status: 403, text: '<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>' };
  const until = Date.parse(asked.get('EndTime') ?? '');
  const points =
    name === 'Invocations'
      ? [
          [
            until - 1_800_000,
            aws.invocations?.[region]?.[Math.round((NOW.getTime() - until) / 86_400_000)] ?? 0,
          ] as const,
        ]
      : Object.entries(aws.ages ?? {}).map(([minutes, age]) => [until - Number(minutes) * 60_000, age] as const);
  const members = points
    .filter(([, value]) => value > 0)
    .map(([moment, value]) => {
      const statistic = asked.get('Statistics.member.1');
      return `<member><Timestamp>${new Date(moment).toISOString()}</Timestamp><${statistic}>${value}.0</${statistic}></member>`;
    });
  return {
    status: 200,
    text: `<GetMetricStatisticsResponse><GetMetricStatisticsResult><Datapoints>${members.join('')}</Datapoints></GetMetricStatisticsResult></GetMetricStatisticsResponse>`,
  };
}

function queueAnswer(target: string, body: string) {
  if (aws.refuses?.includes(target)) return { status: 400, text: '{"__type":"AccessDenied"}' };
  if (target === 'FilterLogEvents') return logAnswer(body);
  const isDead = body.includes('DeadReports');
  const attributes = isDead
    ? { ApproximateNumberOfMessages: String(aws.dead ?? 0) }
    : { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: 'arn:aws:sqs:us-east-1:1:lamps-DeadReports.fifo' }) };
  const answer =
    target === 'GetQueueUrl' ? { QueueUrl: `${loopback.url}/1/lamps-DeadReports.fifo` } : { Attributes: attributes };
  return { status: 200, text: JSON.stringify(answer) };
}

const wanted: string[] = [];
function logAnswer(body: string) {
  wanted.push((JSON.parse(body) as { filterPattern: string }).filterPattern);
  const events = (aws.lines ?? []).map((line) => ({ message: JSON.stringify(line), timestamp: NOW.getTime() }));
  return { status: 200, text: JSON.stringify({ events, ...(aws.isEndless && { nextToken: 'more' }) }) };
}

const LOG = { function: 'account-linking', awsRegion: 'us-east-1', logGroup: 'na-linking' };
const stack = (awsRegion: string): Stack => ({
  awsRegion,
  permissions: [],
  functions: {
    skill: {
      ...{ arn: `arn:aws:lambda:${awsRegion}:1:function:lamps-Skill`, timeoutSeconds: 9, memoryMb: 512 },
      environment: { REPORT_QUEUE_URL: `${loopback.url}/1/lamps-ReportQueue.fifo` },
    },
  },
});
const read = (...regions: string[]) => readCounted(regions.map(stack), openAws({}), NOW, LOG);

describe('what AWS has counted', () => {
  test('the age of the oldest report, and those that have failed for good', async () => {
    aws = { ages: { 9: 30, 4: 1200 }, dead: 2 };
    expect((await read('us-east-1')).queue).toEqual({ oldestSeconds: 1200, dead: 2 });
  });

  test('nothing waits', async () => {
    expect((await read('us-east-1')).queue).toEqual({ oldestSeconds: 0, dead: 0 });
  });

  test('directives of the last hour, and of the same hour on the days before', async () => {
    aws = {
      invocations: { 'us-east-1': [3, 40, 50, 0, 60, 45, 900, 55], 'eu-west-1': [0, 30, 30, 30, 30, 30, 30, 30] },
    };
    expect((await read('us-east-1', 'eu-west-1')).traffic).toEqual([
      { awsRegion: 'us-east-1', lastHour: 3, usual: 50 },
      { awsRegion: 'eu-west-1', lastHour: 0, usual: 30 },
    ]);
  });

  test('pages after which nothing came: neither our probes nor those that were answered', async () => {
    const line = (event: string, attempt: number, more: object = {}) => ({
      at,
      level: 'info',
      event,
      attempt,
      ...more,
    });
    const shown = (attempt: number, browser = true) => line('sign-in-shown', attempt, { browser });
    aws = {
      lines: [
        ...[shown(1), shown(2), shown(2), shown(3), shown(4), shown(5), shown(6, false)],
        ...[line('signed-in', 3), line('sign-in-not-completed', 4, { outcome: 'wrong-password' })],
        line('sign-in-cancelled', 5),
      ],
    };
    expect((await read('us-east-1')).signIns).toEqual({ unanswered: 2, codes: 1 });
    expect(wanted.at(-1)).toMatch(/^\{ \(\$\.event = "sign-in-shown"\) \|\| \(\$\.event = "signed-in"\) \|\| /);
  });

  test('a log that is too long to be read, and without a code as far as it was read, is not known', async () => {
    const shown = { at, level: 'info', event: 'sign-in-shown', attempt: 1, browser: true };
    aws = { isEndless: true, lines: Array.from({ length: 2_500 }, () => shown) };
    expect(await read('us-east-1')).not.toHaveProperty('signIns');
  });

  test.each([
    { what: 'FilterLogEvents', lacks: 'signIns' },
    { what: 'ApproximateAgeOfOldestMessage', lacks: 'queue' },
    { what: 'GetQueueUrl', lacks: 'queue' },
    { what: 'Invocations', lacks: 'traffic' },
  ])('$what may not be read: $lacks is not known, and the rest is', async ({ what, lacks }) => {
    aws = { refuses: [what] };
    const counted = await read('us-east-1');
    expect(Object.keys(counted)).toEqual(['traffic', 'queue', 'signIns'].filter((name) => name !== lacks));
  });
});

describe('as evidence', () => {
  const traffic = (lastHour: number, usual: number, awsRegion = 'us-east-1') => ({ awsRegion, lastHour, usual });
  const delivery = { at, state: 'ok', region: 'us-east-1' } as const;
  const found = (counted: Counted) =>
    convictions(diagnose({ delivery, ...countedEvidence(counted, NOW) }, NOW)).map(({ cause }) => cause);

  test.each<{ when: string; counted: Counted; causes: object[] }>([
    { when: 'all is well', counted: { queue: { oldestSeconds: 3, dead: 0 }, traffic: [traffic(9, 50)] }, causes: [] },
    {
      when: 'a report is old',
      counted: { queue: { oldestSeconds: 1200, dead: 0 } },
      causes: [{ code: 'reports-stuck', oldestSeconds: 1200, dead: 0 }],
    },
    { when: 'a night without directives', counted: { traffic: [traffic(0, 2)] }, causes: [] },
    { when: 'no directive anywhere', counted: { traffic: [traffic(0, 50)] }, causes: [{ code: 'no-directives' }] },
    {
      when: 'no directive in one of two regions',
      counted: { traffic: [traffic(60, 50), traffic(0, 30, 'eu-west-1')] },
      causes: [{ code: 'no-directives', region: 'eu-west-1' }],
    },
    {
      when: 'six pages, and no code',
      counted: { signIns: { unanswered: 6, codes: 0 } },
      causes: [{ code: 'sign-ins-unanswered', count: 6 }],
    },
    { when: 'six pages, and a code', counted: { signIns: { unanswered: 6, codes: 1 } }, causes: [] },
    { when: 'two pages, and no code', counted: { signIns: { unanswered: 2, codes: 0 } }, causes: [] },
    { when: 'nothing could be read', counted: {}, causes: [] },
  ])('$when', ({ counted, causes }) => {
    expect(found(counted)).toEqual(causes);
  });

  test('one account: a silent region says nothing where another one is called', () => {
    const evidence = countedEvidence({ traffic: [traffic(60, 50), traffic(0, 30, 'eu-west-1')] }, NOW);
    expect(ofAccount(evidence)).toEqual({});
    expect(ofAccount(countedEvidence({ traffic: [traffic(0, 50)] }, NOW))).toHaveProperty('traffic');
  });
});
