import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { deploy } from '../../infra/deploy/deploy.ts';
import { Failure } from '../../infra/deploy/failure.ts';
import { readManifest } from '../../infra/deploy/manifest.ts';
import { profileIn, readResources } from '../../infra/deploy/resources.ts';
import { undeploy } from '../../infra/deploy/undeploy.ts';
import { type Amazon, newAmazon, newCheckout, newRun, PROJECT, toStack } from './deploy-support.ts';

let amazon: Amazon;
let checkout: ReturnType<typeof newCheckout>;

beforeEach(() => {
  amazon = newAmazon();
  checkout = newCheckout();
});
afterEach(() => checkout.remove());

/** Runs it to its end, and answers what it said. */
async function deployed(...args: string[]): Promise<string[]> {
  const run = newRun(amazon, checkout.root, ['--yes', ...args]);
  await deploy(run);
  return run.lines;
}

const marks = (lines: readonly string[]) => lines.map((line) => line.split(' ')[0]).filter((mark) => mark !== '');
const theSkill = () => [...amazon.skills.values()][0];
const stateIn = (awsRegion: string) => [...amazon.states.values()].find((state) => state.awsRegion === awsRegion);
const client = () =>
  (
    JSON.parse(amazon.secretText) as {
      linkingClients: { secrets: { secret: string; retired: boolean }[]; redirectUris: string[] }[];
    }
  ).linkingClients[0];

/** Built and read back; state stack, both parts of the secret entry, the skill's stack and account linking are as they were. */
const NOTHING_NEW = ['done', 'unchanged', 'unchanged', 'unchanged', 'unchanged', 'unchanged', 'done'];

/** Everything in its place, whatever happened on the way. */
function expectAllInPlace(stacks = 1): void {
  expect(amazon.skills.size).toBe(1);
  expect(amazon.stacks).toHaveLength(stacks);
  expect(client()?.secrets.find(({ retired }) => !retired)?.secret).toBe(theSkill()?.secret);
  expect(client()?.redirectUris).toHaveLength(3);
  expect(JSON.parse(amazon.secretText)).toMatchObject({
    messaging: { clientId: 'messaging of amzn1.ask.skill.1', clientSecret: 'canary-messaging' },
    sealingText: expect.stringMatching(/^canary-secret-\d$/),
  });
  expect(theSkill()?.linking?.accessTokenUrl).toBe('https://abc.lambda-url.us-east-1.on.aws/token');
  for (const path of ['ask-resources.json', 'skill-package/skill.json']) {
    expect(readFileSync(join(checkout.root, path), 'utf8')).toBe(readFileSync(join(PROJECT, path), 'utf8'));
  }
}

test('a second run changes nothing and says so', async () => {
  expect(marks(await deployed('--notices', 'a@example.org'))).toEqual([
    'done', // code
    'done', // skill
    'done', // state stack
    'done', // sealing key
    'changed',
    'changed',
    'done',
    'done',
    'done',
  ]);
  const before = structuredClone(amazon);
  expect(marks(await deployed())).toEqual(NOTHING_NEW);
  expect({ ...amazon, calls: 0 }).toEqual({ ...before, calls: 0 });
  expectAllInPlace();
});

test('after a stop at any call, the next run continues', async () => {
  for (let at = 1; ; at += 1) {
    amazon = newAmazon();
    checkout.remove();
    checkout = newCheckout();
    amazon.stopAt = at;
    const stopped = await deployed().then(
      () => false,
      (error: Error) => error.message === 'stopped',
    );
    const callsMade = amazon.calls;
    amazon.stopAt = Number.POSITIVE_INFINITY;
    await deployed();
    expectAllInPlace();
    expect(marks(await deployed())).toEqual(NOTHING_NEW);
    if (!stopped) {
      expect(callsMade).toBeGreaterThan(20);
      break;
    }
  }
});

