import type { DeviceState, GrantView } from '../../lambda/ports/device-store.ts';

/** The second of a minute. */
export const at = (second: number) => `2026-11-20T10:00:${String(second).padStart(2, '0')}.000Z`;
export const state = (second: number, fields: Partial<DeviceState> = {}): DeviceState => ({
  power: 'ON',
  level: 40,
  connected: true,
  at: at(second),
  ...fields,
});
export const view = (fields: Partial<GrantView> = {}): GrantView => ({
  announced: 'x',
  lastReported: state(10),
  ...fields,
});
