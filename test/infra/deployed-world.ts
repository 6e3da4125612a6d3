import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { AmazonCustomer } from '../../desk/amazon-customer.ts';
import { DeskClock } from '../../desk/clock.ts';
import { serveLinking } from '../../desk/linking-server.ts';
import { type LocalSystem, startLocalSystem } from '../../desk/local-system.ts';
import type { AccountLinking } from '../../infra/deploy/account-linking.ts';
import type { SkillManifest } from '../../infra/deploy/manifest.ts';
import { redirectUris } from '../../infra/deploy/secret-entry.ts';
import { createLog } from '../../lambda/adapters/json-log/log.ts';
import { createAccountLinking } from '../../lambda/handlers/account-linking.ts';
import type { StandInStack } from '../stand-ins/held-stacks.ts';
import { type Answered, type Asked, json, serveLoopback } from '../stand-ins/loopback.ts';
import { seedLink } from '../support/seed.ts';
import { EMAIL, PASSWORD } from '../support/setup.ts';
import { PROJECT } from './deploy-support.ts';
import { openSingleStack, type World } from './single-stack.ts';

const VENDOR = 'M0ADA';
const CERTIFICATES = join(PROJECT, 'desk/certificates');

/** What was printed, and how the command ended. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** What differs from a healthy deployment. */
export interface Differences {
  /** Principals whose permission to invoke the skill function is gone. */
  readonly denied?: readonly string[];
  readonly linking?: Partial<AccountLinking>;
  readonly manifest?: (manifest: SkillManifest['manifest']) => SkillManifest['manifest'];
  readonly certificate?: 'ended';
  /** Variables of the command. */
  readonly environment?: NodeJS.ProcessEnv;
  /** What the functions name as their addresses, in place of the one where account linking is. */
  readonly publicUrls?: string;
  /** What is typed, before the input ends. */
  readonly input?: string;
}

type Row = Readonly<Record<string, unknown>>;

