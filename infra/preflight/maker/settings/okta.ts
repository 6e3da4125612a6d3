import * as v from 'valibot';
import { MINUTE } from '../limits.ts';
import type { Observation, Remedy } from '../observation.ts';
import { accessLife, idleLife, jwtsKept, refreshIssued, refreshLife, rotation } from './rules.ts';
import { quotedJson } from './shell.ts';

// Okta: rules of a custom authorization server, and the app (types of npm @okta/okta-sdk-nodejs 8.1).

export const Policy = v.object({
  id: v.string(),
  name: v.optional(v.string(), ''),
  status: v.optional(v.string(), 'ACTIVE'),
  conditions: v.optional(
    v.nullable(
      v.object({ clients: v.optional(v.object({ include: v.optional(v.array(v.string()), ['ALL_CLIENTS']) })) }),
    ),
  ),
});
const Times = v.looseObject({
  accessTokenLifetimeMinutes: v.optional(v.number(), 60),
  refreshTokenLifetimeMinutes: v.optional(v.number(), 0),
  refreshTokenWindowMinutes: v.optional(v.number(), 10_080),
});
export const Rule = v.looseObject({
  id: v.string(),
  name: v.optional(v.string(), ''),
  status: v.optional(v.string(), 'ACTIVE'),
  conditions: v.optional(
    v.looseObject({ grantTypes: v.optional(v.looseObject({ include: v.optional(v.array(v.string()), []) })) }),
    {},
  ),
  actions: v.looseObject({ token: v.optional(Times, {}) }),
});
export const App = v.object({
  settings: v.object({
    oauthClient: v.object({
      grant_types: v.optional(v.array(v.string()), []),
      refresh_token: v.optional(
        v.nullable(v.object({ rotation_type: v.optional(v.string(), 'STATIC'), leeway: v.optional(v.number(), 30) })),
      ),
    }),
  }),
});
export const Secrets = v.array(v.object({ id: v.string(), status: v.optional(v.string(), 'ACTIVE') }));

export type OktaRule = v.InferOutput<typeof Rule>;
export type OktaApp = v.InferOutput<typeof App>;

/** Five years, the longest that Okta takes. */
const LONGEST_WINDOW_MINUTES = 2_628_000;

/** @param path of the rule in the API: `https://ORG/api/v1/authorizationServers/ID/policies/ID/rules/ID` */
export function judgeOktaRule(rule: OktaRule, path: string): readonly Observation[] {
  const {
    accessTokenLifetimeMinutes: access,
    refreshTokenLifetimeMinutes: life,
    refreshTokenWindowMinutes: window,
  } = {
    ...rule.actions.token,
  };
  const token = {
    ...rule.actions.token,
    accessTokenLifetimeMinutes: Math.max(access, 60),
    refreshTokenLifetimeMinutes: 0,
    refreshTokenWindowMinutes: Math.max(window, LONGEST_WINDOW_MINUTES),
  };
  // A PUT replaces the rule; what Okta sets itself is not sent back.
  const { id: _, _links, created, lastUpdated, ...rest } = rule;
  const whole = { ...rest, actions: { ...rule.actions, token } };
  const command = `curl -X PUT ${path} -H "Authorization: SSWS $OKTA_API_TOKEN" -H 'Content-Type: application/json' -d ${quotedJson(whole)}`;
  const remedyAt = (label: string): Remedy => ({
    console: `Security > API > the authorization server > Access Policies > rule ${rule.name || rule.id} > ${label}`,
    command,
  });
  const minutes = (count: number) => (count === 0 ? Number.POSITIVE_INFINITY : count * MINUTE);
  return [
    accessLife({ what: 'accessTokenLifetimeMinutes', remedy: remedyAt('Access token lifetime is') }, access * MINUTE),
    refreshLife({ what: 'refreshTokenLifetimeMinutes', remedy: remedyAt('Refresh token lifetime is') }, minutes(life)),
    idleLife(
      { what: 'refreshTokenWindowMinutes', remedy: remedyAt('but will expire if not used every') },
      minutes(window),
    ),
  ];
}

/** @param path of the app in the API: `https://ORG/api/v1/apps/ID` */
export function judgeOktaApp({ settings }: OktaApp, path: string): readonly Observation[] {
  const { grant_types, refresh_token } = settings.oauthClient;
  const auth = '-H "Authorization: SSWS $OKTA_API_TOKEN"';
  const isIssued = grant_types.includes('refresh_token');
  const filter = `.settings.oauthClient.grant_types |= (. + ["refresh_token"] | unique) | .settings.oauthClient.refresh_token = {"rotation_type":"STATIC"}`;
  // A PUT replaces the app, so all of it is read and sent back; this way no setting is shown here.
  const command = `curl -s ${auth} ${path} | jq '${filter}' | curl -X PUT ${path} ${auth} -H 'Content-Type: application/json' -d @-`;
  const remedyAt = (label: string): Remedy => ({ console: `Applications > the app > General > ${label}`, command });
  const grace = refresh_token?.rotation_type === 'ROTATE' ? refresh_token.leeway : undefined;
  return [
    refreshIssued(
      { what: 'grant_types', remedy: remedyAt('Grant type > Refresh Token') },
      isIssued,
      isIssued ? 'with refresh_token' : 'without refresh_token',
      'with refresh_token',
    ),
    rotation(
      { what: 'refresh_token.rotation_type', remedy: remedyAt('Refresh Token > Refresh token behavior') },
      grace,
    ),
    jwtsKept,
  ];
}
