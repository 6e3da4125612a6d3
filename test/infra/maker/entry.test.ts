import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { entryVerdict } from '../../../infra/preflight/checks/makers-entry.ts';
import { makeKey } from '../../adapters/authorization-server/server.ts';
import { html, json, ScriptedServer } from '../../adapters/http/scripted-server.ts';
import { testClock } from '../../support/clock.ts';

// What preflight says of the secret entry where a maker's own authorization server links accounts.

let keys: ScriptedServer;
let tokens: ScriptedServer;
let jwk: object;
beforeAll(async () => {
  [keys, tokens] = [new ScriptedServer(), new ScriptedServer()];
  await Promise.all([keys.listen(), tokens.listen()]);
  ({ jwk } = await makeKey('key-1'));
});
afterAll(() => Promise.all([keys.close(), tokens.close()]));

const server = () => ({
  ...{ kind: 'jwt', alias: 'acme', issuers: ['https://login.acme.example/'], jwksUrl: `${keys.url}/jwks` },
  ...{ algorithms: ['ES256'], clientIds: ['alexa-old', 'alexa'] },
});
const client = () => ({ tokenUrl: `${tokens.url}/token`, clientId: 'skill', clientSecret: 'canary' });

test.each<{ when: string; servers?: () => object[]; withClient?: boolean; watched?: boolean; says: string }>([
  {
    when: 'all is well',
    withClient: true,
    says: 'passed: keys are published, and the skill’s own client gets a token',
  },
  { when: 'it only pushes', says: 'passed: keys are published; the skill reads nothing by itself' },
  { when: 'nobody reads or pushes', watched: true, says: 'failed: the device cloud pushes nothing' },
  {
    when: 'there is no server',
    servers: () => [],
    says: 'failed: the secret entry lacks or has wrong: authorizationServers',
  },
  {
    when: 'a shared secret is its algorithm',
    servers: () => [{ ...server(), algorithms: ['HS256'] }],
    says: 'failed: the secret entry lacks or has wrong: authorizationServers.0.algorithms',
  },
  {
    when: 'it takes another client',
    servers: () => [{ ...server(), clientIds: ['other'] }],
    says: 'failed: no server in the secret entry takes the client id that Alexa has',
  },
  {
    when: 'there are no keys',
    servers: () => [{ ...server(), jwksUrl: `${keys.url}/none` }],
    says: 'failed: the address of the public keys of acme publishes none',
  },
])('$when: $says', async ({ servers = () => [server()], withClient = false, watched = false, says }) => {
  keys.script = [says.includes('acme publishes none') ? html(404, '<h1>') : json(200, { keys: [jwk] })];
  tokens.script = [json(200, { access_token: 'a-token-of-the-service', token_type: 'Bearer', expires_in: 3600 })];
  expect(await verdict(servers(), withClient ? client() : undefined, watched)).toMatch(new RegExp(`^${says}`));
});

test('a client that the server refuses is said, without its secret', async () => {
  keys.script = [json(200, { keys: [jwk] })];
  tokens.script = [json(401, { error: 'invalid_client' })];
  const says = await verdict([server()], client(), false);
  expect(says).toBe('failed: the skill’s own client gets no token: the token endpoint answered 401 invalid_client');
});

async function verdict(authorizationServers: object[], deviceCloudClient: object | undefined, watched: boolean) {
  const settings = { arn: 'a', timeoutSeconds: 1, memoryMb: 1, environment: {} };
  const functions = watched ? { 'device-watch': settings } : {};
  const found = await entryVerdict({
    clock: testClock(),
    secrets: async () => ({
      ...{ messaging: { clientId: 'm', clientSecret: 'm' }, sealingKeys: [], linkingClients: [] },
      authorizationServers,
      ...(deviceCloudClient && { deviceCloudClient }),
    }),
    accountLinking: async () => ({
      ...{ type: 'AUTH_CODE', authorizationUrl: '', tokenUrl: '', scopes: [], redirectUrls: [] },
      ...{ clientId: 'alexa', clientSecret: '' },
    }),
    stacks: async () => [{ awsRegion: 'us-east-1', functions, permissions: [] }],
  });
  expect(JSON.stringify(found)).not.toContain('canary');
  return `${found.outcome}: ${found.says}`;
}
