import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createAsk } from '../../infra/deploy/ask.ts';
import { findProfile } from '../../infra/deploy/ask-profile.ts';
import { deploy } from '../../infra/deploy/deploy.ts';
import { findAsk } from '../../infra/deploy/find-ask.ts';
import { readManifest, withEndpoints, withoutEndpoints } from '../../infra/deploy/manifest.ts';
import { toOptions } from '../../infra/deploy/options.ts';
import { toRegions } from '../../infra/deploy/regions.ts';
import { profileIn, readResources, withDeployment } from '../../infra/deploy/resources.ts';
import { run } from '../../infra/deploy/run.ts';
import { putBackAltered, readText, toText, withAltered } from '../../infra/deploy/working-files.ts';
import { newAmazon, newCheckout, newRun, PROJECT } from './deploy-support.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'files-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('altered files are put back, whatever was made of them, also when the work fails', async () => {
  writeFileSync(join(folder, 'a.json'), 'original');
  const work = withAltered(folder, { 'a.json': 'altered' }, async () => {
    expect(readText(folder, 'a.json')).toBe('altered');
    writeFileSync(join(folder, 'a.json'), 'by ask-cli');
    throw new Error('no luck');
  });
  await expect(work).rejects.toThrow('no luck');
  expect(readText(folder, 'a.json')).toBe('original');
  expect(putBackAltered(folder)).toEqual([]);
});

test.each([
  { when: 'unchanged since', later: 'altered', back: ['a.json'], text: 'original' },
  { when: 'edited by a person since', later: 'edited', back: [], text: 'edited' },
])('a file that a killed run has changed is restored if it is $when', async ({ later, back, text }) => {
  writeFileSync(join(folder, 'a.json'), 'original');
  const killed = join(folder, 'killed');
  await withAltered(folder, { 'a.json': 'altered' }, async () => {
    mkdirSync(killed);
    for (const path of ['a.json', '.ask']) cpSync(join(folder, path), join(killed, path), { recursive: true });
  });
  writeFileSync(join(killed, 'a.json'), later);
  expect(putBackAltered(killed)).toEqual(back);
  expect(readText(killed, 'a.json')).toBe(text);
  expect(putBackAltered(killed)).toEqual([]);
});

test('after a run that is killed while ask-cli works, the next run restores the files', async () => {
  const { root, remove } = newCheckout();
  try {
    const amazon = newAmazon();
    const killed = newRun(amazon, root);
    const left = join(folder, 'left');
    const ask = {
      ...killed.ask,
      async deploy() {
        await killed.ask.deploy();
        cpSync(root, left, { recursive: true }); // as the disk is at this moment
      },
    };
    await deploy({ ...killed, ask });
    expect(readText(left, 'skill-package/skill.json')).toContain('arn:aws:lambda');
    await deploy(newRun(amazon, left));
    for (const path of ['ask-resources.json', 'skill-package/skill.json']) {
      expect(readText(left, path)).toBe(readText(PROJECT, path));
    }
    expect([amazon.skills.size, amazon.stacks.length]).toEqual([1, 1]);
  } finally {
    remove();
  }
});

const manifest = () => readManifest(JSON.parse(readFileSync(join(PROJECT, 'skill-package/skill.json'), 'utf8')));

test('endpoints are added to the manifest where ask-cli writes them, and removed without a trace', () => {
  const arns = { default: 'arn:account', EU: 'arn:eu' };
  const full = withEndpoints(manifest(), arns, ['SKILL_DISABLED']);
  const places = { endpoint: { uri: 'arn:account' }, regions: { EU: { endpoint: { uri: 'arn:eu' } } } };
  expect(full.manifest.apis.smartHome).toEqual({ protocolVersion: '3', ...places });
  expect(full.manifest.events).toEqual({ ...places, subscriptions: [{ eventName: 'SKILL_DISABLED' }] });
  expect(toText(withoutEndpoints(full, ['SKILL_DISABLED']))).toBe(toText(manifest()));
  expect(withEndpoints(manifest(), {}, ['SKILL_DISABLED'])).toEqual(manifest());
});

test('events that are not of ask-resources.json stay in the manifest', () => {
  const full = withEndpoints(manifest(), { default: 'arn:account' }, ['SKILL_DISABLED', 'SKILL_ENABLED']);
  expect(withoutEndpoints(full, ['SKILL_DISABLED']).manifest.events).toEqual({
    subscriptions: [{ eventName: 'SKILL_DISABLED' }, { eventName: 'SKILL_ENABLED' }],
  });
});

