import * as v from 'valibot';
import type { Device } from '../../ports/device-cloud.ts';
import type { ChangedBy, DeviceRecord, DeviceState, DeviceStore, NotedChange } from '../../ports/device-store.ts';
import { moment, parseRow, sortable } from './rows.ts';
import type { Fields, Key, Row, Table } from './table.ts';

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

/** Letters of who changed it, in the text of a change. */
const BY = { p: 'plug', a: 'our-write', w: 'other-write', u: 'unknown', r: 'read' } as const satisfies Record<
  string,
  ChangedBy
>;
const LETTER_OF = Object.fromEntries(Object.entries(BY).map(([letter, by]) => [by, letter])) as Record<
  ChangedBy,
  string
>;

/** A change as a text of 14 letters at most: seconds since 1970 in base 36, `+` on or `-` off, the level, who, `!` without connection. */
const toText = ({ at, power, level, connected, by }: NotedChange): string =>
  `${Math.floor(Date.parse(at) / 1000).toString(36)}${power === 'ON' ? '+' : '-'}${level}${LETTER_OF[by]}${connected ? '' : '!'}`;

/** @returns nothing for a text of another version */
function toChange(text: string): NotedChange[] {
  const [, seconds = '', sign, level = '', letter = '', mark] =
    /^([0-9a-z]{1,9})([+-])(\d{1,3})([pawur])(!?)$/.exec(text) ?? [];
  if (!isLetter(letter)) return [];
  const at = new Date(Number.parseInt(seconds, 36) * 1000).toISOString();
  return [{ at, power: sign === '+' ? 'ON' : 'OFF', level: Number(level), connected: mark === '', by: BY[letter] }];
}

const isLetter = (letter: string): letter is keyof typeof BY => Object.hasOwn(BY, letter);

/** They help to explain, so what cannot be read is left out, and costs nobody the row. */
const Changes = v.pipe(
  v.fallback(v.array(v.string()), []),
  v.transform((texts): readonly NotedChange[] => texts.flatMap(toChange)),
);

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
    replace: (accountId, standing, next) =>
      table.put(
        keyOf(accountId, standing.device.id),
        {
          device: toFields(next.device),
          lastState: next.lastState,
          views: next.views,
          movedOn: next.movedOn,
          changes: next.changes?.map(toText),
          offline: next.offline,
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
