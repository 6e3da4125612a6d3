import type { Settings } from '../alexa/interfaces/interface.ts';
import { changeReport } from '../alexa/messages.ts';
import type { DeviceRecord, DeviceState, DeviceStore } from '../ports/device-store.ts';
import { GrantPaused } from '../ports/errors.ts';
import type { Grant } from '../ports/grant-store.ts';
import type { DevicesMessage, ReportQueue, Sample } from '../ports/report-queue.ts';
import { needsAnnouncement } from './device-list.ts';
import { applyOutcome, type BackoffPorts, isPaused, isPausedShortly, pausesShortly } from './grant-backoff.ts';
import { isEqual, knowsEndpoint, type News, reportFor } from './last-reported.ts';
import { MOST_RESENDS, type Outcome, type SendPorts, sendEvent } from './send.ts';

export interface DeliverPorts extends SendPorts, BackoffPorts {
  readonly devices: DeviceStore;
  readonly queue: ReportQueue;
  readonly settings: Settings;
}

/** What became of a sample. `not-reported`: some grant could not be told, and another try of this sample would not help. */
export type Delivery =
  | 'reported'
  | 'equal'
  | 'noted'
  | 'not-reported'
  | 'catch-up-queued'
  | 'no-grant'
  | 'unknown-device';

/**
 * So long a grant that was left behind is told by messages of its own. Longer than the queue keeps a message (a day): else an old one
 * might be on its way at the very moment at which the others tell something newer. Every sample meanwhile queues another one for it, so
 * one that got lost is made up for.
 */
const BEHIND_MS = 25 * 3_600_000;

/**
 * Brings one sample to Alexa, for every grant of its account that has yet to hear of it. What was seen later takes the sample's place, so
 * a sample that comes again, or late, tells what is true by now. An echo only puts Alexa's view in doubt, so that the state after it is
 * told whatever it is.
 *
 * A grant whose gateway is in trouble, or whose pause ends soon, holds up no other: it is handed to a message of its own, which the queue
 * brings until it is told. One that has yet to hear of the endpoint hears of it first, by news of the account's devices.
 * @throws GatewayUnreachable, EventRefused, MessagingClientRefused, GrantPaused, TokenServiceUnreachable, StoreUnavailable: bring the
 *   sample again later; it may repeat a report, and loses none
 */
export async function deliver(sample: Sample, ports: DeliverPorts, signal: AbortSignal): Promise<Delivery> {
  const { accountId, deviceId } = sample;
  const [record, grants] = await Promise.all([ports.devices.get(accountId, deviceId), ports.grants.list(accountId)]);
  if (!record || record.removedSince !== undefined) return 'unknown-device';
  if (!sample.settled) {
    await rewrite(sample, record, (standing) => doubted(standing, sample.at), ports);
    return 'noted';
  }
  return await tell(sample, record, grants, ports, signal);
}

async function tell(
  sample: Sample,
  record: DeviceRecord,
  grants: readonly Grant[],
  ports: DeliverPorts,
  signal: AbortSignal,
): Promise<Delivery> {
  const { grantId: alone } = sample;
  const state = currentState(sample, record);
  const now = ports.clock.now();
  const addressed = grants
    .filter(({ id }) => (alone === undefined || id === alone) && knowsEndpoint(record, id))
    .map((grant) => ({ grant, news: reportFor(grant.id, record, state, ports.settings) }));
  const wanting = addressed.filter((one): one is Wanting => one.news !== undefined && one.news.changed.length > 0);
  const isLeft = ({ grant }: Wanting) =>
    isPausedShortly(grant, now) || (alone === undefined && isBehind(grant, record, now));
  const open = wanting.filter((one) => !isLeft(one) && !isPaused(one.grant, now));

  // One that is alone holds up nobody when it is tried again at once.
  const resends = grants.length === 1 || alone !== undefined ? MOST_RESENDS : 0;
  const outcomes = await Promise.all(open.map((one) => report(one, sample, ports, signal, resends)));
  const accepted = idsOf(outcomes.filter(({ kind }) => kind === 'accepted'));
  const equal = idsOf(addressed.filter(({ news }) => news?.changed.length === 0));
  const passing = outcomes.filter((outcome) => isPassing(outcome, sample, now));
  const left = [...idsOf(wanting.filter(isLeft)), ...(alone !== undefined || grants.length > 1 ? idsOf(passing) : [])];

  // What was accepted is noted before anything else may fail, so that nobody is told the same again.
  const over = idsOf(outcomes.filter(({ kind }) => kind === 'revoked'));
  const ids = grants.map(({ id }) => id).filter((id) => !over.includes(id));
  const told = { ids, accepted, equal, left, alone };
  await rewrite(sample, record, (standing) => afterTelling(standing, state, told, now), ports);
  for (const outcome of outcomes) {
    await applyOutcome(outcome, sample.deviceId, !Object.hasOwn(record.told, outcome.grant.id), ports);
  }
  const ownMessages = alone === undefined ? left.map((grantId) => ({ ...sample, grantId })) : [];
  const messages = [...ownMessages, ...newsOf(sample, record, grants, now)];
  if (messages.length > 0) await ports.queue.send(messages);
  if (ownMessages.length > 0) return 'catch-up-queued';
  for (const outcome of passing) if ('error' in outcome) throw outcome.error;
  if (wanting.some(isLeft)) throw new GrantPaused('the pause of the grant is not over yet');
  if (grants.length === 0) return 'no-grant';
  if (wanting.length > accepted.length) return 'not-reported';
  return wanting.length > 0 ? 'reported' : 'equal';
}

