import { expect, test } from '@jest/globals';
import type { AlexaExchange } from '../../desk/alexa/contract.ts';
import { DeskClock } from '../../desk/clock.ts';
import { ofAlexa, ofMyLeviton, ofPlug, ofQueue } from '../../desk/hop-messages.ts';
import { createMessageLog, type HopMessage } from '../../desk/message-log.ts';
import type { Names } from '../../desk/message-names.ts';
import type { Exchange } from '../../desk/my-leviton/contract.ts';

// What is broken stays broken for its customer, its station and its cause until a message takes the same path and arrives.
const NAMES: Names = {
  customer: (id) => ({ ada: 'Home', grandma: "Grandma's" })[id],
  ownerOf: (path, email) => (/[79]$/.exec(path)?.[0] === '9' || email === 'b@x' ? 'grandma' : 'ada'),
  lamp: (id) => ({ '7': 'Bedroom lamp', '9': 'Hall light' })[id],
};
const AT = new Date('2026-03-01T12:00:00Z');

const answered = (
  customer: string,
  endpointId: string,
  event: object,
  directive = 'TurnOn',
  context?: object,
): HopMessage =>
  ofAlexa(
    {
      ...{ channel: 'directive', region: 'NA', customer, at: AT, status: 200, ms: 1, problems: [] },
      sent: { directive: { header: { name: directive }, endpoint: { endpointId }, payload: {} } },
      answered: { event, ...context },
    },
    NAMES,
  );
const obeyed = (customer: string, id: string) => answered(customer, id, { header: { name: 'Response' }, payload: {} });
const refused = (customer: string, id: string, type: string, directive?: string) =>
  answered(customer, id, { header: { name: 'ErrorResponse' }, payload: { type } }, directive);
const state = (customer: string, id: string, connectivity: string) =>
  answered(customer, id, { header: { name: 'StateReport' }, payload: {} }, 'ReportState', {
    context: { properties: [{ name: 'connectivity', value: { value: connectivity } }] },
  });
const rest = (method: string, path: string, status: number, body: object = {}): HopMessage => {
  const exchange: Exchange = {
    channel: 'rest',
    at: AT,
    request: { method, path, body },
    response: { status, body: {} },
    ms: 1,
  };
  const message = ofMyLeviton(exchange, 'skill', NAMES);
  if (!message) throw new Error('no message');
  return message;
};
const push = (status: number): HopMessage => {
  const exchange: Exchange = {
    channel: 'socket',
    at: AT,
    request: { method: 'GET', path: '/' },
    response: { status },
    ms: 1,
  };
  const message = ofMyLeviton(exchange, 'device-watch', NAMES);
  if (!message) throw new Error('no message');
  return message;
};
const atGateway = (customer: string, status: number): HopMessage => {
  const sent = { event: { header: { name: 'ChangeReport' } } };
  const exchange: AlexaExchange = {
    ...{ channel: 'gateway', region: 'NA', customer, at: AT, sent, answered: undefined, status, ms: 1, problems: [] },
  };
  return ofAlexa(exchange, NAMES);
};
const atLwa = (customer: string, status: number, more: Partial<AlexaExchange> = {}): HopMessage =>
  ofAlexa(
    {
      channel: 'lwa',
      customer,
      at: AT,
      sent: { grant_type: 'refresh_token' },
      answered: {},
      status,
      ms: 1,
      problems: [],
      ...more,
    },
    NAMES,
  );
const batch = (device: string, failed: boolean): HopMessage =>
  ofQueue(
    {
      ...{ at: AT, ms: 1, failed: failed ? ['m'] : [] },
      event: { Records: [{ messageId: 'm', body: JSON.stringify({ accountId: '1', deviceId: device }) }] } as never,
    },
    NAMES,
  );
const plug = (id: string, online: boolean) => ofPlug(id, { power: 'ON', level: 30, online }, NAMES);

