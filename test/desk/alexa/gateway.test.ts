import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { AlexaExchange, AlexaFault, Customer, EmulatedAlexa } from '../../../desk/alexa/contract.ts';
import { startAlexa } from '../../../desk/alexa/emulator.ts';
import type { DeskClock } from '../../../desk/clock.ts';
import { testClock } from '../../support/clock.ts';
import { changeReport, fakeSkill, postEvent } from './fake-skill.ts';
import { altered, lampEndpoint, messages, plugEndpoint } from './messages.ts';

const POWER = 'Alexa.PowerController.powerState';

let clock: DeskClock;
let alexa: EmulatedAlexa;
let customer: Customer;
let token: string;

beforeEach(async () => {
  clock = testClock();
  alexa = await startAlexa({ clock });
  const skill = fakeSkill(() => alexa);
  customer = alexa.addCustomer({ region: 'EU', invoke: skill.invoke, accessToken: async () => 'token' });
  await customer.acceptGrant();
  await customer.discover();
  token = skill.tokens?.access_token ?? '';
});
afterEach(() => alexa.close());

const lamp = () => customer.endpoints.find(({ id }) => id === 'lamp-1');
const post = (event: unknown, accessToken: string | undefined = token) =>
  postEvent(alexa.gatewayUrls.EU, accessToken, event);
const codeOf = async (response: Response) => ((await response.json()) as { payload: { code: string } }).payload.code;

test('a ChangeReport is accepted and seen', async () => {
  const seen: Customer[] = [];
  const exchanges: AlexaExchange[] = [];
  const stopView = alexa.onView((one) => seen.push(one));
  const stopExchange = alexa.onExchange((one) => exchanges.push(one));
  const report = changeReport(token, 'ON');
  const response = await post(report);
  expect({ status: response.status, body: await response.text() }).toEqual({ status: 202, body: '' });
  expect(lamp()?.properties).toEqual({
    [POWER]: {
      value: 'ON',
      timeOfSample: '2026-03-01T12:00:01.000Z',
      uncertaintyInMilliseconds: 0,
      sentAt: expect.any(Date),
      sentBy: 'ChangeReport',
      cause: 'PHYSICAL_INTERACTION',
    },
    'Alexa.BrightnessController.brightness': expect.not.objectContaining({ cause: expect.anything() }),
    'Alexa.EndpointHealth.connectivity': expect.objectContaining({ value: { value: 'OK' }, sentBy: 'ChangeReport' }),
  });
  expect(seen).toEqual([customer]);
  expect(exchanges).toEqual([
    {
      channel: 'gateway',
      region: 'EU',
      customer: 'customer-1',
      at: expect.any(Date),
      sent: report,
      answered: undefined,
      status: 202,
      ms: expect.any(Number),
      problems: [],
    },
  ]);
  expect(alexa.counts.events).toBe(1);
  expect(alexa.problems).toEqual([]);
  stopView();
  stopExchange();
  await post(changeReport(token, 'OFF', '2026-03-01T12:00:02.000Z'));
  expect({ seen: seen.length, exchanges: exchanges.length }).toEqual({ seen: 1, exchanges: 1 });
});

test('AddOrUpdateReport adds and renames, DeleteReport removes', async () => {
  await post(changeReport(token, 'ON'));
  const added = altered(messages.AddOrUpdateReport(), 'event.payload', {
    endpoints: [lampEndpoint('lamp-1', 'Night lamp'), lampEndpoint('lamp-2', 'Desk lamp')],
    scope: { type: 'BearerToken', token },
  });
  expect((await post(added)).status).toBe(202);
  expect(customer.endpoints.map(({ id, name }) => `${id} ${name}`)).toEqual([
    'lamp-1 Night lamp',
    'plug-1 Heater',
    'lamp-2 Desk lamp',
  ]);
  expect(lamp()?.properties[POWER]?.value).toBe('ON');
  const gone = altered(messages.DeleteReport(), 'event.payload.scope.token', token);
  expect((await post(altered(gone as object, 'event.header.messageId', 'message-2'))).status).toBe(202);
  expect(customer.endpoints.map(({ id }) => id)).toEqual(['plug-1', 'lamp-2']);
  expect(alexa.problems).toEqual([]);
});

test('an endpoint that no longer declares brightness has none in the view', async () => {
  await post(changeReport(token, 'ON'));
  const plain = altered(messages.AddOrUpdateReport(), 'event.payload', {
    endpoints: [plugEndpoint('lamp-1', 'Bedroom lamp')],
    scope: { type: 'BearerToken', token },
  });
  await post(plain);
  expect(lamp()?.dimmable).toBe(false);
  expect(Object.keys(lamp()?.properties ?? {})).toEqual([POWER, 'Alexa.EndpointHealth.connectivity']);
});

