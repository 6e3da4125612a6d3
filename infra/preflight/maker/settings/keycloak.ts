import * as v from 'valibot';
import { YEAR } from '../limits.ts';
import type { Observation, Remedy } from '../observation.ts';
import { accessLife, idleLife, jwtsKept, OFFLINE_AT_AMAZON, refreshLife, rotation, secretEnd } from './rules.ts';
import { quoted } from './shell.ts';

// Keycloak: settings of a realm and of a client (keycloak/keycloak RealmRepresentation, ClientRepresentation; defaults of RepresentationToModel).

export const Realm = v.object({
  realm: v.string(),
  accessTokenLifespan: v.optional(v.number(), 300),
  ssoSessionIdleTimeout: v.optional(v.number(), 1800),
  ssoSessionMaxLifespan: v.optional(v.number(), 36_000),
  offlineSessionIdleTimeout: v.optional(v.number(), 2_592_000),
  offlineSessionMaxLifespanEnabled: v.optional(v.boolean(), false),
  offlineSessionMaxLifespan: v.optional(v.number(), 5_184_000),
  revokeRefreshToken: v.optional(v.boolean(), false),
  refreshTokenMaxReuse: v.optional(v.number(), 0),
  notBefore: v.optional(v.number(), 0),
});
export const Client = v.object({
  id: v.string(),
  clientId: v.string(),
  notBefore: v.optional(v.number(), 0),
  optionalClientScopes: v.optional(v.array(v.string()), []),
  defaultClientScopes: v.optional(v.array(v.string()), []),
  attributes: v.optional(v.record(v.string(), v.nullable(v.string())), {}),
});
export type KeycloakRealm = v.InferOutput<typeof Realm>;
export type KeycloakClient = v.InferOutput<typeof Client>;

export interface KeycloakSettings {
  readonly realm: KeycloakRealm;
  readonly client: KeycloakClient;
  /** The scopes that Alexa asks for. */
  readonly scopes: readonly string[];
}

const SCOPE = 'offline_access';
/** Seconds since 1970 that a signed number of 32 bits ends at, in January 2038: an end past it overflows (keycloak/keycloak#32480). */
const LAST_SECOND = 2 ** 31 - 1;
/** This many uses of one refresh token are enough for six refreshes at once and some repeats. */
const ENOUGH_REUSE = 10;

/** A setting of the realm, which the client can have a shorter one of. */
function lengthOf(
  { attributes }: KeycloakClient,
  name: string,
  ofRealm: number,
): { seconds: number; ofClient: boolean } {
  const own = Number(attributes[name] ?? '');
  return own > 0 ? { seconds: own, ofClient: true } : { seconds: ofRealm, ofClient: false };
}

const inConsole = ({ realm }: KeycloakRealm, place: string) => `realm ${realm} > Realm settings > ${place}`;

function remedyOf({ realm, client }: KeycloakSettings, place: string, name: string, value: number | boolean): Remedy {
  const isOfClient = name.includes('.');
  const what = isOfClient ? `attributes."${name}"=${value}` : `${name}=${value}`;
  const path = isOfClient ? `clients/${client.id} -r ${quoted(realm.realm)}` : quoted(`realms/${realm.realm}`);
  return {
    console: isOfClient ? `Clients > ${client.clientId} > Advanced > Advanced settings` : inConsole(realm, place),
    // kcadm.sh reads the whole before it writes it, so nothing else is reset.
    command: `kcadm.sh update ${path} -s ${quoted(what)}`,
  };
}

export function judgeKeycloak(settings: KeycloakSettings, now: Date): readonly Observation[] {
  const { realm, client, scopes } = settings;
  const access = lengthOf(client, 'access.token.lifespan', realm.accessTokenLifespan);
  const accessName = access.ofClient ? 'access.token.lifespan' : 'accessTokenLifespan';
  const accessRemedy = remedyOf(settings, 'Tokens > Access Token Lifespan', accessName, 3600);
  return [
    accessLife({ what: accessName, remedy: accessRemedy }, access.seconds),
    { question: 'refresh-issued', outcome: 'good', what: 'refresh tokens', seen: 'always issued', wanted: 'issued' },
    ...(isOffline(settings, scopes) ? offlineSession(settings, now) : browserSession(settings)),
    reuse(settings),
    jwtsKept,
    ...endedAlready(settings),
    secretEnd({ what: 'client.secret.expiration.time', remedy: { text: SECRET_TEXT } }, secretEndOf(client), now),
  ];
}

const SECRET_TEXT =
  'Remove the client policy that rotates secrets before anybody links. For a new secret create a second client, and keep the first one.';

