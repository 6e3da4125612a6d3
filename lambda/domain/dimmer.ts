import type { Device, DeviceCommand } from '../ports/device-cloud.ts';

type Dimmed = Pick<Device, 'power' | 'level'>;

/**
 * The command for an absolute brightness.
 * @param brightness percent, 0..100 (SetBrightness, Alexa.BrightnessController 3); 0 means off and leaves the level remembered
 */
export const setBrightness = (brightness: number): DeviceCommand =>
  brightness === 0 ? { power: 'OFF' } : { power: 'ON', level: brightness };

/**
 * The command for a relative change of brightness. A lamp that is off counts as 0, so that brightening switches it on and dimming
 * leaves it off (BrightnessController capability test plan in github.com/alexa/alexa-smarthome).
 * @param delta percentage points, -100..100 (AdjustBrightness, Alexa.BrightnessController 3)
 * @returns off at 0 and below, else a level of at most 100
 */
export function adjustBrightness(dimmer: Dimmed, delta: number): DeviceCommand {
  const wanted = (dimmer.power === 'ON' ? dimmer.level : 0) + delta;
  if (wanted <= 0) return { power: 'OFF' };
  return { power: 'ON', level: Math.min(wanted, 100) };
}

/** What `brightness` says while a lamp is off: `zero`, or the level at which it comes back. */
export type BrightnessWhileOff = 'zero' | 'last';

/**
 * The brightness that Alexa gets, 0..100 percent. Zero while off is the one rule without memory that passes each case of Amazon's
 * BrightnessController test plan.
 */
export const reportedBrightness = (dimmer: Pick<Device, 'power' | 'level'>, whileOff: BrightnessWhileOff): number =>
  dimmer.power === 'ON' || whileOff === 'last' ? dimmer.level : 0;
