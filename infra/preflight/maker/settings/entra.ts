import * as v from 'valibot';
import { parseJson } from '../../../../lambda/basics/json.ts';
import { DAY, HOUR, MINUTE } from '../limits.ts';
import type { Observation, Remedy } from '../observation.ts';
import { accessLife, jwtsKept, rotation, secretEnd } from './rules.ts';

// Microsoft Entra (External ID): token lifetime policies and client secrets (Microsoft Graph v1.0).

const Password = v.object({
  keyId: v.string(),
  /** The first three characters of the secret. */
  hint: v.optional(v.nullable(v.string())),
  endDateTime: v.optional(v.nullable(v.pipe(v.string(), v.isoTimestamp()))),
});
export const Application = v.object({
  id: v.string(),
  appId: v.string(),
  passwordCredentials: v.optional(v.array(Password), []),
});
export const LifetimePolicy = v.object({
  definition: v.array(v.string()),
  isOrganizationDefault: v.optional(v.nullable(v.boolean())),
});
export const page = <T extends v.GenericSchema>(item: T) =>
  v.object({ value: v.array(item), '@odata.nextLink': v.optional(v.string()) });
const Definition = v.object({ TokenLifetimePolicy: v.object({ AccessTokenLifetime: v.optional(v.string()) }) });

export type EntraApplication = v.InferOutput<typeof Application>;
export type EntraPolicy = v.InferOutput<typeof LifetimePolicy>;

/** 60 to 90 minutes at random where no policy says otherwise. */
const DEFAULT_ACCESS = HOUR;

/** @returns the seconds of `01:30:00` or `1.00:00:00` */
function secondsIn(text: string): number | undefined {
  const [, days = '0', hours, minutes, seconds] = /^(?:(\d+)\.)?(\d+):(\d+):(\d+)$/.exec(text) ?? [];
  if (hours === undefined) return undefined;
  return Number(days) * DAY + Number(hours) * HOUR + Number(minutes) * MINUTE + Number(seconds);
}

function accessOf({ definition }: EntraPolicy): number | undefined {
  const lengths = definition.flatMap((text) => {
    const parsed = v.safeParse(Definition, parseJson(text));
    return (parsed.success && parsed.output.TokenLifetimePolicy.AccessTokenLifetime) || [];
  });
  return lengths.map(secondsIn).find((seconds) => seconds !== undefined);
}

export interface EntraSettings {
  readonly application: EntraApplication;
  /** Of the application, else of the organization; absent: none. */
  readonly policy?: EntraPolicy;
  /** The secret that Amazon has, to find which one it is; absent: unknown. */
  readonly clientSecret?: string;
}

const WHOLE = '{"TokenLifetimePolicy":{"Version":1,"AccessTokenLifetime":"01:00:00"}}';

export function judgeEntra({ application, policy, clientSecret }: EntraSettings, now: Date): readonly Observation[] {
  const lifetime: Remedy = {
    console: 'there is none: Microsoft Graph only',
    command: `az rest --method PATCH --url 'https://graph.microsoft.com/v1.0/policies/tokenLifetimePolicies/ID-OF-THE-POLICY' --body '${JSON.stringify({ definition: [WHOLE] })}'`,
  };
  return [
    accessLife({ what: 'AccessTokenLifetime', remedy: lifetime }, (policy && accessOf(policy)) ?? DEFAULT_ACCESS),
    rotation({ what: 'refresh tokens', remedy: {} }, undefined),
    jwtsKept,
    ...judgeEntraSecrets(application, clientSecret, now),
  ];
}

/** @param secret the one that Amazon has, to find which one it is; absent: unknown */
export function judgeEntraSecrets(
  { appId, passwordCredentials }: EntraApplication,
  secret: string | undefined,
  now: Date,
): readonly Observation[] {
  const known = passwordCredentials.filter(({ hint }) => secret !== undefined && hint && secret.startsWith(hint));
  const counted = known.length > 0 ? known : passwordCredentials;
  const remedy: Remedy = {
    console: 'App registrations > the app > Certificates & secrets (the portal allows two years at most)',
    command: `az ad app credential reset --id ${appId} --append --end-date 2099-12-31`,
    text: 'A new secret counts for new links only: give it to Amazon before homes link.',
  };
  const ends = counted.map(({ endDateTime }) => (endDateTime ? new Date(endDateTime) : undefined));
  const dated = ends.flatMap((end) => end ?? []).sort((one, other) => one.getTime() - other.getTime());
  // Where it is not known which one Amazon has, the latest still says when there is none left.
  const end = known.length > 0 ? dated[0] : dated.at(-1);
  return [
    secretEnd({ what: 'passwordCredentials[].endDateTime', remedy }, ends.includes(undefined) ? undefined : end, now),
  ];
}
