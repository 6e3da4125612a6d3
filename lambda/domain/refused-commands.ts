import { asError } from '../basics/as-error.ts';
import { changeRow } from '../basics/change-row.ts';
import type { Clock } from '../ports/clock.ts';
import type { DeviceRecord, DeviceStore } from '../ports/device-store.ts';
import type { Log } from '../ports/log.ts';

/** A command that is refused more often changes nothing. */
const NOTED_FOR_MS = 10 * 60_000;
/** How long the answer to Alexa waits for the note. */
const WAIT_MS = 500;

export interface RefusedCommandPorts {
  readonly devices: DeviceStore;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Notes that a person was refused a command because the device is not connected, or is shown no more: its notice then comes sooner. Waits half a second at
 * most, and throws nothing: the answer to Alexa is more important.
 */
export async function noteRefusedCommand(
  accountId: string,
  deviceId: string,
  { devices, clock, log }: RefusedCommandPorts,
): Promise<void> {
  const noted = changeRow<DeviceRecord | undefined, DeviceRecord, boolean>({
    read: () => devices.get(accountId, deviceId),
    next: (record) => record && refused(record, clock.now()),
    write: async (record, next) => record !== undefined && (await devices.replace(accountId, record, next)),
  }).catch((error: unknown) => {
    log.warn('refused-command-not-noted', { account: accountId, device: deviceId, error: asError(error) });
  });
  const end = new AbortController();
  const late = clock.wait(WAIT_MS, end.signal).catch(() => undefined);
  await Promise.race([noted, late]);
  end.abort();
}

function refused(record: DeviceRecord, now: Date): DeviceRecord | undefined {
  const { offline } = record;
  const isNoted = offline?.refusedAt && now.getTime() - Date.parse(offline.refusedAt) < NOTED_FOR_MS;
  if (isNoted) return undefined;
  const refusedAt = now.toISOString();
  return { ...record, offline: { since: refusedAt, ...offline, refusedAt } };
}
