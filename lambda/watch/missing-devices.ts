import type { Account } from '../ports/account-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { DeviceList } from '../ports/device-cloud.ts';
import type { DeviceRecord } from '../ports/device-store.ts';
import type { Notices } from '../ports/notices.ts';
import { UNREACHABLE_AFTER_MS } from './outage.ts';

/** A residence or permission that vanishes for longer than this is no hiccup of the device cloud. */
const NOTICE_AFTER_MS = 3_600_000;

/** Devices that a list lacks although they may not be gone: a residence or a permission of the account has vanished. */
export class MissingDevices {
  /** By device id, since when in milliseconds. */
  readonly #since = new Map<string, number>();

  /** Whether every known device was in the last list. */
  get isEmpty(): boolean {
    return this.#since.size === 0;
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
 * Raises a notice where devices have been missing for an hour: They were reported as unreachable when they had been for minutes.
 * @param records the devices that the list lacks although they may not be gone
 * @returns whether the notice is open
 */
export async function noticeMissing(
  records: readonly DeviceRecord[],
  { id: accountId, maskedEmail }: Pick<Account, 'id' | 'maskedEmail'>,
  { notices, clock }: { readonly notices: Notices; readonly clock: Clock },
): Promise<boolean> {
  const isLong = ({ lastState }: DeviceRecord) =>
    !lastState.connected && clock.now().getTime() - Date.parse(lastState.at) >= NOTICE_AFTER_MS;
  if (!records.some(isLong)) return false;
  await notices.raise({ accountId, cause: 'devices-missing', maskedEmail });
  return true;
}
