import { accountOf } from '../domain/account-of.ts';
import { withSession } from '../domain/session.ts';
import type { SessionPorts } from '../domain/session-ports.ts';
import type { GrantStore } from '../ports/grant-store.ts';
import { type NoteDevicesPorts, noteDevices } from '../reports/device-list.ts';
import { endBackoffs } from '../reports/grant-backoff.ts';
import { isReported } from '../reports/last-reported.ts';
import type { DeviceReport } from './device-state.ts';
import { messageOf } from './messages.ts';
import { noticeMissing } from './missing-devices.ts';
import { hasNewerWrite } from './newer-write.ts';
import { noticeOffline } from './offline-notices.ts';

export interface ReconcilePorts extends SessionPorts, NoteDevicesPorts {
  readonly grants: GrantStore;
}

/** What differed from the last reports, and is queued now. */
export interface Reconciled {
  /** Devices that were checked. */
  readonly devices: number;
  /** Devices whose state some grant's Alexa did not know, or may not have known. */
  readonly states: number;
  readonly added: number;
  readonly changed: number;
  readonly gone: number;
}

/**
 * Reads an account's devices once and queues whatever differs from the last reports. Back-offs of its grants end.
 *
 * A device that was saved after Alexa last heard of it is reported once more, equal or not, see `hasNewerWrite`.
 * @throws what reading throws (ReauthRequired, SessionRejected, CloudUnreachable, CloudRateLimited, AccountMissing), StoreUnavailable
 */
export async function reconcileAccount(
  accountId: string,
  ports: ReconcilePorts,
  signal: AbortSignal,
): Promise<Reconciled> {
  const account = await accountOf(accountId, ports);
  const list = await withSession({ accountId }, account.session, ports, signal, (good) =>
    ports.cloud.devices(good, signal),
  );
  for (const { id, reason } of list.skipped)
    ports.log.warn('device-skipped', { account: accountId, device: id, reason });
  await endBackoffs(await ports.grants.list(accountId), ports);
  const { added, changed, gone, records, absent, grants } = await noteDevices(accountId, list, ports);
  const ids = grants.map(({ id }) => id);
  const savedAt = new Map(list.devices.map((device) => [device.id, device.changedAt]));
  const requeuedAt = ports.clock.now().toISOString();
  const reports = records.flatMap((record): DeviceReport[] => {
    const { lastState } = record;
    const { power, level, connected } = lastState;
    const moments = [savedAt.get(record.device.id)?.getTime() ?? 0, Date.parse(lastState.changedAt ?? '') || 0];
    const report = {
      device: { ...record.device, power, level, connected },
      savedAt: Math.max(...moments),
      cause: 'PERIODIC_POLL',
      by: 'read',
      at: new Date(lastState.at),
    } as const;
    if (hasNewerWrite(savedAt.get(record.device.id), record, ids)) return [{ ...report, kind: 'always' }];
    return isReported(record, lastState, ids) ? [] : [{ ...report, kind: 'if-changed' }];
  });
  const messages = reports.map((report) => ({ ...messageOf(accountId, report), requeuedAt }));
  if (messages.length > 0) await ports.queue.send(messages);
  if (absent.length > 0) await noticeMissing(absent, account, ports);
  if (absent.length === 0) {
    await ports.notices.clear(accountId, ['devices-missing', 'cloud-down']);
    const plugs = records.map(({ device, lastState }) => ({ ...device, connected: lastState.connected }));
    await noticeOffline(account, plugs, records, ports);
    // What is open still was about a plug that exists no more.
    if (plugs.every(({ connected }) => connected))
      await ports.notices.withdraw(accountId, ['plug-offline', 'plugs-offline']);
  }
  const reconciled = { devices: list.devices.length, states: reports.length, added, changed, gone };
  ports.log.info('reconciled', { account: accountId, ...reconciled });
  return reconciled;
}
