import { type SessionPorts, withSession } from '../domain/session.ts';
import type { ChangeOrigin, CloudSession, Device, DeviceChange, DeviceFeed } from '../ports/device-cloud.ts';
import { isSkillError } from '../ports/errors.ts';
import type { DeviceRecord, DeviceStore } from '../ports/home-store.ts';
import type { Cause, ReportQueue, Sample } from '../ports/report-queue.ts';

export interface WatchPorts extends SessionPorts {
  readonly feed: DeviceFeed;
  readonly devices: DeviceStore;
  readonly queue: ReportQueue;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/**
 * Watches all homes until the signal aborts, and looks for new ones every `lookEveryMs`. A home in trouble troubles no other.
 * @throws nothing: what goes wrong is logged, and tried again after a pause
 */
export async function watchHomes(ports: WatchPorts, lookEveryMs: number, signal: AbortSignal): Promise<void> {
  const watched = new Map<string, Promise<void>>();
  while (!signal.aborted) {
    try {
      for (const homeId of await ports.homes.list()) {
        if (!watched.has(homeId)) watched.set(homeId, watchHome(homeId, ports, signal));
      }
    } catch (error) {
      if (!isSkillError(error)) throw error;
      ports.log.error('homes-not-listed', { error });
    }
    await ports.clock.wait(lookEveryMs, signal).catch(() => undefined);
  }
  await Promise.all(watched.values());
}

/** Watches one home: what its devices do becomes samples in the report queue. */
async function watchHome(homeId: string, ports: WatchPorts, signal: AbortSignal): Promise<void> {
  const { clock, log } = ports;
  let pauseMs = FIRST_PAUSE_MS;
  while (!signal.aborted) {
    try {
      const ended = await listen(homeId, ports, signal, () => {
        pauseMs = FIRST_PAUSE_MS;
      });
      if (!signal.aborted) log.warn('watch-ended', { home: homeId, reason: ended });
    } catch (error) {
      if (signal.aborted) return;
      log.warn('watch-failed', { home: homeId, error: error instanceof Error ? error : String(error) });
    }
    // With jitter, so that homes that were cut at once do not come back at once.
    await clock.wait(pauseMs * (0.5 + Math.random() / 2), signal).catch(() => undefined);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }
}

/** Holds the push channel of one home until it ends, and answers why it did. */
async function listen(homeId: string, ports: WatchPorts, signal: AbortSignal, listening: () => void): Promise<string> {
  const home = await ports.homes.get(homeId);
  if (!home) return 'the home is not in the store';
  return await withSession(homeId, home.session, ports, signal, async (session) => {
    const { devices } = await ports.cloud.devices(session, signal);
    const stop = new AbortController();
    const home = new HomeStates(homeId, ports, () => stop.abort());
    const { ended } = await ports.feed.watch(
      session,
      devices.map(({ id }) => id),
      (change) => home.changed(change),
      AbortSignal.any([signal, stop.signal]),
    );
    try {
      // Read once more now that pushes arrive, so that nothing falls between the first read and the first push.
      await home.read(session, signal);
      listening();
      return await ended;
    } catch (error) {
      stop.abort();
      throw error;
    } finally {
      await home.sent;
    }
  });
}

/** What is known of one home's devices while its channel is held: pushes carry only what changed. */
class HomeStates {
  readonly #homeId: string;
  readonly #ports: WatchPorts;
  readonly #giveUp: () => void;
  readonly #states = new Map<string, Device>();
  /** Pushes that came before the first read. */
  #early: DeviceChange[] | undefined = [];
  /** Samples leave in the order in which they were taken. */
  sent: Promise<void> = Promise.resolve();

  /** @param giveUp ends the channel: a sample could not be queued, and the read after the next connection makes up for it */
  constructor(homeId: string, ports: WatchPorts, giveUp: () => void) {
    this.#homeId = homeId;
    this.#ports = ports;
    this.#giveUp = giveUp;
  }

  async read(session: CloudSession, signal: AbortSignal): Promise<void> {
    const { cloud, devices, log } = this.#ports;
    const list = await cloud.devices(session, signal);
    for (const { id, reason } of list.skipped) log.warn('device-skipped', { home: this.#homeId, device: id, reason });
    await devices.remember(this.#homeId, list.devices);
    const records = new Map((await devices.list(this.#homeId)).map((record) => [record.device.id, record]));
    for (const device of list.devices) {
      this.#states.set(device.id, device);
      if (!isTold(device, records.get(device.id))) this.#send(device, 'PERIODIC_POLL', device.sampledAt, true);
    }
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const change of early) this.changed(change);
  }

  changed(change: DeviceChange): void {
    if (this.#early) {
      this.#early.push(change);
      return;
    }
    const known = this.#states.get(change.deviceId);
    if (!known) return;
    const at = this.#ports.clock.now();
    if (!change.settled) {
      this.#send(known, causeOf(change.origin), at, false);
      return;
    }
    const device: Device = {
      ...known,
      ...(change.power !== undefined && { power: change.power }),
      ...(change.level !== undefined && { level: change.level }),
      // Whatever a device says of itself, it is connected while it speaks.
      connected: change.connected ?? true,
      sampledAt: at,
    };
    this.#states.set(device.id, device);
    this.#send(device, causeOf(change.origin), at, true);
  }

  #send(device: Device, cause: Cause, at: Date, settled: boolean): void {
    const sample: Sample = {
      homeId: this.#homeId,
      deviceId: device.id,
      power: device.power,
      level: device.level,
      connected: device.connected,
      at: at.toISOString(),
      cause,
      settled,
    };
    this.sent = this.sent
      .then(() => this.#ports.queue.send([sample]))
      .catch((error: unknown) => {
        this.#ports.log.error('sample-not-queued', {
          home: this.#homeId,
          device: device.id,
          error: error instanceof Error ? error : String(error),
        });
        this.#giveUp();
      });
  }
}

const isTold = (device: Device, record: DeviceRecord | undefined): boolean =>
  record?.told !== undefined &&
  !record.inDoubt &&
  record.told.power === device.power &&
  record.told.level === device.level &&
  record.told.connected === device.connected;

/** Amazon's words (Alexa / ChangeReport). A push of unknown origin is taken for a hand at the plug. */
const CAUSE = {
  plug: 'PHYSICAL_INTERACTION',
  'our-write': 'VOICE_INTERACTION',
  'other-write': 'APP_INTERACTION',
  unknown: 'PHYSICAL_INTERACTION',
} as const satisfies Record<ChangeOrigin, Cause>;

const causeOf = (origin: ChangeOrigin): Cause => CAUSE[origin];
