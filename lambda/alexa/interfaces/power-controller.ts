import { type AlexaInterface, anyPayload, plan } from './interface.ts';

/** Alexa.PowerController 3. A directive for the state already held succeeds, and is sent anyway: our view may be wrong. */
export const powerController = {
  namespace: 'Alexa.PowerController',
  supports: () => true,
  properties: { powerState: (device) => device.power },
  takes: { powerState: (value) => value === 'ON' || value === 'OFF' },
  directives: {
    TurnOn: plan(anyPayload, () => ({ power: 'ON' })),
    TurnOff: plan(anyPayload, () => ({ power: 'OFF' })),
  },
} satisfies AlexaInterface;