test('what is no manifest is refused', () => {
  expect(() => readManifest({ manifest: {} })).toThrow();
});

test('a profile of its own is what the default one is, with what is its own', () => {
  const resources = readResources(readFileSync(join(PROJECT, 'ask-resources.json'), 'utf8'));
  const own = withDeployment(resources, {
    profile: 'work',
    regions: { home: 'EU', further: ['NA'] },
    parameters: { TableArn: 't', PublicUrls: '' },
    further: { NA: { TableArn: 't', HomeQueue: 'q', PublicUrls: 'https://l.example' } },
  });
  const { code, skillInfrastructure } = profileIn(own, 'work');
  expect(code).toEqual({ default: { src: './lambda' }, NA: { src: './lambda' } });
  expect(skillInfrastructure.userConfig).toMatchObject({
    awsRegion: 'eu-west-1',
    handler: 'skill.handler',
    templatePath: './.ask/skill-stack.json',
    cfn: { parameters: { TableArn: 't' } },
    regionalOverrides: {
      NA: {
        awsRegion: 'us-east-1',
        cfn: { parameters: { TableArn: 't', HomeQueue: 'q', PublicUrls: 'https://l.example' } },
      },
    },
  });
  expect(skillInfrastructure.userConfig.cfn.parameters).toEqual({ TableArn: 't' });
  expect(own.profiles.default).toEqual(resources.profiles.default);
});

test('addresses in the file go to the state stack: the skill’s stack does not know these parameters', () => {
  const resources = readResources(
    readFileSync(join(PROJECT, 'ask-resources.json'), 'utf8').replace(
      '"awsRegion"',
      '"cfn": { "parameters": { "NoticeEmail": "a@example.org", "LogDays": 7 } }, "awsRegion"',
    ),
  );
  const own = withDeployment(resources, {
    profile: 'default',
    regions: { home: 'NA', further: [] },
    parameters: { TableArn: 't' },
  });
  expect(profileIn(own, 'default').skillInfrastructure.userConfig.cfn.parameters).toEqual({
    LogDays: 7,
    TableArn: 't',
  });
});

test.each([
  { words: ['default'], home: 'NA', further: [] },
  { words: ['eu'], home: 'EU', further: [] },
  { words: ['EU,FE', 'NA'], home: 'EU', further: ['FE', 'NA'] },
  { words: ['NA,NA,default'], home: 'NA', further: [] },
  { words: ['eu-west-1,us-west-2'], home: 'EU', further: ['FE'] },
])('--region $words', ({ words, home, further }) => {
  expect(toRegions(words)).toEqual({ home, further });
});

test.each([
  { args: ['--region', 'MARS'], message: 'There is no region called MARS.' },
  { args: ['--region', ''], message: 'There is no region called "".' },
  { args: ['--notices', 'nobody'], message: 'This is not an e-mail address.' },
  { args: ['--public-urls', 'http://link.example.org'], message: 'The addresses of account linking are wrong.' },
  { args: ['--public-urls', 'https://link.example.org:8443'], message: 'The addresses of account linking are wrong.' },
  { args: ['--public-urls', 'https://a.example,nonsense'], message: 'The addresses of account linking are wrong.' },
  { args: ['--domain', 'https://lamps.example.org'], message: 'This is not a domain name.' },
  { args: ['--domain', 'lamps'], message: 'This is not a domain name.' },
  { args: ['--domain', 'lamps.example.org,x=y.example.org'], message: 'This is not a domain name.' },
  { args: ['--domain', `${'l'.repeat(60)}.example.org`], message: 'This is not a domain name.' },
  {
    args: ['--domain', 'lamps.example.org', '--public-urls', 'https://x.example'],
    message: '--domain sets the addresses itself.',
  },
  { args: ['--skill-id', '42'], message: 'This is not a skill id.' },
  { args: ['--colour', 'red'], message: "Unknown option '--colour'" },
])('$args is refused', ({ args, message }) => {
  expect(() => toOptions(args, {})).toThrow(message);
});

