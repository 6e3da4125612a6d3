import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StandInAws } from './aws.ts';
import { openCustomer } from './customer.ts';
import type { StandInStack } from './held-stacks.ts';
import type { createReport } from './report.ts';
import type { StandInSkill, StandInSmapi } from './smapi.ts';
import type { Workshop } from './workshop.ts';

/** The skill of an earlier version, which had everything in one stack. */
const SKILL_ID = 'amzn1.ask.skill.5147e000-0000-0000-0000-000000000000';

export interface Move {
  readonly root: string;
  readonly aws: StandInAws;
  readonly smapi: StandInSmapi;
  readonly workshop: Workshop;
  readonly report: ReturnType<typeof createReport>;
  /** Runs an npm script in the workshop, and keeps what it says. */
  readonly npm: (...args: string[]) => Promise<{ readonly code: number; readonly output: string }>;
  /** Ends an npm script as by Ctrl-C once it has said this. */
  readonly interrupted: (line: RegExp, ...args: string[]) => Promise<void>;
  readonly codeOf: (stack: StandInStack | undefined) => Buffer;
  /** The code that was deployed, its skill, and what its secret entry held. */
  readonly like: { readonly stack: StandInStack; readonly skill: StandInSkill; readonly secret: string };
}

/** A deployment with one stack for everything and a person linked with it, brought up to date: with the same table, and the link goes on. */
export async function tryMove(move: Move): Promise<void> {
  const { root, aws, smapi, workshop, report, npm, interrupted, codeOf, like } = move;
  const deploy = ['deploy', '--', '--yes', '--skip-checks', '--skill-id', SKILL_ID];
  const current = () => aws.stacks.standing().find(({ parameters }) => parameters.SkillId === SKILL_ID);
  const single = makeSingle(move);
  const skill = smapi.add({ ...like.skill, skillId: SKILL_ID, accountLinking: undefined });
  const secretArn = single.outputs.SecretArn ?? '';
  const { sealingText } = JSON.parse(aws.secrets.text(secretArn) ?? '{}') as { sealingText?: string };
  aws.secrets.write(secretArn, JSON.stringify({ ...(JSON.parse(like.secret) as object), sealingText }));
  const origin = new URL(single.outputs.LinkingUrl ?? '').origin;
  skill.accountLinking = like.skill.accountLinking && {
    ...like.skill.accountLinking,
    authorizationUrl: `${origin}/authorize`,
    accessTokenUrl: `${origin}/token`,
  };
  const customer = await openCustomer(root, join(workshop.folder, 'moved'), single.outputs.TableName ?? '', aws.url);
  try {
    await customer.use(single, skill, codeOf(single));
    const linked = await customer.link();
    await interrupted(/^done {7}marked what lasts/m, ...deploy);
    const moved = await npm(...deploy);
    const stack = current();
    const state = aws.stacks.states().find(({ name }) => name.endsWith(SKILL_ID.split('.').at(-1) ?? ''));
    await report.check(
      'table, secret entry and topics are in a state stack, and are the same, exit 0',
      () =>
        moved.code === 0 &&
        stack?.id === single.id &&
        ['Table', 'Secret', 'NoticeTopic', 'AlarmTopic'].every(
          (name) => state?.resources[name]?.id === single.resources[name]?.id && !stack.resources[name],
        ),
    );
    if (!stack) return;
    await customer.use(stack, skill, codeOf(stack));
    const refreshed = await customer.refresh(linked.refresh);
    await report.check(
      'who was linked before is linked: tokens are refreshed, and Discover finds the lamp',
      async () =>
        linked.status === 200 &&
        refreshed.status === 200 &&
        (await customer.discover(refreshed.access)).join() === 'Bedroom lamp',
    );
    aws.names.addZone('example.org');
    await interrupted(/^done {7}certificate of lamps\.example\.org/m, ...deploy, '--domain', 'lamps.example.org');
    const named = await npm(...deploy, '--domain', 'lamps.example.org');
    const atDomain = current();
    await report.check(
      'account linking moves to a domain, exit 0',
      () =>
        named.code === 0 &&
        skill.accountLinking?.accessTokenUrl === 'https://lamps.example.org/token' &&
        atDomain?.parameters.PublicUrls === `https://lamps.example.org,${origin}`,
    );
    if (!atDomain) return;
    await customer.use(atDomain, skill, codeOf(atDomain));
    await report.check(
      'who was linked at the earlier address is linked, and another link is made at the domain',
      async () =>
        (await customer.refresh(linked.refresh, origin)).status === 200 && (await customer.link()).status === 200,
    );
    const { changes } = aws.stacks;
    const repeated = await npm(...deploy);
    await report.check(
      'a second run changes nothing',
      () => repeated.code === 0 && aws.stacks.changes === changes && !/^changed /m.test(repeated.output),
    );
    await tryRestore(move, single);
  } finally {
    await customer.close();
  }
}

