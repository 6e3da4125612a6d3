import type { Device } from '../ports/device-cloud.ts';
import type { DeviceState } from '../ports/device-store.ts';

type State = Pick<DeviceState, 'power' | 'level' | 'connected'>;

export const isEqual = (one: State, other: State): boolean =>
  one.power === other.power && one.level === other.level && one.connected === other.connected;

/** Whether Alexa shows the two states of a device alike: it shows no level of a lamp that is off, and none of a plug that only switches. */
export const looksAlike = ({ dimmable }: Pick<Device, 'dimmable'>, one: State, other: State): boolean =>
  isEqual(one, other) ||
  (one.power === other.power && one.connected === other.connected && (one.power === 'OFF' || !dimmable));
