import type { DeviceRecord } from '../ports/device-store.ts';
import { isWrittenSinceReport } from '../reports/last-reported.ts';

/**
 * Whether the device cloud saved the record after some grant's Alexa last heard of the device. Alexa may have sent the write itself; its view
 * is then our answer to it, and the device may have changed again without a push. Housekeeping of the device cloud saves the record, too.
 */
export const hasNewerWrite = (
  savedAt: Date | undefined,
  record: DeviceRecord | undefined,
  grantIds: readonly string[],
): boolean =>
  savedAt !== undefined && record !== undefined && isWrittenSinceReport(record, savedAt.toISOString(), grantIds);
