import { createHash } from 'node:crypto';
import { toEndpoint } from '../alexa/endpoint.ts';
import { asLastSeen } from '../domain/last-seen.ts';
import type { Clock } from '../ports/clock.ts';
import type { Device, DeviceList } from '../ports/device-cloud.ts';
import type { DeviceRecord, DeviceStore } from '../ports/device-store.ts';
import type { Grant, GrantStore } from '../ports/grant-store.ts';
import type { Log } from '../ports/log.ts';
import type { ReportQueue } from '../ports/report-queue.ts';
import { changeDevice } from './change-device.ts';
import { knowsEndpoint, viewOf } from './last-reported.ts';

export interface NoteDevicesPorts {
  readonly devices: DeviceStore;
  readonly grants: Pick<GrantStore, 'list'>;
  readonly queue: ReportQueue;
  readonly clock: Clock;
  readonly log: Log;
}

/** What a new list of an account's devices shows. */
export interface Noted {
  /** Devices that some grant's Alexa does not know yet. */
  readonly added: number;
  /** Devices that some grant's Alexa knows in another form. */
  readonly changed: number;
  readonly gone: number;
  /** The account's listed devices, by the names that Alexa can take. */
  readonly devices: readonly Device[];
  /** The rows of the listed devices as they are now. */
  readonly records: readonly DeviceRecord[];
  /** The rows of devices that may not be gone although the list lacks them: a residence or a permission has vanished. */
  readonly absent: readonly DeviceRecord[];
  readonly grants: readonly Grant[];
}

/**
 * Keeps a list of an account's devices, and queues a `devices` message if Alexa has another list: new, renamed, changed and removed
 * devices, and every device after a change of our own capabilities. Queues nothing if nothing has changed.
 *
 * A list that is older than another one changes nothing of what the newer one said.
 * @param answeredTo the link whose Discover is answered with this list: its Alexa knows the devices from now on
 * @throws StoreUnavailable
 */
export async function noteDevices(
  accountId: string,
  list: DeviceList,
  ports: NoteDevicesPorts,
  answeredTo?: string,
): Promise<Noted> {
  const { devices, clock } = ports;
  const kept = await asKept(accountId, list, ports);
  await devices.remember(accountId, kept);
  const [all, grants] = await Promise.all([devices.list(accountId), ports.grants.list(accountId)]);
  const ids = grants.map(({ id }) => id);
  const { gone, unsure } = await removeAbsent(accountId, all, list, ids, ports);
  const listed = new Set(list.devices.map(({ id }) => id));
  const present = all.filter(({ device }) => listed.has(device.id));
  const noted = await noteAnswer(accountId, present, kept, answeredTo, devices);
  const records = noted.filter((record) => record.removedSince === undefined);

  const different = records.filter((record) => ids.some((id) => needsAnnouncement(record, id)));
  const added = different.filter((record) => ids.some((id) => !knowsEndpoint(record, id)));
  const hasRemoved = all.some((record) => record.removedSince !== undefined);
  // An Alexa that has just discovered the devices needs the first report of their states.
  const needsStates = answeredTo !== undefined && ids.includes(answeredTo) && records.some(lacksReport(answeredTo));
  if (different.length > 0 || gone.length > 0 || hasRemoved || needsStates) {
    await ports.queue.send([{ kind: 'devices', accountId, at: clock.now().toISOString() }]);
  }
  const counts = { added: added.length, changed: different.length - added.length, gone: gone.length };
  const unreadable = new Set(list.skipped.flatMap(({ what, id }) => (what === 'device' ? id : [])));
  const missing = unsure.filter(({ device }) => !unreadable.has(device.id));
  return { ...counts, devices: kept, records, absent: missing, grants };
}

/** Marks the rows of devices that are gone. @returns them, and those that the list lacks although they may still exist */
async function removeAbsent(
  accountId: string,
  all: readonly DeviceRecord[],
  list: DeviceList,
  grantIds: readonly string[],
  { devices, clock, log }: NoteDevicesPorts,
): Promise<{ readonly gone: readonly DeviceRecord[]; readonly unsure: readonly DeviceRecord[] }> {
  const listed = new Set(list.devices.map(({ id }) => id));
  const [readAt = ''] = list.devices.map(({ sampledAt }) => sampledAt.toISOString()).sort();
  const absent = all.filter(({ device, removedSince }) => !listed.has(device.id) && removedSince === undefined);
  const isGone = ({ removedSince, listedAt = '' }: DeviceRecord) => removedSince === undefined && listedAt < readAt;
  const isSure = mayBeGone(list);
  const unsure = absent.filter(({ device }) => !isSure(device.id));
  if (unsure.length > 0) log.warn('devices-absent', { account: accountId, devices: unsure.length });
  const gone = absent.filter((record) => isSure(record.device.id) && isGone(record));
  const removedSince = clock.now().toISOString();
  // A grant may know the endpoint although no row says so. A DeleteReport for an unknown endpoint does no harm.
  const mayKnow = Object.fromEntries(grantIds.map((id) => [id, { announced: '' }]));
  const markRemoved = (standing: DeviceRecord): DeviceRecord | undefined =>
    isGone(standing)
      ? { ...standing, removedSince, listedAt: readAt, views: { ...mayKnow, ...standing.views } }
      : undefined;
  await Promise.all(gone.map((record) => changeDevice(accountId, record, markRemoved, devices)));
  return { gone, unsure };
}

