import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AlexaExchange, Customer, EmulatedAlexa } from '../../../desk/alexa/contract.ts';
import { startAlexa } from '../../../desk/alexa/emulator.ts';
import type { DeskClock } from '../../../desk/clock.ts';
import { testClock } from '../../support/clock.ts';
import { discovered, errorAnswer, type FakeSkill, fakeSkill } from './fake-skill.ts';
import { altered, lampEndpoint, plugEndpoint } from './messages.ts';

const POWER = 'Alexa.PowerController.powerState';
const BRIGHTNESS = 'Alexa.BrightnessController.brightness';
const RELINK = 'Your account is no longer linked. Please link the skill again in the Alexa app.';
const CHECK = 'Please check its network connection and power supply.';

let clock: DeskClock;
let alexa: EmulatedAlexa;
let skill: FakeSkill;
let customer: Customer;
let exchanges: AlexaExchange[];
let accessToken: () => Promise<string>;

beforeEach(async () => {
  clock = testClock();
  alexa = await startAlexa({ clock });
  skill = fakeSkill(() => alexa);
  accessToken = async () => 'the-token';
  customer = alexa.addCustomer({ invoke: skill.invoke, accessToken: () => accessToken() });
  await customer.discover();
  skill.heard.length = 0;
  exchanges = [];
  alexa.onExchange((exchange) => exchanges.push(exchange));
});
afterEach(() => alexa.close());

const lamp = () => customer.endpoints.find(({ id }) => id === 'lamp-1');
const turnOn = { namespace: 'Alexa.PowerController', name: 'TurnOn', endpointId: 'lamp-1' };

test('what Alexa shows is stuck: answers come, and what she shows stays', async () => {
  const stop = alexa.inject({ at: 'copy', kind: 'stuck' });
  expect(await customer.send(turnOn)).toMatchObject({ name: 'Response' });
  expect(lamp()?.properties).toEqual({});
  stop();
  await customer.send(turnOn);
  expect(lamp()?.properties[POWER]?.value).toBe('ON');
});

test('NA is the default region', () => {
  expect(customer.region).toBe('NA');
  expect(alexa.addCustomer({ region: 'FE', invoke: skill.invoke, accessToken }).region).toBe('FE');
});

test('Discover brings endpoints into the view, without a state', async () => {
  expect(await customer.discover()).toEqual([
    {
      id: 'lamp-1',
      name: 'Bedroom lamp',
      description: 'Leviton dimmer',
      category: 'LIGHT',
      dimmable: true,
      properties: {},
    },
    {
      id: 'plug-1',
      name: 'Heater',
      description: 'Leviton dimmer',
      category: 'SMARTPLUG',
      dimmable: false,
      properties: {},
    },
  ]);
  expect(skill.heard[0]).toEqual({
    header: { namespace: 'Alexa.Discovery', name: 'Discover', payloadVersion: '3', messageId: expect.any(String) },
    payload: { scope: { type: 'BearerToken', token: 'the-token' } },
  });
  expect(alexa.problems).toEqual([]);
});

test('an endpoint that a later Discover leaves out stays', async () => {
  skill.override = () => discovered([lampEndpoint('lamp-2', 'Desk lamp')]);
  expect((await customer.discover()).map(({ id }) => id)).toEqual(['lamp-2']);
  expect(customer.endpoints.map(({ id }) => id)).toEqual(['lamp-1', 'plug-1', 'lamp-2']);
});

test('a directive carries all that Amazon sends with it', async () => {
  await customer.send({ ...turnOn, name: 'TurnOff' });
  await customer.send(turnOn);
  expect(skill.heard[1]).toEqual({
    header: {
      namespace: 'Alexa.PowerController',
      name: 'TurnOn',
      payloadVersion: '3',
      messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      correlationToken: expect.stringMatching(/^.{200,}$/),
    },
    endpoint: { scope: { type: 'BearerToken', token: 'the-token' }, endpointId: 'lamp-1', cookie: { account: 'h1' } },
    payload: {},
  });
  expect(skill.heard[0]?.header.correlationToken).not.toBe(skill.heard[1]?.header.correlationToken);
});

