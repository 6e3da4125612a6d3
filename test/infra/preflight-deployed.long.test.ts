import { createServer, type IncomingMessage } from 'node:http';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { type Loopback, listenOnLoopback } from '../../desk/loopback.ts';
import { createAsk } from '../../infra/deploy/ask.ts';
import type { Ran, Run } from '../../infra/deploy/run.ts';
import { openAws } from '../../infra/preflight/aws-access.ts';
import { openDeployed } from '../../infra/preflight/deployed.ts';
import { createLambdaApi } from '../../infra/preflight/lambda-api.ts';
import { preflight } from '../../infra/preflight/run.ts';

// AWS and SMAPI as preflight sees them, in one small server: CloudFormation, Lambda, DynamoDB, SQS and Secrets Manager.

const SKILL_ID = 'amzn1.ask.skill.0f3c0000-0000-0000-0000-000000000000';
const SKILL_ARN = 'arn:aws:lambda:us-east-1:111122223333:function:stack-SkillFunction-1';
const SECRET = {
  messaging: { clientId: 'amzn1.application-oa2-client.1', clientSecret: 'canary-messaging-secret' },
  sealingText: 'canary-sealing-text-of-more-than-thirty-two-characters',
  linkingClients: [{ id: 'alexa', secrets: [{ secret: 'canary-linking-secret' }], redirectUris: ['https://x'] }],
};

/** How the stand-in differs from a healthy AWS. */
let broken: {
  readonly policy?: object;
  readonly timeout?: number;
  readonly recovery?: string;
  readonly skillId?: string;
  readonly linkMode?: string;
  readonly redirectUrls?: readonly string[];
  /** What Login with Amazon's consent page answers. */
  readonly consent?: Answered;
  /** What the account may run at once, and what is not reserved of it; none: AWS does not tell us. */
  readonly account?: readonly [limit: number, unreserved: number];
  readonly reserved?: number;
  readonly counts?: object;
  readonly from?: string;
  /** `PendingConfirmation`, or `none`. */
  readonly subscription?: string;
  readonly sandbox?: true;
  readonly paused?: true;
  /** Whether the domain is verified; none: SES does not know it. */
  readonly verified?: boolean | null;
  /** What the configuration set tells a topic; none: there is none. */
  readonly events?: readonly string[] | null;
} = {};
const asked: string[] = [];
let loopback: Loopback;
const saved = { ...process.env };

beforeAll(async () => {
  const server = createServer((request, response) => {
    bodyOf(request)
      .then((body) => {
        const { status = 200, type = 'application/json', text } = answerOf(request, body);
        response.writeHead(status, { 'Content-Type': type }).end(text);
      })
      .catch(() => response.destroy());
  });
  loopback = await listenOnLoopback(server);
  process.env.AWS_ENDPOINT_URL = url();
  process.env.AWS_ACCESS_KEY_ID = 'AKIDEXAMPLE';
  process.env.AWS_SECRET_ACCESS_KEY = 'canary-aws-secret';
  process.env.LWA_TOKEN_URL = `${url()}/lwa`;
  process.env.LWA_AUTHORIZE_URL = `${url()}/consent`;
});
afterEach(() => {
  broken = {};
  asked.length = 0;
});
afterAll(async () => {
  process.env = saved;
  await loopback.close();
});

const url = () => loopback.url;

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}

interface Answered {
  readonly status?: number;
  readonly type?: string;
  readonly text: string;
}

