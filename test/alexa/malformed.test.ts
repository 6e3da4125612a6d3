import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openSetup, type TestSetup } from '../support/setup.ts';
import { accessTokenOf, altered, flawsOf, openSkill, type Wire } from './malformed-support.ts';

let setup: TestSetup;
let skill: (event: unknown) => Promise<unknown>;
let token: string;
beforeAll(async () => {
  ({ setup, skill, token } = await openSkill());
});
afterAll(() => setup.system.close());

const directive = (header: object, payload: unknown, endpoint?: object) => ({
  directive: {
    header: { payloadVersion: '3', messageId: 'c0ffee', correlationToken: 'correlation-1', ...header },
    endpoint: endpoint ?? { endpointId: setup.endpointId, scope: { type: 'BearerToken', token }, cookie: {} },
    payload,
  },
});
const brightness = (payload: unknown, name = 'SetBrightness') =>
  directive({ namespace: 'Alexa.BrightnessController', name }, payload);
const power = (payload: unknown, endpoint?: object) =>
  directive({ namespace: 'Alexa.PowerController', name: 'TurnOn' }, payload, endpoint);

describe('a directive that is wrong in itself', () => {
  test.each([
    {
      when: 'an unknown namespace',
      event: () => directive({ namespace: 'Alexa.ColorController', name: 'SetColor' }, {}),
      type: 'INVALID_DIRECTIVE',
    },
    {
      when: 'an unknown name',
      event: () => directive({ namespace: 'Alexa.PowerController', name: 'Explode' }, {}),
      type: 'INVALID_DIRECTIVE',
    },
    {
      when: "a name of JavaScript's own",
      event: () => directive({ namespace: 'Alexa.PowerController', name: 'constructor' }, {}),
      type: 'INVALID_DIRECTIVE',
    },
    {
      when: 'another payload version',
      event: () => directive({ namespace: 'Alexa.PowerController', name: 'TurnOn', payloadVersion: '2' }, {}),
      type: 'INVALID_DIRECTIVE',
    },
    { when: 'no payload where one is needed', event: () => brightness(undefined), type: 'INVALID_DIRECTIVE' },
    { when: 'payload null where one is needed', event: () => brightness(null), type: 'INVALID_DIRECTIVE' },
    { when: 'a missing field', event: () => brightness({}), type: 'INVALID_DIRECTIVE' },
    { when: 'a number as a text', event: () => brightness({ brightness: '30' }), type: 'INVALID_VALUE' },
    { when: 'a number that is null', event: () => brightness({ brightness: null }), type: 'INVALID_VALUE' },
    { when: 'a fraction', event: () => brightness({ brightness: 30.5 }), type: 'INVALID_VALUE' },
    {
      when: 'a delta as a text',
      event: () => brightness({ brightnessDelta: '-25' }, 'AdjustBrightness'),
      type: 'INVALID_VALUE',
    },
    { when: 'a number below the range', event: () => brightness({ brightness: -1 }), type: 'VALUE_OUT_OF_RANGE' },
    { when: 'a number above the range', event: () => brightness({ brightness: 101 }), type: 'VALUE_OUT_OF_RANGE' },
    { when: 'no scope', event: () => power({}, { endpointId: setup.endpointId }), type: 'INVALID_DIRECTIVE' },
    {
      when: 'a token that is a number',
      event: () => power({}, { endpointId: setup.endpointId, scope: { type: 'BearerToken', token: 7 } }),
      type: 'INVALID_DIRECTIVE',
    },
    {
      when: 'a token that is not ours',
      event: () => power({}, { endpointId: setup.endpointId, scope: { type: 'BearerToken', token: 'Atza|x' } }),
      type: 'INVALID_AUTHORIZATION_CREDENTIAL',
    },
    {
      when: 'a token of ours with a letter changed',
      event: () => power({}, { endpointId: setup.endpointId, scope: { type: 'BearerToken', token: altered(token) } }),
      type: 'INVALID_AUTHORIZATION_CREDENTIAL',
    },
    {
      when: 'a token whose key is not in the ring',
      event: () =>
        power(
          {},
          { endpointId: setup.endpointId, scope: { type: 'BearerToken', token: token.replace('desk-1', 'desk-0') } },
        ),
      type: 'INTERNAL_ERROR',
    },
  ])('$when: $type', async ({ event, type }) => {
    const answer = (await skill(event())) as Wire;
    expect(answer.event).toMatchObject({
      header: { namespace: 'Alexa', name: 'ErrorResponse', payloadVersion: '3', correlationToken: 'correlation-1' },
      endpoint: { endpointId: setup.endpointId },
      payload: { type },
    });
    expect(flawsOf(answer)).toEqual([]);
  });

  test('the range is named', async () => {
    const answer = (await skill(brightness({ brightness: 101 }))) as Wire;
    expect(answer.event.payload).toMatchObject({ validRange: { minimumValue: 0, maximumValue: 100 } });
  });

  test('an adjustment of any size is clamped and no error', async () => {
    expect(await skill(brightness({ brightnessDelta: 250 }, 'AdjustBrightness'))).toMatchObject({
      event: { header: { name: 'Response' } },
    });
  });

  test.each([{ payload: null }, { payload: undefined }, { payload: {} }, { payload: { extra: 1 } }])(
    'TurnOn with payload $payload is obeyed, as capability tests ask',
    async ({ payload }) => {
      expect(await skill(power(payload))).toMatchObject({ event: { header: { name: 'Response' } } });
    },
  );

  test.each([
    { when: 'nothing', event: undefined },
    { when: 'null', event: null },
    { when: 'a text', event: 'directive' },
    { when: 'an empty object', event: {} },
    { when: 'an array', event: [] },
    { when: 'a directive that is null', event: { directive: null } },
    { when: 'no header', event: { directive: { payload: {} } } },
    {
      when: 'a header of the wrong types',
      event: { directive: { header: { namespace: 7, name: [], payloadVersion: 3 } } },
    },
    {
      when: 'an id that is far too long',
      event: { directive: { header: {}, endpoint: { endpointId: 'x'.repeat(100_000) } } },
    },
  ])('an event that is $when: a well-formed INVALID_DIRECTIVE', async ({ event }) => {
    const answer = (await skill(event)) as Wire;
    expect(answer.event).toMatchObject({ header: { name: 'ErrorResponse' }, payload: { type: 'INVALID_DIRECTIVE' } });
    expect(flawsOf(answer)).toEqual([]);
  });
});

