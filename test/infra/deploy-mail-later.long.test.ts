import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { mailLines, openVerified, rolesIn, setsNamedIn, variablesOf } from './mail-world.ts';
import { closingWorlds } from './opened-worlds.ts';
import { SENDER } from './restored.ts';
import { openSingleStack, type World } from './single-stack.ts';
import { ROOT } from './template.ts';

// What becomes of the mail stack later: another sender, further regions, none, one that was made by hand. `every-request.long.test.ts` stops it.

const use = closingWorlds();

const OWN_SET = 'dimmer-plugs-0f3c0000-0000-0000-0000-000000000000-mail';

test('another sender changes the stack', async () => {
  const writing = await use(openVerified());
  await writing.deploy();
  const [before] = writing.aws.stacks.mails();
  writing.aws.mail.identities.set('us-east-1 light@example.com', true);
  writing.setParameters({ NoticeFrom: 'light@example.com' });
  expect(mailLines(await writing.deploy())).toEqual(['changed    mail stack in us-east-1: sends as light@example.com']);
  const [mail] = writing.aws.stacks.mails();
  expect(mail?.id).toBe(before?.id);
  expect(mail?.parameters.IdentityArn).toBe('arn:aws:ses:us-east-1:123456789012:identity/light@example.com');
});

test('functions of a further region may send too; the stack is in the home region only', async () => {
  const writing = await use(openVerified());
  await writing.deploy(undefined, ['--region', 'NA,EU']);
  const europe = writing.aws.stacks.standing().find(({ awsRegion }) => awsRegion === 'eu-west-1');
  const [mail, ...others] = writing.aws.stacks.mails();
  expect([mail?.awsRegion, others]).toEqual(['us-east-1', []]);
  expect(mail?.parameters.Roles?.split(',')).toContain(europe?.resources.SkillRole?.id);
});

test('when NoticeFrom is removed the stack is deleted, after the functions no longer send', async () => {
  const writing = await use(openVerified());
  await writing.deploy();
  writing.setParameters({});
  await expect(writing.deploy({ at: 'DeleteStack', executed: false })).rejects.toThrow();
  expect(writing.aws.stacks.mails()).toHaveLength(1);
  expect(writing.aws.stacks.standing()[0]?.parameters.NoticeFrom).toBe('');
  expect(mailLines(await writing.deploy())).toEqual([
    'done       deleted the mail stack in us-east-1: NoticeFrom is not set, so the functions send no mails',
  ]);
  expect(writing.aws.stacks.mails()).toEqual([]);
  writing.setParameters(SENDER);
  await writing.deploy();
  expect(writing.aws.stacks.mails()).toHaveLength(1);
});

test('what a failed creation left is deleted, and the stack made', async () => {
  const writing = await use(openVerified());
  writing.aws.stacks.failNext('EventTopic', 'Service Unavailable');
  await expect(writing.deploy()).rejects.toMatchObject({
    message: 'AWS could not create or change EventTopic: Service Unavailable',
  });
  await writing.deploy();
  expect(writing.aws.stacks.mails().map(({ status }) => status)).toEqual(['CREATE_COMPLETE']);
});

test('undeploying deletes it before the roles to which its policy is attached', async () => {
  const writing = await use(openVerified());
  await writing.deploy();
  const [mail] = writing.aws.stacks.mails();
  const lines = (await writing.undeploy()).filter((line) => line.startsWith('done       deleted the'));
  expect(lines).toEqual([
    'done       deleted the skill amzn1.ask.skill.0f3c0000-0000-0000-0000-000000000000',
    `done       deleted the mail stack ${mail?.name} in us-east-1`,
    'done       deleted the stack ask-lamps in us-east-1',
  ]);
  expect(writing.aws.stacks.mails()).toEqual([]);
});

