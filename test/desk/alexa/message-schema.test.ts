import { describe, expect, test } from '@jest/globals';
import type { MessageContext } from '../../../desk/alexa/message-rules.ts';
import type { DiscoveredEndpoint } from '../../../desk/alexa/message-shapes.ts';
import { problemsOf } from '../../support/message-problems.ts';
import { altered, lampEndpoint, type MessageName, messages, plugEndpoint } from './messages.ts';

describe('a good message', () => {
  test.each(Object.entries(messages))('%s has no problems', (_name, message) => {
    expect(problemsOf(message())).toEqual([]);
  });

  test.each([
    { when: 'an empty account', name: 'Discover.Response', path: 'event.payload.endpoints', value: [] },
    {
      when: 'an echoed scope',
      name: 'Response',
      path: 'event.endpoint.scope',
      value: { type: 'BearerToken', token: 't' },
    },
    {
      when: 'a time without a fraction',
      name: 'Response',
      path: 'context.properties.0.timeOfSample',
      value: '2026-03-01T12:00:00Z',
    },
    {
      when: 'a time with one digit',
      name: 'Response',
      path: 'context.properties.0.timeOfSample',
      value: '2026-03-01T12:00:00.5Z',
    },
    { when: 'a messageId of 127 characters', name: 'Response', path: 'event.header.messageId', value: 'a'.repeat(127) },
    {
      when: 'an endpointId with the odd characters',
      name: 'Response',
      path: 'event.endpoint.endpointId',
      value: '_-=#;:?@&',
    },
    {
      when: 'a range',
      name: 'ErrorResponse',
      path: 'event.payload',
      value: { type: 'VALUE_OUT_OF_RANGE', message: '', validRange: { minimumValue: 1, maximumValue: 100 } },
    },
    {
      when: 'a mode',
      name: 'ErrorResponse',
      path: 'event.payload',
      value: { type: 'NOT_SUPPORTED_IN_CURRENT_MODE', message: '', currentDeviceMode: 'OTHER' },
    },
    { when: 'everything in change and no context', name: 'ChangeReport', path: 'context', value: undefined },
    {
      when: 'a name in another script',
      name: 'Discover.Response',
      path: 'event.payload.endpoints.0.friendlyName',
      value: '寝室のランプ',
    },
    {
      when: 'a cookie of 5000 bytes',
      name: 'Discover.Response',
      path: 'event.payload.endpoints.0.cookie',
      value: { k: 'x'.repeat(4992) },
    },
    {
      when: 'an echoed correlationToken',
      name: 'AcceptGrant.Response',
      path: 'event.header.correlationToken',
      value: 'c',
    },
  ] satisfies { when: string; name: MessageName; path: string; value: unknown }[])(
    '$name with $when',
    ({ name, path, value }) => {
      expect(problemsOf(altered(messages[name](), path, value))).toEqual([]);
    },
  );
});

const id = 'must be 1 to 127 of the characters A-Z a-z 0-9 -';
const endpointId = 'must be 1 to 256 of the characters A-Z a-z 0-9 _ - = # ; : ? @ &';
const time = 'must be a UTC time such as 2026-01-31T12:00:00.000Z, with at most 3 digits of a second';
const percent = 'must be a whole number from 0 to 100';
const text128 = 'must be a text of 1 to 128 characters';
const foreign = 'is not a key that Alexa knows here';
const lamp = 'event.payload.endpoints.0';

