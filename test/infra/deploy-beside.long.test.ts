import { expect, test } from '@jest/globals';
import { closingWorlds } from './opened-worlds.ts';
import { SENDER } from './restored.ts';
import { openBeside, openSingleStack, type World } from './single-stack.ts';

// Two skills in one AWS account, such as the one that people use and the one that is tried before it: with everything that has a name.

const use = closingWorlds();

/** Whatever this skill has in the account. */
function everythingOf({ aws, stacks, amazon, before }: World) {
  const skillId = before.parameters.SkillId ?? '';
  const isOwn = ({ name }: { readonly name: string }) => name.includes(skillId.split('.').at(-1) ?? '');
  return structuredClone({
    runtime: stacks(),
    others: [...aws.stacks.states(), ...aws.stacks.addresses(), ...aws.stacks.mails()].filter(isOwn),
    secret: aws.secrets.text(before.outputs.SecretArn ?? ''),
    linking: amazon.skills.get(skillId)?.linking,
  });
}

async function openBoth(): Promise<readonly [live: World, beta: World]> {
  const live = await use(openSingleStack());
  const beta = await use(openBeside(live));
  live.aws.names.addZone('example.org');
  live.aws.mail.identities.set('us-east-1 example.org', true);
  for (const world of [live, beta]) world.setParameters(SENDER);
  await live.deploy(undefined, ['--domain', 'lamps.example.org', '--region', 'NA,EU']);
  return [live, beta];
}

test('all that the second skill goes through leaves the first one as it is', async () => {
  const [live, beta] = await openBoth();
  const before = everythingOf(live);
  // Runtime in two regions; two state stacks, addresses, mails.
  expect([before.runtime.length, before.others.length]).toEqual([2, 4]);
  await beta.deploy(undefined, ['--domain', 'beta.example.org', '--region', 'NA,EU']);
  expect(everythingOf(live)).toEqual(before);
  expect([everythingOf(beta).runtime.length, everythingOf(beta).others.length]).toEqual([2, 4]);
  await beta.deploy(undefined, ['--rotate-client-secret']);
  await beta.restore();
  expect(everythingOf(live)).toEqual(before);
  beta.setParameters({});
  await beta.deploy();
  expect(everythingOf(beta).others).toHaveLength(3);
  await beta.undeploy();
  expect(everythingOf(live)).toEqual(before);
  const { changes } = live.aws.stacks;
  await live.deploy();
  expect(live.aws.stacks.changes).toBe(changes);
});

test('a second skill whose deploy is stopped at its mail stack is finished by the next run, and the first is as it was', async () => {
  const [live, beta] = await openBoth();
  const before = everythingOf(live);
  for (const executed of [false, true]) {
    beta.setParameters({});
    await beta.deploy();
    beta.setParameters(SENDER);
    await expect(beta.deploy({ at: 'CreateStack', executed })).rejects.toThrow();
    await beta.deploy();
    expect(everythingOf(beta).others.filter(({ name }) => name.endsWith('-mail'))).toHaveLength(1);
  }
  expect(everythingOf(live)).toEqual(before);
});
