import { expect, test } from '@jest/globals';
import { malformedField } from '../../lambda/alexa/answer-check.ts';
import { checkedEndpoints } from '../../lambda/alexa/endpoint-check.ts';
import { isErrorType } from '../../lambda/alexa/errors.ts';
import type { Addressed, Message } from '../../lambda/alexa/messages.ts';

const TO: Addressed = { correlationToken: 'token-1', endpointId: 'lamp-1' };
const HEADER = {
  namespace: 'Alexa',
  name: 'Response',
  payloadVersion: '3',
  messageId: '5f0c1d1e-0000-4000-8000-000000000001',
  correlationToken: 'token-1',
};
const POWER = {
  namespace: 'Alexa.PowerController',
  name: 'powerState',
  value: 'ON',
  timeOfSample: '2026-03-01T12:00:00.000Z',
  uncertaintyInMilliseconds: 1500,
};
const BRIGHTNESS = { ...POWER, namespace: 'Alexa.BrightnessController', name: 'brightness', value: 61 };
const HEALTH = { ...POWER, namespace: 'Alexa.EndpointHealth', name: 'connectivity', value: { value: 'OK' } };

interface Parts {
  readonly header?: object;
  readonly endpoint?: object | null;
  readonly payload?: object;
  readonly properties?: readonly object[] | null;
}

/** An answer as it would be on the wire, well-formed but for the given parts. */
const answer = ({ header = {}, endpoint = { endpointId: 'lamp-1' }, payload = {}, properties = [POWER] }: Parts) => {
  const message: unknown = JSON.parse(
    JSON.stringify({
      event: { header: { ...HEADER, ...header }, ...(endpoint && { endpoint }), payload },
      ...(properties && { context: { properties } }),
    }),
  );
  return message as Message;
};

const error = (type: string): Parts => ({
  header: { name: 'ErrorResponse' },
  payload: { type, message: 'no' },
  properties: null,
});

test.each<{ when: string; parts: Parts; to?: Addressed }>([
  { when: 'a Response with all properties', parts: { properties: [POWER, BRIGHTNESS, HEALTH] } },
  { when: 'a StateReport', parts: { header: { name: 'StateReport' }, properties: [{ ...POWER, value: 'OFF' }] } },
  { when: 'brightness 0', parts: { properties: [{ ...BRIGHTNESS, value: 0 }] } },
  { when: 'brightness 100', parts: { properties: [{ ...BRIGHTNESS, value: 100 }] } },
  { when: 'an offline plug', parts: { properties: [{ ...HEALTH, value: { value: 'UNREACHABLE' } }] } },
  { when: 'a time without a fraction', parts: { properties: [{ ...POWER, timeOfSample: '2026-03-01T12:00:00Z' }] } },
  { when: 'an exact sample', parts: { properties: [{ ...POWER, uncertaintyInMilliseconds: 0 }] } },
  { when: 'an error', parts: error('ENDPOINT_UNREACHABLE') },
  {
    when: 'an error for a directive that could not be read',
    parts: {
      ...error('INVALID_DIRECTIVE'),
      header: { name: 'ErrorResponse', correlationToken: undefined },
      endpoint: null,
    },
    to: {},
  },
  {
    when: 'a list of devices, which repeats no correlationToken',
    parts: {
      header: { namespace: 'Alexa.Discovery', name: 'Discover.Response', correlationToken: undefined },
      endpoint: null,
      payload: { endpoints: [] },
      properties: null,
    },
    to: { correlationToken: 'token-1' },
  },
  {
    when: 'an accepted grant',
    parts: {
      header: { namespace: 'Alexa.Authorization', name: 'AcceptGrant.Response' },
      endpoint: null,
      properties: null,
    },
  },
  {
    when: 'a refused grant',
    parts: {
      header: { namespace: 'Alexa.Authorization', name: 'ErrorResponse' },
      endpoint: null,
      payload: { type: 'ACCEPT_GRANT_FAILED', message: 'no' },
      properties: null,
    },
  },
])('well-formed: $when', ({ parts, to }) => {
  expect(malformedField(answer(parts), to ?? TO)).toBeUndefined();
});

