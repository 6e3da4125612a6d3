import type { Settings } from '../alexa/interfaces/interface.ts';
import { changeReport } from '../alexa/messages.ts';
import type { ChangedBy, DeviceRecord, DeviceState, DeviceStore, PreparedReplace } from '../ports/device-store.ts';
import { GrantInBackoff } from '../ports/errors.ts';
import type { Grant } from '../ports/grant-store.ts';
import type { DevicesMessage, ReportQueue, StateMessage } from '../ports/report-queue.ts';
import { firstEnd, isBackoffOver, isInBackoff } from './backoff-rules.ts';
import { changeDevice } from './change-device.ts';
import {
  afterDelivery,
  currentState,
  type GrantPlan,
  planDelivery,
  withForcedReport,
  withoutCatchUp,
} from './delivery-plan.ts';
import { needsAnnouncement } from './device-list.ts';
import { applyOutcome, type BackoffPorts, startsShortBackoff } from './grant-backoff.ts';
import { knowsEndpoint, viewOf } from './last-reported.ts';
import { MOST_RESENDS, type Outcome, type SendPorts, sendEvent } from './send.ts';

export interface DeliverPorts extends SendPorts, BackoffPorts {
  readonly devices: DeviceStore;
  readonly queue: ReportQueue;
  readonly settings: Settings;
}

/** How the delivery of a state ended. `not-reported`: some grant got no report, and delivering the message again would not help. */
export type Delivery = 'reported' | 'equal' | 'not-reported' | 'catch-up-queued' | 'no-grant' | 'unknown-device';

/**
 * Reports a state to every grant of its account whose last report was different. If a later state is known, that one is reported: a
 * message that is delivered twice or late does no harm.
 *
 * A grant whose gateway fails, or whose back-off ends soon, delays no other: it gets a catch-up message of its own, which waits for the end
 * of the back-off. An Alexa that does not know the endpoint gets an AddOrUpdateReport first, through a message of kind `devices`.
 * @throws GatewayUnreachable, EventRefused, MessagingClientRefused, GrantInBackoff, TokenServiceUnreachable, StoreUnavailable: deliver the
 *   message again later; that may repeat a report, and loses none
 */
export async function deliver(message: StateMessage, ports: DeliverPorts, signal: AbortSignal): Promise<Delivery> {
  const { accountId, deviceId, grantId } = message;
  const [record, grants] = await Promise.all([ports.devices.get(accountId, deviceId), ports.grants.list(accountId)]);
  if (!record || record.removedSince !== undefined) return 'unknown-device';
  const now = ports.clock.now();
  const plans = planDelivery(message, record, grants, ports.settings, now);
  // With a single recipient, resending within this call delays nobody else.
  const resends = grants.length === 1 || grantId !== undefined ? MOST_RESENDS : 0;
  const reports = plans.filter((plan) => plan.kind === 'report');
  const context = { message, record, grants, plans, now };
  const sending = Promise.all(reports.map((plan) => report(plan, message, ports, signal, resends)));
  const preparing = reports.length > 0 ? prepareResult(context, ports) : undefined;
  const [outcomes, prepared] = await Promise.all([sending, preparing]);

  const retried = outcomes.filter(({ kind }) => kind === 'retry');
  const postponed = plans.filter(({ kind }) => kind === 'catch-up');
  const refused = outcomes.filter((outcome) => startsShortBackoff(outcome, now));
  // A single recipient needs no catch-up message after a transient failure: this message is delivered again.
  const missed = idsOf([...postponed, ...refused, ...(grantId !== undefined || grants.length > 1 ? retried : [])]);
  const saved = await saveResult(context, outcomes, missed, prepared, ports);
  for (const outcome of outcomes) {
    const isFirst = viewOf(record, outcome.grant.id).lastReported === undefined;
    await applyOutcome(outcome, deviceId, isFirst, ports);
  }
  const attempted = new Set(idsOf(outcomes));
  const catchUps = grantId === undefined ? missed.map((id) => catchUpFor(id, attempted.has(id), message, now)) : [];
  const silent = grants.filter(({ id }) => !attempted.has(id));
  const messages = [...catchUps, ...announcementFor(message, record, grants, silent, now)];
  if (messages.length > 0) await ports.queue.send(messages);
  if (catchUps.length > 0) return 'catch-up-queued';
  for (const outcome of [...retried, ...refused]) if ('error' in outcome) throw outcome.error;
  if (postponed.length > 0) throw new GrantInBackoff(firstEnd(postponed.map(({ grant }) => grant)));
  if (grantId !== undefined) await changeDevice(accountId, saved, (row) => withoutCatchUp(row, message), ports.devices);
  return deliveryOf(grants, plans, outcomes);
}

/**
 * Notes that Alexa may show something else than the last report from `at` on: the next state is reported even if it is equal.
 * @throws StoreUnavailable
 */
export async function noteUncertainView(
  { accountId, deviceId, at }: Pick<StateMessage, 'accountId' | 'deviceId' | 'at'>,
  { devices }: Pick<DeliverPorts, 'devices'>,
): Promise<'noted' | 'unknown-device'> {
  const record = await devices.get(accountId, deviceId);
  if (!record || record.removedSince !== undefined) return 'unknown-device';
  await changeDevice(accountId, record, (standing) => withForcedReport(standing, at), devices);
  return 'noted';
}