function answerOf(request: IncomingMessage, body: string): Answered {
  const { method, headers, url: path = '' } = request;
  const region = /Credential=AKIDEXAMPLE\/\d{8}\/([\w-]+)\//.exec(headers.authorization ?? '')?.[1] ?? 'unsigned';
  const target = String(headers['x-amz-target'] ?? '')
    .split('.')
    .at(-1);
  const what = target || new URLSearchParams(body).get('Action') || `${method} ${path}`;
  asked.push(`${region} ${what}`);
  if (path.startsWith('/consent')) return broken.consent ?? { type: 'text/html', text: '<h1>Sign in</h1>' };
  if (path === '/lwa') return { status: 400, text: '{"error":"invalid_grant"}' };
  const answers: Readonly<Record<string, () => unknown>> = {
    DescribeStacks: () => stacks(region),
    ListStackResources: () => resources(new URLSearchParams(body).get('NextToken')),
    GetSecretValue: () => ({ SecretString: JSON.stringify(SECRET) }),
    DescribeTable: () => ({
      Table: {
        KeySchema: [{ AttributeName: 'pk' }, { AttributeName: 'sk' }],
        GlobalSecondaryIndexes: [{ IndexName: 'due' }],
        SSEDescription: { Status: 'ENABLED' },
        DeletionProtectionEnabled: true,
      },
    }),
    DescribeContinuousBackups: () => ({
      ContinuousBackupsDescription: {
        ContinuousBackupsStatus: 'ENABLED',
        PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: broken.recovery ?? 'ENABLED' },
      },
    }),
    GetItem: () => ({ Item: broken.counts && { counts: { M: broken.counts } } }),
    DescribeTimeToLive: () => ({ TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: 'ttl' } }),
    GetQueueAttributes: () => ({
      Attributes: { FifoQueue: 'true', VisibilityTimeout: '300', RedrivePolicy: '{}' },
    }),
    'GET /2015-03-31/functions/stack-SkillFunction-1/policy': () => ({
      Policy: JSON.stringify(broken.policy ?? policy('alexa-connectedhome.amazon.com', 'alexa-appkit.amazon.com')),
    }),
    'POST /2015-03-31/functions/stack-SkillFunction-1/invocations': () => ({ echo: JSON.parse(body) as unknown }),
    'GET /2015-03-31/functions/stack-SkillFunction-1/configuration': () => settings(SKILL_ARN, broken.timeout ?? 9),
    'GET /2016-08-19/account-settings/': () =>
      broken.account && {
        AccountLimit: {
          ConcurrentExecutions: broken.account[0],
          UnreservedConcurrentExecutions: broken.account[1],
        },
      },
    'GET /2019-09-30/functions/stack-SkillFunction-1/concurrency': () =>
      broken.reserved === undefined ? {} : { ReservedConcurrentExecutions: broken.reserved },
    'GET /2019-09-30/functions/stack-WorkerFunction-1/concurrency': () => ({}),
    'GET /2015-03-31/functions/stack-WorkerFunction-1/configuration': () => settings('arn:worker', 50),
    'GET /2019-09-30/functions/stack-MaintenanceFunction-1/concurrency': () => ({}),
    'GET /2015-03-31/functions/stack-MaintenanceFunction-1/configuration': () =>
      settings('arn:maintenance', 900, {
        NOTICE_TOPIC_ARN: 'arn:aws:sns:us-east-1:111122223333:notices',
        NOTICE_FROM: broken.from ?? 'Lamps <lamps@example.org>',
        SKILL_STAGE: 'development',
      }),
    ListSubscriptionsByTopic: () => subscriptions(broken.subscription ?? 'arn:aws:sns:us-east-1:1:notices:1'),
    'GET /v2/email/account': () => ({ ProductionAccessEnabled: !broken.sandbox, SendingEnabled: !broken.paused }),
    'GET /v2/email/identities/example.org': () =>
      broken.verified === null ? undefined : { VerifiedForSendingStatus: broken.verified ?? true },
    'GET /v2/email/configuration-sets/dimmer-plug-notices/event-destinations': () =>
      broken.events === null
        ? undefined
        : {
            EventDestinations: [
              {
                Name: 'failed-mails',
                Enabled: true,
                MatchingEventTypes: broken.events ?? ['BOUNCE', 'COMPLAINT'],
                SnsDestination: { TopicArn: 'arn:aws:sns:us-east-1:1:events' },
              },
            ],
          },
  };
  const answer = answers[what]?.();
  if (answer === undefined)
    return { status: 404, text: path.startsWith('/v2/email/') ? '{"__type":"NotFoundException"}' : '{}' };
  return typeof answer === 'string' ? { type: 'text/xml', text: answer } : { text: JSON.stringify(answer) };
}

