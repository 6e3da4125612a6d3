import type { CloudSession, Device, DeviceCloud, DeviceList } from '../../ports/device-cloud.ts';
import type { DeviceRecord } from '../../ports/device-store.ts';
import {
  CloudRateLimited,
  CloudUnreachable,
  DeadlineExceeded,
  isSkillError,
  SessionRejected,
} from '../../ports/errors.ts';
import type { Grant } from '../../ports/grant-store.ts';
import type { Link } from '../../ports/link-store.ts';
import type { Evidence, PlugEvidence } from './evidence.ts';
import { newerThan } from './firmware.ts';
import { reportsEvidence } from './from-reports.ts';
import { discoveryEvidence } from './from-rows.ts';

export interface CloudQuestion {
  readonly session: CloudSession;
  /** What is kept of the devices, for what a list does not say. */
  readonly known: readonly DeviceRecord[];
  readonly lampId?: string | undefined;
  /** Where they are known: for what Alexa was told of the devices. */
  readonly links?: readonly Link[] | undefined;
  readonly grants?: readonly Grant[] | undefined;
}

/**
 * Reads the account's devices once with the session that is kept. A session that is not taken is a finding: nobody signs in here.
 * @param now asked once the answer is there
 * @returns nothing where there was no time for the whole list
 */
export async function askCloud(
  { session, known, lampId, links, grants }: CloudQuestion,
  cloud: Pick<DeviceCloud, 'devices'>,
  now: () => Date,
  signal: AbortSignal,
): Promise<Evidence | undefined> {
  try {
    const list = await cloud.devices(session, signal);
    const at = now().toISOString();
    if (list.devices.length === 0 && list.skipped.some(({ what }) => what === 'device'))
      return { cloud: { at, state: 'unknown-shape' } };
    return {
      cloud: { at, state: 'ok' },
      plugs: {
        at,
        list: list.devices.map((device) => toPlug(device, known, versionsOf(list.devices))),
        ...missing(list, known, lampId, at),
      },
      ...(grants && reportsEvidence(list.devices, known, grants, now())),
      ...(links && discoveryEvidence(known, links, now(), list)),
    };
  } catch (error) {
    const at = now().toISOString();
    if (error instanceof SessionRejected) return { cloud: { at, state: 'session-rejected' } };
    if (error instanceof CloudRateLimited) return { cloud: { at, state: 'rate-limited' } };
    if (error instanceof DeadlineExceeded) return undefined;
    if (error instanceof CloudUnreachable) return { cloud: { at, state: STATE_OF_ANSWER[error.answer] } };
    throw error;
  }
}

/**
 * Reads one lamp: the one that is asked about, or any that is known. Says nothing but that the device cloud answers, and how this lamp is;
 * what else it answers, the list shows better.
 */
export async function askLamp(
  { session, known, lampId }: CloudQuestion,
  cloud: Pick<DeviceCloud, 'device'>,
  now: () => Date,
  signal: AbortSignal,
): Promise<Evidence | undefined> {
  const id = lampId ?? known[0]?.device.id;
  if (id === undefined) return undefined;
  try {
    const device = await cloud.device(session, id, signal);
    const at = now().toISOString();
    // Of the others only a list tells, so a look at all lamps has no list.
    const plugs =
      lampId === undefined
        ? {}
        : { plugs: { at, list: [toPlug(device, known, versionsOf(known.map((one) => one.device)))] } };
    return { cloud: { at, state: 'ok' }, ...plugs };
  } catch (error) {
    if (isSkillError(error)) return undefined;
    throw error;
  }
}

const STATE_OF_ANSWER = { none: 'no-answer', 'server-error': 'server-error', unreadable: 'unknown-shape' } as const;

/** What runs on plugs, by their model. */
type Versions = ReadonlyMap<string, readonly string[]>;

const versionsOf = (devices: readonly Device[]): Versions =>
  devices.reduce(
    (all, { model, firmwareVersion }) => all.set(model, [...(all.get(model) ?? []), firmwareVersion]),
    new Map<string, readonly string[]>(),
  );

function toPlug(device: Device, known: readonly DeviceRecord[], versions: Versions): PlugEvidence {
  const { id, name, connected, rssi, firmwareVersion } = device;
  const newer = newerThan(firmwareVersion, versions.get(device.model) ?? []);
  const since = known.find(({ device }) => device.id === id)?.offline?.since;
  return {
    id,
    name,
    connected,
    ...(!connected && since !== undefined && { since }),
    ...(rssi !== undefined && { rssi }),
    ...(firmwareVersion !== '' && { firmware: firmwareVersion }),
    ...(newer !== undefined && { newerFirmware: newer }),
  };
}

/** A lamp that we know and a complete list lacks. */
function missing(
  { devices, skipped }: DeviceList,
  known: readonly DeviceRecord[],
  lampId: string | undefined,
  at: string,
): { missingSince?: string } {
  if (devices.some(({ id }) => id === lampId) || skipped.some(({ what, id }) => what === 'list' || id === lampId))
    return {};
  const row = known.find(({ device }) => device.id === lampId);
  return row ? { missingSince: row.removedSince ?? at } : {};
}
