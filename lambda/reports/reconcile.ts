import { type SessionPorts, withSession } from '../domain/session.ts';
import { HomeMissing } from '../ports/errors.ts';
import type { GrantStore } from '../ports/grant-store.ts';
import type { Sample } from '../ports/report-queue.ts';
import { type NoteDevicesPorts, noteDevices } from './discovery.ts';
import { liftPauses } from './grant-trouble.ts';
import { isTold } from './told.ts';

export interface ReconcilePorts extends SessionPorts, NoteDevicesPorts {
  readonly grants: GrantStore;
}

/** What differed from what Alexa was told, and is on its way to it now. */
export interface Reconciled {
  /** Devices that were looked at. */
  readonly devices: number;
  /** Devices whose state some grant's Alexa did not know. */
  readonly states: number;
  readonly added: number;
  readonly changed: number;
  readonly gone: number;
}

/**
 * Reads a home's devices once and queues whatever differs from what Alexa was told. Grants whose reports were paused are tried again.
 * @throws what reading throws (PersonNeeded, SessionRejected, CloudUnreachable, CloudRateLimited, HomeMissing), StoreUnavailable
 */
export async function reconcileHome(homeId: string, ports: ReconcilePorts, signal: AbortSignal): Promise<Reconciled> {
  const home = await ports.homes.get(homeId);
  if (!home) throw new HomeMissing(`no row for home ${homeId}`);
  const list = await withSession(homeId, home.session, ports, signal, (good) => ports.cloud.devices(good, signal));
  for (const { id, reason } of list.skipped) ports.log.warn('device-skipped', { home: homeId, device: id, reason });
  await liftPauses(await ports.grants.list(homeId), ports);
  const { added, changed, gone, records, grants } = await noteDevices(homeId, list, ports);
  const ids = grants.map(({ id }) => id);
  const untold = records.filter((record) => !isTold(record, record.seen, ids));
  const again = ports.clock.now().toISOString();
  const samples = untold.map(
    ({ device, seen }): Sample => ({
      homeId,
      deviceId: device.id,
      ...seen,
      cause: 'PERIODIC_POLL',
      settled: true,
      again,
    }),
  );
  if (samples.length > 0) await ports.queue.send(samples);
  const reconciled = { devices: list.devices.length, states: untold.length, added, changed, gone };
  ports.log.info('reconciled', { home: homeId, ...reconciled });
  return reconciled;
}