const policy = (...principals: string[]) => ({
  Statement: principals.map((principal) => ({
    Effect: 'Allow',
    Principal: { Service: principal },
    Action: 'lambda:InvokeFunction',
    Condition: { StringEquals: { 'lambda:EventSourceToken': SKILL_ID } },
  })),
});

const settings = (FunctionArn: string, Timeout: number, more: Readonly<Record<string, string>> = {}) => ({
  FunctionArn,
  Timeout,
  MemorySize: 512,
  Environment: {
    Variables: {
      TABLE_NAME: 'accounts',
      SECRETS_ID: 'arn:secret',
      SKILL_ID: broken.skillId ?? SKILL_ID,
      ...(broken.linkMode && { LINK_MODE: broken.linkMode }),
      ...more,
    },
  },
});

const pair = (key: string, name: string, value: string) =>
  `<member><${key}Key>${name}</${key}Key><${key}Value>${value}</${key}Value></member>`;

const stacks = (region: string) =>
  region === 'us-east-1'
    ? `<DescribeStacksResponse><DescribeStacksResult><Stacks><member>
      <StackId>arn:aws:cloudformation:us-east-1:111122223333:stack/lamps/1</StackId><StackStatus>UPDATE_COMPLETE</StackStatus>
      <Parameters>${pair('Parameter', 'SkillId', SKILL_ID)}</Parameters>
      <Outputs>${pair('Output', 'SkillEndpoint', SKILL_ARN)}${pair('Output', 'TableName', 'accounts')}${pair('Output', 'SecretArn', 'arn:aws:secretsmanager:us-east-1:111122223333:secret:s')}</Outputs>
      </member></Stacks></DescribeStacksResult></DescribeStacksResponse>`
    : '<DescribeStacksResponse><DescribeStacksResult><Stacks/></DescribeStacksResult></DescribeStacksResponse>';

const subscriptions = (arn: string) =>
  `<ListSubscriptionsByTopicResponse><ListSubscriptionsByTopicResult><Subscriptions>${
    arn === 'none'
      ? ''
      : `<member><Protocol>email</Protocol><Endpoint>operators@example.org</Endpoint><SubscriptionArn>${arn}</SubscriptionArn></member>`
  }</Subscriptions></ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>`;

/** Two pages. */
function resources(next: string | null): string {
  const member = (logical: string, physical: string) =>
    `<member><LogicalResourceId>${logical}</LogicalResourceId><PhysicalResourceId>${physical}</PhysicalResourceId></member>`;
  const page = next
    ? member('WorkerFunction', 'stack-WorkerFunction-1') +
      member('MaintenanceFunction', 'stack-MaintenanceFunction-1') +
      member('ReportQueue', `${url()}/111122223333/reports.fifo`)
    : member('SkillFunction', 'stack-SkillFunction-1') + member('Table', 'accounts');
  return `<ListStackResourcesResponse><ListStackResourcesResult><StackResourceSummaries>${page}</StackResourceSummaries>${
    next ? '' : '<NextToken>two</NextToken>'
  }</ListStackResourcesResult></ListStackResourcesResponse>`;
}

