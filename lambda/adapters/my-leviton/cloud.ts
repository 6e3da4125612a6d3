import * as v from 'valibot';
import type { Clock } from '../../ports/clock.ts';
import type { Device, DeviceCloud } from '../../ports/device-cloud.ts';
import { CloudUnreachable, DeviceNotFound } from '../../ports/errors.ts';
import { type Account, createAccount, deviceBody } from './account.ts';
import { carryOut, type Write } from './command.ts';
import { createHttp, gatewayPause } from './http.ts';
import { discover } from './list-devices.ts';
import { presetMemory } from './presets.ts';
import { probeSignIn, signIn } from './sign-in.ts';
import { signOut } from './sign-out.ts';
import { isSwitchable, toDevice, WireSwitch } from './wire.ts';

export interface MyLevitonOptions {
  /** `https://my.leviton.com/api`, or an emulator's. */
  readonly url: string;
  readonly clock: Clock;
  /** The longest wait for one answer, also of a sign-in. A directive's own deadline ends it earlier. */
  readonly timeoutMs?: number;
}

/** My Leviton's REST cloud. Make one for the life of the process: it keeps its connections, and remembers which plugs have presets. */
export function createMyLeviton({ url, clock, timeoutMs = 10_000 }: MyLevitonOptions): DeviceCloud {
  const send = createHttp({ url, clock, timeoutMs });
  const presets = presetMemory();

  async function read(account: Account, deviceId: string): Promise<WireSwitch> {
    const wire = toRecord(await deviceBody(account, deviceId, await account.get(devicePath(deviceId))), deviceId);
    if (!wire) throw new CloudUnreachable(`no readable record of device ${deviceId}`, { answer: 'unreadable' });
    presets.note(wire);
    return wire;
  }
  /**
   * The cloud has saved a write that it answers with any 2xx. Not every answer holds the record, which is read then. Where nobody knows
   * whether it was saved, the record says so.
   */
  async function write(account: Account, deviceId: string, fields: Write, signal: AbortSignal): Promise<WireSwitch> {
    let result = await account.put(devicePath(deviceId), fields);
    if ('unknown' in result) {
      await gatewayPause(clock, signal);
      const now = await read(account, deviceId);
      if (shows(now, fields)) return now;
      result = await account.put(devicePath(deviceId), fields);
    }
    const wire = toRecord(await deviceBody(account, deviceId, result), deviceId);
    if (!wire) return await read(account, deviceId);
    presets.note(wire);
    return wire;
  }
  async function readDevice(account: Account, deviceId: string): Promise<Device> {
    const asked = clock.now(); // a push that overtakes the answer is newer than what is in it
    return toDevice(await read(account, deviceId), asked, 0);
  }

  return {
    signIn: (credentials, code, signal) => signIn(credentials, code, signal, { send, clock }),
    probeSignIn: (signal) => probeSignIn(signal, send),
    signOut: (session, signal) => signOut(session, signal, send),
    devices: async (session, signal) =>
      discover(createAccount(send, session, signal), { clock, signal, onRecord: presets.note }),
    device: async (session, deviceId, signal) => readDevice(createAccount(send, session, signal), deviceId),
    async command(session, deviceId, command, signal, known) {
      const account = createAccount(send, session, signal);
      const mustRead = known === undefined && command.power === 'ON' && presets.has(deviceId);
      return carryOut(command, mustRead ? await readDevice(account, deviceId) : known, {
        read: () => read(account, deviceId),
        write: (fields) => write(account, deviceId, fields, signal),
        clock,
        signal,
      });
    },
  };
}

/** Whether the record has what was written. */
const shows = ({ power, brightness }: WireSwitch, fields: Write): boolean =>
  (fields.power ?? power) === power && (fields.brightness ?? brightness) === brightness;

/** Ids are numbers; anything else would lead to another path. @throws DeviceNotFound */
function devicePath(deviceId: string): string {
  if (!/^\d+$/.test(deviceId)) throw new DeviceNotFound('the device cloud has no such ids');
  return `/IotSwitches/${deviceId}`;
}

/** A device's record, if the body is one. @throws DeviceNotFound when it was deleted, or cannot be switched */
function toRecord(body: unknown, deviceId: string): WireSwitch | undefined {
  const wire = v.safeParse(WireSwitch, body);
  if (!wire.success || wire.output.id !== deviceId) return undefined;
  if (wire.output.deleted === true) throw new DeviceNotFound(`device ${deviceId} was deleted`);
  if (!isSwitchable(wire.output)) throw new DeviceNotFound(`device ${deviceId} takes no remote control`);
  return wire.output;
}