/** What README once had people do by hand. */
function makeByHand({ aws }: World, MaintenanceArn: string): void {
  const form = new URLSearchParams({
    Action: 'CreateStack',
    StackName: 'dimmer-plug-mail',
    TemplateBody: readFileSync(join(ROOT, 'infra/mail-stack.yaml'), 'utf8'),
  });
  const IdentityArn = 'arn:aws:ses:us-east-1:123456789012:identity/example.org';
  for (const [index, [key, value]] of Object.entries({ IdentityArn, MaintenanceArn, Roles: 'one' }).entries()) {
    form.set(`Parameters.member.${index + 1}.ParameterKey`, key);
    form.set(`Parameters.member.${index + 1}.ParameterValue`, value);
  }
  expect(aws.stacks.answer(form, 'us-east-1').status).toBe(200);
}

test('a mail stack that was made by hand for this skill is brought up to date, and deleted with the skill', async () => {
  const writing = await use(openVerified());
  writing.setParameters({});
  await writing.deploy();
  makeByHand(writing, writing.aws.stacks.standing()[0]?.resources.MaintenanceFunction?.arn ?? '');
  writing.setParameters(SENDER);
  await writing.deploy();
  expect(writing.aws.stacks.mails().map(({ name, parameters }) => [name, parameters.Roles])).toEqual([
    ['dimmer-plug-mail', rolesIn(writing).join()],
  ]);
  // Another name would replace the set, and mails in between would be refused.
  expect(writing.aws.stacks.mails()[0]?.resources.Mails?.properties.Name).toBe('dimmer-plug-notices');
  expect(setsNamedIn(writing)).toEqual(['dimmer-plug-notices']);
  await writing.undeploy();
  expect(writing.aws.stacks.mails()).toEqual([]);
});

test("where another skill's mail stack has the set that all skills once shared, this one has a set of its own", async () => {
  const writing = await use(openVerified());
  makeByHand(writing, 'arn:aws:lambda:us-east-1:123456789012:function:another');
  await writing.deploy();
  expect(writing.aws.stacks.mails().map(({ resources }) => resources.Mails?.properties.Name)).toEqual([
    'dimmer-plug-notices',
    OWN_SET,
  ]);
  expect(setsNamedIn(writing)).toEqual([OWN_SET]);
});

test('a configuration set with the name that is in nobody’s stack: one sentence, one remedy, and the next run goes on', async () => {
  const writing = await use(openVerified());
  writing.aws.stacks.failNext(
    'Mails',
    `Resource of type 'AWS::SES::ConfigurationSet' with identifier '${OWN_SET}' already exists.`,
  );
  await expect(writing.deploy()).rejects.toMatchObject({
    message: `AWS could not create Mails: its name is taken. Resource of type 'AWS::SES::ConfigurationSet' with identifier '${OWN_SET}' already exists.`,
    remedy: 'Delete or rename the resource with that name, and run npm run deploy again.',
  });
  await writing.deploy();
  expect(setsNamedIn(writing)).toEqual([OWN_SET]);
});

test('with a domain of one’s own: its pages are in the mails, and the functions keep their set', async () => {
  const writing = await use(openVerified());
  writing.aws.names.addZone('example.org');
  await writing.deploy(undefined, ['--domain', 'lamps.example.org', '--region', 'NA,EU']);
  const variables = writing
    .stacks()
    .flatMap(({ resources }) =>
      ['SkillFunction', 'WatchFunction', 'WorkerFunction', 'MaintenanceFunction'].flatMap(
        (name) => resources[name] ?? [],
      ),
    )
    .map(variablesOf);
  expect(variables).toHaveLength(5);
  for (const one of variables) {
    expect(one).toMatchObject({ NOTICE_FROM: 'Lamps <lamps@example.org>', NOTICE_CONFIGURATION_SET: OWN_SET });
    expect(one.PUBLIC_URLS?.split(',')[0]).toBe('https://lamps.example.org');
  }
  const { changes } = writing.aws.stacks;
  await writing.deploy();
  expect(writing.aws.stacks.changes).toBe(changes);
});

test("another skill's mail stack stays as it is", async () => {
  const writing = await use(openSingleStack());
  makeByHand(writing, 'arn:aws:lambda:us-east-1:123456789012:function:another');
  await writing.deploy();
  await writing.undeploy();
  expect(writing.aws.stacks.mails().map(({ name, parameters }) => [name, parameters.Roles])).toEqual([
    ['dimmer-plug-mail', 'one'],
  ]);
});
