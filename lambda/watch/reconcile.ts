import { type SessionPorts, withSession } from '../domain/session.ts';
import type { Account } from '../ports/account-store.ts';
import type { DeviceRecord } from '../ports/device-store.ts';
import { AccountMissing } from '../ports/errors.ts';
import type { GrantStore } from '../ports/grant-store.ts';
import type { Sample } from '../ports/report-queue.ts';
import { type NoteDevicesPorts, noteDevices } from '../reports/device-list.ts';
import { endBackoffs } from '../reports/grant-backoff.ts';
import { isReported } from '../reports/last-reported.ts';

export interface ReconcilePorts extends SessionPorts, NoteDevicesPorts {
  readonly grants: GrantStore;
}

/** What differed from what Alexa was told, and is on its way to it now. */
export interface Reconciled {
  /** Devices that were looked at. */
  readonly devices: number;
  /** Devices whose state some grant's Alexa did not know, or may not have known. */
  readonly states: number;
  readonly added: number;
  readonly changed: number;
  readonly gone: number;
}

/**
 * Reads an account's devices once and queues whatever differs from what Alexa was told. Grants whose reports were paused are tried again.
 *
 * A device that was written to after Alexa was last told of it is told once more, equal or not: it may have been Alexa that wrote, whose
 * view then is what we answered, and the lamp may have gone on from there while no push told so.
 * @throws what reading throws (ReauthRequired, SessionRejected, CloudUnreachable, CloudRateLimited, AccountMissing), StoreUnavailable
 */
export async function reconcileAccount(
  accountId: string,
  ports: ReconcilePorts,
  signal: AbortSignal,
): Promise<Reconciled> {
  const account = await ports.accounts.get(accountId);
  if (!account) throw new AccountMissing(`no row for account ${accountId}`);
  const list = await withSession({ accountId }, account.session, ports, signal, (good) =>
    ports.cloud.devices(good, signal),
  );
  for (const { id, reason } of list.skipped)
    ports.log.warn('device-skipped', { account: accountId, device: id, reason });
  await endBackoffs(await ports.grants.list(accountId), ports);
  const { added, changed, gone, records, grants } = await noteDevices(accountId, list, ports);
  const ids = grants.map(({ id }) => id);
  const changedAt = new Map(list.devices.map((device) => [device.id, device.changedAt?.toISOString() ?? '']));
  const again = ports.clock.now().toISOString();
  const news = records.flatMap((record) => {
    const sample: Sample = {
      accountId,
      deviceId: record.device.id,
      ...record.lastState,
      cause: 'PERIODIC_POLL',
      settled: true,
      again,
    };
    const doubtedAt = lastToldBefore(changedAt.get(record.device.id) ?? '', record, ids);
    if (doubtedAt !== undefined) return [[{ ...sample, at: doubtedAt, settled: false }, sample]];
    return isReported(record, record.lastState, ids) ? [] : [[sample]];
  });
  const samples = news.flat();
  if (samples.length > 0) await ports.queue.send(samples);
  await tellOffline(account, records, ids, ports);
  const reconciled = { devices: list.devices.length, states: news.length, added, changed, gone };
  ports.log.info('reconciled', { account: accountId, ...reconciled });
  return reconciled;
}

/** A plug that has been away for so long was not just unplugged for a moment. */
const OFFLINE_MS = 24 * 3_600_000;

/** Tells of plugs that Alexa has shown as unreachable for a day, and of those that are back. */
async function tellOffline(
  { id: accountId, maskedEmail }: Account,
  records: readonly DeviceRecord[],
  grantIds: readonly string[],
  { notices, clock }: ReconcilePorts,
): Promise<void> {
  if (records.every(({ lastState }) => lastState.connected)) return await notices.clear(accountId, ['plug-offline']);
  for (const { device, lastState, told } of records) {
    const subject = device.name;
    const [since] = grantIds.flatMap((id) => (told[id]?.connected === false ? told[id].at : [])).sort();
    if (lastState.connected) await notices.clear(accountId, ['plug-offline'], subject);
    else if (since !== undefined && clock.now().getTime() - Date.parse(since) >= OFFLINE_MS)
      await notices.raise({ accountId, cause: 'plug-offline', maskedEmail, subject });
  }
}

/** When a grant was last told of the device, of those that were told before it changed and not since; nothing where there is none. */
function lastToldBefore(changedAt: string, { told }: DeviceRecord, grantIds: readonly string[]): string | undefined {
  const moments = grantIds.flatMap((id) => told[id]?.at ?? []);
  return moments
    .filter((at) => at < changedAt)
    .sort()
    .at(-1);
}
