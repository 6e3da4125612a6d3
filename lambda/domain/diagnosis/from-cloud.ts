import type { CloudSession, Device, DeviceCloud, DeviceList } from '../../ports/device-cloud.ts';
import type { DeviceRecord } from '../../ports/device-store.ts';
import { CloudRateLimited, CloudUnreachable, DeadlineExceeded, SessionRejected } from '../../ports/errors.ts';
import type { Evidence, PlugEvidence } from './evidence.ts';

export interface CloudQuestion {
  readonly session: CloudSession;
  /** What is kept of the devices, for what a list does not say. */
  readonly known: readonly DeviceRecord[];
  readonly lampId?: string | undefined;
}

/**
 * Reads the account's devices once with the session that is kept. A session that is not taken is a finding: nobody signs in here.
 * @param now asked once the answer is there
 */
export async function askCloud(
  { session, known, lampId }: CloudQuestion,
  cloud: Pick<DeviceCloud, 'devices'>,
  now: () => Date,
  signal: AbortSignal,
): Promise<Evidence> {
  try {
    const list = await cloud.devices(session, signal);
    const at = now().toISOString();
    if (list.devices.length === 0 && list.skipped.some(({ what }) => what === 'device'))
      return { cloud: { at, state: 'unknown-shape' } };
    return {
      cloud: { at, state: 'ok' },
      plugs: { at, list: list.devices.map((device) => toPlug(device, known)), ...missing(list, known, lampId, at) },
    };
  } catch (error) {
    const at = now().toISOString();
    if (error instanceof SessionRejected) return { cloud: { at, state: 'session-rejected' } };
    if (error instanceof CloudRateLimited) return { cloud: { at, state: 'rate-limited' } };
    if (error instanceof DeadlineExceeded) return { cloud: { at, state: 'no-answer' } };
    if (error instanceof CloudUnreachable) return { cloud: { at, state: STATE_OF_ANSWER[error.answer] } };
    throw error;
  }
}

const STATE_OF_ANSWER = { none: 'no-answer', 'server-error': 'server-error', unreadable: 'unknown-shape' } as const;

function toPlug({ id, name, connected, rssi, firmwareVersion }: Device, known: readonly DeviceRecord[]): PlugEvidence {
  const since = known.find(({ device }) => device.id === id)?.offline?.since;
  return {
    id,
    name,
    connected,
    ...(!connected && since !== undefined && { since }),
    ...(rssi !== undefined && { rssi }),
    ...(firmwareVersion !== '' && { firmware: firmwareVersion }),
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
