import * as v from 'valibot';
import type { Device } from '../../ports/device-cloud.ts';
import type { DeviceRecord, DeviceState, DeviceStore } from '../../ports/device-store.ts';
import { moment, parseRow, sortable } from './rows.ts';
import type { Fields, Key, Row, Table } from './table.ts';

const power = v.picklist(['ON', 'OFF']);
const State = v.object({ power, level: v.number(), connected: v.boolean(), at: moment });

const DeviceRow = v.object({
  device: v.object({
    id: v.string(),
    name: v.string(),
    refusedName: v.exactOptional(v.string()),
    manufacturer: v.string(),
    model: v.string(),
    serialNumber: v.string(),
    firmwareVersion: v.string(),
    kind: v.picklist(['light', 'outlet', 'switch', 'fan']),
    dimmable: v.boolean(),
    power,
    level: v.number(),
    connected: v.boolean(),
    sampledAt: v.pipe(
      moment,
      v.transform((iso) => new Date(iso)),
    ),
    uncertaintyMs: v.number(),
  }),
  lastState: State,
  told: v.optional(v.fallback(v.record(v.string(), State), {}), {}), // a row of old has one state for all grants, which says nothing of each
  doubtedAt: v.exactOptional(moment),
  behind: v.exactOptional(v.record(v.string(), moment)),
  described: v.exactOptional(v.record(v.string(), v.string())),
  removedSince: v.exactOptional(moment),
  listedAt: v.exactOptional(moment),
  version: v.number(),
});

const PREFIX = 'device#';
const keyOf = (accountId: string, deviceId: string): Key => ({ pk: `account#${accountId}`, sk: PREFIX + deviceId });
const toRecord = (row: Row): DeviceRecord => parseRow(DeviceRow, row);

/** Devices, one row each under their account: `account#ID / device#ID`. */
export function createDeviceStore(table: Table): DeviceStore {
  /**
   * Keeps the device unless a list that was read later has been noted, and its state unless a later one has been seen; no reading first,
   * so nobody can come in between.
   */
  async function rememberOne(key: Key, device: Device): Promise<void> {
    const lastState = seenIn(device);
    const present = { device: wire(device), removedSince: undefined, listedAt: lastState.at };
    const whole = { ...present, lastState, asOf: lastState.at };
    if (await table.update(key, whole, { notAfter: { asOf: lastState.at, listedAt: lastState.at } })) return;
    await table.update(key, present, { notAfter: { listedAt: lastState.at }, present: true });
  }

  return {
    async get(accountId, deviceId) {
      const row = await table.get(keyOf(accountId, deviceId));
      return row && toRecord(row);
    },
    async list(accountId) {
      return (await table.query(`account#${accountId}`, PREFIX)).map(toRecord);
    },
    async remember(accountId, devices) {
      await Promise.all(devices.map((device) => rememberOne(keyOf(accountId, device.id), device)));
    },
    replace: (accountId, standing, next) =>
      table.put(
        keyOf(accountId, standing.device.id),
        {
          device: wire(next.device),
          lastState: next.lastState,
          told: next.told,
          doubtedAt: next.doubtedAt,
          behind: next.behind,
          described: next.described,
          removedSince: next.removedSince,
          listedAt: next.listedAt,
          asOf: sortable(next.lastState.at),
          version: standing.version + 1,
        },
        { equals: { version: standing.version } },
      ),
    remove: (accountId, { device, version }) => table.remove(keyOf(accountId, device.id), { equals: { version } }),
  };
}

const seenIn = ({ power, level, connected, sampledAt }: Device): DeviceState => ({
  power,
  level,
  connected,
  at: sampledAt.toISOString(),
});

const wire = ({ changedAt: _, ...device }: Device): Fields => ({
  ...device,
  sampledAt: device.sampledAt.toISOString(),
});
