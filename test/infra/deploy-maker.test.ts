import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { deploy } from '../../infra/deploy/deploy.ts';
import { Failure } from '../../infra/deploy/failure.ts';
import { type Amazon, newAmazon, newCheckout, newRun } from './deploy-support.ts';

// LinkMode=passthrough: account linking is the maker's own, and the secret entry says where.

let amazon: Amazon;
let checkout: ReturnType<typeof newCheckout>;
beforeEach(() => {
  amazon = newAmazon();
  checkout = newCheckout();
  setLinkMode('passthrough');
});
afterEach(() => checkout.remove());

function setLinkMode(mode: string): void {
  const path = join(checkout.root, 'ask-resources.json');
  const text = readFileSync(path, 'utf8');
  const resources = JSON.parse(text) as {
    profiles: { default: { skillInfrastructure: { userConfig: { cfn?: { parameters: Record<string, string> } } } } };
  };
  resources.profiles.default.skillInfrastructure.userConfig.cfn = { parameters: { LinkMode: mode } };
  writeFileSync(path, JSON.stringify(resources, null, 2));
}

const SERVER = {
  ...{ kind: 'jwt', alias: 'acme', issuers: ['https://login.acme.example/'], algorithms: ['RS256'] },
  ...{ jwksUrl: 'https://login.acme.example/jwks', clientIds: ['alexa-2', 'alexa'] },
};
const LINKING = {
  authorizationUrl: 'https://login.acme.example/auth',
  accessTokenUrl: 'https://login.acme.example/token',
  clientId: 'alexa-2',
  clientSecret: 'canary-of-the-maker',
  scopes: ['lamps', 'offline_access'],
};
const entry = () => JSON.parse(amazon.secretText) as Record<string, unknown>;
const fill = (fields: object) => {
  amazon.secretText = JSON.stringify({ ...entry(), ...fields });
};
const run = async (args?: readonly string[]) => {
  const started = newRun(amazon, checkout.root, args);
  const outcome = await deploy(started).catch((error: unknown) => error);
  expect(started.lines.join('\n')).not.toContain('canary');
  if (outcome instanceof Error && !(outcome instanceof Failure)) throw outcome;
  return { outcome, lines: started.lines };
};
const skill = () => [...amazon.skills.values()][0];

/** The first run makes the entry and says what it lacks; then the maker fills it. */
async function deployed() {
  await run();
  fill({ authorizationServers: [SERVER], accountLinking: LINKING });
  return await run();
}

test('the first run makes the secret entry and names the fields that are to be filled in', async () => {
  const { outcome } = await run();
  expect(outcome).toMatchObject({
    message:
      'The secret entry lacks what your own authorization server needs, or has it wrong: authorizationServers, accountLinking.',
    remedy: expect.stringContaining('README, Your own authorization server'),
  });
  expect(entry()).toMatchObject({ messaging: { clientSecret: 'canary-messaging' }, linkingClients: [] });
  expect(amazon.stacks).toEqual([]);
});

test('then account linking is the maker’s, and the redirect URIs to register are named', async () => {
  const { outcome, lines } = await deployed();
  expect(outcome).toMatchObject({ origin: 'https://login.acme.example' });
  expect(skill()?.secret).toBe('canary-of-the-maker');
  expect(skill()?.linking).toEqual({
    type: 'AUTH_CODE',
    authorizationUrl: 'https://login.acme.example/auth',
    accessTokenUrl: 'https://login.acme.example/token',
    accessTokenScheme: 'HTTP_BASIC',
    clientId: 'alexa-2',
    scopes: ['lamps', 'offline_access'],
    domains: ['login.acme.example'],
    redirectUrls: [],
  });
  expect(amazon.stacks.map(({ parameters }) => parameters.LinkMode)).toEqual(['passthrough']);
  const said = lines.join('\n');
  expect(said).toContain('https://layla.amazon.com/api/skill/link/M0ADA');
  expect(said).toContain('npm run preflight -- --maker');
  expect(entry().linkingClients).toEqual([]);
});

