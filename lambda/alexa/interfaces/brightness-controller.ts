import * as v from 'valibot';
import { adjustBrightness, reportedBrightness, setBrightness } from '../../domain/dimmer.ts';
import { type AlexaInterface, plan, planFromState } from './interface.ts';

const percent = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100));
/** Percentage points. A step past either end is clamped to it, whatever its size, and is no error. */
const delta = v.pipe(v.number(), v.integer());

/** Alexa.BrightnessController 3. */
export const brightnessController = {
  namespace: 'Alexa.BrightnessController',
  supports: (device) => device.dimmable,
  properties: { brightness: (device, { brightnessWhileOff }) => reportedBrightness(device, brightnessWhileOff) },
  takes: { brightness: (value) => Number.isInteger(value) && Math.abs(Number(value) - 50) <= 50 },
  directives: {
    SetBrightness: plan(v.object({ brightness: percent }), ({ brightness }) => setBrightness(brightness), 'unknown'),
    AdjustBrightness: planFromState(v.object({ brightnessDelta: delta }), ({ brightnessDelta }, device) =>
      adjustBrightness(device, brightnessDelta),
    ),
  },
} satisfies AlexaInterface;
