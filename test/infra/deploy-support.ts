import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { AccountLinking } from '../../infra/deploy/account-linking.ts';
import type { AskCli } from '../../infra/deploy/ask.ts';
import { knownSkill, knownStack, remember } from '../../infra/deploy/ask-states.ts';
import type { Aws } from '../../infra/deploy/aws/aws.ts';
import type { StackChanges } from '../../infra/deploy/aws/stack-changes.ts';
import type { StackRequest } from '../../infra/deploy/aws/stack-form.ts';
import type { Stack } from '../../infra/deploy/aws/stacks.ts';
import type { Subscriber } from '../../infra/deploy/aws/subscribers.ts';
import type { DeployContext } from '../../infra/deploy/context.ts';
import { Failure } from '../../infra/deploy/failure.ts';
import { nameIn, readManifest, type SkillManifest } from '../../infra/deploy/manifest.ts';
import { toOptions } from '../../infra/deploy/options.ts';
import { profileIn, readResources } from '../../infra/deploy/resources.ts';
import { sayTo } from '../../infra/deploy/say.ts';
import { TEMPLATES } from '../../infra/deploy/template.ts';

export const PROJECT = resolve(import.meta.dirname, '../..');
export const TABLE_ARN = 'arn:aws:dynamodb:us-east-1:1:table/accounts';
export const SECRET_ARN = 'arn:aws:secretsmanager:us-east-1:1:secret:s';

/** What Amazon and AWS hold. */
export interface Amazon {
  skills: Map<string, { manifest: SkillManifest; linking?: AccountLinking; secret?: string }>;
  stacks: Stack[];
  /** Stacks with what lasts, by name and region. */
  states: Map<string, Stack>;
  /** Of every topic. */
  subscribers: Subscriber[];
  /** Empty: the secret entry has no version yet. */
  secretText: string;
  /** Runs once, right before the next write of the secret entry: what somebody else does at that moment. */
  beforeSecretWrite?: (() => void) | undefined;
  /** Creates or updates the skill's stack elsewhere; absent: only here. */
  deployStack?: (
    id: string | undefined,
    awsRegion: string,
    skillId: string,
    parameters: Readonly<Record<string, string>>,
  ) => Promise<Stack>;
  /** The number of the AWS account. */
  account: string;
  /** How often `ask deploy` has run. */
  deploys: number;
  /** Stops everything at the so-many-th call from now on. */
  stopAt: number;
  calls: number;
  /** Skills that were ever made. */
  made: number;
}

export const newAmazon = (): Amazon => ({
  skills: new Map(),
  stacks: [],
  states: new Map(),
  subscribers: [],
  secretText: '',
  account: '1',
  deploys: 0,
  stopAt: Number.POSITIVE_INFINITY,
  calls: 0,
  made: 0,
});

/** A checkout in a folder of its own. */
export function newCheckout(): { root: string; remove: () => void } {
  const root = mkdtempSync(join(tmpdir(), 'checkout-'));
  for (const path of ['ask-resources.json', 'skill-package/skill.json', ...Object.values(TEMPLATES)])
    cpSync(join(PROJECT, path), join(root, path));
  for (const folder of ['lambda/dist', 'skill-package/assets']) mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, 'lambda/dist/skill.js'), 'exports.handler = 1;');
  return { root, remove: () => rmSync(root, { recursive: true }) };
}

export interface Run extends DeployContext {
  readonly lines: string[];
}

/** One run of a command: what it would do on Amazon, it does here. */
export function newRun(amazon: Amazon, root: string, args: readonly string[] = ['--yes']): Run {
  const lines: string[] = [];
  let secrets = 0;
  return {
    root,
    lines,
    options: toOptions(args, {}),
    profile: { name: 'default', vendorId: 'M0ADA', aws: {} },
    say: sayTo((line) => lines.push(line)),
    build: async () => undefined,
    answers: async () => {
      tick(amazon);
      return true;
    },
    waiting: { everyMs: 1, looks: 3 },
    makeSecret: () => `canary-secret-${secrets++}`,
    ask: askTo(amazon, root),
    aws: awsOf(amazon),
  };
}

function newSkillId(amazon: Amazon): string {
  amazon.made += 1;
  return `amzn1.ask.skill.${amazon.made}`;
}

