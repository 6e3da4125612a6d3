import { DUE_INDEX, TTL_ATTRIBUTE } from '../../../lambda/ports/table-schema.ts';
import type { Check } from '../check.ts';
import { advice, failed, firstOf, passed, skipped, type Verdict } from '../finding.ts';
import type { Stack } from '../target.ts';

/** Amazon: 8 s and 256 MB at the least for a smart home skill; ours answers within 7 s by itself. */
const LEAST_TIMEOUT_SECONDS = 8;
const LEAST_MEMORY_MB = 256;
/** Lambda Developer Guide, Amazon SQS as an event source. */
const VISIBILITY_FACTOR = 6;

/** What Lambda always keeps unreserved (Lambda Developer Guide, reserved concurrency). */
const ALWAYS_UNRESERVED = 100;
/** What preflight advises to reserve for the skill, and for account linking. */
const ADVISED_RESERVED = 20;

const DEPLOY = 'Run npm run deploy: infra/skill-stack.yaml has it right, so somebody has changed it by hand.';
/** CloudFormation compares templates, not what is there. */
const RESTORE =
  'Set it back in the DynamoDB console as infra/state-stack.yaml has it; somebody has changed it by hand, and a deploy does not see that.';

/** A removed permission: the same. @param trigger as the Lambda console calls it */
export const toPermit = (trigger: string): string =>
  `In the Lambda console, add the trigger "${trigger}" with the id of the skill: a deploy does not put back what was removed by hand.`;

/** Who invokes the skill function, and for what. */
const PRINCIPALS = [
  {
    name: 'permission-smart-home',
    principal: 'alexa-connectedhome.amazon.com',
    what: 'directives',
    trigger: 'Alexa Smart Home',
  },
  {
    name: 'permission-skill-events',
    principal: 'alexa-appkit.amazon.com',
    what: 'skill events',
    trigger: 'Alexa Skills Kit',
  },
] as const;

export const stackChecks: readonly Check[] = [
  {
    name: 'stack',
    title: 'there is a stack with the functions of the skill',
    async run(context) {
      const stacks = await context.stacks();
      const lacking = stacks.find(({ functions }) => !functions.skill);
      return firstOf(
        [
          stacks.length === 0 && failed('there is no stack', 'Run npm run deploy.'),
          lacking && failed(`the stack in ${lacking.awsRegion} has no skill function`, 'Run npm run deploy.'),
        ],
        stacks.map(({ awsRegion }) => awsRegion).join(', '),
      );
    },
  },
  ...PRINCIPALS.map(
    ({ name, principal, what, trigger }): Check => ({
      name,
      title: `Alexa may invoke the skill for ${what}`,
      after: ['stack'],
      run: async (context) =>
        await inEach(await context.stacks(), (stack) => invokes(stack, { principal, what, trigger }, context.skillId)),
    }),
  ),
  {
    name: 'skill-time-out',
    title: 'the skill function runs as long as Alexa waits',
    after: ['stack'],
    run: async (context) =>
      await inEach(await context.stacks(), ({ awsRegion, functions: { skill } }) =>
        skill && skill.timeoutSeconds < LEAST_TIMEOUT_SECONDS
          ? failed(
              `the skill function in ${awsRegion} is stopped after ${skill.timeoutSeconds} s; Alexa waits 8 s`,
              'Set Timeout of SkillFunction in infra/skill-stack.yaml to 9 and run npm run deploy.',
            )
          : undefined,
      ),
  },
  {
    name: 'skill-memory',
    title: 'the skill function has enough memory, and so processor time',
    after: ['stack'],
    run: async (context) =>
      await inEach(await context.stacks(), ({ awsRegion, functions: { skill } }) =>
        skill && skill.memoryMb < LEAST_MEMORY_MB
          ? failed(
              `the skill function in ${awsRegion} has ${skill.memoryMb} MB`,
              'Set MemorySize of SkillFunction in infra/skill-stack.yaml to 512 and run npm run deploy.',
            )
          : undefined,
      ),
  },
  {
    name: 'reserved-concurrency',
    title: 'a flood of sign-in requests cannot starve directives',
    after: ['stack'],
    async run(context) {
      const verdicts = (await context.stacks()).map(reservesIn);
      const found = (['failed', 'advice'] as const).flatMap((one) => verdicts.filter(({ outcome }) => outcome === one));
      return found[0] ?? verdicts.find(({ outcome }) => outcome === 'skipped') ?? verdicts[0] ?? skipped('no stack');
    },
  },
  {
    name: 'table',
    title: 'the table is complete and protected',
    after: ['stack'],
    async run(context) {
      const { table } = (await context.stacks())[0] ?? {};
      if (!table) return failed('the home region has no table', 'Run npm run deploy.');
      const wrong = [
        table.keys.join() !== 'pk,sk' && 'has other keys than pk and sk',
        !table.indexes.includes(DUE_INDEX) && `lacks the index ${DUE_INDEX}`,
        !table.recovery && 'has no point-in-time recovery',
        !table.encryption && 'is not encrypted with a key of the account',
        table.ttlAttribute !== TTL_ATTRIBUTE && `does not expire rows by ${TTL_ATTRIBUTE}`,
        !table.protection && 'is not protected against deletion',
      ].filter((one) => one !== false);
      if (wrong.length === 0) return passed('keys, index, recovery, encryption, expiry, protection');
      return failed(`the table ${wrong.join(' and ')}`, RESTORE);
    },
  },
  {
    name: 'queue',
    title: 'a failed report is retried',
    after: ['stack'],
    async run(context) {
      const { queue, functions } = (await context.stacks())[0] ?? {};
      if (!queue) return failed('the home region has no report queue', DEPLOY);
      const leastSeconds = VISIBILITY_FACTOR * (functions?.['report-worker']?.timeoutSeconds ?? 0);
      const wrong = [
        !queue.fifo && 'is not a FIFO queue, so reports can arrive in the wrong order',
        queue.visibilitySeconds < leastSeconds &&
          `hides a message for ${queue.visibilitySeconds} s, which must be at least ${leastSeconds} s with this worker`,
        !queue.deadLetters && 'has no dead-letter queue',
      ].filter((one) => one !== false);
      if (wrong.length === 0) return passed(`hides a message for ${queue.visibilitySeconds} s`);
      return failed(`the report queue ${wrong.join(' and ')}`, DEPLOY);
    },
  },
  {
    name: 'one-account',
    title: 'every region uses the same table',
    after: ['stack'],
    async run(context) {
      const tables = (await context.stacks()).flatMap(({ functions }) =>
        Object.values(functions).map(({ environment }) => environment.TABLE_NAME ?? ''),
      );
      const names = new Set(tables.map((place) => place.split('/').at(-1)));
      if (names.size === 1) return passed(`${tables.length} functions`);
      return failed(
        `functions use ${names.size} tables, so an account linked in one region is unknown in another`,
        'Run npm run deploy: it gives the functions of every region the home region’s table.',
      );
    },
  },
];

