import type { Clock } from '../../ports/clock.ts';
import type { Device, DeviceCommand, Power } from '../../ports/device-cloud.ts';
import { DeviceUnreachable } from '../../ports/errors.ts';
import { givenUp } from './http.ts';
import { levels, toDevice, type WireSwitch } from './wire.ts';

/** A device follows a write and reports back after 1 to 1.5 s. */
const SETTLES_MS = 1_500;
/** After that report a device that came on by its preset takes another level. */
const PRESET_PAUSE_MS = 2_000;

/** A partial update: the cloud merges it into its record and echoes that. */
export interface Write {
  readonly power?: Power;
  readonly brightness?: number;
}

export interface CommandPorts {
  /** Writes, and answers with the echo. */
  readonly write: (fields: Write) => Promise<WireSwitch>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Carries a command out, in one write unless the device has a preset level in the way.
 *
 * The echo is the cloud's record after the merge, not the device's word, so the answer is composed: what was commanded, and of the echo
 * what the command left alone. An unconnected device's record takes writes just the same.
 * @throws DeviceUnreachable, and whatever `write` throws
 */
export async function carryOut(
  command: DeviceCommand,
  known: Device | undefined,
  ports: CommandPorts,
): Promise<Device> {
  if (known?.connected === false) throw unreachable(known.id);
  const echo = connected(await ports.write(toWrite(command, known)));
  const preset = presetInTheWay(echo, command, known);
  const answer = (level: number): Device => ({
    ...toDevice(echo, ports.clock.now(), SETTLES_MS),
    power: command.power,
    level,
  });
  if (!('level' in command)) return answer(preset ?? toDevice(echo, ports.clock.now(), 0).level);
  const level = within(command.level, levels(echo));
  if (preset !== undefined && preset !== level) await writeAfterPreset(level, ports);
  return answer(level);
}

/**
 * `power` and `brightness` in one write, never `power` alone first: no flash at the old level. But where the level is already stored,
 * a write of both leaves the device latched, and the next press of its own button switches it off and on again
 * (github.com/InnovoDeveloper's fork of home-assistant-leviton-decora-smart-wifi, 2026.10); `power` alone does the same without that.
 */
function toWrite(command: DeviceCommand, known: Device | undefined): Write {
  if (!('level' in command)) return { power: command.power };
  const brightness = within(command.level, known ?? { minLevel: 1, maxLevel: 100 });
  return brightness === known?.level ? { power: 'ON' } : { power: 'ON', brightness };
}

/**
 * The level that the device will come on at, whatever was written: its preset, if it has one (0 means: the last level) and was not
 * known to be on. Measured on a D36HD: the cloud holds the written level for 1 to 1.5 s, then the device reports its preset
 * (github.com/njoubert/nimbus-leviton-bar, CLAUDE.md).
 */
function presetInTheWay(echo: WireSwitch, command: DeviceCommand, known: Device | undefined): number | undefined {
  if (command.power === 'OFF' || known?.power === 'ON' || !echo.presetLevel) return undefined;
  return within(echo.presetLevel, levels(echo));
}

/** Once the device has reported its preset, a level sticks. */
async function writeAfterPreset(brightness: number, { write, clock, signal }: CommandPorts): Promise<void> {
  await clock.wait(PRESET_PAUSE_MS, signal).catch(() => Promise.reject(givenUp(signal)));
  connected(await write({ brightness }));
}

function connected(echo: WireSwitch): WireSwitch {
  if (echo.connected === false) throw unreachable(echo.id);
  return echo;
}

const unreachable = (id: string) => new DeviceUnreachable(`device ${id} is not connected to My Leviton`);

const within = (level: number, { minLevel, maxLevel }: { minLevel: number; maxLevel: number }): number =>
  Math.min(Math.max(Math.round(level), minLevel), maxLevel);
