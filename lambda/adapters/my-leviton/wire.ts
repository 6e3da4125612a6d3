import * as v from 'valibot';
import type { Device } from '../../ports/device-cloud.ts';
import { MY_LEVITON } from './name.ts';

/*
 * My Leviton's records as several independent clients have seen them; nobody at Leviton documents them. Fields may be absent or null,
 * and others may come along. What a field is worth is in the clients' own notes, mainly github.com/njoubert/nimbus-leviton-bar
 * (CLAUDE.md, measured in August 2026) and github.com/tbaur/homebridge-myleviton (docs/KNOWN-ISSUES.md).
 */

/** Ids are integers in JSON and texts with us. */
export const WireId = v.pipe(
  v.union([v.pipe(v.number(), v.safeInteger()), v.pipe(v.string(), v.regex(/^\w+$/))]),
  v.transform(String),
);

const text = v.fallback(v.pipe(v.string(), v.trim()), '');
const flag = v.fallback(v.nullish(v.boolean()), undefined);
/** A percentage as it should be, or nothing. */
const percent = v.fallback(
  v.nullish(
    v.pipe(
      v.number(),
      v.finite(),
      v.transform((level) => Math.min(Math.max(Math.round(level), 0), 100)),
    ),
  ),
  undefined,
);

const moment = v.fallback(v.nullish(v.pipe(v.string(), v.isoTimestamp())), undefined);

export const WireSwitch = v.object({
  id: WireId,
  name: text,
  model: text,
  manufacturer: text,
  serial: text,
  version: text,
  power: v.picklist(['ON', 'OFF']),
  brightness: percent,
  presetLevel: percent,
  canSetLevel: flag,
  connected: flag,
  deleted: flag,
  lastUpdated: moment,
  rssi: v.fallback(v.nullish(v.pipe(v.number(), v.finite())), undefined),
});
export type WireSwitch = v.InferOutput<typeof WireSwitch>;

/** What a push carries of a switch: any subset. What is not as it should be counts as not carried. */
export const WireChange = v.object({
  power: v.fallback(v.optional(v.picklist(['ON', 'OFF'])), undefined),
  brightness: percent,
  connected: flag,
  chgReason: v.fallback(v.nullish(v.number()), undefined),
  lastUpdated: moment,
  client_id: v.fallback(v.nullish(v.union([v.string(), v.pipe(v.number(), v.transform(String))])), undefined),
});
export type WireChange = v.InferOutput<typeof WireChange>;

/** One row says of one account or one residence that the person may use it. */
export const WirePermission = v.object({
  id: v.fallback(v.optional(WireId), undefined),
  residenceId: v.nullish(WireId),
  residentialAccountId: v.nullish(WireId),
});

export const WireResidence = v.object({ id: WireId });

const WirePresence = v.object({ model: text, deleted: flag });

/** Whether a listed record is of something to switch: not deleted, and of a model that can be switched. */
export function isPresent(row: unknown): boolean {
  const wire = v.safeParse(WirePresence, row);
  return !wire.success || (wire.output.deleted !== true && isSwitchable(wire.output));
}

/**
 * A device as it is, from a record that was just read or merged. `brightness` is 0..100 percent of the range `minLevel`..`maxLevel`, which
 * the device applies by itself (schmittx/home-assistant-leviton-decora-smart-wifi#1, home-assistant/core#97025 and #117393).
 */
export function toDevice(wire: WireSwitch, sampledAt: Date, uncertaintyMs: number): Device {
  return {
    id: wire.id,
    name: wire.name || wire.model || `Leviton ${wire.id}`,
    manufacturer: wire.manufacturer || 'Leviton',
    cloudName: MY_LEVITON,
    model: wire.model,
    serialNumber: wire.serial,
    firmwareVersion: wire.version,
    kind: kindOf(wire),
    dimmable: dims(wire),
    ...(wire.presetLevel && dims(wire) && { hasPreset: true }),
    power: wire.power,
    level: wire.brightness ?? 100,
    // Absent says nothing; a command will show it.
    connected: wire.connected ?? true,
    sampledAt,
    uncertaintyMs,
    ...(wire.rssi != null && { rssi: wire.rssi }),
    ...(wire.lastUpdated != null && { changedAt: new Date(wire.lastUpdated) }),
  };
}

/**
 * Models that are listed among the switches and cannot be switched: a button controller and a bridge, which have no load, and GFCI outlets,
 * which take no remote control (home-assistant/core#111095: `power` is null while they test or have tripped).
 */
const NOT_SWITCHABLE = /^(DW4BC$|MLWSB$|D2GF[12])/;
export const isSwitchable = (wire: Pick<WireSwitch, 'model'>): boolean => !NOT_SWITCHABLE.test(baseModel(wire));

// Lists of models go stale with every new one, so the record's own flag decides who dims. Fans set it, too, for their four speeds.
const dims = (wire: WireSwitch): boolean => wire.canSetLevel === true && !isFan(wire);
const isFan = (wire: WireSwitch): boolean => baseModel(wire).endsWith('SF');
const PLUG_IN_DIMMERS = ['DW3HL', 'D23LP'];
const OUTLETS = ['DW15P', 'DW15A', 'D215P', 'D215O', 'DW15R', 'D215R'];

function kindOf(wire: WireSwitch): Device['kind'] {
  if (isFan(wire)) return 'fan';
  if (dims(wire) || PLUG_IN_DIMMERS.includes(baseModel(wire))) return 'light';
  return OUTLETS.includes(baseModel(wire)) ? 'outlet' : 'switch';
}

/** `DW3HL` of `DW3HL-1BW`. */
const baseModel = ({ model }: Pick<WireSwitch, 'model'>): string => model.toUpperCase().split('-')[0] ?? '';
