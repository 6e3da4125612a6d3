import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { differences, wantedLinking } from '../../infra/deploy/account-linking.ts';
import { createAsk } from '../../infra/deploy/ask.ts';
import type { Run } from '../../infra/deploy/run.ts';
import {
  type Entry,
  linkingClient,
  readEntry,
  redirectUris,
  wasSent,
  withLinkingClient,
  withMessaging,
  withNewSecret,
  withOldSecretsRetired,
  withOperator,
  withSent,
} from '../../infra/deploy/secret-entry.ts';
import { parseSecrets } from '../../lambda/adapters/environment/secrets.ts';

const CANARY = 'canary-client-secret';
const URIS = [
  'https://pitangui.amazon.com/api/skill/link/M0ADA',
  'https://layla.amazon.com/api/skill/link/M0ADA',
  'https://alexa.amazon.co.jp/api/skill/link/M0ADA',
];

/** As the template makes it. */
const fresh = (): Entry =>
  readEntry(
    `{"messaging":{"clientId":"set-by-deploy","clientSecret":"set-by-deploy"},"linkingClients":[],"sealingText":"${'s'.repeat(64)}"}`,
  );

const withClient = (secrets: Entry['linkingClients'][number]['secrets'], uris = URIS): Entry => ({
  ...fresh(),
  linkingClients: [{ id: 'alexa', secrets, retired: false, redirectUris: [...uris] }],
});

const never = () => {
  throw new Error('a secret was made');
};

test('who runs the skill is in the entry while somebody is named, and a second deploy changes nothing', () => {
  const named = withSent(withOperator(fresh(), 'Ada Lovelace'), { clientId: 'alexa', clientSecret: CANARY });
  expect(parseSecrets(JSON.stringify(named)).operator).toBe('Ada Lovelace');
  expect(JSON.stringify(withOperator(named, 'Ada Lovelace'))).toBe(JSON.stringify(named));
  expect(withOperator(named, 'Grace Hopper').operator).toBe('Grace Hopper');
  expect(withOperator(named, '')).not.toHaveProperty('operator');
});

test("Alexa's three redirect URIs", () => {
  expect(redirectUris('M0ADA')).toEqual(URIS);
});

test('a fresh entry gets credentials and a linking client, and the functions can read it', () => {
  const filled = withLinkingClient(withMessaging(fresh(), { clientId: 'm', clientSecret: 'n' }), URIS, () => CANARY);
  const secrets = parseSecrets(JSON.stringify(withSent(filled, { clientId: 'alexa', clientSecret: CANARY })));
  expect(secrets.messaging).toEqual({ clientId: 'm', clientSecret: 'n' });
  expect(secrets.linkingClients).toEqual([
    {
      id: 'alexa',
      secrets: [{ secret: CANARY, retired: false }],
      retired: false,
      redirectUris: URIS,
      pkceRequired: false,
      rotates: false,
    },
  ]);
  expect(secrets.sealingKeys).toHaveLength(1);
});

test('existing content stays: sealing keys, secrets, redirect URIs, clients and unknown fields', () => {
  const entry = readEntry(
    JSON.stringify({
      ...withClient([{ secret: CANARY, retired: false }], ['https://other.example/back']),
      sealingKeys: [{ id: 'k', key: 'x' }],
      deviceEventsKey: 'y',
    }),
  );
  expect(withLinkingClient(entry, URIS, never)).toEqual({
    ...entry,
    linkingClients: [{ ...entry.linkingClients[0], redirectUris: ['https://other.example/back', ...URIS] }],
  });
});

test('an entry that is right is not changed', () => {
  const entry = withClient([{ secret: CANARY, retired: false }]);
  expect(withLinkingClient(entry, URIS, never)).toEqual(entry);
});

