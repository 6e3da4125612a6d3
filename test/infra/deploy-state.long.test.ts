import { expect, test } from '@jest/globals';
import { closingWorlds } from './opened-worlds.ts';
import { firstRequest, openSingleStack, type World } from './single-stack.ts';

// A deployment that has everything in one stack, brought up to date by the real client on a stand-in of CloudFormation.

const use = closingWorlds();

const open = () => use(openSingleStack());

/** What lasts is what it was, belongs to the state stack only, and is what the functions use. */
function expectMoved({ aws, before, secretText }: World): void {
  const [runtime, ...others] = aws.stacks.standing();
  const [state, ...states] = aws.stacks.states();
  expect([others, states]).toEqual([[], []]);
  expect(runtime?.id).toBe(before.id);
  for (const name of ['Table', 'Secret', 'NoticeTopic', 'AlarmTopic']) {
    expect(state?.resources[name]?.id).toBe(before.resources[name]?.id);
    expect(runtime?.resources).not.toHaveProperty(name);
  }
  expect(runtime?.parameters).toMatchObject({
    TableArn: before.resources.Table?.arn,
    SecretArn: before.resources.Secret?.id,
    NoticeTopicArn: before.resources.NoticeTopic?.id,
    AlarmTopicArn: before.resources.AlarmTopic?.id,
  });
  expect(state?.outputs).toMatchObject({ TableArn: before.resources.Table?.arn, SecretArn: before.outputs.SecretArn });
  expect(state?.parameters).toEqual({ Part: 'home', NoticeEmail: 'ada@example.org', AlarmEmail: 'ada@example.org' });
  expect(Object.keys(state?.resources ?? {})).toContain('NoticeSubscription');
  expect([state?.isProtected, state?.policy.includes('LogicalResourceId/Table')]).toEqual([true, true]);
  // Of all that was let go of, only the subscriptions are in no stack: SNS answers with them when the state stack subscribes.
  expect(aws.stacks.kept.map(({ type }) => type)).toEqual(['AWS::SNS::Subscription', 'AWS::SNS::Subscription']);
  const { sealingText } = JSON.parse(secretText) as { sealingText: string };
  expect(JSON.parse(aws.secrets.text(before.outputs.SecretArn ?? '') ?? '')).toMatchObject({ sealingText });
}

test('table, secret entry and topics move to a stack of their own, and stay what they are', async () => {
  const moving = await open();
  const lines = (await moving.deploy()).filter((line) => /state|stack of its own/.test(line));
  expect(lines).toEqual([
    'done       marked what lasts in us-east-1 as to be kept; it moves to a stack of its own',
    'done       state stack in us-east-1: took over table, secret entry and topics',
  ]);
  expectMoved(moving);
  const { changes } = moving.aws.stacks;
  expect((await moving.deploy()).filter((line) => /^(?:changed|done) .*stack/.test(line))).toEqual([]);
  expect(moving.aws.stacks.changes).toBe(changes);
});

test('a state stack that somebody has deleted is put together again from what was kept', async () => {
  const moving = await open();
  await moving.deploy();
  const [state] = moving.aws.stacks.states();
  const call = (fields: Record<string, string>) => moving.aws.stacks.answer(new URLSearchParams(fields), 'us-east-1');
  const StackName = state?.name ?? '';
  expect(call({ Action: 'DeleteStack', StackName }).status).toBe(400);
  call({ Action: 'UpdateTerminationProtection', StackName, EnableTerminationProtection: 'false' });
  call({ Action: 'DeleteStack', StackName });
  for (let look = 0; look < 2; look += 1) call({ Action: 'DescribeStacks', StackName: state?.id ?? '' });
  await moving.deploy();
  expect(moving.aws.stacks.states()[0]?.resources.Table?.id).toBe(moving.before.resources.Table?.id);
  expect(moving.aws.stacks.states()[0]?.isProtected).toBe(true);
});

test('where CloudFormation cannot import a type, nothing is changed', async () => {
  const moving = await open();
  const { changes } = moving.aws.stacks;
  moving.aws.stacks.cannotImport('AWS::SecretsManager::Secret');
  await expect(moving.deploy()).rejects.toMatchObject({
    message:
      'CloudFormation cannot import AWS::SecretsManager::Secret in us-east-1, so Secret cannot move to a stack of its own. Nothing was changed.',
  });
  expect(moving.aws.stacks.changes).toBe(changes);
});

test.each([
  // deploy-state-stopped.long.test.ts stops it at every request.
  { when: 'before the import', action: 'CreateChangeSet', executed: false },
  { when: 'between change set and import', action: 'CreateChangeSet', executed: true },
])('a move that is interrupted $when is finished by the next run', async ({ action, executed }) => {
  const at = await firstRequest(action);
  const moving = await open();
  await expect(moving.deploy({ at, executed })).rejects.toThrow();
  await moving.deploy();
  expectMoved(moving);
});