/** The part of ask-cli that is used. Nothing listens at the linking address: that has its own test. */
const runAsk: Run = async (command, args): Promise<Ran> => {
  const answers: Readonly<Record<string, unknown>> = {
    'get-account-linking-info': {
      accountLinkingResponse: {
        type: 'AUTH_CODE',
        authorizationUrl: 'https://127.0.0.1:1/authorize',
        accessTokenUrl: 'https://127.0.0.1:1/token',
        clientId: 'alexa',
        scopes: ['lamps'],
        redirectUrls: broken.redirectUrls ?? ['https://typed.example', 'https://127.0.0.1:1/alexa/callback'],
      },
    },
    'get-skill-credentials': { skillMessagingCredentials: SECRET.messaging },
    'get-skill-manifest': {
      manifest: {
        publishingInformation: { locales: { 'en-US': {} } },
        apis: { smartHome: { protocolVersion: '3', endpoint: { uri: SKILL_ARN } } },
        events: {
          endpoint: { uri: SKILL_ARN },
          subscriptions: [{ eventName: 'SKILL_DISABLED' }, { eventName: 'SKILL_ACCOUNT_LINKED' }],
        },
        permissions: [{ name: 'alexa::async_event:write' }],
        privacyAndCompliance: { locales: { 'en-US': { privacyPolicyUrl: 'https://lamps.dev/privacy' } } },
      },
    },
  };
  const [, name = ''] = args;
  const stdout = JSON.stringify(answers[name] ?? {});
  return { code: command === 'ask' && name in answers ? 0 : 1, stdout, output: stdout };
};

const open = () =>
  openDeployed({
    skillId: SKILL_ID,
    profile: { name: 'default', vendorId: 'M1', aws: {} },
    aws: openAws({}),
    ask: createAsk({ command: 'ask', root: '/', profile: 'default', show: () => {} }, runAsk),
    publish: false,
  });

const outcomes = async (target = open()) => {
  const findings = await preflight(target);
  expect(JSON.stringify(findings)).not.toContain('canary');
  return Object.fromEntries(findings.map(({ check, outcome, says }) => [check, `${outcome}: ${says}`]));
};

test('what is deployed is read from AWS and Amazon, and without an account nothing is linked', async () => {
  expect(await outcomes()).toEqual({
    stack: 'passed: us-east-1',
    'permission-smart-home': 'passed: us-east-1',
    'permission-skill-events': 'passed: us-east-1',
    'skill-time-out': 'passed: us-east-1',
    'skill-memory': 'passed: us-east-1',
    'reserved-concurrency': 'skipped: the limits of the AWS account are not known here',
    table: 'passed: keys, index, recovery, encryption, expiry, protection',
    queue: 'passed: hides a message for 300 s',
    'one-account': 'passed: 3 functions',
    'notice-subscriber': 'passed: o…s@example.org',
    'mail-sender': 'passed: l…s@example.org in us-east-1',
    operator: 'skipped: people sign in elsewhere',
    'accounts-reached': 'skipped: not counted yet; maintenance does so once a week',
    'own-domain': 'passed: 127.0.0.1:1',
    pkce: 'advice: the linking client does not require PKCE, and only the developer console shows whether Alexa sends it',
    'manifest-permission': 'passed: alexa::async_event:write',
    'manifest-endpoints': 'passed: 1 function',
    'manifest-version': 'passed: 3',
    'skill-events': 'passed: SKILL_DISABLED, SKILL_ACCOUNT_LINKED',
    regions: 'passed: 1 locale in NA',
    languages: 'passed: 1 locale',
    'legal-pages': 'passed: 1 locale',
    'messaging-client': 'passed: Login with Amazon knows them',
    'sign-in-address': 'passed: https://127.0.0.1:1/authorize',
    'token-address': 'passed: https://127.0.0.1:1/token',
    'account-linking': 'passed: https://127.0.0.1:1/authorize and https://127.0.0.1:1/token',
    'skill-id': 'passed: development',
    'redirect-urls': 'passed: https://127.0.0.1:1/alexa/callback',
    'consent-page': 'passed: Amazon asks for the sign-in',
    'sign-in-page': expect.stringMatching(/^failed: check did not run: https:\/\/127\.0\.0\.1:1 does not answer/),
    'page-headers': 'skipped: check sign-in-page failed',
    'redirect-uris': 'skipped: check sign-in-page failed',
    strangers: 'skipped: check sign-in-page failed',
    certificate: 'skipped: check sign-in-page failed',
    clock: 'skipped: check sign-in-page failed',
    'token-redirect': 'skipped: check sign-in-page failed',
    'token-json': 'skipped: check token-redirect was skipped',
    'token-time': 'skipped: check token-redirect was skipped',
    'linking-client': 'skipped: check token-json was skipped',
    'wrong-secret': 'skipped: check token-json was skipped',
    metadata: 'skipped: check token-redirect was skipped',
    'linking-flow': 'skipped: check redirect-uris was skipped',
    'refresh-again': 'skipped: check linking-flow was skipped',
    'access-token-life': 'skipped: check refresh-again was skipped',
    'sealing-keys': 'passed: all functions read one secret entry',
    discovery: 'skipped: check linking-flow was skipped',
    'accept-grant': 'skipped: check linking-flow was skipped',
    'refresh-token-life': 'skipped: check refresh-again was skipped',
  });
  expect(asked.filter((one) => one.endsWith('DescribeStacks')).sort()).toEqual([
    'eu-west-1 DescribeStacks',
    'us-east-1 DescribeStacks',
    'us-west-2 DescribeStacks',
  ]);
});