const broken: { name: MessageName; path: string; value: unknown; says: string }[] = [
  // Header
  { name: 'Response', path: 'event.header.payloadVersion', value: 3, says: 'must be the string "3"' },
  { name: 'Response', path: 'event.header.payloadVersion', value: '3.0', says: 'must be the string "3"' },
  { name: 'Response', path: 'event.header.payloadVersion', value: undefined, says: 'is missing' },
  { name: 'Response', path: 'event.header.messageId', value: '', says: id },
  { name: 'Response', path: 'event.header.messageId', value: 'a'.repeat(128), says: id },
  { name: 'Response', path: 'event.header.messageId', value: 'a_b', says: id },
  { name: 'Response', path: 'event.header.messageId', value: undefined, says: 'is missing' },
  { name: 'Response', path: 'event.header.correlationToken', value: undefined, says: 'is missing' },
  { name: 'Response', path: 'event.header.correlationToken', value: '', says: 'must not be empty' },
  { name: 'StateReport', path: 'event.header.correlationToken', value: undefined, says: 'is missing' },
  { name: 'ErrorResponse', path: 'event.header.correlationToken', value: undefined, says: 'is missing' },
  { name: 'ChangeReport', path: 'event.header.correlationToken', value: 'c', says: foreign },
  { name: 'AddOrUpdateReport', path: 'event.header.correlationToken', value: 'c', says: foreign },
  { name: 'DeleteReport', path: 'event.header.correlationToken', value: 'c', says: foreign },
  { name: 'Discover.Response', path: 'event.header.correlationToken', value: 'c', says: foreign },
  { name: 'Response', path: 'event.header.version', value: '3', says: foreign },
  // Endpoint and payload
  { name: 'Response', path: 'event.endpoint', value: undefined, says: 'is missing' },
  { name: 'ErrorResponse', path: 'event.endpoint', value: undefined, says: 'is missing' },
  { name: 'Response', path: 'event.endpoint.endpointId', value: 'a b', says: endpointId },
  { name: 'Response', path: 'event.endpoint.endpointId', value: '', says: endpointId },
  { name: 'Response', path: 'event.endpoint.endpointId', value: 'a'.repeat(257), says: endpointId },
  { name: 'Response', path: 'event.endpoint.endpointId', value: 17, says: endpointId },
  { name: 'Response', path: 'event.payload', value: undefined, says: 'is missing' },
  { name: 'Response', path: 'event.payload.done', value: true, says: foreign },
  { name: 'AcceptGrant.Response', path: 'event.payload.done', value: true, says: foreign },
  { name: 'AcceptGrant.Response', path: 'event.endpoint', value: {}, says: foreign },
  { name: 'Discover.Response', path: 'event.endpoint', value: {}, says: foreign },
  { name: 'AddOrUpdateReport', path: 'event.endpoint', value: {}, says: foreign },
  // Context
  { name: 'Response', path: 'context', value: undefined, says: 'is missing' },
  { name: 'ErrorResponse', path: 'context', value: { properties: [] }, says: foreign },
  { name: 'Discover.Response', path: 'context', value: { properties: [] }, says: foreign },
  { name: 'Response', path: 'context.properties', value: {}, says: 'must be a list' },
  {
    name: 'Response',
    path: 'context.properties.0.namespace',
    value: 'Alexa.PowerLevelController',
    says: 'must be of an interface that this skill has',
  },
  { name: 'Response', path: 'context.properties.0.name', value: 'power', says: 'must be "powerState"' },
  { name: 'Response', path: 'context.properties.0.value', value: 'on', says: 'must be "ON" or "OFF"' },
  { name: 'Response', path: 'context.properties.0.value', value: undefined, says: 'is missing' },
  { name: 'Response', path: 'context.properties.0.unit', value: 'x', says: foreign },
  { name: 'Response', path: 'context.properties.1.value', value: 30.5, says: percent },
  { name: 'Response', path: 'context.properties.1.value', value: 101, says: percent },
  { name: 'Response', path: 'context.properties.1.value', value: -1, says: percent },
  { name: 'Response', path: 'context.properties.1.value', value: '30', says: percent },
  { name: 'Response', path: 'context.properties.2.value', value: 'OK', says: 'must be {value}' },
  { name: 'Response', path: 'context.properties.2.value.value', value: 'DOWN', says: 'must be "OK" or "UNREACHABLE"' },
  { name: 'Response', path: 'context.properties.2.value.reason', value: 'WIFI', says: foreign },
  { name: 'Response', path: 'context.properties.0.timeOfSample', value: undefined, says: 'is missing' },
  { name: 'Response', path: 'context.properties.0.timeOfSample', value: '2026-03-01T12:00:00.000000Z', says: time },
  { name: 'Response', path: 'context.properties.0.timeOfSample', value: '2026-03-01T12:00:00+00:00', says: time },
  { name: 'Response', path: 'context.properties.0.timeOfSample', value: '2026-13-01T12:00:00Z', says: time },
  { name: 'Response', path: 'context.properties.0.timeOfSample', value: 1772366400000, says: time },
  { name: 'Response', path: 'context.properties.0.uncertaintyInMilliseconds', value: undefined, says: 'is missing' },
  { name: 'Response', path: 'context.properties.0.uncertaintyInMilliseconds', value: -1, says: 'must be 0 or more' },
  { name: 'Response', path: 'context.properties.0.uncertaintyInMilliseconds', value: '0', says: 'must be a number' },
  // Errors
  { name: 'ErrorResponse', path: 'event.payload.type', value: 'UNREACHABLE', says: 'must be an error type of Alexa' },
  { name: 'ErrorResponse', path: 'event.payload.message', value: undefined, says: 'is missing' },
  { name: 'ErrorResponse', path: 'event.payload.message', value: 5, says: 'must be a text' },
  { name: 'ErrorResponse', path: 'event.payload.cause', value: 'x', says: foreign },
  {
    name: 'ErrorResponse',
    path: 'event.payload.validRange',
    value: { minimumValue: 0, maximumValue: 1 },
    says: foreign,
  },
  {
    name: 'AcceptGrant ErrorResponse',
    path: 'event.payload.type',
    value: 'INTERNAL_ERROR',
    says: 'must be "ACCEPT_GRANT_FAILED"',
  },
  { name: 'AcceptGrant ErrorResponse', path: 'event.endpoint', value: { endpointId: 'x' }, says: foreign },
  // Discovery
  { name: 'Discover.Response', path: 'event.payload.endpoints', value: undefined, says: 'is missing' },
  { name: 'Discover.Response', path: `${lamp}.endpointId`, value: 'a/b', says: endpointId },
  { name: 'Discover.Response', path: `${lamp}.friendlyName`, value: 'x'.repeat(129), says: text128 },
  {
    name: 'Discover.Response',
    path: `${lamp}.friendlyName`,
    value: 'Lamp (left)',
    says: 'must hold letters, digits and spaces, no punctuation',
  },
  { name: 'Discover.Response', path: `${lamp}.manufacturerName`, value: '', says: text128 },
  { name: 'Discover.Response', path: `${lamp}.description`, value: 'x'.repeat(129), says: text128 },
  { name: 'Discover.Response', path: `${lamp}.description`, value: undefined, says: 'is missing' },
  { name: 'Discover.Response', path: `${lamp}.displayCategories`, value: [], says: 'must name at least one category' },
  {
    name: 'Discover.Response',
    path: `${lamp}.displayCategories`,
    value: ['LIGHT', 'LIGHT'],
    says: 'must name each category once',
  },
  {
    name: 'Discover.Response',
    path: `${lamp}.displayCategories.0`,
    value: 'LAMP',
    says: 'must be one of the display categories of Alexa',
  },
  { name: 'Discover.Response', path: `${lamp}.room`, value: 'x', says: foreign },
  { name: 'Discover.Response', path: `${lamp}.cookie.account`, value: 1, says: 'must be a text' },
  {
    name: 'Discover.Response',
    path: `${lamp}.cookie`,
    value: { k: 'x'.repeat(4993) },
    says: 'must not be larger than 5000 bytes',
  },
  {
    name: 'Discover.Response',
    path: `${lamp}.cookie`,
    value: { k: 'é'.repeat(2500) },
    says: 'must not be larger than 5000 bytes',
  },
  { name: 'Discover.Response', path: `${lamp}.additionalAttributes.colour`, value: 'x', says: foreign },
  {
    name: 'Discover.Response',
    path: `${lamp}.additionalAttributes.model`,
    value: 'x'.repeat(257),
    says: 'must be a text of 1 to 256 characters',
  },
  {
    name: 'Discover.Response',
    path: `${lamp}.capabilities`,
    value: lampEndpoint().capabilities.slice(1),
    says: 'must name the plain interface "Alexa"',
  },
  { name: 'Discover.Response', path: `${lamp}.capabilities.1.version`, value: '3.0', says: 'must be the string "3"' },
  { name: 'Discover.Response', path: `${lamp}.capabilities.1.version`, value: 3, says: 'must be the string "3"' },
  {
    name: 'Discover.Response',
    path: `${lamp}.capabilities.1.type`,
    value: 'Interface',
    says: 'must be "AlexaInterface"',
  },
  {
    name: 'Discover.Response',
    path: `${lamp}.capabilities.1.interface`,
    value: 'Alexa.Power',
    says: 'must be an interface that this skill has',
  },
  {
    name: 'Discover.Response',
    path: `${lamp}.capabilities.1.properties.retrievable`,
    value: 'true',
    says: 'must be true or false',
  },
  {
    name: 'Discover.Response',
    path: `${lamp}.capabilities.1.properties.proactivelyReported`,
    value: 1,
    says: 'must be true or false',
  },
  {
    name: 'Discover.Response',
    path: `${lamp}.capabilities.1.properties.supported`,
    value: [],
    says: 'must hold {name: "powerState"} once',
  },
  {
    name: 'Discover.Response',
    path: `${lamp}.capabilities.1.properties.supported.0.name`,
    value: 'brightness',
    says: 'must be "powerState"',
  },
  { name: 'Discover.Response', path: `${lamp}.capabilities.1.properties`, value: undefined, says: 'is missing' },
  { name: 'Discover.Response', path: `${lamp}.capabilities.0.properties`, value: {}, says: foreign },
  // Events
  { name: 'ChangeReport', path: 'event.endpoint.scope', value: undefined, says: 'is missing' },
  { name: 'ChangeReport', path: 'event.endpoint.scope.type', value: 'Bearer', says: 'must be "BearerToken"' },
  {
    name: 'ChangeReport',
    path: 'event.endpoint.scope.token',
    value: '',
    says: 'must be a text of 1 to 2048 characters',
  },
  { name: 'ChangeReport', path: 'event.payload.change', value: undefined, says: 'is missing' },
  { name: 'ChangeReport', path: 'event.payload.change.cause', value: undefined, says: 'is missing' },
  {
    name: 'ChangeReport',
    path: 'event.payload.change.cause.type',
    value: 'BUTTON',
    says: 'must be a cause of change that a plug can have',
  },
  {
    name: 'ChangeReport',
    path: 'event.payload.change.properties',
    value: [],
    says: 'must name at least one property that changed',
  },
  { name: 'ChangeReport', path: 'event.payload.change.at', value: 'x', says: foreign },
  { name: 'AddOrUpdateReport', path: 'event.payload.scope', value: undefined, says: 'is missing' },
  { name: 'AddOrUpdateReport', path: 'event.payload.endpoints', value: [], says: 'must name at least one endpoint' },
  { name: 'DeleteReport', path: 'event.payload.scope', value: undefined, says: 'is missing' },
  { name: 'DeleteReport', path: 'event.payload.endpoints', value: [], says: 'must name at least one endpoint' },
  { name: 'DeleteReport', path: 'event.payload.endpoints.0', value: 'lamp-1', says: 'must be {endpointId}' },
];