function tick(amazon: Amazon): void {
  amazon.calls += 1;
  if (amazon.calls >= amazon.stopAt) throw new Failure('stopped', 'again');
}

/** ask-cli, with what of it matters here: it reads the two files, and writes down what it has made. */
function askTo(amazon: Amazon, root: string): AskCli {
  const the = (skillId: string) => {
    tick(amazon);
    const skill = amazon.skills.get(skillId);
    if (!skill) throw new Failure('no skill', '');
    return skill;
  };
  return {
    async deploy(target) {
      tick(amazon);
      if (target === undefined) amazon.deploys += 1;
      const manifestPath = join(root, 'skill-package/skill.json');
      const manifest = readManifest(JSON.parse(readFileSync(manifestPath, 'utf8')));
      const { code, skillInfrastructure } = profileIn(
        readResources(readFileSync(join(root, 'ask-resources.json'), 'utf8')),
        'default',
      );
      const { userConfig } = skillInfrastructure;
      const skillId = knownSkill(root, 'default') ?? newSkillId(amazon);
      amazon.skills.set(skillId, { ...amazon.skills.get(skillId), manifest });
      tick(amazon); // made at Amazon, and not written down yet
      remember(root, 'default', skillId, {});
      if (target === 'skill-metadata') return;
      for (const name of Object.keys(code)) {
        tick(amazon);
        const override: { awsRegion?: unknown; cfn?: unknown } = userConfig.regionalOverrides[name] ?? {};
        const awsRegion = String(override.awsRegion ?? userConfig.awsRegion);
        const { parameters } = (override.cfn ?? userConfig.cfn) as { parameters: Record<string, string> };
        const id = knownStack(root, 'default', name) ?? `stack-${amazon.stacks.length + 1}`;
        const stack =
          (await amazon.deployStack?.(knownStack(root, 'default', name), awsRegion, skillId, parameters)) ??
          toStack(id, awsRegion, skillId, parameters, amazon.deploys);
        amazon.stacks = [...amazon.stacks.filter((one) => one.id !== stack.id), stack];
        tick(amazon);
        remember(root, 'default', skillId, { [name]: stack });
      }
      tick(amazon);
      const places = Object.fromEntries(
        Object.keys(code).map((name) => [
          name,
          amazon.stacks.find(({ id }) => id === knownStack(root, 'default', name))?.outputs.SkillEndpoint,
        ]),
      );
      const events = { subscriptions: userConfig.skillEvents.subscriptions.map((eventName) => ({ eventName })) };
      const { default: home, ...others } = places;
      const put = {
        endpoint: { uri: home },
        ...(Object.keys(others).length > 0 && {
          regions: Object.fromEntries(Object.entries(others).map(([name, uri]) => [name, { endpoint: { uri } }])),
        }),
      };
      const { apis } = manifest.manifest;
      const deployed = {
        manifest: {
          ...manifest.manifest,
          apis: { ...apis, smartHome: { ...apis.smartHome, ...put } },
          events: { ...put, ...events },
        },
      };
      writeFileSync(manifestPath, JSON.stringify(deployed, null, 2));
      amazon.skills.set(skillId, { ...amazon.skills.get(skillId), manifest: readManifest(deployed) });
    },
    async skills() {
      tick(amazon);
      return [...amazon.skills].map(([skillId, { manifest }]) => ({ skillId, names: [nameIn(manifest)] }));
    },
    async manifestStatus(skillId) {
      tick(amazon);
      return amazon.skills.has(skillId) ? 'SUCCEEDED' : undefined;
    },
    manifest: async (skillId) => the(skillId).manifest,
    async messaging(skillId) {
      the(skillId);
      return { clientId: `messaging of ${skillId}`, clientSecret: 'canary-messaging' };
    },
    accountLinking: async (skillId) => the(skillId).linking,
    async setAccountLinking(skillId, wanted, { clientSecret }) {
      const skill = the(skillId);
      skill.linking = { ...wanted };
      skill.secret = clientSecret;
      tick(amazon); // it has it, and nobody has noted so
    },
    async deleteSkill(skillId) {
      the(skillId);
      amazon.skills.delete(skillId);
    },
  };
}

