import { setMaxListeners } from 'node:events';
import type { Account } from '../ports/account-store.ts';
import type { CloudSession, DeviceChange, DeviceList } from '../ports/device-cloud.ts';
import type { DeviceRecord } from '../ports/device-store.ts';
import { StoreUnavailable } from '../ports/errors.ts';
import type { Grant } from '../ports/grant-store.ts';
import { type NoteDevicesPorts, needsAnnouncement, noteDevices, withUsableName } from '../reports/device-list.ts';
import { AccountReads, type ReadPorts } from './account-reads.ts';
import { hasSameDescription } from './compare-devices.ts';
import { MissingDevices, noticeMissing } from './missing-devices.ts';
import { OfflineFollower } from './offline-follower.ts';
import { UnsentChanges } from './unsent-changes.ts';
import { WatchedDevices } from './watched-devices.ts';

export interface StatesPorts extends NoteDevicesPorts, ReadPorts {}

/** How long a push may come after a read that shows the same already. */
const PUSH_LAG_MS = 2_000;

/** One account while it is watched: reads and pushes reach its devices here, and its notices follow what the reads show. */
export class AccountStates {
  readonly accountId: string;
  readonly #ports: StatesPorts;
  readonly #reads: AccountReads;
  readonly #devices: WatchedDevices;
  readonly #missing = new MissingDevices();
  readonly #offline: OfflineFollower;
  readonly #unsent = new UnsentChanges();
  #account: Account | undefined;
  #session: CloudSession | undefined;
  #isMissingNoticed = false;
  /** The account could not be read for a while: Alexa may show its devices as unresponsive until they are reported. */
  #isRecovering = false;
  /** Called when a sample could not be queued: the read of another channel makes up for it. */
  onUnsent: () => void = () => undefined;

  /** @param signal ends what waits here; `close` then queues what waited */
  constructor(accountId: string, ports: StatesPorts, signal: AbortSignal) {
    this.accountId = accountId;
    this.#ports = ports;
    this.#reads = new AccountReads(accountId, ports);
    this.#offline = new OfflineFollower(ports);
    const hooks = {
      read: async (id: string) => this.#session && (await ports.cloud.device(this.#session, id, signal)),
      onConnected: (id: string) => this.#offline.sawConnected(id),
      onUnsent: () => this.onUnsent(),
    };
    this.#devices = new WatchedDevices(accountId, ports, hooks, signal);
    setMaxListeners(0, signal); // every device with a timer waits on it
  }

  get deviceIds(): string[] {
    return this.#devices.ids;
  }

