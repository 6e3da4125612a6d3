import type { Device, DeviceCloud } from '../ports/device-cloud.ts';

/** Which devices are known to dim. One that is not must be read before it gets a level: a write would switch on a plug that only switches. */
export interface KnownDimmers {
  has(deviceId: string): boolean;
  note(device: Pick<Device, 'id' | 'dimmable'>): void;
}

/** More devices than these pass through no function before it ends. */
const MOST_DEVICES = 10_000;

/** Remembers for as long as the function is warm. */
export function createKnownDimmers(): KnownDimmers {
  const dimmers = new Set<string>();
  return {
    has: (deviceId) => dimmers.has(deviceId),
    note({ id, dimmable }) {
      if (!dimmable) return void dimmers.delete(id);
      if (dimmers.size >= MOST_DEVICES) dimmers.clear();
      dimmers.add(id);
    },
  };
}

/** The same device cloud; every device that it tells of is noted. */
export function noting(cloud: DeviceCloud, dimmers: KnownDimmers): DeviceCloud {
  const noted = async (reading: Promise<Device>): Promise<Device> => {
    const device = await reading;
    dimmers.note(device);
    return device;
  };
  return {
    signIn: (...args) => cloud.signIn(...args),
    signOut: (...args) => cloud.signOut(...args),
    device: (...args) => noted(cloud.device(...args)),
    command: (...args) => noted(cloud.command(...args)),
    async devices(...args) {
      const list = await cloud.devices(...args);
      for (const device of list.devices) dimmers.note(device);
      return list;
    },
  };
}
