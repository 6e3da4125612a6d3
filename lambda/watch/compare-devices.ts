import type { Device, DeviceList } from '../ports/device-cloud.ts';
import type { DeviceRecord } from '../ports/device-store.ts';
import { mayBeGone, withUsableName } from '../reports/device-list.ts';

/** Whether the rows say what the list says: the same devices, described alike. A row of a device that may not be gone counts as the same. */
export function isListStored(records: readonly DeviceRecord[], list: DeviceList): boolean {
  const kept = new Map(records.map((record) => [record.device.id, record]));
  const listed = new Set(list.devices.map(({ id }) => id));
  const isSure = mayBeGone(list);
  return (
    list.devices.every((device) => {
      const record = kept.get(device.id);
      return (
        record?.removedSince === undefined && hasSameDescription(withUsableName(device, record?.device), record?.device)
      );
    }) &&
    records.every(
      ({ device, removedSince }) => listed.has(device.id) || removedSince !== undefined || !isSure(device.id),
    )
  );
}

/** Whether the two describe the same device; its state and when it was read set aside. */
export function hasSameDescription(device: Device, kept: Device | undefined): boolean {
  if (!kept) return false;
  return DESCRIPTION.every((field) => device[field] === kept[field]);
}

const DESCRIPTION = [
  'name',
  'hasPreset',
  'manufacturer',
  'model',
  'serialNumber',
  'firmwareVersion',
  'kind',
  'dimmable',
  'refusedName',
] as const satisfies (keyof Device)[];