test.each<{ when: string; parts: Parts; field: string }>([
  { when: 'an unknown name', parts: { header: { name: 'Answer' } }, field: 'name' },
  { when: 'a name of another namespace', parts: { header: { namespace: 'Alexa.Discovery' } }, field: 'name' },
  { when: 'no name', parts: { header: { name: undefined } }, field: 'name' },
  { when: 'version 3.0', parts: { header: { payloadVersion: '3.0' } }, field: 'payloadVersion' },
  { when: 'a number as version', parts: { header: { payloadVersion: 3 } }, field: 'payloadVersion' },
  { when: 'a message id with a line', parts: { header: { messageId: 'a\nb' } }, field: 'messageId' },
  { when: 'an empty message id', parts: { header: { messageId: '' } }, field: 'messageId' },
  { when: 'a message id of 128 letters', parts: { header: { messageId: 'a'.repeat(128) } }, field: 'messageId' },
  {
    when: 'the token of another directive',
    parts: { header: { correlationToken: 'token-2' } },
    field: 'correlationToken',
  },
  { when: 'no token', parts: { header: { correlationToken: undefined } }, field: 'correlationToken' },
  { when: 'another endpoint', parts: { endpoint: { endpointId: 'lamp-2' } }, field: 'endpointId' },
  { when: 'no endpoint', parts: { endpoint: null }, field: 'endpointId' },
  { when: 'no context', parts: { properties: null }, field: 'properties' },
  { when: 'no properties', parts: { properties: [] }, field: 'properties' },
  { when: 'a property twice', parts: { properties: [POWER, POWER] }, field: 'powerState.name' },
  { when: 'an unknown property', parts: { properties: [{ ...POWER, name: 'power' }] }, field: 'power.name' },
  {
    when: 'a property of another interface',
    parts: { properties: [{ ...BRIGHTNESS, namespace: 'Alexa.PowerController' }] },
    field: 'brightness.name',
  },
  {
    when: 'a property that every object has',
    parts: { properties: [{ ...POWER, name: 'toString', value: 'ON' }] },
    field: 'toString.name',
  },
  { when: 'power on', parts: { properties: [{ ...POWER, value: 'on' }] }, field: 'powerState.value' },
  { when: 'power true', parts: { properties: [{ ...POWER, value: true }] }, field: 'powerState.value' },
  { when: 'brightness 60.5', parts: { properties: [{ ...BRIGHTNESS, value: 60.5 }] }, field: 'brightness.value' },
  { when: 'brightness 101', parts: { properties: [{ ...BRIGHTNESS, value: 101 }] }, field: 'brightness.value' },
  { when: 'brightness -1', parts: { properties: [{ ...BRIGHTNESS, value: -1 }] }, field: 'brightness.value' },
  { when: 'brightness "61"', parts: { properties: [{ ...BRIGHTNESS, value: '61' }] }, field: 'brightness.value' },
  {
    when: 'no brightness, as NaN is on the wire',
    parts: { properties: [{ ...BRIGHTNESS, value: Number.NaN }] },
    field: 'brightness.value',
  },
  { when: 'connectivity OK', parts: { properties: [{ ...HEALTH, value: 'OK' }] }, field: 'connectivity.value' },
  {
    when: 'connectivity with a reason',
    parts: { properties: [{ ...HEALTH, value: { value: 'UNREACHABLE', reason: 'WIFI' } }] },
    field: 'connectivity.value',
  },
  {
    when: 'a local time',
    parts: { properties: [{ ...POWER, timeOfSample: '2026-03-01T12:00:00+01:00' }] },
    field: 'powerState.timeOfSample',
  },
  {
    when: 'microseconds',
    parts: { properties: [{ ...POWER, timeOfSample: '2026-03-01T12:00:00.000000Z' }] },
    field: 'powerState.timeOfSample',
  },
  {
    when: 'the 31st month',
    parts: { properties: [{ ...POWER, timeOfSample: '2026-31-01T12:00:00Z' }] },
    field: 'powerState.timeOfSample',
  },
  {
    when: 'a year of six digits',
    parts: { properties: [{ ...POWER, timeOfSample: new Date(8.64e15).toISOString() }] },
    field: 'powerState.timeOfSample',
  },
  {
    when: 'a sample from tomorrow',
    parts: { properties: [{ ...POWER, uncertaintyInMilliseconds: -1 }] },
    field: 'powerState.uncertaintyInMilliseconds',
  },
  {
    when: 'half a millisecond',
    parts: { properties: [{ ...POWER, uncertaintyInMilliseconds: 0.5 }] },
    field: 'powerState.uncertaintyInMilliseconds',
  },
  { when: 'an error that Amazon does not list', parts: error('LAMP_BROKEN'), field: 'type' },
  { when: 'an error of AcceptGrant elsewhere', parts: error('ACCEPT_GRANT_FAILED'), field: 'type' },
  { when: 'an error without a type', parts: { ...error(''), payload: { message: 'no' } }, field: 'type' },
])('malformed: $when', ({ parts, field }) => {
  expect(malformedField(answer(parts), TO)).toBe(field);
});

