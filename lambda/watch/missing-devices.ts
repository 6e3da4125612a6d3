import type { Account } from '../ports/account-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { DeviceList } from '../ports/device-cloud.ts';
import type { DeviceRecord } from '../ports/device-store.ts';
import type { Notices } from '../ports/notices.ts';
import { UNREACHABLE_AFTER_MS } from './outage.ts';

/** A residence or permission that is missing for longer than this is not a short error of the device cloud. Reads are up to a minute apart. */
const NOTICE_AFTER_MS = 13 * 60_000;
/** The same where a command to one of the devices was refused. */
const REFUSED_NOTICE_AFTER_MS = 3 * 60_000;
/** A refused command that is older than this is about something else. */
const REFUSED_BEFORE_MS = 10 * 60_000;

/** Devices that a list lacks although they may not be gone: a residence or a permission of the account has vanished. */
export class MissingDevices {
  /** By device id, since when in milliseconds. */
  readonly #since = new Map<string, number>();

  /** Whether every known device was in the last list. */
  get isEmpty(): boolean {
    return this.#since.size === 0;
  }

  /** Since when a device is missing, in milliseconds. */
  since(id: string): number | undefined {
    return this.#since.get(id);
  }

  get ids(): string[] {
    return [...this.#since.keys()];
  }

  /**
   * @param knownIds the devices that are not known to be gone
   * @returns the ids of those that the list has again, and of those that it has lacked for some minutes
   */
  update(
    knownIds: readonly string[],
    { devices, skipped }: DeviceList,
    now: Date,
  ): { readonly back: string[]; readonly unreachable: string[] } {
    // A device whose own record cannot be read is there.
    const present = new Set([...devices, ...skipped].map(({ id }) => id));
    const back = [...this.#since.keys()].filter((id) => present.has(id));
    for (const id of this.#since.keys()) if (present.has(id) || !knownIds.includes(id)) this.#since.delete(id);
    for (const id of knownIds) if (!present.has(id) && !this.#since.has(id)) this.#since.set(id, now.getTime());
    const isLong = (since: number) => now.getTime() - since >= UNREACHABLE_AFTER_MS;
    return { back, unreachable: [...this.#since].filter(([, since]) => isLong(since)).map(([id]) => id) };
  }
}

/**
 * Raises a notice where devices have been missing for a quarter of an hour, or for some minutes where a command to one was refused.
 * @param records the devices that the list lacks although they may not be gone
 * @param sinceOf since when the caller itself has missed a device, in milliseconds
 * @returns whether the notice is open
 */
export async function noticeMissing(
  records: readonly DeviceRecord[],
  { id: accountId, maskedEmail }: Pick<Account, 'id' | 'maskedEmail'>,
  { notices, clock }: { readonly notices: Notices; readonly clock: Clock },
  sinceOf: (deviceId: string) => number | undefined = () => undefined,
): Promise<boolean> {
  const now = clock.now().getTime();
  if (!records.some((record) => isDue(record, sinceOf(record.device.id) ?? now, now))) return false;
  await notices.raise({ accountId, cause: 'devices-missing', maskedEmail });
  return true;
}

/** The run that missed it before reported it as unreachable some minutes later. */
function isDue({ lastState, offline }: DeviceRecord, missedSince: number, now: number): boolean {
  const since = lastState.connected ? missedSince : Math.min(missedSince, Date.parse(lastState.at));
  const isRefused = offline?.refusedAt !== undefined && Date.parse(offline.refusedAt) >= since - REFUSED_BEFORE_MS;
  return now - since >= (isRefused ? REFUSED_NOTICE_AFTER_MS : NOTICE_AFTER_MS);
}
