import { createServer, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type Loopback, listenOnLoopback } from '../../desk/loopback.ts';
import { showLogs } from '../../infra/logs/logs.ts';
import { toOptions } from '../../infra/logs/options.ts';
import { openAws } from '../../infra/preflight/aws-access.ts';

const SKILL_ID = 'amzn1.ask.skill.0f3c';
const NOW = new Date('2026-03-01T12:00:00.000Z');

interface Asked {
  readonly region: string;
  readonly logGroupName: string;
  readonly filterPattern: string;
  readonly startTime: number;
  readonly nextToken?: string;
}

/** The lines that a log group holds, page by page. */
let pages: Record<string, readonly (readonly (object | string)[])[]>;
const asked: Asked[] = [];
let loopback: Loopback;
const saved = { ...process.env };

beforeAll(async () => {
  const server = createServer((request, response) => {
    answer(request)
      .then(({ type, text }) => response.writeHead(200, { 'Content-Type': type }).end(text))
      .catch(() => response.destroy());
  });
  loopback = await listenOnLoopback(server);
  process.env.AWS_ENDPOINT_URL = loopback.url;
  process.env.AWS_ACCESS_KEY_ID = 'AKIDEXAMPLE';
  process.env.AWS_SECRET_ACCESS_KEY = 'canary-aws-secret';
});
beforeEach(() => {
  pages = {};
  asked.length = 0;
});
afterAll(async () => {
  process.env = saved;
  await loopback.close();
});

/** CloudFormation and CloudWatch Logs: a home region in Virginia, a further one in Ireland. */
async function answer(request: IncomingMessage): Promise<{ type: string; text: string }> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  const { authorization = '', 'x-amz-target': target } = request.headers;
  const region = /Credential=AKIDEXAMPLE\/\d{8}\/([\w-]+)\//.exec(authorization)?.[1] ?? 'unsigned';
  if (target !== 'Logs_20140328.FilterLogEvents') return { type: 'text/xml', text: stacks(region) };
  const question = JSON.parse(body) as Omit<Asked, 'region'>;
  asked.push({ region, ...question });
  const page = Number(question.nextToken ?? 0);
  const all = pages[question.logGroupName] ?? [];
  const events = (all[page] ?? []).map((line) => ({
    message: typeof line === 'string' ? line : JSON.stringify(line),
    timestamp: NOW.getTime(),
  }));
  const more = page + 1 < all.length ? { nextToken: String(page + 1) } : {};
  return { type: 'application/x-amz-json-1.1', text: JSON.stringify({ events, ...more }) };
}

const LOG_GROUPS: Readonly<Record<string, string>> = {
  'us-east-1': 'na-skill,na-linking,na-watch,na-worker,na-keeper',
  'eu-west-1': 'eu-skill',
};

function stacks(region: string): string {
  const groups = LOG_GROUPS[region];
  const pair = (kind: string, name: string, value: string) =>
    `<member><${kind}Key>${name}</${kind}Key><${kind}Value>${value}</${kind}Value></member>`;
  const member = groups
    ? `<member><StackId>arn:aws:cloudformation:${region}:1:stack/lamps/1</StackId><StackStatus>UPDATE_COMPLETE</StackStatus>
       <Parameters>${pair('Parameter', 'SkillId', SKILL_ID)}</Parameters><Outputs>${pair('Output', 'LogGroups', groups)}</Outputs></member>`
    : '';
  return `<DescribeStacksResponse><DescribeStacksResult><Stacks>${member}</Stacks></DescribeStacksResult></DescribeStacksResponse>`;
}

async function shown(...args: string[]): Promise<string[]> {
  const options = toOptions(args, NOW);
  if (options === 'help') throw new Error(options);
  const printed: string[] = [];
  await showLogs(options, SKILL_ID, openAws({}), (line) => printed.push(line));
  return printed;
}

const line = (at: string, event: string, fields: object = {}, level = 'info') => ({
  at,
  level,
  event,
  account: 'h-1',
  ...fields,
});

