import type { ChangedBy } from '../ports/device-store.ts';
import type { Cause } from '../ports/report-queue.ts';

/** Amazon's words (Alexa / ChangeReport). A push of unknown origin is taken for a hand at the plug. */
const CAUSE = {
  plug: 'PHYSICAL_INTERACTION',
  'our-write': 'VOICE_INTERACTION',
  'other-write': 'APP_INTERACTION',
  unknown: 'PHYSICAL_INTERACTION',
  read: 'PERIODIC_POLL',
} as const satisfies Record<ChangedBy, Cause>;

export const causeOf = (by: ChangedBy): Cause => CAUSE[by];
