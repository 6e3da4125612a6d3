import type { WireSwitch } from './wire.ts';

/** Which devices come on at a preset level, as their records said last. */
export interface PresetMemory {
  note(wire: Pick<WireSwitch, 'id' | 'presetLevel'>): void;
  has(deviceId: string): boolean;
}

/** Ids are short; more devices than these pass through no function before it ends. */
const MOST_DEVICES = 10_000;

/** A function remembers presets while it is warm. A command to such a device reads it first: whether it is on decides what it will show. */
export function presetMemory(): PresetMemory {
  const withPreset = new Set<string>();
  return {
    note({ id, presetLevel }) {
      if (!presetLevel) return void withPreset.delete(id);
      if (withPreset.size >= MOST_DEVICES) withPreset.clear();
      withPreset.add(id);
    },
    has: (deviceId) => withPreset.has(deviceId),
  };
}