test('the answer comes into the view, and to those who watch', async () => {
  const seen: Customer[] = [];
  alexa.onView((one) => seen.push(one));
  const answer = await customer.send(turnOn);
  expect(answer).toEqual({
    name: 'Response',
    message: expect.objectContaining({ event: expect.anything() }),
    ms: expect.any(Number),
  });
  expect(lamp()?.properties[POWER]).toEqual({
    value: 'ON',
    timeOfSample: '2026-03-01T12:00:00.000Z',
    uncertaintyInMilliseconds: 0,
    sentAt: expect.any(Date),
    sentBy: 'Response',
  });
  expect(seen).toEqual([customer]);
  expect(exchanges).toEqual([
    {
      channel: 'directive',
      region: 'NA',
      customer: 'customer-1',
      at: expect.any(Date),
      sent: { directive: skill.heard[0] },
      answered: answer.message,
      status: 200,
      ms: expect.any(Number),
      problems: [],
    },
  ]);
});

test('ReportState tells by a StateReport', async () => {
  expect(await customer.reportState('lamp-1')).toMatchObject({ name: 'StateReport' });
  expect(lamp()?.properties[BRIGHTNESS]).toMatchObject({ value: 60, sentBy: 'StateReport' });
});

test('what the skill does to its event does not reach Alexa', async () => {
  skill.override = (directive) => {
    (directive.header as { name: string }).name = 'Changed';
    return undefined;
  };
  const { name } = await customer.send({ ...turnOn, name: 'TurnOn' });
  expect({ name, sent: exchanges[0]?.sent }).toMatchObject({
    name: 'Response',
    sent: { directive: { header: { name: 'TurnOn' } } },
  });
});

test('an error is spoken as it is', async () => {
  skill.override = (directive) => errorAnswer(directive, 'NO_SUCH_ENDPOINT');
  expect(await customer.send({ ...turnOn, endpointId: 'made-up' })).toMatchObject({
    name: 'ErrorResponse',
    errorType: 'NO_SUCH_ENDPOINT',
    errorMessage: 'for the log',
  });
  expect(skill.heard[0]?.endpoint?.cookie).toEqual({});
  expect(alexa.problems).toEqual([]);
});

