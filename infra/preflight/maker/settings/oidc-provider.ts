import * as v from 'valibot';
import { DAY, HOUR } from '../limits.ts';
import type { Observation } from '../observation.ts';
import { accessLife, idleLife, jwtsKept, refreshIssued, refreshLife, rotation, secretEnd } from './rules.ts';

// oidc-provider 9: its configuration is code, so somebody writes down what it comes to (defaults of helpers/defaults.js).

/** What is absent has the default. Lengths are seconds; what a function decides is written as what it answers for Alexa's client. */
export const OidcProviderSettings = v.object({
  ttl: v.optional(
    v.object({
      AccessToken: v.optional(v.number(), HOUR),
      RefreshToken: v.optional(v.number(), 14 * DAY),
      Grant: v.optional(v.number(), 14 * DAY),
      Session: v.optional(v.number(), 14 * DAY),
    }),
    {},
  ),
  /** By default only with `offline_access`, which takes `prompt=consent`; Alexa sends no prompt. */
  issueRefreshToken: v.optional(v.boolean(), false),
  /** By default a token rotates from 70 % of its life on, in the first year of a link; `true`: at each refresh. */
  rotateRefreshToken: v.optional(v.union([v.boolean(), v.literal('default')]), 'default'),
  /** By default tokens without `offline_access` end with the session of the browser. */
  expiresWithSession: v.optional(v.boolean(), true),
  accessTokenFormat: v.optional(v.picklist(['opaque', 'jwt']), 'opaque'),
  /** Seconds since 1970; 0: never (RFC 7591 section 3.2.1). oidc-provider refuses the client from then on. */
  client_secret_expires_at: v.optional(v.number(), 0),
});
export type OidcProviderSettings = v.InferOutput<typeof OidcProviderSettings>;

const inCode = (what: string, value: string) => ({
  what,
  remedy: { text: `Set ${what} to ${value} in the configuration of oidc-provider.` },
});
const FAR = '10 * 365 * 86400';

/** Of the default: the age of a link from which on its token is no longer replaced, and the part of its life after which it is. */
const ROTATES_UNTIL = 365.25 * DAY;
const ROTATES_FROM = 0.7;

export function judgeOidcProvider(settings: OidcProviderSettings, now: Date): readonly Observation[] {
  const {
    client_secret_expires_at: end,
    ttl,
    issueRefreshToken: isIssued,
    expiresWithSession,
    accessTokenFormat,
  } = settings;
  const issued = isIssued ? 'always' : 'with prompt=consent only';
  const session = Math.min(ttl.Session, ttl.RefreshToken);
  return [
    accessLife(inCode('ttl.AccessToken', '3600'), ttl.AccessToken),
    refreshIssued(inCode('issueRefreshToken', 'async () => true'), isIssued, issued, 'always'),
    ...ofRotation(settings),
    refreshLife(inCode('ttl.Grant', FAR), ttl.Grant),
    ...(expiresWithSession ? [refreshLife(inCode('expiresWithSession', 'async () => false'), session)] : []),
    ...(accessTokenFormat === 'jwt' ? [jwtsKept] : []),
    secretEnd(inCode('client_secret_expires_at', '0'), end > 0 ? new Date(end * 1000) : undefined, now),
  ];
}

/** A token that is not replaced keeps its first end. There is no grace period: the second use of a replaced one ends the grant. */
function ofRotation({ ttl, rotateRefreshToken }: OidcProviderSettings): readonly Observation[] {
  const life = inCode('ttl.RefreshToken', FAR);
  const setting = inCode('rotateRefreshToken', 'false');
  const isReplaced =
    rotateRefreshToken === 'default' ? ttl.RefreshToken * ROTATES_FROM < ROTATES_UNTIL : rotateRefreshToken;
  if (!isReplaced)
    return [
      refreshLife(life, ttl.RefreshToken),
      { question: 'idle', outcome: 'good', what: 'idle end', seen: 'none without rotation', wanted: 'none' },
      rotation(setting, undefined),
    ];
  return [
    ...(rotateRefreshToken === 'default' ? [refreshLife(setting, ROTATES_UNTIL + ttl.RefreshToken)] : []),
    idleLife(life, ttl.RefreshToken),
    rotation(setting, 0),
  ];
}
