import { createHash, randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type {
  AlexaExchange,
  AlexaFault,
  CustomerEnablement,
  EmulatedAlexa,
  SkillEvent,
} from '../../../desk/alexa/contract.ts';
import { startAlexa } from '../../../desk/alexa/emulator.ts';
import type { DeskClock } from '../../../desk/clock.ts';
import { answerConsent } from '../../../desk/person.ts';
import { testClock } from '../../support/clock.ts';
import { fakeSkill, postForm } from './fake-skill.ts';

const CALLBACK = 'https://lamps.example.org/alexa/callback';

/** Alexa's side of one account, with a token endpoint that takes the code `good`. */
interface FakeEnabling extends CustomerEnablement {
  enabled: boolean;
  linked: boolean;
  readonly events: string[];
  readonly verifiers: (string | undefined)[];
  failEvents: boolean;
  refuseGrant: boolean;
}

let clock: DeskClock;
let alexa: EmulatedAlexa;
let enabling: FakeEnabling;
let token: string;

beforeEach(async () => {
  clock = testClock();
  alexa = await startAlexa({ clock, skill: { redirectUrls: () => [CALLBACK] } });
  enabling = fakeEnabling();
  alexa.addCustomer({ invoke: fakeSkill(() => alexa).invoke, accessToken: async () => 'token', enabling });
  alexa.addCustomer({
    invoke: fakeSkill(() => alexa).invoke,
    accessToken: async () => 'token',
    enabling,
    tester: false,
  });
  token = await consentToken('customer-1');
});
afterEach(() => alexa.close());

function fakeEnabling(): FakeEnabling {
  const fake: FakeEnabling = {
    ...{ userId: 'amzn1.ask.account.ADA', enabled: false, linked: false, events: [], verifiers: [] },
    ...{ failEvents: false, refuseGrant: false },
    async link({ code, redirectUri, verifier }) {
      fake.verifiers.push(verifier);
      if (code !== 'good' || redirectUri !== CALLBACK) return 'code-refused';
      if (fake.refuseGrant) return 'grant-refused';
      Object.assign(fake, { enabled: true, linked: true });
      return 'linked';
    },
    disable: () => Object.assign(fake, { enabled: false, linked: false }),
    async sendEvent(type: SkillEvent) {
      if (fake.failEvents) throw new Error('the table is away');
      fake.events.push(type);
    },
  };
  return fake;
}

async function consentToken(account: string): Promise<string> {
  const verifier = randomBytes(32).toString('base64url');
  const { clientId: client_id, clientSecret: client_secret } = alexa.messaging;
  const request = new URLSearchParams({
    ...{ client_id, scope: 'alexa::skills:account_linking', response_type: 'code', redirect_uri: CALLBACK, state: 's' },
    ...{ code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256' },
  });
  const code = new URL(await answerConsent(`${alexa.authorizeUrl}?${request}`, { account })).searchParams.get('code');
  const answer = await postForm(alexa.tokenUrl, {
    ...{ grant_type: 'authorization_code', code: code ?? '', redirect_uri: CALLBACK, code_verifier: verifier },
    ...{ client_id, client_secret },
  });
  return ((await answer.json()) as { access_token: string }).access_token;
}

const PATH = '/v1/users/~current/skills/amzn1.ask.skill.desk/enablement';

async function call(method: string, path = PATH, { authorization = `Bearer ${token}`, body }: Sent = {}) {
  const response = await fetch(alexa.apiUrl + path, {
    ...{ method, headers: { authorization, 'content-type': 'application/json' } },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    signal: AbortSignal.timeout(110_000),
  });
  const text = await response.text();
  return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : text };
}

interface Sent {
  readonly authorization?: string;
  readonly body?: unknown;
}

const request = (changed: object = {}, link: object = {}) => ({
  stage: 'development',
  accountLinkRequest: { redirectUri: CALLBACK, authCode: 'good', type: 'AUTH_CODE', ...link },
  ...changed,
});
const enable = (body: unknown = request()) => call('POST', PATH, { body });

const ENABLED = {
  skill: { stage: 'development', id: 'amzn1.ask.skill.desk' },
  user: { id: 'amzn1.ask.account.ADA' },
  accountLink: { status: 'LINKED' },
  status: 'ENABLED',
};

test('the API endpoint is named without a scheme', async () => {
  expect(await call('GET', '/v1/alexaApiEndpoint')).toEqual({
    status: 200,
    body: { endpoints: [alexa.apiUrl.slice('http://'.length)] },
  });
});

test('POST enables and links, GET says so, DELETE undoes it', async () => {
  expect(await call('GET')).toMatchObject({ status: 404 });
  expect(await enable()).toEqual({ status: 201, body: ENABLED });
  expect(await call('GET')).toEqual({ status: 200, body: ENABLED });
  expect(await call('DELETE')).toEqual({ status: 204, body: '' });
  expect(await call('GET')).toMatchObject({ status: 404 });
  expect(await call('DELETE')).toMatchObject({ status: 404 });
  expect(enabling.events).toEqual(['SkillEnabled', 'SkillAccountLinked', 'SkillDisabled']);
  expect(alexa.problems).toEqual([]);
});

test('a skill whose tokens Alexa has lost is enabled and not linked; POST links it again', async () => {
  await enable();
  enabling.linked = false;
  expect(await call('GET')).toEqual({ status: 200, body: { ...ENABLED, accountLink: { status: 'NOT_LINKED' } } });
  expect(await enable()).toEqual({ status: 201, body: ENABLED });
  expect(enabling.events).toEqual(['SkillEnabled', 'SkillAccountLinked', 'SkillAccountLinked']);
});

test.each([
  { when: 'a small b', authorization: (good: string) => `bearer ${good}`, status: 400 },
  { when: 'no scheme', authorization: (good: string) => good, status: 400 },
  { when: 'an unknown token', authorization: () => 'Bearer Atza|nobody', status: 401 },
])('$when in the Authorization header: $status', async ({ authorization, status }) => {
  for (const [method, path] of [
    ['GET', '/v1/alexaApiEndpoint'],
    ['POST', PATH],
    ['GET', PATH],
    ['DELETE', PATH],
  ] as const) {
    expect(await call(method, path, { authorization: authorization(token) })).toMatchObject({ status });
  }
});

test('a token that has ended: 401', async () => {
  clock.advance(3600_000);
  expect(await enable()).toMatchObject({ status: 401 });
});

test('a token of the event gateway lacks the scope: 403', async () => {
  const skill = fakeSkill(() => alexa);
  await alexa.addCustomer({ invoke: skill.invoke, accessToken: async () => 'token' }).acceptGrant();
  token = skill.tokens?.access_token ?? '';
  expect(await enable()).toMatchObject({ status: 403 });
});

test('an account that is no tester of a skill in development: 403', async () => {
  token = await consentToken('customer-2');
  expect(await enable()).toMatchObject({ status: 403 });
});

test('another skill: 404', async () => {
  expect(await call('POST', PATH.replace('desk', 'other'), { body: request() })).toMatchObject({ status: 404 });
});

const CREDENTIALS = 'Invalid account linking credentials';
test.each([
  {
    when: 'a code that is not ours',
    body: request({}, { authCode: 'bad' }),
    status: 400,
    message: CREDENTIALS,
    problems: [],
  },
  {
    when: 'a redirect URI of nobody',
    body: request({}, { redirectUri: 'https://evil.example' }),
    ...{ status: 400, message: CREDENTIALS },
    problems: ["enablement-post: redirectUri is none of the skill's redirect URLs"],
  },
  {
    when: 'the other stage',
    body: request({ stage: 'live' }),
    ...{ status: 403, message: 'User is not authorized to access this skill' },
    problems: ['enablement-post: the skill is in stage development'],
  },
  {
    when: 'another type',
    body: request({}, { type: 'IMPLICIT' }),
    ...{ status: 400, message: 'Request body is invalid' },
    problems: ['enablement-post: the body is no enablement request: accountLinkRequest.type'],
  },
  {
    when: 'text',
    body: 'hello',
    ...{ status: 400, message: 'Request body is invalid' },
    problems: ['enablement-post: the body is no enablement request: the whole'],
  },
])('$when: $status', async ({ body, status, message, problems }) => {
  expect(await enable(body)).toEqual({ status, body: { message } });
  expect(alexa.problems).toEqual(problems);
  expect(enabling.enabled).toBe(false);
});

test('where an enablement there is conflicts: 409, until DELETE', async () => {
  await enable();
  alexa.enablement.enabledBefore = 'conflict';
  expect(await enable()).toMatchObject({ status: 409 });
  await call('DELETE');
  expect(await enable()).toMatchObject({ status: 201 });
});

test('where DELETE ends the consent, the next call is answered 401', async () => {
  alexa.enablement.deleteEndsConsent = true;
  await enable();
  await call('DELETE');
  expect(await enable()).toMatchObject({ status: 401 });
});

test('a grant that the skill does not accept: nothing is linked', async () => {
  enabling.refuseGrant = true;
  expect(await enable()).toMatchObject({ status: 500 });
  alexa.enablement.grantRefusedStatus = 400;
  expect(await enable()).toMatchObject({ status: 400 });
  expect(enabling.events).toEqual([]);
});

test('a code_verifier goes along only where that is switched on', async () => {
  await enable();
  alexa.enablement.verifier = true;
  await enable();
  expect(enabling.verifiers).toEqual([undefined, expect.stringMatching(/^[\w-]{43}$/)]);
});

test('skill events can be late', async () => {
  alexa.enablement.events = 'held';
  await enable();
  expect(enabling.events).toEqual([]);
  await alexa.sendHeldEvents();
  expect(enabling.events).toEqual(['SkillEnabled', 'SkillAccountLinked']);
});

test('an event that the skill does not take is sent again', async () => {
  enabling.failEvents = true;
  expect(await enable()).toMatchObject({ status: 201 });
  await expect(alexa.sendHeldEvents()).rejects.toThrow('the table is away');
  enabling.failEvents = false;
  await alexa.sendHeldEvents();
  expect(enabling.events).toEqual(['SkillEnabled', 'SkillAccountLinked']);
});

test('skill events may never come', async () => {
  alexa.enablement.events = 'never';
  await enable();
  await alexa.sendHeldEvents();
  expect(enabling.events).toEqual([]);
});

test.each([
  { fault: { at: 'enablement-post', kind: 'status', status: 401 }, status: 401, has: 'expired or invalid' },
  { fault: { at: 'enablement-post', kind: 'status', status: 429 }, status: 429, has: 'Too many requests' },
  { fault: { at: 'enablement-post', kind: 'status', status: 503 }, status: 503, has: 'Internal error' },
  {
    fault: { at: 'enablement-post', kind: 'status', status: 400, message: 'Other words' },
    status: 400,
    has: 'Other words',
  },
  { fault: { at: 'enablement-post', kind: 'html' }, status: 502, has: '502 Bad Gateway' },
  { fault: { at: 'enablement-post', kind: 'body', status: 201, body: { odd: 1 } }, status: 201, has: '{"odd":1}' },
] satisfies { fault: AlexaFault; status: number; has: string }[])(
  'fault $fault.kind $status, once: nothing is done, then all is well',
  async ({ fault, status, has }) => {
    alexa.inject({ ...fault, times: 1 });
    const answer = await enable();
    expect(answer.status).toBe(status);
    expect(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body)).toContain(has);
    expect(enabling.enabled).toBe(false);
    expect(await enable()).toMatchObject({ status: 201 });
  },
);

