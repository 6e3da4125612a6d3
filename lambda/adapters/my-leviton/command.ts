import type { Clock } from '../../ports/clock.ts';
import type { Device, DeviceCommand, Power } from '../../ports/device-cloud.ts';
import { DeviceUnreachable } from '../../ports/errors.ts';
import { abortError } from '../http/abort-error.ts';
import { toDevice, type WireSwitch } from './wire.ts';

/** A device follows a write and reports back after 1 to 1.5 s. */
const DEVICE_LATENCY_MS = 1_500;
/** After that report, a device that came on at its preset takes another level. */
const PRESET_PAUSE_MS = 2_000;

/** A partial update: the cloud merges it into its record and answers with the whole record. */
export interface Write {
  readonly power?: Power;
  readonly brightness?: number;
}

export interface CommandPorts {
  /** Reads the record as it is now. */
  readonly read: () => Promise<WireSwitch>;
  /** Writes, and answers with the record after it. */
  readonly write: (fields: Write) => Promise<WireSwitch>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Carries a command out, in one write unless the device has a preset level in the way.
 *
 * The answer is the cloud's record after the merge, not the device's word, so the answer is composed: what was commanded, and of that record
 * what the command did not change. An unconnected device's record takes writes just the same.
 * @throws DeviceUnreachable, and whatever `read` and `write` throw
 */
export async function carryOut(
  command: DeviceCommand,
  known: Device | undefined,
  ports: CommandPorts,
): Promise<Device> {
  if (known?.connected === false) throw unreachable(known.id);
  const merged = connected(await ports.write(toWrite(command, known)));
  const answer = (level: number): Device => ({
    ...toDevice(merged, ports.clock.now(), DEVICE_LATENCY_MS),
    power: command.power,
    level,
  });
  const wanted = 'level' in command ? percent(command.level) : undefined;
  const shown = await levelAfterPreset(merged, wanted, command, known, ports);
  if (wanted !== undefined && shown !== wanted) connected(await ports.write({ brightness: wanted }));
  return answer(wanted ?? shown);
}

/**
 * `power` and `brightness` in one write, never `power` alone first: no flash at the old level. But where the level is already stored,
 * a write of both leaves the device latched, and the next press of its own button switches it off and on again
 * (github.com/InnovoDeveloper's fork of home-assistant-leviton-decora-smart-wifi, 2026.10); `power` alone does the same without that.
 */
function toWrite(command: DeviceCommand, known: Device | undefined): Write {
  if (!('level' in command)) return { power: command.power };
  const brightness = percent(command.level);
  return brightness === known?.level ? { power: 'ON' } : { power: 'ON', brightness };
}

/**
 * The level that the device shows after the write. One that was off and has a preset level (0 means: the last level) comes on at that,
 * whatever was written. Measured on a D36HD: the cloud holds the written level for 1 to 1.5 s, then the device reports its preset, and
 * only then another level sticks (github.com/njoubert/nimbus-leviton-bar, CLAUDE.md).
 */
async function levelAfterPreset(
  merged: WireSwitch,
  wanted: number | undefined,
  { power }: DeviceCommand,
  known: Device | undefined,
  { read, clock, signal }: CommandPorts,
): Promise<number> {
  const stored = wanted ?? merged.brightness ?? 100;
  const preset = merged.presetLevel;
  if (!preset || power === 'OFF' || known?.power === 'ON' || preset === wanted) return stored;
  if (known?.power === 'OFF' && wanted === undefined) return preset;
  await clock.wait(PRESET_PAUSE_MS, signal).catch(() => Promise.reject(abortError(signal)));
  // Only its own report tells whether it was on before. A level is written once more in any case, which takes less time than to ask.
  return wanted !== undefined ? preset : (connected(await read()).brightness ?? stored);
}

function connected(merged: WireSwitch): WireSwitch {
  if (merged.connected === false) throw unreachable(merged.id);
  return merged;
}

const unreachable = (id: string) => new DeviceUnreachable(`device ${id} is not connected to its cloud`);

const percent = (level: number): number => Math.min(Math.max(Math.round(level), 1), 100);
