import type { Device } from '../ports/device-cloud.ts';
import type { DeviceState } from '../ports/device-store.ts';

/**
 * The device as it is, as far as anybody can know: the device cloud notes writes that an unconnected plug never follows, so what was
 * seen of its lamp before is the better truth.
 */
export const asLastSeen = (device: Device, seen: Pick<DeviceState, 'power' | 'level'> | undefined): Device =>
  device.connected || !seen ? device : { ...device, power: seen.power, level: seen.level };
