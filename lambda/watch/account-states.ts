import { setMaxListeners } from 'node:events';
import { asError } from '../basics/as-error.ts';
import { asLastSeen } from '../domain/last-seen.ts';
import type { Account } from '../ports/account-store.ts';
import type { CloudSession, Device, DeviceChange, DeviceCloud, DeviceList } from '../ports/device-cloud.ts';
import type { DeviceRecord } from '../ports/device-store.ts';
import { isCloudOutage, isSkillError, ServiceTokenMissing, StoreUnavailable } from '../ports/errors.ts';
import type { EvidenceStore } from '../ports/evidence-store.ts';
import type { Grant } from '../ports/grant-store.ts';
import type { Notices } from '../ports/notices.ts';
import {
  mayBeGone,
  type NoteDevicesPorts,
  needsAnnouncement,
  noteDevices,
  withUsableName,
} from '../reports/device-list.ts';
import { changesEveryView, isReported } from '../reports/last-reported.ts';
import {
  type DeviceEvent,
  type DeviceReport,
  movedUnnoticed,
  nextTimer,
  step,
  type Timer,
  type WatchedDevice,
  watchedDevice,
} from './device-state.ts';
import { messageOf } from './messages.ts';
import { MissingDevices, noticeMissing } from './missing-devices.ts';
import { hasNewerWrite } from './newer-write.ts';
import { noticeOffline } from './offline-notices.ts';
import { afterFailure, isLongOutage, type Outage } from './outage.ts';
import { isLike } from './same-list.ts';
import { UnsentChanges } from './unsent-changes.ts';

export interface StatesPorts extends NoteDevicesPorts {
  readonly cloud: DeviceCloud;
  readonly notices: Notices;
  readonly evidence: Pick<EvidenceStore, 'note'>;
}

/** How long a push may come after a read that shows the same already. */
const PUSH_LAG_MS = 2_000;
const HOUR_MS = 3_600_000;

/**
 * One account's devices while it is watched: reads, pushes and timers become events of `device-state.ts`, and what it wants reported is
 * queued. Samples leave in the order in which they were made.
 */
export class AccountStates {
  readonly accountId: string;
  readonly #ports: StatesPorts;
  readonly #signal: AbortSignal;
  readonly #known = new Map<string, WatchedDevice>();
  /** The timers that run, by what they do and for which device. */
  readonly #timers = new Set<string>();
  readonly #missing = new MissingDevices();
  readonly #unsent = new UnsentChanges();
  #isMissingNoticed = false;
  /** By device id, when it was last seen connected, in milliseconds. */
  readonly #connectedAt = new Map<string, number>();
  /** This run has met the device cloud without an answer. */
  #mayBeCloudNoticed = false;
  /** A row may say of a device that it is offline. */
  #mayBeOffline = false;
  #account: Account | undefined;
  #session: CloudSession | undefined;
  #skipped = '';
  #outage: Outage | undefined;
  #isOutageReported = false;
  /** The account could not be read for a while: Alexa may show its devices as unresponsive until they are reported. */
  #isRecovering = false;
  /** When the device cloud last answered, or pushed anything, in milliseconds. */
  #lastHeardAt = 0;
  readonly #pending: DeviceReport[] = [];
  #queued: Promise<void> = Promise.resolve();
  /** Called when a sample could not be queued: the read of another channel makes up for it. */
  onUnsent: () => void = () => undefined;

  /** @param signal ends what waits here; `close` then queues what waited */
  constructor(accountId: string, ports: StatesPorts, signal: AbortSignal) {
    this.accountId = accountId;
    this.#ports = ports;
    this.#signal = signal;
    setMaxListeners(0, signal); // every device with a timer waits on it
  }

