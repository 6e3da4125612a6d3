import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { AmazonCustomer } from '../../desk/amazon-customer.ts';
import { type LocalSystem, startLocalSystem } from '../../desk/local-system.ts';
import { answerConsent } from '../../desk/person.ts';
import { createLog } from '../../lambda/adapters/json-log/log.ts';
import { testClock } from '../support/clock.ts';
import { seedCode, seedLink } from '../support/seed.ts';
import { EMAIL, PASSWORD, turnOff } from '../support/setup.ts';
import { postForm } from './alexa/fake-skill.ts';

// The emulated Alexa lets go of a link, and takes it up again through the Skill Enablement API, against the shipped functions.

let system: LocalSystem;
let amazon: AmazonCustomer;
let lamp: string;
/** Of the device cloud; the id of our account row. */
let account: string;
let owner: { readonly email: string; readonly password: string };
let owners = 0;

beforeAll(async () => {
  const clock = testClock();
  system = await startLocalSystem({ clock, log: createLog('silent', clock), reportDelayMs: 20, watch: false });
});
afterAll(() => system.close());
beforeEach(async () => {
  owner = { email: `${++owners}.${EMAIL}`, password: PASSWORD };
  const { userId, residenceIds } = system.myLeviton.addAccount(owner);
  account = String(userId);
  lamp = String(system.myLeviton.addSwitch(residenceIds[0] ?? 0, { name: 'Bedroom lamp' }).id);
  amazon = await seedLink(system, { ...owner, keep: true });
  await amazon.customer.acceptGrant();
  await amazon.customer.discover();
});

const say = () => amazon.customer.say('turn on the bedroom lamp');
const callback = () => system.alexa.skill.redirectUrls()[0] ?? '';

async function consentToken(): Promise<string> {
  const { clientId: client_id, clientSecret: client_secret } = system.alexa.messaging;
  const verifier = randomBytes(32).toString('base64url');
  const request = new URLSearchParams({
    ...{
      client_id,
      scope: 'alexa::skills:account_linking',
      response_type: 'code',
      redirect_uri: callback(),
      state: 's',
    },
    ...{ code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256' },
  });
  const location = await answerConsent(`${system.alexa.authorizeUrl}?${request}`, { account: amazon.customer.id });
  const answer = await postForm(system.alexa.tokenUrl, {
    ...{ grant_type: 'authorization_code', code: new URL(location).searchParams.get('code') ?? '' },
    ...{ redirect_uri: callback(), code_verifier: verifier, client_id, client_secret },
  });
  return ((await answer.json()) as { access_token: string }).access_token;
}

/** A code of our own authorization server, as our web page makes one. */
const ownCode = () =>
  seedCode({ ...owner, keep: true }, { clientId: 'alexa-desk', scope: 'lamps', redirectUri: callback() }, system.ports);

async function call(method: 'POST' | 'GET' | 'DELETE', authCode = '', token?: string) {
  const path = `/v1/users/~current/skills/${system.alexa.skill.id}/enablement`;
  const body = { stage: 'development', accountLinkRequest: { redirectUri: callback(), authCode, type: 'AUTH_CODE' } };
  const response = await fetch(system.alexa.apiUrl + path, {
    ...{ method, headers: { authorization: `Bearer ${token ?? (await consentToken())}` } },
    ...(method === 'POST' && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: response.status === 204 ? undefined : await response.json() };
}

/** What Login with Amazon answers to a refresh of the stored grant of the event gateway. */
async function refreshedGrant(): Promise<number> {
  const grants = await system.ports.grants.list(account);
  const { clientId: client_id, clientSecret: client_secret } = system.alexa.messaging;
  const refresh_token = grants.at(-1)?.tokens.refreshToken ?? '';
  const form = { grant_type: 'refresh_token', refresh_token, client_id, client_secret };
  return (await postForm(system.alexa.tokenUrl, form)).status;
}

test('Alexa lets go: the voice is dead, the skill stays enabled, and the grant stays good', async () => {
  amazon.letGo();
  expect(await say()).toMatchObject({ ok: false, answer: expect.stringContaining('no longer linked') });
  expect(await call('GET')).toMatchObject({
    status: 200,
    body: { accountLink: { status: 'NOT_LINKED' }, status: 'ENABLED' },
  });
  expect(await refreshedGrant()).toBe(200);
});

test('a refused refresh ends the link at Alexa, and the grant stays good', async () => {
  const [link] = await system.ports.links.ofAccount(account);
  if (!link) throw new Error('no link');
  await system.ports.links.replace(link, { ...link, state: 'ended' });
  system.clock.advance(3600_000);
  expect(await say()).toMatchObject({ ok: false });
  expect(await say()).toMatchObject({ answer: expect.stringContaining('no longer linked') });
  expect(await refreshedGrant()).toBe(200);
});

test('the grant is revoked: the voice goes on', async () => {
  amazon.customer.revokeGrant();
  expect(await refreshedGrant()).toBe(400);
  expect(await say()).toMatchObject({ ok: true });
});

test('linked again with a code of ours, the lamp obeys under the same endpoint id', async () => {
  const before = amazon.customer.endpoints.map(({ id }) => id);
  amazon.letGo();
  expect(await call('POST', await ownCode())).toMatchObject({
    status: 201,
    body: { accountLink: { status: 'LINKED' }, status: 'ENABLED' },
  });
  expect(await say()).toMatchObject({ ok: true, answer: 'OK.' });
  expect(amazon.customer.endpoints.map(({ id }) => id)).toEqual(before);
  expect(await amazon.customer.send(turnOff(lamp))).toMatchObject({ name: 'Response' });
  expect(await refreshedGrant()).toBe(200);
  expect(system.alexa.problems).toEqual([]);
});

test('a code is good once here as well', async () => {
  const code = await ownCode();
  expect(await call('POST', code)).toMatchObject({ status: 201 });
  expect(await call('POST', code)).toMatchObject({
    status: 400,
    body: { message: 'Invalid account linking credentials' },
  });
});

test('Login with Amazon is down for the grant: nothing is linked', async () => {
  amazon.letGo();
  const token = await consentToken();
  system.alexa.inject({ at: 'lwa', kind: 'invalid-grant', times: 1 });
  expect(await call('POST', await ownCode(), token)).toMatchObject({ status: 500 });
  expect(await say()).toMatchObject({ ok: false });
});

test('DELETE disables the skill: the grant ends and the voice is dead', async () => {
  expect(await call('DELETE')).toEqual({ status: 204, body: undefined });
  expect(amazon.account.linked).toBe(false);
  expect(await say()).toMatchObject({ ok: false });
  expect(await call('GET')).toMatchObject({ status: 404 });
});
