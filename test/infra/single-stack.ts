import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAws } from '../../infra/deploy/aws/aws.ts';
import type { Stack } from '../../infra/deploy/aws/stacks.ts';
import { deploy } from '../../infra/deploy/deploy.ts';
import { readManifest } from '../../infra/deploy/manifest.ts';
import { RESOURCES } from '../../infra/deploy/plan.ts';
import { profileIn, readResources, SENT_TEMPLATE } from '../../infra/deploy/resources.ts';
import { restore } from '../../infra/deploy/restore.ts';
import type { Say } from '../../infra/deploy/say.ts';
import { undeploy } from '../../infra/deploy/undeploy.ts';
import { type StandInAws, startAws } from '../stand-ins/aws.ts';
import type { StandInStack } from '../stand-ins/held-stacks.ts';
import { type Asked, type Loopback, serveLoopback } from '../stand-ins/loopback.ts';
import { type Amazon, newAmazon, newCheckout, newRun, PROJECT } from './deploy-support.ts';

/** The template of the versions that had table, secret entry and topics in the skill's stack. */
const SINGLE = readFileSync(join(PROJECT, 'test/stand-ins/single-stack.yaml'), 'utf8');
const SKILL = { id: 'amzn1.ask.skill.0f3c0000-0000-0000-0000-000000000000', stack: 'ask-lamps' };
/** Another skill of the same owner, such as the stage that is tried before the one that people use. */
const OTHER_SKILL = { id: 'amzn1.ask.skill.1b7d0000-0000-0000-0000-000000000000', stack: 'ask-lamps-beta' };
const CODE = { LambdaRuntime: 'nodejs24.x', LambdaHandler: 'skill.handler', CodeBucket: 'code', CodeKey: 'build.zip' };

/** From this request on what AWS answers is lost. With `executed`, this one is still carried out. */
export interface Stop {
  /** Its number, or the name of its action. */
  readonly at: number | string;
  readonly executed: boolean;
}

/** The real commands on a stand-in of CloudFormation that has a single stack; ask-cli is a few lines, and changes the stack there. */
export interface World {
  readonly aws: StandInAws;
  readonly amazon: Amazon;
  /** The stacks of its functions. */
  stacks(): StandInStack[];
  /** The single stack as it was. */
  readonly before: StandInStack;
  readonly secretText: string;
  /** Sets template parameters in ask-resources.json, and nothing else there. */
  setParameters(parameters: Readonly<Record<string, string>>): void;
  /** What the last run has asked AWS for: names of actions, empty for other protocols. */
  readonly seen: readonly string[];
  deploy(stop?: Stop, args?: readonly string[], onLine?: (line: string) => void): Promise<string[]>;
  /** Every call to AWS so far, as `service:Action`; Route 53 has no names of actions. */
  readonly called: ReadonlySet<string>;
  undeploy(stop?: Stop): Promise<string[]>;
  restore(args?: readonly string[], stop?: Stop): Promise<string[]>;
  close(): Promise<void>;
}

export const openSingleStack = async (): Promise<World> => openSkill(await startAws(), SKILL);

/** A second skill in the AWS account of the first, from a checkout of its own. */
export const openBeside = ({ aws }: World): Promise<World> => openSkill(aws, OTHER_SKILL);

