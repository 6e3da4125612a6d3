import * as v from 'valibot';
import type { AlexaRegion } from '../../lambda/ports/grant-store.ts';
import type { Manifest } from './target.ts';

const Endpoint = v.object({ endpoint: v.object({ uri: v.string() }) });
const Regions = v.optional(
  v.object({ NA: v.optional(Endpoint), EU: v.optional(Endpoint), FE: v.optional(Endpoint) }),
  {},
);
const Legal = v.object({ privacyPolicyUrl: v.optional(v.string()), termsOfUseUrl: v.optional(v.string()) });

/** `skill.json`, and what SMAPI answers to get-skill-manifest. */
const SkillJson = v.object({
  manifest: v.object({
    publishingInformation: v.object({
      locales: v.record(v.string(), v.unknown()),
      testingInstructions: v.optional(v.string(), ''),
    }),
    apis: v.object({
      smartHome: v.object({
        protocolVersion: v.optional(v.string()),
        endpoint: v.optional(v.object({ uri: v.string() })),
        regions: Regions,
      }),
    }),
    permissions: v.optional(v.array(v.object({ name: v.string() })), []),
    events: v.optional(
      v.object({
        endpoint: v.optional(v.object({ uri: v.string() })),
        regions: Regions,
        subscriptions: v.optional(v.array(v.object({ eventName: v.string() })), []),
      }),
    ),
    privacyAndCompliance: v.optional(v.object({ locales: v.optional(v.record(v.string(), Legal), {}) })),
  }),
});

/** @throws an Error that names the field that is wrong */
export function toManifest(json: unknown): Manifest {
  const result = v.safeParse(SkillJson, json);
  if (!result.success) throw new Error(`the manifest is wrong in ${v.getDotPath(result.issues[0]) ?? 'the whole'}`);
  const { publishingInformation, apis, permissions, events, privacyAndCompliance } = result.output.manifest;
  const { protocolVersion, endpoint, regions } = apis.smartHome;
  return {
    locales: Object.keys(publishingInformation.locales),
    testingInstructions: publishingInformation.testingInstructions,
    protocolVersion,
    endpoint: endpoint?.uri,
    regions: urisOf(regions),
    permissions: permissions.map(({ name }) => name),
    subscriptions: (events?.subscriptions ?? []).map(({ eventName }) => eventName),
    eventEndpoints: [events?.endpoint?.uri ?? [], Object.values(urisOf(events?.regions ?? {}))].flat(),
    legalUrls: Object.fromEntries(
      Object.entries(privacyAndCompliance?.locales ?? {}).map(([locale, { privacyPolicyUrl, termsOfUseUrl }]) => [
        locale,
        { ...(privacyPolicyUrl && { privacy: privacyPolicyUrl }), ...(termsOfUseUrl && { terms: termsOfUseUrl }) },
      ]),
    ),
  };
}

const urisOf = (regions: v.InferOutput<typeof Regions>): Partial<Record<AlexaRegion, string>> =>
  Object.fromEntries(Object.entries(regions).flatMap(([region, one]) => (one ? [[region, one.endpoint.uri]] : [])));
