import * as v from 'valibot';
import type { Device } from '../../ports/device-cloud.ts';
import type { DeviceRecord, DeviceState, DeviceStore } from '../../ports/device-store.ts';
import { moment, parseRow, sortable } from './rows.ts';
import type { Condition, Fields, Key, Row, Table } from './table.ts';

const power = v.picklist(['ON', 'OFF']);
const State = v.object({
  power,
  level: v.number(),
  connected: v.boolean(),
  at: moment,
  changedAt: v.exactOptional(moment),
});

const View = v.object({
  announced: v.exactOptional(v.string()),
  lastReported: v.exactOptional(State),
  forceReportSince: v.exactOptional(moment),
  catchUpUntil: v.exactOptional(moment),
});

/** They help to explain, so what is no text is left out, and costs nobody the row. */
const Changes = v.fallback(v.string(), '');

const DeviceRow = v.object({
  device: v.object({
    id: v.string(),
    name: v.string(),
    refusedName: v.exactOptional(v.string()),
    manufacturer: v.string(),
    cloudName: v.exactOptional(v.string()),
    model: v.string(),
    serialNumber: v.string(),
    firmwareVersion: v.string(),
    kind: v.picklist(['light', 'outlet', 'switch', 'fan']),
    dimmable: v.boolean(),
    hasPreset: v.exactOptional(v.boolean()),
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
  views: v.optional(v.record(v.string(), View), {}),
  movedOn: v.exactOptional(v.array(v.string())),
  changes: v.exactOptional(Changes),
  offline: v.exactOptional(
    v.object({
      since: moment,
      refusedAt: v.exactOptional(moment),
      noticed: v.exactOptional(
        v.object({ cause: v.picklist(['plug-offline', 'plugs-offline']), subject: v.exactOptional(v.string()) }),
      ),
    }),
  ),
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
   * Keeps the device unless a later list was noted, and its state unless a later one is known. It writes without reading first, so no
   * other writer can come in between.
   */
  async function rememberOne(key: Key, device: Device): Promise<void> {
    const lastState = stateIn(device);
    const present = { device: toFields(device), removedSince: undefined, listedAt: lastState.at };
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
    replace: (accountId, standing, next) => table.put(...replacing(accountId, standing, next)),
    prepare: async (accountId, standing, next) => ({ send: table.preparePut(...replacing(accountId, standing, next)) }),
    send: (prepared) => prepared.send(),
    remove: (accountId, { device, version }) => table.remove(keyOf(accountId, device.id), { equals: { version } }),
  };
}

type Next = Omit<DeviceRecord, 'version'>;

function replacing(accountId: string, standing: DeviceRecord, next: Next): [Key, Fields, Condition] {
  const fields = {
    device: toFields(next.device),
    lastState: next.lastState,
    views: next.views,
    movedOn: next.movedOn,
    changes: next.changes,
    offline: next.offline,
    removedSince: next.removedSince,
    listedAt: next.listedAt,
    asOf: sortable(next.lastState.at),
    version: standing.version + 1,
  };
  return [keyOf(accountId, standing.device.id), fields, { equals: { version: standing.version } }];
}

const stateIn = ({ power, level, connected, sampledAt, changedAt }: Device): DeviceState => ({
  power,
  level,
  connected,
  at: sampledAt.toISOString(),
  ...(changedAt && { changedAt: changedAt.toISOString() }),
});

const toFields = ({ changedAt: _, rssi: __, ...device }: Device): Fields => ({
  ...device,
  sampledAt: device.sampledAt.toISOString(),
});
