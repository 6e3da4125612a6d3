import { toEndpoint } from '../alexa/endpoint.ts';
import { addOrUpdateReport, deleteReport } from '../alexa/messages.ts';
import type { DeviceRecord } from '../ports/device-store.ts';
import type { Grant } from '../ports/grant-store.ts';
import type { DevicesMessage, Sample } from '../ports/report-queue.ts';
import type { DeliverPorts } from './deliver.ts';
import { announcedTo, needsAnnouncement } from './device-list.ts';
import { applyOutcome, isPaused } from './grant-backoff.ts';
import { isReported, knowsEndpoint } from './last-reported.ts';
import { MOST_RESENDS, type Outcome, sendEvent } from './send.ts';

export interface ReportDevicesPorts extends DeliverPorts {
  /** How long news of devices rests before it is told: who sets up a plug names it and renames it, and one message is enough. */
  readonly debounceMs: number;
}

/** What became of the news. */
export type DevicesDelivery = 'reported' | 'equal' | 'not-reported' | 'no-grant';

/** Well below the gateway's 256 KB: an endpoint of ours takes 2 KB at the most. */
const MOST_ENDPOINTS = 50;
/** 134 at once were answered with 500 (a skill developer's report); 30 with a pause between them pass. */
const MOST_DELETED = 30;
const BETWEEN_DELETIONS_MS = 150;

/**
 * Tells the Alexa of every grant which devices of an account are new, changed or gone, by what the table says now; it says nothing where
 * nothing differs. Then queues the state of those that Alexa has just come to know.
 * @throws GatewayUnreachable, EventRefused, TokenServiceUnreachable, StoreUnavailable: bring the news again later
 */
export async function reportDevices(
  { accountId, at }: DevicesMessage,
  ports: ReportDevicesPorts,
  signal: AbortSignal,
): Promise<DevicesDelivery> {
  const { devices, queue, clock } = ports;
  const restMs = Date.parse(at) + ports.debounceMs - clock.now().getTime();
  if (restMs > 0) await clock.wait(Math.min(restMs, ports.debounceMs), signal);
  const [records, grants] = await Promise.all([devices.list(accountId), ports.grants.list(accountId)]);
  const open = grants.filter((grant) => !isPaused(grant, clock.now()));
  const outcomes = (await Promise.all(open.map((grant) => tellGrant(grant, records, ports, signal)))).flat();
  const seenFirst = new Set<string>();
  for (const outcome of outcomes) {
    await applyOutcome(outcome, 'devices', !seenFirst.has(outcome.grant.id), ports);
    seenFirst.add(outcome.grant.id);
  }
  const now = await devices.list(accountId);
  const ids = grants.map(({ id }) => id);
  const isOver = (record: DeviceRecord) =>
    record.removedSince !== undefined && !ids.some((id) => knowsEndpoint(record, id));
  await Promise.all(now.filter(isOver).map((record) => devices.remove(accountId, record)));
  const openIds = open.map(({ id }) => id);
  const untold = now.filter(
    (record) => record.removedSince === undefined && !isReported(record, record.lastState, openIds),
  );
  if (untold.length > 0) await queue.send(untold.map((record) => sampleOf(accountId, record, clock.now())));
  for (const outcome of outcomes) if (outcome.kind === 'retry') throw outcome.error;
  if (grants.length === 0) return 'no-grant';
  if (outcomes.some(({ kind }) => kind !== 'accepted') || open.length < grants.length) return 'not-reported';
  return outcomes.length > 0 ? 'reported' : 'equal';
}

/** The state that was seen last. */
const sampleOf = (accountId: string, { device, lastState }: DeviceRecord, now: Date): Sample => ({
  accountId,
  deviceId: device.id,
  ...lastState,
  cause: 'PERIODIC_POLL',
  settled: true,
  again: now.toISOString(),
});

/** One grant's messages, one after the other, until one is not accepted. */
async function tellGrant(
  grant: Grant,
  records: readonly DeviceRecord[],
  ports: ReportDevicesPorts,
  signal: AbortSignal,
): Promise<Outcome[]> {
  const known = records.filter((record) => knowsEndpoint(record, grant.id));
  const gone = known.filter(({ removedSince }) => removedSince !== undefined);
  const news = records.filter((record) => record.removedSince === undefined && needsAnnouncement(record, grant.id));
  const outcomes: Outcome[] = [];
  let current = grant;
  const send = async (part: readonly DeviceRecord[], kind: Kind): Promise<boolean> => {
    const outcome = await sendPart(current, part, kind, ports, signal);
    outcomes.push(...outcome);
    current = outcome.at(-1)?.grant ?? current;
    return outcome.every((one) => one.kind === 'accepted');
  };
  for (const part of chunks(news, MOST_ENDPOINTS)) if (!(await send(part, addOrUpdate))) return outcomes;
  for (const [index, part] of chunks(gone, MOST_DELETED).entries()) {
    if (index > 0) await ports.clock.wait(BETWEEN_DELETIONS_MS, signal);
    if (!(await send(part, deletion))) return outcomes;
  }
  return outcomes;
}

/** What is said of a number of devices, and what their rows say once Alexa has heard it. */
interface Kind {
  event(records: readonly DeviceRecord[], accessToken: string): object;
  heard(record: DeviceRecord, grantId: string): DeviceRecord;
}

const addOrUpdate: Kind = {
  event: (records, token) =>
    addOrUpdateReport(
      records.flatMap(({ device }) => toEndpoint(device) ?? []),
      token,
    ),
  heard: announcedTo,
};

const deletion: Kind = {
  event: (records, token) =>
    deleteReport(
      records.map(({ device }) => device.id),
      token,
    ),
  heard: forgottenBy,
};

function forgottenBy(record: DeviceRecord, grantId: string): DeviceRecord {
  const { [grantId]: _, ...described } = record.described ?? {};
  const { [grantId]: __, ...told } = record.told;
  return { ...record, described, told };
}

/** Sends a message, in halves where it is too large, and notes what was accepted before the next one. */
async function sendPart(
  grant: Grant,
  records: readonly DeviceRecord[],
  kind: Kind,
  ports: ReportDevicesPorts,
  signal: AbortSignal,
): Promise<Outcome[]> {
  const outcome = await sendEvent(grant, (token) => kind.event(records, token), ports, signal, MOST_RESENDS);
  if (outcome.kind === 'accepted') await Promise.all(records.map((record) => note(record, grant, kind, ports)));
  if (outcome.kind !== 'split') return [outcome];
  if (records.length === 1) return [{ ...outcome, kind: 'backoff', cause: 'event-refused' }];
  const middle = Math.ceil(records.length / 2);
  const first = await sendPart(outcome.grant, records.slice(0, middle), kind, ports, signal);
  const second = await sendPart(first.at(-1)?.grant ?? grant, records.slice(middle), kind, ports, signal);
  return [...first, ...second];
}

/** Notes in the row that Alexa knows, whoever else writes to it; unless the device is another one by now, which is the next news. */
async function note(
  told: DeviceRecord,
  { accountId, id }: Grant,
  kind: Kind,
  { devices }: ReportDevicesPorts,
): Promise<void> {
  for (let record: DeviceRecord | undefined = told; record; record = await devices.get(accountId, told.device.id)) {
    const heard = kind.heard({ ...record, device: told.device }, id);
    if (await devices.replace(accountId, record, { ...heard, device: record.device })) return;
  }
}

function chunks<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  );
}