test.each<{ when: string; after: HopMessage[]; hop: string | undefined; sentence?: string }>([
  { when: 'a lamp obeys', after: [obeyed('ada', '7')], hop: undefined },
  {
    when: 'the device cloud does not answer a command',
    after: [refused('ada', '7', 'BRIDGE_UNREACHABLE')],
    hop: 'device-cloud',
    sentence: 'Home: The device cloud did not answer in time, or not as it should.',
  },
  {
    when: 'another customer obeys meanwhile',
    after: [refused('ada', '7', 'BRIDGE_UNREACHABLE'), rest('PUT', '/IotSwitches/9', 200), obeyed('grandma', '9')],
    hop: 'device-cloud',
  },
  {
    when: 'only reads work',
    after: [rest('PUT', '/IotSwitches/7', 502), rest('GET', '/IotSwitches/7', 200), state('ada', '7', 'OK')],
    hop: 'device-cloud',
  },
  {
    when: 'the same command works',
    after: [rest('PUT', '/IotSwitches/7', 502), rest('PUT', '/IotSwitches/7', 200)],
    hop: undefined,
  },
  {
    when: 'a write works after a failed read',
    after: [rest('GET', '/IotSwitches/7', 502), rest('PUT', '/IotSwitches/7', 200)],
    hop: undefined,
  },
  {
    when: 'a read fails, and another lamp of the same customer obeys',
    after: [
      rest('GET', '/IotSwitches/7', 502),
      refused('ada', '7', 'BRIDGE_UNREACHABLE', 'ReportState'),
      obeyed('ada', '8'),
    ],
    hop: undefined,
  },
  { when: 'the lamp obeys', after: [refused('ada', '7', 'BRIDGE_UNREACHABLE'), obeyed('ada', '7')], hop: undefined },
  {
    when: 'a sign-in is not answered, and one of another account is',
    after: [rest('POST', '/Person/login', 503, { email: 'a@x' }), rest('POST', '/Person/login', 200, { email: 'b@x' })],
    hop: 'device-cloud',
  },
  {
    when: 'a sign-in without a password is not answered, which no account needs',
    after: [rest('POST', '/Person/login', 503)],
    hop: undefined,
  },
  {
    when: 'it is answered, and a sign-in was not',
    after: [rest('POST', '/Person/login', 503, { email: 'a@x' }), rest('POST', '/Person/login', 400)],
    hop: 'device-cloud',
  },
  { when: 'a password is wrong', after: [rest('POST', '/Person/login', 401, { email: 'a@x' })], hop: undefined },
  {
    when: 'a plug is unplugged',
    after: [plug('7', false)],
    hop: 'plug',
    sentence: 'Bedroom lamp: The plug is not connected to its cloud.',
  },
  { when: 'another plug moves', after: [plug('7', false), plug('9', true), obeyed('grandma', '9')], hop: 'plug' },
  {
    when: 'it is plugged in again',
    after: [refused('ada', '7', 'ENDPOINT_UNREACHABLE'), plug('7', true)],
    hop: undefined,
  },
  {
    when: 'a state report says unreachable',
    after: [state('ada', '7', 'UNREACHABLE')],
    hop: 'plug',
    sentence: 'Bedroom lamp: The plug is not connected to its cloud.',
  },
  {
    when: 'the skill throws',
    after: [refused('ada', '7', 'INTERNAL_ERROR')],
    hop: 'skill',
    sentence: 'Home: TurnOn: INTERNAL_ERROR',
  },
  {
    when: 'the skill answers with a known error',
    after: [refused('ada', '7', 'INTERNAL_ERROR'), refused('ada', '7', 'ENDPOINT_UNREACHABLE'), plug('7', true)],
    hop: undefined,
  },
  {
    when: 'the gateway refuses a report',
    after: [atGateway('ada', 503)],
    hop: 'gateway',
    sentence: 'Home: ChangeReport (NA): 503',
  },
  { when: "it takes another customer's", after: [atGateway('ada', 503), atGateway('grandma', 202)], hop: 'gateway' },
  { when: 'it takes one with 204', after: [atGateway('ada', 503), atGateway('ada', 204)], hop: undefined },
  {
    when: 'Amazon gives no token',
    after: [atLwa('ada', 503), atLwa('grandma', 200)],
    hop: 'lwa',
    sentence: 'Home: Login with Amazon gives no tokens, so reports must wait.',
  },
  {
    when: 'Amazon has taken the grant back',
    after: [atLwa('ada', 400, { answered: { error: 'invalid_grant' } }), atLwa('grandma', 200)],
    hop: 'lwa',
    sentence: 'Home: Login with Amazon has taken the permission to report back.',
  },
  {
    when: 'Amazon has taken a consent back, which no report needs',
    after: [atLwa('ada', 400, { answered: { error: 'invalid_grant' }, scope: 'linking' })],
    hop: undefined,
  },
  { when: 'Amazon gives one again', after: [atLwa('ada', 503), atLwa('ada', 200)], hop: undefined },
  {
    when: 'a report waits',
    after: [batch('7', true), batch('9', false)],
    hop: 'report-worker',
    sentence: 'Bedroom lamp: A report could not be delivered yet; it is sent again.',
  },
  { when: 'that report arrives', after: [batch('7', true), batch('7', false)], hop: undefined },
  {
    when: 'the push channel stays closed while calls work',
    after: [push(502), rest('GET', '/IotSwitches/7', 200)],
    hop: 'device-watch',
  },
  { when: 'the push channel opens', after: [push(502), push(101)], hop: undefined },
  {
    when: 'a token is not ours',
    after: [refused('ada', '7', 'INVALID_AUTHORIZATION_CREDENTIAL'), obeyed('grandma', '9')],
    hop: 'alexa',
  },
])('$when: broken is $hop', ({ after, hop, sentence }) => {
  const log = createMessageLog(new DeskClock(AT), () => undefined);
  for (const message of after) log.record(message);
  const broken = log.hops.filter((one) => one.broken.length > 0);
  expect(broken.map((one) => one.hop)).toEqual(hop === undefined ? [] : [hop]);
  if (sentence !== undefined) expect(broken[0]?.broken).toEqual([sentence]);
});

test('messages are masked, numbered and counted at both their stations', () => {
  const log = createMessageLog(new DeskClock(AT), () => undefined);
  log.record(rest('POST', '/Person/login', 200, { email: 'a@x', password: 'secret' }));
  expect(log.messages).toMatchObject([
    { id: 1, from: 'skill', to: 'device-cloud', title: 'POST /Person/login', ok: true },
  ]);
  expect(log.messages[0]?.sent).not.toContain('secret');
  expect(log.hops.filter(({ passed }) => passed > 0).map(({ hop }) => hop)).toEqual(['skill', 'device-cloud']);
});