test('a rotation of the client secret, stopped at any call: the functions restart with it, and one new secret is created', async () => {
  for (let at = 1; ; at += 1) {
    amazon = newAmazon();
    checkout.remove();
    checkout = newCheckout();
    await deployed();
    const { deploys } = amazon;
    const old = theSkill()?.secret;
    amazon.stopAt = amazon.calls + at;
    const stopped = await deployed('--rotate-client-secret').then(
      () => false,
      () => true,
    );
    const begun = client()?.secrets.length === 2;
    amazon.stopAt = Number.POSITIVE_INFINITY;
    await deployed(...(begun ? [] : ['--rotate-client-secret']));
    expectAllInPlace();
    expect(client()?.secrets.slice(1)).toEqual([{ secret: old, retired: true }]);
    expect(amazon.deploys).toBeGreaterThan(deploys);
    if (!stopped) break;
  }
});

test('a fresh checkout finds the skill and the stack by the name', async () => {
  await deployed('--notices', 'a@example.org');
  rmSync(join(checkout.root, '.ask'), { recursive: true });
  const lines = await deployed();
  expectAllInPlace();
  expect(lines.join('\n')).toContain('found the existing skill and its stacks, which this checkout did not know');
  expect(stateIn('us-east-1')?.parameters.NoticeEmail).toBe('a@example.org');
});

test('with two skills of that name, a person chooses', async () => {
  await deployed();
  amazon.skills.set('amzn1.ask.skill.2', { manifest: theSkill()?.manifest as never });
  rmSync(join(checkout.root, '.ask'), { recursive: true });
  await expect(deployed()).rejects.toMatchObject({
    remedy: expect.stringContaining('--skill-id amzn1.ask.skill.1 or --skill-id amzn1.ask.skill.2'),
  });
  await deployed('--skill-id', 'amzn1.ask.skill.1');
  expect(amazon.stacks).toHaveLength(1);
});

test('a skill that was deleted in the console is reported, and --new creates another', async () => {
  await deployed();
  amazon.skills.clear();
  await expect(deployed()).rejects.toMatchObject({
    message: 'The skill no longer exists in the developer console.',
  });
  await deployed('--new');
  expect([...amazon.skills.keys()]).toEqual(['amzn1.ask.skill.2']);
});

test.each([
  {
    when: 'cannot be rolled back',
    status: 'UPDATE_ROLLBACK_FAILED',
    message: 'The stack is stuck in UPDATE_ROLLBACK_FAILED.',
  },
  {
    when: 'is being changed',
    status: 'UPDATE_IN_PROGRESS',
    message: 'Another change of the stack is in progress.',
  },
])('a stack that $when is not changed', async ({ status, message }) => {
  await deployed();
  amazon.stacks = amazon.stacks.map((stack) => ({ ...stack, status }));
  await expect(deployed()).rejects.toMatchObject({ message });
  expect(amazon.deploys).toBe(1);
});

test('the rest of a failed first deploy is deleted, and its stack is created again', async () => {
  const run = newRun(amazon, checkout.root);
  await expect(deploy({ ...run, aws: { ...run.aws, beginSecret: fails } })).rejects.toThrow('stopped');
  const failed = toStack('failed', 'us-east-1', [...amazon.skills.keys()][0] ?? '', {});
  amazon.stacks = [{ ...failed, status: 'ROLLBACK_COMPLETE' }];
  await deployed();
  expectAllInPlace();
  expect(amazon.stacks.map(({ id }) => id)).not.toContain('failed');
});

test.each([
  { what: 'code', change: 'lambda/dist/skill.js', to: '# another' },
  { what: 'template', change: 'infra/skill-stack.yaml', to: 'Resources: {}' },
])('another $what is deployed', async ({ change, to }) => {
  await deployed();
  writeFileSync(join(checkout.root, change), to);
  expect((await deployed()).join('\n')).toContain('changed    skill package, code and stack');
  expect(amazon.deploys).toBe(2);
});

test.each([
  { what: 'somebody else has deployed since', change: () => ({ CodeVersion: '99' }) },
  { what: 'it is forced', change: () => ({}), args: ['--force'] },
])('it deploys when $what', async ({ change, args = [] }) => {
  await deployed();
  amazon.stacks = amazon.stacks.map((stack) => ({ ...stack, parameters: { ...stack.parameters, ...change() } }));
  await deployed(...args);
  expect(amazon.deploys).toBe(2);
});

