import type { Device } from '../ports/device-cloud.ts';
import { brightnessController } from './interfaces/brightness-controller.ts';
import { endpointHealth } from './interfaces/endpoint-health.ts';
import type { AlexaInterface, Settings } from './interfaces/interface.ts';
import { powerController } from './interfaces/power-controller.ts';
import type { Property } from './messages.ts';

/** A new interface is one module and one line here. */
export const interfaces: readonly AlexaInterface[] = [powerController, brightnessController, endpointHealth];

const interfacesOf = (device: Device): AlexaInterface[] => interfaces.filter((one) => one.supports(device));

/** The capabilities that discovery declares; what a device reports and obeys is built from the same modules. */
export const capabilitiesOf = (device: Device): object[] => [
  { type: 'AlexaInterface', interface: 'Alexa', version: '3' },
  ...interfacesOf(device).map(({ namespace, properties }) => ({
    type: 'AlexaInterface',
    interface: namespace,
    version: '3',
    properties: {
      supported: Object.keys(properties).map((name) => ({ name })),
      proactivelyReported: true,
      retrievable: true,
    },
  })),
];

/** Whether a device is connected to its cloud, and when that was true. */
export type Connection = Pick<Device, 'connected' | 'sampledAt' | 'uncertaintyMs'>;

/**
 * Every reportable property of a device, as Responses, StateReports and ChangeReports carry them.
 * @param connection the source of `connectivity`, where it was sampled at another moment than the rest
 */
export const propertiesOf = (device: Device, settings: Settings, connection: Connection = device): Property[] =>
  interfacesOf(device).flatMap((one) => {
    const { connected, sampledAt, uncertaintyMs } = one === endpointHealth ? connection : device;
    return Object.entries(one.properties).map(([name, value]) => ({
      namespace: one.namespace,
      name,
      value: value({ ...device, connected }, settings),
      timeOfSample: sampledAt.toISOString(),
      uncertaintyInMilliseconds: uncertaintyMs,
    }));
  });
