import { looksAlike } from '../domain/looks-alike.ts';
import type { Device, DeviceChange } from '../ports/device-cloud.ts';
import type { ChangedBy } from '../ports/device-store.ts';
import type { Cause } from '../ports/report-queue.ts';
import { causeOf } from './cause.ts';

/** Longest gap between two frames of one fade; after a longer gap the fade is over. */
const FADE_PAUSE_MS = 1_200;
/** The plug's longest fade takes 25 s (`fadeOnTime` 250). After this time the level is reported although it still moves. */
const LONGEST_FADE_MS = 30_000;
/** A device follows a write within 1 to 1.5 s. After this time it is read, as it may never follow. */
const CONFIRM_WITHIN_MS = 5_000;

/**
 * - `confirmed`: the device itself reported its state, or a read did.
 * - `unconfirmed`: the device cloud accepted a write, and the device has not followed yet.
 * - `fading`: the level moves; it is reported when it stands still.
 */
export type Phase =
  | { readonly kind: 'confirmed' }
  | { readonly kind: 'unconfirmed'; readonly since: number }
  | { readonly kind: 'fading'; readonly by: ChangedBy; readonly since: number; readonly until: number };

/** A device as one run of the watcher knows it. Moments are milliseconds. */
export interface WatchedDevice {
  readonly device: Device;
  /** The state that was queued last, or that Alexa knew when the run met the device. Absent when the queue did not take it. */
  readonly reported: Device | undefined;
  /** The newest save of the record that a push or a read has shown, by the device cloud's clock. */
  readonly savedAt: number;
  /** The same for each field: frames overtake each other. */
  readonly fieldSavedAt: FieldMoments;
  /** Counts pushes: a read during which one came is out of date. */
  readonly pushes: number;
  /** When power or level last moved, by our clock. */
  readonly movedAt: number;
  readonly phase: Phase;
}

type FieldMoments = Readonly<Record<StateField, number>>;
const FIELDS = ['power', 'level', 'connected'] as const;
type StateField = (typeof FIELDS)[number];

export type DeviceEvent =
  | { readonly kind: 'pushed'; readonly change: DeviceChange }
  /** No push came while the device was read. `isRecovered`: it could not be read before, and Alexa may show it as unresponsive. */
  | { readonly kind: 'read'; readonly device: Device; readonly isRecovered?: boolean }
  | { readonly kind: 'fade-ended' }
  /** The device cloud has not answered for the device for some minutes. */
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'not-queued'; readonly report: DeviceReport };

/** What is to be queued. `always`: Alexa may show something else, so it is reported even if it equals the last report. */
export interface DeviceReport {
  readonly kind: 'if-changed' | 'always' | 'unconfirmed';
  readonly device: Device;
  readonly cause: Cause;
  readonly by: ChangedBy;
  readonly at: Date;
  /** When the device cloud saved the record that shows this state, in milliseconds. Absent: at the device's `changedAt`. */
  readonly savedAt?: number;
}

export interface Step {
  readonly next: WatchedDevice;
  readonly report?: DeviceReport;
}

/** A device that a run meets. Alexa knows this state, or the caller reports it. */
export const watchedDevice = (device: Device): WatchedDevice => ({
  device,
  reported: device,
  savedAt: savedAtOf(device),
  fieldSavedAt: { power: 0, level: 0, connected: 0 },
  pushes: 0,
  movedAt: 0,
  phase: { kind: 'confirmed' },
});

/** What an event makes of a device, and what of it is reported. */
export function step(state: WatchedDevice, event: DeviceEvent, now: Date): Step {
  switch (event.kind) {
    case 'pushed':
      return pushed(state, event.change, now);
    case 'read':
      return read(state, event.device, event.isRecovered ?? false, now);
    case 'fade-ended':
      return state.phase.kind === 'fading' ? confirmed(state, 'if-changed', state.phase.by) : { next: state };
    case 'unreachable':
      return unreachable(state, now);
    case 'not-queued':
      return { next: notQueued(state, event.report) };
  }
}

/** What is to be done although nothing happens: `report` the end of a fade, or `read` what became of a write. */
export interface Timer {
  /** In milliseconds. */
  readonly at: number;
  readonly action: 'report' | 'read';
}

/** The timer of a device as it is, if it has one. */
export function nextTimer({ phase }: WatchedDevice): Timer | undefined {
  if (phase.kind === 'fading') return { at: Math.min(phase.until, phase.since + LONGEST_FADE_MS), action: 'report' };
  if (phase.kind === 'unconfirmed') return { at: phase.since + CONFIRM_WITHIN_MS, action: 'read' };
  return undefined;
}

/** Whether power or level moved without a push. An unconfirmed write is expected to, and a lost connection is often silent. */
export const changedWithoutPush = ({ phase, device: known }: WatchedDevice, device: Device): boolean =>
  phase.kind === 'confirmed' && (known.power !== device.power || known.level !== device.level);

function pushed(state: WatchedDevice, change: DeviceChange, now: Date): Step {
  const fresh = freshFields(state, change);
  if (!fresh) return { next: state };
  const savedAt = Math.max(state.savedAt, change.at?.getTime() ?? 0);
  const heard = { ...state, pushes: state.pushes + 1, savedAt, fieldSavedAt: fresh.savedAt };
  return change.confirmed ? moved(heard, fresh.fields, change, now) : written(heard, change, now);
}