test('an account’s lines of all functions and regions, by time, in words', async () => {
  pages = {
    'eu-skill': [
      [
        line('2026-03-01T11:30:02.500Z', 'directive', {
          directive: 'Alexa.PowerController.TurnOn',
          outcome: 'ENDPOINT_UNREACHABLE',
          ms: 260,
          cloudMs: 240,
          cloudCalls: 1,
          AnswerTime: 260,
          function: 'ask-lamps-SkillFunction-1',
          result: 'ENDPOINT_UNREACHABLE',
          Directives: 1,
          _aws: { Timestamp: 0 },
        }),
      ],
    ],
    'na-skill': [
      [
        line('2026-03-01T11:40:00.000Z', 'directive', {
          directive: 'Alexa.ReportState',
          outcome: 'StateReport',
          ms: 90,
        }),
      ],
      [line('2026-03-01T11:20:00.000Z', 'session-rejected', {}, 'warn')],
    ],
    'na-worker': [
      [
        'REPORT RequestId: 1 Duration: 3 ms',
        line('2026-03-01T11:35:00.000Z', 'report', {
          device: '7',
          cause: 'PHYSICAL_INTERACTION',
          outcome: 'reported',
          ms: 80,
          ageMs: 2700,
        }),
      ],
    ],
    'na-keeper': [[line('2026-03-01T11:50:00.000Z', 'account-needs-reauth', { reason: 'password-changed' }, 'error')]],
    'na-watch': [
      [line('2026-03-01T11:45:00.000Z', 'read-failed', { error: 'CloudUnreachable: 502\n    at somewhere' }, 'warn')],
    ],
  };
  expect(await shown('--account', 'h-1')).toEqual([
    '2026-03-01 11:20:00.000  !  skill           us-east-1  the device cloud rejected the session',
    '2026-03-01 11:30:02.500     skill           eu-west-1  Alexa.PowerController.TurnOn: the plug is offline (check its power and Wi-Fi), 260 ms, 240 ms of it the device cloud',
    '2026-03-01 11:35:00.000     report-worker   us-east-1  report of device 7: sent to Alexa, PHYSICAL_INTERACTION, 2.7 s after the change, 80 ms',
    '2026-03-01 11:40:00.000     skill           us-east-1  Alexa.ReportState: answered, 90 ms',
    '2026-03-01 11:45:00.000  !  device-watch    us-east-1  read failed: error CloudUnreachable: 502',
    '2026-03-01 11:50:00.000  !! maintenance     us-east-1  a person must sign in to the device cloud again: password-changed',
  ]);
  expect(asked.map(({ region, logGroupName, nextToken }) => [region, logGroupName, nextToken ?? '']).sort()).toEqual([
    ['eu-west-1', 'eu-skill', ''],
    ['us-east-1', 'na-keeper', ''],
    ['us-east-1', 'na-linking', ''],
    ['us-east-1', 'na-skill', ''],
    ['us-east-1', 'na-skill', '1'],
    ['us-east-1', 'na-watch', ''],
    ['us-east-1', 'na-worker', ''],
  ]);
  expect(asked[0]).toMatchObject({ filterPattern: '{ $.account = "h-1" }', startTime: Date.UTC(2026, 2, 1, 11) });
});

test('an attempt to sign in leads to its account', async () => {
  pages = {
    'na-linking': [
      [
        { at: '2026-03-01T11:59:00.000Z', level: 'info', event: 'sign-in-shown', attempt: '123456', client: 'alexa' },
        {
          at: '2026-03-01T11:59:20.000Z',
          level: 'warn',
          event: 'sign-in-not-completed',
          attempt: '123456',
          outcome: 'wrong-password',
        },
        { at: '2026-03-01T11:59:40.000Z', level: 'info', event: 'signed-in', attempt: '123456', account: 'h-1' },
      ],
    ],
  };
  expect(await shown('--attempt', '123456', '--since', '2d', '--region', 'NA')).toEqual([
    '2026-03-01 11:59:00.000     account-linking us-east-1  the sign-in page was opened',
    '2026-03-01 11:59:20.000  !  account-linking us-east-1  the sign-in did not succeed: wrong-password',
    '2026-03-01 11:59:40.000     account-linking us-east-1  signed in; the account is h-1',
    '\nThis was account h-1: npm run logs -- --account h-1',
  ]);
  expect(asked.map(({ region }) => region)).toEqual(Array.from({ length: 5 }, () => 'us-east-1'));
  expect(asked[0]).toMatchObject({ filterPattern: '{ $.attempt = "123456" }', startTime: Date.UTC(2026, 1, 27, 12) });
});

