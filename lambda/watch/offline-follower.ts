import type { Account } from '../ports/account-store.ts';
import type { DeviceList } from '../ports/device-cloud.ts';
import type { DeviceRecord } from '../ports/device-store.ts';
import { StoreUnavailable } from '../ports/errors.ts';
import type { Log } from '../ports/log.ts';
import { noticeOffline, type OfflinePorts } from './offline-notices.ts';

/** Sees who is to be notified of plugs that are listed and not connected. The table is read only where there are some, or were just now. */
export class OfflineFollower {
  readonly #ports: OfflinePorts & { readonly log: Log };
  /** By device id, when it was last seen connected, in milliseconds. */
  readonly #connectedAt = new Map<string, number>();
  /** A row may say of a device that it is offline. */
  #mayBeOffline = false;

  constructor(ports: OfflinePorts & { readonly log: Log }) {
    this.#ports = ports;
  }

  sawConnected(id: string): void {
    this.#connectedAt.set(id, this.#ports.clock.now().getTime());
  }

  /** Takes what the rows say of devices that are offline. */
  begin(records: readonly DeviceRecord[]): void {
    this.#mayBeOffline = records.some(({ offline }) => offline !== undefined);
  }

  /**
   * @param list a complete list of the account
   * @param isConnected what pushes say of a device meanwhile
   * @param records the rows of the devices, if they were just read
   */
  async follow(
    account: Account,
    list: DeviceList,
    isConnected: (id: string) => boolean | undefined,
    records?: readonly DeviceRecord[],
  ): Promise<void> {
    const { devices, log } = this.#ports;
    const plugs = list.devices.map(({ id, name, connected }) => ({
      id,
      name,
      connected: isConnected(id) ?? connected,
      connectedAt: this.#connectedAt.get(id),
    }));
    for (const { id, connected } of plugs) if (connected) this.sawConnected(id);
    const isAllConnected = plugs.every(({ connected }) => connected);
    if (isAllConnected && !this.#mayBeOffline) return;
    try {
      await noticeOffline(account, plugs, records ?? (await devices.list(account.id)), this.#ports);
      this.#mayBeOffline = !isAllConnected;
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      this.#mayBeOffline = true; // the next read tries again
      log.warn('offline-plugs-not-noted', { account: account.id, error });
    }
  }
}