describe('a message with one thing wrong', () => {
  test.each(broken)('$name: $path = $value $says', ({ name, path, value, says }) => {
    expect(problemsOf(altered(messages[name](), path, value))).toEqual([`${path} ${says}`]);
  });
});

describe('a message with a wrong whole', () => {
  const twice = <T>(item: T) => [item, item];
  const shape = 'the message must be {event: {header: {namespace, name, …}, …}}';
  const capabilities = lampEndpoint().capabilities;
  test.each([
    { when: 'no object', message: 'OK', says: [shape] },
    { when: 'nothing', message: undefined, says: [shape] },
    { when: 'no event', message: {}, says: [shape] },
    {
      when: 'an unknown name',
      message: altered(messages.Response(), 'event.header.name', 'Answer'),
      says: ['the message is none that a skill of dimmers may send'],
    },
    {
      when: 'a name that every object has',
      message: { event: { header: { namespace: 'constructor', name: 'x' } } },
      says: ['the message is none that a skill of dimmers may send'],
    },
    {
      when: 'a property twice',
      message: altered(messages.Response(), 'context.properties', twice(messages.Response().context.properties[0])),
      says: ['context.properties must name each property once'],
    },
    {
      when: 'a mode left out',
      message: altered(messages.ErrorResponse(), 'event.payload.type', 'NOT_SUPPORTED_IN_CURRENT_MODE'),
      says: ['event.payload.currentDeviceMode is missing'],
    },
    {
      when: 'a range of texts',
      message: altered(messages.ErrorResponse(), 'event.payload', {
        type: 'VALUE_OUT_OF_RANGE',
        message: '',
        validRange: { minimumValue: '1', maximumValue: 100 },
      }),
      says: ['event.payload.validRange.minimumValue must be a number'],
    },
    {
      when: 'an endpoint twice',
      message: altered(messages['Discover.Response'](), 'event.payload.endpoints', twice(lampEndpoint())),
      says: ['event.payload.endpoints must name each endpointId once'],
    },
    {
      when: '301 endpoints',
      message: altered(
        messages['Discover.Response'](),
        'event.payload.endpoints',
        Array.from({ length: 301 }, (_, index) => lampEndpoint(`lamp-${index}`)),
      ),
      says: ['event.payload.endpoints must not hold more than 300 endpoints'],
    },
    {
      when: 'an interface twice',
      message: altered(messages['Discover.Response'](), `${lamp}.capabilities`, [...capabilities, capabilities[1]]),
      says: [`${lamp}.capabilities must name each interface once`],
    },
    {
      when: '101 capabilities',
      message: altered(
        messages['Discover.Response'](),
        `${lamp}.capabilities`,
        Array.from({ length: 101 }, () => capabilities[0]),
      ),
      says: [
        `${lamp}.capabilities must not hold more than 100 capabilities`,
        `${lamp}.capabilities must name each interface once`,
      ],
    },
    {
      when: 'a connection of an unknown type',
      message: altered(messages['Discover.Response'](), `${lamp}.connections`, [{ type: 'MATTER' }]),
      says: [`${lamp}.connections.0.type must be TCP_IP, ZIGBEE, ZWAVE or UNKNOWN`],
    },
    {
      when: 'more than 256 KB',
      message: altered(
        messages.AddOrUpdateReport(),
        'event.payload.endpoints',
        Array.from({ length: 60 }, (_, index) => ({
          ...lampEndpoint(`lamp-${index}`),
          cookie: { k: 'x'.repeat(4900) },
        })),
      ),
      says: ['the message must not be larger than 256 KB'],
    },
  ])('$when', ({ message, says }) => {
    expect(problemsOf(message)).toEqual(says);
  });
});