/** Weather, and trouble whose pause is short where the message is the grant's own: it waits for the end of that pause as well. */
const isPassing = (outcome: Outcome, { grantId }: Sample, now: Date): boolean =>
  outcome.kind === 'retry' || (grantId !== undefined && pausesShortly(outcome, now));

/**
 * News of the account's devices where a grant that is open has yet to be told of this one. A sample that such news queued asks for no other:
 * where Alexa does not take the endpoint, the two would go in circles.
 */
function newsOf(sample: Sample, record: DeviceRecord, grants: readonly Grant[], now: Date): DevicesMessage[] {
  if (sample.again !== undefined || sample.grantId !== undefined) return [];
  const isUnheard = ({ id }: Grant) => !knowsEndpoint(record, id) && needsAnnouncement(record, id);
  const isAsked = grants.some((grant) => !isPaused(grant, now) && isUnheard(grant));
  return isAsked ? [{ kind: 'devices', accountId: sample.accountId, at: now.toISOString() }] : [];
}

const idsOf = (all: readonly { readonly grant: Grant }[]): string[] => all.map(({ grant }) => grant.id);

interface Wanting {
  readonly grant: Grant;
  readonly news: News;
}

/** Sends one grant its report. One endpoint cannot be split, so too large a report is a bug like any other. */
async function report(
  { grant, news }: Wanting,
  { deviceId, cause }: Sample,
  ports: DeliverPorts,
  signal: AbortSignal,
  resends: number,
): Promise<Outcome> {
  const event = (token: string) => changeReport(deviceId, token, cause, news.changed, news.unchanged);
  const outcome = await sendEvent(grant, event, ports, signal, resends);
  return outcome.kind === 'split' ? { ...outcome, kind: 'backoff', cause: 'event-refused' } : outcome;
}

/** The later of two truths. */
const currentState = ({ power, level, connected, at }: Sample, { lastState }: DeviceRecord): DeviceState =>
  laterOf({ power, level, connected, at }, lastState);

const laterOf = (state: DeviceState, other: DeviceState): DeviceState => (state.at < other.at ? other : state);

const doubted = (record: DeviceRecord, at: string): DeviceRecord =>
  at <= (record.doubtedAt ?? '') ? record : { ...record, doubtedAt: at };

const isBehind = ({ id }: Grant, { behind }: DeviceRecord, now: Date): boolean =>
  Date.parse(behind?.[id] ?? '') > now.getTime();

/** Whom a sample was for, and how far it came. */
interface Told {
  /** All grants of the account that go on; others are forgotten. */
  readonly ids: readonly string[];
  readonly accepted: readonly string[];
  /** Who was told such a state before; that moment stays, as what happened since may have changed Alexa's view. */
  readonly equal: readonly string[];
  readonly left: readonly string[];
  readonly alone: string | undefined;
}

function afterTelling(record: DeviceRecord, state: DeviceState, told: Told, now: Date): DeviceRecord {
  const { behind: _, ...rest } = record;
  const lastState = laterOf(state, record.lastState);
  // While others have seen something later, the message that they left for this grant is still to come.
  const caughtUp = told.alone !== undefined && !told.left.includes(told.alone) && isEqual(lastState, state);
  const until = new Date(now.getTime() + BEHIND_MS).toISOString();
  const behind = Object.fromEntries([
    ...Object.entries(record.behind ?? {}).filter(([id]) => told.ids.includes(id) && !(caughtUp && id === told.alone)),
    ...told.left.map((id) => [id, until]),
  ]);
  const isNewer = (id: string) => (record.told[id]?.at ?? '') <= state.at;
  return {
    ...rest,
    lastState,
    told: Object.fromEntries([
      ...Object.entries(record.told).filter(([id]) => told.ids.includes(id)),
      ...told.accepted.filter(isNewer).map((id) => [id, state]),
      ...told.equal.filter(isNewer).map((id) => [id, { ...state, at: record.told[id]?.at ?? state.at }]),
    ]),
    ...(Object.keys(behind).length > 0 && { behind }),
  };
}

/** Rewrites the row, whoever else writes to it meanwhile. */
async function rewrite(
  { accountId, deviceId }: Sample,
  read: DeviceRecord,
  next: (standing: DeviceRecord) => DeviceRecord,
  { devices }: Pick<DeliverPorts, 'devices'>,
): Promise<void> {
  for (let record: DeviceRecord | undefined = read; record; record = await devices.get(accountId, deviceId)) {
    const changed = next(record);
    if (changed === record || (await devices.replace(accountId, record, changed))) return;
  }
}