test('faults keep to their call', async () => {
  for (const at of ['api-endpoint', 'enablement-get', 'enablement-delete'] as const) {
    alexa.inject({ at, kind: 'status', status: 503 });
  }
  expect(await call('GET', '/v1/alexaApiEndpoint')).toMatchObject({ status: 503 });
  expect(await enable()).toMatchObject({ status: 201 });
  expect(await call('GET')).toMatchObject({ status: 503 });
  expect(await call('DELETE')).toMatchObject({ status: 503 });
  expect(enabling.enabled).toBe(true);
});

test('the API endpoint can name a foreign host', async () => {
  const body = { endpoints: ['api.amazonalexa.com.evil.example'] };
  alexa.inject({ at: 'api-endpoint', kind: 'body', status: 200, body });
  expect(await call('GET', '/v1/alexaApiEndpoint')).toEqual({ status: 200, body });
});

test('fault reset: it is done, and the answer is lost', async () => {
  alexa.inject({ at: 'enablement-post', kind: 'reset', times: 1 });
  await expect(enable()).rejects.toThrow();
  expect(await call('GET')).toMatchObject({ status: 200 });
});

test('fault hang: no answer, and nothing is done', async () => {
  alexa.inject({ at: 'enablement-post', kind: 'hang', times: 1 });
  const noted = new Promise<AlexaExchange>((resolve) => alexa.onExchange(resolve));
  const patience = new AbortController();
  const hanging = fetch(alexa.apiUrl + PATH, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    signal: patience.signal,
  });
  setTimeout(() => patience.abort(), 50);
  await expect(hanging).rejects.toThrow();
  expect(await noted).toMatchObject({ channel: 'alexa-api', customer: 'customer-1', status: 0 });
  expect(enabling.enabled).toBe(false);
});

test('fault late: it is done, and the answer comes when the time has passed', async () => {
  alexa.inject({ at: 'enablement-post', kind: 'late', ms: 12_000, times: 1 });
  const answer = enable();
  while (!enabling.enabled) await new Promise((resolve) => setTimeout(resolve, 5));
  clock.advance(12_000);
  expect(await answer).toMatchObject({ status: 201 });
});

test('no web page may use the API', async () => {
  const response = await fetch(`${alexa.apiUrl}/v1/alexaApiEndpoint`, { headers: { origin: alexa.apiUrl } });
  expect(response.status).toBe(403);
});
