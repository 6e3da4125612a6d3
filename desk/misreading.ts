import type { Device, DeviceCloud } from '../lambda/ports/device-cloud.ts';
import { addRemovable } from './add-removable.ts';

/** A device cloud whose levels are misread while it is switched on: no whole numbers. Alexa refuses an answer with such a brightness. */
export function misreading() {
  const reasons: object[] = [];
  const misread = (device: Device): Device => (reasons[0] ? { ...device, level: device.level - 0.5 } : device);
  return {
    cloud: (cloud: DeviceCloud): DeviceCloud => ({
      signIn: (...args) => cloud.signIn(...args),
      probeSignIn: (...args) => cloud.probeSignIn(...args),
      signOut: (...args) => cloud.signOut(...args),
      devices: (...args) => cloud.devices(...args),
      device: async (...args) => misread(await cloud.device(...args)),
      command: async (...args) => misread(await cloud.command(...args)),
    }),
    switchOn: () => addRemovable(reasons, {}),
  };
}