test.each([
  { when: 'Alexa knows one of several', knownId: 'second', id: 'second' },
  { when: 'Alexa knows one that is retired', knownId: 'old', id: 'first' },
  { when: 'Alexa knows none of them', knownId: 'foreign', id: 'first' },
  { when: 'Alexa has no account linking yet', knownId: undefined, id: 'first' },
])('the client in use when $when', ({ knownId, id }) => {
  const client = (name: string, retired: boolean) => ({ id: name, secrets: [], retired, redirectUris: [] });
  const entry = { ...fresh(), linkingClients: [client('old', true), client('first', false), client('second', false)] };
  expect(linkingClient(entry, knownId)?.id).toBe(id);
});

test('a new client takes no id that a retired one has', () => {
  const retired = { id: 'alexa', secrets: [{ secret: 'o', retired: false }], retired: true, redirectUris: [] };
  const { linkingClients } = withLinkingClient({ ...fresh(), linkingClients: [retired] }, URIS, () => CANARY);
  expect(linkingClients.map(({ id }) => id)).toEqual(['alexa-2', 'alexa']);
  expect(linkingClients[1]).toEqual(retired);
});

test('a rotated secret: both secrets make links at first, then the old one only refreshes', () => {
  const begun = withNewSecret(withClient([{ secret: 'old', retired: false }]), 'alexa', CANARY);
  expect(begun.linkingClients[0]?.secrets).toEqual([
    { secret: CANARY, retired: false },
    { secret: 'old', retired: false },
  ]);
  const ended = withOldSecretsRetired(begun, 'alexa');
  expect(ended.linkingClients[0]?.secrets).toEqual([
    { secret: CANARY, retired: false },
    { secret: 'old', retired: true },
  ]);
  expect(ended).not.toHaveProperty('rotating');
});

test('a rotation that has begun is not begun a second time', () => {
  const begun = withNewSecret(withClient([{ secret: 'old', retired: false }]), 'alexa', CANARY);
  expect(withNewSecret(begun, 'alexa', 'another')).toBe(begun);
});

test('the pair that Alexa was given is recognised, and not readable', () => {
  const pair = { clientId: 'alexa', clientSecret: CANARY };
  const entry = withSent(fresh(), pair);
  expect(wasSent(entry, pair)).toBe(true);
  expect(wasSent(entry, { ...pair, clientSecret: 'another' })).toBe(false);
  expect(wasSent(entry, { ...pair, clientId: 'another' })).toBe(false);
  expect(wasSent(fresh(), pair)).toBe(false);
  expect(JSON.stringify(entry)).not.toContain(CANARY);
});