test.each([
  { host: 'abc.lambda-url.us-east-1.on.aws', publish: false, outcome: 'advice' },
  { host: 'abc.lambda-url.us-east-1.on.aws', publish: true, outcome: 'failed' },
  { host: 'abc.execute-api.us-east-1.amazonaws.com', publish: true, outcome: 'failed' },
  { host: 'lamps.example.org', publish: true, outcome: 'passed' },
])('account linking at $host, to be published: $publish, is $outcome', async ({ host, publish, outcome }) => {
  const target = open();
  const accountLinking = async () => ({
    ...(await target.accountLinking()),
    authorizationUrl: `https://${host}/authorize`,
  });
  const found = await outcomes({ ...target, publish, accountLinking });
  const says =
    outcome === 'passed'
      ? host
      : `account linking is at ${host}, which ends when the function is created again, and with it every link made there`;
  expect(found['own-domain']).toBe(`${outcome}: ${says}`);
});

test.each([
  { pkceRequired: false, outcome: /^advice: the linking client does not require PKCE/ },
  { pkceRequired: true, outcome: /^passed: the linking client requires it$/ },
])('a client with pkceRequired $pkceRequired', async ({ pkceRequired, outcome }) => {
  const target = open();
  const secrets = async () => {
    const right = await target.secrets();
    return { ...right, linkingClients: right.linkingClients.map((client) => ({ ...client, pkceRequired })) };
  };
  expect((await outcomes({ ...target, secrets })).pkce).toMatch(outcome);
});

test.each([
  {
    when: 'the permission of smart home was taken away',
    wrong: { policy: policy('alexa-appkit.amazon.com') },
    check: 'permission-smart-home',
    says: /^failed: alexa-connectedhome\.amazon\.com has no permission to invoke/,
  },
  { when: 'somebody set 3 s', wrong: { timeout: 3 }, check: 'skill-time-out', says: /^failed: .*stopped after 3 s/ },
  {
    when: 'somebody switched recovery off',
    wrong: { recovery: 'DISABLED' },
    check: 'table',
    says: /^failed: the table has no point-in-time recovery$/,
  },
  {
    when: 'a function has the id of another skill',
    wrong: { skillId: 'amzn1.ask.skill.another' },
    check: 'skill-id',
    says: /^failed: skill in us-east-1 has SKILL_ID amzn1\.ask\.skill\.another$/,
  },
  {
    when: 'somebody removed the redirect URL in the console',
    wrong: { redirectUrls: ['https://typed.example'] },
    check: 'redirect-urls',
    says: /^failed: account linking lacks the redirect URL https:\/\/127\.0\.0\.1:1\/alexa\/callback/,
  },
  {
    when: 'Amazon shows its error page',
    wrong: { consent: { status: 400, type: 'text/html', text: '<p>Error Summary</p>' } },
    check: 'consent-page',
    says: /^failed: Login with Amazon refuses the consent page/,
  },
  {
    when: 'Amazon shows its error page with a good status',
    wrong: { consent: { type: 'text/html', text: 'We are sorry. Error Summary: Unknown client Id' } },
    check: 'consent-page',
    says: /^failed: Login with Amazon refuses the consent page/,
  },
])('$when: found in AWS', async ({ wrong, check, says }) => {
  broken = wrong;
  const found = await outcomes();
  expect(found[check]).toMatch(says);
  const failures = Object.values(found).filter((outcome) => outcome?.startsWith('failed'));
  expect(failures).toHaveLength(2); // and the sign-in page, where nobody listens
});

