import type { AlexaInterface } from './interface.ts';

/**
 * Alexa.EndpointHealth. Amazon's page is titled 3.1, its schema and samples say 3, which is the safe value. The optional `reason` is
 * left out: it is never spoken.
 */
export const endpointHealth = {
  namespace: 'Alexa.EndpointHealth',
  supports: () => true,
  properties: { connectivity: (device) => ({ value: device.connected ? 'OK' : 'UNREACHABLE' }) },
  takes: { connectivity: (value) => /^{"value":"(OK|UNREACHABLE)"}$/.test(JSON.stringify(value)) },
  directives: {},
} satisfies AlexaInterface;