test("at a region that is not the customer's: 403 SKILL_NEVER_ENABLED_EXCEPTION, and nothing is seen", async () => {
  for (const region of ['NA', 'FE'] as const) {
    const response = await postEvent(alexa.gatewayUrls[region], token, changeReport(token, 'ON'));
    expect(response.status).toBe(403);
    expect(await response.json()).toEqual({
      header: { namespace: 'System', name: 'Exception', messageId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      payload: { code: 'SKILL_NEVER_ENABLED_EXCEPTION', description: expect.any(String) },
    });
  }
  expect(lamp()?.properties).toEqual({});
});

test.each([
  { when: 'an unknown token', prepare: () => 'Atza|unknown' },
  {
    when: 'a token past its hour',
    prepare: () => {
      clock.advance(3600_000);
      return token;
    },
  },
  {
    when: 'a token that was ended',
    prepare: () => {
      alexa.endAccessTokens();
      return token;
    },
  },
  {
    when: 'a token of a customer who disabled the skill',
    prepare: () => {
      customer.unlink();
      return token;
    },
  },
])('$when: 401 INVALID_ACCESS_TOKEN_EXCEPTION', async ({ prepare }) => {
  const used = prepare();
  const response = await post(changeReport(used, 'ON'), used);
  expect({ status: response.status, code: await codeOf(response) }).toEqual({
    status: 401,
    code: 'INVALID_ACCESS_TOKEN_EXCEPTION',
  });
  expect(lamp()?.properties).toEqual({});
  expect(alexa.problems).toEqual([]);
});

test('a token just under its hour is good', async () => {
  clock.advance(3590_000);
  expect((await post(changeReport(token, 'ON'))).status).toBe(202);
});

test.each([
  {
    when: 'no JSON',
    event: () => '{"event":',
    problem: 'event: the message must be {event: {header: {namespace, name, …}, …}}',
  },
  {
    when: 'no event',
    event: () => ({}),
    problem: 'event: the message must be {event: {header: {namespace, name, …}, …}}',
  },
  {
    when: 'no payload',
    event: () => altered(changeReport(token, 'ON'), 'event.payload', undefined),
    problem: 'ChangeReport: event.payload is missing',
  },
  {
    when: 'no scope',
    event: () => altered(changeReport(token, 'ON'), 'event.endpoint.scope', undefined),
    problem: 'ChangeReport: event.endpoint.scope is missing',
  },
  {
    when: 'another token in the scope',
    event: () => changeReport('Atza|other', 'ON'),
    problem: 'ChangeReport: the token in the scope is not the one of the Authorization header',
  },
  {
    when: 'payloadVersion as a number',
    event: () => altered(changeReport(token, 'ON'), 'event.header.payloadVersion', 3),
    problem: 'ChangeReport: event.header.payloadVersion must be the string "3"',
  },
  {
    when: 'a Response',
    event: () => altered(messages.Response(), 'event.endpoint.scope', { type: 'BearerToken', token }),
    problem: 'Response: Alexa.Response is no event for the gateway',
  },
])('$when: 400 INVALID_REQUEST_EXCEPTION and a problem', async ({ event, problem }) => {
  const response = await post(event());
  expect({ status: response.status, code: await codeOf(response) }).toEqual({
    status: 400,
    code: 'INVALID_REQUEST_EXCEPTION',
  });
  expect(alexa.problems).toEqual([problem]);
  expect(lamp()?.properties).toEqual({});
});

test('without an Authorization header: 401 and a problem', async () => {
  const response = await postEvent(alexa.gatewayUrls.EU, undefined, changeReport(token, 'ON'));
  expect({ status: response.status, code: await codeOf(response) }).toEqual({
    status: 401,
    code: 'INVALID_ACCESS_TOKEN_EXCEPTION',
  });
  expect(alexa.problems).toContain('ChangeReport: there is no bearer token in the Authorization header');
});

test('202 promises nothing: a report with a broken property is accepted, not seen, and a problem', async () => {
  const report = altered(changeReport(token, 'ON'), 'event.payload.change.properties.0.value', 'on');
  expect((await post(report)).status).toBe(202);
  expect(lamp()?.properties).toEqual({});
  expect(alexa.problems).toEqual(['ChangeReport: event.payload.change.properties.0.value must be "ON" or "OFF"']);
});

test('a stale report is seen, and a problem', async () => {
  await post(changeReport(token, 'ON', '2026-03-01T12:00:02.000Z'));
  await post(changeReport(token, 'OFF', '2026-03-01T12:00:01.000Z'));
  expect(lamp()?.properties[POWER]?.value).toBe('OFF');
  expect(alexa.problems).toEqual([
    `ChangeReport: ${POWER} is older than what was reported before, and differs from it`,
  ]);
});

test('a refused report is not what a later one is held against', async () => {
  alexa.inject({ at: 'EU', kind: 'status', status: 503, times: 1 });
  await post(changeReport(token, 'ON', '2026-03-01T12:00:02.000Z'));
  await post(changeReport(token, 'OFF', '2026-03-01T12:00:01.000Z'));
  expect(alexa.problems).toEqual([]);
});

test('the same message again: fine after a refusal, a problem after a 202', async () => {
  alexa.inject({ at: 'EU', kind: 'status', status: 500, times: 1 });
  const report = changeReport(token, 'ON');
  expect([(await post(report)).status, (await post(report)).status]).toEqual([500, 202]);
  expect(alexa.problems).toEqual([]);
  await post(report);
  expect(alexa.problems).toEqual(['ChangeReport: event.header.messageId was used before']);
});

test.each([
  { when: '301 endpoints', endpoints: Array.from({ length: 301 }, (_, index) => ({ endpointId: `lamp-${index}` })) },
  { when: 'more than 256 KB', endpoints: [{ endpointId: 'x'.repeat(256 * 1024) }] },
])('$when: 413', async ({ endpoints }) => {
  const report = altered(messages.DeleteReport(), 'event.payload', {
    endpoints,
    scope: { type: 'BearerToken', token },
  });
  const response = await post(report);
  expect({ status: response.status, code: await codeOf(response) }).toEqual({
    status: 413,
    code: 'REQUEST_ENTITY_TOO_LARGE_EXCEPTION',
  });
});

test.each([
  { fault: { at: 'EU', kind: 'status', status: 403 }, status: 403, has: 'SKILL_DISABLED_EXCEPTION' },
  {
    fault: { at: 'EU', kind: 'status', status: 403, code: 'INSUFFICIENT_PERMISSION_EXCEPTION' },
    status: 403,
    has: 'INSUFFICIENT_PERMISSION_EXCEPTION',
  },
  { fault: { at: 'EU', kind: 'status', status: 404 }, status: 404, has: 'SKILL_NOT_FOUND_EXCEPTION' },
  { fault: { at: 'EU', kind: 'status', status: 429 }, status: 429, has: 'THROTTLING_EXCEPTION' },
  { fault: { at: 'EU', kind: 'status', status: 500 }, status: 500, has: 'INTERNAL_SERVICE_EXCEPTION' },
  { fault: { at: 'EU', kind: 'status', status: 503 }, status: 503, has: 'SERVICE_UNAVAILABLE_EXCEPTION' },
  { fault: { at: 'EU', kind: 'html' }, status: 502, has: '<html>' },
] satisfies { fault: AlexaFault; status: number; has: string }[])(
  'fault $fault.kind $status $has, once',
  async ({ fault, status, has }) => {
    alexa.inject({ ...fault, times: 1 });
    const response = await post(changeReport(token, 'ON'));
    expect({ status: response.status, has: (await response.text()).includes(has) }).toEqual({ status, has: true });
    expect(lamp()?.properties).toEqual({});
    expect((await post(changeReport(token, 'ON'))).status).toBe(202);
  },
);

test('a fault at another gateway is not met, and one that was taken away neither', async () => {
  alexa.inject({ at: 'NA', kind: 'status', status: 500 });
  alexa.inject({ at: 'EU', kind: 'status', status: 500 })();
  expect((await post(changeReport(token, 'ON'))).status).toBe(202);
});

test('faults of one place are met in the order in which they were injected', async () => {
  alexa.inject({ at: 'EU', kind: 'status', status: 503, times: 1 });
  alexa.inject({ at: 'EU', kind: 'status', status: 429, times: 1 });
  const statuses: number[] = [];
  for (const _ of [1, 2, 3]) statuses.push((await post(changeReport(token, 'ON'))).status);
  expect(statuses).toEqual([503, 429, 202]);
});

test('fault reset: the connection goes, and the event with it', async () => {
  alexa.inject({ at: 'EU', kind: 'reset', times: 1 });
  await expect(post(changeReport(token, 'ON'))).rejects.toThrow();
  expect(lamp()?.properties).toEqual({});
});

test('fault hang: an event without an answer does not keep the emulator from closing', async () => {
  alexa.inject({ at: 'EU', kind: 'hang' });
  const hanging = post(changeReport(token, 'ON'));
  hanging.catch(() => {});
  while (alexa.counts.events === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await alexa.close();
  await expect(hanging).rejects.toThrow();
});