test('another address for notices changes only the state stack', async () => {
  await deployed('--notices', 'a@example.org');
  const lines = await deployed('--notices', 'b@example.org');
  expect(lines.join('\n')).toContain('changed    state stack in us-east-1');
  expect(stateIn('us-east-1')?.parameters.NoticeEmail).toBe('b@example.org');
  expect(amazon.deploys).toBe(1);
});

test('whoever has not agreed to get mails is named, until they have', async () => {
  const says = (lines: readonly string[]) => lines.filter((line) => line.includes('must be followed first'));
  amazon.subscribers = [{ address: 'a@example.org', confirmed: false }];
  expect(says(await deployed('--notices', 'a@example.org'))).toEqual([
    '           a@example.org gets no notices yet: Amazon has sent a mail there, and its link must be followed first',
    '           a@example.org gets no alarms yet: Amazon has sent a mail there, and its link must be followed first',
  ]);
  amazon.subscribers = [{ address: 'a@example.org', confirmed: true }];
  expect(says(await deployed())).toEqual([]);
});

test('a first deploy to Europe that was interrupted goes on there', async () => {
  const run = newRun(amazon, checkout.root, ['--yes', '--region', 'EU']);
  await expect(deploy({ ...run, aws: { ...run.aws, beginSecret: fails } })).rejects.toThrow('stopped');
  await deployed();
  expect(amazon.stacks.map(({ awsRegion }) => awsRegion)).toEqual(['eu-west-1']);
  expect(amazon.states.size).toBe(1);
});

test('functions are not given another table than theirs', async () => {
  await deployed();
  const state = stateIn('us-east-1');
  const other = { TableArn: 'arn:aws:dynamodb:us-east-1:1:table/other' };
  if (state) amazon.states.set('us-east-1 dimmer-plugs-1', { ...state, outputs: { ...state.outputs, ...other } });
  await expect(deployed('--force')).rejects.toMatchObject({
    message: expect.stringMatching(
      /table\/accounts and .* the state stack has .*table\/other .* Nothing was changed\.$/,
    ),
  });
  expect(amazon.deploys).toBe(1);
});

test('account linking that was changed in the console is restored', async () => {
  await deployed();
  const skill = theSkill();
  if (skill?.linking) skill.linking = { ...skill.linking, accessTokenUrl: 'https://old.example/token' };
  expect((await deployed()).join('\n')).toContain('changed    account linking at');
  expectAllInPlace();
  expect(amazon.deploys).toBe(1);
});

test('a manifest without its endpoint is deployed again', async () => {
  await deployed();
  const skill = theSkill();
  if (skill) skill.manifest = readManifest(JSON.parse(readFileSync(join(PROJECT, 'skill-package/skill.json'), 'utf8')));
  await deployed();
  expect(amazon.deploys).toBe(2);
});

test('several regions: the home region first, then those that need its table, and one pass from then on', async () => {
  await deployed('--region', 'EU,NA');
  expectAllInPlace(2);
  const [home, other] = ['eu-west-1', 'us-east-1'].map((region) =>
    amazon.stacks.find(({ awsRegion }) => awsRegion === region),
  );
  expect(home?.outputs.HomeQueue).toBe('arn:queue,https://queue');
  expect(home?.parameters).toMatchObject({
    TableArn: 'arn:aws:dynamodb:us-east-1:1:table/accounts',
    SecretArn: 'arn:aws:secretsmanager:us-east-1:1:secret:s',
    NoticeTopicArn: 'arn:aws:sns:eu-west-1:1:notices',
  });
  expect(home?.parameters).not.toHaveProperty('HomeQueue');
  expect(stateIn('eu-west-1')?.parameters.Part).toBe('home');
  expect(stateIn('us-east-1')?.parameters.Part).toBe('further');
  expect(other?.parameters).toMatchObject({
    TableArn: 'arn:aws:dynamodb:us-east-1:1:table/accounts',
    SecretArn: 'arn:aws:secretsmanager:us-east-1:1:secret:s',
    // CloudWatch publishes alarms to topics of its own region only.
    NoticeTopicArn: 'arn:aws:sns:us-east-1:1:notices',
    AlarmTopicArn: 'arn:aws:sns:us-east-1:1:alarms',
    HomeQueue: 'arn:queue,https://queue',
    PublicUrls: 'https://abc.lambda-url.us-east-1.on.aws',
  });
  expect(amazon.deploys).toBe(2);
  await deployed('--force');
  expect(amazon.deploys).toBe(3);
  expect(amazon.stacks).toHaveLength(2);
});

