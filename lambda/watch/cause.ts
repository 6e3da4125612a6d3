import type { ChangeOrigin } from '../ports/device-cloud.ts';
import type { Cause } from '../ports/report-queue.ts';

/** Amazon's words (Alexa / ChangeReport). A push of unknown origin is taken for a hand at the plug. */
const CAUSE = {
  plug: 'PHYSICAL_INTERACTION',
  'our-write': 'VOICE_INTERACTION',
  'other-write': 'APP_INTERACTION',
  unknown: 'PHYSICAL_INTERACTION',
} as const satisfies Record<ChangeOrigin, Cause>;

export const causeOf = (origin: ChangeOrigin): Cause => CAUSE[origin];