async function openSkill(aws: StandInAws, skill: typeof SKILL): Promise<World> {
  const amazon = newAmazon();
  const checkout = newCheckout();
  let requests = 0;
  let stop: Stop | undefined;
  let hasStopped = false;
  const seen: string[] = [];
  const called = new Set<string>();
  const front = await serveLoopback(async (asked) => {
    requests += 1;
    seen.push(new URLSearchParams(asked.body.toString()).get('Action') ?? '');
    called.add(
      `${serviceOf(asked)}:${
        seen.at(-1) ||
        (asked.url.pathname.startsWith('/v2/email/identities/') && 'GetEmailIdentity') ||
        String(asked.headers['x-amz-target'] ?? '')
          .split('.')
          .at(-1)
      }`,
    );
    const isFirst = !hasStopped && (stop?.at === requests || stop?.at === seen.at(-1));
    const isLost = hasStopped || isFirst;
    hasStopped = isLost;
    if (isLost && !(isFirst && stop?.executed)) return LOST;
    const answer = await aws.answer(asked);
    return isLost ? LOST : answer;
  });
  const saved = { ...process.env };
  let version = 0;
  const change = (
    action: string,
    name: string,
    template: string,
    parameters: Readonly<Record<string, string>>,
    awsRegion = 'us-east-1',
  ) => {
    version += 1;
    const CodeVersion = upload(aws, String(version));
    const all = Object.entries({ ...CODE, SkillId: skill.id, CodeVersion, ...parameters });
    const form = new URLSearchParams({ Action: action, StackName: name, TemplateBody: template });
    form.set('Capabilities.member.1', 'CAPABILITY_IAM');
    for (const [index, [key, value]] of all.entries()) {
      form.set(`Parameters.member.${index + 1}.ParameterKey`, key);
      form.set(`Parameters.member.${index + 1}.ParameterValue`, value);
    }
    const { status, body } = aws.stacks.answer(form, awsRegion);
    if (status !== 200) throw new Error(String(body));
    aws.stacks.answer(new URLSearchParams({ Action: 'DescribeStacks', StackName: name }), awsRegion);
  };
  change('CreateStack', skill.stack, SINGLE, { NoticeEmail: 'ada@example.org', AlarmEmail: 'ada@example.org' });
  const stacks = () => aws.stacks.standing().filter(({ parameters }) => parameters.SkillId === skill.id);
  const [before] = stacks();
  if (!before) throw new Error('the single stack was not made');
  const secretText = aws.secrets.text(before.outputs.SecretArn ?? '') ?? '';
  const manifest = readManifest(JSON.parse(readFileSync(join(PROJECT, 'skill-package/skill.json'), 'utf8')));
  amazon.skills.set(skill.id, { manifest });
  amazon.deployStack = async (id, awsRegion, __, parameters) => {
    const template = readFileSync(join(checkout.root, SENT_TEMPLATE), 'utf8');
    change(id === undefined ? 'CreateStack' : 'UpdateStack', id ?? skill.stack, template, parameters, awsRegion);
    return toKnown(stacks().find((stack) => stack.awsRegion === awsRegion));
  };
  const real = createAws({});
  const begin = (args: readonly string[], stopped: Stop | undefined) => {
    requests = 0;
    seen.length = 0;
    stop = stopped;
    hasStopped = false;
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: front.url,
      AWS_ACCESS_KEY_ID: 'AKIASTANDIN',
      AWS_SECRET_ACCESS_KEY: 'stand-in',
    });
    const yes = args.includes('--not-yes') ? [] : ['--yes'];
    const others = args.filter((one) => one !== '--not-yes');
    return {
      ...newRun(amazon, checkout.root, [...yes, '--skill-id', skill.id, ...others]),
      aws: real,
      // Where the DNS leads to the API, account linking answers.
      answers: async (origin: string) => aws.names.dns.has(new URL(origin).host),
    };
  };
  return {
    aws,
    amazon,
    stacks,
    before,
    secretText,
    async deploy(stopped, args = [], onLine = () => undefined) {
      const run = begin(args, stopped);
      const say: Say = (mark, text) => {
        run.say(mark, text);
        onLine(run.lines.at(-1) ?? '');
      };
      await deploy({ ...run, say });
      return run.lines;
    },
    async undeploy(stopped) {
      const run = begin([], stopped);
      await undeploy(run, manifest);
      return run.lines;
    },
    async restore(args = [], stopped) {
      const run = begin(args, stopped);
      await restore(run);
      return run.lines;
    },
    setParameters(parameters) {
      const path = join(checkout.root, RESOURCES);
      const resources = readResources(readFileSync(path, 'utf8'));
      profileIn(resources, 'default').skillInfrastructure.userConfig.cfn.parameters = { ...parameters };
      writeFileSync(path, JSON.stringify(resources));
    },
    seen,
    called,
    async close() {
      process.env = saved;
      checkout.remove();
      await Promise.all(([aws, front] satisfies Loopback[]).map((one) => one.close()));
    },
  };
}

/** The number of the request with which a deploy from a single stack first does this. */
export async function firstRequest(action: string): Promise<number> {
  const world = await openSingleStack();
  try {
    await world.deploy();
    return world.seen.indexOf(action) + 1;
  } finally {
    await world.close();
  }
}

const LOST = {
  status: 400,
  body: '<ErrorResponse><Error><Code>Lost</Code><Message>lost</Message></Error></ErrorResponse>',
};

/** The signature's scope names it: KEY/DAY/REGION/SERVICE/aws4_request. */
const serviceOf = ({ headers }: Asked): string =>
  /Credential=([^,]+)/.exec(headers.authorization ?? '')?.[1]?.split('/')[3] ?? '';

/** @returns the version of the object */
function upload(aws: StandInAws, text: string): string {
  const put = (path: string, body: string) =>
    aws.buckets.answer({ method: 'PUT', url: new URL(path, 'http://s3'), headers: {}, body: Buffer.from(body) });
  put('/code', '');
  put('/code?versioning', '<Status>Enabled</Status>');
  return String(put('/code/build.zip', text).headers?.['x-amz-version-id']);
}

function toKnown(stack: StandInStack | undefined): Stack {
  if (!stack) throw new Error('the skill’s stack has gone');
  const { id, awsRegion, status, parameters, outputs, isProtected } = stack;
  return { id, awsRegion, status, parameters, outputs, isProtected };
}