test('a token of ours that says something else is our fault, logged at level error', async () => {
  const own = await openSetup();
  try {
    const token = `dpsa.${(await own.system.ports.sealer()).seal('["account-1"]', 'access-token')}`;
    const endpoint = { endpointId: own.endpointId, scope: { type: 'BearerToken', token } };
    const answer = await own.system.skill('NA')(
      directive({ namespace: 'Alexa.PowerController', name: 'TurnOn' }, {}, endpoint),
    );
    expect(answer).toMatchObject({ event: { payload: { type: 'INTERNAL_ERROR' } } });
    const logged = own.lines.filter((line) => line.includes('"level":"error"') && line.includes('another form'));
    expect(logged).toHaveLength(1);
  } finally {
    await own.system.close();
  }
});

test('a token past its end is no reason to unlink: a grace of five minutes, then INTERNAL_ERROR', async () => {
  const own = await openSetup();
  try {
    const old = await accessTokenOf(own);
    const ask = own.system.skill('NA');
    const event = directive(
      { namespace: 'Alexa.PowerController', name: 'TurnOn' },
      {},
      {
        endpointId: own.endpointId,
        scope: { type: 'BearerToken', token: old },
      },
    );
    own.clock.advance(64 * 60_000);
    expect(await ask(event)).toMatchObject({ event: { header: { name: 'Response' } } });
    own.clock.advance(2 * 60_000);
    expect(await ask(event)).toMatchObject({ event: { payload: { type: 'INTERNAL_ERROR' } } });
  } finally {
    await own.system.close();
  }
});

test.each([
  { when: 'a text', event: () => brightness({ brightness: '30' }), field: 'payload.brightness' },
  { when: 'out of range', event: () => brightness({ brightness: 101 }), field: 'payload.brightness' },
  { when: 'absent', event: () => brightness({}, 'AdjustBrightness'), field: 'payload.brightnessDelta' },
  { when: 'no payload', event: () => brightness(null), field: 'payload' },
  {
    when: 'another version',
    event: () => directive({ namespace: 'Alexa.PowerController', name: 'TurnOn', payloadVersion: '2' }, {}),
    field: 'directive.header.payloadVersion',
  },
  {
    when: 'an unknown name',
    event: () => directive({ namespace: 'Alexa.PowerController', name: 'Explode' }, {}),
    field: 'header.name',
  },
  { when: 'no scope', event: () => power({}, { endpointId: '1' }), field: 'directive.endpoint.scope' },
])('the log names the field of a refused directive: $when', async ({ event, field }) => {
  setup.lines.length = 0;
  await skill(event());
  const refused = setup.lines.map((line) => JSON.parse(line)).filter((line) => line.event === 'directive-refused');
  expect(refused).toMatchObject([{ level: 'warn', field, reason: expect.any(String) }]);
});