test('an attempt to connect Alexa from the page', async () => {
  const said = { attempt: '654321', account: 'h-1' };
  const at = (second: number) => `2026-03-01T11:59:0${second}.000Z`;
  pages = {
    'na-linking': [
      [
        { at: at(0), level: 'info', event: 'alexa-page-shown', ...said, cause: 'alexa-let-go' },
        { at: at(1), level: 'info', event: 'alexa-consent-asked', ...said },
        {
          at: at(2),
          level: 'error',
          event: 'alexa-not-connected',
          ...said,
          outcome: 'not-permitted',
          status: 403,
          disabled: false,
        },
        {
          at: at(3),
          level: 'warn',
          event: 'alexa-not-connected',
          ...said,
          outcome: 'consent-ended',
          status: 401,
          disabled: true,
        },
        { at: at(4), level: 'info', event: 'alexa-connected', ...said, link: 'L1', ready: false },
      ],
    ],
  };
  expect((await shown('--attempt', '654321', '--region', 'NA')).map((line) => line.slice(55))).toEqual([
    'the page that connects Alexa was opened',
    'the person was sent to Login with Amazon',
    'Alexa was not connected: this Amazon account may not use this stage of the skill, Amazon answered 403',
    'Alexa was not connected: the permission of the person was not valid any more, Amazon answered 401, the skill may be disabled now',
    'Amazon has connected Alexa; the link is L1',
    '',
  ]);
});

test('output as JSON it is JSON, without what makes a line a metric', async () => {
  pages = { 'eu-skill': [[line('2026-03-01T11:30:00.000Z', 'directive', { outcome: 'Response', _aws: {} })]] };
  const [text = ''] = await shown('--account', 'h-1', '--json');
  expect(JSON.parse(text)).toEqual([
    {
      at: '2026-03-01T11:30:00.000Z',
      function: 'skill',
      awsRegion: 'eu-west-1',
      level: 'info',
      event: 'directive',
      fields: { account: 'h-1', outcome: 'Response' },
    },
  ]);
});

test.each([
  {
    event: 'directive',
    fields: { directive: 'Alexa.Discovery.Discover', outcome: 'Discover.Response' },
    says: 'Alexa.Discovery.Discover: answered',
  },
  {
    event: 'directive',
    fields: { directive: 'malformed', outcome: 'INVALID_DIRECTIVE', ms: 1 },
    says: 'malformed: the skill does not know this directive, 1 ms',
  },
  {
    event: 'directive',
    fields: { directive: 'Alexa.ReportState', outcome: 'INTERNAL_ERROR' },
    says: 'Alexa.ReportState: the skill could not answer: its table, its keys, an expired token, too little time, or a bug',
  },
  {
    event: 'directive',
    fields: { directive: 'Alexa.ReportState', outcome: 'SOME_ERROR' },
    says: 'Alexa.ReportState: answered with the error SOME_ERROR',
  },
  { event: 'notice-closed', fields: { cause: 'plug-offline' }, says: 'closed the notice: plug-offline' },
  {
    event: 'notice-not-sent',
    fields: { kind: 'all-clear', cause: 'locked' },
    says: 'could not send a notice (all-clear): locked',
  },
  { event: 'skill-disabled', fields: { ended: 1 }, says: 'the skill was disabled in the Alexa app' },
  { event: 'link-revoked', fields: {}, says: 'a link was ended at /revoke' },
  {
    event: 'device-name-refused',
    fields: { device: '7', keepsName: false },
    says: 'Alexa cannot take the name of the device 7: Alexa is not told about it',
  },
  {
    event: 'device-skipped',
    fields: { device: '7', reason: 'no name' },
    says: 'the record of the device 7 cannot be read: no name',
  },
  {
    event: 'reconciled',
    fields: { devices: 3, states: 1, added: 0, changed: 0, gone: 0 },
    says: 'compared with Alexa: 3 devices; 1 to report, 0 new, 0 changed, 0 gone',
  },
])('$event $fields: $says', async ({ event, fields, says }) => {
  pages = { 'na-skill': [[line('2026-03-01T11:30:00.000Z', event, fields)]] };
  expect((await shown('--account', 'h-1', '--region', 'NA')).map((text) => text.slice(55))).toEqual([says]);
});