describe('what Alexa says', () => {
  test.each([
    { says: 'Alexa, turn on the bedroom lamp', directive: 'TurnOn', payload: {}, answer: 'OK.' },
    { says: 'turn the bedroom lamp off', directive: 'TurnOff', payload: {}, answer: 'OK.' },
    {
      says: 'set bedroom lamp to thirty percent',
      directive: 'SetBrightness',
      payload: { brightness: 30 },
      answer: 'OK.',
    },
    { says: 'dim the bedroom lamp', directive: 'AdjustBrightness', payload: { brightnessDelta: -25 }, answer: 'OK.' },
    {
      says: 'brighten the bedroom lamp by 10',
      directive: 'AdjustBrightness',
      payload: { brightnessDelta: 10 },
      answer: 'OK.',
    },
    { says: 'is the bedroom lamp on?', directive: 'ReportState', payload: {}, answer: 'Bedroom lamp is off.' },
    {
      says: 'discover devices',
      directive: 'Discover',
      payload: { scope: { type: 'BearerToken', token: 'the-token' } },
      answer: 'I found 2 devices: Bedroom lamp, Heater.',
    },
  ])('"$says": $directive, "$answer"', async ({ says, directive, payload, answer }) => {
    expect(await customer.say(says)).toEqual({ said: says, answer, ok: true, ms: expect.any(Number) });
    expect(skill.heard.map((one) => [one.header.name, one.payload])).toEqual([[directive, payload]]);
    expect(alexa.problems).toEqual([]);
  });

  test.each([
    { says: 'turn on the kitchen', answer: "I couldn't find a device called kitchen." },
    { says: 'dim the heater', answer: 'Heater can be switched on and off, but not dimmed.' },
    { says: 'set the bedroom lamp to 150 percent', answer: 'I can only do that with a number from 0 to 100.' },
    { says: 'dim the bedroom lamp by 101', answer: 'I can only do that with a number from 0 to 100.' },
    {
      says: 'sing',
      answer:
        'Sorry, I don\'t know that one. Try "turn on the bedroom lamp", "set the bedroom lamp to 30 percent" or "dim the bedroom lamp".',
    },
  ])('"$says": "$answer", and no directive', async ({ says, answer }) => {
    expect(await customer.say(says)).toMatchObject({ answer, ok: false, notSent: true });
    expect(skill.heard).toEqual([]);
  });

  test.each([
    { says: 'lights off', directives: ['TurnOff lamp-1', 'TurnOff plug-1'] },
    { says: 'turn on the bedroom lamp and the heater', directives: ['TurnOn lamp-1', 'TurnOn plug-1'] },
    { says: 'turn everything off except the heater', directives: ['TurnOff lamp-1'] },
    { says: 'everything half', directives: ['SetBrightness lamp-1'] },
    { says: 'éteins tout', directives: ['TurnOff lamp-1', 'TurnOff plug-1'] },
  ])('"$says" is a directive for each lamp: $directives', async ({ says, directives }) => {
    expect(await customer.say(says)).toMatchObject({ answer: 'OK.', ok: true });
    expect(skill.heard.map(({ header, endpoint }) => `${header.name} ${endpoint?.endpointId}`)).toEqual(directives);
  });

  test('"it" is the lamp of the last sentence', async () => {
    await customer.say('turn on the bedroom lamp');
    await customer.say('turn it down');
    expect(skill.heard.map(({ header, endpoint }) => `${header.name} ${endpoint?.endpointId}`)).toEqual([
      'TurnOn lamp-1',
      'AdjustBrightness lamp-1',
    ]);
  });

  test('two devices of one name', async () => {
    skill.override = () => discovered([plugEndpoint('plug-2', 'The heater')]);
    await customer.discover();
    expect(await customer.say('turn on heater')).toMatchObject({
      answer: 'A few things share the name heater. Please give one of them another name.',
      ok: false,
    });
  });

  test('how the lamp is, by what was reported', async () => {
    await customer.say('set the bedroom lamp to 30 percent');
    await customer.say('turn on the heater');
    expect(await customer.say('is the bedroom lamp off?')).toMatchObject({
      answer: 'Bedroom lamp is on at 30 percent.',
    });
    expect(await customer.say('is the heater on?')).toMatchObject({ answer: 'Heater is on.' });
  });

  test.each(['is the bedroom lamp on?', 'turn on the bedroom lamp'])('of an unreachable lamp: "%s"', async (says) => {
    skill.connectivity = 'UNREACHABLE';
    expect(await customer.say(says)).toMatchObject({ answer: `Bedroom lamp isn't responding. ${CHECK}`, ok: false });
  });

  test.each([
    { type: 'ENDPOINT_UNREACHABLE', answer: `Bedroom lamp isn't responding. ${CHECK}` },
    {
      type: 'BRIDGE_UNREACHABLE',
      answer: "The hub or service that Bedroom lamp is connected to isn't responding. Please try again later.",
    },
    { type: 'RATE_LIMIT_EXCEEDED', answer: 'Bedroom lamp got too many requests. Please try again later.' },
    { type: 'ENDPOINT_BUSY', answer: 'Bedroom lamp is busy right now. Please try again later.' },
    {
      type: 'NO_SUCH_ENDPOINT',
      answer: "I can't find Bedroom lamp any more. It may have been removed from your account.",
    },
    { type: 'CLOUD_CONTROL_DISABLED', answer: 'Bedroom lamp can only be controlled by hand right now.' },
    { type: 'INTERNAL_ERROR', answer: 'Sorry, something went wrong.' },
    { type: 'INVALID_DIRECTIVE', answer: 'Sorry, something went wrong.' },
  ])('to $type', async ({ type, answer }) => {
    skill.override = (directive) => errorAnswer(directive, type);
    expect(await customer.say('turn on the bedroom lamp')).toMatchObject({ answer, ok: false });
    expect(customer.linked).toBe(true);
    expect(alexa.problems).toEqual([]);
  });

  test('when nothing was found', async () => {
    skill.override = () => discovered([]);
    expect(await customer.say('discover devices')).toMatchObject({ answer: 'I found no devices.', ok: true });
  });

  test('when discovery fails', async () => {
    skill.override = () => ({});
    expect(await customer.say('discover devices')).toMatchObject({ answer: 'Sorry, something went wrong.', ok: false });
  });
});

