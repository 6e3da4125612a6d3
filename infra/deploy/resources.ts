import * as v from 'valibot';
import type { AlexaRegion } from '../../lambda/ports/grant-store.ts';
import { AWS_REGION, askName, type Regions } from './regions.ts';
import { STATE_PARAMETERS } from './state-step.ts';

// `ask-resources.json`: what ask-cli deploys. The file in the repository is the same for everybody. Values of one deployment (profile,
// regions, addresses) are in it only while ask-cli runs, and in no commit.

const Parameters = v.record(v.string(), v.union([v.string(), v.number(), v.boolean()]));
const UserConfig = v.looseObject({
  cfn: v.optional(v.looseObject({ parameters: v.optional(Parameters, {}) }), { parameters: {} }),
  skillEvents: v.optional(v.looseObject({ subscriptions: v.optional(v.array(v.string()), []) }), { subscriptions: [] }),
  regionalOverrides: v.optional(v.record(v.string(), v.looseObject({})), {}),
});
const Profile = v.looseObject({
  skillMetadata: v.looseObject({ src: v.string() }),
  code: v.record(v.string(), v.looseObject({ src: v.string() })),
  skillInfrastructure: v.looseObject({ type: v.string(), userConfig: UserConfig }),
});
const Resources = v.looseObject({ profiles: v.record(v.string(), Profile) });
export type Resources = v.InferOutput<typeof Resources>;

/** The template as ask-cli sends it. It is not in the repository. */
export const SENT_TEMPLATE = '.ask/skill-stack.json';

/** The values of one deployment. */
export interface Deployment {
  readonly profile: string;
  readonly regions: Regions;
  /** Template parameters of this deployment's home region; empty ones keep the template's default. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Those of the further regions, where they can be deployed: once the home region's stack is there. */
  readonly further?: Readonly<Partial<Record<AlexaRegion, Readonly<Record<string, string>>>>>;
}

export const readResources = (text: string): Resources => v.parse(Resources, JSON.parse(text));

/** The profile's own part of the file, or that of `default`. */
export function profileIn({ profiles }: Resources, profile: string): Resources['profiles'][string] {
  const found = profiles[profile] ?? profiles.default;
  if (!found) throw new Error(`ask-resources.json has neither a profile ${profile} nor a default one`);
  return found;
}

/** The file for ask-cli. */
export function withDeployment(
  resources: Resources,
  { profile, regions, parameters, further: furtherParameters }: Deployment,
): Resources {
  const base = profileIn(resources, profile);
  const { userConfig } = base.skillInfrastructure;
  const inFile = Object.fromEntries(
    Object.entries(userConfig.cfn.parameters).filter(([name]) => !STATE_PARAMETERS.some((one) => one === name)),
  );
  const src = base.code.default?.src ?? './lambda';
  // ask-cli does not merge the parameters of a region with the common ones.
  const further = furtherParameters ? regions.further : [];
  const overrides = further.map((region) => [
    region,
    {
      ...userConfig.regionalOverrides[region],
      awsRegion: AWS_REGION[region],
      cfn: { ...userConfig.cfn, parameters: merged(inFile, furtherParameters?.[region] ?? {}) },
    },
  ]);
  const names = [askName(regions.home, regions), ...further.map((region) => askName(region, regions))];
  return {
    ...resources,
    profiles: {
      ...resources.profiles,
      [profile]: {
        ...base,
        code: Object.fromEntries(names.map((name) => [name, { src }])),
        skillInfrastructure: {
          ...base.skillInfrastructure,
          userConfig: {
            ...userConfig,
            awsRegion: AWS_REGION[regions.home],
            templatePath: `./${SENT_TEMPLATE}`,
            cfn: { ...userConfig.cfn, parameters: merged(inFile, parameters) },
            regionalOverrides: { ...userConfig.regionalOverrides, ...Object.fromEntries(overrides) },
          },
        },
      },
    },
  };
}

type Values = Readonly<Record<string, string | number | boolean>>;

/** Those of the file, with those of this deployment in their place; an empty one of it takes that of the file away. */
const merged = (inFile: Values, ofDeployment: Readonly<Record<string, string>>): Record<string, Values[string]> =>
  Object.fromEntries([
    ...Object.entries(inFile).filter(([name]) => !Object.hasOwn(ofDeployment, name)),
    ...Object.entries(ofDeployment).filter(([, value]) => value !== ''),
  ]);