test('the home region is not moved by mistake', async () => {
  await deployed();
  await expect(deployed('--region', 'EU')).rejects.toMatchObject({ remedy: 'Name it first: --region NA,EU.' });
});

test('account linking uses an own domain', async () => {
  await deployed('--public-urls', 'https://link.example.org');
  expect(theSkill()?.linking).toMatchObject({
    authorizationUrl: 'https://link.example.org/authorize',
    accessTokenUrl: 'https://link.example.org/token',
    domains: ['link.example.org'],
  });
});

const ENDS =
  '           account linking is at an address of AWS Lambda, which ends when the function is created again, and with it every link made there. Before others use the skill, give account linking an address of yours: npm run deploy -- --domain lamps.example.org';

test('without a domain the first deploy says once what that costs later', async () => {
  expect((await deployed()).filter((line) => line === ENDS)).toHaveLength(1);
  expect((await deployed('--force')).filter((line) => line === ENDS)).toEqual([]);
});

test('with an own address from the start nothing is said of it', async () => {
  expect(await deployed('--public-urls', 'https://link.example.org')).not.toContain(ENDS);
});

test('no secret is in the output', async () => {
  const lines = [...(await deployed()), ...(await deployed('--rotate-client-secret'))];
  expect(lines.length).toBeGreaterThan(10);
  expect(lines.filter((line) => line.includes('canary'))).toEqual([]);
});

const FIRST_QUESTIONS = [
  'E-mail address for notices and alarms (leave empty for none): ',
  'Who runs the skill, as its pages and mails say (leave empty to name nobody): ',
  'Address of your privacy policy, such as https://example.org/privacy (leave empty for none): ',
];

test('a person is asked once, and can say no', async () => {
  const answers = ['ada@example.org', 'Ada Lovelace', 'https://ada.example/privacy', 'n'];
  const asked: string[] = [];
  const question = async (text: string) => {
    asked.push(text);
    return answers.shift() ?? '';
  };
  await expect(deploy({ ...newRun(amazon, checkout.root, []), question })).rejects.toMatchObject({
    message: 'Nothing was deployed.',
  });
  expect(asked).toHaveLength(4);
  expect(amazon.skills.size).toBe(0);
  answers.push('ada@example.org', 'Ada Lovelace', 'https://ada.example/privacy', 'y');
  await deploy({ ...newRun(amazon, checkout.root, []), question });
  await deploy({ ...newRun(amazon, checkout.root, []), question });
  expect(stateIn('us-east-1')?.parameters).toMatchObject({
    NoticeEmail: 'ada@example.org',
    AlarmEmail: 'ada@example.org',
  });
  expect(asked).toEqual([
    ...FIRST_QUESTIONS,
    'Continue? [Y/n] ',
    ...FIRST_QUESTIONS,
    'Continue? [Y/n] ',
    // Known from the stack now.
    'Continue? [Y/n] ',
  ]);
  expect(amazon.stacks[0]?.parameters).toMatchObject({
    OperatorName: 'Ada Lovelace',
    PrivacyUrl: 'https://ada.example/privacy',
  });
});

test.each([
  { how: 'with --privacy', args: ['--privacy', 'https://ada.example/new'], url: 'https://ada.example/new' },
  { how: 'in a pipeline without that variable', args: ['--privacy', ''], url: 'https://ada.example/privacy' },
  { how: 'not at all', args: [], url: 'https://ada.example/privacy' },
  { how: 'with the word none', args: ['--privacy', 'none'], url: undefined },
])('the privacy policy, given $how later: $url, also where it is in ask-resources.json', async ({ args, url }) => {
  const path = join(checkout.root, 'ask-resources.json');
  const resources = readResources(readFileSync(path, 'utf8'));
  const parameters = { PrivacyUrl: 'https://ada.example/privacy' };
  profileIn(resources, 'default').skillInfrastructure.userConfig.cfn.parameters = parameters;
  writeFileSync(path, JSON.stringify(resources));
  await deployed();
  expect(amazon.stacks[0]?.parameters.PrivacyUrl).toBe('https://ada.example/privacy');
  await deployed(...args);
  expect(amazon.stacks[0]?.parameters.PrivacyUrl).toBe(url);
});

