import type { Settings } from '../alexa/interfaces/interface.ts';
import { withDay } from '../domain/alexa-silence.ts';
import { withChange } from '../domain/lamp-history.ts';
import type { ChangedBy, DeviceRecord, DeviceState, GrantView } from '../ports/device-store.ts';
import type { Grant } from '../ports/grant-store.ts';
import type { StateMessage } from '../ports/report-queue.ts';
import { isInBackoff, isInShortBackoff } from './backoff-rules.ts';
import { knowsEndpoint, type ReportContent, reportFor, viewOf } from './last-reported.ts';

// Pure rules: which grant gets what of a state, and what the device's row says afterwards.

/**
 * How long a grant that missed a report gets its own catch-up messages, if the last of them is lost. It is longer than the queue keeps a
 * message (a day): otherwise an old catch-up message might be sent at the moment at which the others report a newer state. Every state
 * meanwhile queues another catch-up message, so a lost one does no harm.
 */
const CATCH_UP_MS = 25 * 3_600_000;

/** What one grant gets of a state. */
export type GrantPlan =
  | { readonly kind: 'report'; readonly grant: Grant; readonly content: ReportContent }
  /** The last report to this grant had the same state. */
  | { readonly kind: 'equal'; readonly grant: Grant }
  /** A later state was reported to this grant already, or its catch-up message is done. */
  | { readonly kind: 'stale'; readonly grant: Grant }
  /** The endpoint must be announced to its Alexa before the state. */
  | { readonly kind: 'unknown-endpoint'; readonly grant: Grant }
  /** A catch-up message brings the state: its back-off ends soon, or it waits for an earlier catch-up message. */
  | { readonly kind: 'catch-up'; readonly grant: Grant }
  /** Its back-off is long. At its end device-watch finds what was not reported. */
  | { readonly kind: 'backoff'; readonly grant: Grant };

/** @returns what each grant gets that the message is for */
export const planDelivery = (
  message: StateMessage,
  record: DeviceRecord,
  grants: readonly Grant[],
  settings: Settings,
  now: Date,
): GrantPlan[] =>
  grants
    .filter(({ id }) => message.grantId === undefined || id === message.grantId)
    .map((grant) => planFor(grant, message, record, settings, now));

function planFor(grant: Grant, message: StateMessage, record: DeviceRecord, settings: Settings, now: Date): GrantPlan {
  if (!knowsEndpoint(record, grant.id)) return { kind: 'unknown-endpoint', grant };
  const view = viewOf(record, grant.id);
  const forcedAt = message.forceReport && message.at;
  const content = reportFor(view, record.device, currentState(message, record), settings, forcedAt);
  // A catch-up message that comes once more after it was done could overtake a report.
  const isDone = message.grantId !== undefined && view.catchUpUntil === undefined;
  if (!content || isDone) return { kind: 'stale', grant };
  // An equal state waits, too: the catch-up message may report another one at this moment.
  if (message.grantId === undefined && isCatchingUp(view, now)) return { kind: 'catch-up', grant };
  if (content.changed.length === 0) return { kind: 'equal', grant };
  if (isInShortBackoff(grant, now)) return { kind: 'catch-up', grant };
  return isInBackoff(grant, now) ? { kind: 'backoff', grant } : { kind: 'report', grant, content };
}

const isCatchingUp = ({ catchUpUntil }: GrantView, now: Date): boolean =>
  catchUpUntil !== undefined && Date.parse(catchUpUntil) > now.getTime();

/** The later one of the message's state and the last known state. */
export const currentState = (message: StateMessage, { lastState }: Pick<DeviceRecord, 'lastState'>): DeviceState => {
  const { power, level, connected, at, changedAt } = message;
  return laterOf({ power, level, connected, at, ...(changedAt !== undefined && { changedAt }) }, lastState);
};

const laterOf = (state: DeviceState, other: DeviceState): DeviceState => (state.at < other.at ? other : state);

/** How the delivery of one state ended. */
export interface DeliveryResult {
  /** All grants of the account that remain. */
  readonly grantIds: readonly string[];
  readonly accepted: readonly string[];
  /** The last report to these grants had the same state. */
  readonly equal: readonly string[];
  /** A catch-up message brings these grants the state. */
  readonly missed: readonly string[];
  /** The grant of a catch-up message. */
  readonly targetGrantId: string | undefined;
  readonly forceReport: boolean;
  readonly by: ChangedBy;
  /** Whether a hand at the plug is the cause of the message. */
  readonly isByHand: boolean;
}

