import { changeRow } from '../basics/change-row.ts';
import type { DeviceRecord, DeviceStore } from '../ports/device-store.ts';

/**
 * Changes a device's row, also while others write to it.
 * @param known the row as the caller has read it
 * @param next returns `undefined` where nothing is to be written
 * @returns the row as it is now; where it was deleted meanwhile, as it was last
 * @throws StoreUnavailable
 */
export async function changeDevice(
  accountId: string,
  known: DeviceRecord,
  next: (standing: DeviceRecord) => DeviceRecord | undefined,
  devices: DeviceStore,
): Promise<DeviceRecord> {
  let latest = known;
  const written = await changeRow<DeviceRecord | undefined, DeviceRecord, DeviceRecord>({
    known,
    read: () => devices.get(accountId, known.device.id),
    next: (standing) => {
      if (!standing) return undefined;
      latest = standing;
      return next(standing);
    },
    write: async (standing, changed) =>
      standing !== undefined &&
      (await devices.replace(accountId, standing, changed)) && { ...changed, version: standing.version + 1 },
  });
  return written ?? latest;
}