/** Whether a link gets an offline session, which outlives the one of the browser. */
const isOffline = ({ client }: KeycloakSettings, scopes: readonly string[]): boolean =>
  client.defaultClientScopes.includes(SCOPE) || (scopes.includes(SCOPE) && client.optionalClientScopes.includes(SCOPE));

function browserSession(settings: KeycloakSettings): readonly Observation[] {
  const { realm, client, scopes } = settings;
  const isAsked = scopes.includes(SCOPE);
  const remedy: Remedy = isAsked
    ? {
        console: `Clients > ${client.clientId} > Client scopes > Add client scope > offline_access > Optional`,
        command: `kcadm.sh update clients/${client.id}/optional-client-scopes/$(kcadm.sh get client-scopes -r ${quoted(realm.realm)} --fields id,name | jq -r '.[]|select(.name=="offline_access").id') -r ${quoted(realm.realm)}`,
      }
    : OFFLINE_AT_AMAZON;
  const idle = lengthOf(client, 'client.session.idle.timeout', realm.ssoSessionIdleTimeout);
  const most = lengthOf(client, 'client.session.max.lifespan', realm.ssoSessionMaxLifespan);
  return [
    refreshLife({ what: 'ssoSessionMaxLifespan, as there is no offline_access', remedy }, most.seconds),
    idleLife({ what: 'ssoSessionIdleTimeout, as there is no offline_access', remedy }, idle.seconds),
  ];
}

function offlineSession(settings: KeycloakSettings, now: Date): readonly Observation[] {
  const { realm, client } = settings;
  const idle = lengthOf(client, 'client.offline.session.idle.timeout', realm.offlineSessionIdleTimeout);
  const idleName = idle.ofClient ? 'client.offline.session.idle.timeout' : 'offlineSessionIdleTimeout';
  const untilLast = LAST_SECOND - Math.floor(now.getTime() / 1000);
  // Whole years, and never near the last second: the command must be good for years to come.
  const wanted = Math.max(1, Math.min(10, Math.floor(untilLast / 2 / YEAR))) * YEAR;
  const idleRemedy = remedyOf(settings, 'Sessions > Offline Session Idle', idleName, wanted);
  const life = realm.offlineSessionMaxLifespanEnabled ? realm.offlineSessionMaxLifespan : Number.POSITIVE_INFINITY;
  const most = 'offlineSessionMaxLifespanEnabled';
  const lifeRemedy = remedyOf(settings, 'Sessions > Offline Session Max Limited', most, false);
  return [
    refreshLife({ what: most, remedy: lifeRemedy }, life),
    idle.seconds <= untilLast
      ? idleLife({ what: idleName, remedy: idleRemedy }, idle.seconds)
      : {
          question: 'idle',
          outcome: 'bad',
          what: idleName,
          seen: `${idle.seconds} s, which ends after January 2038`,
          wanted: `365 days or more, at most ${untilLast} s today`,
          why: 'the end is past January 2038, where Keycloak counts wrongly, and links end within days',
          remedy: idleRemedy,
        },
  ];
}

function reuse(settings: KeycloakSettings): Observation {
  const { revokeRefreshToken, refreshTokenMaxReuse } = settings.realm;
  const remedy = remedyOf(settings, 'Tokens > Revoke Refresh Token', 'revokeRefreshToken', false);
  const setting = { what: 'revokeRefreshToken', remedy };
  if (!revokeRefreshToken) return rotation(setting, undefined);
  // Keycloak counts uses, not seconds.
  if (refreshTokenMaxReuse < ENOUGH_REUSE)
    return { ...rotation(setting, 0), seen: `on, each token can be used ${refreshTokenMaxReuse + 1} times` };
  return {
    ...rotation(setting, undefined),
    outcome: 'advice',
    seen: `on, each token can be used ${refreshTokenMaxReuse + 1} times`,
    why: `a refresh token that Alexa sends more than ${refreshTokenMaxReuse + 1} times ends its link`,
    remedy,
  };
}

/** A "not before" has ended the links that were made earlier; it ends none that is made later. */
function endedAlready(settings: KeycloakSettings): readonly Observation[] {
  const at = Math.max(settings.realm.notBefore, settings.client.notBefore);
  if (at === 0) return [];
  const day = new Date(at * 1000).toISOString().slice(0, 10);
  return [
    {
      question: 'links-kept',
      outcome: 'advice',
      what: 'notBefore',
      seen: day,
      wanted: '0',
      why: `links that were made before ${day} have ended, because somebody revoked all tokens`,
      remedy: { console: 'Sessions > Action > Revocation', text: 'Set it only to end every link.' },
    },
  ];
}

function secretEndOf({ attributes }: KeycloakClient): Date | undefined {
  const seconds = Number(attributes['client.secret.expiration.time'] ?? '');
  return seconds > 0 ? new Date(seconds * 1000) : undefined;
}
