import type { Endpoint, KnownProperty } from './contract.ts';
import { declaredProperties, type Reported } from './message-rules.ts';
import { type DiscoveredEndpoint, type Property, propertyKey } from './message-shapes.ts';

/** Alexa's view of one customer's endpoints: what the messages said, the last one before all others, and nothing else. */
export interface View {
  readonly endpoints: readonly Endpoint[];
  /** As discovery described them. */
  readonly discovered: readonly DiscoveredEndpoint[];
  /** Adds endpoints or describes them again; what is known of them stays, as far as it is still declared. */
  adopt(endpoints: readonly DiscoveredEndpoint[]): void;
  remove(endpointIds: readonly string[]): void;
  learn(endpointId: string, news: News): void;
  /** What the last ChangeReport said of a property. */
  lastReported(endpointId: string, property: string): Reported | undefined;
}

/** What one message says of an endpoint. */
export interface News {
  readonly properties: readonly Property[];
  readonly at: Date;
  readonly by: KnownProperty['sentBy'];
  /** Of a ChangeReport: its cause, and the properties that it named as changed. */
  readonly cause?: string;
  readonly changed?: readonly Property[];
}

interface Entry {
  readonly description: DiscoveredEndpoint;
  readonly properties: Readonly<Record<string, KnownProperty>>;
  readonly reported: ReadonlyMap<string, Reported>;
}

/** @param isStuck whether no message changes what is shown; what was reported is remembered anyway */
export function createView(isStuck: () => boolean = () => false): View {
  const entries = new Map<string, Entry>();
  return {
    get endpoints() {
      return [...entries.values()].map(toEndpoint);
    },
    get discovered() {
      return [...entries.values()].map(({ description }) => description);
    },
    adopt: (endpoints) => {
      for (const description of endpoints) {
        const before = entries.get(description.endpointId);
        const declared = declaredProperties(description).map(({ key }) => key);
        const kept = Object.entries(before?.properties ?? {}).filter(([key]) => declared.includes(key));
        entries.set(description.endpointId, {
          description,
          properties: Object.fromEntries(kept),
          reported: before?.reported ?? new Map(),
        });
      }
    },
    remove: (endpointIds) => {
      for (const id of endpointIds) entries.delete(id);
    },
    learn: (endpointId, news) => {
      const entry = entries.get(endpointId);
      if (!entry) return;
      const updated = withNews(entry, news);
      entries.set(endpointId, isStuck() ? { ...updated, properties: entry.properties } : updated);
    },
    lastReported: (endpointId, property) => entries.get(endpointId)?.reported.get(property),
  };
}

function withNews(entry: Entry, { properties, at, by, cause, changed = [] }: News): Entry {
  const declared = declaredProperties(entry.description).map(({ key }) => key);
  const news = properties.filter((property) => declared.includes(propertyKey(property)));
  const known = news.map((property): [string, KnownProperty] => [
    propertyKey(property),
    {
      value: property.value,
      timeOfSample: property.timeOfSample,
      uncertaintyInMilliseconds: property.uncertaintyInMilliseconds,
      sentAt: at,
      sentBy: by,
      ...(cause !== undefined && changed.includes(property) && { cause }),
    },
  ]);
  const reported = by === 'ChangeReport' ? news.map((one): [string, Reported] => [propertyKey(one), one]) : [];
  return {
    ...entry,
    properties: { ...entry.properties, ...Object.fromEntries(known) },
    reported: new Map([...entry.reported, ...reported]),
  };
}

function toEndpoint({ description, properties }: Entry): Endpoint {
  const [category = 'OTHER'] = description.displayCategories;
  return {
    id: description.endpointId,
    name: description.friendlyName,
    description: description.description,
    category,
    dimmable: description.capabilities.some((one) => one.interface === 'Alexa.BrightnessController'),
    properties,
  };
}
