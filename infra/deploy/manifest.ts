import * as v from 'valibot';

// `skill.json`. ask-cli writes the ARNs of the functions into it. In a commit they would break the first deploy of everybody else, so
// they are in it only while ask-cli runs.

const Endpoint = v.optional(v.looseObject({ uri: v.optional(v.string()) }));
const Regions = v.optional(v.record(v.string(), v.looseObject({ endpoint: Endpoint })));
const SmartHome = v.looseObject({ endpoint: Endpoint, regions: Regions });
const Events = v.looseObject({
  endpoint: Endpoint,
  regions: Regions,
  subscriptions: v.optional(v.array(v.looseObject({ eventName: v.string() }))),
});
const Manifest = v.looseObject({
  manifest: v.looseObject({
    publishingInformation: v.looseObject({
      locales: v.record(v.string(), v.looseObject({ name: v.optional(v.string()) })),
    }),
    apis: v.looseObject({ smartHome: v.optional(SmartHome) }),
    permissions: v.optional(v.array(v.looseObject({ name: v.string() }))),
    events: v.optional(Events),
  }),
});
/** Without it the event gateway takes no report (Amazon: send events to the Alexa event gateway). */
export const SEND_EVENTS = 'alexa::async_event:write';

export type SkillManifest = v.InferOutput<typeof Manifest>;

/** Checks it and returns it unchanged, since a parsed copy has another order of fields. @throws when it is not a manifest */
export function readManifest(content: unknown): SkillManifest {
  v.assert(Manifest, content);
  return content;
}

/** The skill's name in English, or else in its first language. */
export function nameIn({ manifest }: SkillManifest): string {
  const { locales } = manifest.publishingInformation;
  return locales['en-US']?.name ?? Object.values(locales)[0]?.name ?? '';
}

/** Without the endpoints that ask-cli wrote; the rest keeps its order. @param subscriptions what ask-resources.json says of skill events */
export function withoutEndpoints(content: SkillManifest, subscriptions: readonly string[]): SkillManifest {
  const copy = structuredClone(content);
  const { apis, events } = copy.manifest;
  for (const place of [apis.smartHome, events]) {
    delete place?.endpoint;
    delete place?.regions;
  }
  if (events?.subscriptions?.every(({ eventName }) => subscriptions.includes(eventName))) delete events.subscriptions;
  if (events && Object.keys(events).length === 0) delete copy.manifest.events;
  return copy;
}

/** With the endpoints in it, as ask-cli writes them itself. @param arns by ask-cli's name of the region */
export function withEndpoints(
  content: SkillManifest,
  arns: Readonly<Record<string, string>>,
  subscriptions: readonly string[],
): SkillManifest {
  if (Object.keys(arns).length === 0) return content;
  const { default: home, ...further } = arns;
  const regions = Object.fromEntries(Object.entries(further).map(([region, uri]) => [region, { endpoint: { uri } }]));
  const places = {
    ...(home !== undefined && { endpoint: { uri: home } }),
    ...(Object.keys(further).length > 0 && { regions }),
  };
  const { apis, events } = content.manifest;
  const subscribed = { subscriptions: subscriptions.map((eventName) => ({ eventName })) };
  return {
    ...content,
    manifest: {
      ...content.manifest,
      apis: { ...apis, smartHome: { ...apis.smartHome, ...places } },
      ...(subscriptions.length > 0 && { events: { ...events, ...places, ...subscribed } }),
    },
  } as SkillManifest;
}