function awsOf(amazon: Amazon): Aws {
  return {
    account: async () => amazon.account,
    async stacks(skillId, awsRegion) {
      tick(amazon);
      return amazon.stacks.filter((stack) => stack.parameters.SkillId === skillId && stack.awsRegion === awsRegion);
    },
    async deleteStack({ id }) {
      tick(amazon);
      amazon.stacks = amazon.stacks.filter((stack) => stack.id !== id);
    },
    changes: changesOf(amazon),
    mailIdentity: async () => never('an identity of SES'),
    tables: {
      status: async () => never('a table'),
      restore: async () => never('a table'),
      protect: async () => never('a table'),
    },
    reviveSecret: async () => never('a deleted entry'),
    domainNames: {
      certificate: async () => never('a certificate'),
      zone: async () => never('a zone'),
      setRecord: async () => never('a record'),
      setAlias: async () => never('a record'),
    },
    async subscribers() {
      tick(amazon);
      return amazon.subscribers;
    },
    async beginSecret(_, makeText) {
      tick(amazon);
      if (amazon.secretText !== '') return false;
      amazon.secretText = makeText();
      tick(amazon);
      return true;
    },
    async secret() {
      tick(amazon);
      return { text: amazon.secretText, versionId: amazon.secretText };
    },
    async replaceSecret(_, before, text) {
      tick(amazon);
      const { beforeSecretWrite } = amazon;
      amazon.beforeSecretWrite = undefined;
      beforeSecretWrite?.();
      if (amazon.secretText !== before.versionId) return false;
      amazon.secretText = text;
      tick(amazon);
      return true;
    },
  };
}

/** Domains are tried on the stand-in in deploy-domain.long.test.ts. */
function never(what: string): never {
  throw new Error(`${what} is not asked for here`);
}

/** CloudFormation for the state stacks. What it does with resources is tried on the stand-in in deploy-state.long.test.ts. */
function changesOf(amazon: Amazon): StackChanges {
  const key = (name: string, awsRegion: string) => `${awsRegion} ${name}`;
  const find = async (name: string, awsRegion: string) => {
    tick(amazon);
    return amazon.states.get(key(name, awsRegion));
  };
  const put = ({ name, awsRegion, parameters = {} }: StackRequest) => {
    const outputs = {
      ...(parameters.Part === 'home' && { TableArn: TABLE_ARN, SecretArn: SECRET_ARN }),
      NoticeTopicArn: `arn:aws:sns:${awsRegion}:1:notices`,
      AlarmTopicArn: `arn:aws:sns:${awsRegion}:1:alarms`,
    };
    const stack = { id: name, awsRegion, status: 'UPDATE_COMPLETE', parameters, outputs, isProtected: true };
    amazon.states.set(key(name, awsRegion), stack);
    tick(amazon);
  };
  const unused = async () => never('a move');
  return {
    find,
    whenStable: find,
    create: async (request) => put(request),
    async update(request) {
      tick(amazon);
      const { parameters } = amazon.states.get(key(request.name, request.awsRegion)) ?? {};
      if (JSON.stringify(parameters) === JSON.stringify(request.parameters)) return false;
      put(request);
      return true;
    },
    import: unused,
    identifiers: unused,
    template: unused,
    resources: unused,
    cause: async () => undefined,
    protect: unused,
    unprotect: unused,
  };
}

export function toStack(
  id: string,
  awsRegion: string,
  skillId: string,
  parameters: Record<string, string>,
  version = 1,
): Stack {
  const isHome = !parameters.HomeQueue;
  const home = {
    HomeQueue: 'arn:queue,https://queue',
    SecretArn: SECRET_ARN,
    TableName: 'accounts',
    LinkingUrl: 'https://abc.lambda-url.us-east-1.on.aws/',
  };
  return {
    id,
    awsRegion,
    status: 'UPDATE_COMPLETE',
    parameters: { ...parameters, SkillId: skillId, CodeBucket: 'b', CodeKey: 'k', CodeVersion: String(version) },
    outputs: { SkillEndpoint: `arn:aws:lambda:${awsRegion}:1:function:${id}`, ...(isHome && home) },
    isProtected: false,
  };
}