  get deviceIds(): string[] {
    return [...this.#known.keys()];
  }

  /** Reads everything anew and queues what was not reported yet: what happened while nobody listened. */
  async begin(account: Account, session: CloudSession, grants: readonly Grant[], signal: AbortSignal): Promise<void> {
    this.#account = account;
    this.#session = session;
    const grantIds = grants.map(({ id }) => id);
    if (grants.some(({ backoff }) => backoff !== undefined)) this.#unsent.doubt();
    const read = await this.#list(session, signal);
    const isRecovered = this.#isRecovering;
    const records = await this.#records(read, grantIds);
    const list = this.#asKnown(read);
    for (const id of this.#removed(list)) this.#known.delete(id);
    const kept = new Map(records.map((record) => [record.device.id, record]));
    const listed = new Set(list.devices.map(({ id }) => id));
    for (const record of records) if (!listed.has(record.device.id)) this.#know(record);
    await this.#followMissing(list);
    for (const device of list.devices) this.#meet(device, kept.get(device.id), grantIds, isRecovered);
    this.#isRecovering = false;
    this.#mayBeOffline = records.some(({ offline }) => offline !== undefined);
    await this.#followOffline(list, records);
    const mayBeNoticed = records.some(({ lastState }) => !lastState.connected);
    if (mayBeNoticed && this.#missing.isEmpty)
      await this.#ports.notices.clear(this.accountId, ['devices-missing', 'cloud-down']);
  }

  /** Reads once more, now that pushes arrive: nothing falls between the first read and the first push. */
  async confirm(session: CloudSession, signal: AbortSignal): Promise<void> {
    const isQuiet = this.#quietDevices();
    const { devices } = this.#asKnown(await this.#list(session, signal));
    this.#take(devices.filter(({ id }) => isQuiet(id)));
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
    const isQuiet = this.#quietDevices();
    const list = this.#asKnown(await this.#list(session, signal));
    const { devices } = list;
    if (this.#removed(list).length > 0) return this.#otherDevices();
    if (devices.some((device) => !isLike(device, this.#known.get(device.id)?.device))) return this.#otherDevices();
    if (this.#isRecovering) {
      this.#take(
        devices.filter(({ id }) => isQuiet(id)),
        true,
      );
      this.#isRecovering = false;
    }
    await this.#followMissing(list);
    const news = devices.filter((device) => isQuiet(device.id) && this.#isWorthReporting(device));
    if (news.length > 0 && lagMs > 0) await this.#ports.clock.wait(lagMs, signal);
    const missed = news.filter(({ id }) => isQuiet(id));
    const hasMoved = missed.some((device) => {
      const known = this.#known.get(device.id);
      return known !== undefined && movedUnnoticed(known, device);
    });
    this.#take(missed);
    await this.#followOffline(list);
    await this.#unsent.look(this.accountId, list, this.#ports);
    return hasMoved ? 'missed' : undefined;
  }

  /** Takes a push. */
  pushed(change: DeviceChange): void {
    this.#lastHeardAt = this.#ports.clock.now().getTime();
    this.#apply(change.deviceId, { kind: 'pushed', change });
  }

  /**
   * Takes note that the account could not be read. After some minutes its devices are reported as unreachable; the first read that
   * succeeds reports them anew.
   */
  async failed(): Promise<void> {
    const now = this.#ports.clock.now();
    this.#isRecovering = true;
    this.#outage = afterFailure(this.#outage, this.#lastHeardAt, now);
    if (this.#isOutageReported || !isLongOutage(this.#outage, now)) return;
    try {
      for (const record of await this.#ports.devices.list(this.accountId)) this.#know(record);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      return; // the next failure tries again
    }
    this.#isOutageReported = true;
    for (const id of this.deviceIds) this.#apply(id, { kind: 'unreachable' });
    const since = new Date(this.#outage.since).toISOString();
    this.#ports.log.warn('account-unreachable', { account: this.accountId, devices: this.#known.size, since });
  }

  /** Queues what still waits, and waits until the queue has it. */
  async close(): Promise<void> {
    for (const id of this.deviceIds) this.#apply(id, { kind: 'fade-ended' });
    await this.#queued;
  }

  /** The device cloud does not answer. The notice waits in its row, since an outage outlasts a run; of one failed read nothing is said. */
  async #followOutage(): Promise<void> {
    if (!this.#account || !this.#outage || this.#outage.failures < 2) return;
    const { id: accountId, maskedEmail } = this.#account;
    const offlineSince = new Date(this.#outage.since).toISOString();
    this.#mayBeCloudNoticed = true;
    await this.#ports.notices.raise({ accountId, cause: 'cloud-down', maskedEmail, offlineSince });
  }

  /** Reads all devices. */
  async #list(session: CloudSession, signal: AbortSignal): Promise<DeviceList> {
    const { cloud, log, clock } = this.#ports;
    let list: DeviceList;
    try {
      list = await cloud.devices(session, signal);
    } catch (error) {
      // Without a token of our own it is not known how the devices are, or the device cloud.
      if (!signal.aborted && isSkillError(error) && !(error instanceof ServiceTokenMissing)) {
        await this.failed();
        if (isCloudOutage(error)) await this.#followOutage();
      }
      throw error;
    }
    this.#noteHeard(clock.now());
    if (this.#isOutageReported) log.info('account-reachable-again', { account: this.accountId });
    if (this.#mayBeCloudNoticed) await this.#ports.notices.clear(this.accountId, ['cloud-down']);
    this.#mayBeCloudNoticed = false;
    this.#outage = undefined;
    this.#isOutageReported = false;
    const skipped = JSON.stringify(list.skipped);
    if (skipped !== this.#skipped) {
      for (const { id, reason } of list.skipped)
        log.warn('device-skipped', { account: this.accountId, device: id, reason });
    }
    this.#skipped = skipped;
    return list;
  }

  /** Notes once an hour that the device cloud answers: the run that reads on both sides of the account's minute does it. */
  #noteHeard(now: Date): void {
    const { evidence, log } = this.#ports;
    const isDue = this.#lastHeardAt > 0 && isAnotherHour(this.accountId, this.#lastHeardAt, now.getTime());
    this.#lastHeardAt = now.getTime();
    if (!isDue) return;
    evidence.note(this.accountId, { heardAt: now.toISOString() }, now).catch((error: unknown) => {
      log.warn('evidence-not-noted', { account: this.accountId, error: asError(error) });
    });
  }

  /** The list with the states and names that are worth keeping, as far as this run knows. */
  #asKnown(list: DeviceList): DeviceList {
    const devices = list.devices.map((device) => {
      const known = this.#known.get(device.id)?.device;
      return known ? withUsableName(asLastSeen(device, known), known) : device;
    });
    return { ...list, devices };
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
        return isLike(withUsableName(device, known), known);
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

  /** The known devices that a list shows to be gone. */
  #removed(list: DeviceList): string[] {
    const listed = new Set(list.devices.map(({ id }) => id));
    const isSure = mayBeGone(list);
    return this.deviceIds.filter((id) => !listed.has(id) && isSure(id));
  }

  /** Takes a device from its record, if this run has not met it. */
  #know({ device, lastState, removedSince }: DeviceRecord): void {
    if (this.#known.has(device.id) || removedSince !== undefined) return;
    const { power, level, connected, at } = lastState;
    this.#known.set(device.id, watchedDevice({ ...device, power, level, connected, sampledAt: new Date(at) }));
  }

  /** Takes a device that was read anew, and reports it where some grant's Alexa may not know its state. */
  #meet(listed: Device, record: DeviceRecord | undefined, grantIds: readonly string[], isRecovered: boolean): void {
    const { id } = listed;
    const known = this.#known.get(id);
    const device = known ? listed : withUsableName(asLastSeen(listed, record?.lastState), record?.device);
    const isUnreported = !isReported(record, device, grantIds);
    if (known) {
      const { next, report } = step(known, { kind: 'read', device, isRecovered }, this.#ports.clock.now());
      this.#known.set(id, next);
      if (report) this.#enqueue(report);
      if (report || !isUnreported || next.phase.kind !== 'confirmed') return;
    } else this.#known.set(id, watchedDevice(device));
    const report = { device, cause: 'PERIODIC_POLL', by: 'read', at: device.sampledAt } as const;
    const mayHaveMoved =
      hasNewerWrite(device.changedAt, record, grantIds) && !changesEveryView(record, device, grantIds);
    if (isRecovered || mayHaveMoved) this.#enqueue({ ...report, kind: 'always' });
    else if (isUnreported) this.#enqueue({ ...report, kind: 'if-changed' });
  }

  /** Tells of which devices a read may speak: of those without a push since this was called. */
  #quietDevices(): (id: string) => boolean {
    const before = new Map([...this.#known].map(([id, { pushes }]) => [id, pushes]));
    return (id) => this.#known.has(id) && this.#known.get(id)?.pushes === before.get(id);
  }

  #isWorthReporting(device: Device): boolean {
    const known = this.#known.get(device.id);
    return known !== undefined && step(known, { kind: 'read', device }, this.#ports.clock.now()).report !== undefined;
  }

  /** Takes what a read said. */
  #take(devices: readonly Device[], isRecovered = false): void {
    for (const device of devices) this.#apply(device.id, { kind: 'read', device, isRecovered });
  }

  /** Devices that the list lacks although they may not be gone become unreachable; those that it has again are reported. */
  async #followMissing(list: DeviceList): Promise<void> {
    const { devices, clock, notices } = this.#ports;
    const { back, unreachable } = this.#missing.update(this.deviceIds, list, clock.now());
    this.#take(
      list.devices.filter(({ id }) => back.includes(id)),
      true,
    );
    for (const id of unreachable) this.#apply(id, { kind: 'unreachable' });
    if (back.length > 0 && this.#missing.isEmpty) {
      this.#isMissingNoticed = false;
      await notices.clear(this.accountId, ['devices-missing']);
    }
    if (this.#missing.isEmpty || this.#isMissingNoticed || !this.#account) return;
    const records = (await devices.list(this.accountId)).filter(({ device }) => this.#missing.ids.includes(device.id));
    this.#isMissingNoticed = await noticeMissing(records, this.#account, this.#ports, (id) => this.#missing.since(id));
  }

  /** Sees who is to be told of devices that are listed and not connected. The table is read only where there are some, or were just now. */
  async #followOffline(list: DeviceList, records?: readonly DeviceRecord[]): Promise<void> {
    const { devices, clock, log } = this.#ports;
    // What the list lacks may be connected.
    if (!this.#account || !this.#missing.isEmpty || list.skipped.some(({ what }) => what !== 'device')) return;
    const plugs = list.devices.map(({ id, name, connected }) => ({
      id,
      name,
      connected: this.#known.get(id)?.device.connected ?? connected,
      connectedAt: this.#connectedAt.get(id),
    }));
    for (const { id, connected } of plugs) if (connected) this.#connectedAt.set(id, clock.now().getTime());
    const isAllConnected = plugs.every(({ connected }) => connected);
    if (isAllConnected && !this.#mayBeOffline) return;
    try {
      await noticeOffline(this.#account, plugs, records ?? (await devices.list(this.accountId)), this.#ports);
      this.#mayBeOffline = !isAllConnected;
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      this.#mayBeOffline = true; // the next read tries again
      log.warn('offline-plugs-not-noted', { account: this.accountId, error });
    }
  }

  #apply(id: string, event: DeviceEvent): void {
    const known = this.#known.get(id);
    if (!known) return;
    const { next, report } = step(known, event, this.#ports.clock.now());
    this.#known.set(id, next);
    const isHeard = event.kind === 'pushed' && event.change.confirmed;
    if (isHeard && next.device.connected) this.#connectedAt.set(id, this.#ports.clock.now().getTime());
    if (report) this.#enqueue(report);
    const timer = nextTimer(next);
    if (timer) void this.#runTimer(id, timer.action);
  }

  /**
   * Waits for the end of a device's fade, or reads the device when it has not followed a write in time. Each of the two has one timer for each
   * device: a fade may begin and end while the other one waits.
   */
  async #runTimer(id: string, action: Timer['action']): Promise<void> {
    const name = `${action} ${id}`;
    if (this.#timers.has(name)) return;
    this.#timers.add(name);
    try {
      for (;;) {
        const known = this.#known.get(id);
        const timer = known && nextTimer(known);
        if (timer?.action !== action) return;
        const waitMs = timer.at - this.#ports.clock.now().getTime();
        if (waitMs > 0) await this.#ports.clock.wait(waitMs, this.#signal);
        else if (action === 'report') this.#apply(id, { kind: 'fade-ended' });
        else await this.#readOne(id);
      }
    } catch (error) {
      if (this.#signal.aborted) return; // `close` queues what still waits
      // The write stays unconfirmed until the next read of the whole account.
      this.#ports.log.warn('write-not-confirmed', { account: this.accountId, device: id, error: asError(error) });
      if (!isSkillError(error)) throw error;
    } finally {
      this.#timers.delete(name);
    }
  }

  async #readOne(id: string): Promise<void> {
    const isQuiet = this.#quietDevices();
    const known = this.#known.get(id);
    if (!known || !this.#session) return;
    const device = await this.#ports.cloud.device(this.#session, id, this.#signal);
    if (isQuiet(id)) this.#take([withUsableName(asLastSeen(device, known.device), known.device)]);
  }

  #enqueue(report: DeviceReport): void {
    this.#pending.push(report);
    this.#queued = this.#queued.then(() => this.#send());
  }

  /** Sends all reports that were made since the last send, in one call. */
  async #send(): Promise<void> {
    const reports = this.#pending.splice(0);
    if (reports.length === 0) return;
    const { queue, log } = this.#ports;
    try {
      await queue.send(reports.map((report) => messageOf(this.accountId, report)));
    } catch (error) {
      for (const report of reports) this.#apply(report.device.id, { kind: 'not-queued', report });
      log.error('samples-not-queued', { account: this.accountId, devices: reports.length, error: asError(error) });
      this.onUnsent();
    }
  }
}

/** Whether an hour of the account has begun in between: hours of different accounts begin at different minutes. Moments are milliseconds. */
function isAnotherHour(accountId: string, before: number, now: number): boolean {
  const offsetMs = [...accountId].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % HOUR_MS, 0);
  const hourOf = (at: number) => Math.floor((at - offsetMs) / HOUR_MS);
  return hourOf(before) !== hourOf(now);
}
