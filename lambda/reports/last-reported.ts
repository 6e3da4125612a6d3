import { propertiesOf } from '../alexa/capabilities.ts';
import type { Settings } from '../alexa/interfaces/interface.ts';
import type { Property } from '../alexa/messages.ts';
import { isEqual, looksAlike } from '../domain/looks-alike.ts';
import type { Device } from '../ports/device-cloud.ts';
import type { DeviceRecord, DeviceState, GrantView } from '../ports/device-store.ts';

type State = Pick<DeviceState, 'power' | 'level' | 'connected'>;

/** What was reported of the device with a grant; empty where nothing was. */
export const viewOf = ({ views }: Pick<DeviceRecord, 'views'>, grantId: string): GrantView =>
  Object.hasOwn(views, grantId) ? (views[grantId] ?? {}) : {};

/** Whether the Alexa of a grant knows the endpoint. If not, an AddOrUpdateReport must come before any ChangeReport. */
export const knowsEndpoint = (record: Pick<DeviceRecord, 'views'>, grantId: string): boolean =>
  viewOf(record, grantId).announced !== undefined;

/**
 * Whether the last report to each of these grants has this state, and nothing may have changed Alexa's view since. A grant whose Alexa does
 * not know the endpoint needs no report: its first one follows discovery.
 */
export const isReported = (record: DeviceRecord | undefined, state: State, grantIds: readonly string[]): boolean =>
  record !== undefined &&
  grantIds.every((id) => {
    const { announced, lastReported, forceReportSince } = viewOf(record, id);
    if (announced === undefined) return true;
    return lastReported !== undefined && isEqual(lastReported, state) && forceReportSince === undefined;
  });

/**
 * Whether the device cloud has written to the device's record since the last report to one of these grants.
 * @param changedAt ISO 8601, the record's `lastUpdated`. Without a `changedAt` in the report, our own moment of the report is compared.
 */
export const isWrittenSinceReport = (record: DeviceRecord, changedAt: string, grantIds: readonly string[]): boolean =>
  grantIds.some((id) => {
    const { lastReported } = viewOf(record, id);
    return lastReported !== undefined && (lastReported.changedAt ?? lastReported.at) < changedAt;
  });

/** Whether the next report changes what Alexa shows with each of these grants, whatever it has learned from directives since the last one. */
export const changesEveryView = (
  record: DeviceRecord | undefined,
  device: Device,
  grantIds: readonly string[],
): boolean =>
  grantIds.every((id) => {
    const { announced, lastReported } = record ? viewOf(record, id) : {};
    return announced === undefined || !lastReported || !looksAlike(device, lastReported, device);
  });

/** The properties of a ChangeReport for one grant. */
export interface ReportContent {
  readonly changed: readonly Property[];
  /** Go into the report's `context`. */
  readonly unchanged: readonly Property[];
}

/**
 * What a report would say to one grant. While its view is uncertain, power and brightness count as changed even if they are equal.
 * @param forcedAt ISO 8601: an equal state is reported, too, unless one of this moment or later was reported with this grant
 * @returns `undefined` when a later state was reported already
 */
export function reportFor(
  view: GrantView,
  device: Device,
  state: DeviceState,
  settings: Settings,
  forcedAt?: string,
): ReportContent | undefined {
  const propertiesAt = (at: DeviceState) =>
    propertiesOf({ ...device, ...stateOf(at), sampledAt: new Date(at.at), uncertaintyMs: 0 }, settings);
  const properties = propertiesAt(state);
  const { lastReported, forceReportSince } = view;
  if (!lastReported) return { changed: properties, unchanged: [] };
  if (state.at < lastReported.at) return undefined;
  const before = new Map(propertiesAt(lastReported).map((one) => [nameOf(one), JSON.stringify(one.value)]));
  const differs = (one: Property) => before.get(nameOf(one)) !== JSON.stringify(one.value);
  const isForced =
    (forcedAt !== undefined && lastReported.at < forcedAt) ||
    (forceReportSince !== undefined && forceReportSince <= state.at);
  const counts = properties.some(differs) || !isForced ? differs : isOfLamp;
  return { changed: properties.filter(counts), unchanged: properties.filter((one) => !counts(one)) };
}

const stateOf = ({ power, level, connected }: DeviceState): State => ({ power, level, connected });
const nameOf = ({ namespace, name }: Property): string => `${namespace}.${name}`;
const isOfLamp = ({ namespace }: Property): boolean => namespace !== 'Alexa.EndpointHealth';
