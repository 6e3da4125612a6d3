import { setMaxListeners } from 'node:events';
import { asLastSeen } from '../domain/last-seen.ts';
import type { CloudSession, Device, DeviceChange, DeviceCloud, DeviceList } from '../ports/device-cloud.ts';
import type { DeviceRecord } from '../ports/device-store.ts';
import { isSkillError } from '../ports/errors.ts';
import type { Cause, Sample } from '../ports/report-queue.ts';
import { mayBeGone, type NoteDevicesPorts, needsAnnouncement, noteDevices } from '../reports/device-list.ts';
import { isEqual, isReported } from '../reports/last-reported.ts';
import { causeOf } from './cause.ts';

export interface StatesPorts extends NoteDevicesPorts {
  readonly cloud: DeviceCloud;
}

/** Of a fade, frames follow each other faster than this; when none has come for so long it is over. */
const FADE_PAUSE_MS = 1_200;
/** The plug's longest fade takes 25 s (`fadeOnTime` 250); whatever goes on for longer is told as it stands. */
const LONGEST_FADE_MS = 30_000;
/** A device follows a write within 1 to 1.5 s. One that has not by then may never do so. */
const FOLLOWS_WITHIN_MS = 5_000;
/** How long a push may come after a read that shows the same already. */
const PUSH_LAG_MS = 2_000;

/** A device as this run knows it. */
interface Known {
  device: Device;
  /** What Alexa was told last, or is about to be: by this run, or before it. Absent when the queue did not take it. */
  sent?: Device;
  /** When the device cloud last wrote anything into the record, its own clock (milliseconds). */
  changedAt: number;
  /** Counts pushes: a read during which one came says nothing new. */
  pushes: number;
  /** When the device cloud saved what is known of each field (milliseconds): frames overtake each other. */
  readonly savedAt: { power: number; level: number; connected: number };
  /** When power or level moved last, by our clock. */
  movedAt: number;
  /** A level that waits for the fade's end. */
  fade?: { readonly cause: Cause; readonly since: number; until: number };
  /** Since when a write is noted that the device has yet to follow. */
  doubtedAt?: number;
}

/**
 * What is known of one account's devices while it is watched, and what of it is queued: pushes carry only what changed, and are checked
 * against reads.
 *
 * Of a fade, the first change is queued at once and then only where it ends. A change of power or connection never waits.
 */
export class AccountStates {
  readonly accountId: string;
  readonly #ports: StatesPorts;
  readonly #signal: AbortSignal;
  readonly #known = new Map<string, Known>();
  #session: CloudSession | undefined;
  #skipped = '';
  /** Samples leave in the order in which they were taken. */
  #queued: Promise<void> = Promise.resolve();
  /** Called when a sample could not be queued: the read of another channel makes up for it. */
  onUnsent: () => void = () => undefined;

  /** @param signal ends what waits here; `close` then queues what waited */
  constructor(accountId: string, ports: StatesPorts, signal: AbortSignal) {
    this.accountId = accountId;
    this.#ports = ports;
    this.#signal = signal;
    setMaxListeners(0, signal); // every device that fades, or is in doubt, waits on it
  }