function written(state: WatchedDevice, { origin }: DeviceChange, now: Date): Step {
  const next: WatchedDevice = { ...state, phase: { kind: 'unconfirmed', since: now.getTime() } };
  if (state.phase.kind === 'unconfirmed') return { next };
  return { next, report: { kind: 'unconfirmed', device: state.device, cause: causeOf(origin), by: origin, at: now } };
}

/** Reports a change of power or connection at once; of a fade the first level, and then the last. */
function moved(state: WatchedDevice, fields: Partial<Device>, change: DeviceChange, now: Date): Step {
  const { device: before, phase } = state;
  const device: Device = { ...before, ...fields, sampledAt: now };
  const isSame = isEqual(device, before);
  const isLevelOnly = device.power === before.power && device.connected === before.connected && !isSame;
  const isFading = isLevelOnly && phase.kind !== 'unconfirmed' && now.getTime() - state.movedAt < FADE_PAUSE_MS;
  const hasMoved = device.power !== before.power || device.level !== before.level;
  const next: WatchedDevice = { ...state, device, ...(hasMoved && { movedAt: now.getTime() }) };
  const by = change.origin;
  if (isFading) {
    const since = phase.kind === 'fading' ? phase.since : now.getTime();
    return { next: { ...next, phase: { kind: 'fading', by, since, until: now.getTime() + FADE_PAUSE_MS } } };
  }
  // The device reports what Alexa was shown already: a push before this one may have been lost, and Alexa may have heard of it.
  const isRepeated = isSame || (change.power !== undefined && looksAlike(device, device, before));
  const isAfterLoss = isRepeated && change.at !== undefined && phase.kind === 'confirmed';
  return confirmed(next, isAfterLoss ? 'always' : 'if-changed', by);
}

/**
 * A record that was saved after the last report is reported once more, equal or not. The device cloud's housekeeping saves it, too, but the
 * device may have gone on and back while no push came, and Alexa may have heard of the first change from its own directive.
 */
function read(state: WatchedDevice, device: Device, isRecovered: boolean, now: Date): Step {
  const { phase, reported } = state;
  // A fade, or a write that the device may yet follow, is reported when it is over.
  if (phase.kind === 'fading') return { next: state };
  if (phase.kind === 'unconfirmed' && now.getTime() - phase.since < CONFIRM_WITHIN_MS) return { next: state };
  const next: WatchedDevice = { ...state, device, savedAt: Math.max(state.savedAt, savedAtOf(device)) };
  const hasNewerWrite = savedAtOf(device) > state.savedAt;
  const isKnown = reported !== undefined && isEqual(reported, device);
  const isShown = reported !== undefined && looksAlike(device, reported, device);
  const mayHaveChanged = hasNewerWrite && (reported === undefined || (isShown && phase.kind === 'confirmed'));
  if (mayHaveChanged || (isRecovered && isKnown)) return confirmed(next, 'always', 'read');
  if (!isKnown || phase.kind === 'unconfirmed') return confirmed(next, 'if-changed', 'read');
  return { next };
}

function unreachable(state: WatchedDevice, now: Date): Step {
  if (!state.device.connected) return { next: state };
  const device: Device = { ...state.device, connected: false, sampledAt: now };
  return confirmed({ ...state, device }, 'if-changed', 'read');
}

/** The next read reports the device again; always, where Alexa's own view was uncertain. */
const notQueued = (state: WatchedDevice, { kind }: DeviceReport): WatchedDevice => ({
  ...state,
  reported: undefined,
  ...(kind !== 'if-changed' && { savedAt: -1 }),
});

function confirmed(state: WatchedDevice, kind: DeviceReport['kind'], by: ChangedBy): Step {
  const { device } = state;
  return {
    next: { ...state, reported: device, phase: { kind: 'confirmed' } },
    report: { kind, device, cause: causeOf(by), by, at: device.sampledAt, savedAt: state.savedAt },
  };
}

interface FreshFields {
  readonly fields: Partial<Device>;
  readonly savedAt: FieldMoments;
}

/** The fields of a push that are not older than what is known. Nothing for the same push again. */
function freshFields({ device, fieldSavedAt, phase }: WatchedDevice, change: DeviceChange): FreshFields | undefined {
  const at = change.at?.getTime();
  const carried = FIELDS.filter((field) => change[field] !== undefined);
  const fresh = carried.filter((field) => at === undefined || at >= fieldSavedAt[field]);
  const isRepeated = fresh.every((field) => at === fieldSavedAt[field] && change[field] === device[field]);
  if (fresh.length === 0 || (isRepeated && change.confirmed && phase.kind !== 'unconfirmed')) return undefined;
  const fields = Object.fromEntries(fresh.map((field) => [field, change[field]]));
  const savedAt = at === undefined ? {} : Object.fromEntries(fresh.map((field) => [field, at]));
  // A device that reports anything of itself is connected.
  const connected = change.connected === undefined && { connected: true };
  return { fields: { ...fields, ...connected }, savedAt: { ...fieldSavedAt, ...savedAt } };
}

const isEqual = (one: Device, other: Device): boolean => FIELDS.every((field) => one[field] === other[field]);

const savedAtOf = ({ changedAt }: Device): number => changedAt?.getTime() ?? 0;