const directive = (namespace: string, name: string, fields: object = {}) => ({
  directive: {
    header: { namespace, name, payloadVersion: '3', messageId: 'directive-1', correlationToken: 'correlation-1' },
    endpoint: { endpointId: 'lamp-1', scope: { type: 'BearerToken', token: 'secret-token' }, cookie: {} },
    payload: {},
    ...fields,
  },
});
const withoutEndpoint = (namespace: string, name: string) => ({
  directive: { header: { namespace, name, payloadVersion: '3', messageId: 'directive-1' }, payload: {} },
});
const turnOn = directive('Alexa.PowerController', 'TurnOn');
const adjust = directive('Alexa.BrightnessController', 'AdjustBrightness');
const reportState = directive('Alexa', 'ReportState');
const acceptGrant = withoutEndpoint('Alexa.Authorization', 'AcceptGrant');
const discover = withoutEndpoint('Alexa.Discovery', 'Discover');
const endpoints = [lampEndpoint(), plugEndpoint()] as DiscoveredEndpoint[];

describe('an answer to a directive', () => {
  test.each([
    { when: 'Response to TurnOn', message: messages.Response(), context: { directive: turnOn } },
    { when: 'StateReport to ReportState', message: messages.StateReport(), context: { directive: reportState } },
    { when: 'ErrorResponse to TurnOn', message: messages.ErrorResponse(), context: { directive: turnOn } },
    { when: 'ErrorResponse to ReportState', message: messages.ErrorResponse(), context: { directive: reportState } },
    { when: 'Discover.Response', message: messages['Discover.Response'](), context: { directive: discover } },
    { when: 'AcceptGrant.Response', message: messages['AcceptGrant.Response'](), context: { directive: acceptGrant } },
    {
      when: 'AcceptGrant ErrorResponse',
      message: messages['AcceptGrant ErrorResponse'](),
      context: { directive: acceptGrant },
    },
    {
      when: 'ErrorResponse without endpoint to a directive without one',
      message: {
        event: {
          header: { namespace: 'Alexa', name: 'ErrorResponse', payloadVersion: '3', messageId: 'm' },
          payload: { type: 'INVALID_DIRECTIVE', message: 'unknown directive' },
        },
      },
      context: { directive: withoutEndpoint('Alexa.Fridge', 'Open') },
    },
  ])('$when fits', ({ message, context }) => {
    expect(problemsOf(message, { ...context, endpoints })).toEqual([]);
  });

  test.each([
    {
      when: 'another correlationToken',
      message: altered(messages.Response(), 'event.header.correlationToken', 'correlation-2'),
      context: { directive: turnOn },
      says: ["event.header.correlationToken must be the directive's own"],
    },
    {
      when: 'no correlationToken on an error',
      message: altered(messages.ErrorResponse(), 'event.header.correlationToken', undefined),
      context: { directive: turnOn },
      says: ["event.header.correlationToken must be the directive's own"],
    },
    {
      when: 'another endpointId',
      message: altered(messages.Response(), 'event.endpoint.endpointId', 'lamp-2'),
      context: { directive: turnOn },
      says: ["event.endpoint.endpointId must be the directive's own"],
    },
    {
      when: 'no endpoint on an error',
      message: altered(messages.ErrorResponse(), 'event.endpoint', undefined),
      context: { directive: turnOn },
      says: ["event.endpoint.endpointId must be the directive's own"],
    },
    {
      when: "the directive's messageId",
      message: altered(messages.Response(), 'event.header.messageId', 'directive-1'),
      context: { directive: turnOn },
      says: ["event.header.messageId must not be the directive's own"],
    },
    {
      when: 'a messageId for the second time',
      message: messages.Response(),
      context: { directive: turnOn, usedMessageIds: new Set(['message-1']) },
      says: ['event.header.messageId was used before'],
    },
    {
      when: 'a StateReport to TurnOn',
      message: messages.StateReport(),
      context: { directive: turnOn },
      says: ['Alexa.StateReport is no answer to Alexa.PowerController.TurnOn'],
    },
    {
      when: 'a Response to ReportState',
      message: messages.Response(),
      context: { directive: reportState },
      says: ['Alexa.Response is no answer to Alexa.ReportState'],
    },
    {
      when: 'an ErrorResponse to Discover',
      message: messages.ErrorResponse(),
      context: { directive: discover },
      says: ['Alexa.ErrorResponse is no answer to Alexa.Discovery.Discover'],
    },
    {
      when: "Alexa's own ErrorResponse to AcceptGrant",
      message: messages.ErrorResponse(),
      context: { directive: acceptGrant },
      says: ['Alexa.ErrorResponse is no answer to Alexa.Authorization.AcceptGrant'],
    },
    {
      when: 'a declared property left out of a Response',
      message: altered(messages.Response(), 'context.properties', messages.Response().context.properties.slice(0, 2)),
      context: { directive: turnOn, endpoints },
      says: ['Alexa.EndpointHealth.connectivity is missing, which discovery declared for this endpoint'],
    },
    {
      when: 'a declared property left out of a StateReport',
      message: altered(messages.StateReport(), 'context.properties', messages.Response().context.properties.slice(1)),
      context: { directive: reportState, endpoints },
      says: ['Alexa.PowerController.powerState is missing, which discovery declared for this endpoint'],
    },
    {
      when: 'a property that was not declared',
      message: altered(messages.Response(), 'event.endpoint.endpointId', 'plug-1'),
      context: {
        directive: directive('Alexa.PowerController', 'TurnOn', { endpoint: { endpointId: 'plug-1' } }),
        endpoints,
      },
      says: ['Alexa.BrightnessController.brightness was not declared by discovery for this endpoint'],
    },
    {
      when: 'the old state after TurnOn',
      message: altered(messages.Response(), 'context.properties.0.value', 'OFF'),
      context: { directive: turnOn },
      says: ['context.properties must report powerState as ON after TurnOn'],
    },
    {
      when: 'the access token in the message of an error',
      message: altered(messages.ErrorResponse(), 'event.payload.message', 'bad token secret-token'),
      context: { directive: turnOn },
      says: ['event.payload.message must not hold the access token'],
    },
    {
      when: 'an error for a step past the end',
      message: altered(messages.ErrorResponse(), 'event.payload.type', 'VALUE_OUT_OF_RANGE'),
      context: { directive: adjust },
      says: ['a step past the end must be clamped, it is no VALUE_OUT_OF_RANGE'],
    },
  ])('with $when', ({ message, context, says }) => {
    expect(problemsOf(message, context)).toEqual(says);
  });
});