describe('a skill that misbehaves', () => {
  test("throws: isn't responding, and a problem", async () => {
    skill.override = () => {
      throw new Error('boom');
    };
    expect(await customer.say('turn on the bedroom lamp')).toMatchObject({
      answer: "Bedroom lamp isn't responding.",
      ok: false,
    });
    expect(await customer.send(turnOn)).toMatchObject({ name: 'NoAnswer', errorMessage: 'boom', message: undefined });
    expect(exchanges[0]).toMatchObject({ status: 0, answered: { error: 'boom' }, problems: ['no answer: boom'] });
    expect(alexa.problems).toEqual(['TurnOn: no answer: boom', 'TurnOn: no answer: boom']);
  });

  test.each([
    { when: 'nothing', answer: null },
    { when: 'a text', answer: 'OK' },
    { when: 'an empty object', answer: {} },
    { when: 'a Lambda error', answer: { errorMessage: 'boom', errorType: 'Error' } },
  ])('answers $when', async ({ answer }) => {
    const nonsense = alexa.addCustomer({
      accessToken,
      invoke: async (event) => (JSON.stringify(event).includes('"Discover"') ? discovered([lampEndpoint()]) : answer),
    });
    await nonsense.discover();
    expect(await nonsense.say('turn on the bedroom lamp')).toMatchObject({
      answer: "Bedroom lamp isn't responding.",
      ok: false,
    });
    expect(await nonsense.send(turnOn)).toMatchObject({ name: 'NoAnswer', message: answer });
    expect(alexa.problems[0]).toBe('TurnOn: the message must be {event: {header: {namespace, name, …}, …}}');
  });

  test('answers what is no JSON', async () => {
    skill.override = () => ({ value: 1n });
    expect(await customer.send(turnOn)).toMatchObject({ name: 'NoAnswer' });
    expect(alexa.problems).toHaveLength(1);
    expect(alexa.problems[0]).toContain('BigInt');
  });

  test('answers for another endpoint: not taken into the view', async () => {
    const wrong = alexa.addCustomer({
      accessToken,
      invoke: async (event) => {
        const message = await skill.invoke(event);
        return JSON.stringify(event).includes('"TurnOn"')
          ? altered(message as object, 'event.endpoint.endpointId', 'plug-1')
          : message;
      },
    });
    await wrong.discover();
    expect(await wrong.send(turnOn)).toMatchObject({ name: 'NoAnswer' });
    expect(wrong.endpoints.map(({ properties }) => properties)).toEqual([{}, {}]);
    expect(alexa.problems[0]).toBe("TurnOn: event.endpoint.endpointId must be the directive's own");
  });

  test('answers in part: taken, and a problem', async () => {
    const partial = alexa.addCustomer({
      accessToken,
      invoke: async (event) => {
        const message = (await skill.invoke(event)) as { context?: { properties: object[] } };
        message.context?.properties.pop();
        return message;
      },
    });
    await partial.discover();
    expect(await partial.say('turn on the bedroom lamp')).toMatchObject({ answer: 'OK.', ok: true });
    expect(alexa.problems).toEqual([
      'TurnOn: Alexa.EndpointHealth.connectivity is missing, which discovery declared for this endpoint',
    ]);
  });

  test('uses a messageId twice: a problem', async () => {
    skill.override = (directive) =>
      altered(errorAnswer(directive, 'ENDPOINT_BUSY'), 'event.header.messageId', 'always-the-same');
    await customer.send(turnOn);
    await customer.send(turnOn);
    expect(alexa.problems).toEqual(['TurnOn: event.header.messageId was used before']);
  });

  test("is silent past 8 s: isn't responding, and a problem", async () => {
    let answerLate: () => void = () => {};
    const asked = new Promise<void>((resolve) => {
      skill.override = () => {
        resolve();
        return new Promise<undefined>((done) => {
          answerLate = () => done(undefined);
        });
      };
    });
    const said = customer.say('turn on the bedroom lamp');
    await asked;
    clock.advance(8000);
    expect(await said).toMatchObject({ answer: "Bedroom lamp isn't responding.", ok: false });
    expect((await said).ms).toBeGreaterThanOrEqual(8000);
    answerLate();
    await new Promise(setImmediate);
    expect(lamp()?.properties).toEqual({});
    expect(alexa.problems).toEqual(['TurnOn: no answer: the answer took longer than 8 s']);
  });

  test('answers at 7 s: fine', async () => {
    skill.override = () => {
      clock.advance(7000);
      return undefined;
    };
    expect(await customer.say('turn on the bedroom lamp')).toMatchObject({ answer: 'OK.', ok: true });
    expect(alexa.problems).toEqual([]);
  });

  test('answers just after 8 s: too late, however the timers fall', async () => {
    skill.override = () => {
      clock.advance(8001);
      return undefined;
    };
    expect(await customer.send(turnOn)).toMatchObject({ name: 'NoAnswer' });
    expect(alexa.problems).toEqual(['TurnOn: no answer: the answer took longer than 8 s']);
  });
});

