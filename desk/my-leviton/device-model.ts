import type { DeviceTraits } from './contract.ts';

/**
 * How a Decora dimmer behaves, as functions of values. Measured by njoubert/nimbus-leviton-bar in August 2026 (preset, two waves,
 * level kept while off) and by InnovoDeveloper's fork of home-assistant-leviton-decora-smart-wifi (same-level latch).
 */
export interface Lamp {
  readonly power: 'ON' | 'OFF';
  /** 1..100 percent, kept while off. */
  readonly brightness: number;
  /** The paddle cannot switch it off the next time. */
  readonly latched: boolean;
}

/**
 * The device's own settings, percent. `presetLevel` 0 means that it comes up at its last level. `minLevel` and `maxLevel` do not show here:
 * every level is a percentage of their range (schmittx/home-assistant-leviton-decora-smart-wifi#1, home-assistant/core#97025).
 */
export interface Settings {
  readonly dims: boolean;
  readonly presetLevel: number;
  readonly traits: DeviceTraits;
}

export interface Write {
  readonly power?: 'ON' | 'OFF';
  readonly brightness?: number;
}

export type Press = 'toggle' | 'on' | 'off' | number;

/** The lamp after a write that came through the cloud. */
export function obey(lamp: Lamp, write: Write, settings: Settings): Lamp {
  const wanted = settings.dims ? write.brightness : undefined;
  const brightness = wanted ?? lamp.brightness;
  if (write.power === 'OFF') return { power: 'OFF', brightness, latched: false };
  if (lamp.power === 'ON') return { power: 'ON', brightness, latched: latches(lamp, write, settings) };
  const comesOn = write.power === 'ON' || (wanted !== undefined && settings.traits.brightnessSwitchesOn);
  if (!comesOn) return { power: 'OFF', brightness, latched: lamp.latched };
  return { power: 'ON', brightness: comeUp(brightness, settings), latched: latches(lamp, write, settings) };
}

/** What the lamp goes through when a hand is on it: one frame for each, the last one stays. */
export function pressed(lamp: Lamp, press: Press, settings: Settings): [Lamp, ...Lamp[]] {
  if (typeof press === 'number') {
    const brightness = settings.dims ? Math.min(Math.max(press, 1), 100) : lamp.brightness;
    return [{ power: 'ON', brightness, latched: false }];
  }
  const off: Lamp = { power: 'OFF', brightness: lamp.brightness, latched: false };
  const on: Lamp = {
    power: 'ON',
    brightness: lamp.power === 'ON' ? lamp.brightness : comeUp(lamp.brightness, settings),
    latched: false,
  };
  const wantsOn = press === 'on' || (press === 'toggle' && lamp.power === 'OFF');
  if (wantsOn) return [on];
  return lamp.latched ? [off, { ...off, power: 'ON' }] : [off];
}

const latches = (lamp: Lamp, write: Write, { traits }: Settings) =>
  traits.sameLevelLatch && write.power === 'ON' && write.brightness === lamp.brightness;

function comeUp(brightness: number, settings: Settings): number {
  return settings.dims && settings.presetLevel > 0 ? settings.presetLevel : brightness;
}