test.each([
  {
    when: 'a new account',
    account: [10, 10] as const,
    says: 'skipped: the account runs 10 functions at once in us-east-1, too few to reserve any',
  },
  {
    when: 'an account that others have reserved from',
    account: [1000, 110] as const,
    says: 'skipped: the account runs 1000 functions at once in us-east-1, too few to reserve any',
  },
  {
    when: 'an account with room',
    account: [1000, 1000] as const,
    says: 'advice: skill in us-east-1 have no reserved concurrency, so a flood at the sign-in address can starve directives',
  },
  { when: 'reserved', account: [1000, 980] as const, reserved: 20, says: 'passed: skill 20' },
])('reserved concurrency, $when', async ({ says, ...found }) => {
  broken = found;
  expect((await outcomes())['reserved-concurrency']).toBe(says);
});

test("what is checked of this skill's own sign-in server is skipped where people link with a maker's own one", async () => {
  const skippedFor = async () =>
    Object.entries(await outcomes()).flatMap(([check, says]) => (says.includes('--maker audits it') ? check : []));
  expect(await skippedFor()).toEqual([]);
  broken = { linkMode: 'passthrough' };
  expect(await skippedFor()).toEqual([
    'pkce',
    'account-linking',
    'sign-in-address',
    'token-address',
    'sign-in-page',
    'page-headers',
    'redirect-uris',
    'strangers',
    'own-domain',
    'certificate',
    'clock',
    'skill-id',
    'redirect-urls',
    'consent-page',
    'token-redirect',
    'token-json',
    'token-time',
    'linking-client',
    'wrong-secret',
    'metadata',
    'linking-flow',
    'refresh-again',
    'access-token-life',
    'sealing-keys',
    'discovery',
    'accept-grant',
    'refresh-token-life',
  ]);
  // Nothing answers at the addresses of account linking here.
  expect((await outcomes())['makers-server']).toMatch(/^failed: no trusted certificate at https:/);
});

test('a skill function is invoked by its name, signed for its region', async () => {
  expect(await open().invoke('NA', { directive: {} })).toEqual({ echo: { directive: {} } });
  expect(asked.at(-1)).toBe('us-east-1 POST /2015-03-31/functions/stack-SkillFunction-1/invocations');
  await expect(open().invoke('EU', {})).rejects.toThrow('there is no skill function in EU');
});

test('a function that nobody may invoke has no policy at all', async () => {
  const lambda = createLambdaApi(async () => ({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'x' }));
  expect(await lambda.permissions('us-east-1', 'lonely')).toEqual([]);
  await expect(lambda.settings('us-east-1', 'lonely')).rejects.toThrow('Lambda answers 404');
});

