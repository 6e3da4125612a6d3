import * as v from 'valibot';
import type { Clock } from '../../ports/clock.ts';
import type { DeviceCloud } from '../../ports/device-cloud.ts';
import { CloudUnreachable, DeviceNotFound } from '../../ports/errors.ts';
import { type Account, createAccount, deviceBody, type Said } from './account.ts';
import { carryOut } from './command.ts';
import { createHttp } from './http.ts';
import { discover } from './list-devices.ts';
import { signIn } from './sign-in.ts';
import { toDevice, WireSwitch } from './wire.ts';

export interface MyLevitonOptions {
  /** `https://my.leviton.com/api`, or an emulator's. */
  readonly url: string;
  readonly clock: Clock;
  /** The longest wait for one answer; two of them and a pause fit into Alexa's 8 s. */
  readonly timeoutMs?: number;
}

/** My Leviton's REST cloud. Make one for the life of the process: it keeps its connections. */
export function createMyLeviton({ url, clock, timeoutMs = 3_000 }: MyLevitonOptions): DeviceCloud {
  const send = createHttp({ url, clock, timeoutMs });
  return {
    signIn: (credentials, code, signal) => signIn(credentials, code, signal, { send, clock }),
    devices: async (session, signal) => discover(createAccount(send, session, signal), clock, signal),
    async device(session, deviceId, signal) {
      const account = createAccount(send, session, signal);
      const path = devicePath(deviceId);
      const asked = clock.now(); // a push that overtakes the answer is newer than what is in it
      return toDevice(await record(account, deviceId, await account.get(path)), asked, 0);
    },
    async command(session, deviceId, command, signal, known) {
      const account = createAccount(send, session, signal);
      const path = devicePath(deviceId);
      const write = async (fields: object) => record(account, deviceId, await account.put(path, fields));
      return carryOut(command, known, { write, clock, signal });
    },
  };
}

/** Ids are numbers; anything else would lead to another path. @throws DeviceNotFound */
function devicePath(deviceId: string): string {
  if (!/^\d+$/.test(deviceId)) throw new DeviceNotFound('no device of My Leviton has such an id');
  return `/IotSwitches/${deviceId}`;
}

/** A device's record out of an answer. @throws DeviceNotFound, SessionRejected, CloudUnreachable, CloudRateLimited */
async function record(account: Account, deviceId: string, said: Said): Promise<WireSwitch> {
  const wire = v.safeParse(WireSwitch, await deviceBody(account, deviceId, said));
  if (!wire.success || wire.output.id !== deviceId)
    throw new CloudUnreachable(`no readable record of device ${deviceId}`);
  if (wire.output.deleted === true) throw new DeviceNotFound(`device ${deviceId} was deleted`);
  return wire.output;
}