/** The device's row after a delivery. */
export function afterDelivery(
  record: DeviceRecord,
  state: DeviceState,
  result: DeliveryResult,
  now: Date,
): DeviceRecord {
  const lastState = laterOf(state, record.lastState);
  const views = Object.entries(record.views).flatMap(([id, view]): [string, GrantView][] => {
    if (result.grantIds.includes(id)) return [[id, viewAfter(id, view, state, result, now)]];
    // The link of a removed grant still knows the endpoint, and may get a new grant.
    return view.announced === undefined ? [] : [[id, { announced: view.announced }]];
  });
  const isMoved = result.isByHand && isOtherLight(lastState, record.lastState);
  return {
    ...withChange(record, lastState, result.by, now),
    lastState,
    views: Object.fromEntries(views),
    ...(isMoved && { movedOn: withDay(record.movedOn ?? [], lastState.at) }),
  };
}

/** Whether the lamp shines otherwise. A plug that comes back to the network was not moved. */
const isOtherLight = (state: DeviceState, before: DeviceState): boolean =>
  state.power !== before.power || state.level !== before.level;

function viewAfter(id: string, view: GrantView, state: DeviceState, result: DeliveryResult, now: Date): GrantView {
  const { lastReported: _, forceReportSince: __, catchUpUntil: ___, ...rest } = view;
  const lastReported = reportedAfter(id, view, state, result);
  const forceReportSince = forceAfter(id, view, state, result);
  const catchUpUntil = catchUpAfter(id, view, result, now);
  return {
    ...rest,
    ...(lastReported && { lastReported }),
    ...(forceReportSince !== undefined && { forceReportSince }),
    ...(catchUpUntil !== undefined && { catchUpUntil }),
  };
}

function reportedAfter(id: string, { lastReported }: GrantView, state: DeviceState, result: DeliveryResult) {
  if (lastReported && state.at < lastReported.at) return lastReported;
  if (result.accepted.includes(id)) return state;
  // An equal state keeps the moments of the report: the lamp may have gone there and back since, and Alexa been shown the one half.
  if (result.equal.includes(id)) return lastReported ? withMomentsOf(lastReported, state) : state;
  return lastReported;
}

function withMomentsOf({ at, changedAt }: DeviceState, { changedAt: _, ...state }: DeviceState): DeviceState {
  return { ...state, at, ...(changedAt !== undefined && { changedAt }) };
}

function forceAfter(id: string, view: GrantView, state: DeviceState, result: DeliveryResult): string | undefined {
  const { lastReported, forceReportSince } = view;
  const isAddressed = result.targetGrantId === undefined || id === result.targetGrantId;
  if (result.accepted.includes(id))
    return forceReportSince !== undefined && forceReportSince <= state.at ? undefined : forceReportSince;
  const isForced = result.forceReport && isAddressed && (lastReported?.at ?? '') < state.at;
  return forceReportSince ?? (isForced ? state.at : undefined);
}

/** A catch-up message that failed is still to come itself. */
const catchUpAfter = (id: string, { catchUpUntil }: GrantView, { missed, targetGrantId }: DeliveryResult, now: Date) =>
  id !== targetGrantId && missed.includes(id) ? endOfCatchUp(now) : catchUpUntil;

const endOfCatchUp = (queuedAt: Date): string => new Date(queuedAt.getTime() + CATCH_UP_MS).toISOString();

/**
 * The row after a catch-up message is done. The catch-up messages of a grant come in their order: with the one that was queued last, none is
 * left that could overtake a report.
 * @returns `undefined` when a later one is still to come
 */
export function withoutCatchUp(
  record: DeviceRecord,
  { grantId = '', requeuedAt }: Pick<StateMessage, 'grantId' | 'requeuedAt'>,
): DeviceRecord | undefined {
  const { catchUpUntil, ...view } = viewOf(record, grantId);
  if (requeuedAt === undefined || catchUpUntil !== endOfCatchUp(new Date(requeuedAt))) return undefined;
  return { ...record, views: { ...record.views, [grantId]: view } };
}

/**
 * The row after something may have changed what Alexa shows: the next state from this moment on is reported even if it is equal.
 * @param since ISO 8601
 * @returns `undefined` when a later state was already reported with every grant
 */
export function withForcedReport(record: DeviceRecord, since: string): DeviceRecord | undefined {
  const affected = Object.entries(record.views).filter(
    ([, { announced, lastReported, forceReportSince = '' }]) =>
      announced !== undefined && (lastReported?.at ?? '') <= since && forceReportSince < since,
  );
  if (affected.length === 0) return undefined;
  const forced = affected.map(([id, view]): [string, GrantView] => [id, { ...view, forceReportSince: since }]);
  return { ...record, views: { ...record.views, ...Object.fromEntries(forced) } };
}