test('an id of a maker may have a slash', () => {
  expect(toOptions(['--account', 'acme:acct/7'], NOW)).toMatchObject({
    wanted: { field: 'account', id: 'acme:acct/7' },
  });
});

test('nothing found is said, with what was looked for', async () => {
  expect(await shown('--account', 'h-2', '--since', '90m')).toEqual([
    'No log line of account h-2 since 2026-03-01T10:30:00.000Z in us-east-1, eu-west-1.',
  ]);
});

test('without a stack there is nothing to read', async () => {
  await expect(shown('--account', 'h-1', '--region', 'FE')).rejects.toThrow(
    `There is no stack of ${SKILL_ID} in us-west-2.`,
  );
});

test.each([
  { args: [], says: 'Give either --account or --attempt.' },
  { args: ['--account', 'h', '--attempt', '1'], says: 'Give either --account or --attempt.' },
  { args: ['--account', 'h" || $.level = "error'], says: '--account takes an id: up to 200 letters' },
  { args: ['--account', 'h\\'], says: '--account takes an id: up to 200 letters' },
  { args: ['--account', ''], says: '--account takes an id: up to 200 letters' },
  { args: ['--attempt', '1 2'], says: '--attempt takes an id: up to 200 letters' },
  { args: ['--account', 'h', '--since', 'yesterday'], says: /^--since takes minutes/ },
  { args: ['--account', 'h', '--region', 'MARS'], says: 'There is no region called MARS.' },
  { args: ['--house', 'h'], says: /Unknown option '--house'/ },
])('$args: $says', ({ args, says }) => {
  expect(() => toOptions(args, NOW)).toThrow(says);
});

test('--help', () => expect(toOptions(['--help'], NOW)).toBe('help'));

test('control characters in a log line reach no terminal, as words or as JSON', async () => {
  const reason = 'gone\u001b[2J\u001b]0;title\u0007\r\nfaked line\u009b31m\u202eb\u2028c\u0000';
  pages = {
    'na-watch': [[line('2026-03-01T11:30:00.000Z', 'odd-\u001bevent', { reason, account: 'h-1\u001b[0m' })]],
    'na-linking': [[line('2026-03-01T11:30:01.000Z', 'signed-in', { account: 'h-1\u001b[0m' })]],
  };
  for (const args of [
    ['--account', 'h-1'],
    ['--attempt', '1'],
    ['--account', 'h-1', '--json'],
  ]) {
    const text = (await shown(...args)).join('');
    expect(text).toContain('title');
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  }
  const [json = ''] = await shown('--account', 'h-1', '--json');
  expect(JSON.parse(json)).toContainEqual(expect.objectContaining({ fields: { account: 'h-1\u001b[0m', reason } }));
});

test('a report of the device list names no device', async () => {
  pages = {
    'na-worker': [
      [line('2026-03-01T11:30:00.000Z', 'report', { device: 'all', outcome: 'reported', ms: 90, ageMs: 1200 })],
    ],
  };
  expect(await shown('--account', 'h-1')).toEqual([
    '2026-03-01 11:30:00.000     report-worker   us-east-1  report of the device list: sent to Alexa, 1.2 s after the change, 90 ms',
  ]);
});