  get deviceIds(): string[] {
    return [...this.#known.keys()];
  }

  /** Reads everything anew and queues what Alexa has not been told: what happened while nobody listened. */
  async begin(session: CloudSession, grantIds: readonly string[], signal: AbortSignal): Promise<void> {
    this.#session = session;
    const list = await this.#list(session, signal);
    const records = new Map((await this.#records(list, grantIds)).map((record) => [record.device.id, record]));
    const devices = list.devices.map((one) =>
      this.#known.has(one.id) ? one : asLastSeen(one, records.get(one.id)?.lastState),
    );
    const listed = new Set(list.devices.map(({ id }) => id));
    const isSure = mayBeGone(list);
    for (const id of this.deviceIds) if (!listed.has(id) && isSure(id)) this.#known.delete(id);
    const stirred = devices.filter((device) => this.#isStirred(device));
    const news = devices.filter((device) => this.#meet(device, records.get(device.id), grantIds));
    this.#queue(news.map((device) => [device, 'PERIODIC_POLL']));
    this.#queueAgain(stirred.filter((device) => !news.includes(device)));
  }

  /** Reads once more, now that pushes arrive: nothing falls between the first read and the first push. */
  async confirm(session: CloudSession, signal: AbortSignal): Promise<void> {
    const quiet = this.#quietDevices();
    const { devices } = await this.#list(session, signal);
    this.#take(devices.filter(({ id }) => quiet(id) && this.#known.has(id)));
    this.#hear(devices);
  }

  /**
   * Reads and compares with what the pushes said.
   * @param lagMs how long a push may yet come that tells the same; 0 where there are no pushes
   * @returns what the pushes should have told and did not, or whether other devices are there; nothing when all is as it should be
   */
  async check(
    session: CloudSession,
    signal: AbortSignal,
    lagMs = PUSH_LAG_MS,
  ): Promise<'missed' | 'others' | undefined> {
    const quiet = this.#quietDevices();
    const list = await this.#list(session, signal);
    const { devices } = list;
    const listed = new Set(devices.map(({ id }) => id));
    const isSure = mayBeGone(list);
    const isGone = this.deviceIds.some((id) => !listed.has(id) && isSure(id));
    if (isGone || devices.some((device) => !isLike(device, this.#known.get(device.id)?.device))) return 'others';
    const differing = devices.filter((device) => quiet(device.id) && this.#differs(device));
    if (lagMs === 0) {
      this.#queueAgain(devices.filter((one) => quiet(one.id) && !this.#differs(one) && this.#isStirred(one)));
    }
    this.#hear(devices);
    if (differing.length === 0) return undefined;
    if (lagMs > 0) await this.#ports.clock.wait(lagMs, signal);
    const missed = differing.filter(({ id }) => quiet(id));
    const isMoved = missed.some((device) => this.#isMoved(device));
    this.#take(missed);
    return isMoved ? 'missed' : undefined;
  }

  /** Takes a push. */
  changed(change: DeviceChange): void {
    const known = this.#known.get(change.deviceId);
    if (!known) return;
    const fields = freshFields(known, change);
    if (!fields) return;
    known.pushes++;
    known.changedAt = Math.max(known.changedAt, change.at?.getTime() ?? 0);
    const now = this.#ports.clock.now();
    if (!change.settled) {
      this.#doubt(known, change, now);
      return;
    }
    const before = known.device;
    const device: Device = { ...before, ...fields, sampledAt: now };
    known.device = device;
    const isSteep = device.power !== before.power || device.connected !== before.connected;
    const isFading = !isSteep && device.level !== before.level && now.getTime() - known.movedAt < FADE_PAUSE_MS;
    if (device.power !== before.power || device.level !== before.level) known.movedAt = now.getTime();
    const cause = causeOf(change.origin);
    if (isFading) this.#fade(known, cause, now.getTime());
    else this.#queue([[device, cause]]);
  }

  /** Queues what still waits, and waits until the queue has it. */
  async close(): Promise<void> {
    for (const { device, fade } of this.#known.values()) if (fade) this.#queue([[device, fade.cause]]);
    await this.#queued;
  }

  async #list(session: CloudSession, signal: AbortSignal) {
    const read = await this.#ports.cloud.devices(session, signal);
    const list = {
      ...read,
      devices: read.devices.map((device) => asLastSeen(device, this.#known.get(device.id)?.device)),
    };
    const skipped = JSON.stringify(list.skipped);
    if (skipped !== this.#skipped) {
      for (const { id, reason } of list.skipped)
        this.#ports.log.warn('device-skipped', { account: this.accountId, device: id, reason });
    }
    this.#skipped = skipped;
    return list;
  }

  /** What we keep of the devices. News of them is on its way to Alexa, and costs writes only where there is some. */
  async #records(list: DeviceList, grantIds: readonly string[]): Promise<readonly DeviceRecord[]> {
    const records = await this.#ports.devices.list(this.accountId);
    const kept = new Map(records.map((record) => [record.device.id, record]));
    const listed = new Set(list.devices.map(({ id }) => id));
    const isSame =
      records.every(({ device, removedSince }) => listed.has(device.id) && removedSince === undefined) &&
      list.devices.every((device) => isLike(device, kept.get(device.id)?.device)) &&
      !records.some((record) => grantIds.some((id) => needsAnnouncement(record, id)));
    return isSame ? records : (await noteDevices(this.accountId, list, this.#ports)).records;
  }

  /** Takes a device that was read anew. @returns whether it is to be told at once */
  #meet(device: Device, record: DeviceRecord | undefined, grantIds: readonly string[]): boolean {
    const isUntold = !isReported(record, device, grantIds);
    const known = this.#known.get(device.id);
    if (!known) {
      const savedAt = { power: 0, level: 0, connected: 0 };
      this.#known.set(device.id, {
        device,
        sent: device,
        changedAt: changedAtOf(device),
        pushes: 0,
        savedAt,
        movedAt: 0,
      });
      return isUntold;
    }
    known.device = device;
    this.#hear([device]);
    // A fade, or a write that the device may yet follow, is told when it is over.
    const isFollowing = known.doubtedAt !== undefined && this.#msSince(known.doubtedAt) < FOLLOWS_WITHIN_MS;
    return !known.fade && !isFollowing && (isUntold || this.#differs(device));
  }

  /**
   * Whether the record was written to since, by what it says itself. That is no proof of a change (the cloud's own housekeeping writes,
   * too), but whoever did not listen cannot know that the device did not go there and back.
   */
  #isStirred(device: Device): boolean {
    const known = this.#known.get(device.id);
    return known !== undefined && changedAtOf(device) > known.changedAt;
  }

  #hear(devices: readonly Device[]): void {
    for (const device of devices) {
      const known = this.#known.get(device.id);
      if (known) known.changedAt = Math.max(known.changedAt, changedAtOf(device));
    }
  }

  /** Tells of devices whether they have been quiet since, so that a read may speak for them. */
  #quietDevices(): (id: string) => boolean {
    const before = new Map([...this.#known].map(([id, { pushes }]) => [id, pushes]));
    return (id) => {
      const known = this.#known.get(id);
      if (!known || known.fade || known.pushes !== before.get(id)) return false;
      return known.doubtedAt === undefined || this.#msSince(known.doubtedAt) >= FOLLOWS_WITHIN_MS;
    };
  }

  /** Takes what a read said. */
  #take(devices: readonly Device[]): void {
    const news = devices.filter((device) => this.#differs(device));
    for (const device of devices) {
      const known = this.#known.get(device.id);
      if (known) known.device = device;
    }
    this.#queue(news.map((device) => [device, 'PERIODIC_POLL']));
  }

  /** Whether Alexa does not know this state as far as we know. */
  #differs(device: Device): boolean {
    const known = this.#known.get(device.id);
    return known?.sent === undefined || known.doubtedAt !== undefined || !isEqual(known.sent, device);
  }

  /** Whether it moved without a push. A write that the device has not followed is known to be open, and a lost connection often silent. */
  #isMoved(device: Device): boolean {
    const known = this.#known.get(device.id);
    if (!known || known.doubtedAt !== undefined) return false;
    return known.device.power !== device.power || known.device.level !== device.level;
  }

  #doubt(known: Known, { origin }: DeviceChange, now: Date): void {
    const isNew = known.doubtedAt === undefined;
    known.doubtedAt = now.getTime();
    if (!isNew) return;
    this.#enqueue([this.#sample(known.device, causeOf(origin), now, false)], [known]);
    void this.#resolve(known);
  }

  /** Looks what has become of a write that the device did not follow in time. */
  async #resolve(known: Known): Promise<void> {
    const { clock, cloud, log } = this.#ports;
    const { id } = known.device;
    try {
      for (;;) {
        if (known.doubtedAt === undefined || known.fade || !this.#session) return;
        const waitMs = FOLLOWS_WITHIN_MS - this.#msSince(known.doubtedAt);
        if (waitMs > 0) {
          await clock.wait(waitMs, this.#signal);
          continue;
        }
        const { pushes } = known;
        const device = await cloud.device(this.#session, id, this.#signal);
        if (known.pushes !== pushes) continue;
        this.#take([asLastSeen(device, known.device)]);
        return;
      }
    } catch (error) {
      if (this.#signal.aborted) return;
      // The doubt stays, and the next read of the whole account ends it.
      log.warn('doubt-not-resolved', { account: this.accountId, device: id, error: asError(error) });
      if (!isSkillError(error)) throw error;
    }
  }

  #fade(known: Known, cause: Cause, now: number): void {
    const isRunning = known.fade !== undefined;
    known.fade = { cause, since: known.fade?.since ?? now, until: now + FADE_PAUSE_MS };
    if (!isRunning) void this.#awaitEnd(known);
  }

  async #awaitEnd(known: Known): Promise<void> {
    const { clock } = this.#ports;
    while (known.fade) {
      const end = Math.min(known.fade.until, known.fade.since + LONGEST_FADE_MS);
      const waitMs = end - clock.now().getTime();
      if (waitMs <= 0) {
        this.#queue([[known.device, known.fade.cause]]);
        return;
      }
      const isOver = await clock.wait(waitMs, this.#signal).then(
        () => false,
        () => true,
      );
      if (isOver) return; // `close` queues it
    }
  }

  /** Queues settled states; each is the newest of its device. */
  #queue(states: readonly (readonly [Device, Cause])[]): void {
    const known: Known[] = [];
    for (const [device] of states) {
      const one = this.#known.get(device.id);
      if (!one) continue;
      one.sent = device;
      delete one.fade;
      delete one.doubtedAt;
      known.push(one);
    }
    this.#enqueue(
      states.map(([device, cause]) => this.#sample(device, cause, device.sampledAt, true)),
      known,
    );
  }

  /** Queues states that are equal to what Alexa was told, with the doubt that makes them worth telling. */
  #queueAgain(devices: readonly Device[]): void {
    for (const device of devices) {
      const known = this.#known.get(device.id);
      if (!known || known.fade || known.doubtedAt !== undefined) continue;
      const samples = [false, true].map((settled) => this.#sample(device, 'PERIODIC_POLL', device.sampledAt, settled));
      this.#enqueue(samples, [known]);
    }
  }

  #enqueue(samples: readonly Sample[], known: readonly Known[]): void {
    if (samples.length === 0) return;
    this.#queued = this.#queued
      .then(() => this.#ports.queue.send(samples))
      .catch((error: unknown) => {
        for (const one of known) delete one.sent;
        this.#ports.log.error('samples-not-queued', {
          account: this.accountId,
          samples: samples.length,
          error: asError(error),
        });
        this.onUnsent();
      });
  }

  #sample({ id, power, level, connected }: Device, cause: Cause, at: Date, settled: boolean): Sample {
    return { accountId: this.accountId, deviceId: id, power, level, connected, at: at.toISOString(), cause, settled };
  }

  #msSince(moment: number): number {
    return this.#ports.clock.now().getTime() - moment;
  }
}

type StateFields = { -readonly [Field in (typeof FIELDS)[number]]?: Device[Field] };
const FIELDS = ['power', 'level', 'connected'] as const;

/** The fields of a push that are news: not older than what is known, and not the same push again. */
function freshFields(known: Known, change: DeviceChange): StateFields | undefined {
  const at = change.at?.getTime();
  const carried = FIELDS.filter((field) => change[field] !== undefined);
  const fresh = carried.filter((field) => at === undefined || at >= known.savedAt[field]);
  const isAgain = fresh.every((field) => at === known.savedAt[field] && change[field] === known.device[field]);
  if (fresh.length === 0 || (isAgain && change.settled && known.doubtedAt === undefined)) return undefined;
  const fields: StateFields = {};
  for (const field of fresh) {
    Object.assign(fields, { [field]: change[field] });
    if (at !== undefined) known.savedAt[field] = at;
  }
  // Whatever a device says of itself, it is connected while it speaks.
  if (change.connected === undefined) fields.connected = true;
  return fields;
}

const changedAtOf = ({ changedAt }: Device): number => changedAt?.getTime() ?? 0;

/** Whether the two describe the same device; its state and when it was read set aside. */
function isLike(device: Device, kept: Device | undefined): boolean {
  if (!kept) return false;
  return DESCRIPTION.every((field) => device[field] === kept[field]);
}

const DESCRIPTION = [
  'name',
  'manufacturer',
  'model',
  'serialNumber',
  'firmwareVersion',
  'kind',
  'dimmable',
  'minLevel',
  'maxLevel',
] as const satisfies (keyof Device)[];

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