test.each([
  ['no JSON', `{"messaging":{"clientSecret":"${CANARY}"`],
  ['a field missing', `{"messaging":{"clientSecret":"${CANARY}"}}`],
])('an entry with %s is named, and nothing of it shown', (_, text) => {
  let thrown: unknown;
  try {
    readEntry(text);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toMatchObject({ name: 'Failure', message: "The stack's secret entry cannot be read." });
  expect((thrown as Error).cause).toBeUndefined();
  expect(JSON.stringify(thrown, Object.getOwnPropertyNames(thrown))).not.toContain(CANARY);
});

test.each([
  {
    when: 'nothing is shown',
    shown: undefined,
    differing: [
      ...['type', 'authorizationUrl', 'accessTokenUrl', 'accessTokenScheme', 'clientId', 'scopes', 'domains'],
      'redirectUrls',
    ],
  },
  {
    when: 'all is the same, lists in any order',
    shown: { ...wantedLinking(['https://l.example'], 'alexa'), domains: ['l.example'], more: 1 },
    differing: [],
  },
  {
    when: 'it is at another address',
    shown: wantedLinking(['https://old.example'], 'alexa'),
    differing: ['authorizationUrl', 'accessTokenUrl', 'domains', 'redirectUrls'],
  },
  {
    when: 'a scope is missing',
    shown: { ...wantedLinking(['https://l.example'], 'alexa'), scopes: [] },
    differing: ['scopes'],
  },
])('what differs when $when', ({ shown, differing }) => {
  expect(differences(shown, wantedLinking(['https://l.example'], 'alexa'))).toEqual(differing);
});

test('the callback of every address is a redirect URL, and what was typed into the console stays', () => {
  const typed = {
    ...wantedLinking(['https://old.example'], 'alexa'),
    domains: ['cdn.example'],
    redirectUrls: ['https://typed.example/back', 'https://l.example/alexa/callback'],
    defaultTokenExpirationInSeconds: 3600,
    authorizationUrlsByPlatform: [{ platformType: 'iOS', platformAuthorizationUrl: 'https://app.example' }],
  };
  expect(wantedLinking(['https://l.example', 'https://old.example'], 'alexa', typed)).toMatchObject({
    authorizationUrl: 'https://l.example/authorize',
    domains: ['l.example', 'cdn.example'],
    redirectUrls: [
      'https://l.example/alexa/callback',
      'https://old.example/alexa/callback',
      'https://typed.example/back',
    ],
    defaultTokenExpirationInSeconds: 3600,
    authorizationUrlsByPlatform: [{ platformType: 'iOS', platformAuthorizationUrl: 'https://app.example' }],
  });
});

test('no more domains are sent than Amazon takes', () => {
  const typed = { domains: Array.from({ length: 15 }, (_, n) => `d${n}.example`) };
  const { domains } = wantedLinking(['https://l.example'], 'alexa', typed);
  expect(domains).toHaveLength(15);
  expect(domains[0]).toBe('l.example');
});

const wanted = wantedLinking(['https://l.example'], 'alexa');
const pair = { clientId: 'alexa', clientSecret: CANARY };
const askWith = (run: Run) => createAsk({ command: 'ask', root: '.', profile: 'default', show: () => undefined }, run);

/** Where the request is, from how ask-cli was called. */
const pathIn = (args: readonly string[]): string => args.find((arg) => arg.startsWith('file:'))?.slice(5) ?? '';

test.each([
  { ends: 'well', code: 0 },
  { ends: 'with a refusal', code: 1 },
])('the client secret is in a file of our own, on no command line, and gone when it ends $ends', async ({ code }) => {
  const seen = { args: [''], mode: 0, request: {} as unknown };
  const run: Run = async (_, args) => {
    const path = pathIn(args);
    seen.args = [...args];
    seen.mode = statSync(path).mode & 0o777;
    seen.request = JSON.parse(readFileSync(path, 'utf8'));
    return { code, stdout: '', output: 'The request to https://x/accountLinkingClient failed: status code 400' };
  };
  const failed = await askWith(run)
    .setAccountLinking('s', wanted, pair)
    .catch((error: Error) => error);
  expect(seen.request).toEqual({ accountLinkingRequest: { ...wanted, clientSecret: CANARY } });
  expect(seen.mode).toBe(0o600);
  expect(seen.args.slice(0, 4)).toEqual(['smapi', 'update-account-linking-info', '--skill-id', 's']);
  expect(seen.args.join(' ')).not.toContain(CANARY);
  expect(existsSync(pathIn(seen.args))).toBe(false);
  expect(failed instanceof Error ? failed.message : 'done').toBe(
    code === 0 ? 'done' : 'Amazon rejects the account linking settings.',
  );
});

test('what ask-cli prints of credentials is in no error, even when it cannot be read', async () => {
  const printed = `{"skillMessagingCredentials": {"clientId": 7, "clientSecret": "${CANARY}"}}`;
  const failure: unknown = await askWith(async () => ({ code: 0, stdout: printed, output: printed }))
    .messaging('s')
    .catch((error: unknown) => error);
  expect(failure).toMatchObject({
    name: 'Failure',
    message: 'ask smapi get-skill-credentials printed something unexpected.',
  });
  expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toContain(CANARY);
});

test('Ctrl-C takes the file away as well', async () => {
  const root = resolve(import.meta.dirname, '../..');
  const child = spawn(process.execPath, ['desk/run.mjs', 'test/infra/interrupted.ts'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
  const path = chunk.toString().trim();
  expect(existsSync(path)).toBe(true);
  child.kill('SIGINT');
  const [code] = (await once(child, 'exit')) as [number];
  expect(code).toBe(130);
  expect(existsSync(path)).toBe(false);
});