test.each([
  'http://ada.example/privacy',
  'ada.example/privacy',
  'https://',
  'https://ada.example/a b',
  'https://ada.example/"onclick="x',
  'https://ada.example/<script>',
  'javascript:alert(1)',
  `https://ada.example/${'x'.repeat(500)}`,
])(
  'an address with which the functions would not start stops the deploy before anything is changed: %j',
  async (url) => {
    const refused = { message: 'This cannot be the address of a privacy policy. Nothing was deployed.' };
    expect(() => newRun(amazon, checkout.root, ['--privacy', url])).toThrow(expect.objectContaining(refused));
    const answers = ['', 'Ada', url];
    const question = async () => answers.shift() ?? 'y';
    await expect(deploy({ ...newRun(amazon, checkout.root, []), question })).rejects.toMatchObject(refused);
    expect([amazon.skills.size, amazon.states.size]).toEqual([0, 0]);
  },
);

test.each([
  { how: 'with --operator', args: ['--operator', 'Lamps & Co.'], name: 'Lamps & Co.' },
  { how: 'in a pipeline without that variable', args: ['--operator', ''], name: 'Ada Lovelace' },
  { how: 'not at all', args: [], name: 'Ada Lovelace' },
  { how: 'with the word none', args: ['--operator', 'none'], name: undefined },
])('who runs the skill, given $how later: $name, in every region', async ({ args, name }) => {
  await deployed('--operator', 'Ada Lovelace', '--region', 'NA,EU');
  expect(amazon.stacks.map(({ parameters }) => parameters.OperatorName)).toEqual(['Ada Lovelace', 'Ada Lovelace']);
  expect(JSON.parse(amazon.secretText)).toMatchObject({ operator: 'Ada Lovelace' });
  await deployed(...args);
  expect(amazon.stacks.map(({ parameters }) => parameters.OperatorName)).toEqual([name, name]);
  expect(JSON.parse(amazon.secretText).operator).toBe(name);
});

test.each(['<b>Ada</b>', 'x'.repeat(61), '?Ada', 'Ada\nLovelace'])(
  'a name with which the functions would not start stops the deploy before anything is changed: %j',
  async (name) => {
    const refused = { message: 'This cannot be the name of who runs the skill. Nothing was deployed.' };
    expect(() => newRun(amazon, checkout.root, ['--operator', name])).toThrow(expect.objectContaining(refused));
    const answers = ['', name];
    const question = async () => answers.shift() ?? 'y';
    await expect(deploy({ ...newRun(amazon, checkout.root, []), question })).rejects.toMatchObject(refused);
    const path = join(checkout.root, 'ask-resources.json');
    const resources = readResources(readFileSync(path, 'utf8'));
    profileIn(resources, 'default').skillInfrastructure.userConfig.cfn.parameters = { OperatorName: name };
    writeFileSync(path, JSON.stringify(resources));
    await expect(deployed()).rejects.toMatchObject(refused);
    expect([amazon.skills.size, amazon.states.size]).toEqual([0, 0]);
  },
);

const fails = async () => {
  throw new Failure('stopped', 'again');
};

test('without a terminal nothing is deployed unasked', async () => {
  await expect(deploy(newRun(amazon, checkout.root, []))).rejects.toMatchObject({
    message: 'This needs a confirmation, and there is no terminal to ask on. Nothing was deployed.',
  });
  expect([amazon.skills.size, amazon.states.size]).toEqual([0, 0]);
});

test('a pipeline without the variable of an address changes no address, and the word none takes it away', async () => {
  await deployed('--notices', 'a@example.org');
  await deployed('--notices', '', '--alarms', '');
  expect(stateIn('us-east-1')?.parameters).toMatchObject({ NoticeEmail: 'a@example.org', AlarmEmail: 'a@example.org' });
  await deployed('--notices', 'none');
  expect(stateIn('us-east-1')?.parameters).toMatchObject({ NoticeEmail: '', AlarmEmail: 'a@example.org' });
});

