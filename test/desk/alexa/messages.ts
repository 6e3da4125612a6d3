/** Good messages of every kind, written out by hand, for tests to break one thing at a time. */

const at = { timeOfSample: '2026-03-01T12:00:00.000Z', uncertaintyInMilliseconds: 0 };
const properties = (power: string, brightness: number) => [
  { namespace: 'Alexa.PowerController', name: 'powerState', value: power, ...at },
  { namespace: 'Alexa.BrightnessController', name: 'brightness', value: brightness, ...at },
  { namespace: 'Alexa.EndpointHealth', name: 'connectivity', value: { value: 'OK' }, ...at },
];

const capability = (name: string, property: string) => ({
  type: 'AlexaInterface',
  interface: name,
  version: '3',
  properties: { supported: [{ name: property }], proactivelyReported: true, retrievable: true },
});

export const lampEndpoint = (endpointId = 'lamp-1', friendlyName = 'Bedroom lamp') => ({
  endpointId,
  manufacturerName: 'Leviton',
  friendlyName,
  description: 'Leviton dimmer',
  displayCategories: ['LIGHT'],
  capabilities: [
    { type: 'AlexaInterface', interface: 'Alexa', version: '3' },
    capability('Alexa.PowerController', 'powerState'),
    capability('Alexa.BrightnessController', 'brightness'),
    capability('Alexa.EndpointHealth', 'connectivity'),
  ],
  additionalAttributes: { manufacturer: 'Leviton', model: 'DW3HL' },
  cookie: { account: 'h1' },
});

export const plugEndpoint = (endpointId = 'plug-1', friendlyName = 'Heater') => ({
  ...lampEndpoint(endpointId, friendlyName),
  displayCategories: ['SMARTPLUG'],
  capabilities: lampEndpoint().capabilities.filter((one) => one.interface !== 'Alexa.BrightnessController'),
});

const header = (namespace: string, name: string) => ({ namespace, name, payloadVersion: '3', messageId: 'message-1' });
const answerHeader = (name: string) => ({ ...header('Alexa', name), correlationToken: 'correlation-1' });
const scope = { type: 'BearerToken', token: 'Atza|token' };

/** Fresh each time, so that a test may change what it gets. */
export const messages = {
  Response: () => ({
    event: { header: answerHeader('Response'), endpoint: { endpointId: 'lamp-1' }, payload: {} },
    context: { properties: properties('ON', 30) },
  }),
  StateReport: () => ({
    event: { header: answerHeader('StateReport'), endpoint: { endpointId: 'lamp-1' }, payload: {} },
    context: { properties: properties('ON', 30) },
  }),
  ErrorResponse: () => ({
    event: {
      header: answerHeader('ErrorResponse'),
      endpoint: { endpointId: 'lamp-1' },
      payload: { type: 'ENDPOINT_UNREACHABLE', message: 'the plug is not connected' },
    },
  }),
  'Discover.Response': () => ({
    event: { header: header('Alexa.Discovery', 'Discover.Response'), payload: { endpoints: [lampEndpoint()] } },
  }),
  'AcceptGrant.Response': () => ({
    event: { header: header('Alexa.Authorization', 'AcceptGrant.Response'), payload: {} },
  }),
  'AcceptGrant ErrorResponse': () => ({
    event: {
      header: header('Alexa.Authorization', 'ErrorResponse'),
      payload: { type: 'ACCEPT_GRANT_FAILED', message: 'Login with Amazon does not answer' },
    },
  }),
  ChangeReport: () => ({
    event: {
      header: header('Alexa', 'ChangeReport'),
      endpoint: { endpointId: 'lamp-1', scope },
      payload: {
        change: { cause: { type: 'PHYSICAL_INTERACTION' }, properties: properties('ON', 30).slice(0, 1) },
      },
    },
    context: { properties: properties('ON', 30).slice(1) },
  }),
  AddOrUpdateReport: () => ({
    event: {
      header: header('Alexa.Discovery', 'AddOrUpdateReport'),
      payload: { endpoints: [lampEndpoint()], scope },
    },
  }),
  DeleteReport: () => ({
    event: {
      header: header('Alexa.Discovery', 'DeleteReport'),
      payload: { endpoints: [{ endpointId: 'lamp-1' }], scope },
    },
  }),
};

export type MessageName = keyof typeof messages;

/**
 * A message with one value in place of another.
 * @param path `event.header.messageId`; a number is a place in a list, and `undefined` as the value removes the key
 */
export function altered(message: object, path: string, value: unknown): unknown {
  const copy = structuredClone(message);
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  const holder = keys.reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], copy);
  if (value === undefined) delete (holder as Record<string, unknown>)[last];
  else (holder as Record<string, unknown>)[last] = value;
  return copy;
}
