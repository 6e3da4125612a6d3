import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startLinking } from '../../../desk/alexa/linking.ts';
import type { SignInServer } from '../../../desk/maker/sign-in-server/contract.ts';
import { OIDC_PROVIDER_DEFAULTS } from '../../../desk/maker/sign-in-server/contract.ts';
import { startSignInServer } from '../../../desk/maker/sign-in-server/server.ts';
import { signInAsPerson } from '../../../desk/person.ts';
import { testClock } from '../../support/clock.ts';

// A real oidc-provider, whose time is the desk's, as the maker's sign-in server; and Alexa's own client.

const DAY_MS = 86_400_000;
const typed = { email: 'ada@example.org', password: 'right' };
const clock = testClock();
let server: SignInServer;
let alexa: Awaited<ReturnType<typeof startLinking>>;
beforeAll(async () => {
  server = await startSignInServer({
    clock,
    checkPassword: (email, password) => (password === 'right' ? `account of ${email}` : undefined),
  });
  const client = { id: 'alexa', secret: 'a-secret-of-alexa' };
  const { authorizationUrl, tokenUrl, scope } = server;
  const settings = { authorizationUrl, tokenUrl, scope, clientId: client.id, clientSecret: client.secret };
  alexa = await startLinking({ clock, settings: () => settings });
  await server.addClient({ ...client, redirectUris: [alexa.redirectUri] });
});
afterAll(async () => {
  await alexa.close();
  await server.close();
});

async function link() {
  const account = alexa.addAccount({ onLinked: async () => undefined });
  await signInAsPerson(account.startUrl, typed);
  return account;
}

test('a person signs in, and Alexa’s token names the account', async () => {
  const account = await link();
  expect(await server.accountOf(await account.accessToken())).toBe('account of ada@example.org');
});

test('a wrong password is said on the page, and links nothing', async () => {
  const account = alexa.addAccount({ onLinked: async () => undefined });
  await expect(signInAsPerson(account.startUrl, { ...typed, password: 'wrong' })).rejects.toThrow(
    'The e-mail address or the password is wrong.',
  );
  expect(account.linked).toBe(false);
});

test('set as Amazon advises: 400 idle days, six refreshes at once, a lost answer and a new key end no link', async () => {
  const [account, other] = [await link(), await link()];
  clock.advance(400 * DAY_MS);
  expect(await account.refresh(6)).toEqual([200, 200, 200, 200, 200, 200]);
  account.loseNextAnswer();
  expect(await account.refresh()).toEqual([0]);
  const before = await account.accessToken();
  await server.rotateKeys();
  expect(await account.refresh()).toEqual([200]);
  expect(await server.accountOf(before)).toBeDefined();
  expect(await server.accountOf(await account.accessToken())).toBeDefined();
  expect(await other.refresh()).toEqual([200]);
});

test('a fault of one address leaves the others alone', async () => {
  const account = await link();
  const end = server.inject({ kind: 'html', status: 503, path: /^\/jwks$/ });
  expect((await fetch(server.jwksUrl)).status).toBe(503);
  expect(await account.refresh()).toEqual([200]);
  end();
  expect((await fetch(server.jwksUrl)).status).toBe(200);
});

test('opaque tokens are introspected', async () => {
  await server.change({ tokens: 'opaque' });
  const account = await link();
  const token = await account.accessToken();
  expect(token).not.toContain('.');
  expect(await server.accountOf(token)).toBe('account of ada@example.org');
  clock.advance(DAY_MS);
  expect(await server.accountOf(token)).toBeUndefined();
  await server.change({ tokens: 'jwt' });
});

test.each([
  { when: 'a refresh token of 30 days', change: { refreshTokenSeconds: 30 * 86_400 }, days: 31 },
  { when: 'the end of the browser’s session', change: { expiresWithSession: true }, days: 15 },
])('$when ends a link', async ({ change, days }) => {
  await server.change(change);
  const account = await link();
  clock.advance(days * DAY_MS);
  expect(await account.refresh()).toEqual([400]);
  await server.change({ refreshTokenSeconds: 3_650 * 86_400, expiresWithSession: false });
});

test('as it comes, it gives no refresh token at all', async () => {
  await server.change(OIDC_PROVIDER_DEFAULTS);
  await expect(link()).rejects.toThrow('refresh token');
});
