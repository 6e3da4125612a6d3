import * as v from 'valibot';
import { DAY } from '../limits.ts';
import type { Observation, Remedy } from '../observation.ts';
import { accessLife, idleLife, refreshIssued, refreshLife, rotation } from './rules.ts';
import { quotedJson } from './shell.ts';

// Auth0: settings of an application, of its API and of the tenant (Management API v2; types of npm auth0 7.1).

const RefreshToken = v.looseObject({
  rotation_type: v.optional(v.string(), 'non-rotating'),
  expiration_type: v.optional(v.string(), 'non-expiring'),
  leeway: v.optional(v.number(), 0),
  token_lifetime: v.optional(v.number(), 30 * DAY),
  infinite_token_lifetime: v.optional(v.boolean(), false),
  idle_token_lifetime: v.optional(v.number(), 15 * DAY),
  infinite_idle_token_lifetime: v.optional(v.boolean(), false),
});
export const Application = v.object({
  grant_types: v.optional(v.array(v.string()), []),
  refresh_token: v.optional(v.nullable(RefreshToken)),
});
export const Api = v.object({
  identifier: v.string(),
  token_lifetime: v.optional(v.number(), 86_400),
  allow_offline_access: v.optional(v.boolean(), false),
});
export const Tenant = v.object({ default_audience: v.optional(v.nullable(v.string()), '') });

export type Auth0Application = v.InferOutput<typeof Application>;
export type Auth0Api = v.InferOutput<typeof Api>;

const ONE_WAY = 'Tokens that were issued while there was a maximum go on to end: those homes link again once.';

/** Never a grace period below the floor, and no end by time. Sent whole, because a part replaces the whole object. */
const KEPT = {
  rotation_type: 'non-rotating',
  expiration_type: 'non-expiring',
  leeway: 0,
  infinite_token_lifetime: true,
  infinite_idle_token_lifetime: true,
} as const;

export function judgeAuth0Application(
  clientId: string,
  { grant_types, refresh_token }: Auth0Application,
): readonly Observation[] {
  const token = v.parse(RefreshToken, refresh_token ?? {});
  const isIssued = grant_types.includes('refresh_token');
  const isExpiring = token.expiration_type === 'expiring';
  const life = isExpiring && !token.infinite_token_lifetime ? token.token_lifetime : Number.POSITIVE_INFINITY;
  // An idle end counts only for tokens that expire (docs-v2, configure-refresh-token-expiration).
  const idle = isExpiring && !token.infinite_idle_token_lifetime ? token.idle_token_lifetime : Number.POSITIVE_INFINITY;
  const grace = token.rotation_type === 'rotating' ? token.leeway : undefined;
  const patch = {
    ...(!isIssued && { grant_types: [...grant_types, 'refresh_token'] }),
    refresh_token: { ...token, ...KEPT },
  };
  const command = `auth0 api patch clients/${clientId} --data ${quotedJson(patch)}`;
  const remedyAt = (label: string, text?: string): Remedy => ({
    console: `Applications > Applications > the application > ${label}`,
    command,
    ...(text && { text }),
  });
  const ending = (label: string) => remedyAt(`Settings > ${label}`, ONE_WAY);
  return [
    refreshIssued(
      { what: 'grant_types', remedy: remedyAt('Settings > Advanced Settings > Grant Types > Refresh Token') },
      isIssued,
      isIssued ? 'with refresh_token' : 'without refresh_token',
      'with refresh_token',
    ),
    refreshLife({ what: 'refresh_token.token_lifetime', remedy: ending('Set Maximum Refresh Token Lifetime') }, life),
    idleLife({ what: 'refresh_token.idle_token_lifetime', remedy: ending('Set Idle Refresh Token Lifetime') }, idle),
    rotation(
      { what: 'refresh_token.rotation_type', remedy: remedyAt('Settings > Allow Refresh Token Rotation', SWITCH) },
      grace,
    ),
    {
      question: 'secrets',
      outcome: 'good',
      what: 'client secret',
      seen: 'one, without an end (never rotate it: the old one ends within 30 s)',
      wanted: 'no end',
    },
  ];
}

const SWITCH =
  'Switch it before homes link: at the first refresh after the switch, the other tokens of that account and application end.';

export function judgeAuth0Api({ identifier, token_lifetime, allow_offline_access }: Auth0Api): readonly Observation[] {
  const id = encodeURIComponent(identifier);
  const remedyAt = (label: string, patch: object): Remedy => ({
    console: `Applications > APIs > ${identifier} > Settings > ${label}`,
    command: `auth0 api patch resource-servers/${id} --data ${quotedJson(patch)}`,
  });
  const lifetime = remedyAt('Maximum Access Token Lifetime', { token_lifetime: 3600 });
  const offline = remedyAt('Allow Offline Access', { allow_offline_access: true });
  return [
    accessLife({ what: 'token_lifetime of the API', remedy: lifetime }, token_lifetime),
    refreshIssued(
      { what: 'allow_offline_access of the API', remedy: offline },
      allow_offline_access,
      allow_offline_access ? 'on' : 'off',
      'on',
    ),
  ];
}

/** @param audience what the tenant or the authorization URL names; Alexa itself sends none */
export function judgeAuth0Audience(audience: string): readonly Observation[] {
  const remedy: Remedy = {
    console: 'Settings > General > API Authorization Settings > Default Audience',
    command: `auth0 api patch tenants/settings --data ${quotedJson({ default_audience: 'IDENTIFIER-OF-YOUR-API' })}`,
  };
  return [refreshIssued({ what: 'default_audience', remedy }, audience !== '', audience || 'none', 'your API')];
}