  /** Reads everything again and queues what was not reported yet: what happened while nobody listened. */
  async begin(account: Account, session: CloudSession, grants: readonly Grant[], signal: AbortSignal): Promise<void> {
    this.#account = account;
    this.#session = session;
    const grantIds = grants.map(({ id }) => id);
    if (grants.some(({ backoff }) => backoff !== undefined)) this.#unsent.doubt();
    const read = await this.#list(session, signal);
    const isRecovered = this.#isRecovering;
    const records = await this.#records(read, grantIds);
    const list = this.#devices.asKnown(read);
    for (const id of this.#devices.goneFrom(list)) this.#devices.forget(id);
    const kept = new Map(records.map((record) => [record.device.id, record]));
    const listed = new Set(list.devices.map(({ id }) => id));
    for (const record of records) if (!listed.has(record.device.id)) this.#devices.know(record);
    await this.#followMissing(list);
    for (const device of list.devices) this.#devices.meet(device, kept.get(device.id), grantIds, isRecovered);
    this.#isRecovering = false;
    this.#offline.begin(records);
    await this.#followOffline(list, records);
    const mayBeNoticed = records.some(({ lastState }) => !lastState.connected);
    if (mayBeNoticed && this.#missing.isEmpty)
      await this.#ports.notices.clear(this.accountId, ['devices-missing', 'cloud-down']);
  }

  /** Reads once more, now that pushes arrive: nothing falls between the first read and the first push. */
  async confirm(session: CloudSession, signal: AbortSignal): Promise<void> {
    const isQuiet = this.#devices.quiet();
    const { devices } = this.#devices.asKnown(await this.#list(session, signal));
    this.#devices.take(devices.filter(({ id }) => isQuiet(id)));
  }

  /**
   * Reads and compares with what the pushes said.
   * @param lagMs how long a push may yet come that tells the same; 0 where there are no pushes
   * @returns `missed` when a push should have shown a change, `other-devices` when the list of devices has changed
   */
  async check(
    session: CloudSession,
    signal: AbortSignal,
    lagMs = PUSH_LAG_MS,
  ): Promise<'missed' | 'other-devices' | undefined> {
    const watched = this.#devices;
    const isQuiet = watched.quiet();
    const list = watched.asKnown(await this.#list(session, signal));
    const { devices } = list;
    if (watched.goneFrom(list).length > 0) return this.#otherDevices();
    if (devices.some((device) => !hasSameDescription(device, watched.get(device.id)))) return this.#otherDevices();
    if (this.#isRecovering) {
      watched.take(
        devices.filter(({ id }) => isQuiet(id)),
        true,
      );
      this.#isRecovering = false;
    }
    await this.#followMissing(list);
    const news = devices.filter((device) => isQuiet(device.id) && watched.isWorthReporting(device));
    if (news.length > 0 && lagMs > 0) await this.#ports.clock.wait(lagMs, signal);
    const missed = news.filter(({ id }) => isQuiet(id));
    const hasMoved = missed.some((device) => watched.hasMovedUnnoticed(device));
    watched.take(missed);
    await this.#followOffline(list);
    await this.#unsent.look(this.accountId, list, this.#ports);
    return hasMoved ? 'missed' : undefined;
  }

  /** Takes a push. */
  pushed(change: DeviceChange): void {
    this.#reads.heard();
    this.#devices.apply(change.deviceId, { kind: 'pushed', change });
  }

  /**
   * Takes note that the account could not be read. After some minutes its devices are reported as unreachable; the first read that
   * succeeds reports them again.
   */
  async failed(): Promise<void> {
    this.#isRecovering = true;
    const since = this.#reads.failed();
    if (!since) return;
    try {
      for (const record of await this.#ports.devices.list(this.accountId)) this.#devices.know(record);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      return; // the next failure tries again
    }
    this.#reads.outageReported();
    const { ids } = this.#devices;
    for (const id of ids) this.#devices.apply(id, { kind: 'unreachable' });
    const fields = { account: this.accountId, devices: ids.length, since: since.toISOString() };
    this.#ports.log.warn('account-unreachable', fields);
  }

  /** Queues what still waits, and waits until the queue has it. */
  async close(): Promise<void> {
    await this.#devices.close();
  }

  async #list(session: CloudSession, signal: AbortSignal): Promise<DeviceList> {
    return await this.#reads.list(this.#account, session, () => this.failed(), signal);
  }

  /** What we keep of the devices that are not gone. A changed list is on its way to Alexa; only then is anything written. */
  async #records(list: DeviceList, grantIds: readonly string[]): Promise<readonly DeviceRecord[]> {
    const records = await this.#ports.devices.list(this.accountId);
    const kept = new Map(records.map((record) => [record.device.id, record]));
    const listed = new Set(list.devices.map(({ id }) => id));
    const isSame =
      records.every(({ device, removedSince }) => listed.has(device.id) && removedSince === undefined) &&
      list.devices.every((device) => {
        const known = kept.get(device.id)?.device;
        return hasSameDescription(withUsableName(device, known), known);
      }) &&
      !records.some((record) => grantIds.some((id) => needsAnnouncement(record, id)));
    if (isSame) return records;
    this.#unsent.doubt();
    const noted = await noteDevices(this.accountId, list, this.#ports);
    return [...noted.records, ...noted.absent];
  }

  /** The rows may say so already, of a Discover's list; and an older one may yet be noted. */
  #otherDevices(): 'other-devices' {
    this.#unsent.doubt();
    return 'other-devices';
  }

  /** Devices that the list lacks although they may not be gone become unreachable; those that it has again are reported. */
  async #followMissing(list: DeviceList): Promise<void> {
    const { devices, clock, notices } = this.#ports;
    const { back, unreachable } = this.#missing.update(this.deviceIds, list, clock.now());
    this.#devices.take(
      list.devices.filter(({ id }) => back.includes(id)),
      true,
    );
    for (const id of unreachable) this.#devices.apply(id, { kind: 'unreachable' });
    if (back.length > 0 && this.#missing.isEmpty) {
      this.#isMissingNoticed = false;
      await notices.clear(this.accountId, ['devices-missing']);
    }
    if (this.#missing.isEmpty || this.#isMissingNoticed || !this.#account) return;
    const records = (await devices.list(this.accountId)).filter(({ device }) => this.#missing.ids.includes(device.id));
    this.#isMissingNoticed = await noticeMissing(records, this.#account, this.#ports, (id) => this.#missing.since(id));
  }

  async #followOffline(list: DeviceList, records?: readonly DeviceRecord[]): Promise<void> {
    // What the list lacks may be connected.
    if (!this.#account || !this.#missing.isEmpty || list.skipped.some(({ what }) => what !== 'device')) return;
    const isConnected = (id: string) => this.#devices.get(id)?.connected;
    await this.#offline.follow(this.#account, list, isConnected, records);
  }
}