describe('the link', () => {
  test.each(['EXPIRED_AUTHORIZATION_CREDENTIAL', 'INVALID_AUTHORIZATION_CREDENTIAL'])('%s ends it', async (type) => {
    skill.override = (directive) => errorAnswer(directive, type);
    expect(await customer.say('turn on the bedroom lamp')).toMatchObject({ answer: RELINK, ok: false });
    expect(customer.linked).toBe(false);
    skill.override = undefined;
    skill.heard.length = 0;
    expect(await customer.say('turn on the bedroom lamp')).toMatchObject({ answer: RELINK, ok: false });
    expect(await customer.say('discover devices')).toMatchObject({ answer: RELINK, ok: false });
    expect(await customer.send(turnOn)).toMatchObject({ name: 'NoAnswer', errorMessage: RELINK });
    await expect(customer.discover()).rejects.toThrow(RELINK);
    await expect(customer.acceptGrant()).rejects.toThrow(RELINK);
    expect(skill.heard).toEqual([]);
    customer.relink();
    expect(customer.linked).toBe(true);
    expect(await customer.say('turn on the bedroom lamp')).toMatchObject({ answer: 'OK.', ok: true });
  });

  test("an access token that cannot be had: isn't responding, the exchange says so, and it is no message of the skill", async () => {
    accessToken = async () => {
      throw new Error('the token endpoint answered 503');
    };
    expect(await customer.say('turn on the bedroom lamp')).toMatchObject({
      answer: "Bedroom lamp isn't responding.",
      ok: false,
    });
    const why = 'there is no access token: the token endpoint answered 503';
    expect(exchanges).toMatchObject([{ channel: 'directive', status: 0, answered: { error: why } }]);
    expect(skill.heard).toEqual([]);
    expect(customer.linked).toBe(true);
    expect(alexa.problems).toEqual([]);
  });
});

describe('AcceptGrant', () => {
  test('brings a code and the grantee token', async () => {
    await customer.acceptGrant();
    expect(skill.heard).toEqual([
      {
        header: {
          namespace: 'Alexa.Authorization',
          name: 'AcceptGrant',
          payloadVersion: '3',
          messageId: expect.any(String),
        },
        payload: {
          grant: { type: 'OAuth2.AuthorizationCode', code: expect.any(String) },
          grantee: { type: 'BearerToken', token: 'the-token' },
        },
      },
    ]);
    expect(skill.tokens?.access_token).toMatch(/^Atza\|/);
    expect(alexa.problems).toEqual([]);
  });

  test('refused', async () => {
    skill.override = () => ({
      event: {
        header: { namespace: 'Alexa.Authorization', name: 'ErrorResponse', payloadVersion: '3', messageId: 'm1' },
        payload: { type: 'ACCEPT_GRANT_FAILED', message: 'Login with Amazon is down' },
      },
    });
    await expect(customer.acceptGrant()).rejects.toThrow(
      new Error('AcceptGrant failed: ACCEPT_GRANT_FAILED, Login with Amazon is down'),
    );
    expect(alexa.problems).toEqual([]);
  });

  test('accepted, and the code never exchanged: a problem', async () => {
    skill.override = () => ({
      event: {
        header: {
          namespace: 'Alexa.Authorization',
          name: 'AcceptGrant.Response',
          payloadVersion: '3',
          messageId: 'm1',
        },
        payload: {},
      },
    });
    await customer.acceptGrant();
    expect(alexa.problems).toEqual(['AcceptGrant: the grant was accepted and its code never exchanged']);
  });

  test('answered with nonsense', async () => {
    skill.override = () => ({ ok: true });
    await expect(customer.acceptGrant()).rejects.toThrow('AcceptGrant failed: the answer is invalid');
  });
});

test('customers do not see one another', async () => {
  const other = alexa.addCustomer({ invoke: skill.invoke, accessToken });
  expect(other.endpoints).toEqual([]);
  await customer.send(turnOn);
  await other.discover();
  expect(other.endpoints[0]?.properties).toEqual({});
});

test('many directives at once', async () => {
  const answers = await Promise.all(Array.from({ length: 50 }, () => customer.say('turn on the bedroom lamp')));
  expect(new Set(answers.map(({ answer }) => answer))).toEqual(new Set(['OK.']));
  expect(alexa.problems).toEqual([]);
});

test('closing ends a directive that waits, and later ones at once', async () => {
  const asked = new Promise<void>((resolve) => {
    skill.override = () => {
      resolve();
      return new Promise(() => {});
    };
  });
  const waiting = customer.send(turnOn);
  await asked;
  await alexa.close();
  expect(await waiting).toMatchObject({ name: 'NoAnswer', errorMessage: 'the emulated Alexa was closed' });
  expect(await customer.send(turnOn)).toMatchObject({ name: 'NoAnswer' });
  expect(alexa.problems).toEqual([]);
});