function invokes(
  { awsRegion, permissions }: Stack,
  { principal, what, trigger }: Omit<(typeof PRINCIPALS)[number], 'name'>,
  skillId: string,
): Verdict | undefined {
  const given = permissions.filter((one) => one.principal === principal && one.action === 'lambda:InvokeFunction');
  if (given.length === 0)
    return failed(
      `${principal} has no permission to invoke the skill in ${awsRegion}, so no ${what} arrive`,
      toPermit(trigger),
    );
  if (given.some(({ eventSourceToken }) => eventSourceToken === skillId)) return undefined;
  const whose = given.some(({ eventSourceToken }) => eventSourceToken) ? 'another skill’s id' : 'no skill id';
  return failed(
    `the permission of ${principal} in ${awsRegion} carries ${whose} as event source token, so Alexa is refused`,
    toPermit(trigger),
  );
}

/** Whether executions are reserved, where the account allows it. */
function reservesIn({ awsRegion, concurrency, functions }: Stack): Verdict {
  if (!concurrency) return skipped('the limits of the AWS account are not known here');
  const { limit, unreserved, reserved } = concurrency;
  // The page that connects Alexa waits for Amazon, which calls the token endpoint meanwhile.
  if (reserved['account-linking'] === 1) {
    return failed(
      `account-linking in ${awsRegion} may run once at a time, so Alexa cannot be connected from the page /alexa`,
      'Set LinkingReserved to 0, or to 2 or more, in ask-resources.json under cfn.parameters, and run npm run deploy.',
    );
  }
  const wanted = (['skill', 'account-linking'] as const).filter((name) => functions[name]);
  const missing = wanted.filter((name) => reserved[name] === undefined);
  if (missing.length === 0) return passed(wanted.map((name) => `${name} ${reserved[name]}`).join(', '));
  if (unreserved - ALWAYS_UNRESERVED < ADVISED_RESERVED * missing.length)
    return skipped(`the account runs ${limit} functions at once in ${awsRegion}, too few to reserve any`);
  const parameters = { skill: 'SkillReserved', 'account-linking': 'LinkingReserved' };
  return advice(
    `${missing.join(' and ')} in ${awsRegion} have no reserved concurrency, so a flood at the sign-in address can starve directives`,
    `Set ${missing.map((name) => `${parameters[name]} to ${ADVISED_RESERVED}`).join(' and ')} in ask-resources.json under cfn.parameters, and run npm run deploy.`,
  );
}

async function inEach(stacks: readonly Stack[], look: (stack: Stack) => Verdict | undefined): Promise<Verdict> {
  return firstOf(stacks.map(look), stacks.map(({ awsRegion }) => awsRegion).join(', '));
}