/** Amazon's list, without what needs further fields: Alexa.ErrorResponse. */
const LISTED =
  'BRIDGE_UNREACHABLE ENDPOINT_UNREACHABLE INTERNAL_ERROR INVALID_AUTHORIZATION_CREDENTIAL INVALID_DIRECTIVE INVALID_VALUE NO_SUCH_ENDPOINT RATE_LIMIT_EXCEEDED VALUE_OUT_OF_RANGE'.split(
    ' ',
  );

test.each(LISTED)('%s is an error that this skill answers with', (type) => {
  expect(isErrorType({ type }, true)).toBe(true);
});

const ENDPOINT = {
  endpointId: 'lamp-1',
  manufacturerName: 'Leviton',
  friendlyName: 'Bedroom lamp',
  description: 'Leviton DW3HL by My Leviton',
  displayCategories: ['LIGHT'],
  cookie: { dimmable: 'true' },
  additionalAttributes: { manufacturer: 'Leviton', model: 'DW3HL' },
  capabilities: [
    { type: 'AlexaInterface', interface: 'Alexa', version: '3' },
    {
      type: 'AlexaInterface',
      interface: 'Alexa.PowerController',
      version: '3',
      properties: { supported: [{ name: 'powerState' }], proactivelyReported: true, retrievable: true },
    },
  ],
};
const [PLAIN, POWER_CONTROLLER] = ENDPOINT.capabilities;
const OTHER = { ...ENDPOINT, endpointId: 'lamp-2', friendlyName: 'Lámpara número 2' };

test.each([
  { when: 'an id with a space', flaw: { endpointId: 'lamp 1' }, field: 'endpoints.endpointId' },
  { when: 'an id of 257 letters', flaw: { endpointId: 'a'.repeat(257) }, field: 'endpoints.endpointId' },
  { when: 'no name', flaw: { friendlyName: '' }, field: 'endpoints.friendlyName' },
  { when: 'punctuation in the name', flaw: { friendlyName: 'Tree *1*' }, field: 'endpoints.friendlyName' },
  { when: 'a name of 129 letters', flaw: { friendlyName: 'a'.repeat(129) }, field: 'endpoints.friendlyName' },
  { when: 'no maker', flaw: { manufacturerName: undefined }, field: 'endpoints.manufacturerName' },
  { when: 'a long description', flaw: { description: 'a'.repeat(129) }, field: 'endpoints.description' },
  { when: 'no category', flaw: { displayCategories: [] }, field: 'endpoints.displayCategories' },
  { when: 'a category twice', flaw: { displayCategories: ['LIGHT', 'LIGHT'] }, field: 'endpoints.displayCategories' },
  { when: 'no plain interface', flaw: { capabilities: [POWER_CONTROLLER] }, field: 'endpoints.capabilities' },
  {
    when: 'version 3.0',
    flaw: { capabilities: [PLAIN, { ...PLAIN, version: '3.0' }] },
    field: 'endpoints.capabilities',
  },
  { when: 'a cookie of numbers', flaw: { cookie: { dimmable: 1 } }, field: 'endpoints.cookie' },
  { when: 'a cookie of 6 KB', flaw: { cookie: { a: 'é'.repeat(3000) } }, field: 'endpoints.cookie' },
  { when: 'a list as cookie', flaw: { cookie: [] }, field: 'endpoints.cookie' },
  {
    when: 'a long attribute',
    flaw: { additionalAttributes: { model: 'a'.repeat(257) } },
    field: 'endpoints.additionalAttributes',
  },
])('an endpoint with $when is left out, and the other stays', ({ flaw, field }) => {
  expect(checkedEndpoints([{ ...ENDPOINT, ...flaw }, OTHER])).toEqual({ endpoints: [OTHER], field });
});

test('an endpoint that comes twice is described once, and of more than 300 the first 300', () => {
  expect(checkedEndpoints([ENDPOINT, OTHER])).toEqual({ endpoints: [ENDPOINT, OTHER] });
  expect(checkedEndpoints([ENDPOINT, ENDPOINT])).toEqual({ endpoints: [ENDPOINT], field: 'endpoints' });
  const many = Array.from({ length: 301 }, (_, index) => ({ ...ENDPOINT, endpointId: `lamp-${index}` }));
  const { endpoints, field } = checkedEndpoints(many);
  expect([endpoints.length, endpoints.at(-1), field]).toEqual([300, many[299], 'endpoints']);
});
