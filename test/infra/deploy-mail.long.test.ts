import { expect, test } from '@jest/globals';
import { mailLines, openVerified, rolesIn, setsNamedIn } from './mail-world.ts';
import { closingWorlds } from './opened-worlds.ts';
import { SENDER } from './restored.ts';
import { openSingleStack } from './single-stack.ts';

// The mail stack, on stand-ins of CloudFormation and SES, with the real client.

const use = closingWorlds();

test('with NoticeFrom it is one command: identity, function and roles are found', async () => {
  const writing = await use(openVerified());
  expect(mailLines(await writing.deploy())).toEqual(['changed    mail stack in us-east-1: sends as example.org']);
  const [mail, ...others] = writing.aws.stacks.mails();
  expect(others).toEqual([]);
  expect([mail?.name, mail?.status]).toEqual([
    'dimmer-plugs-0f3c0000-0000-0000-0000-000000000000-mail',
    'CREATE_COMPLETE',
  ]);
  const [runtime] = writing.aws.stacks.standing();
  expect(rolesIn(writing)).toHaveLength(5);
  expect(mail?.parameters).toEqual({
    IdentityArn: 'arn:aws:ses:us-east-1:123456789012:identity/example.org',
    MaintenanceArn: runtime?.resources.MaintenanceFunction?.arn,
    Roles: rolesIn(writing).join(),
    ConfigurationSet: 'dimmer-plugs-0f3c0000-0000-0000-0000-000000000000-mail',
  });
  // The functions name the set that the stack makes, and SES allows them that one.
  expect(mail?.resources.Mails?.properties.Name).toBe('dimmer-plugs-0f3c0000-0000-0000-0000-000000000000-mail');
  expect(setsNamedIn(writing)).toEqual(['dimmer-plugs-0f3c0000-0000-0000-0000-000000000000-mail']);
});

test('a second run changes nothing', async () => {
  const writing = await use(openVerified());
  await writing.deploy();
  const { changes } = writing.aws.stacks;
  expect(mailLines(await writing.deploy())).toEqual(['unchanged  mail stack in us-east-1: sends as example.org']);
  expect(writing.aws.stacks.changes).toBe(changes);
});

test.each([
  {
    what: 'SES does not know',
    set: undefined,
    says: 'SES in us-east-1 knows neither example.org nor the address of NoticeFrom, so no mail is sent. Create an identity for example.org in the SES console of us-east-1, and add its DNS records.',
  },
  {
    what: 'has not verified its domain',
    set: false,
    says: 'example.org is not verified in SES in us-east-1, so no mail is sent. Add the DNS records that the SES console shows for example.org. Amazon looks for them for 72 hours.',
  },
])('a sender that $what: one sentence, one remedy, and all the rest is deployed', async ({ set, says }) => {
  const writing = await use(openSingleStack());
  if (set !== undefined) writing.aws.mail.identities.set('us-east-1 example.org', set);
  writing.setParameters(SENDER);
  const lines = await writing.deploy();
  expect(mailLines(lines)).toEqual(['changed    mail stack in us-east-1: sends as example.org', `           ${says}`]);
  expect(lines.filter((line) => line.startsWith('done       checked the result'))).toHaveLength(1);
  // Once the owner has verified the domain, mails go out without another deploy.
  expect(writing.aws.stacks.mails()[0]?.parameters.IdentityArn).toMatch(/:identity\/example\.org$/);
});

test('without NoticeFrom there is no mail stack, and SES is not asked', async () => {
  const silent = await use(openSingleStack());
  expect(mailLines(await silent.deploy())).toEqual([]);
  expect(silent.aws.stacks.mails()).toEqual([]);
  expect([...silent.called].filter((call) => call.startsWith('ses:'))).toEqual([]);
});

test.each([
  'lamps',
  'Lamps <lamps@example.org>, <eve@example.org>',
  'lamps@example.org\r\nBcc: eve@example.org',
  'a,b@example.org',
  '*@example.org',
])('a NoticeFrom that is no sender stops the deploy before anything is changed: %j', async (NoticeFrom) => {
  const writing = await use(openSingleStack());
  const { changes } = writing.aws.stacks;
  writing.setParameters({ NoticeFrom });
  await expect(writing.deploy()).rejects.toMatchObject({
    message: 'NoticeFrom in ask-resources.json is not a sender of mails. Nothing was deployed.',
    remedy: 'Set one address, with or without a name before it: Lamps <lamps@example.org>.',
  });
  expect(writing.aws.stacks.changes).toBe(changes);
});