test('a StateReport may leave out what discovery did not declare as retrievable', () => {
  const pushed = altered(lampEndpoint(), 'capabilities.1.properties.retrievable', false) as DiscoveredEndpoint;
  const report = messages.StateReport();
  report.context.properties.shift();
  expect(problemsOf(report, { directive: reportState, endpoints: [pushed] })).toEqual([]);
});

describe('an event for the gateway', () => {
  const accessToken = 'Atza|token';
  const at =
    (timeOfSample: string, value: unknown): NonNullable<MessageContext['lastReported']> =>
    (_id, property) =>
      property === 'Alexa.PowerController.powerState' ? { value, timeOfSample } : undefined;
  const silent = {
    ...lampEndpoint(),
    capabilities: lampEndpoint().capabilities.map((one) =>
      'properties' in one ? { ...one, properties: { ...one.properties, proactivelyReported: false } } : one,
    ),
  };

  test.each(['ChangeReport', 'AddOrUpdateReport', 'DeleteReport'] as const)('%s fits', (name) => {
    expect(problemsOf(messages[name](), { accessToken, endpoints })).toEqual([]);
  });

  test.each([
    {
      when: 'a newer sample with another value',
      context: { accessToken, endpoints, lastReported: at('2026-03-01T11:59:59.999Z', 'OFF') },
    },
    {
      when: 'an older sample with the same value',
      context: { accessToken, endpoints, lastReported: at('2026-03-01T12:00:01.000Z', 'ON') },
    },
  ])('$when is fine', ({ context }) => {
    expect(problemsOf(messages.ChangeReport(), context)).toEqual([]);
  });

  test.each([
    {
      when: 'another token in the scope',
      message: messages.ChangeReport(),
      context: { accessToken: 'Atza|other' },
      says: ['the token in the scope is not the one of the Authorization header'],
    },
    {
      when: 'another token in the scope of a DeleteReport',
      message: messages.DeleteReport(),
      context: { accessToken: 'Atza|other' },
      says: ['the token in the scope is not the one of the Authorization header'],
    },
    {
      when: 'an answer that nobody asked for',
      message: messages.Response(),
      context: { accessToken },
      says: ['Alexa.Response is no event for the gateway'],
    },
    {
      when: 'a changed property repeated in context',
      message: altered(messages.ChangeReport(), 'context', messages.Response().context),
      context: { accessToken, endpoints },
      says: ['Alexa.PowerController.powerState must not be in both change and context'],
    },
    {
      when: 'a reportable property in neither',
      message: altered(messages.ChangeReport(), 'context', undefined),
      context: { accessToken, endpoints },
      says: [
        'Alexa.BrightnessController.brightness is missing, which discovery declared for this endpoint',
        'Alexa.EndpointHealth.connectivity is missing, which discovery declared for this endpoint',
      ],
    },
    {
      when: 'an endpoint that discovery never named',
      message: altered(messages.ChangeReport(), 'event.endpoint.endpointId', 'lamp-2'),
      context: { accessToken, endpoints },
      says: ['event.endpoint.endpointId is of no endpoint that discovery named'],
    },
    {
      when: 'a change that discovery did not promise',
      message: messages.ChangeReport(),
      context: { accessToken, endpoints: [silent] as DiscoveredEndpoint[] },
      says: ['Alexa.PowerController.powerState was not declared as proactivelyReported'],
    },
    {
      when: 'an older sample with another value',
      message: messages.ChangeReport(),
      context: { accessToken, endpoints, lastReported: at('2026-03-01T12:00:00.001Z', 'OFF') },
      says: ['Alexa.PowerController.powerState is older than what was reported before, and differs from it'],
    },
    {
      when: 'a messageId for the second time',
      message: messages.ChangeReport(),
      context: { accessToken, usedMessageIds: new Set(['message-1']) },
      says: ['event.header.messageId was used before'],
    },
  ])('with $when', ({ message, context, says }) => {
    expect(problemsOf(message, context)).toEqual(says);
  });
});

test('a problem never tells the token', () => {
  const message = altered(messages.ChangeReport(), 'event.endpoint.scope', {
    type: 'BearerToken',
    token: ['Atza|secret'],
  });
  expect(JSON.stringify(problemsOf(message, { accessToken: 'Atza|secret' }))).not.toContain('secret');
});