test.each([
  {
    when: 'nobody is subscribed',
    wrong: { subscription: 'none' },
    check: 'notice-subscriber',
    says: /^failed: nobody is subscribed/,
  },
  {
    when: 'the subscriber has not confirmed',
    wrong: { subscription: 'PendingConfirmation' },
    check: 'notice-subscriber',
    says: /^failed: o…s@example\.org has not confirmed/,
  },
  {
    when: 'SES is in its sandbox',
    wrong: { sandbox: true },
    check: 'mail-sender',
    says: /^failed: .* is in its sandbox/,
  },
  { when: 'Amazon paused the account', wrong: { paused: true }, check: 'mail-sender', says: /^failed: .* has paused/ },
  {
    when: 'the domain is not verified',
    wrong: { verified: false },
    check: 'mail-sender',
    says: /^failed: example\.org is not verified/,
  },
  {
    when: 'SES does not know the domain',
    wrong: { verified: null },
    check: 'mail-sender',
    says: /^failed: SES in us-east-1 knows neither/,
  },
  {
    when: 'the mail stack is missing',
    wrong: { events: null },
    check: 'mail-sender',
    says: /^failed: the configuration set .* is missing/,
  },
  {
    when: 'nobody hears of complaints',
    wrong: { events: ['BOUNCE'] },
    check: 'mail-sender',
    says: /^failed: nobody hears of mails/,
  },
] as const)('$when: found', async ({ wrong, check, says }) => {
  broken = wrong;
  const found = await outcomes();
  expect(found[check]).toMatch(says);
  expect(Object.values(found).filter((outcome) => outcome?.startsWith('failed'))).toHaveLength(2);
});

test.each([
  { publish: false, says: 'skipped: NoticeFrom is not set: every notice goes to the notice topic' },
  {
    publish: true,
    says: 'failed: NoticeFrom is not set, so the people of a published skill get no message: their notices go to the notice topic',
  },
])('no sender of mails, to be published: $publish', async ({ publish, says }) => {
  broken = { from: '' };
  expect((await outcomes({ ...open(), publish }))['mail-sender']).toBe(says);
});

test.each([
  { name: 'Jane Doe', privacy: 'https://lamps.dev/privacy', publish: true, outcome: 'passed', says: 'Jane Doe' },
  {
    name: '',
    privacy: '',
    publish: false,
    outcome: 'skipped',
    says: 'no page says who runs the skill and where its privacy policy is',
  },
  {
    name: '',
    privacy: '',
    publish: true,
    outcome: 'failed',
    says: 'people are asked for their password on pages that do not say who runs the skill and where its privacy policy is',
  },
  {
    name: '',
    privacy: 'https://lamps.dev/privacy',
    publish: true,
    outcome: 'failed',
    says: 'people are asked for their password on pages that do not say who runs the skill',
  },
  {
    name: 'Jane Doe',
    privacy: '',
    publish: true,
    outcome: 'failed',
    says: 'people are asked for their password on pages that do not say where its privacy policy is',
  },
])(
  'operator "$name", privacy policy "$privacy", to be published: $publish, is $outcome',
  async ({ name, privacy, publish, outcome, says }) => {
    const target = open();
    const environment = { OPERATOR_NAME: name, PRIVACY_URL: privacy };
    const linking = { arn: 'arn:linking', timeoutSeconds: 29, memoryMb: 512, environment };
    const stacks = async () =>
      (await target.stacks()).map((stack) => ({
        ...stack,
        functions: { ...stack.functions, 'account-linking': linking },
      }));
    expect((await outcomes({ ...target, stacks, publish })).operator).toBe(`${outcome}: ${says}`);
  },
);

const numbers = (accounts: number, withoutAddress: number, withoutGrant: number) => ({
  accounts: { N: String(accounts) },
  withoutAddress: { N: String(withoutAddress) },
  withoutGrant: { N: String(withoutGrant) },
});

test.each([
  { counts: numbers(3, 0, 0), says: 'passed: 3 linked accounts' },
  {
    counts: numbers(12, 2, 0),
    says: 'advice: 2 of 12 linked accounts have no confirmed address, so they get no message',
  },
  {
    counts: numbers(12, 2, 5),
    says: 'advice: 5 of 12 linked accounts gave no permission to report, so the Alexa app may show old states of their lamps',
  },
  { counts: { accounts: { S: 'many' } }, says: 'skipped: not counted yet; maintenance does so once a week' },
])('what maintenance counted: $says', async ({ counts, says }) => {
  broken = { counts };
  expect((await outcomes())['accounts-reached']).toBe(says);
});
