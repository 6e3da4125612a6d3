import { propertiesOf } from '../alexa/capabilities.ts';
import type { Settings } from '../alexa/interfaces/interface.ts';
import type { Property } from '../alexa/messages.ts';
import type { Device } from '../ports/device-cloud.ts';
import type { DeviceRecord, DeviceState } from '../ports/device-store.ts';

type State = Pick<DeviceState, 'power' | 'level' | 'connected'>;

/**
 * Whether every one of these grants was told this state, and nothing since puts it in doubt. A grant whose Alexa was never told of the
 * endpoint counts as told: a report would reach nobody, and discovery brings the first one.
 */
export const isReported = (record: DeviceRecord | undefined, state: State, grantIds: readonly string[]): boolean =>
  record !== undefined &&
  grantIds.every((id) => {
    if (!knowsEndpoint(record, id)) return true;
    const told = record.told[id];
    return told !== undefined && isEqual(told, state) && !isDoubted(record, told);
  });

/** Whether the Alexa behind a grant was told of the endpoint. Where nobody noted it, discovery tells it before any report does. */
export const knowsEndpoint = ({ described }: DeviceRecord, grantId: string): boolean =>
  Object.hasOwn(described ?? {}, grantId);

export const isEqual = (one: State, other: State): boolean =>
  one.power === other.power && one.level === other.level && one.connected === other.connected;

const isDoubted = ({ doubtedAt }: DeviceRecord, told: DeviceState): boolean =>
  doubtedAt !== undefined && told.at <= doubtedAt;

/** What a report would say to one grant; nothing when it would be older than what was told before. */
export interface News {
  readonly changed: readonly Property[];
  readonly unchanged: readonly Property[];
}

/** The properties that a grant's Alexa has yet to hear, and the others. While its view is in doubt, the lamp's whole state is worth telling. */
export function reportFor(
  grantId: string,
  record: DeviceRecord,
  state: DeviceState,
  settings: Settings,
): News | undefined {
  const device = (at: DeviceState): Device => ({
    ...record.device,
    ...at,
    sampledAt: new Date(at.at),
    uncertaintyMs: 0,
  });
  const properties = propertiesOf(device(state), settings);
  const before = record.told[grantId];
  if (!before) return { changed: properties, unchanged: [] };
  if (state.at < before.at) return undefined;
  const told = new Map(propertiesOf(device(before), settings).map((one) => [nameOf(one), JSON.stringify(one.value)]));
  const differs = (one: Property) => told.get(nameOf(one)) !== JSON.stringify(one.value);
  // What was true before the write that raised the doubt does not settle it.
  const doubted = isDoubted(record, before) && state.at >= (record.doubtedAt ?? '');
  const counts = properties.some(differs) || !doubted ? differs : isOfLamp;
  return { changed: properties.filter(counts), unchanged: properties.filter((one) => !counts(one)) };
}

const nameOf = ({ namespace, name }: Property): string => `${namespace}.${name}`;
const isOfLamp = ({ namespace }: Property): boolean => namespace !== 'Alexa.EndpointHealth';