/** A deployment by the real `deploy` on the stand-ins of AWS, whose functions run on this machine, and an account that is linked. */
export interface DeployedWorld {
  readonly world: World;
  readonly system: LocalSystem;
  readonly customer: AmazonCustomer;
  readonly accountId: string;
  readonly lampId: string;
  /** Where account linking is; and another address of it, and one where something else answers, all with a good certificate. */
  readonly addresses: { readonly now: string; readonly old: string; readonly foreign: string };
  /** Words that may be in no output. */
  readonly secrets: readonly string[];
  /** `npm run doctor -- ARGS` in a process of its own, with nothing of this process's environment. */
  doctor(args: readonly string[], differences?: Differences): Promise<Ended>;
  /** Takes a row out of the table; the returned function puts it back. */
  takeRow(pk: string, sk: string): Promise<() => Promise<void>>;
  /** Changes a row, or takes it out; the returned function puts it back as it was. */
  changeRow(pk: string, sk: string, change: (row: Row) => Row | undefined): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

export async function openDeployedWorld(): Promise<DeployedWorld> {
  const world = await openSingleStack();
  await world.deploy();
  const clock = new DeskClock();
  const log = createLog('silent', clock);
  const system = await startLocalSystem({ clock, log, watch: false });
  const { residenceIds } = system.myLeviton.addAccount({ email: EMAIL, password: PASSWORD });
  const lamp = system.myLeviton.addSwitch(residenceIds[0] ?? 0, { name: 'Bedroom lamp' });
  const customer = await seedLink(system, { email: EMAIL, password: PASSWORD, keep: true });
  await customer.customer.acceptGrant();
  await customer.customer.discover();
  const { leases } = await system.ports.stores();
  // Also for a command whose clock is far ahead.
  const until = '2130-01-01T00:00:00.000Z';
  await leases.put({ shard: 0, holder: 'test', expiresAt: until, endsAt: until, listening: true }, undefined);

  const [state, runtime] = [world.aws.stacks.states()[0], world.aws.stacks.standing()[0]];
  if (!state || !runtime) throw new Error('nothing was deployed');
  const linking = await serveLinking(
    createAccountLinking({ ...system.environment, SECRETS_JSON: entryOf(system) }, { clock, log }),
  );
  const address = {
    good: await serveAddress(linking.url, 'good'),
    ended: await serveAddress(linking.url, 'ended'),
    old: await serveAddress(linking.url, 'good'),
    // Whoever serves one of these answers every request to account linking with an error of its own.
    foreign: await serveAddress(system.table.url, 'good'),
  };
  let now: Differences = {};
  const origin = () => address[now.certificate ?? 'good'].origin;
  world.aws.secrets.write(state.outputs.SecretArn ?? '', entryOf(system));
  const aws = await serveLoopback((asked) =>
    answerOf(asked, { world, system, origin: () => now.publicUrls ?? origin(), denied: now.denied ?? [] }),
  );
  const folder = mkdtempSync(join(tmpdir(), 'doctor-'));
  const [account = ''] = await system.ports.accounts.list();

  async function doctor(args: readonly string[], differences: Differences = {}): Promise<Ended> {
    now = differences;
    const skillId = [...world.amazon.skills.keys()][0] ?? '';
    writeAsk(folder, held(world, system, origin(), differences));
    return await run(args, now.input ?? '', {
      PATH: `${folder}:${process.env.PATH}`,
      HOME: join(folder, 'home'),
      ASK_REFRESH_TOKEN: 'canary-ask-token',
      ASK_VENDOR_ID: VENDOR,
      ASK_SKILL_ID: skillId,
      AWS_ACCESS_KEY_ID: 'AKIASTANDIN',
      AWS_SECRET_ACCESS_KEY: 'canary-aws-secret',
      AWS_ENDPOINT_URL: aws.url,
      AWS_EC2_METADATA_DISABLED: 'true',
      NODE_EXTRA_CA_CERTS: join(CERTIFICATES, `${now.certificate ?? 'good'}.pem`),
      ...pick(system.environment, 'MY_LEVITON_URL', 'MY_LEVITON_SOCKET_URL', 'LWA_TOKEN_URL'),
      LWA_AUTHORIZE_URL: `${aws.url}/consent`,
      ...pick(system.environment, 'ALEXA_API_URL', 'EVENT_GATEWAY_URL_NA', 'EVENT_GATEWAY_URL_EU'),
      ...differences.environment,
    });
  }

  const client = tableClient(system);
  const TableName = system.table.tableName;
  async function changeRow(
    pk: string,
    sk: string,
    change: (row: Row) => Row | undefined,
  ): Promise<() => Promise<void>> {
    const { Item } = await client.send(new GetCommand({ TableName, Key: { pk, sk } }));
    const changed = Item && change(Item);
    if (changed) await client.send(new PutCommand({ TableName, Item: changed }));
    else await client.send(new DeleteCommand({ TableName, Key: { pk, sk } }));
    return async () => void (Item && (await client.send(new PutCommand({ TableName, Item }))));
  }

  return {
    ...{ world, system, customer, accountId: account, lampId: String(lamp.id), doctor },
    addresses: { now: address.good.origin, old: address.old.origin, foreign: address.foreign.origin },
    secrets: await secretsOf(system, account),
    takeRow: (pk, sk) => changeRow(pk, sk, () => undefined),
    changeRow,
    async close() {
      rmSync(folder, { recursive: true, force: true });
      await Promise.all([aws, ...Object.values(address), linking, system, world].map((one) => one.close()));
    },
  };
}

const tableClient = ({ table }: LocalSystem): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(
    new DynamoDBClient({
      endpoint: table.url,
      region: 'us-east-1',
      requestHandler: { requestTimeout: 60_000 },
      credentials: { accessKeyId: 'desk', secretAccessKey: 'desk' },
    }),
  );

const pick = (from: Readonly<Record<string, string>>, ...names: readonly string[]) =>
  Object.fromEntries(names.flatMap((name) => (from[name] ? [[name, from[name]]] : [])));

/** The entry as deploying leaves it: what the functions know, with the redirect URIs of the vendor. */
function entryOf({ secrets }: LocalSystem): string {
  const linkingClients = secrets.linkingClients.map((client) => ({
    ...client,
    redirectUris: [...client.redirectUris, ...redirectUris(VENDOR)],
  }));
  return JSON.stringify({ ...secrets, linkingClients });
}

async function secretsOf(system: LocalSystem, accountId: string): Promise<string[]> {
  const { messaging, linkingClients, sealingKeys } = system.secrets;
  const [grant] = await system.ports.grants.list(accountId);
  const account = await system.ports.accounts.get(accountId);
  return [
    ...[PASSWORD, EMAIL, messaging.clientSecret, linkingClients[0]?.secrets[0]?.secret, sealingKeys[0]?.key],
    ...[grant?.tokens.accessToken, grant?.tokens.refreshToken, account?.session.credential],
    ...['canary-ask-token', 'canary-aws-secret'],
  ].filter((one) => one !== undefined);
}

/** The address of account linking, with a certificate that the command trusts. */
async function serveAddress(base: string, certificate: 'good' | 'ended') {
  const file = (name: string) => readFileSync(join(CERTIFICATES, name), 'utf8');
  const server = createServer({ key: file('key.pem'), cert: file(`${certificate}.pem`) }, (request, response) => {
    const forward = async () => {
      const { method = 'GET', headers, url = '/' } = request;
      const body = await buffer(request);
      const sent = Object.fromEntries(
        Object.entries(headers).filter(([name]) => ['authorization', 'content-type'].includes(name)),
      ) as Record<string, string>;
      const answer = await fetch(new URL(url, base), {
        ...{ method, headers: sent, redirect: 'manual' as const },
        ...(method === 'POST' && { body }),
      });
      response.writeHead(
        answer.status,
        Object.fromEntries([...answer.headers].filter(([name]) => name !== 'content-encoding')),
      );
      response.end(Buffer.from(await answer.arrayBuffer()));
    };
    forward().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const at = server.address();
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { origin: `https://localhost:${typeof at === 'object' ? at?.port : ''}`, close };
}

/** What Amazon holds of the skill, by the command of ask-cli that shows it. */
function held({ amazon }: World, system: LocalSystem, origin: string, { linking, manifest }: Differences) {
  const [skill] = amazon.skills.values();
  const client = system.secrets.linkingClients[0];
  const shown = {
    ...skill?.linking,
    authorizationUrl: `${origin}/authorize`,
    accessTokenUrl: `${origin}/token`,
    clientId: client?.id,
    redirectUrls: [`${origin}/alexa/callback`],
    ...linking,
  };
  const deployed = skill?.manifest.manifest;
  return {
    'get-account-linking-info': { accountLinkingResponse: shown },
    'get-skill-credentials': { skillMessagingCredentials: system.secrets.messaging },
    'get-skill-manifest': { manifest: deployed && manifest ? manifest(deployed) : deployed },
  };
}

/** An ask-cli that knows three commands. */
function writeAsk(folder: string, answers: Readonly<Record<string, object>>): void {
  for (const [name, answer] of Object.entries(answers)) writeFileSync(join(folder, name), JSON.stringify(answer));
  mkdirSync(join(folder, 'home'), { recursive: true });
  const path = join(folder, 'ask');
  writeFileSync(path, `#!/bin/sh\n[ "$1" = --version ] && echo 2.30.7 || cat "${folder}/$2"\n`);
  chmodSync(path, 0o755);
}

const run = (args: readonly string[], input: string, env: NodeJS.ProcessEnv): Promise<Ended> =>
  new Promise((resolve) => {
    const command = [join(PROJECT, 'desk/run.mjs'), join(PROJECT, 'infra/doctor/main.ts'), ...args];
    const child = execFile(process.execPath, command, { cwd: PROJECT, env }, (error, out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
    );
    child.stdin?.end(input);
  });

interface Answering {
  readonly world: World;
  readonly system: LocalSystem;
  readonly origin: () => string;
  readonly denied: readonly string[];
}

/** What the stand-ins of deploying do not know: Lambda's settings, the resources of a stack, and the rows of the table. */
async function answerOf(asked: Asked, answering: Answering): Promise<Answered> {
  const { world, system } = answering;
  const [, , , service = ''] = /Credential=([^,]+)/.exec(asked.headers.authorization ?? '')?.[1]?.split('/') ?? [];
  const action = String(asked.headers['x-amz-target'] ?? '')
    .split('.')
    .at(-1);
  if (asked.url.pathname === '/consent')
    return { status: 200, headers: { 'content-type': 'text/html' }, body: '<h1>Sign in</h1>' };
  if (service === 'lambda') return ofLambda(asked, answering);
  if (service === 'sqs')
    return json(200, { Attributes: { FifoQueue: 'true', VisibilityTimeout: '300', RedrivePolicy: '{}' } });
  if (service === 'dynamodb') return await ofTable(asked, action ?? '', system);
  const form = new URLSearchParams(asked.body.toString());
  if (form.get('Action') === 'ListStackResources') return resourcesOf(stackIn(world, form.get('StackName') ?? ''));
  return await world.aws.answer(asked);
}

const stackIn = ({ aws }: World, id: string): StandInStack | undefined =>
  aws.stacks.standing().find((stack) => stack.id === id);

function resourcesOf(stack: StandInStack | undefined): Answered {
  const members = Object.entries(stack?.resources ?? {}).map(
    ([name, { id }]) =>
      `<member><LogicalResourceId>${name}</LogicalResourceId><PhysicalResourceId>${id}</PhysicalResourceId></member>`,
  );
  const name = 'ListStackResources';
  const body = `<${name}Response><${name}Result><StackResourceSummaries>${members.join('')}</StackResourceSummaries></${name}Result></${name}Response>`;
  return { status: 200, headers: { 'content-type': 'text/xml' }, body };
}

function ofLambda({ url }: Asked, { world, origin, denied }: Answering): Answered {
  if (url.pathname.includes('account-settings'))
    return json(200, { AccountLimit: { ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: 1000 } });
  const [, name = '', what] = /\/functions\/([^/]+)\/(\w+)/.exec(url.pathname) ?? [];
  const all = world.aws.stacks.standing().flatMap(({ resources }) => Object.values(resources));
  const one = all.find(({ id }) => id === name);
  if (!one) return json(404, {});
  if (what === 'concurrency') return json(200, {});
  if (what === 'policy') {
    const permissions = all.filter(
      ({ type, properties }) =>
        type === 'AWS::Lambda::Permission' &&
        [one.id, one.arn].includes(String(properties.FunctionName)) &&
        !denied.includes(String(properties.Principal)),
    );
    const Statement = permissions.map(({ properties: { Principal, Action, EventSourceToken } }) => ({
      ...{ Effect: 'Allow', Principal: { Service: Principal }, Action },
      ...(EventSourceToken && { Condition: { StringEquals: { 'lambda:EventSourceToken': EventSourceToken } } }),
    }));
    return json(200, { Policy: JSON.stringify({ Statement }) });
  }
  const { Timeout, MemorySize, Environment } = one.properties;
  const variables = (Environment as { Variables: Record<string, string> }).Variables;
  const Variables = { ...variables, ...(variables.PUBLIC_URLS !== undefined && { PUBLIC_URLS: origin() }) };
  return json(200, {
    FunctionArn: one.arn,
    Timeout: Number(Timeout),
    MemorySize: Number(MemorySize),
    Environment: { Variables },
  });
}

async function ofTable({ headers, body }: Asked, action: string, { table }: LocalSystem): Promise<Answered> {
  if (action === 'DescribeContinuousBackups')
    return json(200, {
      ContinuousBackupsDescription: {
        ContinuousBackupsStatus: 'ENABLED',
        PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'ENABLED' },
      },
    });
  if (action === 'DescribeTimeToLive')
    return json(200, { TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: 'ttl' } });
  if (action === 'DescribeTable')
    return json(200, {
      Table: {
        KeySchema: [{ AttributeName: 'pk' }, { AttributeName: 'sk' }],
        GlobalSecondaryIndexes: [{ IndexName: 'due' }],
        SSEDescription: { Status: 'ENABLED' },
        DeletionProtectionEnabled: true,
      },
    });
  // The deployed table has another name than the one on this machine.
  const text = body.toString().replaceAll(/"TableName":"[^"]*"/g, `"TableName":"${table.tableName}"`);
  const sent = Object.fromEntries(
    Object.entries(headers).filter(([name]) => /^(x-amz|authorization|content-type)/.test(name)),
  ) as Record<string, string>;
  const answer = await fetch(table.url, { method: 'POST', headers: sent, body: text });
  return {
    status: answer.status,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: await answer.text(),
  };
}