/**
 * Notes that a link's Discover is answered with these devices. A row may have a newer description by now: its Alexa still has to hear of that.
 * @returns the rows as they are now
 */
async function noteAnswer(
  accountId: string,
  present: readonly DeviceRecord[],
  answered: readonly Device[],
  answeredTo: string | undefined,
  devices: DeviceStore,
): Promise<readonly DeviceRecord[]> {
  if (answeredTo === undefined) return present;
  const inAnswer = new Map(answered.map((device) => [device.id, device]));
  const next = (standing: DeviceRecord) => {
    const device = inAnswer.get(standing.device.id) ?? standing.device;
    const shown = { ...standing, device };
    return needsAnnouncement(shown, answeredTo)
      ? { ...announcedTo(shown, answeredTo), device: standing.device }
      : undefined;
  };
  return await Promise.all(present.map((record) => changeDevice(accountId, record, next, devices)));
}

/**
 * Whether a device that the list lacks is gone: only if the list is not empty, and everything was read that may contain the device. A
 * failed read, or an account that seems to have lost everything at once, must not cost a person their routines.
 */
export function mayBeGone({ devices, skipped }: DeviceList): (deviceId: string) => boolean {
  const isWhole = devices.length > 0 && skipped.every(({ what }) => what === 'device');
  const unread = new Set(skipped.map(({ id }) => id));
  return (id) => isWhole && !unread.has(id);
}

/** The list's devices with the states and names that are worth keeping. Rows are only read where a device needs one. */
async function asKept(accountId: string, list: DeviceList, ports: NoteDevicesPorts): Promise<readonly Device[]> {
  if (list.devices.every((device) => device.connected && isAcceptable(device))) return list.devices;
  const kept = new Map((await ports.devices.list(accountId)).map((record) => [record.device.id, record]));
  return list.devices.map((listed) => {
    const record = kept.get(listed.id);
    const device = withUsableName(asLastSeen(listed, record?.lastState), record?.device);
    if (device.refusedName !== undefined && device.refusedName !== record?.device.refusedName)
      ports.log.warn('device-name-refused', { account: accountId, device: device.id, keepsName: isAcceptable(device) });
    return device;
  });
}

/**
 * The device by a name that Alexa can take: its own, or else the one before. It then says in `refusedName` what it is called.
 * @param kept the device as it was kept before, if it was
 */
export function withUsableName(device: Device, kept: Device | undefined): Device {
  if (isAcceptable(device)) return device;
  const refused = { ...device, refusedName: device.refusedName ?? device.name };
  return kept && isAcceptable(kept) ? { ...refused, name: kept.name } : refused;
}

/** Whether Alexa accepts it as an endpoint. */
const isAcceptable = (device: Device): boolean => toEndpoint(device) !== undefined;

/** The row after Alexa was given the endpoint. Reports from before that reached nobody. */
export function announcedTo(record: DeviceRecord, linkId: string): DeviceRecord {
  const view = viewOf(record, linkId);
  const announced = fingerprintOf(record.device) ?? '';
  const known = view.announced === undefined ? {} : view;
  return { ...record, views: { ...record.views, [linkId]: { ...known, announced } } };
}

/** Whether the endpoint was announced differently, or not at all. An endpoint that Alexa would not accept is not announced. */
export function needsAnnouncement(record: DeviceRecord, grantId: string): boolean {
  const fingerprint = fingerprintOf(record.device);
  return fingerprint !== undefined && viewOf(record, grantId).announced !== fingerprint;
}

/** Whether this grant's Alexa is still to be sent something about the device list. */
export const isUnannounced = ({ id }: Grant, records: readonly DeviceRecord[]): boolean =>
  records.some((record) =>
    record.removedSince === undefined ? needsAnnouncement(record, id) : knowsEndpoint(record, id),
  );

/** Whether the Alexa of a grant knows the endpoint, and got no report yet. */
const lacksReport =
  (grantId: string) =>
  (record: DeviceRecord): boolean => {
    const { announced, lastReported } = viewOf(record, grantId);
    return announced !== undefined && lastReported === undefined;
  };

/** Changes with everything that an announcement says about the endpoint, our own capabilities included. */
function fingerprintOf(device: Device): string | undefined {
  const endpoint = toEndpoint(device);
  return endpoint && createHash('sha256').update(JSON.stringify(endpoint)).digest('base64url').slice(0, 22);
}