/** The restore drill, interrupted and resumed, and once more. What was in the table is in test/infra/restore-drill.long.test.ts. */
async function tryRestore({ aws, smapi, report, npm, interrupted }: Move, single: StandInStack): Promise<void> {
  const restore = ['restore', '--', '--yes', '--skip-checks', '--skill-id', SKILL_ID];
  const tableOf = () =>
    aws.stacks
      .standing()
      .find(({ parameters }) => parameters.SkillId === SKILL_ID)
      ?.parameters.TableArn?.split('/')[1];
  const before = single.outputs.TableName;
  await interrupted(/^done {7}restored the table/m, ...restore);
  const restored = await npm(...restore);
  const second = tableOf();
  const isSame = () => {
    const { accessTokenUrl } = smapi.skills.get(SKILL_ID)?.accountLinking ?? {};
    return (
      accessTokenUrl === 'https://lamps.example.org/token' && aws.secrets.text(single.outputs.SecretArn ?? '') !== ''
    );
  };
  await report.check(
    'an interrupted restore goes on with the table that it has begun, at the same address, exit 0',
    () =>
      restored.code === 0 &&
      aws.tables.restored.size === 1 &&
      aws.tables.restored.get(second ?? '')?.from === before &&
      restored.output.includes(`the table before is kept: ${before}`) &&
      isSame(),
  );
  const twice = await npm(...restore);
  await report.check(
    'a second restore makes another table of the first, exit 0',
    () => twice.code === 0 && aws.tables.restored.get(tableOf() ?? '')?.from === second && isSame(),
  );
}

/** As an earlier version deployed it. */
function makeSingle({ root, aws, like }: Move): StandInStack {
  const { CodeBucket = '', CodeKey = '', CodeVersion = '' } = like.stack.parameters;
  const parameters = {
    SkillId: SKILL_ID,
    LambdaRuntime: 'nodejs24.x',
    LambdaHandler: 'skill.handler',
    CodeBucket,
    CodeKey,
    CodeVersion,
    NoticeEmail: 'ada@example.org',
  };
  const form = new URLSearchParams({
    Action: 'CreateStack',
    StackName: 'ask-single-default-skillStack-1',
    TemplateBody: readFileSync(join(root, 'test/stand-ins/single-stack.yaml'), 'utf8'),
    'Capabilities.member.1': 'CAPABILITY_IAM',
  });
  for (const [index, [key, value]] of Object.entries(parameters).entries()) {
    form.set(`Parameters.member.${index + 1}.ParameterKey`, key);
    form.set(`Parameters.member.${index + 1}.ParameterValue`, value);
  }
  const { status, body } = aws.stacks.answer(form, 'us-east-1');
  const made = aws.stacks.standing().find((stack) => stack.parameters.SkillId === SKILL_ID);
  if (status !== 200 || !made) throw new Error(`no single stack: ${body}`);
  return made;
}
