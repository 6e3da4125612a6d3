import { createHash } from 'node:crypto';
import { toEndpoint } from '../alexa/endpoint.ts';
import { asLastSeen } from '../domain/last-seen.ts';
import type { Clock } from '../ports/clock.ts';
import type { Device, DeviceList } from '../ports/device-cloud.ts';
import type { DeviceRecord, DeviceStore } from '../ports/device-store.ts';
import type { Grant, GrantStore } from '../ports/grant-store.ts';
import type { Log } from '../ports/log.ts';
import type { ReportQueue } from '../ports/report-queue.ts';
import { knowsEndpoint, viewOf } from './last-reported.ts';

export interface NoteDevicesPorts {
  readonly devices: DeviceStore;
  readonly grants: Pick<GrantStore, 'list'>;
  readonly queue: ReportQueue;
  readonly clock: Clock;
  readonly log: Log;
}

/** What a freshly read list brought to light. */
export interface Noted {
  /** Devices that some grant's Alexa has yet to hear of. */
  readonly added: number;
  /** Devices that are described otherwise than some grant's Alexa was told. */
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
 * Keeps a freshly read list of an account's devices, and queues the news if Alexa was told otherwise: new, renamed, changed and removed
 * devices, and every one after a change of our own capabilities. Queues nothing when all is as it was.
 *
 * A list that was overtaken by a later one changes nothing of what the later one said.
 * @param answeredTo the link whose Discover is being answered with this very list: its Alexa knows from now on
 * @throws StoreUnavailable
 */
export async function noteDevices(
  accountId: string,
  list: DeviceList,
  ports: NoteDevicesPorts,
  answeredTo?: string,
): Promise<Noted> {
  const { devices, clock } = ports;
  const seen = await asKept(accountId, list, ports);
  await devices.remember(accountId, seen);
  const [all, grants] = await Promise.all([devices.list(accountId), ports.grants.list(accountId)]);
  const listed = new Set(list.devices.map(({ id }) => id));
  const [readAt = ''] = list.devices.map(({ sampledAt }) => sampledAt.toISOString()).sort();
  const absent = all.filter(({ device, removedSince }) => !listed.has(device.id) && removedSince === undefined);
  const isGone = ({ removedSince, listedAt = '' }: DeviceRecord) => removedSince === undefined && listedAt < readAt;
  const isSure = mayBeGone(list);
  const unsure = absent.filter(({ device }) => !isSure(device.id));
  if (unsure.length > 0) ports.log.warn('devices-absent', { account: accountId, devices: unsure.length });
  const gone = absent.filter((record) => isSure(record.device.id) && isGone(record));
  const removedSince = clock.now().toISOString();
  const ids = grants.map(({ id }) => id);
  // That a grant heard of the endpoint may have gone unnoted, and to be told to forget what one never knew does no harm.
  const mayKnow = ids.map((id) => [id, { announced: '' }] as const);
  const markRemoved = (standing: DeviceRecord): DeviceRecord =>
    isGone(standing)
      ? {
          ...standing,
          removedSince,
          listedAt: readAt,
          views: { ...Object.fromEntries(mayKnow), ...standing.views },
        }
      : standing;
  await Promise.all(gone.map((record) => rewrite(accountId, record, markRemoved, devices)));
  const present = all.filter(({ device }) => listed.has(device.id));
  const noted =
    answeredTo === undefined
      ? present
      : await Promise.all(present.map((record) => nowKnown(accountId, record, answeredTo, devices)));
  const records = noted.filter((record) => record.removedSince === undefined);

  const news = records.filter((record) => ids.some((id) => needsAnnouncement(record, id)));
  const added = news.filter((record) => ids.some((id) => !knowsEndpoint(record, id)));
  const hasRemoved = all.some((record) => record.removedSince !== undefined);
  // A link that has just discovered its devices has yet to hear how they are.
  const silent = answeredTo !== undefined && ids.includes(answeredTo) && records.some(isUntold(answeredTo));
  if (news.length > 0 || gone.length > 0 || hasRemoved || silent) {
    await ports.queue.send([{ kind: 'devices', accountId, at: removedSince }]);
  }
  const counts = { added: added.length, changed: news.length - added.length, gone: gone.length };
  const unreadable = new Set(list.skipped.flatMap(({ what, id }) => (what === 'device' ? id : [])));
  const missing = unsure.filter(({ device }) => !unreadable.has(device.id));
  return { ...counts, devices: seen, records, absent: missing, grants };
}

/**
 * Tells of devices that a list does not have whether they are gone: only if it is not empty, and all was read that might hold them.
 * What could not be read, or an account that seems to have lost everything at once, must not cost a person their routines.
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

/** Whether Alexa takes it as an endpoint. */
const isAcceptable = (device: Device): boolean => toEndpoint(device) !== undefined;

/** Notes that a link is being answered with the endpoint, where it did not know it as it is. @returns the row as it stands now */
async function nowKnown(
  accountId: string,
  record: DeviceRecord,
  answeredTo: string,
  devices: DeviceStore,
): Promise<DeviceRecord> {
  const next = (standing: DeviceRecord) =>
    needsAnnouncement(standing, answeredTo) ? announcedTo(standing, answeredTo) : standing;
  return await rewrite(accountId, record, next, devices);
}

/** Rewrites a row, whoever else writes to it meanwhile. @returns the row as it stands then, or stood last */
async function rewrite(
  accountId: string,
  read: DeviceRecord,
  next: (standing: DeviceRecord) => DeviceRecord,
  devices: DeviceStore,
): Promise<DeviceRecord> {
  for (let standing = read; ; ) {
    const changed = next(standing);
    if (changed === standing) return standing;
    if (await devices.replace(accountId, standing, changed)) return { ...changed, version: standing.version + 1 };
    const fresh = await devices.get(accountId, read.device.id);
    if (!fresh) return standing;
    standing = fresh;
  }
}

/** The row after Alexa was given the endpoint. Reports from before that reached nobody. */
export function announcedTo(record: DeviceRecord, linkId: string): DeviceRecord {
  const view = viewOf(record, linkId);
  const announced = fingerprintOf(record.device) ?? '';
  const known = view.announced === undefined ? {} : view;
  return { ...record, views: { ...record.views, [linkId]: { ...known, announced } } };
}

/** Whether Alexa was told something else about the endpoint, or nothing. An endpoint that Alexa would not accept is not announced. */
export function needsAnnouncement(record: DeviceRecord, grantId: string): boolean {
  const fingerprint = fingerprintOf(record.device);
  return fingerprint !== undefined && viewOf(record, grantId).announced !== fingerprint;
}

const isUntold =
  (grantId: string) =>
  (record: DeviceRecord): boolean => {
    const { announced, lastReported } = viewOf(record, grantId);
    return announced !== undefined && lastReported === undefined;
  };

/** Changes whenever anything does that Alexa is told of the endpoint, our own capabilities included. */
function fingerprintOf(device: Device): string | undefined {
  const endpoint = toEndpoint(device);
  return endpoint && createHash('sha256').update(JSON.stringify(endpoint)).digest('base64url').slice(0, 22);
}
