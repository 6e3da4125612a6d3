import { asError } from '../basics/as-error.ts';
import { asLastSeen } from '../domain/last-seen.ts';
import type { Clock } from '../ports/clock.ts';
import type { Device, DeviceList } from '../ports/device-cloud.ts';
import type { DeviceRecord } from '../ports/device-store.ts';
import { isSkillError } from '../ports/errors.ts';
import type { Log } from '../ports/log.ts';
import type { ReportQueue } from '../ports/report-queue.ts';
import { mayBeGone, withUsableName } from '../reports/device-list.ts';
import { changesEveryView, isReported } from '../reports/last-reported.ts';
import {
  changedWithoutPush,
  type DeviceEvent,
  nextTimer,
  step,
  type Timer,
  type WatchedDevice,
  watchedDevice,
} from './device-state.ts';
import { hasNewerWrite } from './newer-write.ts';
import { QueuedReports } from './queued-reports.ts';

export interface WatchedPorts {
  readonly clock: Clock;
  readonly queue: ReportQueue;
  readonly log: Log;
}

export interface WatchedHooks {
  /** Reads one device; nothing where it cannot be read. */
  readonly read: (id: string) => Promise<Device | undefined>;
  /** A device has reported something itself. */
  readonly onConnected: (id: string) => void;
  /** A report could not be queued: the next read makes up for it. */
  readonly onUnsent: () => void;
}

/**
 * The devices of one account as one run of the watcher knows them. Reads, pushes and timers become events of `device-state.ts`, and what it
 * wants reported is queued.
 */
export class WatchedDevices {
  readonly #accountId: string;
  readonly #ports: WatchedPorts;
  readonly #hooks: WatchedHooks;
  readonly #signal: AbortSignal;
  readonly #known = new Map<string, WatchedDevice>();
  /** The timers that run, by what they do and for which device. */
  readonly #timers = new Set<string>();
  readonly #reports: QueuedReports;

  /** @param signal ends what waits here; `close` then queues what waited */
  constructor(accountId: string, ports: WatchedPorts, hooks: WatchedHooks, signal: AbortSignal) {
    this.#accountId = accountId;
    this.#ports = ports;
    this.#hooks = hooks;
    this.#signal = signal;
    this.#reports = new QueuedReports(accountId, ports, (reports) => {
      for (const report of reports) this.apply(report.device.id, { kind: 'not-queued', report });
      hooks.onUnsent();
    });
  }

  get ids(): string[] {
    return [...this.#known.keys()];
  }

  get(id: string): Device | undefined {
    return this.#known.get(id)?.device;
  }

  forget(id: string): void {
    this.#known.delete(id);
  }

  /** Takes a device from its record, if this run has not met it. */
  know({ device, lastState, removedSince }: DeviceRecord): void {
    if (this.#known.has(device.id) || removedSince !== undefined) return;
    const { power, level, connected, at } = lastState;
    this.#known.set(device.id, watchedDevice({ ...device, power, level, connected, sampledAt: new Date(at) }));
  }

  /** The list with the states and names that are worth keeping, as far as this run knows. */
  asKnown(list: DeviceList): DeviceList {
    const devices = list.devices.map((device) => {
      const known = this.get(device.id);
      return known ? withUsableName(asLastSeen(device, known), known) : device;
    });
    return { ...list, devices };
  }

  /** The known devices that a list shows to be gone. */
  goneFrom(list: DeviceList): string[] {
    const listed = new Set(list.devices.map(({ id }) => id));
    const isSure = mayBeGone(list);
    return this.ids.filter((id) => !listed.has(id) && isSure(id));
  }

  /**
   * Takes a device that was read again, and reports it where some grant's Alexa may not know its state.
   * @param isRecovered it could not be read before, and Alexa may show it as unresponsive
   */
  meet(listed: Device, record: DeviceRecord | undefined, grantIds: readonly string[], isRecovered: boolean): void {
    const { id } = listed;
    const known = this.#known.get(id);
    const device = known ? listed : withUsableName(asLastSeen(listed, record?.lastState), record?.device);
    const isUnreported = !isReported(record, device, grantIds);
    if (known) {
      const { next, report } = step(known, { kind: 'read', device, isRecovered }, this.#ports.clock.now());
      this.#known.set(id, next);
      if (report) this.#reports.add(report);
      if (report || !isUnreported || next.phase.kind !== 'confirmed') return;
    } else this.#known.set(id, watchedDevice(device));
    const report = { device, cause: 'PERIODIC_POLL', by: 'read', at: device.sampledAt } as const;
    const mayHaveMoved =
      hasNewerWrite(device.changedAt, record, grantIds) && !changesEveryView(record, device, grantIds);
    if (isRecovered || mayHaveMoved) this.#reports.add({ ...report, kind: 'always' });
    else if (isUnreported) this.#reports.add({ ...report, kind: 'if-changed' });
  }

  /** Tells of which devices a read may speak: of those without a push since this was called. */
  quiet(): (id: string) => boolean {
    const before = new Map([...this.#known].map(([id, { pushes }]) => [id, pushes]));
    return (id) => this.#known.has(id) && this.#known.get(id)?.pushes === before.get(id);
  }

  /** Whether a read would lead to a report. */
  isWorthReporting(device: Device): boolean {
    const known = this.#known.get(device.id);
    return known !== undefined && step(known, { kind: 'read', device }, this.#ports.clock.now()).report !== undefined;
  }

  /** Whether power or level moved without a push. */
  hasMovedUnnoticed(device: Device): boolean {
    const known = this.#known.get(device.id);
    return known !== undefined && changedWithoutPush(known, device);
  }

  /** Takes what a read said. */
  take(devices: readonly Device[], isRecovered = false): void {
    for (const device of devices) this.apply(device.id, { kind: 'read', device, isRecovered });
  }

  apply(id: string, event: DeviceEvent): void {
    const known = this.#known.get(id);
    if (!known) return;
    const { next, report } = step(known, event, this.#ports.clock.now());
    this.#known.set(id, next);
    if (event.kind === 'pushed' && event.change.confirmed && next.device.connected) this.#hooks.onConnected(id);
    if (report) this.#reports.add(report);
    const timer = nextTimer(next);
    if (timer) void this.#runTimer(id, timer.action);
  }

  /** Queues what still waits, and waits until the queue has it. */
  async close(): Promise<void> {
    for (const id of this.ids) this.apply(id, { kind: 'fade-ended' });
    await this.#reports.close();
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
        else if (action === 'report') this.apply(id, { kind: 'fade-ended' });
        else await this.#readOne(id);
      }
    } catch (error) {
      if (this.#signal.aborted) return; // `close` queues what still waits
      // The write stays unconfirmed until the next read of the whole account.
      this.#ports.log.warn('write-not-confirmed', { account: this.#accountId, device: id, error: asError(error) });
      if (!isSkillError(error)) throw error;
    } finally {
      this.#timers.delete(name);
    }
  }

  async #readOne(id: string): Promise<void> {
    const isQuiet = this.quiet();
    const known = this.get(id);
    if (!known) return;
    const device = await this.#hooks.read(id);
    if (device && isQuiet(id)) this.take([withUsableName(asLastSeen(device, known), known)]);
  }
}