test('a second run changes nothing; another client or secret is sent to Amazon', async () => {
  await deployed();
  const before = amazon.secretText;
  const { lines } = await run();
  expect(lines.filter((line) => line.startsWith('changed'))).toEqual([]);
  expect(lines.some((line) => line.includes('unchanged  account linking at https://login.acme.example'))).toBe(true);
  expect(amazon.secretText).toBe(before);
  fill({ accountLinking: { ...LINKING, clientId: 'alexa', clientSecret: 'canary-2' } });
  await run();
  expect(skill()).toMatchObject({ secret: 'canary-2', linking: { clientId: 'alexa' } });
});

test('what was typed into the console stays', async () => {
  await deployed();
  const standing = skill();
  if (!standing?.linking) throw new Error('no linking');
  standing.linking = {
    ...standing.linking,
    domains: ['cdn.acme.example'],
    defaultTokenExpirationInSeconds: 3600,
    scopes: ['x'],
  };
  await run();
  expect(skill()?.linking).toMatchObject({
    scopes: ['lamps', 'offline_access'],
    domains: ['login.acme.example', 'cdn.acme.example'],
    defaultTokenExpirationInSeconds: 3600,
  });
});

describe('what is wrong is named by its field, without a value', () => {
  test.each<{ when: string; fields: object; says: string }>([
    {
      when: 'an address without TLS',
      fields: { accountLinking: { ...LINKING, accessTokenUrl: 'http://login.canary.example/token' } },
      says: 'accountLinking.accessTokenUrl',
    },
    {
      when: 'another port',
      fields: { accountLinking: { ...LINKING, authorizationUrl: 'https://login.canary.example:8443/auth' } },
      says: 'accountLinking.authorizationUrl',
    },
    { when: 'no scope', fields: { accountLinking: { ...LINKING, scopes: [] } }, says: 'accountLinking.scopes' },
    { when: 'an unknown field', fields: { accountLinking: { ...LINKING, colour: 1 } }, says: 'accountLinking' },
    {
      when: 'a shared secret as algorithm',
      fields: { authorizationServers: [{ ...SERVER, algorithms: ['HS256'] }] },
      says: 'authorizationServers.0.algorithms',
    },
    {
      when: 'a client that no server takes',
      fields: { authorizationServers: [{ ...SERVER, clientIds: ['canary'] }] },
      says: 'No authorization server in the secret entry takes the client id',
    },
  ])('$when', async ({ fields, says }) => {
    await deployed();
    fill(fields);
    const { outcome } = await run();
    expect(outcome).toMatchObject({ message: expect.stringContaining(says) });
    expect(String(outcome)).not.toContain('canary');
  });
});

test.each(['--domain', '--public-urls'])('%s is refused: the skill has no address for linking', async (option) => {
  const value = option === '--domain' ? 'lamps.example.org' : 'https://lamps.example.org';
  const { outcome } = await run(['--yes', option, value]);
  expect(outcome).toMatchObject({ message: expect.stringContaining('LinkMode=passthrough') });
  expect(amazon.skills.size).toBe(0);
});

test.each([
  { from: 'bridge', to: 'passthrough' },
  { from: 'passthrough', to: 'bridge' },
])('from $from to $to: refused, as every link would end; done with --force', async ({ from, to }) => {
  setLinkMode(from);
  await deployed();
  const { calls } = amazon;
  setLinkMode(to);
  const { outcome } = await run();
  expect(outcome).toMatchObject({ message: expect.stringContaining('Every link that was made until now would end') });
  expect(amazon.stacks[0]?.parameters.LinkMode).toBe(from);
  expect(amazon.calls).toBeGreaterThan(calls);
  await run(['--yes', '--force']);
  expect(amazon.stacks[0]?.parameters.LinkMode).toBe(to);
});