test('the skill id may come from the environment', () => {
  expect(toOptions([], { ASK_SKILL_ID: 'amzn1.ask.skill.1' }).skillId).toBe('amzn1.ask.skill.1');
  expect(toOptions(['--skill-id', 'amzn1.ask.skill.2'], { ASK_SKILL_ID: 'amzn1.ask.skill.1' }).skillId).toBe(
    'amzn1.ask.skill.2',
  );
});

const environment = {
  AWS_ACCESS_KEY_ID: 'a',
  AWS_SECRET_ACCESS_KEY: 'b',
  ASK_REFRESH_TOKEN: 'c',
  ASK_VENDOR_ID: 'M0CI',
};
const signedIn = { vendor_id: 'M0ADA', aws_profile: 'mine', token: { refresh_token: 'r' } };

function configured(content: unknown): string {
  mkdirSync(join(folder, '.ask'));
  writeFileSync(join(folder, '.ask', 'cli_config'), typeof content === 'string' ? content : JSON.stringify(content));
  return folder;
}

test("the profile is ask-cli's own, or all in the environment", () => {
  const home = configured({ profiles: { default: signedIn, work: { ...signedIn, vendor_id: 'M0WORK' } } });
  expect(findProfile(undefined, {}, home)).toEqual({ name: 'default', vendorId: 'M0ADA', aws: { name: 'mine' } });
  expect(findProfile('work', {}, home)).toMatchObject({ name: 'work', vendorId: 'M0WORK' });
  expect(findProfile(undefined, { ASK_DEFAULT_PROFILE: 'work' }, home)).toMatchObject({ name: 'work' });
  expect(findProfile(undefined, environment, '/nowhere')).toEqual({
    name: '__ENVIRONMENT_ASK_PROFILE__',
    vendorId: 'M0CI',
    aws: {},
  });
});

test.each([
  { when: 'nothing is set up', content: undefined, message: 'ask-cli has not been set up on this machine.' },
  { when: 'the file is broken', content: '{', message: 'ask-cli has not been set up on this machine.' },
  { when: 'there is no such profile', content: { profiles: {} }, message: 'ask-cli has no profile called default.' },
  {
    when: 'it has no token',
    content: { profiles: { default: { ...signedIn, token: undefined } } },
    message: "ask-cli's profile default is not signed in.",
  },
  {
    when: 'it has no AWS profile',
    content: { profiles: { default: { ...signedIn, aws_profile: '' } } },
    message: "ask-cli's profile default names no AWS profile.",
  },
])('when $when there is a sentence and a remedy', ({ content, message }) => {
  const home = content === undefined ? folder : configured(content);
  const failing = () => findProfile(undefined, {}, home);
  expect(failing).toThrow(message);
  expect(failing).toThrow(
    expect.objectContaining({ remedy: expect.stringContaining('npm run ask -- configure --profile default') }),
  );
});

test('two accounts at once are refused', () => {
  expect(() => findProfile('work', environment, folder)).toThrow('--profile names another account');
});

test('an ask-cli that waits for ever is stopped', async () => {
  const command = join(folder, 'ask');
  writeFileSync(
    command,
    '#!/bin/sh\necho "[12:00:00] Current stack status: ROLLBACK_FAILED... Status reason: x."\nexec sleep 60\n',
    { mode: 0o755 },
  );
  const shown: string[] = [];
  const ask = createAsk({ command, root: folder, profile: 'default', show: (line) => shown.push(line) }, run);
  await expect(ask.deploy()).rejects.toMatchObject({ message: 'The stack is stuck in ROLLBACK_FAILED.' });
  expect(shown).toEqual(['Current stack status: ROLLBACK_FAILED... Status reason: x.']);
});

test.each([
  { when: 'it does not start', script: 'echo "Class extends value undefined" >&2; exit 1', found: undefined },
  { when: 'it is an old one', script: 'echo 1.7.23', found: undefined },
  { when: 'it works', script: 'echo 2.30.7', found: '2.30.7' },
])('an ask-cli beside the packages is taken if it works: $when', async ({ script, found }) => {
  const bin = join(folder, 'node_modules/.cache/ask-cli/node_modules/.bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'ask'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  // None on the path.
  const onlyHere: typeof run = (command, ...rest) =>
    command === 'ask' ? Promise.reject(new Error('spawn ask ENOENT')) : run(command, ...rest);
  expect((await findAsk(folder, onlyHere))?.version).toBe(found);
  expect(existsSync(join(bin, 'ask'))).toBe(true);
});