/** What a delivery knows before it sends anything. */
interface Context {
  readonly message: StateMessage;
  readonly record: DeviceRecord;
  readonly grants: readonly Grant[];
  readonly plans: readonly GrantPlan[];
  readonly now: Date;
}

/**
 * Nearly always every gateway accepts. What is to be saved then is prepared while they have the reports: that is half of the work of a
 * report, and a small Lambda function gets through it while it waits anyway.
 */
async function prepareResult(context: Context, { devices }: DeliverPorts): Promise<PreparedReplace> {
  const { message, record, plans } = context;
  const accepted = plans.flatMap((plan): Outcome[] => (plan.kind === 'report' ? [{ ...plan, kind: 'accepted' }] : []));
  const missed = idsOf(plans.filter(({ kind }) => kind === 'catch-up'));
  return await devices.prepare(message.accountId, record, rowAfter(context, accepted, missed)(record));
}

/** Saves what was accepted before anything else can fail, so that no report is sent twice. */
async function saveResult(
  context: Context,
  outcomes: readonly Outcome[],
  missed: readonly string[],
  prepared: PreparedReplace | undefined,
  { devices }: DeliverPorts,
): Promise<DeviceRecord> {
  const { message, record } = context;
  const next = rowAfter(context, outcomes, missed);
  const isAsPrepared = outcomes.every(({ kind }) => kind === 'accepted');
  if (prepared && isAsPrepared && (await devices.send(prepared)))
    return { ...next(record), version: record.version + 1 };
  return await changeDevice(message.accountId, record, next, devices);
}

/** The device's row after these reports. */
function rowAfter(
  { message, record, grants, plans, now }: Context,
  outcomes: readonly Outcome[],
  missed: readonly string[],
): (standing: DeviceRecord) => DeviceRecord {
  const revoked = idsOf(outcomes.filter(({ kind }) => kind === 'revoked'));
  const state = currentState(message, record);
  const result = {
    grantIds: idsOf(grants.map((grant) => ({ grant }))).filter((id) => !revoked.includes(id)),
    accepted: idsOf(outcomes.filter(({ kind }) => kind === 'accepted')),
    equal: idsOf(plans.filter(({ kind }) => kind === 'equal')),
    missed,
    targetGrantId: message.grantId,
    forceReport: message.forceReport === true,
    by: whoMade(state, message),
    // Remote writes do not count: nobody can tell a person with an app from a schedule, which goes on in the holidays.
    isByHand: message.cause === 'PHYSICAL_INTERACTION',
  };
  return (standing) => afterDelivery(standing, state, result, now);
}

/** Who made the change that a state shows. A message says nothing about a state that is later than itself. */
function whoMade(state: DeviceState, { at, by, cause }: StateMessage): ChangedBy {
  if (state.at !== at || cause === 'PERIODIC_POLL') return 'read';
  return by ?? 'unknown';
}

/** @param wasSent the gateway may have accepted the report although it did not say so, so the next one is sent even if it is equal */
const catchUpFor = (grantId: string, wasSent: boolean, message: StateMessage, now: Date): StateMessage => ({
  ...message,
  grantId,
  requeuedAt: now.toISOString(),
  ...(wasSent && { forceReport: true }),
});

/**
 * Asks for an AddOrUpdateReport if a grant that is not in back-off does not know the endpoint, or may have missed one in a back-off that is
 * over: an event that ends it may not come for long. A state that such a message queued asks for no other: if Alexa does not accept the
 * endpoint, the two would follow each other forever.
 * @param silent grants that this message reports nothing to
 */
function announcementFor(
  { accountId, grantId, requeuedAt }: StateMessage,
  record: DeviceRecord,
  grants: readonly Grant[],
  silent: readonly Grant[],
  now: Date,
): DevicesMessage[] {
  if (requeuedAt !== undefined || grantId !== undefined) return [];
  const isUnannounced = ({ id }: Grant) => !knowsEndpoint(record, id) && needsAnnouncement(record, id);
  const isWanted =
    grants.some((grant) => !isInBackoff(grant, now) && isUnannounced(grant)) ||
    silent.some((grant) => isBackoffOver(grant, now));
  return isWanted ? [{ kind: 'devices', accountId, at: now.toISOString() }] : [];
}

function deliveryOf(
  grants: readonly Grant[],
  plans: readonly GrantPlan[],
  outcomes: readonly Outcome[],
): Exclude<Delivery, 'catch-up-queued' | 'unknown-device'> {
  if (grants.length === 0) return 'no-grant';
  const isMissed = plans.some(({ kind }) => kind === 'backoff') || outcomes.some(({ kind }) => kind !== 'accepted');
  if (isMissed) return 'not-reported';
  return outcomes.length > 0 ? 'reported' : 'equal';
}

const idsOf = (all: readonly { readonly grant: Grant }[]): string[] => all.map(({ grant }) => grant.id);

/** Sends one grant its report. One endpoint cannot be split, so a report that is too large is a bug of ours. */
async function report(
  { grant, content }: Extract<GrantPlan, { kind: 'report' }>,
  { deviceId, cause }: StateMessage,
  ports: DeliverPorts,
  signal: AbortSignal,
  resends: number,
): Promise<Outcome> {
  const event = (token: string) => changeReport(deviceId, token, cause, content.changed, content.unchanged);
  const outcome = await sendEvent(grant, event, ports, signal, resends);
  return outcome.kind === 'split' ? { ...outcome, kind: 'backoff', cause: 'event-refused' } : outcome;
}
