import { toEndpoint } from '../alexa/endpoint.ts';
import { addOrUpdateReport, deleteReport } from '../alexa/messages.ts';
import type { DeviceRecord } from '../ports/device-store.ts';
import { GrantInBackoff } from '../ports/errors.ts';
import type { Grant } from '../ports/grant-store.ts';
import type { DevicesMessage, StateMessage } from '../ports/report-queue.ts';
import { firstEnd, isInBackoff, isInShortBackoff } from './backoff-rules.ts';
import { changeDevice } from './change-device.ts';
import type { DeliverPorts } from './deliver.ts';
import { announcedTo, isUnannounced, needsAnnouncement } from './device-list.ts';
import { applyOutcome, DEVICE_LIST, startsShortBackoff } from './grant-backoff.ts';
import { isReported, knowsEndpoint } from './last-reported.ts';
import { MOST_RESENDS, type Outcome, sendEvent } from './send.ts';

export interface ReportDevicesPorts extends DeliverPorts {
  /** How long a change of the device list waits before it is reported: a person who sets up a plug renames it, and one message is enough. */
  readonly debounceMs: number;
}

/** How the report of a device list ended. */
export type DevicesDelivery = 'reported' | 'equal' | 'not-reported' | 'no-grant';

/** Keeps a message well below the gateway's 256 KB: one of our endpoints takes 2 KB at most. */
const MOST_ENDPOINTS = 50;
/** A gateway answered 134 at once with 500 (a skill developer's report). It accepts 30 with a pause in between. */
const MOST_DELETED = 30;
const BETWEEN_DELETIONS_MS = 150;

/**
 * Sends each grant's Alexa the devices of an account that are new, changed or removed, as the table has them now. Then queues the state of
 * those that this Alexa has just learned about.
 * @throws GatewayUnreachable, EventRefused, TokenServiceUnreachable, GrantInBackoff, StoreUnavailable: deliver the message again later
 */
export async function reportDevices(
  { accountId, at }: DevicesMessage,
  ports: ReportDevicesPorts,
  signal: AbortSignal,
): Promise<DevicesDelivery> {
  const { devices, clock } = ports;
  const waitMs = Date.parse(at) + ports.debounceMs - clock.now().getTime();
  if (waitMs > 0) await clock.wait(Math.min(waitMs, ports.debounceMs), signal);
  const [records, grants] = await Promise.all([devices.list(accountId), ports.grants.list(accountId)]);
  const open = grants.filter((grant) => !isInBackoff(grant, clock.now()));
  const now = clock.now();
  const outcomes = (await Promise.all(open.map((grant) => reportToGrant(grant, records, ports, signal)))).flat();
  const applied = new Set<string>();
  for (const outcome of outcomes) {
    await applyOutcome(outcome, DEVICE_LIST, !applied.has(outcome.grant.id), ports);
    applied.add(outcome.grant.id);
  }
  await tidyUp(accountId, grants, open, ports);
  for (const outcome of outcomes) if (outcome.kind === 'retry') throw outcome.error;
  for (const outcome of outcomes) if (startsShortBackoff(outcome, now) && 'error' in outcome) throw outcome.error;
  const waiting = grants.filter((grant) => isInShortBackoff(grant, now) && isUnannounced(grant, records));
  if (waiting.length > 0) throw new GrantInBackoff(firstEnd(waiting));
  if (grants.length === 0) return 'no-grant';
  if (outcomes.some(({ kind }) => kind !== 'accepted') || open.length < grants.length) return 'not-reported';
  return outcomes.length > 0 ? 'reported' : 'equal';
}

/** Deletes the rows of removed devices whose removal every Alexa knows, and queues the states that are still to be reported. */
async function tidyUp(
  accountId: string,
  grants: readonly Grant[],
  open: readonly Grant[],
  { devices, queue, clock }: ReportDevicesPorts,
): Promise<void> {
  const now = await devices.list(accountId);
  const isKnown = (record: DeviceRecord) => grants.some(({ id }) => knowsEndpoint(record, id));
  const done = now.filter((record) => record.removedSince !== undefined && !isKnown(record));
  await Promise.all(done.map((record) => devices.remove(accountId, record)));
  const openIds = open.map(({ id }) => id);
  const present = now.filter(({ removedSince }) => removedSince === undefined);
  const unreported = present.filter((record) => !isReported(record, record.lastState, openIds));
  if (unreported.length > 0)
    await queue.send(unreported.map((record) => stateMessageOf(accountId, record, clock.now())));
}

/** The last known state. */
const stateMessageOf = (accountId: string, { device, lastState }: DeviceRecord, now: Date): StateMessage => ({
  kind: 'state',
  accountId,
  deviceId: device.id,
  ...lastState,
  cause: 'PERIODIC_POLL',
  requeuedAt: now.toISOString(),
});

/** Sends one grant's messages one after the other, until one is not accepted. */
async function reportToGrant(
  grant: Grant,
  records: readonly DeviceRecord[],
  ports: ReportDevicesPorts,
  signal: AbortSignal,
): Promise<Outcome[]> {
  const known = records.filter((record) => knowsEndpoint(record, grant.id));
  const removed = known.filter(({ removedSince }) => removedSince !== undefined);
  const added = records.filter((record) => record.removedSince === undefined && needsAnnouncement(record, grant.id));
  const outcomes: Outcome[] = [];
  let current = grant;
  const send = async (part: readonly DeviceRecord[], kind: Kind): Promise<boolean> => {
    const outcome = await sendPart(current, part, kind, ports, signal);
    outcomes.push(...outcome);
    current = outcome.at(-1)?.grant ?? current;
    return outcome.every((one) => one.kind === 'accepted');
  };
  for (const part of chunks(added, MOST_ENDPOINTS)) if (!(await send(part, addOrUpdate))) return outcomes;
  for (const [index, part] of chunks(removed, MOST_DELETED).entries()) {
    if (index > 0) await ports.clock.wait(BETWEEN_DELETIONS_MS, signal);
    if (!(await send(part, deletion))) return outcomes;
  }
  return outcomes;
}

/** One kind of message about devices, and what their rows say after the gateway accepted it. */
interface Kind {
  event(records: readonly DeviceRecord[], accessToken: string): object;
  accepted(record: DeviceRecord, grantId: string): DeviceRecord;
}

const addOrUpdate: Kind = {
  event: (records, token) =>
    addOrUpdateReport(
      records.flatMap(({ device }) => toEndpoint(device) ?? []),
      token,
    ),
  accepted: announcedTo,
};

const deletion: Kind = {
  event: (records, token) =>
    deleteReport(
      records.map(({ device }) => device.id),
      token,
    ),
  accepted: forgottenBy,
};

function forgottenBy(record: DeviceRecord, grantId: string): DeviceRecord {
  const { [grantId]: _, ...views } = record.views;
  return { ...record, views };
}

/** Sends a message, in halves if it is too large. Notes what was accepted before the next message is sent. */
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

/** Notes in the row what was reported. If the device has changed meanwhile, the next message reports that. */
async function note(
  reported: DeviceRecord,
  { accountId, id }: Grant,
  kind: Kind,
  { devices }: ReportDevicesPorts,
): Promise<void> {
  const next = (record: DeviceRecord) => ({
    ...kind.accepted({ ...record, device: reported.device }, id),
    device: record.device,
  });
  await changeDevice(accountId, reported, next, devices);
}

function chunks<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  );
}
