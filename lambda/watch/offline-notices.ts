import { planOffline, type SeenPlug } from '../domain/offline-plugs.ts';
import type { Account } from '../ports/account-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { DeviceRecord, DeviceStore, Offline } from '../ports/device-store.ts';
import type { Notices } from '../ports/notices.ts';
import { changeDevice } from '../reports/change-device.ts';

export interface OfflinePorts {
  readonly devices: DeviceStore;
  readonly notices: Notices;
  readonly clock: Clock;
}

/**
 * Raises and clears the notices about plugs without a connection. A notice is raised before the rows say so: a run that dies in between
 * raises it once more, which sends nothing.
 * @param plugs all plugs of the account, as a complete list has just shown them
 * @param records their rows
 * @throws StoreUnavailable
 */
export async function noticeOffline(
  { id: accountId, maskedEmail }: Pick<Account, 'id' | 'maskedEmail'>,
  plugs: readonly Omit<SeenPlug, 'offline'>[],
  records: readonly DeviceRecord[],
  { devices, notices, clock }: OfflinePorts,
): Promise<void> {
  const rows = new Map(records.map((record) => [record.device.id, record]));
  const known = plugs
    .filter(({ id }) => rows.has(id))
    .map((plug) => ({ ...plug, offline: rows.get(plug.id)?.offline }));
  const plan = planOffline(known, clock.now());
  for (const { cause, subject } of plan.withdraw) await notices.withdraw(accountId, [cause], subject);
  for (const { cause, subject } of plan.clear) await notices.clear(accountId, [cause], subject);
  if (plan.raise) await notices.raise({ ...plan.raise, accountId, maskedEmail });
  for (const [id, offline] of plan.rows) {
    const record = rows.get(id);
    if (record) await changeDevice(accountId, record, (standing) => withOffline(standing, record, offline), devices);
  }
}

/** The row, unless somebody has noted something else meanwhile. */
function withOffline(
  standing: DeviceRecord,
  seen: DeviceRecord,
  offline: Offline | undefined,
): DeviceRecord | undefined {
  const { offline: noted, ...rest } = standing;
  if (noted?.since !== seen.offline?.since || noted?.refusedAt !== seen.offline?.refusedAt) return undefined;
  return { ...rest, ...(offline && { offline }) };
}