test('a skill that runs in another AWS account is not taken over by mistake', async () => {
  await deployed();
  rmSync(join(checkout.root, '.ask'), { recursive: true });
  const other = newAmazon();
  other.skills = amazon.skills;
  other.account = '2';
  const run = (...args: string[]) => deploy(newRun(other, checkout.root, ['--yes', ...args]));
  const refused = {
    message:
      'The skill runs in the AWS account 1, and these keys are of 2, which has none of its links. Nothing was changed.',
    remedy: 'Use keys of 1. To take the skill over and lose its links, add --from-account 1.',
  };
  await expect(run()).rejects.toMatchObject(refused);
  await expect(run('--force')).rejects.toMatchObject(refused);
  await expect(run('--from-account', '3')).rejects.toMatchObject(refused);
  expect([other.states.size, other.deploys]).toEqual([0, 0]);
  await run('--from-account', '1');
  expect(other.deploys).toBe(1);
});

test('a client secret that was changed in the console is sent again with --force, and without it nobody claims to know it', async () => {
  await deployed();
  const skill = theSkill();
  const ours = skill?.secret;
  if (skill) skill.secret = 'of the console';
  expect((await deployed()).join('\n')).toContain('not checked: the client secret that Alexa has');
  expect(theSkill()?.secret).toBe('of the console');
  await deployed('--force');
  expect(theSkill()?.secret).toBe(ours);
});

const manifestOf = () =>
  readManifest(JSON.parse(readFileSync(join(checkout.root, 'skill-package/skill.json'), 'utf8')));

test('undeploying continues after a stop at any call, and says what is kept', async () => {
  for (let at = 1; ; at += 1) {
    amazon = newAmazon();
    checkout.remove();
    checkout = newCheckout();
    await deployed('--region', 'NA,EU');
    amazon.stopAt = amazon.calls + at;
    const run = newRun(amazon, checkout.root, ['--yes']);
    const stopped = await undeploy(run, manifestOf()).then(
      () => false,
      () => true,
    );
    amazon.stopAt = Number.POSITIVE_INFINITY;
    // The run that finishes it, and in a first one that ends, that one.
    const last = stopped ? newRun(amazon, checkout.root, ['--yes']) : run;
    if (stopped) await undeploy(last, manifestOf());
    expect(last.lines.join('\n')).toContain('kept: the table accounts in us-east-1');
    expect(last.lines.join('\n')).toContain('aws secretsmanager delete-secret --region us-east-1');
    expect([amazon.skills.size, amazon.stacks.length]).toEqual([0, 0]);
    if (stopped) continue;
    expect(run.lines.join('\n')).toContain('kept: the table accounts in us-east-1');
    expect(run.lines.join('\n')).toContain('kept: the state stack dimmer-plugs-1 in us-east-1, with its topics');
    expect(amazon.states.size).toBe(2);
    expect(run.lines.join('\n')).not.toContain('address stack');
    break;
  }
  await expect(undeploy(newRun(amazon, checkout.root, ['--yes']), manifestOf())).rejects.toMatchObject({
    message: 'This checkout does not know a deployed skill.',
  });
});

test.each([
  {
    when: 'nobody can confirm',
    question: undefined,
    message: 'This needs a confirmation, and there is no terminal to ask on.',
  },
  { when: 'the name is wrong', question: async () => 'yes', message: 'The name does not match. Nothing was deleted.' },
])('undeploying does nothing when $when', async ({ question, message }) => {
  await deployed();
  const run = { ...newRun(amazon, checkout.root, []), ...(question && { question }) };
  await expect(undeploy(run, manifestOf())).rejects.toMatchObject({ message });
  expect([amazon.skills.size, amazon.stacks.length]).toEqual([1, 1]);
});

test("undeploying continues when the skill's name is typed", async () => {
  await deployed();
  await undeploy({ ...newRun(amazon, checkout.root, []), question: async () => 'Dimmer Plug Bridge' }, manifestOf());
  expect(amazon.skills.size).toBe(0);
});
